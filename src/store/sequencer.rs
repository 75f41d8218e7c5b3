//! The sequencer: gives committed rows their place. It links the audit record and numbers the live feed.
//! Owns the order; refuses deciding what is recorded. On SQLite the writer calls it at the end of each batch,
//! on PostgreSQL one node at a time does, within a second.
//!
//! Invariant: places are given without gaps, in one line, and a place once given never changes.

use diesel::prelude::*;

use super::audit::{CHAIN_ROW, ChainRow, head, placed};
use super::connection::Db;
use super::dialect;
use super::meta;
use super::schema::{audit, tip_events};
use crate::audit::chain::{Chain, Head, Kept, Link, Placed};

/// Where the highest number in the feed is kept whose event was erased.
const FEED: &str = "feed_erased";

/// How many rows get their place in one go.
pub(crate) const MOST: i64 = 5_000;

/// Gives up to [`MOST`] audit rows and as many events their places, inside the open transaction. Returns how
/// many rows there were.
pub(crate) fn place(db: &mut Db, chain: &Chain) -> QueryResult<usize> {
    Ok(link(db, chain, |row| chain.is_sealed(&row.row))? + number(db)?)
}

/// Links the whole record anew, because the way it is linked has changed with a step of the database; rows are
/// taken as they lie there.
pub(super) fn link_anew(db: &mut Db, chain: &Chain) -> QueryResult<()> {
    if audit::table.select(audit::id).first::<i64>(db).optional()?.is_none() {
        return Ok(());
    }
    let nowhere = (audit::seq.eq(None::<i64>), audit::link.eq(None::<Vec<u8>>));
    diesel::update(audit::table).set(nowhere).execute(db)?;
    head::keep(db, chain, &Kept::default())?;
    while link(db, chain, |_| true)? > 0 {}
    Ok(())
}

/// Links rows that have no place, oldest first, and passes over those that are not `ours`: whoever puts a row
/// into the table without the key gets no place for it, and the verifier names it.
fn link(db: &mut Db, chain: &Chain, ours: impl Fn(&Placed) -> bool) -> QueryResult<usize> {
    let mut after = i64::MIN;
    loop {
        let waiting = waiting(db, after)?;
        let Some(last) = waiting.last().map(|row| row.row.id) else { return Ok(0) };
        after = last;
        let waiting: Vec<Placed> = waiting.into_iter().filter(&ours).collect();
        if !waiting.is_empty() {
            return link_all(db, chain, waiting);
        }
    }
}

fn waiting(db: &mut Db, after: i64) -> QueryResult<Vec<Placed>> {
    let rows: Vec<ChainRow> = audit::table
        .filter(audit::seq.is_null().and(audit::id.gt(after)))
        .order(audit::id)
        .limit(MOST)
        .select(CHAIN_ROW)
        .load(db)?;
    Ok(rows.into_iter().map(placed).collect())
}

fn link_all(db: &mut Db, chain: &Chain, rows: Vec<Placed>) -> QueryResult<usize> {
    let mut kept = head::own(db, chain)?;
    let mut links: Vec<(i64, i64, Link)> = Vec::with_capacity(rows.len());
    for row in rows {
        let row = Placed { seq: kept.head.seq + 1, ..row };
        kept.head = Head { seq: row.seq, link: chain.link(&kept.head.link, &row) };
        links.push((row.row.id, row.seq, kept.head.link));
    }
    dialect::set_links(db, &links)?;
    head::keep(db, chain, &kept)?;
    Ok(links.len())
}

fn number(db: &mut Db) -> QueryResult<usize> {
    let waiting: Vec<i64> = tip_events::table
        .filter(tip_events::feed.is_null())
        .order(tip_events::id)
        .limit(MOST)
        .select(tip_events::id)
        .load(db)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    // In this order: whoever erases the event that had the highest number leaves it in `meta` in the same
    // transaction, and is seen by both questions or by the first one only.
    let last: Option<i64> = tip_events::table.select(diesel::dsl::max(tip_events::feed)).get_result(db)?;
    let last = last.unwrap_or(0).max(kept_feed(db)?);
    let places: Vec<(i64, i64)> = waiting.into_iter().zip(last + 1..).collect();
    dialect::set_feed(db, &places)?;
    Ok(places.len())
}

/// The highest number in the feed that an erased event had.
fn kept_feed(db: &mut Db) -> QueryResult<i64> {
    Ok(meta::get(db, FEED)?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Remembers that `number` was given out in the feed, whose event is about to be erased.
pub(super) fn keep_feed(db: &mut Db, number: i64) -> QueryResult<()> {
    if number > kept_feed(db)? { meta::put(db, FEED, &number.to_string()) } else { Ok(()) }
}
