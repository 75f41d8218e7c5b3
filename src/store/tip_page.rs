//! One tip as an officer gets it: authorised, sealed, and its reading on record. Owns the read and its audit
//! row, which are one transaction; refuses keys and clear text.
//!
//! One invariant: no sealed row leaves through [`read`] unless the audit row of that reading is committed
//! with it. An officer who may not see a tip gets the same answer as for one that does not exist.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::connection::Db;
use super::links::Related;
use super::officers;
use super::people::approvals;
use super::schema::{entries, envelopes, files, officers as officer_rows, tip_events};
use super::tip_row::{by_uid, compartment, word};
use super::{audit, dialect, excerpts, leases, links, retention};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::approval::{Approval, closed_for_minor};
use crate::people::enrol::KeyKind;
use crate::people::officer::Officer;
use crate::people::roles::{Permission, Relation, Standing};
use crate::plan::{AgencyCode, Urgency};
use crate::retention::hold::Hold;
use crate::triage::aside::Risk;
use crate::triage::keys::{Envelope, Held};
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

/// What is opened, and what the record says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The page of the tip.
    Page,
    /// The tip with a form that comes back.
    Form,
    /// The tip beside others, its report only.
    Compare,
    /// The tip beside another one.
    Beside,
    /// What was set aside, looked at a second time: its report only.
    Look,
    /// One of its files.
    File(Uid),
    /// An act is prepared. Nothing is shown to a person, and the act's own row is its record.
    Act,
}

/// A sealed entry.
#[derive(Clone, Debug)]
pub struct SealedEntry {
    /// Public id.
    pub uid: Uid,
    /// `report`, `added`, `reply`, `note`, `contact`, `life`.
    pub kind: String,
    /// Whose key seals it.
    pub compartment: Compartment,
    /// Who wrote it, where an officer did.
    pub officer: Option<i64>,
    /// The sealed body.
    pub sealed: Vec<u8>,
    /// When.
    pub minute: Minute,
}

/// A sealed file's row.
#[derive(Clone, Debug)]
pub struct SealedFile {
    /// Public id, and its name in the folder.
    pub uid: Uid,
    /// Kind, size and name, sealed.
    pub meta: Vec<u8>,
}

/// A line of the history.
#[derive(Clone, Debug)]
pub struct Event {
    /// Public id.
    pub uid: Uid,
    /// What happened.
    pub kind: String,
    /// Who did it, where an officer did.
    pub officer: Option<i64>,
    /// Codes that explain it.
    pub detail: serde_json::Value,
    /// The typed reason, sealed under the case key.
    pub sealed: Option<Vec<u8>>,
    /// The tip's version after it.
    pub version: i64,
    /// When.
    pub minute: Minute,
}

/// An officer as others see them in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Row id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Agency.
    pub agency: AgencyCode,
}

/// A tip as far as an officer may have it, still sealed.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The clear facts.
    pub tip: Tip,
    /// How the officer's agency stands towards it.
    pub standing: Standing,
    /// The agency's private keys, sealed to the officer.
    pub grants: Vec<(KeyKind, Vec<u8>)>,
    /// The envelopes sealed to the agency.
    pub envelopes: Vec<Envelope>,
    /// Envelopes of the agency from before a compartment began anew.
    pub before: Vec<Envelope>,
    /// Who has an envelope.
    pub held: Held,
    /// The sealed entries the standing allows.
    pub entries: Vec<SealedEntry>,
    /// The sealed files, if the standing allows.
    pub files: Vec<SealedFile>,
    /// The history.
    pub events: Vec<Event>,
    /// Who is named in it.
    pub colleagues: Vec<Colleague>,
    /// The legal hold that stands, if the standing allows.
    pub hold: Option<Hold>,
    /// What took, or takes, a second person.
    pub approvals: Vec<Approval>,
    /// To whom a text was released, and when; for whoever may release one.
    pub excerpts: Vec<(AgencyCode, Minute)>,
    /// Whether it is a minor's record that the officer has no approval to read: nothing sealed is in the sheet.
    pub closed: bool,
    /// Other tips that name the same; nothing where they were not looked for.
    pub related: Option<Vec<Related>>,
    /// What makes a second person look if it is set aside, for an act of whoever may decide.
    pub risk: Risk,
}

