//! A PostgreSQL cluster that is kept between runs, with every commit flushed. Owns starting, ending and
//! copying its databases; refuses a cluster that it did not make.
//!
//! initdb refuses root, so as root it all runs as the user that Debian's package made, who is let through to
//! a folder below root's own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running cluster; ended when it goes, kept on the disk.
pub struct Cluster {
    folder: PathBuf,
    server: Child,
}

/// What it is run with: commits flushed as by default, memory as on a machine that serves a city.
const SETTINGS: [&str; 5] =
    ["listen_addresses=", "shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=30min", "jit=off"];

impl Cluster {
    /// Starts the cluster in a folder; makes it if there is none.
    pub fn start(folder: &Path) -> Self {
        let data = folder.join("data");
        if !data.join("PG_VERSION").exists() {
            make(folder, &data);
        }
        let mut server = as_user(&programs().join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(folder);
        server.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let server = server.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let cluster = Self { folder: folder.to_owned(), server };
        let started = Instant::now();
        while !cluster.tries("select 1") {
            assert!(started.elapsed() < Duration::from_secs(120), "PostgreSQL took no connection");
            std::thread::sleep(Duration::from_millis(100));
        }
        cluster
    }

    /// The connection address of a database.
    pub fn address(&self, name: &str) -> String {
        format!("postgresql://homeward@/{name}?host={}", self.folder.display())
    }

    /// A fresh database under this name; gives its address.
    pub fn create(&self, name: &str) -> String {
        self.drop_database(name);
        self.sql(&format!("create database \"{name}\""));
        self.address(name)
    }

    /// Copies a database that nobody uses, file by file.
    pub fn copy(&self, from: &str, to: &str) {
        self.sql(&format!("create database \"{to}\" template \"{from}\" strategy file_copy"));
        self.sql("checkpoint");
    }

    /// Removes a database.
    pub fn drop_database(&self, name: &str) {
        self.sql(&format!("drop database if exists \"{name}\""));
    }

    fn sql(&self, sql: &str) {
        assert!(self.tries(sql), "{sql}");
    }

    fn tries(&self, sql: &str) -> bool {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "homeward", "-d", "postgres", "-c", sql, "-h"]);
        psql.arg(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        psql.status().is_ok_and(|status| status.success())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Ends connections and writes everything down: the next start has nothing to recover.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

fn make(folder: &Path, data: &Path) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    if rustix::process::geteuid().is_root() {
        assert!(Command::new("chown").arg("postgres").arg(folder).status().unwrap().success());
    }
    let mut init = as_user(&programs().join("initdb"));
    init.args(["-A", "trust", "-U", "homeward", "-E", "UTF8", "--locale=C", "-D"]).arg(data);
    assert!(init.stdout(Stdio::null()).status().unwrap().success(), "initdb");
}

fn programs() -> PathBuf {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").expect("Debian's postgresql package is installed");
    let version =
        |path: &PathBuf| path.file_name().and_then(|n| n.to_str()?.parse::<u32>().ok()).unwrap_or(0);
    versions.flatten().map(|entry| entry.path()).max_by_key(version).unwrap().join("bin")
}

fn as_user(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    // May pass through folders that are closed to it, and write in none that is not its own.
    command.args(["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]).arg(program);
    command
}
