//! Invitations as rows. Owns their life, each step with its audit row; refuses deciding who may invite whom
//! (`people::invitation`), but asks it once more where the row is written.

use diesel::prelude::*;

use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::config::Confirm;
use crate::people::enrol::Enrolled;
use crate::people::invitation::{
    InvitationState, NotYours, PROPOSAL_MINUTES, VALID_MINUTES, begins, looks_after, may_confirm, may_reset,
};
use crate::people::officer::Officer;
use crate::people::roles::{Right, Role};
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::officers::{self, EnrolRefused};
use crate::store::people::members;
use crate::store::schema::{invitations, officers as officer_rows};
use crate::store::{audit, dialect};
use crate::vault::uid::Uid;

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Row id.
    pub id: i64,
    /// Public id.
    pub uid: Uid,
    /// The name to sign in with.
    pub login: String,
    /// The name colleagues know.
    pub name: String,
    /// For which agency.
    pub agency: AgencyCode,
    /// As what.
    pub role: Role,
    /// Whose account it makes anew; none for a new one.
    pub officer: Option<i64>,
    /// Who proposed it; none for the set-up.
    pub proposed_by: Option<i64>,
    /// Where it stands.
    pub state: InvitationState,
    /// Until when.
    pub expires: Minute,
    /// Whether its code has been handed over.
    pub handed_over: bool,
}

/// What is proposed.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Public id.
    pub uid: Uid,
    /// The name to sign in with, in its stored shape.
    pub login: String,
    /// The name colleagues know.
    pub name: String,
    /// For which agency.
    pub agency: AgencyCode,
    /// As what.
    pub role: Role,
}

/// Why an invitation does not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefused {
    /// The officer may not do this.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// Somebody signs in with this name, or is invited under it.
    #[error("somebody signs in with this name already, or is invited under it")]
    LoginTaken,
    /// There is none, or it is past: used, withdrawn, too old. Which, is not said.
    #[error("there is no such invitation, or it is past")]
    Gone,
    /// Enrolling was refused.
    #[error(transparent)]
    Enrol(#[from] EnrolRefused),
}

impl From<NotYours> for Abort<InvitationRefused> {
    fn from(why: NotYours) -> Self {
        Self::Refused(why.into())
    }
}

/// Enters a proposal of an officer; one for the agency's own people is open at once.
pub fn propose(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (what, confirm): (&Proposal, Confirm),
    now: Timestamp,
) -> Result<InvitationState, Abort<InvitationRefused>> {
    dialect::own_directory(db)?;
    let by = officers::present(db, by.id)?.ok_or(NotYours::Scope)?;
    let state = begins(&by, (&what.agency, what.role), confirm)?;
    refuse_taken(db, plan, &what.login, now.minute())?;
    insert(db, plan, Some(by.id), None, what, state, now.minute())?;
    record(db, Actor::Officer(by.id), "officer.proposed", what, now)?;
    Ok(state)
}

/// Enters an invitation to make a new password and a new pair for an account that is there.
pub fn propose_reset(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (whom, uid): (&Uid, Uid),
    confirm: Confirm,
    now: Timestamp,
) -> Result<InvitationState, Abort<InvitationRefused>> {
    dialect::own_directory(db)?;
    let by = officers::present(db, by.id)?.ok_or(NotYours::Scope)?;
    let gone = Abort::Refused(InvitationRefused::Gone);
    let whom = members::find(db, plan, whom)?.filter(|member| member.active).ok_or(gone)?.officer;
    may_reset(&by, &whom)?;
    let state = begins(&by, (&whom.agency, whom.role), confirm)?;
    let past = invitations::table.filter(invitations::officer_id.eq(whom.id).and(waiting()));
    diesel::update(past).set(invitations::state.eq(InvitationState::Withdrawn.as_str())).execute(db)?;
    let what = Proposal {
        uid,
        login: whom.login.clone(),
        name: whom.name.clone(),
        agency: whom.agency,
        role: whom.role,
    };
    insert(db, plan, Some(by.id), Some(whom.id), &what, state, now.minute())?;
    record(db, Actor::Officer(by.id), "officer.reset_proposed", &what, now)?;
    Ok(state)
}

/// Enters an invitation of the portal itself, with its code: the administrators of the first run.
pub fn invite_first(
    db: &mut Db,
    plan: i64,
    what: &Proposal,
    lookup: &[u8],
    now: Timestamp,
) -> Result<(), Abort<InvitationRefused>> {
    refuse_taken(db, plan, &what.login, now.minute())?;
    let id = insert(db, plan, None, None, what, InvitationState::Open, now.minute())?;
    diesel::update(invitations::table.find(id)).set(invitations::lookup.eq(lookup)).execute(db)?;
    Ok(record(db, Actor::System, "officer.proposed", what, now)?)
}

