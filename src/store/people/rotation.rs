//! An agency's pairs being replaced, as rows. Owns beginning it, the envelopes in the order they are sealed anew,
//! writing them, and its end; refuses ciphers (`people::keys`, `triage::resealing`).
//!
//! An act that seals is refused when it was prepared against the directory of before, so nothing new arrives for a
//! replaced pair once the beginning is committed.
//!
//! One invariant: a replaced pair is taken from the members only when no envelope names it any more.

use diesel::prelude::*;

use super::pairs::{NotPassed, enter, holders, keeper};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::keys::Rotated;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::planted::{self, Bug};
use crate::store::schema::{agency_keys, envelopes, key_grants, rotations, tips};
use crate::store::tip_row::{compartment, word};
use crate::store::{audit, dialect, directory, officers};
use crate::triage::resealing::Lying;

/// A replacement of an agency's pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Its row.
    pub id: i64,
    /// When it began.
    pub started: Minute,
    /// Up to which envelope the first walk has come.
    pub walked: i64,
    /// How many envelopes were sealed anew.
    pub resealed: i64,
    /// When the last was.
    pub done: Option<Minute>,
}

/// Another replacement has begun since, or this one is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over;

/// The agency's latest replacement.
pub fn latest(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Option<Rotation>> {
    let row: Option<(i64, i64, i64, i64, Option<i64>)> = rotations::table
        .filter(rotations::plan_id.eq(plan).and(rotations::agency.eq(agency.to_string())))
        .order(rotations::id.desc())
        .select((
            rotations::id,
            rotations::started_minute,
            rotations::walked,
            rotations::resealed,
            rotations::done_minute,
        ))
        .first(db)
        .optional()?;
    Ok(row.map(|(id, started, walked, resealed, done)| Rotation {
        id,
        started: Minute(started),
        walked,
        resealed,
        done: done.map(Minute),
    }))
}

/// The agency's replacement that goes on.
pub fn under_way(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Option<Rotation>> {
    Ok(latest(db, plan, agency)?.filter(|rotation| rotation.done.is_none()))
}

/// Puts fresh pairs in the place of the present ones, for exactly the members of this moment. One that was under
/// way is over: the new walk finds whatever it left.
pub fn start(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    fresh: &Rotated,
    now: Timestamp,
) -> Result<(), Abort<NotPassed>> {
    let by = keeper(db, plan, by)?;
    let members = holders(db, plan, &by.agency, false)?;
    if !fresh.passed.iter().map(|passed| &passed.to).eq(members.iter()) {
        return Err(Abort::Refused(NotPassed::Changed));
    }
    retire(db, plan, &by.agency, now.minute())?;
    for key in &fresh.keys {
        officers::insert_key(db, plan, &by.agency, key, now.minute())?;
    }
    for passed in &fresh.passed {
        enter(db, plan, &by.agency, passed.to.officer, &passed.grants, now.minute())?;
    }
    begin(db, plan, &by, now.minute())?;
    if planted::has(Bug::TakenTooEarly) {
        take_replaced(db, plan, &by.agency)?;
    }
    directory::touch(db)?;
    let detail = serde_json::json!({ "agency": by.agency, "members": members.len() });
    let actor = Actor::Officer(by.id);
    Ok(audit::append(db, &AuditRow { at: now, actor, act: "keys.rotated", tip_id: None, detail })?)
}

fn retire(db: &mut Db, plan: i64, agency: &AgencyCode, now: Minute) -> QueryResult<()> {
    let present = agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(agency.to_string()));
    diesel::update(agency_keys::table.filter(present.and(agency_keys::retired_minute.is_null())))
        .set(agency_keys::retired_minute.eq(now.0))
        .execute(db)?;
    let before = rotations::plan_id.eq(plan).and(rotations::agency.eq(agency.to_string()));
    diesel::update(rotations::table.filter(before.and(rotations::done_minute.is_null())))
        .set(rotations::done_minute.eq(now.0))
        .execute(db)?;
    Ok(())
}

fn begin(db: &mut Db, plan: i64, by: &Officer, now: Minute) -> QueryResult<()> {
    diesel::insert_into(rotations::table)
        .values((
            rotations::plan_id.eq(plan),
            rotations::agency.eq(by.agency.to_string()),
            rotations::started_by.eq(by.id),
            rotations::started_minute.eq(now.0),
            rotations::walked.eq(0),
            rotations::resealed.eq(0),
        ))
        .execute(db)?;
    Ok(())
}

/// The agency's envelopes past this one, in order, at most so many.
pub fn batch(db: &mut Db, agency: &AgencyCode, after: i64, most: i64) -> QueryResult<Vec<Lying>> {
    let rows: Vec<(i64, String, String, Vec<u8>)> = envelopes::table
        .inner_join(tips::table.on(tips::id.eq(envelopes::tip_id)))
        .filter(envelopes::recipient.eq(agency.to_string()).and(envelopes::id.gt(after)))
        .order(envelopes::id)
        .limit(most)
        .select((envelopes::id, tips::uid, envelopes::compartment, envelopes::sealed))
        .load(db)?;
    let lying = |(id, tip, name, sealed): (i64, String, String, _)| {
        Ok(Lying { id, tip: word(&tip)?, compartment: compartment(&name)?.0, sealed })
    };
    rows.into_iter().map(lying).collect()
}

/// How far a replacement has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The latest one.
    pub rotation: Rotation,
    /// Envelopes that its first walk has before it.
    pub left: i64,
}

