//! An agency's pairs as rows, the replaced ones among them, and who is to hold them. Owns passing them on;
//! refuses making them (`people::keys`) and replacing them (`rotation`).
//!
//! One invariant: keys are passed on by somebody who holds them, to somebody who is a member, both asked for in
//! the transaction.

use diesel::prelude::*;

use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::enrol::Grant;
use crate::people::keys::{Passed, To};
use crate::people::officer::Officer;
use crate::people::roles::{Right, Role};
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::{Db, on_each};
use crate::store::schema::{agency_keys, key_grants, officers as rows};
use crate::store::{audit, dialect, directory};
use crate::vault::pair::PublicKey;
use crate::vault::uid::Uid;

/// One of an agency's pairs.
#[derive(Clone, Debug, Queryable)]
pub struct Pair {
    /// Row id.
    pub id: i64,
    /// `work` or `identity`.
    pub kind: String,
    /// The public half.
    pub public: Vec<u8>,
    /// The private half, sealed to the recovery key.
    pub recovery_grant: Vec<u8>,
    /// When it was replaced.
    pub retired: Option<i64>,
}

/// Why keys are not passed on, or not replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPassed {
    /// The officer holds no keys, or may not give them.
    #[error("the officer may not pass the agency's keys on")]
    NotYours,
    /// Who is a member, or the keys themselves, have changed meanwhile.
    #[error("the members or their keys have changed meanwhile")]
    Changed,
}

/// The agency's pairs, the oldest first: the present ones, and with `replaced` also those before them.
pub fn pairs(db: &mut Db, plan: i64, agency: &AgencyCode, replaced: bool) -> QueryResult<Vec<Pair>> {
    let all: Vec<Pair> = agency_keys::table
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(agency.to_string())))
        .order(agency_keys::id)
        .select((
            agency_keys::id,
            agency_keys::kind,
            agency_keys::public_key,
            agency_keys::recovery_grant,
            agency_keys::retired_minute,
        ))
        .load(db)?;
    Ok(all.into_iter().filter(|pair| replaced || pair.retired.is_none()).collect())
}

type ToRow = (i64, String, Vec<u8>);

/// Everybody present at the agency whose role holds keys; with `waiting`, those only who wait for them.
pub fn holders(db: &mut Db, plan: i64, agency: &AgencyCode, waiting: bool) -> QueryResult<Vec<To>> {
    let roles: Vec<&str> =
        Role::ALL.iter().filter(|role| role.holds_keys()).map(|role| role.as_str()).collect();
    let all: Vec<ToRow> = rows::table
        .filter(rows::plan_id.eq(plan).and(rows::agency.eq(agency.to_string())))
        .filter(rows::active.eq(true).and(rows::ended_minute.is_null()).and(rows::role.eq_any(roles)))
        .order(rows::id)
        .select((rows::id, rows::uid, rows::public_key))
        .load(db)?;
    let held = if waiting { who_holds(db, plan, agency)? } else { Vec::new() };
    let to = |(officer, uid, public): ToRow| {
        let public = PublicKey::try_from(public.as_slice()).ok()?;
        Some(To { officer, uid: uid.parse::<Uid>().ok()?, public })
    };
    Ok(all.into_iter().filter(|row| !held.contains(&row.0)).filter_map(to).collect())
}

/// Who was granted the agency's present work key.
pub(super) fn who_holds(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Vec<i64>> {
    key_grants::table
        .inner_join(agency_keys::table.on(agency_keys::id.eq(key_grants::agency_key_id)))
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(agency.to_string())))
        .filter(agency_keys::kind.eq("work").and(agency_keys::retired_minute.is_null()))
        .select(key_grants::officer_id)
        .load(db)
}

/// The officer as of now, if it answers for the agency's keys and holds them.
pub(super) fn keeper(db: &mut Db, plan: i64, by: &Officer) -> Result<Officer, Abort<NotPassed>> {
    dialect::own_directory(db)?;
    let by = super::members::staying(db, by.id)?.ok_or(Abort::Refused(NotPassed::NotYours))?;
    let keeps = by.role.has(Right::ManageAgency) && by.role.holds_keys();
    let holds = who_holds(db, plan, &by.agency)?.contains(&by.id);
    if keeps && holds { Ok(by) } else { Err(Abort::Refused(NotPassed::NotYours)) }
}

