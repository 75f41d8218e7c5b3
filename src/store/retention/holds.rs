//! Legal holds as rows. Owns setting and lifting in one transaction with history and record; refuses the rules
//! (`retention::hold`).
//!
//! Invariant: a tip has one standing hold at a time, and of two officers who set or lift at once one is told that
//! somebody came first.

use diesel::prelude::*;

use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::plan::AgencyCode;
use crate::retention::hold::{Hold, HoldAct};
use crate::store::acts::{self, ActNotWritten, Warrant};
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::schema::{holds, tips};
use crate::store::tip_row::{by_uid, word};
use crate::store::{audit, dialect};
use crate::vault::uid::Uid;

/// The hold that stands for a tip.
pub fn standing(db: &mut Db, tip: i64) -> QueryResult<Option<Hold>> {
    let row: Option<(i64, i64, i64)> = holds::table
        .filter(holds::tip_id.eq(tip).and(holds::lifted_minute.is_null()))
        .select((holds::id, holds::set_by, holds::set_minute))
        .get_result(db)
        .optional()?;
    Ok(row.map(|(id, set_by, set)| Hold { id, set_by, set: Minute(set) }))
}

/// Writes what [`retention::hold`](crate::retention::hold) decided.
pub fn apply(db: &mut Db, plan: i64, warrant: &Warrant, act: &HoldAct) -> Result<(), Abort<ActNotWritten>> {
    dialect::hold_tip(db, &warrant.tip.to_string())?;
    acts::check(db, plan, warrant)?;
    let tip = by_uid(db, plan, &warrant.tip)?.ok_or(Abort::Refused(ActNotWritten::Forbidden))?;
    let present = standing(db, tip.id)?.map(|hold| hold.id);
    if present != act.lifts {
        return Err(Abort::Refused(ActNotWritten::Changed));
    }
    let minute = act.audit.at.minute();
    match act.lifts {
        Some(hold) => lift(db, hold, warrant.officer.id, minute)?,
        None => set(db, tip.id, warrant.officer.id, minute)?,
    }
    acts::insert_event(db, tip.id, warrant.officer.id, &act.event, tip.version, minute)?;
    audit::append(db, &act.audit)?;
    Ok(())
}

fn set(db: &mut Db, tip: i64, officer: i64, minute: Minute) -> QueryResult<()> {
    diesel::insert_into(holds::table)
        .values((holds::tip_id.eq(tip), holds::set_by.eq(officer), holds::set_minute.eq(minute.0)))
        .execute(db)?;
    Ok(())
}

fn lift(db: &mut Db, hold: i64, officer: i64, minute: Minute) -> QueryResult<()> {
    diesel::update(holds::table.filter(holds::id.eq(hold)))
        .set((holds::lifted_by.eq(officer), holds::lifted_minute.eq(minute.0)))
        .execute(db)?;
    Ok(())
}

/// Takes the holds that were lifted away with their tip.
pub(super) fn forget(db: &mut Db, tip: i64) -> QueryResult<()> {
    diesel::delete(holds::table.filter(holds::tip_id.eq(tip))).execute(db)?;
    Ok(())
}

/// A hold in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The tip.
    pub tip: Uid,
    /// The hold.
    pub hold: Hold,
    /// The name of who set it, and the agency.
    pub by: (String, AgencyCode),
}

/// Holds on a page of the list.
pub const PAGE: i64 = 200;

/// The holds that stand on tips that the officer's agency leads, the oldest first.
pub fn list(db: &mut Db, plan: i64, officer: &Officer) -> QueryResult<Vec<Line>> {
    use crate::store::schema::officers;
    type Row = (String, (i64, i64, i64), (String, String));
    let rows: Vec<Row> = holds::table
        .inner_join(tips::table.on(tips::id.eq(holds::tip_id)))
        .inner_join(officers::table.on(officers::id.eq(holds::set_by)))
        .filter(tips::plan_id.eq(plan).and(tips::lead.eq(officer.agency.to_string())))
        .filter(holds::lifted_minute.is_null())
        .order((holds::set_minute, holds::id))
        .limit(PAGE)
        .select((
            tips::uid,
            (holds::id, holds::set_by, holds::set_minute),
            (officers::display_name, officers::agency),
        ))
        .load(db)?;
    let line = |(tip, (id, set_by, set), (name, agency)): Row| {
        let hold = Hold { id, set_by, set: Minute(set) };
        QueryResult::Ok(Line { tip: word(&tip)?, hold, by: (name, word(&agency)?) })
    };
    rows.into_iter().map(line).collect()
}

/// How many holds stand, and how many of them were set before `before`.
pub fn count(db: &mut Db, before: Minute) -> QueryResult<(i64, i64)> {
    let standing = holds::table.filter(holds::lifted_minute.is_null());
    let all: i64 = standing.count().get_result(db)?;
    Ok((all, standing.filter(holds::set_minute.lt(before.0)).count().get_result(db)?))
}
