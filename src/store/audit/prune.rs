//! Removing rows whose time is over: whole blocks up to an anchor, and nothing that cannot be proved to have
//! been there. Owns the order: the mark and the row that says so first, the rows themselves afterwards, in
//! small transactions; refuses deciding when, and looking whether the anchor is in the second place.
//!
//! Invariant: at every moment the record says up to where it was pruned, and verifies from there on.

use diesel::prelude::*;
use serde_json::json;

use super::{anchors, append, head};
use crate::audit::AuditRow;
use crate::audit::chain::{Anchor, Chain, Floor, Kept};
use crate::audit::reading::RECORD_PRUNED;
use crate::clock::Timestamp;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::dialect;
use crate::store::schema::audit;
use crate::vault::hex;

/// Rows that are removed in one transaction.
pub const STEP: i64 = 2_000;

/// Why the mark was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPruned {
    /// Another node gives places just now.
    #[error("the record is being written by another node just now: try again")]
    Busy,
    /// It was pruned beyond this before.
    #[error("the record was pruned beyond this already")]
    Done,
}

/// Moves the mark up to `anchor` and puts on record what goes.
pub fn begin(db: &mut Db, chain: &Chain, anchor: &Anchor, now: Timestamp) -> Result<Floor, Abort<NotPruned>> {
    if !dialect::own_sequence(db)? {
        return Err(Abort::Refused(NotPruned::Busy));
    }
    let before = head::floor(db, chain)?
        .map_err(|head::NotOurs| diesel::result::Error::DeserializationError("the mark is damaged".into()))?;
    let gone = before.map_or(0, |floor| floor.kept.head.seq);
    if gone >= anchor.head.seq {
        return Err(Abort::Refused(NotPruned::Done));
    }
    let first = before.map_or(1, |floor| floor.first);
    let floor = Floor { first, kept: Kept { head: anchor.head, anchor: anchor.number } };
    head::lift(db, chain, &floor)?;
    let detail = json!({
        "first": gone + 1, "last": anchor.head.seq, "link": hex::encode(&anchor.head.link),
        "anchor": anchor.number,
    });
    append(db, &AuditRow::system(now, RECORD_PRUNED, detail))?;
    Ok(floor)
}

/// Up to where the record was pruned.
pub fn floor(db: &mut Db, chain: &Chain) -> QueryResult<Option<Floor>> {
    Ok(head::floor(db, chain)?.ok().flatten())
}

/// Removes up to [`STEP`] rows below the mark, the oldest first; gives how many. Zero: there are none left.
pub fn step(db: &mut Db, chain: &Chain) -> QueryResult<usize> {
    let Some(floor) = floor(db, chain)? else { return Ok(0) };
    let below = audit::table.filter(audit::seq.le(floor.kept.head.seq));
    let ids: Vec<i64> = below.order(audit::seq).limit(STEP).select(audit::id).load(db)?;
    if ids.is_empty() {
        anchors::forget_before(db, floor.kept.anchor)?;
        return Ok(0);
    }
    diesel::delete(audit::table.filter(audit::id.eq_any(ids))).execute(db)
}

/// The newest time among the rows up to this place, in milliseconds.
pub fn newest(db: &mut Db, upto: i64) -> QueryResult<Option<i64>> {
    let rows = audit::table.filter(audit::seq.le(upto));
    rows.select(diesel::dsl::max(audit::at)).get_result(db)
}
