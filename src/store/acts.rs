//! Acts written: the tip, its placement, its envelopes, entries, history, notices and audit row together.
//! Owns the compare-and-set on the tip's version, and asks once more, inside the transaction, whether the
//! officer may; refuses deciding anything.
//!
//! One invariant: of two acts prepared against the same version exactly one is written.

use diesel::prelude::*;

use super::command::Abort;
use super::connection::Db;
use super::directory::{self, Stale};
use super::planted::{self, Bug};
use super::schema::{entries, envelopes, tip_agencies, tip_events, tips};
use super::tip_page::standing;
use super::tip_row::{access_word, before_word, by_uid, is_life_only};
use super::{audit, counters, dialect, excerpts, leases, officers, outbox, retention};
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::triage::acts::{Decided, Moved, NewEntry, NewEvent};
use crate::triage::placement::lane;
use crate::triage::status::Status;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

/// Why an act was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActNotWritten {
    /// Somebody acted in between: prepare it again, or show what changed.
    Changed,
    /// Who can act has changed in between: prepare it again.
    Directory,
    /// The officer may not do this, or no longer.
    Forbidden,
}

impl From<Stale> for ActNotWritten {
    fn from(_: Stale) -> Self {
        Self::Directory
    }
}

/// Who acts on which tip, and what permission it takes.
#[derive(Clone, Debug)]
pub struct Warrant {
    /// The officer.
    pub officer: Officer,
    /// The tip.
    pub tip: Uid,
    /// What the act takes.
    pub permission: Permission,
    /// The version of the directory that keys were sealed by; none where none were.
    pub directory: Option<i64>,
}

/// Writes an act.
pub fn apply(db: &mut Db, plan: i64, warrant: &Warrant, act: &Decided) -> Result<(), Abort<ActNotWritten>> {
    dialect::hold_tip(db, &warrant.tip.to_string())?;
    if let Some(seen) = warrant.directory {
        directory::check_version(db, seen)?;
    }
    check(db, plan, warrant)?;
    enter(db, plan, Some(warrant.officer.id), act)
}

/// Writes an act of an officer, or of the portal itself, whose permission was asked already. The tip is held.
pub(super) fn enter(
    db: &mut Db,
    plan: i64,
    officer: Option<i64>,
    act: &Decided,
) -> Result<(), Abort<ActNotWritten>> {
    let version = act.seen + 1;
    let before = counters::open_in(db, act.tip)?;
    set_tip(db, act, version)?;
    if let Some(moved) = &act.moved {
        set_facts(db, act.tip, moved)?;
        set_places(db, act, moved)?;
        set_envelopes(db, act.tip, version, moved)?;
    }
    if !act.status.is_open() {
        let of_tip = tip_agencies::table.filter(tip_agencies::tip_id.eq(act.tip));
        diesel::update(of_tip).set(tip_agencies::open.eq(false)).execute(db)?;
    }
    if act.reopened {
        stand_again(db, act.tip)?;
    }
    retention::ended(db, act)?;
    leases::after(db, officer, act)?;
    excerpts::write(db, officer, act)?;
    set_marks(db, act)?;
    let after = counters::open_in(db, act.tip)?;
    counters::moved(db, plan, &before, &after)?;
    for entry in &act.entries {
        insert_entry(db, act.tip, officer, entry, act.minute)?;
    }
    insert_event(db, act.tip, officer, &act.event, version, act.minute)?;
    outbox::enqueue(db, plan, &act.notices)?;
    audit::append(db, &act.audit)?;
    Ok(())
}

/// Asks again what was asked when the act was prepared: the officer may have been disabled or have become
/// something else, or the tip may have gone elsewhere.
pub(super) fn check(db: &mut Db, plan: i64, warrant: &Warrant) -> Result<(), Abort<ActNotWritten>> {
    if planted::has(Bug::NotAskedAgain) {
        return Ok(());
    }
    let forbidden = || Abort::Refused(ActNotWritten::Forbidden);
    dialect::keep_officer(db, warrant.officer.id)?;
    let present = officers::present(db, warrant.officer.id)?.ok_or_else(forbidden)?;
    let tip = by_uid(db, plan, &warrant.tip)?.ok_or_else(forbidden)?;
    let allowed = standing(&tip, &present.agency).allows(present.role, warrant.permission);
    if allowed && present.agency == warrant.officer.agency { Ok(()) } else { Err(forbidden()) }
}

