//! Agencies with few hands and officers who wait. Owns these questions; who can act is `store::directory`'s.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::people::roles::Role;
use crate::store::connection::Db;
use crate::store::schema::{agencies, agency_keys, key_grants, officers};

/// Of one agency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Members {
    /// Active officers who work on tips.
    pub active: usize,
    /// Whether it has a mailbox that was confirmed.
    pub mailbox: bool,
}

/// The roles that work on tips: nobody else holds an agency's keys.
fn working() -> Vec<&'static str> {
    Role::ALL.iter().filter(|role| role.works()).map(|role| role.as_str()).collect()
}

/// Every agency that has an active officer who works on tips.
pub fn members(db: &mut Db, plan: i64) -> QueryResult<BTreeMap<String, Members>> {
    let active = officers::table.filter(officers::plan_id.eq(plan).and(officers::active.eq(true)));
    let active = active.filter(officers::role.eq_any(working()));
    let names: Vec<String> = active.select(officers::agency).load(db)?;
    let confirmed: Vec<String> = agencies::table
        .filter(agencies::plan_id.eq(plan))
        .filter(agencies::mailbox.is_not_null().and(agencies::mailbox_confirmed_minute.is_not_null()))
        .select(agencies::code)
        .load(db)?;
    let mut all: BTreeMap<String, Members> = BTreeMap::new();
    for name in names {
        let mailbox = confirmed.contains(&name);
        let members = all.entry(name).or_default();
        *members = Members { active: members.active + 1, mailbox };
    }
    Ok(all)
}

/// The sign-in names of active officers who work on tips and were not given their agency's present work key.
pub fn waiting(db: &mut Db, plan: i64) -> QueryResult<Vec<String>> {
    let missing = agency_keys::table
        .filter(agency_keys::plan_id.eq(officers::plan_id).and(agency_keys::agency.eq(officers::agency)))
        .filter(agency_keys::retired_minute.is_null().and(agency_keys::kind.eq("work")))
        .filter(not(exists(
            key_grants::table
                .filter(key_grants::agency_key_id.eq(agency_keys::id))
                .filter(key_grants::officer_id.eq(officers::id)),
        )));
    officers::table
        .filter(officers::plan_id.eq(plan).and(officers::active.eq(true)))
        .filter(officers::role.eq_any(working()))
        .filter(exists(missing))
        .order(officers::id)
        .select(officers::login)
        .load(db)
}