/// A second person says yes or no to a proposal.
pub fn decide(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    uid: &Uid,
    yes: bool,
    now: Timestamp,
) -> Result<(), Abort<InvitationRefused>> {
    let gone = Abort::Refused(InvitationRefused::Gone);
    let found =
        find(db, plan, uid, now.minute())?.filter(|it| it.state == InvitationState::Proposed).ok_or(gone)?;
    let by = officers::present(db, by.id)?.ok_or(NotYours::Scope)?;
    may_confirm(&by, found.proposed_by)?;
    let state = if yes { InvitationState::Open } else { InvitationState::Withdrawn };
    let standing =
        invitations::table.filter(invitations::id.eq(found.id).and(invitations::state.eq("proposed")));
    let until = now.minute().plus(VALID_MINUTES).0;
    let changed = diesel::update(standing)
        .set((
            invitations::state.eq(state.as_str()),
            invitations::confirmed_by.eq(by.id),
            invitations::expires_minute.eq(until),
        ))
        .execute(db)?;
    if changed == 0 {
        return Err(Abort::Refused(InvitationRefused::Gone));
    }
    let act = if yes { "officer.confirmed" } else { "officer.declined" };
    Ok(record_of(db, Actor::Officer(by.id), act, &found, now)?)
}

/// Keeps the digest of the code that is handed over now; a code from before stops working.
pub fn hand_over(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    uid: &Uid,
    lookup: &[u8],
    now: Timestamp,
) -> Result<Invitation, Abort<InvitationRefused>> {
    let found = own(db, plan, by, uid, now.minute())?;
    if found.state != InvitationState::Open {
        return Err(Abort::Refused(InvitationRefused::Gone));
    }
    let until = now.minute().plus(VALID_MINUTES).0;
    diesel::update(invitations::table.find(found.id))
        .set((invitations::lookup.eq(lookup), invitations::expires_minute.eq(until)))
        .execute(db)?;
    record_of(db, Actor::Officer(by.id), "officer.invited", &found, now)?;
    Ok(found)
}

/// Takes an invitation back.
pub fn withdraw(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    uid: &Uid,
    now: Timestamp,
) -> Result<(), Abort<InvitationRefused>> {
    let found = own(db, plan, by, uid, now.minute())?;
    diesel::update(invitations::table.find(found.id))
        .set((invitations::state.eq("withdrawn"), invitations::lookup.eq(None::<Vec<u8>>)))
        .execute(db)?;
    Ok(record_of(db, Actor::Officer(by.id), "officer.uninvited", &found, now)?)
}

/// The open invitation with this code.
pub fn by_code(db: &mut Db, plan: i64, lookup: &[u8], now: Minute) -> QueryResult<Option<Invitation>> {
    let row: Option<Row> = invitations::table
        .filter(invitations::plan_id.eq(plan).and(invitations::lookup.eq(lookup)))
        .filter(invitations::state.eq("open").and(invitations::expires_minute.gt(now.0)))
        .select(Row::as_select())
        .first(db)
        .optional()?;
    Ok(row.and_then(invitation))
}

/// Somebody becomes an officer by an invitation, or makes their account anew. Gives the officer's row.
pub fn use_up(
    db: &mut Db,
    plan: i64,
    lookup: &[u8],
    new: &Enrolled,
    now: Timestamp,
) -> Result<i64, Abort<InvitationRefused>> {
    dialect::own_directory(db)?;
    let found = by_code(db, plan, lookup, now.minute())?.ok_or(Abort::Refused(InvitationRefused::Gone))?;
    let same = found.login == new.officer.login
        && found.agency == new.officer.agency
        && found.role == new.officer.role;
    if !same {
        return Err(Abort::Refused(InvitationRefused::Gone));
    }
    let id = match found.officer {
        Some(officer) => officers::reset(db, plan, officer, new, now),
        None => officers::enrol(db, plan, new, now),
    };
    let id = id.map_err(|abort| match abort {
        Abort::Refused(why) => Abort::Refused(InvitationRefused::Enrol(why)),
        Abort::Db(error) => Abort::Db(error),
    })?;
    diesel::update(invitations::table.find(found.id))
        .set((
            invitations::state.eq("used"),
            invitations::officer_id.eq(id),
            invitations::lookup.eq(None::<Vec<u8>>),
        ))
        .execute(db)?;
    Ok(id)
}

/// What waits: for the officer to hand over, or for a second person whom the officer can be.
pub fn waiting_for(db: &mut Db, plan: i64, officer: &Officer, now: Minute) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<Row> = invitations::table
        .filter(invitations::plan_id.eq(plan).and(waiting()).and(invitations::expires_minute.gt(now.0)))
        .order(invitations::id.desc())
        .limit(200)
        .select(Row::as_select())
        .load(db)?;
    let confirms = officer.role.has(Right::ConfirmStaff);
    let concerns = |it: &Invitation| {
        it.proposed_by == Some(officer.id)
            || (looks_after(officer, &it.agency) && it.role.works())
            || (confirms && it.state == InvitationState::Proposed)
    };
    Ok(rows.into_iter().filter_map(invitation).filter(concerns).collect())
}