fn set_tip(db: &mut Db, act: &Decided, version: i64) -> Result<(), Abort<ActNotWritten>> {
    let present = tips::table.filter(tips::id.eq(act.tip).and(tips::version.eq(act.seen)));
    let touched = diesel::update(present)
        .set((
            tips::version.eq(version),
            tips::status.eq(act.status.as_str()),
            tips::claimed_by.eq(act.claimed_by),
            tips::acted_minute.eq(act.acted.map(|minute| minute.0)),
            tips::closed_minute.eq(act.closed.map(|minute| minute.0)),
            tips::look_minute.eq(act.look_by.map(|minute| minute.0)),
        ))
        .execute(db)?;
    if touched == 1 { Ok(()) } else { Err(Abort::Refused(ActNotWritten::Changed)) }
}

fn set_facts(db: &mut Db, tip: i64, moved: &Moved) -> QueryResult<()> {
    let text = |value: serde_json::Value| value.to_string();
    diesel::update(tips::table.find(tip))
        .set((
            tips::category.eq(moved.category.to_string()),
            tips::secondary.eq(moved.secondary.map(|c| c.to_string())),
            tips::district.eq(moved.district.map(|d| d.to_string())),
            tips::urgency.eq(moved.placement.urgency.as_str()),
            tips::lead.eq(moved.placement.lead.to_string()),
            tips::first_responder.eq(moved.placement.first_responder.map(|f| f.to_string())),
            tips::access.eq(access_word(moved.placement.access)),
            tips::rule.eq(&moved.reasons.rule),
            tips::plan_version.eq(&moved.reasons.plan_version),
            tips::clauses.eq(text(serde_json::json!(moved.reasons.clauses))),
            tips::because.eq(text(serde_json::json!(moved.reasons.because))),
            tips::due_minute.eq(moved.due.0),
            tips::lane.eq(lane(moved.placement.urgency)),
        ))
        .execute(db)?;
    Ok(())
}

