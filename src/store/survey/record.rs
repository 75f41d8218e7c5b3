//! The end of the audit record. Owns walking the last rows; the whole is `store::audit`'s.

use diesel::prelude::*;

use crate::audit::chain::{Chain, Link, Placed};
use crate::clock::Timestamp;
use crate::store::connection::Db;
use crate::store::schema::audit;
use crate::store::sequencer;

/// The end of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tail {
    /// How many links were looked at.
    pub links: usize,
    /// The first place where a row is not what was written.
    pub broken: Option<i64>,
    /// Rows that should have their place and have none.
    pub unplaced: i64,
}

type Row = (Option<i64>, i64, String, Option<i64>, String, Option<i64>, String, Option<Vec<u8>>);

/// Walks the last `most` rows. Rows written before `placed_by` must have their place.
pub fn tail(db: &mut Db, chain: &Chain, most: i64, placed_by: Timestamp) -> QueryResult<Tail> {
    let unplaced = audit::table.filter(audit::seq.is_null().and(audit::at.lt(placed_by.0)));
    let unplaced: i64 = unplaced.count().get_result(db)?;
    let head = sequencer::head(db)?;
    let mut rows = last_rows(db, head.seq, most + 1)?;
    rows.reverse();
    // Before the first row of all stands a link of zeros.
    if rows.first().is_some_and(|(row, _)| row.seq == 1) {
        rows.insert(0, (nobody(), vec![0; 32]));
    }
    let broken = walk(chain, &rows).or_else(|| {
        let ends = rows.last().map(|(row, link)| (row.seq, link.as_slice()));
        (ends.unwrap_or((0, &[0; 32])) != (head.seq, head.link.as_slice())).then_some(head.seq)
    });
    Ok(Tail { links: rows.len().saturating_sub(1), broken, unplaced })
}

/// What stands before the first row.
fn nobody() -> Placed {
    let (actor, act, detail) = (String::new(), String::new(), String::new());
    Placed { seq: 0, at: 0, actor, officer_id: None, act, tip_id: None, detail }
}

/// The first row that does not follow from the one before it.
fn walk(chain: &Chain, rows: &[(Placed, Vec<u8>)]) -> Option<i64> {
    let bad = rows.windows(2).find(|pair| {
        let ((before, link), (row, next)) = (&pair[0], &pair[1]);
        let link: Option<Link> = link.as_slice().try_into().ok();
        row.seq != before.seq + 1
            || link.is_none_or(|link| chain.link(&link, row).as_slice() != next.as_slice())
    });
    bad.map(|pair| pair[1].0.seq)
}

fn last_rows(db: &mut Db, upto: i64, most: i64) -> QueryResult<Vec<(Placed, Vec<u8>)>> {
    let rows: Vec<Row> = audit::table
        .filter(audit::seq.le(upto))
        .order(audit::seq.desc())
        .limit(most)
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
        (
            Placed { seq: seq.unwrap_or_default(), at, actor, officer_id, act, tip_id, detail },
            link.unwrap_or_default(),
        )
    };
    Ok(rows.into_iter().map(placed).collect())
}