/// Reads a tip for an officer and puts the reading on record. `None`, with a row that says so, where the
/// officer may not have it or there is none.
pub fn read(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    uid: &Uid,
    purpose: Purpose,
    now: Timestamp,
) -> QueryResult<Option<Sheet>> {
    dialect::hold_tip(db, &uid.to_string())?;
    read_held(db, plan, officer, uid, purpose, now)
}

/// [`read`] of a tip that is held already, or need not be.
pub(super) fn read_held(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    uid: &Uid,
    purpose: Purpose,
    now: Timestamp,
) -> QueryResult<Option<Sheet>> {
    // Whoever reads is asked for once more: the account may have ended, or be something else, by now.
    let present = officers::present(db, officer.id)?;
    let found = by_uid(db, plan, uid)?;
    let tip_id = found.as_ref().map(|tip| tip.id);
    let mut sheet = match (found, &present) {
        (Some(tip), Some(officer)) => sheet(db, plan, officer, tip, purpose, now.minute())?,
        _ => None,
    };
    let (act, detail) = match (&sheet, purpose) {
        (None, _) => ("tip.refused", serde_json::json!({ "agency": officer.agency })),
        (Some(_), Purpose::Act) => return Ok(sheet),
        (Some(sheet), Purpose::File(_)) => ("tip.file_read", detail(officer, sheet)),
        (Some(sheet), _) if sheet.closed => ("tip.facts_read", detail(officer, sheet)),
        (Some(sheet), Purpose::Beside) => ("tip.read", beside(detail(officer, sheet))),
        (Some(sheet), _) => ("tip.read", detail(officer, sheet)),
    };
    audit::append(db, &AuditRow { at: now, actor: Actor::Officer(officer.id), act, tip_id, detail })?;
    // Whoever has it before them goes on with it.
    leases::renew(db, officer.id, uid, now.minute())?;
    if let (Some(_), Purpose::File(file)) = (&sheet, purpose) {
        file_opened(db, &file, now.minute())?;
    }
    if let (Some(sheet), Some(officer), Purpose::Page | Purpose::Compare) = (&mut sheet, &present, purpose)
        && sheet.standing.allows(officer.role, Permission::Read)
        && !sheet.closed
    {
        sheet.related = Some(links::related(db, plan, officer, sheet.tip.id, now)?);
    }
    Ok(sheet)
}

/// Reads a tip to prepare an act. Nothing is recorded: whoever is refused is recorded by the page that says so.
pub fn prepare(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    uid: &Uid,
    now: Timestamp,
) -> QueryResult<Option<Sheet>> {
    match by_uid(db, plan, uid)? {
        Some(tip) => sheet(db, plan, officer, tip, Purpose::Act, now.minute()),
        None => Ok(None),
    }
}

/// Records that an officer was refused a tip, by whatever address.
pub fn refused(db: &mut Db, plan: i64, officer: &Officer, uid: &Uid, now: Timestamp) -> QueryResult<()> {
    let tip_id = by_uid(db, plan, uid)?.map(|tip| tip.id);
    let detail = serde_json::json!({ "agency": officer.agency });
    let actor = Actor::Officer(officer.id);
    audit::append(db, &AuditRow { at: now, actor, act: "tip.refused", tip_id, detail })
}

fn detail(officer: &Officer, sheet: &Sheet) -> serde_json::Value {
    let relation = sheet.standing.first().map(Relation::as_str);
    serde_json::json!({ "agency": officer.agency, "as": relation })
}

/// The same codes, of a tip that was opened beside another.
fn beside(mut detail: serde_json::Value) -> serde_json::Value {
    detail["beside"] = true.into();
    detail
}

/// Whether a tip's deadline ran out before anybody acted, or the second look at it is overdue.
pub(super) fn is_late(tip: &Tip, now: Minute) -> bool {
    let unacted = tip.acted.is_none() && tip.closed.is_none() && tip.due < now;
    unacted || tip.look_by.is_some_and(|by| by < now)
}

/// How an agency stands towards a tip. Exclusion of the body it is a branch of counts as its own.
pub(super) fn standing(tip: &Tip, agency: &AgencyCode) -> Standing {
    let places = tip.placement.places();
    let own = places.iter().filter(|place| place.agency == *agency).map(|place| place.relation);
    // Whoever leads and acts first stands in the queue once, as the lead; it may what both may.
    let first = (tip.placement.first_responder == Some(*agency)).then_some(Relation::FirstResponder);
    let excluded = tip.placement.excludes(agency).then_some(Relation::Excluded);
    Standing::new(own.chain(first).chain(excluded), tip.placement.access)
}

