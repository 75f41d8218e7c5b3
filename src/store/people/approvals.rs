//! What takes two people, as rows, and what they open. Owns asking, deciding, using and reviewing, each in one
//! transaction with its history and audit rows; refuses the rule itself (`people::approval`).
//!
//! One invariant: no sealed contact leaves here unless the approval that lets it out, or the broken glass that a
//! second person will look at, is committed with the reading.

use diesel::prelude::*;

use crate::audit::AuditRow;
use crate::clock::Minute;
use crate::notify::Notice;
use crate::people::approval::{ASK_MINUTES, Approval, ApprovalState, Matter, NotDecided, REVIEW_MINUTES};
use crate::people::officer::Officer;
use crate::plan::{AgencyCode, Urgency};
use crate::store::acts::{ActNotWritten, Warrant, check, insert_event};
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::retention::erase::erase_early;
use crate::store::schema::{approvals, officers, tips};
use crate::store::tip_page::{SealedEntry, Sheet, prepare};
use crate::store::{audit, dialect, outbox};
use crate::triage::acts::NewEvent;
use crate::vault::compartment::Compartment;
use crate::vault::deployment::DeploymentKey;
use crate::vault::uid::Uid;

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalRefused {
    /// The officer may not do this, or no longer.
    Forbidden,
    /// A request of the officer's is waiting or granted already.
    AskedAlready,
    /// Nothing that was granted is in its time.
    NotGranted,
    /// Nobody is in immediate danger: the glass stays whole.
    NotUrgent,
    /// A legal hold stands: nothing of it is erased.
    Held,
    /// Somebody saw the contact alone, and nobody has looked at that yet: it would vanish with the tip.
    GlassFirst,
    /// It cannot be decided, or not by this officer.
    NotDecided(NotDecided),
}

impl From<ActNotWritten> for ApprovalRefused {
    fn from(_: ActNotWritten) -> Self {
        Self::Forbidden
    }
}

type Outcome<T> = Result<T, Abort<ApprovalRefused>>;

/// A line of the history and the one of the record that belong together.
pub type Lines = (NewEvent, AuditRow);

/// Asks a second person.
pub fn ask(
    db: &mut Db,
    plan: i64,
    warrant: &Warrant,
    (matter, lines): (Matter, &Lines),
    notices: &[Notice],
) -> Outcome<()> {
    let sheet = begin(db, plan, warrant, lines)?;
    let now = lines.1.at.minute();
    let own = of_tip(db, sheet.tip.id)?.into_iter().filter(|it| it.asked_by == warrant.officer.id);
    let standing = own.filter(|it| it.matter == matter);
    if standing.into_iter().any(|it| it.waits(now) || it.is_good_for(&warrant.officer, now)) {
        return Err(Abort::Refused(ApprovalRefused::AskedAlready));
    }
    insert(db, plan, warrant, &sheet, lines, (matter, ApprovalState::Asked, ASK_MINUTES))?;
    Ok(outbox::enqueue(db, plan, notices)?)
}

/// Another person says yes or no to a request, or has looked at a broken glass.
pub fn decide(
    db: &mut Db,
    plan: i64,
    warrant: &Warrant,
    (uid, yes): (&Uid, bool),
    lines: &Lines,
    erasing: Erasing<'_>,
) -> Outcome<()> {
    let sheet = begin(db, plan, warrant, lines)?;
    let now = lines.1.at.minute();
    let past = Abort::Refused(ApprovalRefused::NotDecided(NotDecided::Past));
    let all = of_tip(db, sheet.tip.id)?;
    let found = all.iter().find(|it| it.uid == *uid).ok_or(past)?;
    found
        .decidable_by(&warrant.officer, now)
        .map_err(|why| Abort::Refused(ApprovalRefused::NotDecided(why)))?;
    let state = match (found.matter, yes) {
        (Matter::BreakGlass, _) => ApprovalState::Reviewed,
        (_, true) => ApprovalState::Granted,
        (_, false) => ApprovalState::Refused,
    };
    settle(db, found, state, &warrant.officer, now)?;
    write_lines(db, warrant, &sheet, lines)?;
    if (found.matter, state) != (Matter::Erase, ApprovalState::Granted) {
        return Ok(());
    }
    if all.iter().any(|it| it.state == ApprovalState::Unreviewed) {
        return Err(Abort::Refused(ApprovalRefused::GlassFirst));
    }
    let time = (lines.1.at, erasing.backups_days);
    erase_early(db, plan, erasing.deployment, sheet.tip.id, time)?
        .map_err(|_| Abort::Refused(ApprovalRefused::Held))
}

/// What an erasure that was agreed to needs.
#[derive(Clone, Copy)]
pub struct Erasing<'a> {
    /// Names what was erased.
    pub deployment: &'a DeploymentKey,
    /// For how many days backups are kept.
    pub backups_days: i64,
}

