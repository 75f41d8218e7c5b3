//! The portal as a process of its own. Owns starting it on a folder, waiting until it says where it listens,
//! asking what it holds of the machine, and ending it; refuses requests.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::rows::Folder;
use crate::wire::{self, Visitor, Wire};

/// A running portal.
pub struct Portal {
    child: Child,
    /// Where people reach it.
    pub public: SocketAddr,
    ops: SocketAddr,
}

/// The line that `demo --json` prints.
#[derive(Deserialize)]
struct Ready {
    public: String,
    ops: String,
}

fn address(origin: &str) -> anyhow::Result<SocketAddr> {
    origin.trim_start_matches("http://").parse().with_context(|| origin.to_owned())
}

impl Portal {
    /// Starts the demo's portal on a folder: at the first start it makes the officers, whose keys the reports
    /// are sealed to; at every later one it finds them.
    pub fn start(bin: &Path, folder: &Folder) -> anyhow::Result<Self> {
        let mut command = Command::new(bin);
        command.args(["demo", "--json", "--no-tips", "--config"]).arg(&folder.settings);
        for port in ["--listen", "--desk-listen", "--ops-listen"] {
            command.args([port, "127.0.0.1:0"]);
        }
        let log = std::fs::File::create(folder.data.with_extension("log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", bin.display()))?;
        let out = child.stdout.take().context("the portal's output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let ready: Ready = serde_json::from_str(&line).context("the portal did not say that it is ready")?;
        let portal = Self { child, public: address(&ready.public)?, ops: address(&ready.ops)? };
        // It says where it listens a moment before it serves, and before it minds being asked to end.
        portal.metrics()?;
        Ok(portal)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The text of its metrics.
    pub fn metrics(&self) -> anyhow::Result<String> {
        let mut wire = Wire::open(self.ops)?;
        let answer = wire.exchange(&wire::get("/metrics", Visitor::number(0)))?;
        ensure!(answer.status == 200, "GET /metrics answered {}", answer.status);
        Ok(answer.text()?)
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        ensure!(asked.success(), "the portal could not be asked to end");
        let ended = self.child.wait()?;
        ensure!(ended.success() && TcpStream::connect(self.public).is_err(), "the portal ended with {ended}");
        Ok(())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // Does nothing to one that has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