fn sheet(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    tip: Tip,
    purpose: Purpose,
    now: Minute,
) -> QueryResult<Option<Sheet>> {
    let standing = standing(&tip, &officer.agency).late(is_late(&tip, now));
    let may = |permission| standing.allows(officer.role, permission);
    let (reads, reads_life) = (may(Permission::Read), may(Permission::ReadLife));
    let (all, before) = envelopes(db, tip.id)?;
    let own = officer.agency.to_string();
    let mine: Vec<Envelope> = all.iter().filter(|e| e.recipient == own).cloned().collect();
    if !(reads || reads_life) || mine.is_empty() {
        return Ok(None);
    }
    if !reads && matches!(purpose, Purpose::Compare | Purpose::Beside | Purpose::Look) {
        return Ok(None);
    }
    let shown = |entry: &SealedEntry| match entry.compartment {
        Compartment::Report => reads,
        Compartment::Case => may(Permission::Note),
        Compartment::Identity => {
            (may(Permission::ReadContact) || may(Permission::BreakGlass)) && purpose == Purpose::Act
        }
        Compartment::Life => reads_life,
        // A released text is its body's, and lies apart.
        Compartment::Excerpt => false,
    };
    let approvals = if reads { approvals::of_tip(db, tip.id)? } else { Vec::new() };
    let facts = (tip.has_minor, tip.placement.urgency);
    let closed = reads && closed_for_minor(officer, facts, &approvals, now);
    let entries = if closed { Vec::new() } else { entries(db, tip.id)?.into_iter().filter(shown).collect() };
    let files = if reads && !closed { files(db, tip.id)? } else { Vec::new() };
    if matches!(purpose, Purpose::File(uid) if !files.iter().any(|file| file.uid == uid)) {
        return Ok(None);
    }
    // Whoever gets the life facts only must not learn from the history what the tip is about.
    let events = if reads { events(db, tip.id, may(Permission::Note) && !closed)? } else { Vec::new() };
    let colleagues = colleagues(db, &tip, &events)?;
    let excerpts = if may(Permission::SendExcerpt) { excerpts::of_tip(db, tip.id)? } else { Vec::new() };
    let risk = if may(Permission::Decide) && purpose == Purpose::Act {
        let linked = links::is_linked(db, plan, officer, tip.id, now)?;
        Risk { linked, unread_file: has_unread(db, tip.id)?, ..history(db, tip.id)? }
    } else {
        Risk::default()
    };
    let hold = if reads { retention::holds::standing(db, tip.id)? } else { None };
    Ok(Some(Sheet {
        grants: officers::grants_of(db, plan, officer)?,
        held: Held::new(all.iter().map(|e| (e.compartment, e.recipient.clone()))),
        before: before.into_iter().filter(|e| e.recipient == own).collect(),
        envelopes: mine,
        standing,
        entries,
        files,
        events,
        colleagues,
        hold,
        approvals,
        excerpts,
        closed,
        tip,
        related: None,
        risk,
    }))
}

/// Whether a tip has a file that no officer has opened.
fn has_unread(db: &mut Db, tip: i64) -> QueryResult<bool> {
    let unopened = files::table.filter(files::tip_id.eq(tip).and(files::opened_minute.is_null()));
    diesel::select(exists(unopened)).get_result(db)
}

/// What the history tells: whether it was set aside before, and whether an officer lowered its urgency.
fn history(db: &mut Db, tip: i64) -> QueryResult<Risk> {
    let of_tip = tip_events::table.filter(tip_events::tip_id.eq(tip));
    let again = diesel::select(exists(of_tip.filter(tip_events::kind.eq("set_aside")))).get_result(db)?;
    let details: Vec<String> = of_tip
        .filter(tip_events::kind.eq_any(["corrected", "rerouted"]))
        .select(tip_events::detail)
        .load(db)?;
    Ok(Risk { again, lowered: details.iter().any(|detail| lowers(detail)), ..Risk::default() })
}

