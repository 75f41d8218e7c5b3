//! Officers and the keys granted to them. Owns their rows; every change of who holds a key moves the
//! directory's version on, so that no tip is sealed to yesterday's directory.

use diesel::prelude::*;

use super::command::Abort;
use super::connection::Db;
use super::people::pairs;
use super::schema::{agency_keys, key_grants, officers, sessions};
use super::{accounts, audit, dialect, directory};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::enrol::{Enrolled, Grant, KeyKind, NewAgencyKey, NewOfficer};
use crate::people::officer::Officer;
use crate::people::sign_in::Known;
use crate::plan::AgencyCode;
use crate::vault::pair::PublicKey;

/// Why an officer is not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolRefused {
    /// Somebody signs in with this name already.
    #[error("somebody signs in with this name already")]
    LoginTaken,
    /// The agency has its keys: a member or the recovery key must pass them on.
    #[error("the agency has its keys already: they must be passed on, not made anew")]
    HasKeys,
    /// Nobody else could open what the agency leads, and the new pair would not either.
    #[error("nobody else could open the agency's tips: let somebody else join and pass the keys on first")]
    LastHolder,
    /// A grant names a pair that is not the agency's present one.
    #[error("the granted key is not the agency's present one")]
    OtherKey,
}

/// Enters an officer, with the agency's pairs where they were made just now. Gives the row id.
///
/// A parent and its branch are agencies of their own: each has its own pairs.
pub fn enrol(db: &mut Db, plan: i64, new: &Enrolled, at: Timestamp) -> Result<i64, Abort<EnrolRefused>> {
    dialect::own_directory(db)?;
    let officer = &new.officer;
    let taken = officers::table.filter(officers::login.eq(&officer.login)).select(officers::id);
    if taken.first::<i64>(db).optional()?.is_some() {
        return Err(Abort::Refused(EnrolRefused::LoginTaken));
    }
    if !new.keys.is_empty() && !present_keys(db, plan, &officer.agency)?.is_empty() {
        return Err(Abort::Refused(EnrolRefused::HasKeys));
    }
    let id = insert_officer(db, plan, officer)?;
    for key in &new.keys {
        insert_key(db, plan, &officer.agency, key, officer.created)?;
    }
    grant(db, plan, &officer.agency, id, &new.grants, officer.created)?;
    audit::append(
        db,
        &AuditRow {
            at,
            actor: Actor::System,
            act: "officer.enrolled",
            tip_id: None,
            detail: serde_json::json!({ "officer": id, "agency": officer.agency, "grants": new.grants.len() }),
        },
    )?;
    Ok(id)
}

/// Makes an account anew: another pair under another password. Everything the old pair opened is lost to it:
/// sessions end, the agency's keys wait for somebody to pass them on, and the second factors go with the key
/// that opened them.
pub fn reset(
    db: &mut Db,
    plan: i64,
    officer: i64,
    new: &Enrolled,
    at: Timestamp,
) -> Result<i64, Abort<EnrolRefused>> {
    if !new.keys.is_empty() && !present_keys(db, plan, &new.officer.agency)?.is_empty() {
        return Err(Abort::Refused(EnrolRefused::HasKeys));
    }
    if new.keys.is_empty() && new.grants.is_empty() && is_last(db, plan, officer)? {
        return Err(Abort::Refused(EnrolRefused::LastHolder));
    }
    diesel::update(officers::table.find(officer))
        .set((
            officers::uid.eq(new.officer.uid.to_string()),
            officers::public_key.eq(new.officer.public.as_bytes().as_slice()),
            officers::wrapped_key.eq(&new.officer.wrapped),
        ))
        .execute(db)?;
    pairs::take(db, officer)?;
    diesel::delete(sessions::table.filter(sessions::officer_id.eq(officer))).execute(db)?;
    accounts::forget(db, officer)?;
    for key in &new.keys {
        insert_key(db, plan, &new.officer.agency, key, at.minute())?;
    }
    grant(db, plan, &new.officer.agency, officer, &new.grants, at.minute())?;
    let detail = serde_json::json!({ "officer": officer, "agency": new.officer.agency });
    let row = AuditRow { at, actor: Actor::Officer(officer), act: "officer.reset", tip_id: None, detail };
    audit::append(db, &row)?;
    Ok(officer)
}

fn is_last(db: &mut Db, plan: i64, officer: i64) -> QueryResult<bool> {
    match present(db, officer)? {
        Some(officer) => super::people::members::is_last(db, plan, &officer),
        None => Ok(false),
    }
}

/// Enters what a colleague or the recovery key has granted to an officer; what is there already stays.
pub fn grant(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    officer: i64,
    grants: &[Grant],
    now: Minute,
) -> Result<(), Abort<EnrolRefused>> {
    let present = present_keys(db, plan, agency)?;
    for grant in grants {
        let key = present.iter().find(|k| k.kind == grant.kind.as_str() && k.public == grant.public.bytes());
        let Some(key) = key else { return Err(Abort::Refused(EnrolRefused::OtherKey)) };
        pairs::insert(db, key.id, officer, grant, now)?;
    }
    directory::touch(db)?;
    Ok(())
}

