//! The directory's rows: agencies, their keys and who holds them. Every change moves the version on.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::command::Abort;
use super::connection::{Db, on_each};
use super::dialect;
use super::meta;
use super::schema::{agencies, agency_keys, key_grants, officers};
use crate::clock::Minute;
use crate::people::directory::{AgencyEntry, Directory};
use crate::people::roles::Role;
use crate::plan::AgencyCode;
use crate::vault::pair::PublicKey;

const VERSION: &str = "directory_version";

/// The directory has changed since it was read: read it again and decide again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale;

/// The directory's present version.
pub fn version(db: &mut Db) -> QueryResult<i64> {
    Ok(meta::get(db, VERSION)?.and_then(|v| v.parse().ok()).unwrap_or(0))
}

/// Stops a write that was prepared against an older directory; from here to the commit it stays as it is.
pub fn check_version<E: From<Stale>>(db: &mut Db, seen: i64) -> Result<(), Abort<E>> {
    dialect::share_directory(db)?;
    if version(db)? == seen { Ok(()) } else { Err(Abort::Refused(Stale.into())) }
}

/// Moves the version on; to be called in every transaction that changes officers, keys or mailboxes.
pub fn touch(db: &mut Db) -> QueryResult<()> {
    dialect::own_directory(db)?;
    let next = (version(db)? + 1).to_string();
    meta::put(db, VERSION, &next)
}

/// Registers an agency, with its duty mailbox where it has confirmed one.
pub fn put_agency(
    db: &mut Db,
    plan: i64,
    code: &AgencyCode,
    mailbox: Option<(&str, Minute)>,
) -> QueryResult<()> {
    let (address, confirmed) = mailbox.unzip();
    let row = (
        agencies::plan_id.eq(plan),
        agencies::code.eq(code.to_string()),
        agencies::mailbox.eq(address),
        agencies::mailbox_confirmed_minute.eq(confirmed.map(|m| m.0)),
    );
    on_each!(db, |c| diesel::insert_into(agencies::table)
        .values(row)
        .on_conflict((agencies::plan_id, agencies::code))
        .do_update()
        .set((agencies::mailbox.eq(address), agencies::mailbox_confirmed_minute.eq(confirmed.map(|m| m.0)),))
        .execute(c))?;
    touch(db)
}

type KeyRow = (i64, String, String, Vec<u8>);

/// The whole directory as it stands.
pub fn load(db: &mut Db, plan: i64) -> QueryResult<Directory> {
    let version = version(db)?;
    let keys: Vec<KeyRow> = agency_keys::table
        .filter(agency_keys::plan_id.eq(plan).and(agency_keys::retired_minute.is_null()))
        .select((agency_keys::id, agency_keys::agency, agency_keys::kind, agency_keys::public_key))
        .order(agency_keys::id)
        .load(db)?;
    let members = members(db)?;
    let confirmed = confirmed(db, plan)?;
    let mut entries = BTreeMap::new();
    for (work_key_id, agency, _, work) in keys.iter().filter(|k| k.2 == "work") {
        let identity = keys.iter().rfind(|k| &k.1 == agency && k.2 == "identity");
        let (Some((identity_key_id, .., identity)), Ok(code)) = (identity, agency.parse::<AgencyCode>())
        else {
            continue;
        };
        let (Some(work), Some(identity)) = (public(work), public(identity)) else { continue };
        entries.insert(
            code,
            AgencyEntry {
                work: work.into(),
                identity: identity.into(),
                work_key_id: *work_key_id,
                identity_key_id: *identity_key_id,
                active_members: members.get(work_key_id).copied().unwrap_or(0),
                mailbox_confirmed: confirmed.contains(agency),
            },
        );
    }
    Ok(Directory { version, entries })
}

fn public(bytes: &[u8]) -> Option<PublicKey> {
    PublicKey::from_bytes(bytes.try_into().ok()?).ok()
}

/// How many hold each key, of those who are active and work on tips: nobody else makes an agency able to act.
fn members(db: &mut Db) -> QueryResult<BTreeMap<i64, usize>> {
    let working: Vec<&str> = Role::ALL.iter().filter(|role| role.works()).map(|role| role.as_str()).collect();
    let held: Vec<i64> = key_grants::table
        .inner_join(officers::table.on(officers::id.eq(key_grants::officer_id)))
        .filter(officers::active.eq(true).and(officers::role.eq_any(working)))
        .select(key_grants::agency_key_id)
        .load(db)?;
    let mut members = BTreeMap::new();
    for key in held {
        *members.entry(key).or_default() += 1;
    }
    Ok(members)
}

fn confirmed(db: &mut Db, plan: i64) -> QueryResult<std::collections::BTreeSet<String>> {
    let codes: Vec<String> = agencies::table
        .filter(agencies::plan_id.eq(plan).and(agencies::mailbox_confirmed_minute.is_not_null()))
        .select(agencies::code)
        .load(db)?;
    Ok(codes.into_iter().collect())
}
