//! The sequencer: gives committed rows their place. It links the audit record and numbers the live feed.
//! Owns the order; refuses deciding what is recorded. On SQLite the writer calls it at the end of each batch,
//! on PostgreSQL one node at a time does, within a second.
//!
//! Invariant: places are given without gaps, in one line, and a place once given never changes.

use diesel::prelude::*;

use super::connection::Db;
use super::dialect;
use super::meta;
use super::schema::{audit, tip_events};
use crate::audit::chain::{Chain, Head, Placed};

/// Where the head of the audit record is kept.
const HEAD: &str = "audit_head";

/// Where the highest number in the feed is kept whose event was erased.
const FEED: &str = "feed_erased";

/// How many rows get their place in one go.
pub(crate) const MOST: i64 = 5_000;

/// Gives up to [`MOST`] audit rows and as many events their places, inside the open transaction. Returns how
/// many rows there were.
pub(crate) fn place(db: &mut Db, chain: &Chain) -> QueryResult<usize> {
    Ok(link(db, chain)? + number(db)?)
}

type Waiting = (i64, i64, String, Option<i64>, String, Option<i64>, String);

fn link(db: &mut Db, chain: &Chain) -> QueryResult<usize> {
    let waiting: Vec<Waiting> = audit::table
        .filter(audit::seq.is_null())
        .order(audit::id)
        .limit(MOST)
        .select((
            audit::id,
            audit::at,
            audit::actor,
            audit::officer_id,
            audit::act,
            audit::tip_id,
            audit::detail,
        ))
        .load(db)?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let mut head = head(db)?;
    let mut links = Vec::with_capacity(waiting.len());
    for (id, at, actor, officer_id, act, tip_id, detail) in waiting {
        let row = Placed { seq: head.seq + 1, at, actor, officer_id, act, tip_id, detail };
        head = Head { seq: row.seq, link: chain.link(&head.link, &row) };
        links.push((id, head.seq, head.link));
    }
    dialect::set_links(db, &links)?;
    set_head(db, &head)?;
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

/// The head of the audit record as it is kept.
pub(crate) fn head(db: &mut Db) -> QueryResult<Head> {
    let Some(text) = meta::get(db, HEAD)? else { return Ok(Head::default()) };
    parse(&text)
        .ok_or_else(|| diesel::result::Error::DeserializationError("the audit head is damaged".into()))
}

fn parse(text: &str) -> Option<Head> {
    let (seq, link) = text.split_once(' ')?;
    Some(Head { seq: seq.parse().ok()?, link: crate::vault::hex::decode(link)? })
}

/// Keeps the head of the audit record.
pub(super) fn set_head(db: &mut Db, head: &Head) -> QueryResult<()> {
    let value = format!("{} {}", head.seq, crate::vault::hex::encode(&head.link));
    meta::put(db, HEAD, &value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_reads_back_and_nonsense_does_not() {
        let hex = "ab".repeat(32);
        assert_eq!(parse(&format!("7 {hex}")), Some(Head { seq: 7, link: [0xab; 32] }));
        for text in ["", "7", &hex, "x y", "7 ab"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
