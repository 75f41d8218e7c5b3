//! A PostgreSQL of the tests' own: one cluster for each test process, started when the first test asks for a
//! database, reached through a socket in its own folder, ended with the process. Owns the cluster and fresh
//! databases; refuses the one a machine may already run.
//!
//! initdb refuses root, so as root it all runs as the user that Debian's package made.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether this run is to use PostgreSQL.
pub fn is_wanted() -> bool {
    std::env::var_os("HOMEWARD_TEST_DATABASE").is_some_and(|which| which == "postgres")
}

/// A cluster in a folder of its own.
pub struct Cluster {
    folder: PathBuf,
    /// Ends the cluster when it goes: its shell reads until this side is closed.
    keeper: Child,
    next: AtomicU32,
}

/// Whether commits of the cluster are flushed; a proof of durability needs it, others do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flush {
    On,
    Off,
}

/// Runs the cluster and ends it with its reader's standard input.
const KEEPER: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 -c fsync="$3" \
    -c synchronous_commit="$3" -c full_page_writes="$3" >"$2/log" 2>&1 &
echo $! >"$2/pid"
read -r _
kill -QUIT "$(cat "$2/pid")" 2>/dev/null
wait
rm -rf "$2"
"#;

fn programs() -> PathBuf {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").expect("Debian's postgresql package is installed");
    let newest = versions.flatten().map(|e| e.path()).max_by_key(|path| version(path)).unwrap();
    newest.join("bin")
}

fn version(path: &Path) -> u32 {
    path.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A command that runs as the cluster's user.
fn as_user(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", program]);
    command
}

impl Cluster {
    /// Makes and starts a cluster in a fresh folder below the system's temporary one.
    pub fn start(flush: Flush) -> Self {
        let made = as_user("mktemp").args(["-d", "/tmp/homeward-pg-XXXXXXXX"]).output().unwrap();
        let folder = PathBuf::from(String::from_utf8(made.stdout).unwrap().trim());
        let data = folder.join("data");
        let init = as_user(programs().join("initdb").to_str().unwrap())
            .args(["-A", "trust", "-U", "homeward", "-E", "UTF8", "--locale=C", "-N", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(init.success(), "initdb");
        let cluster = Self { keeper: Self::run(&folder, flush), folder, next: AtomicU32::new(0) };
        cluster.wait();
        cluster
    }

    fn run(folder: &Path, flush: Flush) -> Child {
        let on = if flush == Flush::On { "on" } else { "off" };
        let mut shell = as_user("sh");
        shell.args(["-c", KEEPER, "sh"]).arg(programs()).arg(folder).arg(on);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
    }

    /// Waits until the cluster takes connections.
    pub fn wait(&self) {
        for _ in 0..400 {
            if self.try_sql("postgres", "select 1") {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("PostgreSQL takes no connections: {log}");
    }

    /// A fresh database; gives its connection address.
    pub fn database(&self) -> String {
        self.address(&self.fresh_name())
    }

    /// A fresh database; gives its name.
    pub fn fresh_name(&self) -> String {
        let name = format!("homeward_{}", self.next.fetch_add(1, Ordering::SeqCst));
        self.sql("postgres", &format!("create database {name}"));
        name
    }

    /// The socket it listens at.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// The connection address of a database.
    pub fn address(&self, name: &str) -> String {
        format!("postgresql://homeward@/{name}?host={}", self.folder.display())
    }

    /// Runs statements with psql.
    pub fn sql(&self, database: &str, sql: &str) {
        assert!(self.try_sql(database, sql), "{sql}");
    }

    fn try_sql(&self, database: &str, sql: &str) -> bool {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&self.folder);
        psql.args(["-U", "homeward", "-d", database, "-c", sql]);
        psql.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// The process id of its first process.
    pub fn pid(&self) -> String {
        std::fs::read_to_string(self.folder.join("pid")).unwrap().trim().to_owned()
    }

    /// Sends a signal to all its processes, the first one first. Those that end meanwhile are no matter.
    pub fn signal(&self, signal: &str) {
        let _ = Command::new("kill").arg(signal).arg(self.pid()).args(self.children()).status();
    }

    /// The processes that serve connections, and those that write and tidy.
    pub fn children(&self) -> Vec<String> {
        let pid = self.pid();
        let list = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        list.split_whitespace().map(str::to_owned).collect()
    }

    /// Kills every process of it at once, as a power cut does to programs.
    pub fn kill(&self) {
        let all = [vec![self.pid()], self.children()].concat();
        // The keeper would remove the folder: it goes first.
        let _ = Command::new("kill").args(["-KILL", &self.keeper.id().to_string()]).status();
        let _ = Command::new("kill").arg("-KILL").args(&all).status();
        super::wait_until("all its processes are gone", || all.iter().all(|pid| is_gone(pid)));
    }

    /// Kills one process that serves a connection; the first process then ends the others and begins anew.
    pub fn kill_one(&self) {
        let serves = |pid: &&String| {
            let line = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.starts_with("postgres: homeward ")
        };
        let children = self.children();
        let one = children.iter().find(serves).expect("a connection is served");
        assert!(Command::new("kill").args(["-KILL", one]).status().unwrap().success());
    }

    /// Starts it again after it was killed.
    pub fn restart(&mut self, flush: Flush) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        // A process that has ended but that nobody has asked about still counts as one that holds the lock.
        for lock in ["data/postmaster.pid", ".s.PGSQL.5432.lock"] {
            let _ = std::fs::remove_file(self.folder.join(lock));
        }
        self.keeper = Self::run(&self.folder, flush);
        self.wait();
    }
}

/// Whether a process has ended, though perhaps nobody has asked how.
fn is_gone(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    stat.map_or(true, |line| line.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // One that stands still could not end.
        self.signal("-CONT");
        if let Some(mut line) = self.keeper.stdin.take() {
            let _ = line.write_all(b"\n");
        }
        let _ = self.keeper.wait();
    }
}

/// A fresh database in the cluster that all tests of this process share.
pub fn fresh() -> String {
    static SHARED: OnceLock<Cluster> = OnceLock::new();
    SHARED.get_or_init(|| Cluster::start(Flush::Off)).database()
}
