//! Audit rows, appended in the transaction of the act they speak of; never changed here. Owns appending, and
//! below it everything that is asked of the record:
//!
//! | file | what |
//! |---|---|
//! | [`pen`] | the key that a row is sealed with while a command runs |
//! | [`head`] | where the record ends and where it begins |
//! | [`anchors`] | heads that are kept on purpose |
//! | [`mod@verify`] | the walk over all of it |
//! | [`prune`] | removing whole blocks whose time is over |
//! | [`list`] | the auditor's table |
//! | [`report`] | readings that ask for a reason |

pub mod anchors;
pub(crate) mod head;
pub mod list;
pub(crate) mod pen;
pub mod prune;
pub mod report;
pub mod verify;

use diesel::prelude::*;

use super::connection::Db;
use super::dialect;
use super::schema::audit;
use crate::audit::AuditRow;
use crate::audit::acts::has_words;
use crate::audit::chain::{Placed, Written};

/// Appends one row, sealed. Its place in the chain is given by the sequencer.
pub fn append(db: &mut Db, row: &AuditRow) -> QueryResult<()> {
    debug_assert!(has_words(row.act, &row.detail), "the auditor has no words for {row:?}");
    let mut written = Written {
        id: dialect::next_audit_id(db)?,
        at: row.at.0,
        actor: row.actor.as_str().to_owned(),
        officer_id: row.actor.officer_id(),
        act: row.act.to_owned(),
        tip_id: row.tip_id,
        detail: row.detail.to_string(),
        seal: None,
    };
    written.seal = pen::seal(&written);
    diesel::insert_into(audit::table)
        .values((
            audit::id.eq(written.id),
            audit::at.eq(written.at),
            audit::actor.eq(written.actor),
            audit::officer_id.eq(written.officer_id),
            audit::act.eq(written.act),
            audit::tip_id.eq(written.tip_id),
            audit::detail.eq(written.detail),
            audit::seal.eq(written.seal),
        ))
        .execute(db)?;
    Ok(())
}

/// A row as it is selected for the chain.
pub(super) type ChainRow =
    (i64, Option<i64>, i64, String, Option<i64>, String, Option<i64>, String, Option<Vec<u8>>);

/// The columns of a [`ChainRow`].
pub(super) const CHAIN_ROW: (
    audit::id,
    audit::seq,
    audit::at,
    audit::actor,
    audit::officer_id,
    audit::act,
    audit::tip_id,
    audit::detail,
    audit::seal,
) = (
    audit::id,
    audit::seq,
    audit::at,
    audit::actor,
    audit::officer_id,
    audit::act,
    audit::tip_id,
    audit::detail,
    audit::seal,
);

/// The row, and the place it has; 0 where it has none.
pub(super) fn placed((id, seq, at, actor, officer_id, act, tip_id, detail, seal): ChainRow) -> Placed {
    let row = Written { id, at, actor, officer_id, act, tip_id, detail, seal };
    Placed { seq: seq.unwrap_or_default(), row }
}
