//! Anchors: heads that are kept on purpose, in the database and in a second place. Owns when one is due and
//! its row; refuses files and mailboxes.
//!
//! Invariant: the number of the last anchor is under the head's MAC, so that none is taken away unseen.

use diesel::prelude::*;

use super::head;
use crate::audit::chain::{Anchor, Chain, Head, Kept};
use crate::clock::Minute;
use crate::store::connection::Db;
use crate::store::dialect;
use crate::store::schema::audit_anchors as anchors;

/// When an anchor is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocks {
    /// After so many rows.
    pub rows: i64,
    /// With every new stretch of so many minutes in which something was written.
    pub minutes: i64,
}

impl Blocks {
    /// As soon as anything was written since the last one.
    pub const NOW: Self = Self { rows: 1, minutes: i64::MAX };

    fn are_due(self, last: Option<Anchor>, head: Head, now: Minute) -> bool {
        let grown = head.seq - last.map_or(0, |anchor| anchor.head.seq);
        let stretch = |minute: Minute| minute.0.div_euclid(self.minutes.max(1));
        let is_new = last.is_none_or(|anchor| stretch(anchor.minute) != stretch(now));
        grown >= self.rows || (grown > 0 && is_new)
    }
}

/// Makes an anchor where one is due. None where none is, or where another node gives places just now: then the
/// next round does it.
pub fn make(db: &mut Db, chain: &Chain, blocks: Blocks, now: Minute) -> QueryResult<Option<Anchor>> {
    if !dialect::own_sequence(db)? {
        return Ok(None);
    }
    let kept = head::own(db, chain)?;
    let last = find(db, kept.anchor)?;
    if !blocks.are_due(last, kept.head, now) {
        return Ok(None);
    }
    let anchor = Anchor { number: kept.anchor + 1, head: kept.head, minute: now };
    diesel::insert_into(anchors::table)
        .values((
            anchors::number.eq(anchor.number),
            anchors::seq.eq(anchor.head.seq),
            anchors::link.eq(anchor.head.link.as_slice()),
            anchors::minute.eq(now.0),
            anchors::mac.eq(chain.of_anchor(&anchor).as_slice()),
            anchors::elsewhere.eq(false),
        ))
        .execute(db)?;
    head::keep(db, chain, &Kept { anchor: anchor.number, ..kept })?;
    Ok(Some(anchor))
}

/// Whether [`make`] would find one due, as far as a look without a lock can tell. None where the head is not
/// this portal's: nothing is built on it.
pub fn is_due(db: &mut Db, chain: &Chain, blocks: Blocks, now: Minute) -> QueryResult<Option<bool>> {
    let Ok(kept) = head::kept(db, chain)? else { return Ok(None) };
    let last = find(db, kept.anchor)?;
    Ok(Some(blocks.are_due(last, kept.head, now)))
}

type Row = (i64, i64, Vec<u8>, i64, Vec<u8>);

/// An anchor's row, and whether it is what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// As it lies there.
    pub anchor: Anchor,
    /// Whether its MAC fits.
    pub is_ours: bool,
}

fn found(chain: &Chain, (number, seq, link, minute, mac): Row) -> Found {
    let link = link.try_into().unwrap_or_default();
    let anchor = Anchor { number, head: Head { seq, link }, minute: Minute(minute) };
    Found { anchor, is_ours: mac == chain.of_anchor(&anchor) }
}

const ROW: (anchors::number, anchors::seq, anchors::link, anchors::minute, anchors::mac) =
    (anchors::number, anchors::seq, anchors::link, anchors::minute, anchors::mac);

fn find(db: &mut Db, number: i64) -> QueryResult<Option<Anchor>> {
    let row: Option<(i64, Vec<u8>, i64)> = anchors::table
        .find(number)
        .select((anchors::seq, anchors::link, anchors::minute))
        .first(db)
        .optional()?;
    Ok(row.map(|(seq, link, minute)| {
        let head = Head { seq, link: link.try_into().unwrap_or_default() };
        Anchor { number, head, minute: Minute(minute) }
    }))
}

/// Every anchor, in order.
pub fn all(db: &mut Db, chain: &Chain) -> QueryResult<Vec<Found>> {
    let rows: Vec<Row> = anchors::table.order(anchors::number).select(ROW).load(db)?;
    Ok(rows.into_iter().map(|row| found(chain, row)).collect())
}

/// The last anchor.
pub fn last(db: &mut Db, chain: &Chain) -> QueryResult<Option<Found>> {
    let row: Option<Row> = anchors::table.order(anchors::number.desc()).select(ROW).first(db).optional()?;
    Ok(row.map(|row| found(chain, row)))
}

/// Anchors that are in no second place yet, in order.
pub fn waiting(db: &mut Db, chain: &Chain) -> QueryResult<Vec<Anchor>> {
    let here = anchors::table.filter(anchors::elsewhere.eq(false));
    let rows: Vec<Row> = here.order(anchors::number).select(ROW).load(db)?;
    let ours = |row| Some(found(chain, row)).filter(|found| found.is_ours).map(|found| found.anchor);
    Ok(rows.into_iter().filter_map(ours).collect())
}

/// These are in the second place now.
pub fn mark(db: &mut Db, numbers: &[i64]) -> QueryResult<()> {
    diesel::update(anchors::table.filter(anchors::number.eq_any(numbers)))
        .set(anchors::elsewhere.eq(true))
        .execute(db)?;
    Ok(())
}

/// Removes the anchors before this one, whose rows are gone.
pub(super) fn forget_before(db: &mut Db, number: i64) -> QueryResult<()> {
    diesel::delete(anchors::table.filter(anchors::number.lt(number))).execute(db)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_due_after_so_many_rows_or_in_a_new_hour_with_a_row_in_it() {
        let blocks = Blocks { rows: 1_000, minutes: 60 };
        let head = |seq| Head { seq, link: [0; 32] };
        let last = Some(Anchor { number: 1, head: head(10), minute: Minute(600) });
        let due = |last, seq, now| blocks.are_due(last, head(seq), Minute(now));

        assert!(!due(None, 0, 0) && due(None, 1, 0));
        assert!(!due(last, 1_009, 659) && due(last, 1_010, 600));
        assert!(!due(last, 10, 660) && due(last, 11, 660));
        assert!(due(last, 11, 5), "a clock that was set back");
        assert!(Blocks::NOW.are_due(last, head(11), Minute(600)));
    }
}
