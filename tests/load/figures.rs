//! What is printed of one workload, and the bars it is held to. Owns names and rounding; refuses measuring.

use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;

use crate::machine::Cores;

/// Accepted reports a second.
const LEAST_ACCEPTED: f64 = 1_000.0;
/// Milliseconds that all but one report in a hundred must not exceed.
const MOST_P99_MS: f64 = 60.0;
/// MiB.
const MOST_RESIDENT: f64 = 150.0;
/// Of the ceiling.
const LEAST_RATIO: f64 = 0.25;
/// Of what the disk would take if nothing but flushing cost anything.
const LEAST_OF_DISK: f64 = 0.5;

/// One workload's line.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// Which database.
    pub workload: &'static str,
    /// How many clients, each waiting for its answer.
    pub clients: usize,
    /// How long was measured.
    pub seconds: f64,
    /// Receipts read a second.
    pub accepted_per_s: f64,
    /// Half of the reports were answered within so many milliseconds.
    pub p50_ms: f64,
    /// All but one in a hundred were.
    pub p99_ms: f64,
    /// Answers that were none, and receipts that did not show their tip.
    pub errors: usize,
    /// The most memory the portal had resident.
    pub rss_mib: f64,
    /// What the store alone commits a second.
    pub ceiling_per_s: f64,
    /// Accepted, of the ceiling.
    pub ratio: f64,
    /// Receipts that were opened afterwards.
    pub opened: usize,
    /// Commands that shared one of the portal's commits, on average.
    pub batch: Option<f64>,
    /// The same of the ceiling.
    pub ceiling_batch: Option<f64>,
    /// Bytes one commit of the ceiling appends to the log.
    pub commit_bytes: Option<usize>,
    /// Appends of as many bytes that the disk flushes a second.
    pub fsync_per_s: Option<f64>,
    /// The ceiling, of the disk's flushes times the ceiling's batch.
    pub ceiling_of_disk: Option<f64>,
    /// Who used the processors meanwhile.
    pub cores: Cores,
}

impl Figures {
    /// The bars it does not reach, in words.
    pub fn failures(&self) -> Vec<String> {
        let mut bars =
            vec![("errors", self.errors as f64, 0.0, false), ("ratio", self.ratio, LEAST_RATIO, true)];
        if self.workload == "sqlite" {
            bars.extend([
                ("accepted_per_s", self.accepted_per_s, LEAST_ACCEPTED, true),
                ("p99_ms", self.p99_ms, MOST_P99_MS, false),
                ("rss_mib", self.rss_mib, MOST_RESIDENT, false),
                ("ceiling_of_disk", self.ceiling_of_disk.unwrap_or(0.0), LEAST_OF_DISK, true),
            ]);
        }
        let failed = bars.into_iter().filter(|&(_, is, bar, least)| if least { is < bar } else { is > bar });
        let words = |least| if least { "at least" } else { "at most" };
        let line = |(name, is, bar, least)| {
            format!("{} with {} clients: {name} is {is}, {} {bar}", self.workload, self.clients, words(least))
        };
        failed.map(line).collect()
    }
}

/// The value below which `share` of the sorted waits lie, in milliseconds.
pub fn quantile(sorted: &[u32], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1)).map_or(f64::NAN, |micros| rounded(f64::from(*micros) / 1e3, 100.0))
}

/// A figure with as many places as `parts` has zeros.
pub fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// Batches the writer has committed up to a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Commits.
    pub commits: u32,
    commands: f64,
}

impl Count {
    /// Commands that shared one commit, on average.
    pub fn mean(&self) -> f64 {
        rounded(self.commands / f64::from(self.commits), 10.0)
    }

    /// What was committed since `before`; nothing if nothing was.
    pub fn since(&self, before: &Self) -> Option<Self> {
        let commits = self.commits.checked_sub(before.commits).filter(|n| *n > 0)?;
        Some(Self { commits, commands: self.commands - before.commands })
    }

    /// Reads the count out of the text of a portal's metrics.
    pub fn of(metrics: &str) -> Self {
        let read = |name: &str| -> f64 {
            let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|value| value.parse().ok()).unwrap_or(0.0)
        };
        Self { commits: read("store_batch_size_count") as u32, commands: read("store_batch_size_sum") }
    }
}

/// The batches of the store in this process.
pub struct Batches<'a>(pub &'a PrometheusHandle);

impl Batches<'_> {
    /// Up to now.
    pub fn read(&self) -> Count {
        Count::of(&self.0.render())
    }

    /// Since then; nothing where the database gathers commits itself.
    pub fn since(&self, before: &Count) -> Option<Count> {
        self.read().since(before)
    }
}
