//! Rows of retention: what is due, what an erasure removes and leaves, holds, and the state of rounds. Owns their
//! SQL; refuses the terms and the brake (`retention`), and the hour (`app`).
//!
//! Invariant: an erasure is one transaction for the rows; the bytes of files follow after its commit, and their
//! names stand in `doomed_files` until they have.

pub mod due;
pub mod erase;
pub mod holds;
pub mod rounds;
mod traces;

pub use due::{Count, Step, Work};
pub use erase::{Kept, erase_early, erase_tip};
pub use traces::{doomed, found, unlinked};

use diesel::prelude::*;

use super::connection::Db;
use super::schema::tips;
use crate::retention::class::Class;
use crate::triage::outcome::Outcome;

/// Writes as what a tip is kept that ends so now.
pub(super) fn closed(db: &mut Db, tip: i64, outcome: Outcome) -> QueryResult<()> {
    let row = tips::table.filter(tips::id.eq(tip));
    let has_minor: bool = row.select(tips::has_minor).get_result(db)?;
    let class = Class::of(outcome, has_minor);
    diesel::update(row).set(tips::kept_as.eq(class.as_str())).execute(db)?;
    Ok(())
}
