//! The built binary as a process of its own, on a folder that a test has filled: its log in a file, its
//! temporary files in a folder, its memory nobody's business.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::portal::{STAFFED, config_in, password_of, staff};
use super::visitor::Visitor;
use homeward::app::App;
use homeward::clock::SystemClock;
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::KdfCost;

pub struct Process {
    child: Child,
    pub log: PathBuf,
    pub public: SocketAddr,
    pub desk: SocketAddr,
    pub ops: SocketAddr,
    /// Where the process keeps its data, as this test can reach it.
    pub data: PathBuf,
}

/// Makes a data folder with officers in it, and the settings of a portal that serves it behind a proxy.
pub fn prepare(folder: &Path) -> PathBuf {
    let config = config_in(folder);
    let (app, recovery) =
        App::open(config.clone(), std::sync::Arc::new(SystemClock), std::sync::Arc::new(OsEntropy)).unwrap();
    if let Some(recovery) = recovery {
        std::fs::write(paper_of(folder), recovery.0.as_bytes()).unwrap();
    }
    staff(&app, &STAFFED, KdfCost { memory_kib: 64, passes: 1, lanes: 1 });
    drop(app);
    let settings = settings_of(folder);
    let database = config.data.database.as_ref().map(|url| format!("database = {url:?}\n"));
    let text = format!(
        "[listen]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[data]\nkey_file = {:?}\nreserve_mib = 0\n{}[mail]\nfolder = {:?}\nfrom = \"duty@homeward.example\"\n",
        config.data.key_path(),
        database.unwrap_or_default(),
        folder.join("mails")
    );
    std::fs::write(&settings, text).unwrap();
    settings
}

/// Where a portal's recovery key is written down, for proofs that need it.
pub fn paper_of(folder: &Path) -> PathBuf {
    folder.join("recovery-on-paper")
}

/// Where [`prepare`] puts the settings.
pub fn settings_of(folder: &Path) -> PathBuf {
    folder.join("homeward.toml")
}

/// The command line that serves `data` with these settings on free ports.
pub fn arguments(settings: &Path, data: &Path) -> Vec<String> {
    let mut all = vec!["serve".to_owned(), "--config".into(), settings.display().to_string()];
    all.extend(["--data".into(), data.display().to_string()]);
    for port in ["--listen", "--desk-listen", "--ops-listen"] {
        all.extend([port.to_owned(), "127.0.0.1:0".into()]);
    }
    all
}

/// The program itself says that the audit record is whole.
pub fn assert_audit_whole(folder: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(["audit", "verify", "--config"]).arg(settings_of(folder));
    let output = command.arg("--data").arg(folder.join("data")).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

impl Process {
    /// Starts the binary on `folder`, as [`prepare`] left it.
    pub fn start(folder: &Path) -> Self {
        prepare(folder);
        Self::again(folder)
    }

    /// Starts the binary on a folder that [`prepare`] or an earlier process has left.
    pub fn again(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(arguments(&settings_of(folder), &folder.join("data")));
        Self::spawn(command, folder, folder.join("data"))
    }

    /// The same with a short log: for proofs that start it often.
    pub fn quietly(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(arguments(&settings_of(folder), &folder.join("data"))).env("RUST_LOG", "info");
        Self::spawn(command, folder, folder.join("data"))
    }

    /// Runs a command that ends in the binary, and waits until it listens. What it says goes to a file in
    /// `folder`.
    pub fn spawn(mut command: Command, folder: &Path, data: PathBuf) -> Self {
        let log = folder.join("portal.log");
        let file = File::create(&log).unwrap();
        command.stdout(file.try_clone().unwrap()).stderr(file);
        Self::wait_for(Self::run(command, folder), log, data)
    }

    /// Starts a command with an environment of its own.
    pub fn run(mut command: Command, folder: &Path) -> Child {
        let temporary = folder.join("tmp");
        std::fs::create_dir_all(&temporary).unwrap();
        if !command.get_envs().any(|(name, _)| name == "RUST_LOG") {
            command.env("RUST_LOG", "trace");
        }
        command.env("RUST_BACKTRACE", "1").env("TMPDIR", &temporary).stdin(Stdio::null()).spawn().unwrap()
    }

    /// Waits until a started portal says in `log` where it listens.
    pub fn wait_for(child: Child, log: PathBuf, data: PathBuf) -> Self {
        let address = |name: &str| -> Option<SocketAddr> {
            let text = std::fs::read_to_string(&log).ok()?;
            let line = text.lines().find(|line| line.contains("listening"))?;
            line.split(' ').find_map(|word| word.strip_prefix(name)?.parse().ok())
        };
        super::wait_until("the portal listens", || address("ops=").is_some());
        let [public, desk, ops] = ["public=", "desk=", "ops="].map(|name| address(name).unwrap());
        Self { child, log, public, desk, ops, data }
    }

    pub fn visitor(&self, address: &str) -> Visitor {
        Visitor::new(self.public, address)
    }

    /// Whether it says of itself that it can take a report.
    pub fn is_ready(&self) -> bool {
        Visitor::new(self.ops, "198.18.0.1").get("/readyz").status == 200
    }

    /// An officer at the desk, signed in.
    pub fn officer(&self, login: &str) -> Visitor {
        let visitor = Visitor::new(self.desk, "198.18.0.2");
        let mut form = visitor.get("/desk/sign-in?l=zh").form("form#sign-in");
        form.set("name", login).set("password", &password_of(login));
        let queue = visitor.submit(&form);
        assert_eq!(queue.status, 200, "{}", queue.body);
        visitor
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the process as a power cut does to a program: at once, whatever it does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) {
        let _ = self.child.wait();
    }

    /// Asks the process to end, as a service manager does, and waits until it has.
    pub fn stop(&mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
