//! Public and desk as two processes on one PostgreSQL: each serves its own side and nothing of the other's, a
//! report that comes in through one is worked on and told of by the other; and with SQLite one process alone
//! is refused, with what to do instead.

use std::path::Path;
use std::process::{Command, Output};

fn serve(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(["serve", "--data"]).arg(folder.join("data")).args(more);
    for port in ["--listen", "--desk-listen", "--ops-listen"] {
        command.args([port, "127.0.0.1:0"]);
    }
    command.output().unwrap()
}

#[test]
fn with_sqlite_one_side_alone_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for side in ["public", "desk"] {
        let output = serve(folder.path(), &["--only", side]);

        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("needs PostgreSQL") && said.contains("set data.database"), "{said}");
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");
    let unknown = serve(folder.path(), &["--only", "ops"]);
    assert_eq!(unknown.status.code(), Some(2), "a side that does not exist is wrong usage");
}

#[cfg(feature = "postgres")]
mod with_postgres {
    use std::fs::File;
    use std::net::SocketAddr;
    use std::path::{Path, PathBuf};
    use std::process::{Child, Command};
    use std::sync::Arc;

    use homeward::app::App;
    use homeward::clock::SystemClock;
    use homeward::vault::entropy::OsEntropy;
    use homeward::vault::password::KdfCost;

    use crate::support::portal::{STAFFED, config_in, password_of, staff};
    use crate::support::process::{Process, arguments};
    use crate::support::visitor::Visitor;
    use crate::support::{pg, wait_until};

    /// One process that serves one side.
    struct Side {
        child: Child,
        log: PathBuf,
    }

    impl Side {
        fn start(folder: &Path, settings: &Path, only: &str) -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
            command.args(arguments(settings, &folder.join("data"))).args(["--only", only]);
            let log = folder.join(format!("{only}.log"));
            let file = File::create(&log).unwrap();
            command.stdout(file.try_clone().unwrap()).stderr(file);
            let side = Self { child: Process::run(command, folder), log };
            wait_until("it listens", || side.at("ops").is_some());
            side
        }

        fn log(&self) -> String {
            std::fs::read_to_string(&self.log).unwrap()
        }

        /// Where one of its listeners is bound.
        fn at(&self, name: &str) -> Option<SocketAddr> {
            let log = self.log();
            let line = log.lines().find(|line| line.contains("listening"))?;
            line.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        }

        fn visitor(&self, name: &str) -> Visitor {
            Visitor::new(self.at(name).unwrap(), "198.18.0.7")
        }
    }

    impl Drop for Side {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    #[test]
    fn two_processes_serve_one_side_each_and_the_desk_tells_of_what_the_public_took() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config_in(folder.path());
        config.data.database = Some(config.data.database.unwrap_or_else(pg::fresh));
        let (app, _) = App::open(config.clone(), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        staff(&app, &STAFFED, KdfCost { memory_kib: 64, passes: 1, lanes: 1 });
        drop(app);
        let settings = folder.path().join("homeward.toml");
        let mails = folder.path().join("mails");
        let text = format!(
            "[listen]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[data]\nkey_file = {:?}\ndatabase = {:?}\nconnections = 6\n\
             [mail]\nfolder = {mails:?}\nfrom = \"duty@homeward.example\"\n[session]\nsecond_factor = \"optional\"\n",
            config.data.key_path(),
            config.data.database.unwrap(),
        );
        std::fs::write(&settings, text).unwrap();

        let public = Side::start(folder.path(), &settings, "public");
        assert_eq!(public.at("desk"), None, "{}", public.log());
        let visitor = public.visitor("public");
        let headers = [("idempotency-key", "one-side-0123456789abcdef-0123456789")];
        let body = r#"{"text":"有人拿刀","danger":"yes","district":"120114","language":"zh"}"#;
        let report = visitor.api("/api/v1/reports", &headers, Some(body.as_bytes()));
        assert_eq!(report.status, 201, "{}", report.body);
        assert_eq!(visitor.get("/desk/sign-in").status, 404);
        assert!(public.visitor("ops").get("/readyz").status == 200);
        assert!(!mails.exists(), "the public side writes to nobody");

        let desk = Side::start(folder.path(), &settings, "desk");
        assert_eq!(desk.at("public"), None, "{}", desk.log());
        assert_eq!(desk.visitor("ops").get("/readyz").status, 200);
        let officer = desk.visitor("desk");
        assert_eq!(officer.get("/report").status, 404);
        let mut form = officer.get("/desk/sign-in?l=zh").form("form#sign-in");
        form.set("name", "psb-120114").set("password", &password_of("psb-120114"));
        let queue = officer.submit(&form);
        assert_eq!(queue.status, 200, "{}", queue.body);
        let written = || std::fs::read_dir(&mails).is_ok_and(|mut mails| mails.next().is_some());
        wait_until("the desk tells of it", written);

        let receipt: serde_json::Value = serde_json::from_str(&report.body).unwrap();
        let thread = visitor.open_receipt(receipt["receipt"]["code"].as_str().unwrap());
        assert!(thread.status == 200 && thread.has("ol#thread"), "{}", thread.body);
    }
}
