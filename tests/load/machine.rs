//! What the machine did meanwhile, read from /proc. Owns processor time by process and resident memory;
//! refuses anything but Linux.
//!
//! Whoever reads a figure must know whether the machine was free: so the time that others took stands beside
//! it.

use std::time::Instant;

use anyhow::Context as _;

/// The kernel counts processor time for programs in hundredths of a second, whatever its own ticks.
const TICKS: f64 = 100.0;

/// Processor time up to a moment, in ticks.
#[derive(Clone, Copy)]
struct Ticks {
    portal: f64,
    tool: f64,
    busy: f64,
}

/// A stretch of time under watch.
pub struct Watch {
    portal: u32,
    begun: Instant,
    before: Ticks,
}

/// Processor cores in use on average.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Cores {
    /// By the portal.
    pub portal: f64,
    /// By this tool: the clients.
    pub clients: f64,
    /// By everybody else, the kernel's own work and the database's processes among them.
    pub others: f64,
}

impl Watch {
    /// Begins.
    pub fn begin(portal: u32) -> anyhow::Result<Self> {
        Ok(Self { portal, begun: Instant::now(), before: ticks(portal)? })
    }

    /// Ends; gives the averages.
    pub fn end(&self) -> anyhow::Result<Cores> {
        let (now, before) = (ticks(self.portal)?, self.before);
        let whole = self.begun.elapsed().as_secs_f64() * TICKS;
        let (portal, clients) = (now.portal - before.portal, now.tool - before.tool);
        let others = (now.busy - before.busy - portal - clients).max(0.0);
        let cores = |spent: f64| (spent / whole * 100.0).round() / 100.0;
        Ok(Cores { portal: cores(portal), clients: cores(clients), others: cores(others) })
    }
}

fn ticks(portal: u32) -> anyhow::Result<Ticks> {
    Ok(Ticks { portal: of_process(&portal.to_string())?, tool: of_process("self")?, busy: of_all()? })
}

/// User and system time of one process.
fn of_process(which: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{which}/stat"))?;
    // The name stands in brackets and may hold anything; the numbers follow the last of them.
    let (_, numbers) = text.rsplit_once(") ").context("/proc/…/stat")?;
    numbers.split(' ').skip(11).take(2).map(|n| Ok(n.parse::<f64>()?)).sum()
}

/// Time that any processor was busy: all but idle and waiting for the disk.
fn of_all() -> anyhow::Result<f64> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let first = text.lines().next().context("/proc/stat")?;
    let spent = first.split_whitespace().skip(1).take(8).enumerate();
    spent.filter(|(at, _)| !matches!(at, 3 | 4)).map(|(_, n)| Ok(n.parse::<f64>()?)).sum()
}

/// The most memory a process has had resident since it began, in MiB.
pub fn most_resident(process: u32) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok((kib / 102.4).round() / 10.0)
}
