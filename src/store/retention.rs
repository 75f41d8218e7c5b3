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
use crate::triage::acts::Decided;
use crate::triage::status::Status;

/// Writes as what a tip is kept that ends with this act, and takes that away from one that opens again.
///
/// One that a second person must still look at has no class yet: it is kept longest.
pub(super) fn ended(db: &mut Db, act: &Decided) -> QueryResult<()> {
    let row = tips::table.filter(tips::id.eq(act.tip));
    let class = |has_minor| match (act.outcome, act.status) {
        (Some(outcome), _) => Some(Class::of(outcome, has_minor)),
        (None, Status::SetAside) => act.look_by.is_none().then(|| Class::of_noise(has_minor)),
        _ => None,
    };
    if act.outcome.is_none() && act.status != Status::SetAside && !act.reopened {
        return Ok(());
    }
    let has_minor: bool = row.select(tips::has_minor).get_result(db)?;
    diesel::update(row).set(tips::kept_as.eq(class(has_minor).map(Class::as_str))).execute(db)?;
    Ok(())
}
