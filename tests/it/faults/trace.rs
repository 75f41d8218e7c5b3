//! strace: sees in which order a process asks the system for things, and lets chosen requests fail. Owns
//! starting it, alone or attached; refuses judging what it saw.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::process::{self, Process};

/// Whether this system lets one process trace another.
pub fn is_allowed() -> bool {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

/// Says aloud that a proof could not be made here.
pub fn say_not_allowed() {
    println!("NOT SHOWN: this system does not let one process trace another (strace)");
}

/// Starts the portal on a prepared folder under strace with these arguments; what it saw goes to `seen`.
pub fn start(folder: &Path, arguments: &[&str], seen: &Path, environment: &[(&str, &str)]) -> Process {
    let data = folder.join("data");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-o"]).arg(seen).args(arguments).arg(env!("CARGO_BIN_EXE_homeward"));
    command.args(process::arguments(&process::settings_of(folder), &data));
    command.env("RUST_LOG", "info").envs(environment.iter().copied());
    Process::spawn(command, folder, data)
}

/// Ends a portal that was started under strace, which does not pass the request on.
pub fn end(portal: &mut Process) {
    let _ = Command::new("pkill").args(["-TERM", "-P", &portal.id().to_string()]).status();
    portal.wait();
}

/// A strace that is attached to a running process until it is dropped.
pub struct Attached(Child);

impl Attached {
    /// Makes these requests of the process fail, as `-e inject=` says.
    pub fn failing(process: &Process, what: &str) -> Self {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={what}")]);
        let child = command.args(["-p", &process.id().to_string()]).stderr(Stdio::null()).spawn().unwrap();
        let attached = Self(child);
        let path = format!("/proc/{}/task", process.id());
        crate::support::wait_until("strace is attached to each thread", || {
            let tasks = std::fs::read_dir(&path).unwrap().flatten();
            tasks
                .map(|task| std::fs::read_to_string(task.path().join("status")).unwrap_or_default())
                .all(|status| status.lines().any(|l| l.starts_with("TracerPid:") && !l.ends_with("\t0")))
        });
        attached
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        // Asked, strace lets the process go on; killed, it might leave it standing.
        let _ = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}