/// Gives the sealed contact to whoever it was granted to.
pub fn open_contact(
    db: &mut Db,
    plan: i64,
    warrant: &Warrant,
    lines: &Lines,
) -> Outcome<(Sheet, Vec<SealedEntry>)> {
    let sheet = begin(db, plan, warrant, lines)?;
    let now = lines.1.at.minute();
    if !of_tip(db, sheet.tip.id)?.iter().any(|it| it.opens_for(&warrant.officer, now)) {
        return Err(Abort::Refused(ApprovalRefused::NotGranted));
    }
    write_lines(db, warrant, &sheet, lines)?;
    Ok(with_contacts(sheet))
}

/// Gives the sealed contact at once, because somebody is in immediate danger; a second person will look at it.
pub fn break_glass(
    db: &mut Db,
    plan: i64,
    warrant: &Warrant,
    lines: &Lines,
    notices: &[Notice],
) -> Outcome<(Sheet, Vec<SealedEntry>)> {
    let sheet = begin(db, plan, warrant, lines)?;
    if sheet.tip.placement.urgency != Urgency::Immediate {
        return Err(Abort::Refused(ApprovalRefused::NotUrgent));
    }
    let kind = (Matter::BreakGlass, ApprovalState::Unreviewed, REVIEW_MINUTES);
    insert(db, plan, warrant, &sheet, lines, kind)?;
    outbox::enqueue(db, plan, notices)?;
    Ok(with_contacts(sheet))
}

/// The requests and broken glasses of a tip, oldest first.
pub fn of_tip(db: &mut Db, tip: i64) -> QueryResult<Vec<Approval>> {
    let rows: Vec<Row> = approvals::table
        .filter(approvals::tip_id.eq(tip))
        .order(approvals::id)
        .select(Row::as_select())
        .load(db)?;
    Ok(rows.into_iter().filter_map(|row| approval(&row)).collect())
}

/// Something that waits, with what a list says of it.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Where it stands.
    pub approval: Approval,
    /// The tip's public id.
    pub tip: Uid,
    /// Whose request.
    pub who: String,
    /// For which agency they stand.
    pub agency: AgencyCode,
}

/// The most lines of a list.
const MOST: i64 = 200;

/// What waits at these agencies, oldest first.
pub fn waiting(db: &mut Db, agencies: &[String], now: Minute) -> QueryResult<Vec<Pending>> {
    // What nobody decided in time would otherwise fill the list.
    let in_time = approvals::state.eq("asked").and(approvals::expires_minute.gt(now.0));
    let rows: Vec<(Row, Option<i64>)> = approvals::table
        .filter(approvals::agency.eq_any(agencies))
        .filter(approvals::tip_id.is_not_null())
        .filter(in_time.or(approvals::state.eq("unreviewed")))
        .order(approvals::id)
        .limit(MOST)
        .select((Row::as_select(), approvals::tip_id))
        .load(db)?;
    listed(db, rows)
}

/// The broken glasses that nobody looked at in time: the auditor's.
pub fn overdue(db: &mut Db, now: Minute) -> QueryResult<Vec<Pending>> {
    let rows: Vec<(Row, Option<i64>)> = approvals::table
        .filter(approvals::state.eq("unreviewed").and(approvals::expires_minute.le(now.0)))
        .order(approvals::id)
        .limit(MOST)
        .select((Row::as_select(), approvals::tip_id))
        .load(db)?;
    listed(db, rows)
}

/// The rows with the tip's public id and the name of whoever asked.
fn listed(db: &mut Db, rows: Vec<(Row, Option<i64>)>) -> QueryResult<Vec<Pending>> {
    let tip_ids: Vec<i64> = rows.iter().filter_map(|(_, tip)| *tip).collect();
    let officer_ids: Vec<i64> = rows.iter().map(|(row, _)| row.asked_by).collect();
    let uids: Vec<(i64, String)> =
        tips::table.filter(tips::id.eq_any(tip_ids)).select((tips::id, tips::uid)).load(db)?;
    let names: Vec<(i64, String, String)> = officers::table
        .filter(officers::id.eq_any(officer_ids))
        .select((officers::id, officers::display_name, officers::agency))
        .load(db)?;
    let pending = |(row, tip): (Row, Option<i64>)| {
        let (_, uid) = uids.iter().find(|(id, _)| Some(*id) == tip)?;
        let (_, who, agency) = names.iter().find(|(id, ..)| *id == row.asked_by)?;
        let (tip, agency) = (uid.parse().ok()?, agency.parse().ok()?);
        Some(Pending { approval: approval(&row)?, tip, who: who.clone(), agency })
    };
    Ok(rows.into_iter().filter_map(pending).collect())
}