/// How far the latest replacement has come, for whoever answers for the agency's keys.
pub fn progress(db: &mut Db, plan: i64, by: &Officer) -> QueryResult<Option<Progress>> {
    let latest = if by.role.has(Right::ManageAgency) { latest(db, plan, &by.agency)? } else { None };
    let Some(rotation) = latest else { return Ok(None) };
    let left = if rotation.done.is_none() { left(db, &by.agency, rotation.walked)? } else { 0 };
    Ok(Some(Progress { rotation, left }))
}

fn left(db: &mut Db, agency: &AgencyCode, after: i64) -> QueryResult<i64> {
    let own = envelopes::recipient.eq(agency.to_string()).and(envelopes::id.gt(after));
    envelopes::table.filter(own).count().get_result(db)
}

/// An envelope as it was read, and as it is sealed anew.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// Its row.
    pub id: i64,
    /// The bytes that were read.
    pub was: Vec<u8>,
    /// The bytes to write.
    pub is: Vec<u8>,
}

/// Writes envelopes sealed anew, and how far the walk has come. One that an act has changed or removed since it was
/// read is left alone. Gives how many were written.
pub fn reseal(db: &mut Db, rotation: i64, walked: i64, fresh: &[Sealed]) -> Result<usize, Abort<Over>> {
    dialect::share_directory(db)?;
    let going = rotations::table.filter(rotations::id.eq(rotation).and(rotations::done_minute.is_null()));
    let before: Option<i64> = going.select(rotations::walked).first(db).optional()?;
    let before = before.ok_or(Abort::Refused(Over))?;
    let mut written = 0;
    for envelope in fresh {
        let same = envelopes::id.eq(envelope.id).and(envelopes::sealed.eq(&envelope.was));
        written += diesel::update(envelopes::table.filter(same))
            .set(envelopes::sealed.eq(&envelope.is))
            .execute(db)?;
    }
    let more = i64::try_from(written).unwrap_or(i64::MAX);
    diesel::update(rotations::table.find(rotation))
        .set((rotations::walked.eq(walked.max(before)), rotations::resealed.eq(rotations::resealed + more)))
        .execute(db)?;
    Ok(written)
}

/// Takes the replaced pairs from the members, once a whole walk has found no envelope that names one. The recovery
/// key still opens them, for backups of before.
pub fn finish(
    db: &mut Db,
    plan: i64,
    rotation: i64,
    agency: &AgencyCode,
    now: Timestamp,
) -> Result<(), Abort<Over>> {
    dialect::own_directory(db)?;
    let going = rotations::table.filter(rotations::id.eq(rotation).and(rotations::done_minute.is_null()));
    let ended = diesel::update(going).set(rotations::done_minute.eq(now.minute().0)).execute(db)?;
    if ended == 0 {
        return Err(Abort::Refused(Over));
    }
    let taken = take_replaced(db, plan, agency)?;
    let detail = serde_json::json!({ "agency": agency, "grants": taken });
    let row = AuditRow { at: now, actor: Actor::System, act: "keys.resealed", tip_id: None, detail };
    Ok(audit::append(db, &row)?)
}

/// Takes an agency's replaced pairs from everybody who was given them.
fn take_replaced(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<usize> {
    let replaced: Vec<i64> = agency_keys::table
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(agency.to_string())))
        .filter(agency_keys::retired_minute.is_not_null())
        .select(agency_keys::id)
        .load(db)?;
    diesel::delete(key_grants::table.filter(key_grants::agency_key_id.eq_any(replaced))).execute(db)
}
