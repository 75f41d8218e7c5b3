//! The end of the audit record. Owns walking the last rows; the whole is `store::audit`'s.

use diesel::prelude::*;

use crate::audit::chain::{Chain, Head, Link, Placed};
use crate::audit::verifier::Verifier;
use crate::clock::Timestamp;
use crate::store::audit::{CHAIN_ROW, ChainRow, head, placed};
use crate::store::connection::Db;
use crate::store::schema::audit;

/// The end of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// How many links were looked at.
    pub links: usize,
    /// The first place where a row is not what was written; 0 where the head is not this portal's.
    pub broken: Option<i64>,
    /// Rows that should have their place and have none.
    pub unplaced: i64,
}

/// Walks the last `most` rows. Rows written before `placed_by` must have their place.
pub fn tail(db: &mut Db, chain: &Chain, most: i64, placed_by: Timestamp) -> QueryResult<Tail> {
    let unplaced = audit::table.filter(audit::seq.is_null().and(audit::at.lt(placed_by.0)));
    let unplaced: i64 = unplaced.count().get_result(db)?;
    let Ok(kept) = head::kept(db, chain)? else { return Ok(Tail { links: 0, broken: Some(0), unplaced }) };
    let floor = head::floor(db, chain)?.ok().flatten().map_or_else(Head::default, |floor| floor.kept.head);
    let mut rows = last_rows(db, kept.head.seq, most + 1)?;
    rows.reverse();
    // The row before those that are looked at gives the link to begin with; before the first of all, the floor.
    let begins = rows.first().is_some_and(|(row, _)| row.seq == floor.seq + 1);
    let base = if begins || rows.is_empty() { floor } else { base_of(&rows.remove(0)) };
    let mut walk = Verifier::new(chain, base, Vec::new());
    rows.iter().for_each(|(row, link)| walk.take(row, link));
    let walked = walk.finish(Some(kept.head));
    let broken = walked.faults.list.first().map(|fault| fault.place().unwrap_or(0));
    Ok(Tail { links: rows.len(), broken, unplaced })
}

fn base_of((row, link): &(Placed, Vec<u8>)) -> Head {
    Head { seq: row.seq, link: Link::try_from(link.as_slice()).unwrap_or_default() }
}

fn last_rows(db: &mut Db, upto: i64, most: i64) -> QueryResult<Vec<(Placed, Vec<u8>)>> {
    let rows: Vec<(ChainRow, Option<Vec<u8>>)> = audit::table
        .filter(audit::seq.le(upto))
        .order(audit::seq.desc())
        .limit(most)
        .select((CHAIN_ROW, audit::link))
        .load(db)?;
    Ok(rows.into_iter().map(|(row, link)| (placed(row), link.unwrap_or_default())).collect())
}
