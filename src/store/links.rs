//! Links: the keyed names beside a tip, and other tips with the same. Owns their SQL, whom a tip is shown to, and that
//! what was shown is on record; refuses clear text and keys.
//!
//! Invariant: of tips that the officer may not read nothing is counted, named or hinted at; how many there are moves
//! neither what is answered nor, by more than a walk along one index does, how long it takes.

mod beside;
mod near;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde_json::json;

use super::audit;
use super::connection::{Db, on_each};
use super::people::approvals;
use super::schema::{envelopes, tip_agencies, tip_links};
use super::tip_page::{is_late, standing};
use super::tip_row::by_ids;
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::links::{KINDS, Link};
use crate::people::approval::closed_for_minor;
use crate::people::officer::Officer;
use crate::people::roles::{Permission, Relation};
use crate::triage::tip::Tip;
use crate::vault::link::LinkName;

pub use beside::{Beside, compare};

/// The most tips that are shown beside one.
pub const MOST: usize = 50;

/// The most names of a tip that others are looked for by: those of its report, and of what was added.
const NAMES: i64 = 128;

/// How many tips with the same name are walked along. Whoever sends one number ten thousand times must not hold up the one
/// thread that writes. The walk counts everybody's tips: whoever fills it with a thousand of their own could tell that one more
/// came between.
const WALK: i64 = 1_000;

/// Another tip that names the same.
#[derive(Clone, Debug)]
pub struct Related {
    /// Its clear facts.
    pub tip: Tip,
    /// What it shares.
    pub shares: BTreeSet<Link>,
}

/// Writes the links of a tip; one that stands there already stays as it is.
pub(super) fn insert(db: &mut Db, tip: i64, links: &[Link], minute: Minute) -> QueryResult<()> {
    for link in links {
        let row = (
            tip_links::tip_id.eq(tip),
            tip_links::kind.eq(link.kind.as_str()),
            tip_links::digest.eq(link.name.as_bytes().as_slice()),
            tip_links::added_minute.eq(minute.0),
        );
        on_each!(db, |c| diesel::insert_into(tip_links::table)
            .values(row)
            .on_conflict((tip_links::tip_id, tip_links::digest))
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Takes the links of a tip away.
pub(super) fn forget(db: &mut Db, tip: i64) -> QueryResult<()> {
    diesel::delete(tip_links::table.filter(tip_links::tip_id.eq(tip))).execute(db)?;
    Ok(())
}

/// Other tips that name the same and that the officer may read, the newest first; and a row in the record that they were
/// looked for and which there were. Nothing is asked, or recorded, of a tip that names nothing.
pub(super) fn related(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    tip: i64,
    now: Timestamp,
) -> QueryResult<Vec<Related>> {
    let links = of_tip(db, tip)?;
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let found = found(db, plan, officer, (tip, &links), now.minute())?;
    let ids: Vec<i64> = found.iter().map(|it| it.tip.id).collect();
    let detail = json!({ "agency": officer.agency, "found": ids });
    let actor = Actor::Officer(officer.id);
    audit::append(db, &AuditRow { at: now, actor, act: "tip.related", tip_id: Some(tip), detail })?;
    Ok(found)
}

/// Whether another tip that the officer may read names the same. One that the officer may not read is no sign: what
/// calls a second person is shown.
pub(super) fn is_linked(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    tip: i64,
    now: Minute,
) -> QueryResult<bool> {
    let links = of_tip(db, tip)?;
    Ok(!links.is_empty() && !found(db, plan, officer, (tip, &links), now)?.is_empty())
}

fn of_tip(db: &mut Db, tip: i64) -> QueryResult<Vec<Link>> {
    let rows: Vec<(String, Vec<u8>)> = tip_links::table
        .filter(tip_links::tip_id.eq(tip))
        .order(tip_links::id)
        .limit(NAMES)
        .select((tip_links::kind, tip_links::digest))
        .load(db)?;
    // A kind or digest that this version does not know is not looked for.
    Ok(rows.iter().filter_map(|(kind, digest)| link(kind, digest)).collect())
}

fn link(kind: &str, digest: &[u8]) -> Option<Link> {
    let kind = KINDS.into_iter().find(|it| it.as_str() == kind)?;
    Some(Link { kind, name: LinkName::read(digest)? })
}

fn found(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    (tip, links): (i64, &[Link]),
    now: Minute,
) -> QueryResult<Vec<Related>> {
    let mut shares: BTreeMap<i64, BTreeSet<Link>> = BTreeMap::new();
    for link in links {
        for other in with_name(db, officer, link)?.into_iter().filter(|other| *other != tip) {
            shares.entry(other).or_default().insert(*link);
        }
    }
    let newest: Vec<i64> = shares.keys().rev().copied().take(4 * MOST).collect();
    let mut all = by_ids(db, plan, &newest)?;
    all.sort_by_key(|tip| std::cmp::Reverse(tip.id));
    let mut readable = Vec::new();
    for tip in all {
        if readable.len() < MOST && may_read(db, officer, &tip, now)? {
            let shares = shares.remove(&tip.id).unwrap_or_default();
            readable.push(Related { tip, shares });
        }
    }
    Ok(readable)
}

/// The newest tips with this name in which the agency has a part that lets it read, no further down than [`WALK`] tips.
fn with_name(db: &mut Db, officer: &Officer, link: &Link) -> QueryResult<Vec<i64>> {
    let named = tip_links::digest.eq(link.name.as_bytes().as_slice());
    let floor: Option<i64> = tip_links::table
        .filter(named)
        .order(tip_links::tip_id.desc())
        .offset(WALK)
        .limit(1)
        .select(tip_links::tip_id)
        .get_result(db)
        .optional()?;
    let reads = READS.map(Relation::as_str);
    tip_links::table
        .inner_join(tip_agencies::table.on(tip_agencies::tip_id.eq(tip_links::tip_id)))
        .filter(named.and(tip_links::tip_id.gt(floor.unwrap_or(0))))
        .filter(tip_agencies::agency.eq(officer.agency.to_string()))
        .filter(tip_agencies::relation.eq_any(reads).and(diesel::dsl::not(tip_agencies::life_only)))
        .order(tip_links::tip_id.desc())
        .limit(4 * i64::try_from(MOST).unwrap_or(i64::MAX))
        .select(tip_links::tip_id)
        .load(db)
}

/// The relations in which reports are read at all; whether this officer may is asked of the table for each tip.
const READS: [Relation; 4] = [Relation::Lead, Relation::FirstResponder, Relation::Ladder, Relation::Content];

/// Whether the officer may open the report of a tip: by the standing, by the keys, and where a minor is concerned by
/// having asked. That a tip names the same is a part of what it says.
fn may_read(db: &mut Db, officer: &Officer, tip: &Tip, now: Minute) -> QueryResult<bool> {
    let standing = standing(tip, &officer.agency).late(is_late(tip, now));
    if !standing.allows(officer.role, Permission::Read) || !holds_key(db, officer, tip.id)? {
        return Ok(false);
    }
    let approvals = if tip.has_minor { approvals::of_tip(db, tip.id)? } else { Vec::new() };
    Ok(!closed_for_minor(officer, (tip.has_minor, tip.placement.urgency), &approvals, now))
}

fn holds_key(db: &mut Db, officer: &Officer, tip: i64) -> QueryResult<bool> {
    let own = envelopes::recipient.eq(officer.agency.to_string()).and(envelopes::compartment.eq("report"));
    let count: i64 = envelopes::table.filter(envelopes::tip_id.eq(tip).and(own)).count().get_result(db)?;
    Ok(count > 0)
}
