//! Pruning the record: which anchored block may go, and going on until it is gone. Owns the conditions; refuses
//! SQL.
//!
//! Invariant: what goes is older than the record must be kept, was whole when it went, and its end is in the
//! second place.

use std::time::Duration;

use super::{check, file};
use crate::app::App;
use crate::audit::chain::{Anchor, Chain};
use crate::audit::fault::Fault;
use crate::audit::reading::DAY;
use crate::clock::Timestamp;
use crate::store::audit::{anchors, prune as rows};
use crate::store::{Lane, ReadError, WriteError};

/// Days of a year, rounded up, so that nothing goes too early.
const YEAR: i64 = 366;

/// How often it is tried while another node gives places.
const TRIES: usize = 40;

/// What was pruned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The last place that is gone; 0 where nothing ever was.
    pub upto: i64,
    /// Rows that were removed now.
    pub rows: usize,
}

/// Why nothing was pruned.
#[derive(Debug, thiserror::Error)]
pub enum NotPruned {
    /// The record is not whole there: it is needed as it is.
    #[error("the record is not whole up to there, and is left as it is: {0}")]
    NotWhole(Fault),
    /// It could not be verified.
    #[error(transparent)]
    NotVerified(#[from] check::NotVerified),
    /// The database cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database did not confirm it.
    #[error("the database did not confirm it: run the command again, it goes on where it stopped")]
    NotConfirmed,
}

/// Removes whole blocks that ended before `before` and are older than the record is kept, and goes on with what
/// an earlier pruning left.
pub fn prune(app: &App, before: Timestamp) -> Result<Pruned, NotPruned> {
    let mut pruned = Pruned { rows: finish(app)?, ..Pruned::default() };
    if let Some(anchor) = end_of(app, before)? {
        let report = check::verify(app, &check::Heads::usual(app))?;
        if let Some(fault) = check::faults_up_to(&report, anchor.head.seq).list.into_iter().next() {
            return Err(NotPruned::NotWhole(fault));
        }
        begin(app, anchor)?;
        pruned.rows += finish(app)?;
    }
    let chain = Chain::of(&app.deployment);
    let floor = app.store.read_blocking(|db| rows::floor(db, &chain))?;
    Ok(Pruned { upto: floor.map_or(0, |floor| floor.kept.head.seq), ..pruned })
}

/// The last anchor up to which may be pruned.
fn end_of(app: &App, before: Timestamp) -> Result<Option<Anchor>, NotPruned> {
    let chain = Chain::of(&app.deployment);
    let kept = app.clock.now().0.saturating_sub(app.config.record.keep_years * YEAR * DAY);
    let before = before.0.min(kept);
    let all = app.store.read_blocking(|db| anchors::all(db, &chain))?;
    let floor = app.store.read_blocking(|db| rows::floor(db, &chain))?;
    let gone = floor.map_or(0, |floor| floor.kept.head.seq);
    for found in all.into_iter().rev().filter(|found| found.is_ours && found.anchor.head.seq > gone) {
        let anchor = found.anchor;
        // The end of the anchor's minute: nothing in the block was written after it.
        if anchor.minute.plus(1).start().0 > before || !file::holds(&app.config.heads(), &anchor, &chain) {
            continue;
        }
        // Unless a clock was wrong.
        let newest = app.store.read_blocking(|db| rows::newest(db, anchor.head.seq))?;
        if newest.is_none_or(|newest| newest < before) {
            return Ok(Some(anchor));
        }
    }
    Ok(None)
}

fn begin(app: &App, anchor: Anchor) -> Result<(), NotPruned> {
    let now = app.clock.now();
    for _ in 0..TRIES {
        let chain = Chain::of(&app.deployment);
        let begun = app
            .store
            .write_blocking("record.prune", Lane::Record, move |db| rows::begin(db, &chain, &anchor, now));
        match begun {
            Ok(_) | Err(WriteError::Refused(rows::NotPruned::Done)) => return Ok(()),
            Err(WriteError::Refused(rows::NotPruned::Busy)) => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(_) => return Err(NotPruned::NotConfirmed),
        }
    }
    Err(NotPruned::NotConfirmed)
}

/// Removes what lies below the mark, in small steps between which others write.
fn finish(app: &App) -> Result<usize, NotPruned> {
    let mut removed = 0;
    loop {
        let chain = Chain::of(&app.deployment);
        let step: Result<usize, WriteError<()>> =
            app.store.write_blocking("record.prune_rows", Lane::Desk, move |db| Ok(rows::step(db, &chain)?));
        match step {
            Ok(0) => return Ok(removed),
            Ok(rows) => removed += rows,
            Err(_) => return Err(NotPruned::NotConfirmed),
        }
    }
}