/// Holds the tip, asks the permission again and reads what the officer may have of it.
fn begin(db: &mut Db, plan: i64, warrant: &Warrant, lines: &Lines) -> Outcome<Sheet> {
    dialect::hold_tip(db, &warrant.tip.to_string())?;
    check(db, plan, warrant).map_err(|abort| match abort {
        Abort::Refused(why) => Abort::Refused(why.into()),
        Abort::Db(error) => Abort::Db(error),
    })?;
    let forbidden = Abort::Refused(ApprovalRefused::Forbidden);
    prepare(db, plan, &warrant.officer, &warrant.tip, lines.1.at)?.ok_or(forbidden)
}

fn with_contacts(sheet: Sheet) -> (Sheet, Vec<SealedEntry>) {
    let contacts = sheet.entries.iter().filter(|e| e.compartment == Compartment::Identity).cloned().collect();
    (sheet, contacts)
}

fn write_lines(db: &mut Db, warrant: &Warrant, sheet: &Sheet, (event, row): &Lines) -> Outcome<()> {
    insert_event(db, sheet.tip.id, Some(warrant.officer.id), event, sheet.tip.version, row.at.minute())?;
    Ok(audit::append(db, row)?)
}

fn insert(
    db: &mut Db,
    plan: i64,
    warrant: &Warrant,
    sheet: &Sheet,
    lines: &Lines,
    (matter, state, minutes): (Matter, ApprovalState, i64),
) -> Outcome<()> {
    let entry = Entry {
        uid: &lines.0.uid,
        matter,
        agency: &warrant.officer.agency,
        tip: Some(sheet.tip.id),
        sealed: None,
        state,
    };
    enter(db, plan, &entry, &warrant.officer, (lines.1.at.minute(), minutes))?;
    write_lines(db, warrant, sheet, lines)
}

/// A request before it is a row.
pub(super) struct Entry<'a> {
    pub(super) uid: &'a Uid,
    pub(super) matter: Matter,
    /// Whose people decide, or whose keys it is about.
    pub(super) agency: &'a AgencyCode,
    pub(super) tip: Option<i64>,
    /// What was typed, where no event of a tip holds it.
    pub(super) sealed: Option<&'a [u8]>,
    pub(super) state: ApprovalState,
}

/// Enters what somebody asks, or did, at this minute and for so many.
pub(super) fn enter(
    db: &mut Db,
    plan: i64,
    entry: &Entry<'_>,
    by: &Officer,
    (now, minutes): (Minute, i64),
) -> QueryResult<()> {
    diesel::insert_into(approvals::table)
        .values((
            approvals::plan_id.eq(plan),
            approvals::uid.eq(entry.uid.to_string()),
            approvals::kind.eq(entry.matter.as_str()),
            approvals::agency.eq(entry.agency.to_string()),
            approvals::tip_id.eq(entry.tip),
            approvals::asked_by.eq(by.id),
            approvals::state.eq(entry.state.as_str()),
            approvals::sealed.eq(entry.sealed),
            approvals::asked_minute.eq(now.0),
            approvals::expires_minute.eq(now.plus(minutes).0),
        ))
        .execute(db)?;
    Ok(())
}

/// Writes what somebody decided; false where it no longer stands as it was found.
pub(super) fn settle(
    db: &mut Db,
    found: &Approval,
    state: ApprovalState,
    by: &Officer,
    now: Minute,
) -> QueryResult<bool> {
    let granted = state == ApprovalState::Granted;
    let until = if granted { now.plus(found.matter.grant_minutes()) } else { found.expires };
    let standing = approvals::id.eq(found.id).and(approvals::state.eq(found.state.as_str()));
    let changed = diesel::update(approvals::table.filter(standing))
        .set((
            approvals::state.eq(state.as_str()),
            approvals::decided_by.eq(by.id),
            approvals::decided_minute.eq(now.0),
            approvals::expires_minute.eq(until.0),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// A request as it is selected.
#[derive(Queryable, Selectable)]
#[diesel(table_name = approvals)]
pub(super) struct Row {
    id: i64,
    uid: String,
    kind: String,
    asked_by: i64,
    decided_by: Option<i64>,
    state: String,
    asked_minute: i64,
    expires_minute: i64,
}

/// The request in a row; none where the row holds a word this version does not know, so that it fails shut.
pub(super) fn approval(row: &Row) -> Option<Approval> {
    Some(Approval {
        id: row.id,
        uid: row.uid.parse().ok()?,
        matter: row.kind.parse().ok()?,
        asked_by: row.asked_by,
        decided_by: row.decided_by,
        state: row.state.parse().ok()?,
        asked: Minute(row.asked_minute),
        expires: Minute(row.expires_minute),
    })
}

/// Whose people may decide what this officer's agency asked: its own, and those of the body above.
pub fn deciding_for(officer: &Officer, branches: impl IntoIterator<Item = AgencyCode>) -> Vec<String> {
    let below = branches.into_iter().filter(|code| code.is_branch() && code.parent() == officer.agency);
    std::iter::once(officer.agency).chain(below).map(|code| code.to_string()).collect()
}
