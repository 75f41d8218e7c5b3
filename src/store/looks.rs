//! What was set aside and a second person must look at (复核). Owns finding those that are this officer's to judge, and
//! reading them on record; refuses judging (`triage::acts`).
//!
//! Whoever set a tip aside is never asked again. An agency's own colleagues come first; once their time is over it is
//! also for the bodies above: a desk with one officer would have nobody else.

use diesel::prelude::*;

use super::connection::Db;
use super::queue::MOST;
use super::schema::{tip_agencies, tips};
use super::tip_page::{Purpose, Sheet, read_held};
use super::tip_row::word;
use crate::clock::{Minute, Timestamp};
use crate::people::officer::Officer;
use crate::people::roles::Relation;
use crate::vault::uid::Uid;

/// Tips on a page of second looks: each is opened, and each reading is on record.
pub const PAGE: i64 = 10;

/// How many wait for this officer, counted no further than one more than [`MOST`].
pub fn count(db: &mut Db, officer: &Officer, now: Minute) -> QueryResult<i64> {
    Ok(i64::try_from(waiting(db, officer, now, MOST + 1)?.len()).unwrap_or(i64::MAX))
}

/// The most pressing ones, each read on record; one that the officer may not open is left out.
///
/// None is held: two colleagues who look at the same tips must not wait for each other.
pub fn read(db: &mut Db, plan: i64, officer: &Officer, now: Timestamp) -> QueryResult<Vec<Sheet>> {
    let mut sheets = Vec::new();
    for uid in waiting(db, officer, now.minute(), PAGE)? {
        sheets.extend(read_held(db, plan, officer, &uid, Purpose::Look, now)?);
    }
    Ok(sheets)
}

fn waiting(db: &mut Db, officer: &Officer, now: Minute, most: i64) -> QueryResult<Vec<Uid>> {
    let own = tip_agencies::relation.eq(Relation::Lead.as_str());
    let above = tip_agencies::relation
        .eq(Relation::Ladder.as_str())
        .and(tip_agencies::look_minute.lt(now.0))
        .and(tips::lead.ne(officer.agency.to_string()));
    let by_another = tips::claimed_by.is_null().or(tips::claimed_by.ne(officer.id));
    let uids: Vec<String> = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .filter(tip_agencies::agency.eq(officer.agency.to_string()))
        .filter(tip_agencies::look_minute.is_not_null())
        .filter(own.or(above))
        .filter(by_another)
        .order((tip_agencies::lane, tip_agencies::look_minute, tip_agencies::tip_id))
        .limit(most)
        .select(tips::uid)
        .load(db)?;
    uids.iter().map(|uid| word(uid)).collect()
}