fn set_places(db: &mut Db, act: &Decided, moved: &Moved) -> QueryResult<()> {
    diesel::delete(tip_agencies::table.filter(tip_agencies::tip_id.eq(act.tip))).execute(db)?;
    for place in moved.placement.places() {
        diesel::insert_into(tip_agencies::table)
            .values((
                tip_agencies::tip_id.eq(act.tip),
                tip_agencies::agency.eq(place.agency.to_string()),
                tip_agencies::relation.eq(place.relation.as_str()),
                tip_agencies::open.eq(place.open && act.status.is_open()),
                tip_agencies::lane.eq(lane(moved.placement.urgency)),
                tip_agencies::due_minute.eq(moved.due.0),
                tip_agencies::acted.eq(act.acted.is_some()),
                tip_agencies::taken.eq(act.claimed_by.is_some()),
                tip_agencies::life_only.eq(is_life_only(place.relation, access_word(moved.placement.access))),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// A tip that was closed or set aside stands in the queues of those who act again.
pub(super) fn stand_again(db: &mut Db, tip: i64) -> QueryResult<()> {
    let acting = tip_agencies::relation.eq_any(["lead", "first_responder"]);
    let of_tip = tip_agencies::table.filter(tip_agencies::tip_id.eq(tip).and(acting));
    diesel::update(of_tip).set(tip_agencies::open.eq(true)).execute(db)?;
    Ok(())
}

/// What lists know of the tip without looking at it.
fn set_marks(db: &mut Db, act: &Decided) -> QueryResult<()> {
    diesel::update(tip_agencies::table.filter(tip_agencies::tip_id.eq(act.tip)))
        .set((
            tip_agencies::acted.eq(act.acted.is_some()),
            tip_agencies::taken.eq(act.claimed_by.is_some()),
            tip_agencies::closed.eq(!act.status.is_open()),
            tip_agencies::aside.eq(act.status == Status::SetAside),
            tip_agencies::look_minute.eq(act.look_by.map(|minute| minute.0)),
        ))
        .execute(db)?;
    if act.look_by.is_none() {
        let rung = tip_agencies::tip_id.eq(act.tip).and(tip_agencies::look_rung);
        diesel::update(tip_agencies::table.filter(rung))
            .set(tip_agencies::look_rung.eq(false))
            .execute(db)?;
    }
    Ok(())
}

fn set_envelopes(db: &mut Db, tip: i64, version: i64, moved: &Moved) -> QueryResult<()> {
    for (compartment, recipient) in &moved.resealed.kept {
        keep_before(db, tip, version, *compartment, recipient)?;
    }
    for (compartment, recipient) in &moved.resealed.removed {
        let row = envelopes::tip_id.eq(tip).and(envelopes::compartment.eq(compartment.as_str()));
        diesel::delete(envelopes::table.filter(row.and(envelopes::recipient.eq(recipient)))).execute(db)?;
    }
    if moved.resealed.removed.iter().any(|(compartment, _)| *compartment == Compartment::Life) {
        forget_life(db, tip)?;
    }
    for envelope in &moved.resealed.added {
        diesel::insert_into(envelopes::table)
            .values((
                envelopes::tip_id.eq(tip),
                envelopes::compartment.eq(envelope.compartment.as_str()),
                envelopes::recipient.eq(&envelope.recipient),
                envelopes::sealed.eq(&envelope.sealed),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Sets an envelope aside whose compartment begins anew: under a name of its own it stands in nobody's way.
fn keep_before(
    db: &mut Db,
    tip: i64,
    version: i64,
    compartment: Compartment,
    recipient: &str,
) -> QueryResult<()> {
    let row = envelopes::tip_id.eq(tip).and(envelopes::compartment.eq(compartment.as_str()));
    diesel::update(envelopes::table.filter(row.and(envelopes::recipient.eq(recipient))))
        .set(envelopes::compartment.eq(before_word(compartment, version)))
        .execute(db)?;
    Ok(())
}

/// An extract whose last envelope has gone goes too: nobody can open it, and it is no longer true.
fn forget_life(db: &mut Db, tip: i64) -> QueryResult<()> {
    let life = Compartment::Life.as_str();
    let holders = envelopes::table.filter(envelopes::tip_id.eq(tip).and(envelopes::compartment.eq(life)));
    if holders.count().get_result::<i64>(db)? == 0 {
        let extracts = entries::table.filter(entries::tip_id.eq(tip).and(entries::compartment.eq(life)));
        diesel::delete(extracts).execute(db)?;
    }
    Ok(())
}

fn insert_entry(
    db: &mut Db,
    tip: i64,
    officer: Option<i64>,
    entry: &NewEntry,
    minute: Minute,
) -> QueryResult<()> {
    diesel::insert_into(entries::table)
        .values((
            entries::tip_id.eq(tip),
            entries::uid.eq(entry.uid.to_string()),
            entries::kind.eq(entry.kind),
            entries::compartment.eq(entry.compartment.as_str()),
            entries::officer_id.eq(officer),
            entries::sealed.eq(&entry.sealed),
            entries::minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}

pub(in crate::store) fn insert_event(
    db: &mut Db,
    tip: i64,
    officer: Option<i64>,
    event: &NewEvent,
    version: i64,
    minute: Minute,
) -> QueryResult<()> {
    diesel::insert_into(tip_events::table)
        .values((
            tip_events::tip_id.eq(tip),
            tip_events::uid.eq(event.uid.to_string()),
            tip_events::kind.eq(event.kind),
            tip_events::officer_id.eq(officer),
            tip_events::detail.eq(event.detail.to_string()),
            tip_events::sealed.eq(&event.sealed),
            tip_events::version.eq(version),
            tip_events::minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}
