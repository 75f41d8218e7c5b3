//! What was set aside and a second person must look at (复核). Owns finding those that are this officer's to judge, and
//! reading them on record; refuses judging (`triage::acts`).
//!
//! Whoever set a tip aside is never asked again. An agency's own colleagues come first; once their time is over it is
//! also for the bodies above: a desk with one officer would have nobody else.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::connection::Db;
use super::outbox;
use super::queue::MOST;
use super::schema::{skips, tip_agencies, tips};
use super::tip_page::{Purpose, Sheet, read_held};
use super::tip_row::word;
use crate::clock::{Minute, Timestamp};
use crate::notify::{Notice, NoticeKind};
use crate::people::officer::Officer;
use crate::people::roles::Relation;
use crate::triage::lease::Skip;
use crate::vault::entropy::Entropy;
use crate::vault::uid::Uid;

/// Tips on a page of second looks: each is opened, and each reading is on record.
pub const PAGE: i64 = 10;

/// Of those that an approval must open first, so many are shown.
const SHUT: i64 = 3;

/// Bodies told at once that a look is overdue.
const RINGS: i64 = 100;

/// What waits for an officer. A macro, because the type of such a query cannot be written down.
macro_rules! waiting {
    ($officer:expr, $now:expr) => {{
        let own = tip_agencies::relation.eq(Relation::Lead.as_str());
        let above = tip_agencies::relation
            .eq(Relation::Ladder.as_str())
            .and(tip_agencies::look_minute.lt($now.0))
            .and(tips::lead.ne($officer.agency.to_string()));
        let by_another = tips::claimed_by.is_null().or(tips::claimed_by.ne($officer.id));
        let stands_back = skips::table
            .filter(skips::tip_id.eq(tips::id).and(skips::officer_id.eq($officer.id)))
            .filter(skips::why.eq(Skip::Recuse.as_str()));
        tip_agencies::table
            .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
            .filter(tip_agencies::agency.eq($officer.agency.to_string()))
            .filter(tip_agencies::look_minute.is_not_null())
            .filter(own.or(above))
            .filter(by_another)
            .filter(not(exists(stands_back)))
    }};
}

/// How many wait for this officer, counted no further than one more than [`MOST`].
pub fn count(db: &mut Db, officer: &Officer, now: Minute) -> QueryResult<i64> {
    let uids: Vec<String> = waiting!(officer, now).limit(MOST + 1).select(tips::uid).load(db)?;
    Ok(i64::try_from(uids.len()).unwrap_or(i64::MAX))
}

/// Whether this tip waits for this officer.
pub fn is_waiting(db: &mut Db, officer: &Officer, now: Minute, tip: &Uid) -> QueryResult<bool> {
    let found = waiting!(officer, now).filter(tips::uid.eq(tip.to_string())).select(tips::uid);
    Ok(found.first::<String>(db).optional()?.is_some())
}

/// The most pressing ones, each read on record; one that the officer may not open is left out, and of those that an
/// approval must open first only a few stand in the way of the others.
///
/// None is held: two colleagues who look at the same tips must not wait for each other.
pub fn read(db: &mut Db, plan: i64, officer: &Officer, now: Timestamp) -> QueryResult<Vec<Sheet>> {
    let uids: Vec<String> = waiting!(officer, now.minute())
        .order((tip_agencies::lane, tip_agencies::look_minute, tip_agencies::tip_id))
        .limit(5 * PAGE)
        .select(tips::uid)
        .load(db)?;
    let (mut sheets, mut shut, mut open) = (Vec::new(), 0, 0);
    for uid in &uids {
        let Some(sheet) = read_held(db, plan, officer, &word(uid)?, Purpose::Look, now)? else { continue };
        *(if sheet.closed { &mut shut } else { &mut open }) += 1;
        if !sheet.closed || shut <= SHUT {
            sheets.push(sheet);
        }
        if open == PAGE {
            break;
        }
    }
    Ok(sheets)
}

/// Tells the bodies above, once each, that a second look is overdue; gives how many were told.
pub fn ring(db: &mut Db, plan: i64, now: Minute, entropy: &dyn Entropy) -> QueryResult<usize> {
    let rows: Vec<(i64, String, String)> = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .filter(tip_agencies::relation.eq(Relation::Ladder.as_str()))
        .filter(tip_agencies::look_minute.lt(now.0).and(not(tip_agencies::look_rung)))
        .order(tip_agencies::id)
        .limit(RINGS)
        .select((tip_agencies::id, tip_agencies::agency, tips::urgency))
        .load(db)?;
    let mut notices = Vec::new();
    for (id, agency, urgency) in &rows {
        notices.push(Notice::now(word(agency)?, NoticeKind::Approve, word(urgency)?, now, entropy));
        diesel::update(tip_agencies::table.find(id)).set(tip_agencies::look_rung.eq(true)).execute(db)?;
    }
    outbox::enqueue(db, plan, &notices)?;
    Ok(notices.len())
}
