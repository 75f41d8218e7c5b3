//! A tip, those that name the same and those near it, opened beside each other. Owns that each is authorised and put on record like any
//! other reading, in one transaction; refuses opening them, which the officer's session does.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::people::officer::Officer;
use crate::store::connection::Db;
use crate::store::tip_page::{Purpose, Sheet, read, read_held};
use crate::vault::uid::Uid;

use super::near::near;
use super::{MOST, Related};

/// One of the others.
pub struct Beside {
    /// Its facts, and what it shares.
    pub related: Related,
    /// Its sealed rows.
    pub sheet: Sheet,
}

/// Reads a tip, those that name the same, and those near it, [`MOST`] in all and each on record. `None`, with a row that says so, where the officer may not
/// have the first.
///
/// Only the first is held: two officers who compare the same tips must not wait for each other.
pub fn compare(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    uid: &Uid,
    now: Timestamp,
) -> QueryResult<Option<(Sheet, Vec<Beside>)>> {
    let Some(mut sheet) = read(db, plan, officer, uid, Purpose::Compare, now)? else { return Ok(None) };
    if sheet.closed {
        return Ok(Some((sheet, Vec::new())));
    }
    let mut all = sheet.related.take().unwrap_or_default();
    let known: Vec<i64> = all.iter().map(|it| it.tip.id).collect();
    let room = (MOST.saturating_sub(all.len()), now.minute());
    all.extend(near(db, plan, officer, (&sheet.tip, &known), room)?);
    let mut others = Vec::new();
    for related in all {
        let read = read_held(db, plan, officer, &related.tip.uid, Purpose::Beside, now)?;
        others.extend(read.map(|sheet| Beside { related, sheet }));
    }
    Ok(Some((sheet, others)))
}
