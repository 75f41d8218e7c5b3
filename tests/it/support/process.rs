//! The built binary as a process of its own, on a folder that a test has filled: its log in a file, its
//! temporary files in a folder, its memory nobody's business.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::portal::{STAFFED, config_in, staff};
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
    /// Where the process keeps its data, as this test can reach it.
    pub data: PathBuf,
}

/// Makes a data folder with officers in it, and the settings of a portal that serves it behind a proxy.
pub fn prepare(folder: &Path) -> PathBuf {
    let config = config_in(folder);
    let (app, _) =
        App::open(config.clone(), std::sync::Arc::new(SystemClock), std::sync::Arc::new(OsEntropy)).unwrap();
    staff(&app, &STAFFED, KdfCost { memory_kib: 64, passes: 1, lanes: 1 });
    drop(app);
    let settings = folder.join("homeward.toml");
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

/// The command line that serves `data` with these settings on free ports.
pub fn arguments(settings: &Path, data: &Path) -> Vec<String> {
    let mut all = vec!["serve".to_owned(), "--config".into(), settings.display().to_string()];
    all.extend(["--data".into(), data.display().to_string()]);
    for port in ["--listen", "--desk-listen", "--ops-listen"] {
        all.extend([port.to_owned(), "127.0.0.1:0".into()]);
    }
    all
}

impl Process {
    /// Starts the binary on `folder`, as [`prepare`] left it.
    pub fn start(folder: &Path) -> Self {
        let settings = prepare(folder);
        let data = folder.join("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(arguments(&settings, &data));
        Self::spawn(command, folder, data)
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
        let environment = [("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")];
        command.envs(environment).env("TMPDIR", &temporary).stdin(Stdio::null()).spawn().unwrap()
    }

    /// Waits until a started portal says in `log` where it listens.
    pub fn wait_for(child: Child, log: PathBuf, data: PathBuf) -> Self {
        let address = |name: &str| -> Option<SocketAddr> {
            let text = std::fs::read_to_string(&log).ok()?;
            let line = text.lines().find(|line| line.contains("listening"))?;
            line.split(' ').find_map(|word| word.strip_prefix(name)?.parse().ok())
        };
        super::wait_until("the portal listens", || address("ops=").is_some());
        let (public, desk) = (address("public=").unwrap(), address("desk=").unwrap());
        Self { child, log, public, desk, data }
    }

    pub fn visitor(&self, address: &str) -> Visitor {
        Visitor::new(self.public, address)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
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
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