/// Enters what an agency's lead has sealed to colleagues who wait. Whoever is no member any more, or has another
/// key by now, gets nothing; gives how many got them.
pub fn pass_on(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    passed: &[Passed],
    now: Timestamp,
) -> Result<usize, Abort<NotPassed>> {
    let by = keeper(db, plan, by)?;
    let members = holders(db, plan, &by.agency, false)?;
    let mut reached = 0;
    for passed in passed.iter().filter(|passed| members.contains(&passed.to)) {
        enter(db, plan, &by.agency, passed.to.officer, &passed.grants, now.minute())?;
        let detail =
            serde_json::json!({ "officer": passed.to.officer, "agency": by.agency, "by": "colleague" });
        let actor = Actor::Officer(by.id);
        audit::append(db, &AuditRow { at: now, actor, act: "officer.granted", tip_id: None, detail })?;
        reached += 1;
    }
    directory::touch(db)?;
    Ok(reached)
}

/// Enters what the recovery key has granted to an officer, with a row that says so.
pub fn recover(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    passed: &Passed,
    now: Timestamp,
) -> Result<(), Abort<NotPassed>> {
    dialect::own_directory(db)?;
    if !holders(db, plan, &officer.agency, false)?.contains(&passed.to) {
        return Err(Abort::Refused(NotPassed::Changed));
    }
    enter(db, plan, &officer.agency, officer.id, &passed.grants, now.minute())?;
    directory::touch(db)?;
    let detail = serde_json::json!({ "officer": officer.id, "agency": officer.agency, "by": "recovery" });
    let row = AuditRow { at: now, actor: Actor::System, act: "officer.granted", tip_id: None, detail };
    Ok(audit::append(db, &row)?)
}

/// Enters keys sealed to an officer: of the present pairs all, and of those before what there is.
pub(super) fn enter(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    officer: i64,
    grants: &[Grant],
    now: Minute,
) -> Result<(), Abort<NotPassed>> {
    let pairs = pairs(db, plan, agency, true)?;
    let given = |pair: &Pair| {
        grants.iter().find(|g| g.kind.as_str() == pair.kind && g.public.bytes() == *pair.public)
    };
    if pairs.iter().any(|pair| pair.retired.is_none() && given(pair).is_none()) {
        return Err(Abort::Refused(NotPassed::Changed));
    }
    for (pair, grant) in pairs.iter().filter_map(|pair| Some((pair, given(pair)?))) {
        insert(db, pair.id, officer, grant, now)?;
    }
    Ok(())
}

/// Enters one key sealed to an officer; one that is there already stays.
pub(in crate::store) fn insert(
    db: &mut Db,
    pair: i64,
    officer: i64,
    grant: &Grant,
    now: Minute,
) -> QueryResult<()> {
    let row = (
        key_grants::agency_key_id.eq(pair),
        key_grants::officer_id.eq(officer),
        key_grants::sealed.eq(&grant.sealed),
        key_grants::created_minute.eq(now.0),
    );
    on_each!(db, |c| diesel::insert_into(key_grants::table)
        .values(row)
        .on_conflict((key_grants::agency_key_id, key_grants::officer_id))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// Takes the keys from an officer.
pub(in crate::store) fn take(db: &mut Db, officer: i64) -> QueryResult<usize> {
    diesel::delete(key_grants::table.filter(key_grants::officer_id.eq(officer))).execute(db)
}

/// Whether anybody else works at the agency who holds its present key.
pub(super) fn others_work(db: &mut Db, plan: i64, agency: &AgencyCode, but: i64) -> QueryResult<bool> {
    let holders = who_holds(db, plan, agency)?;
    let working: Vec<&str> = Role::ALL.iter().filter(|role| role.works()).map(|role| role.as_str()).collect();
    let found: Option<i64> = rows::table
        .filter(rows::id.eq_any(holders).and(rows::id.ne(but)))
        .filter(rows::active.eq(true).and(rows::ended_minute.is_null()).and(rows::role.eq_any(working)))
        .select(rows::id)
        .first(db)
        .optional()?;
    Ok(found.is_some())
}
