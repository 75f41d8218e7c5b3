//! Closing a day of the public record: waiting leaves get filling ones beside them, are put in an order that
//! tells nothing, and stand under a new head. Owns that transaction; refuses the time and the randomness, which
//! are passed in, and checking the tips (`checking`, before).
//!
//! Invariant: blocks, head, the leaves' marks and the line on record stand together or not at all, and the new
//! record begins with the one before.

use diesel::prelude::*;

use super::{Head, last, roots};
use crate::audit::commitment::{BLOCK, Day, Ties};
use crate::audit::merkle::{Hash, consistency, extends, leaf_hash, root};
use crate::audit::{Actor, AuditRow};
use crate::clock::Minute;
use crate::store::audit;
use crate::store::command::Abort;
use crate::store::connection::{Db, on_each};
use crate::store::dialect;
use crate::store::schema::{commitments, record_blocks, record_heads};

/// Leaves of tips under one head at most: the writer is not held longer than it takes to close these. What is
/// more waits for another head of the same day.
pub const MOST: i64 = 16_384;

/// Days that are made up one by one at most; of a longer gap only the last ones get a head of their own.
const MOST_DAYS: i64 = 31;

/// A head that is to be made.
pub struct Closing {
    /// The day it closes.
    pub day: Day,
    /// The head it follows, as it was checked.
    pub follows: Option<Head>,
    /// Filling leaves: as many as a head may need.
    pub filling: Vec<Hash>,
    /// Now.
    pub minute: Minute,
    /// The deployment's ties.
    pub ties: Ties,
}

/// Why no head was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotClosed {
    /// Another node was first.
    Moved,
    /// The blocks are not those that the head before was made from.
    Broken,
}

/// Whether a leaf waits for a head up to `latest`. One that lies ahead of the day after was stamped by a clock
/// that was wrong.
#[diesel::dsl::auto_type(no_type_alias)]
fn waits(latest: i64) -> _ {
    let ahead: i64 = latest + 1_i64;
    commitments::head.is_null().and(commitments::day.le(latest).or(commitments::day.gt(ahead)))
}

/// The days up to `latest` that lack their head, oldest first. `begun`: the record's first day.
pub fn due(db: &mut Db, begun: Day, latest: Day) -> QueryResult<Vec<Day>> {
    let past = record_heads::table.filter(record_heads::day.le(latest.0));
    let past: Option<i64> = past.select(diesel::dsl::max(record_heads::day)).first(db)?;
    let from = past.map_or(begun, |day| Day(day).plus(1)).max(latest.plus(1 - MOST_DAYS));
    if from <= latest {
        return Ok((from.0..=latest.0).map(Day).collect());
    }
    Ok(if is_waiting(db, latest)? { vec![latest] } else { Vec::new() })
}

/// Whether leaves are left that the heads up to `latest` should have.
pub fn is_waiting(db: &mut Db, latest: Day) -> QueryResult<bool> {
    let one: Option<Vec<u8>> =
        commitments::table.filter(waits(latest.0)).select(commitments::name).first(db).optional()?;
    Ok(one.is_some())
}

/// Makes the head.
pub fn close(db: &mut Db, new: &Closing) -> Result<Head, Abort<NotClosed>> {
    dialect::own_record(db)?;
    if last(db)? != new.follows {
        return Err(Abort::Refused(NotClosed::Moved));
    }
    let (number, before) = new.follows.as_ref().map_or((1, 0), |head| (head.number + 1, head.size));
    let tips = take(db, new.day, number)?;
    let leaves = fill(&tips, &new.filling);
    let mut all = roots(db, before)?;
    let older = all.len();
    for block in leaves.chunks(BLOCK) {
        all.push(put_block(db, i64::try_from(all.len()).unwrap_or(i64::MAX), block)?);
    }
    let size = before + i64::try_from(leaves.len()).unwrap_or(i64::MAX);
    let head = Head { number, day: new.day, size, root: root(&all) };
    if !follows(new.follows.as_ref(), &head, &all, older) {
        return Err(Abort::Refused(NotClosed::Broken));
    }
    put_head(db, &head, i64::try_from(tips.len()).unwrap_or(i64::MAX), new)?;
    Ok(head)
}

