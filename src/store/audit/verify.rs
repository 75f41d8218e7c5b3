//! The walk over the whole record as it lies in the database: rows, head, floor, anchors, rows without a place,
//! sealed reasons. Owns the reading; refuses judging a link (`audit::verifier`).
//!
//! Invariant: it changes nothing, and holds a page of rows at a time.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{CHAIN_ROW, ChainRow, anchors, head, placed};
use crate::audit::chain::{Chain, Floor, Head, Kept, Placed};
use crate::audit::fault::{Fault, Faults, Place};
use crate::audit::reason::{self, Bound};
use crate::audit::verifier::{Post, Verifier};
use crate::store::connection::Db;
use crate::store::schema::{audit, tip_events};

/// Rows that are read at once.
const PAGE: i64 = 5_000;

/// Rows without a place that are looked at, at most.
const UNPLACED: i64 = 10_000;

/// How often the walk begins again because the record was pruned under it.
const AGAIN: usize = 3;

/// What a walk over the whole record found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The last row with a place.
    pub last: Head,
    /// Rows walked over.
    pub rows: i64,
    /// What was pruned before.
    pub floor: Option<Floor>,
    /// Anchors in the database.
    pub anchors: usize,
    /// Heads, anchors among them, that the record agrees with.
    pub agreed: u64,
    /// Sealed reasons that are as they were.
    pub reasons: u64,
    /// Sealed reasons that were erased on purpose, on record.
    pub erased: u64,
    /// Rows of the portal's own that have no place yet, by id: a fault if they have none ten seconds later.
    pub waiting: Vec<i64>,
    /// What is wrong.
    pub faults: Faults,
}

/// Walks the whole record; `posts` are heads from elsewhere that it must agree with.
pub fn verify(db: &mut Db, chain: &Chain, posts: &[Post]) -> QueryResult<Verdict> {
    let mut verdict = walk(db, chain, posts)?;
    for _ in 0..AGAIN {
        if head::floor(db, chain)?.ok().flatten() == verdict.floor {
            break;
        }
        verdict = walk(db, chain, posts)?;
    }
    Ok(verdict)
}

/// Of these rows, those that still have no place.
pub fn still_waiting(db: &mut Db, ids: &[i64]) -> QueryResult<Vec<i64>> {
    let waiting = audit::table.filter(audit::id.eq_any(ids).and(audit::seq.is_null()));
    waiting.order(audit::id).select(audit::id).load(db)
}

fn walk(db: &mut Db, chain: &Chain, posts: &[Post]) -> QueryResult<Verdict> {
    let mut verdict = Verdict::default();
    let floor = head::floor(db, chain)?;
    if floor.is_err() {
        verdict.faults.add(Fault::Floor);
    }
    verdict.floor = floor.ok().flatten();
    let base = verdict.floor.map_or_else(Kept::default, |floor| floor.kept);
    // The head first: what is written while we walk lies behind it.
    let kept = head::kept(db, chain)?.ok();
    let mut all = anchored(db, chain, base.anchor, kept, &mut verdict)?;
    all.extend_from_slice(posts);
    let mut verifier = Verifier::new(chain, base.head, all);
    let upto = kept.map_or(i64::MAX, |kept| kept.head.seq);
    rows(db, &mut verifier, (base.head.seq, upto), &mut verdict)?;
    let walked = verifier.finish(kept.map(|kept| kept.head));
    let mut faults = walked.faults;
    faults.join(std::mem::take(&mut verdict.faults));
    verdict.faults = faults;
    (verdict.last, verdict.rows, verdict.agreed) = (walked.last, walked.rows, walked.agreed);
    outside(db, chain, base.head.seq, &mut verdict)?;
    without_place(db, chain, &mut verdict)?;
    Ok(verdict)
}

/// The anchors as heads to agree with; each that is missing or was changed is named.
fn anchored(
    db: &mut Db,
    chain: &Chain,
    from: i64,
    kept: Option<Kept>,
    verdict: &mut Verdict,
) -> QueryResult<Vec<Post>> {
    let found = anchors::all(db, chain)?;
    verdict.anchors = found.len();
    let mut next = from.max(1);
    let mut posts = Vec::new();
    let above: Vec<anchors::Found> = found.into_iter().filter(|found| found.anchor.number >= next).collect();
    for anchors::Found { anchor, is_ours } in above {
        // Made while we walk, or put there: the head that was read first knows nothing of it.
        if kept.is_some_and(|kept| anchor.number > kept.anchor) {
            let since = head::kept(db, chain)?.ok();
            if is_ours && since.is_some_and(|since| since.anchor >= anchor.number) {
                break;
            }
            verdict.faults.add(Fault::Anchor(anchor.number));
            continue;
        }
        if !is_ours {
            verdict.faults.add(Fault::Anchor(anchor.number));
            next += i64::from(anchor.number == next);
            continue;
        }
        missing(next, anchor.number, verdict);
        next = anchor.number + 1;
        posts.push(Post { head: anchor.head, source: Place::Anchor(anchor.number) });
    }
    let last = kept.map_or(0, |kept| kept.anchor);
    missing(next, last + 1, verdict);
    Ok(posts)
}

