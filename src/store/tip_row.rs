//! From rows to a tip, and its placement from the relations. Owns reading words back as types: a word this
//! version does not know is an error, never a guess.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use diesel::prelude::*;

use super::connection::Db;
use super::schema::{tip_agencies, tips};
use crate::clock::Minute;
use crate::people::roles::Relation;
use crate::plan::AgencyCode;
use crate::routing::Access;
use crate::triage::placement::Placement;
use crate::triage::tip::{Reasons, Tip};
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = tips)]
struct Row {
    id: i64,
    uid: String,
    category: String,
    secondary: Option<String>,
    district: Option<String>,
    urgency: String,
    status: String,
    version: i64,
    lead: String,
    first_responder: Option<String>,
    access: String,
    rule: String,
    plan_version: String,
    clauses: String,
    because: String,
    has_minor: bool,
    received_minute: i64,
    due_minute: i64,
    claimed_by: Option<i64>,
    acted_minute: Option<i64>,
    closed_minute: Option<i64>,
    look_minute: Option<i64>,
    lease_minute: Option<i64>,
}

/// The tip with this public id, with its placement.
pub(super) fn by_uid(db: &mut Db, plan: i64, uid: &Uid) -> QueryResult<Option<Tip>> {
    let row: Option<Row> = tips::table
        .filter(tips::plan_id.eq(plan).and(tips::uid.eq(uid.to_string())))
        .select(Row::as_select())
        .first(db)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let relations: Vec<(String, String)> = tip_agencies::table
        .filter(tip_agencies::tip_id.eq(row.id))
        .order(tip_agencies::id)
        .select((tip_agencies::agency, tip_agencies::relation))
        .load(db)?;
    tip(row, &relations).map(Some)
}

/// The tips with these row ids, each with its placement.
pub(super) fn by_ids(db: &mut Db, plan: i64, ids: &[i64]) -> QueryResult<Vec<Tip>> {
    let rows: Vec<Row> = tips::table
        .filter(tips::plan_id.eq(plan).and(tips::id.eq_any(ids)))
        .order(tips::id)
        .select(Row::as_select())
        .load(db)?;
    let parts: Vec<(i64, String, String)> = tip_agencies::table
        .filter(tip_agencies::tip_id.eq_any(ids))
        .order(tip_agencies::id)
        .select((tip_agencies::tip_id, tip_agencies::agency, tip_agencies::relation))
        .load(db)?;
    let mut relations: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
    for (tip, agency, relation) in parts {
        relations.entry(tip).or_default().push((agency, relation));
    }
    rows.into_iter().map(|row| tip_with(row, &relations)).collect()
}

fn tip_with(row: Row, relations: &BTreeMap<i64, Vec<(String, String)>>) -> QueryResult<Tip> {
    let own = relations.get(&row.id).map_or(&[][..], Vec::as_slice);
    tip(row, own)
}

fn tip(row: Row, relations: &[(String, String)]) -> QueryResult<Tip> {
    Ok(Tip {
        id: row.id,
        uid: word(&row.uid)?,
        category: word(&row.category)?,
        secondary: row.secondary.as_deref().map(word).transpose()?,
        district: row.district.as_deref().map(word).transpose()?,
        status: word(&row.status)?,
        version: row.version,
        placement: placement(&row, relations)?,
        reasons: Reasons {
            clauses: json(&row.clauses)?,
            because: json(&row.because)?,
            rule: row.rule,
            plan_version: row.plan_version,
        },
        has_minor: row.has_minor,
        received: Minute(row.received_minute),
        due: Minute(row.due_minute),
        claimed_by: row.claimed_by,
        lease: row.lease_minute.map(Minute),
        acted: row.acted_minute.map(Minute),
        closed: row.closed_minute.map(Minute),
        look_by: row.look_minute.map(Minute),
    })
}

fn placement(row: &Row, relations: &[(String, String)]) -> QueryResult<Placement> {
    let mut pairs = Vec::with_capacity(relations.len());
    for (agency, relation) in relations {
        pairs.push((word::<AgencyCode>(agency)?, word::<Relation>(relation)?));
    }
    let set = |wanted: Relation| -> BTreeSet<AgencyCode> {
        pairs.iter().filter(|(_, relation)| *relation == wanted).map(|(agency, _)| *agency).collect()
    };
    let placement = Placement {
        lead: word(&row.lead)?,
        first_responder: row.first_responder.as_deref().map(word).transpose()?,
        access: access(&row.access)?,
        ladder: set(Relation::Ladder),
        content: set(Relation::Content),
        told: set(Relation::Told),
        excluded: set(Relation::Excluded),
        urgency: word(&row.urgency)?,
    };
    Ok(placement.tidy())
}

/// The word for what the first responder is given.
pub(super) const fn access_word(access: Access) -> &'static str {
    match access {
        Access::Full => "full",
        Access::LifeFacts => "life_facts",
    }
}

/// What stands between a compartment's name and the version of the tip at which it began anew.
pub(super) const BEFORE: &str = "_before_";

/// The word for a compartment as it was until this version of the tip.
pub(super) fn before_word(compartment: Compartment, version: i64) -> String {
    format!("{compartment}{BEFORE}{version}")
}

/// The compartment of an envelope, and whether it began anew since.
pub(super) fn compartment(text: &str) -> QueryResult<(Compartment, bool)> {
    match text.split_once(BEFORE) {
        Some((name, _)) => Ok((word(name)?, true)),
        None => Ok((word(text)?, false)),
    }
}

/// Whether an agency that stands so is given the life facts only: then there is nothing for it to take.
pub(super) fn is_life_only(relation: Relation, access: &str) -> bool {
    relation == Relation::FirstResponder && access == access_word(Access::LifeFacts)
}

fn access(text: &str) -> QueryResult<Access> {
    let found = [Access::Full, Access::LifeFacts].into_iter().find(|a| access_word(*a) == text);
    found.ok_or_else(|| unreadable(UnknownAccess))
}

#[derive(Debug, thiserror::Error)]
#[error("not a kind of access")]
struct UnknownAccess;

/// A word of a row as a type.
pub(super) fn word<T>(text: &str) -> QueryResult<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(unreadable)
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> QueryResult<T> {
    serde_json::from_str(text).map_err(unreadable)
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(Box::new(error))
}
