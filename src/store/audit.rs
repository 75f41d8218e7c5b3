//! Audit rows, appended in the transaction of the act they speak of; never changed here. Reading the record
//! back to verify it.

use diesel::prelude::*;

use super::connection::Db;
use super::schema::audit;
use super::sequencer;
use crate::audit::AuditRow;
use crate::audit::chain::{Broken, Chain, Head, Placed, Verifier};
use crate::clock::Timestamp;

/// Appends one row. Its place in the chain is given by the sequencer.
pub fn append(db: &mut Db, row: &AuditRow) -> QueryResult<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::at.eq(row.at.0),
            audit::actor.eq(row.actor.as_str()),
            audit::officer_id.eq(row.actor.officer_id()),
            audit::act.eq(row.act),
            audit::tip_id.eq(row.tip_id),
            audit::detail.eq(row.detail.to_string()),
        ))
        .execute(db)?;
    Ok(())
}

/// Rows that are read at once while verifying.
const PAGE: i64 = 5_000;

/// What a walk over the whole record found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Where the record ends, or the first place where it is not what was written.
    pub chain: Result<Head, Broken>,
    /// Rows that have no place although they are older than the sequencer needs.
    pub unplaced: i64,
}

type Row = (Option<i64>, i64, String, Option<i64>, String, Option<i64>, String, Option<Vec<u8>>);

/// Walks the whole record. Rows written before `placed_by` must have their place.
pub fn verify(db: &mut Db, chain: &Chain, placed_by: Timestamp) -> QueryResult<Verdict> {
    let mut walk = Verifier::new(chain);
    // The head first: what is written while we walk lies behind it.
    let head = sequencer::head(db)?;
    let unplaced = audit::table.filter(audit::seq.is_null().and(audit::at.lt(placed_by.0)));
    let unplaced: i64 = unplaced.count().get_result(db)?;
    let mut after = 0;
    loop {
        let rows = page(db, after, head.seq)?;
        let Some((last, _)) = rows.last() else { break };
        after = last.seq;
        for (row, link) in &rows {
            if let Err(broken) = walk.take(row, link) {
                return Ok(Verdict { chain: Err(broken), unplaced });
            }
        }
    }
    // Rows beyond the head that a cut-off head would hide.
    let beyond = audit::table.filter(audit::seq.gt(head.seq)).select(diesel::dsl::min(audit::seq));
    let beyond: Option<i64> = beyond.first(db)?;
    let moved_on = beyond.is_some() && sequencer::head(db)? == head;
    let chain = if moved_on { Err(Broken::Head(head.seq)) } else { walk.finish(&head) };
    Ok(Verdict { chain, unplaced })
}

fn page(db: &mut Db, after: i64, upto: i64) -> QueryResult<Vec<(Placed, Vec<u8>)>> {
    let rows: Vec<Row> = audit::table
        .filter(audit::seq.gt(after).and(audit::seq.le(upto)))
        .order(audit::seq)
        .limit(PAGE)
        .select((
            audit::seq,
            audit::at,
            audit::actor,
            audit::officer_id,
            audit::act,
            audit::tip_id,
            audit::detail,
            audit::link,
        ))
        .load(db)?;
    let placed = |(seq, at, actor, officer_id, act, tip_id, detail, link): Row| {
        let row = Placed { seq: seq.unwrap_or_default(), at, actor, officer_id, act, tip_id, detail };
        (row, link.unwrap_or_default())
    };
    Ok(rows.into_iter().map(placed).collect())
}
