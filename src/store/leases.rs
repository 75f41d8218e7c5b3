//! Leases of claims: renewed by their holders, taken back by time; and who passed which tip by. Owns their SQL; refuses
//! how long a lease is and what its end means (`triage`).
//!
//! Invariant: a lease that was renewed in between is not taken back, and nobody renews another one's.

use diesel::prelude::*;

use super::acts::{self, ActNotWritten};
use super::command::Abort;
use super::connection::Db;
use super::dialect;
use super::schema::{officers, skips, tip_agencies, tips};
use super::tip_row::{by_ids, word};
use crate::clock::Minute;
use crate::people::roles::Relation;
use crate::plan::AgencyCode;
use crate::triage::acts::Decided;
use crate::triage::lease::{Skip, until};
use crate::triage::status::Status;
use crate::triage::tip::Tip;
use crate::vault::uid::Uid;

/// Leases taken back in one round.
const ROUND: i64 = 50;

/// Renews the officer's lease of this tip, where there is one.
pub fn renew(db: &mut Db, officer: i64, tip: &Uid, now: Minute) -> QueryResult<()> {
    let own = tips::uid.eq(tip.to_string()).and(tips::claimed_by.eq(officer));
    // Once a minute at most: what is written already is not written again.
    let earlier = tips::lease_minute.is_not_null().and(tips::lease_minute.lt(until(now).0));
    diesel::update(tips::table.filter(own.and(earlier)))
        .set(tips::lease_minute.eq(until(now).0))
        .execute(db)?;
    Ok(())
}

/// The tips whose lease has run out, the longest ago first.
pub fn run_out(db: &mut Db, plan: i64, now: Minute) -> QueryResult<Vec<Tip>> {
    let ids: Vec<i64> = tips::table
        .filter(tips::lease_minute.lt(now.0))
        .order(tips::lease_minute)
        .limit(ROUND)
        .select(tips::id)
        .load(db)?;
    by_ids(db, plan, &ids)
}

/// Takes a tip back, unless its lease was renewed since.
pub fn take_back(db: &mut Db, plan: i64, tip: &Uid, act: &Decided) -> Result<(), Abort<ActNotWritten>> {
    dialect::hold_tip(db, &tip.to_string())?;
    let lease: Option<i64> = tips::table.find(act.tip).select(tips::lease_minute).get_result(db)?;
    if lease.is_none_or(|until| until >= act.minute.0) {
        return Err(Abort::Refused(ActNotWritten::Changed));
    }
    acts::enter(db, plan, None, act)
}

/// Writes the lease that a tip has after an act: the holder's own act renews it, another one's leaves it as it is.
pub(super) fn after(db: &mut Db, by: Option<i64>, act: &Decided) -> QueryResult<()> {
    let row = tips::table.find(act.tip);
    match act.claimed_by {
        Some(holder) if act.status == Status::Claimed && by == Some(holder) => {
            diesel::update(row).set(tips::lease_minute.eq(until(act.minute).0)).execute(db)?;
        }
        Some(_) if act.status == Status::Claimed => {}
        _ => {
            diesel::update(row).set(tips::lease_minute.eq(None::<i64>)).execute(db)?;
        }
    }
    if let Some((officer, why)) = act.skipped {
        passed_by(db, act.tip, officer, why, act.minute)?;
    }
    Ok(())
}

/// Whoever must stand back from a tip must for good: no later word takes that away.
fn passed_by(db: &mut Db, tip: i64, officer: i64, why: Skip, minute: Minute) -> QueryResult<()> {
    let own = skips::table.filter(skips::tip_id.eq(tip).and(skips::officer_id.eq(officer)));
    if own.filter(skips::why.eq(Skip::Recuse.as_str())).count().get_result::<i64>(db)? > 0 {
        return Ok(());
    }
    diesel::delete(own).execute(db)?;
    diesel::insert_into(skips::table)
        .values((
            skips::tip_id.eq(tip),
            skips::officer_id.eq(officer),
            skips::why.eq(why.as_str()),
            skips::minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}

/// Takes away who passed a tip by.
pub(super) fn forget(db: &mut Db, tip: i64) -> QueryResult<()> {
    diesel::delete(skips::table.filter(skips::tip_id.eq(tip))).execute(db)?;
    Ok(())
}

/// A tip that somebody passed by.
#[derive(Clone, Debug)]
pub struct PassedBy {
    /// Which.
    pub tip: Uid,
    /// Who, by name.
    pub officer: String,
    /// Why.
    pub why: Skip,
    /// When.
    pub minute: Minute,
}

/// Lines on the page of what was passed by.
const PAGE: i64 = 100;

/// What the people of an agency passed by, the newest first, of what the agency still acts on.
pub fn passed(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Vec<PassedBy>> {
    let acting = tip_agencies::table
        .filter(tip_agencies::agency.eq(agency.to_string()))
        .filter(
            tip_agencies::relation.eq_any([Relation::Lead, Relation::FirstResponder].map(Relation::as_str)),
        )
        .filter(diesel::dsl::not(tip_agencies::life_only))
        .select(tip_agencies::tip_id);
    let rows: Vec<(String, String, String, i64)> = skips::table
        .inner_join(officers::table.on(officers::id.eq(skips::officer_id)))
        .inner_join(tips::table.on(tips::id.eq(skips::tip_id)))
        .filter(tips::id.eq_any(acting))
        .filter(tips::plan_id.eq(plan).and(officers::agency.eq(agency.to_string())))
        .order((skips::minute.desc(), skips::id.desc()))
        .limit(PAGE)
        .select((tips::uid, officers::display_name, skips::why, skips::minute))
        .load(db)?;
    let line = |(tip, officer, why, minute): (String, String, String, i64)| {
        Ok(PassedBy { tip: word(&tip)?, officer, why: word(&why)?, minute: Minute(minute) })
    };
    rows.into_iter().map(line).collect()
}