/// One of an agency's present pairs.
#[derive(Clone, Debug, Queryable)]
pub struct PresentKey {
    /// Row id.
    pub id: i64,
    /// `work` or `identity`.
    pub kind: String,
    /// The public half.
    pub public: Vec<u8>,
    /// The private half, sealed to the recovery key.
    pub recovery_grant: Vec<u8>,
}

/// The agency's pairs that are in use.
pub fn present_keys(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<Vec<PresentKey>> {
    agency_keys::table
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(agency.to_string())))
        .filter(agency_keys::retired_minute.is_null())
        .order(agency_keys::id)
        .select((agency_keys::id, agency_keys::kind, agency_keys::public_key, agency_keys::recovery_grant))
        .load(db)
}

/// The private keys of an agency as they are sealed to one officer.
pub fn grants_of(db: &mut Db, plan: i64, officer: &Officer) -> QueryResult<Vec<(KeyKind, Vec<u8>)>> {
    let rows: Vec<(String, Vec<u8>)> = key_grants::table
        .inner_join(agency_keys::table.on(agency_keys::id.eq(key_grants::agency_key_id)))
        .filter(key_grants::officer_id.eq(officer.id))
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::agency.eq(officer.agency.to_string())))
        .order(agency_keys::id)
        .select((agency_keys::kind, key_grants::sealed))
        .load(db)?;
    let kind = |word: &str| KeyKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    Ok(rows.into_iter().filter_map(|(word, sealed)| Some((kind(&word)?, sealed))).collect())
}

/// Who would sign in with this name.
pub fn known(db: &mut Db, plan: i64, login: &str) -> QueryResult<Option<Known>> {
    let row: Option<(OfficerRow, Vec<u8>, bool)> = officers::table
        .filter(officers::plan_id.eq(plan).and(officers::login.eq(login)))
        .select((OFFICER, officers::wrapped_key, officers::active))
        .first(db)
        .optional()?;
    Ok(row.and_then(|(row, wrapped, active)| Some(Known { officer: officer(row)?, wrapped, active })))
}

/// The officer as of now; none where the account has ended.
pub fn present(db: &mut Db, id: i64) -> QueryResult<Option<Officer>> {
    let row: Option<OfficerRow> = officers::table
        .filter(officers::id.eq(id).and(officers::active.eq(true)))
        .select(OFFICER)
        .first(db)
        .optional()?;
    Ok(row.and_then(officer))
}

/// Everybody who is active, in the order they were entered.
pub fn active(db: &mut Db, plan: i64) -> QueryResult<Vec<Officer>> {
    let rows: Vec<OfficerRow> = officers::table
        .filter(officers::plan_id.eq(plan).and(officers::active.eq(true)))
        .order(officers::id)
        .select(OFFICER)
        .load(db)?;
    Ok(rows.into_iter().filter_map(officer).collect())
}

/// The public half of an officer's own pair, to grant to.
pub fn public_key(db: &mut Db, officer: i64) -> QueryResult<Option<PublicKey>> {
    let key: Option<Vec<u8>> =
        officers::table.find(officer).select(officers::public_key).first(db).optional()?;
    Ok(key.and_then(|bytes| PublicKey::try_from(bytes.as_slice()).ok()))
}

/// An officer's row as it is selected.
pub(super) type OfficerRow = (i64, String, String, String, String, String);

/// The columns of an [`OfficerRow`].
pub(super) const OFFICER: (
    officers::id,
    officers::uid,
    officers::login,
    officers::display_name,
    officers::agency,
    officers::role,
) = (officers::id, officers::uid, officers::login, officers::display_name, officers::agency, officers::role);

/// The officer in a row; none where the row holds a word this version does not know, so that it fails shut.
pub(super) fn officer((id, uid, login, name, agency, role): OfficerRow) -> Option<Officer> {
    Some(Officer {
        id,
        uid: uid.parse().ok()?,
        login,
        name,
        agency: agency.parse().ok()?,
        role: role.parse().ok()?,
    })
}

fn insert_officer(db: &mut Db, plan: i64, new: &NewOfficer) -> QueryResult<i64> {
    diesel::insert_into(officers::table)
        .values((
            officers::plan_id.eq(plan),
            officers::uid.eq(new.uid.to_string()),
            officers::login.eq(&new.login),
            officers::display_name.eq(&new.name),
            officers::agency.eq(new.agency.to_string()),
            officers::role.eq(new.role.as_str()),
            officers::public_key.eq(new.public.as_bytes().as_slice()),
            officers::wrapped_key.eq(&new.wrapped),
            officers::active.eq(true),
            officers::created_minute.eq(new.created.0),
        ))
        .returning(officers::id)
        .get_result(db)
}

/// Enters a pair of an agency.
pub(super) fn insert_key(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    key: &NewAgencyKey,
    now: Minute,
) -> QueryResult<()> {
    diesel::insert_into(agency_keys::table)
        .values((
            agency_keys::plan_id.eq(plan),
            agency_keys::agency.eq(agency.to_string()),
            agency_keys::kind.eq(key.kind.as_str()),
            agency_keys::public_key.eq(key.public.as_bytes().as_slice()),
            agency_keys::recovery_grant.eq(&key.recovery_grant),
            agency_keys::created_minute.eq(now.0),
        ))
        .execute(db)?;
    Ok(())
}