fn lowers(detail: &str) -> bool {
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    let urgency = |side: &str| detail[side]["urgency"].as_str().and_then(|word| word.parse::<Urgency>().ok());
    // The more pressing comes first.
    matches!((urgency("from"), urgency("to")), (Some(from), Some(to)) if from < to)
}

/// Writes that a file was opened, where that is the first time.
fn file_opened(db: &mut Db, file: &Uid, now: Minute) -> QueryResult<()> {
    let unopened = files::table.filter(files::uid.eq(file.to_string()).and(files::opened_minute.is_null()));
    diesel::update(unopened).set(files::opened_minute.eq(now.0)).execute(db)?;
    Ok(())
}

/// The envelopes of a tip, and those from before a compartment began anew.
pub(super) fn envelopes(db: &mut Db, tip: i64) -> QueryResult<(Vec<Envelope>, Vec<Envelope>)> {
    let rows: Vec<(String, String, Vec<u8>)> = envelopes::table
        .filter(envelopes::tip_id.eq(tip))
        .order(envelopes::id)
        .select((envelopes::compartment, envelopes::recipient, envelopes::sealed))
        .load(db)?;
    let (mut present, mut before) = (Vec::new(), Vec::new());
    for (name, recipient, sealed) in rows {
        let (compartment, is_before) = compartment(&name)?;
        let into = if is_before { &mut before } else { &mut present };
        into.push(Envelope { compartment, recipient, sealed });
    }
    Ok((present, before))
}

type EntryRow = (String, String, String, Option<i64>, Vec<u8>, i64);

fn entries(db: &mut Db, tip: i64) -> QueryResult<Vec<SealedEntry>> {
    let rows: Vec<EntryRow> = entries::table
        .filter(entries::tip_id.eq(tip))
        .order(entries::id)
        .select((
            entries::uid,
            entries::kind,
            entries::compartment,
            entries::officer_id,
            entries::sealed,
            entries::minute,
        ))
        .load(db)?;
    let entry = |(uid, kind, compartment, officer, sealed, minute): EntryRow| {
        let (uid, compartment) = (word(&uid)?, word(&compartment)?);
        Ok(SealedEntry { uid, kind, compartment, officer, sealed, minute: Minute(minute) })
    };
    rows.into_iter().map(entry).collect()
}

fn files(db: &mut Db, tip: i64) -> QueryResult<Vec<SealedFile>> {
    let rows: Vec<(String, Vec<u8>)> = files::table
        .filter(files::tip_id.eq(tip))
        .order(files::id)
        .select((files::uid, files::sealed_meta))
        .load(db)?;
    rows.into_iter().map(|(uid, meta)| Ok(SealedFile { uid: word(&uid)?, meta })).collect()
}

type EventRow = (String, String, Option<i64>, String, Option<Vec<u8>>, i64, i64);

/// The history; typed reasons only for those who hold the case key.
fn events(db: &mut Db, tip: i64, with_reasons: bool) -> QueryResult<Vec<Event>> {
    let rows: Vec<EventRow> = tip_events::table
        .filter(tip_events::tip_id.eq(tip))
        .order(tip_events::id)
        .select((
            tip_events::uid,
            tip_events::kind,
            tip_events::officer_id,
            tip_events::detail,
            tip_events::sealed,
            tip_events::version,
            tip_events::minute,
        ))
        .load(db)?;
    let event = |(uid, kind, officer, detail, sealed, version, minute): EventRow| {
        let detail = serde_json::from_str(&detail).unwrap_or_default();
        let sealed = sealed.filter(|_| with_reasons);
        Ok(Event { uid: word(&uid)?, kind, officer, detail, sealed, version, minute: Minute(minute) })
    };
    rows.into_iter().map(event).collect()
}

fn colleagues(db: &mut Db, tip: &Tip, events: &[Event]) -> QueryResult<Vec<Colleague>> {
    let mut ids: Vec<i64> = events.iter().filter_map(|e| e.officer).chain(tip.claimed_by).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(i64, String, String)> = officer_rows::table
        .filter(officer_rows::id.eq_any(ids))
        .order(officer_rows::id)
        .select((officer_rows::id, officer_rows::display_name, officer_rows::agency))
        .load(db)?;
    rows.into_iter().map(|(id, name, agency)| Ok(Colleague { id, name, agency: word(&agency)? })).collect()
}