/// The invitation, if it is one of the officer's own to hand over or take back.
fn own(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    uid: &Uid,
    now: Minute,
) -> Result<Invitation, Abort<InvitationRefused>> {
    let gone = || Abort::Refused(InvitationRefused::Gone);
    let found = find(db, plan, uid, now)?.ok_or_else(gone)?;
    let by = officers::present(db, by.id)?.ok_or_else(gone)?;
    let own = found.proposed_by == Some(by.id) || (looks_after(&by, &found.agency) && found.role.works());
    if own { Ok(found) } else { Err(gone()) }
}

fn find(db: &mut Db, plan: i64, uid: &Uid, now: Minute) -> QueryResult<Option<Invitation>> {
    let row: Option<Row> = invitations::table
        .filter(invitations::plan_id.eq(plan).and(invitations::uid.eq(uid.to_string())))
        .filter(invitations::expires_minute.gt(now.0).and(waiting()))
        .select(Row::as_select())
        .first(db)
        .optional()?;
    Ok(row.and_then(invitation))
}

fn refuse_taken(db: &mut Db, plan: i64, login: &str, now: Minute) -> Result<(), Abort<InvitationRefused>> {
    let officer = officer_rows::table.filter(officer_rows::login.eq(login)).select(officer_rows::id);
    let invited = invitations::table
        .filter(invitations::plan_id.eq(plan).and(invitations::login.eq(login)).and(waiting()))
        .filter(invitations::expires_minute.gt(now.0))
        .select(invitations::id);
    let taken =
        officer.first::<i64>(db).optional()?.is_some() || invited.first::<i64>(db).optional()?.is_some();
    if taken { Err(Abort::Refused(InvitationRefused::LoginTaken)) } else { Ok(()) }
}

type Waiting = diesel::dsl::EqAny<invitations::state, [&'static str; 2]>;

/// In a state that something can still come of.
fn waiting() -> Waiting {
    invitations::state.eq_any(["proposed", "open"])
}

fn insert(
    db: &mut Db,
    plan: i64,
    by: Option<i64>,
    officer: Option<i64>,
    what: &Proposal,
    state: InvitationState,
    now: Minute,
) -> QueryResult<i64> {
    let valid = if state == InvitationState::Proposed { PROPOSAL_MINUTES } else { VALID_MINUTES };
    diesel::insert_into(invitations::table)
        .values((
            invitations::plan_id.eq(plan),
            invitations::uid.eq(what.uid.to_string()),
            invitations::login.eq(&what.login),
            invitations::display_name.eq(&what.name),
            invitations::agency.eq(what.agency.to_string()),
            invitations::role.eq(what.role.as_str()),
            invitations::officer_id.eq(officer),
            invitations::proposed_by.eq(by),
            invitations::state.eq(state.as_str()),
            invitations::created_minute.eq(now.0),
            invitations::expires_minute.eq(now.plus(valid).0),
        ))
        .returning(invitations::id)
        .get_result(db)
}

fn record(db: &mut Db, actor: Actor, act: &'static str, what: &Proposal, at: Timestamp) -> QueryResult<()> {
    let detail =
        serde_json::json!({ "invitation": what.uid, "agency": what.agency, "role": what.role.as_str() });
    audit::append(db, &AuditRow { at, actor, act, tip_id: None, detail })
}

fn record_of(
    db: &mut Db,
    actor: Actor,
    act: &'static str,
    it: &Invitation,
    at: Timestamp,
) -> QueryResult<()> {
    let what = Proposal {
        uid: it.uid,
        login: it.login.clone(),
        name: it.name.clone(),
        agency: it.agency,
        role: it.role,
    };
    record(db, actor, act, &what, at)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: i64,
    uid: String,
    lookup: Option<Vec<u8>>,
    login: String,
    display_name: String,
    agency: String,
    role: String,
    officer_id: Option<i64>,
    proposed_by: Option<i64>,
    state: String,
    expires_minute: i64,
}

/// The invitation in a row; none where the row holds a word this version does not know, so that it fails shut.
fn invitation(row: Row) -> Option<Invitation> {
    Some(Invitation {
        id: row.id,
        uid: row.uid.parse().ok()?,
        login: row.login,
        name: row.display_name,
        agency: row.agency.parse().ok()?,
        role: row.role.parse().ok()?,
        officer: row.officer_id,
        proposed_by: row.proposed_by,
        state: row.state.parse().ok()?,
        expires: Minute(row.expires_minute),
        handed_over: row.lookup.is_some(),
    })
}