fn missing(from: i64, to: i64, verdict: &mut Verdict) {
    (from..to).for_each(|number| verdict.faults.add(Fault::Anchor(number)));
}

fn rows(
    db: &mut Db,
    verifier: &mut Verifier<'_>,
    (mut after, upto): (i64, i64),
    verdict: &mut Verdict,
) -> QueryResult<()> {
    loop {
        let page = page(db, after, upto)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = last.seq;
        page.iter().for_each(|(row, link)| verifier.take(row, link));
        reasons(db, &page, verdict)?;
    }
}

fn page(db: &mut Db, after: i64, upto: i64) -> QueryResult<Vec<(Placed, Vec<u8>)>> {
    let rows: Vec<(ChainRow, Option<Vec<u8>>)> = audit::table
        .filter(audit::seq.gt(after).and(audit::seq.le(upto)))
        .order(audit::seq)
        .limit(PAGE)
        .select((CHAIN_ROW, audit::link))
        .load(db)?;
    Ok(rows.into_iter().map(|(row, link)| (placed(row), link.unwrap_or_default())).collect())
}

/// Whether the sealed reasons that these rows bind are still what was bound.
fn reasons(db: &mut Db, page: &[(Placed, Vec<u8>)], verdict: &mut Verdict) -> QueryResult<()> {
    let bound = page.iter().filter_map(|(row, _)| Some((row, reason::bound(&row.row.detail)?)));
    let bound: Vec<(&Placed, Bound)> = bound.collect();
    for part in bound.chunks(500) {
        let events: Vec<&str> = part.iter().map(|(_, bound)| bound.event.as_str()).collect();
        let sealed: Vec<(String, Option<Vec<u8>>)> = tip_events::table
            .filter(tip_events::uid.eq_any(events))
            .select((tip_events::uid, tip_events::sealed))
            .load(db)?;
        let sealed: HashMap<String, Vec<u8>> =
            sealed.into_iter().filter_map(|(uid, sealed)| Some((uid, sealed?))).collect();
        for (row, bound) in part {
            match sealed.get(&bound.event) {
                Some(sealed) if reason::digest(sealed) == bound.sha256 => verdict.reasons += 1,
                Some(_) => verdict.faults.add(Fault::Reason(row.seq)),
                None if is_erased(db, row.row.tip_id)? => verdict.erased += 1,
                None => verdict.faults.add(Fault::NoReason(row.seq)),
            }
        }
    }
    Ok(())
}

fn is_erased(db: &mut Db, tip: Option<i64>) -> QueryResult<bool> {
    let Some(tip) = tip else { return Ok(false) };
    let erased = audit::table
        .filter(audit::tip_id.eq(tip).and(audit::act.eq(reason::ERASED)))
        .filter(audit::seq.is_not_null())
        .select(audit::id);
    Ok(erased.first::<i64>(db).optional()?.is_some())
}

/// Rows behind the head, and rows below where the record begins.
fn outside(db: &mut Db, chain: &Chain, floor: i64, verdict: &mut Verdict) -> QueryResult<()> {
    if let Ok(kept) = head::kept(db, chain)? {
        let beyond = audit::table.filter(audit::seq.gt(kept.head.seq));
        let (first, rows): (Option<i64>, i64) =
            beyond.select((diesel::dsl::min(audit::seq), diesel::dsl::count_star())).first(db)?;
        // Whoever wrote in between has moved the head as well.
        let stands_still = head::kept(db, chain)? == Ok(kept);
        if let Some(first) = first.filter(|_| stands_still) {
            verdict.faults.add(Fault::Beyond { first, rows });
        }
    }
    let below = audit::table.filter(audit::seq.le(floor));
    if floor > 0 {
        let left: i64 = below.count().get_result(db)?;
        if left > 0 {
            verdict.faults.add(Fault::Leftover(left));
        }
        return Ok(());
    }
    let nowhere: Vec<i64> = below.order(audit::id).limit(UNPLACED).select(audit::id).load(db)?;
    nowhere.into_iter().for_each(|id| verdict.faults.add(Fault::Nowhere(id)));
    Ok(())
}

/// Rows without a place: others' are named, our own have some seconds.
fn without_place(db: &mut Db, chain: &Chain, verdict: &mut Verdict) -> QueryResult<()> {
    let rows: Vec<ChainRow> = audit::table
        .filter(audit::seq.is_null())
        .order(audit::id)
        .limit(UNPLACED)
        .select(CHAIN_ROW)
        .load(db)?;
    for row in rows.into_iter().map(placed) {
        if chain.is_sealed(&row.row) {
            verdict.waiting.push(row.row.id);
        } else {
            verdict.faults.add(Fault::Foreign(row.row.id));
        }
    }
    Ok(())
}
