//! Verifying the record of a portal: against its own head, its anchors, the file of heads and whatever heads
//! somebody has kept. Owns gathering those and waiting for rows that are just being placed.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::app::App;
use crate::audit::chain::{Chain, Head};
use crate::audit::fault::{Fault, Faults, Place};
use crate::audit::verifier::Post;
use crate::store::ReadError;
use crate::store::audit::verify::{self, Verdict};

use super::file;

/// How long a row may be without its place. No time of writing stands beside a row, and a row about a reporter
/// is cut to the minute: so the same rows are looked at twice.
pub const PLACED_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked in between.
const LOOK: Duration = Duration::from_millis(200);

/// Heads that the record must agree with.
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// Files of heads.
    pub files: Vec<PathBuf>,
    /// Heads that were said, such as one from a mail.
    pub said: Vec<Head>,
}

impl Heads {
    /// The portal's own file, if it is there.
    pub fn usual(app: &App) -> Self {
        let own = app.config.heads();
        Self { files: if own.exists() { vec![own] } else { Vec::new() }, said: Vec::new() }
    }
}

/// What was found, and how quickly.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the walk found; rows that had their time are among its faults.
    pub verdict: Verdict,
    /// How long the walk took.
    pub took: Duration,
}

impl Report {
    /// Rows a second.
    pub fn rows_per_second(&self) -> i64 {
        let milliseconds = i64::try_from(self.took.as_millis()).unwrap_or(i64::MAX).max(1);
        self.verdict.rows.saturating_mul(1000) / milliseconds
    }
}

/// Why nothing could be verified.
#[derive(Debug, thiserror::Error)]
pub enum NotVerified {
    /// A file of heads cannot be read.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] ReadError),
}

/// Walks the whole record on the calling thread.
pub fn verify(app: &App, heads: &Heads) -> Result<Report, NotVerified> {
    let chain = Chain::of(&app.deployment);
    let (posts, strange) = gather(heads, &chain)?;
    let begun = Instant::now();
    let mut verdict = app.store.read_blocking(|db| verify::verify(db, &chain, &posts))?;
    let took = begun.elapsed();
    strange.into_iter().for_each(|fault| verdict.faults.add(fault));
    for id in overdue(app, std::mem::take(&mut verdict.waiting), begun)? {
        verdict.faults.add(Fault::Unplaced(id));
    }
    Ok(Report { verdict, took })
}

fn gather(heads: &Heads, chain: &Chain) -> Result<(Vec<Post>, Vec<Fault>), NotVerified> {
    let said = heads.said.iter().map(|head| Post { head: *head, source: Place::Said });
    let (mut posts, mut strange): (Vec<Post>, Vec<Fault>) = (said.collect(), Vec::new());
    for path in &heads.files {
        let (more, faults) =
            file::read(path, chain).map_err(|error| NotVerified::File(path.clone(), error))?;
        posts.extend(more);
        strange.extend(faults);
    }
    Ok((posts, strange))
}

/// Of rows that had no place when the walk began, those that have none when their time is over.
fn overdue(app: &App, mut waiting: Vec<i64>, begun: Instant) -> Result<Vec<i64>, ReadError> {
    while !waiting.is_empty() && begun.elapsed() < PLACED_WITHIN {
        std::thread::sleep(LOOK);
        waiting = app.store.read_blocking(|db| verify::still_waiting(db, &waiting))?;
    }
    Ok(waiting)
}

/// Faults of a part of the record up to a place: what stands in the way of pruning it.
pub fn faults_up_to(report: &Report, seq: i64) -> Faults {
    let mut below = Faults::default();
    let concerns = |fault: &&Fault| fault.place().is_none_or(|place| place <= seq);
    report.verdict.faults.list.iter().filter(concerns).for_each(|fault| below.add(fault.clone()));
    below
}