/// Whether the new record begins with the old one, as anybody outside will check it.
fn follows(old: Option<&Head>, new: &Head, roots: &[Hash], older: usize) -> bool {
    let Some(old) = old else { return older == 0 };
    let long = |size: i64| u64::try_from(size).unwrap_or(0);
    let is_there = long(old.size) == (older * BLOCK) as u64 && root(&roots[..older]) == old.root;
    let joined = consistency(roots, older).unwrap_or_default();
    let block = BLOCK as u64;
    is_there && extends((long(old.size) / block, &old.root), (long(new.size) / block, &new.root), &joined)
}

/// Takes waiting leaves for a head, at most [`MOST`], whichever their names bring first.
fn take(db: &mut Db, day: Day, number: i64) -> QueryResult<Vec<Hash>> {
    let taken: Vec<Vec<u8>> = on_each!(db, |c| {
        let names: Vec<Vec<u8>> = commitments::table
            .filter(waits(day.0))
            .order(commitments::name)
            .limit(MOST)
            .select(commitments::name)
            .load(c)?;
        let mut taken = Vec::with_capacity(names.len());
        for names in names.chunks(500) {
            let own = commitments::table.filter(commitments::name.eq_any(names));
            let marked = diesel::update(own).set(commitments::head.eq(number));
            let leaves: Vec<Vec<u8>> = marked.returning(commitments::leaf).get_results(c)?;
            taken.extend(leaves);
        }
        taken
    });
    taken.iter().map(|leaf| super::whole(leaf)).collect()
}

/// The leaves with filling ones up to whole blocks, at least one block, in an order that does not tell which
/// came first.
fn fill(tips: &[Hash], filling: &[Hash]) -> Vec<Hash> {
    let size = tips.len().max(1).next_multiple_of(BLOCK);
    let mut all: Vec<Hash> = tips.iter().chain(filling).take(size).copied().collect();
    all.sort_unstable();
    all
}

fn put_block(db: &mut Db, number: i64, leaves: &[Hash]) -> QueryResult<Hash> {
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
    let root = root(&hashes);
    diesel::insert_into(record_blocks::table)
        .values((
            record_blocks::number.eq(number),
            record_blocks::leaves.eq(leaves.concat()),
            record_blocks::root.eq(root.as_slice()),
        ))
        .execute(db)?;
    Ok(root)
}

fn put_head(db: &mut Db, head: &Head, tips: i64, new: &Closing) -> QueryResult<()> {
    diesel::insert_into(record_heads::table)
        .values((
            record_heads::number.eq(head.number),
            record_heads::day.eq(head.day.0),
            record_heads::size.eq(head.size),
            record_heads::root.eq(head.root.as_slice()),
            record_heads::tips.eq(tips),
            record_heads::made_minute.eq(new.minute.0),
            record_heads::mac.eq(new.ties.head(head, tips).as_slice()),
        ))
        .execute(db)?;
    let row = AuditRow {
        at: new.minute.start(),
        actor: Actor::System,
        act: "record.closed",
        tip_id: None,
        detail: serde_json::to_value(head).unwrap_or_default(),
    };
    audit::append(db, &row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(from: u32, n: u32) -> Vec<Hash> {
        (from..from + n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    #[test]
    fn a_day_is_filled_to_whole_blocks_and_tells_no_order() {
        let filling = hashes(1_000, 64);
        for (tips, size) in [(0, 64), (1, 64), (63, 64), (64, 64), (65, 128), (200, 256)] {
            let tips = hashes(0, tips);
            let all = fill(&tips, &filling);
            assert_eq!(all.len(), size);
            assert!(all.is_sorted() && tips.iter().all(|tip| all.contains(tip)));
            let mut turned = tips.clone();
            turned.reverse();
            assert_eq!(fill(&turned, &filling), all);
        }
    }
}
