//! Members as rows: the list of those one looks after, and what is done with them. Owns ending an account or its
//! sessions and changing a role, each with everything that goes with it in one transaction; refuses deciding who
//! may (`people::invitation`), but asks it once more over the rows as they are then.
//!
//! One invariant: whoever is no member any more holds no key, no session and no open tip, from one commit on; and
//! no agency that leads a tip is left without somebody who can open it.

use diesel::prelude::*;

use super::{pairs, rehome};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::invitation::{NotYours, may_change, may_end};
use crate::people::members::{Sees, sees};
use crate::people::officer::Officer;
use crate::people::roles::Role;
use crate::store::acts;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::officers::{OFFICER, OfficerRow, officer};
use crate::store::planted::{self, Bug};
use crate::store::schema::{agency_keys, invitations, key_grants, officers, sessions, tips};
use crate::store::tip_row::{by_uid, word};
use crate::store::{audit, dialect, directory};
use crate::triage::acts::rehoming::release;
use crate::vault::entropy::Entropy;
use crate::vault::uid::Uid;

/// Lines on a page of the list.
pub const PAGE: i64 = 50;

/// A member as a line of the list.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub officer: Officer,
    /// Whether the account works.
    pub active: bool,
    /// Whether the agency's present keys are in their hands.
    pub holds: bool,
    /// Since when.
    pub since: Minute,
    /// When the account ended, or began to.
    pub ended: Option<Minute>,
}

/// Why nothing was done with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberRefused {
    /// The officer may not.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// There is no such member, or the account has ended.
    #[error("there is no such member, or the account has ended")]
    Gone,
    /// Nobody else could open the agency's tips: they must find another home first.
    #[error("nobody else could open the agency's tips: they must be handed on first")]
    Last,
    /// The member took a tip at this very moment: to be tried once more.
    #[error("the member took a tip at this very moment")]
    Again,
}

impl From<NotYours> for Abort<MemberRefused> {
    fn from(why: NotYours) -> Self {
        Self::Refused(why.into())
    }
}

type Refused = Abort<MemberRefused>;

/// What the list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Part of a name or a sign-in name; nothing for all.
    pub text: String,
    /// Agencies whose name has the text in it.
    pub agencies: Vec<String>,
    /// The row the page before ended with.
    pub after: i64,
}

/// A page of the members whom the officer sees, and whether there are more.
pub fn page(db: &mut Db, plan: i64, by: &Officer, wanted: &Wanted) -> QueryResult<(Vec<Member>, bool)> {
    let agency = match sees(by) {
        None => return Ok((Vec::new(), false)),
        Some(Sees::Agency(own)) => own.to_string(),
        Some(Sees::District(district)) => format!("%-{district}"),
        Some(Sees::Everybody) => "%".to_owned(),
    };
    lines(db, plan, &agency, wanted)
}

/// Everybody, the ended ones too, past this row.
pub fn all(db: &mut Db, plan: i64, after: i64) -> QueryResult<Vec<Member>> {
    Ok(lines(db, plan, "%", &Wanted { after, ..Wanted::default() })?.0)
}

fn lines(db: &mut Db, plan: i64, agency: &str, wanted: &Wanted) -> QueryResult<(Vec<Member>, bool)> {
    let text = format!("%{}%", wanted.text.replace(['%', '_', '\\'], ""));
    let named = officers::login.like(&text).or(officers::display_name.like(&text));
    let mut rows: Vec<(OfficerRow, bool, i64, Option<i64>)> = officers::table
        .filter(officers::plan_id.eq(plan).and(officers::id.gt(wanted.after)))
        .filter(officers::agency.like(agency))
        .filter(named.or(officers::agency.eq_any(&wanted.agencies)))
        .order(officers::id)
        .limit(PAGE + 1)
        .select((OFFICER, officers::active, officers::created_minute, officers::ended_minute))
        .load(db)?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let holders = holding(db, &rows.iter().map(|row| row.0.0).collect::<Vec<_>>())?;
    let member = |(row, active, since, ended): (OfficerRow, bool, i64, Option<i64>)| {
        let officer = officer(row)?;
        let holds = holders.contains(&officer.id);
        Some(Member { officer, active, holds, since: Minute(since), ended: ended.map(Minute) })
    };
    Ok((rows.into_iter().filter_map(member).collect(), more))
}

fn holding(db: &mut Db, of: &[i64]) -> QueryResult<Vec<i64>> {
    key_grants::table
        .inner_join(agency_keys::table.on(agency_keys::id.eq(key_grants::agency_key_id)))
        .filter(agency_keys::kind.eq("work").and(agency_keys::retired_minute.is_null()))
        .filter(key_grants::officer_id.eq_any(of))
        .select(key_grants::officer_id)
        .load(db)
}

/// The member with this id, whether or not the account has ended.
pub fn find(db: &mut Db, plan: i64, uid: &Uid) -> QueryResult<Option<Member>> {
    let row: Option<(OfficerRow, bool, i64, Option<i64>)> = officers::table
        .filter(officers::plan_id.eq(plan).and(officers::uid.eq(uid.to_string())))
        .select((OFFICER, officers::active, officers::created_minute, officers::ended_minute))
        .first(db)
        .optional()?;
    let Some((row, active, since, ended)) = row else { return Ok(None) };
    let holds = holding(db, &[row.0])?.contains(&row.0);
    let ended = ended.map(Minute);
    Ok(officer(row).map(|officer| Member { officer, active, holds, since: Minute(since), ended }))
}

/// The officer as of now, if the account neither has ended nor is about to.
pub(super) fn staying(db: &mut Db, id: i64) -> QueryResult<Option<Officer>> {
    let row: Option<OfficerRow> = officers::table
        .filter(officers::id.eq(id).and(officers::active.eq(true)).and(officers::ended_minute.is_null()))
        .select(OFFICER)
        .first(db)
        .optional()?;
    Ok(row.and_then(officer))
}

/// Who asks for something: an officer, who is asked for again in the transaction, or the terminal.
#[derive(Clone, Debug)]
pub enum By {
    /// An officer at the desk.
    Officer(Officer),
    /// Whoever runs the portal's commands, or the portal itself going on with what was begun.
    Portal,
}

impl By {
    const fn actor(&self) -> Actor {
        match self {
            Self::Officer(officer) => Actor::Officer(officer.id),
            Self::Portal => Actor::System,
        }
    }

    /// Asks whether it may be, over the rows as they are now.
    pub(super) fn check(
        &self,
        db: &mut Db,
        may: impl Fn(&Officer) -> Result<(), NotYours>,
    ) -> Result<(), Refused> {
        let Self::Officer(officer) = self else { return Ok(()) };
        let by = staying(db, officer.id)?.ok_or(NotYours::Scope)?;
        Ok(may(&by)?)
    }
}

/// Ends every session of a member.
pub fn end_sessions(db: &mut Db, plan: i64, by: &By, whom: &Uid, now: Timestamp) -> Result<usize, Refused> {
    dialect::own_directory(db)?;
    let whom = present(db, plan, whom)?;
    by.check(db, |by| may_end(by, &whom))?;
    let ended = drop_sessions(db, whom.id)?;
    record(db, by, "officer.sessions_ended", &whom, now, serde_json::json!({ "sessions": ended }))?;
    Ok(ended)
}

/// Makes a member something else. The sessions end: the next one begins with what the new role may.
pub fn change_role(
    db: &mut Db,
    plan: i64,
    by: &By,
    (whom, to): (&Uid, Role),
    now: Timestamp,
) -> Result<(), Refused> {
    dialect::own_directory(db)?;
    let whom = present(db, plan, whom)?;
    dialect::own_officer(db, whom.id)?;
    by.check(db, |by| may_change(by, &whom, to))?;
    if whom.role.works() && !to.works() && is_last(db, plan, &whom)? {
        return Err(Abort::Refused(MemberRefused::Last));
    }
    diesel::update(officers::table.find(whom.id)).set(officers::role.eq(to.as_str())).execute(db)?;
    if !to.holds_keys() {
        pairs::take(db, whom.id)?;
    }
    drop_sessions(db, whom.id)?;
    directory::touch(db)?;
    let detail = serde_json::json!({ "from": whom.role.as_str(), "to": to.as_str() });
    record(db, by, "officer.changed", &whom, now, detail)?;
    Ok(())
}

/// Ends an account: keys, sessions and claims go with it. Gives how many tips were let go.
///
/// Refused where nobody else could open what the agency leads: that is handed on first ([`rehome`]).
pub fn end(
    db: &mut Db,
    plan: i64,
    by: &By,
    whom: &Uid,
    (now, entropy): (Timestamp, &dyn Entropy),
) -> Result<usize, Refused> {
    // Acts hold their tip, then the directory, then their officer; so does this, or they would wait in a ring.
    let id = present(db, plan, whom)?.id;
    let claims = claims(db, id)?;
    for uid in &claims {
        dialect::hold_tip(db, &uid.to_string())?;
    }
    dialect::own_directory(db)?;
    let whom = present(db, plan, whom)?;
    dialect::own_officer(db, whom.id)?;
    by.check(db, |by| may_end(by, &whom))?;
    let held = self::claims(db, whom.id)?;
    if held.iter().any(|uid| !claims.contains(uid)) {
        return Err(Abort::Refused(MemberRefused::Again));
    }
    if is_last(db, plan, &whom)? {
        return Err(Abort::Refused(MemberRefused::Last));
    }
    for uid in &held {
        let_go(db, plan, by, &whom, uid, (now, entropy))?;
    }
    close(db, &whom, now.minute())?;
    record(db, by, "officer.ended", &whom, now, serde_json::json!({ "released": held.len() }))?;
    Ok(held.len())
}

/// Whether the agency leads tips, or acts first on them, that nobody but this member could open.
pub(in crate::store) fn is_last(db: &mut Db, plan: i64, whom: &Officer) -> QueryResult<bool> {
    if planted::has(Bug::LastOneLeaves) {
        return Ok(false);
    }
    if !whom.role.works() || !pairs::who_holds(db, plan, &whom.agency)?.contains(&whom.id) {
        return Ok(false);
    }
    Ok(!pairs::others_work(db, plan, &whom.agency, whom.id)? && rehome::has_any(db, &whom.agency)?)
}

/// Who is neither gone nor unknown.
pub(super) fn present(db: &mut Db, plan: i64, uid: &Uid) -> Result<Officer, Refused> {
    let found = find(db, plan, uid)?.filter(|member| member.active);
    Ok(found.ok_or(Abort::Refused(MemberRefused::Gone))?.officer)
}

fn claims(db: &mut Db, officer: i64) -> QueryResult<Vec<Uid>> {
    let uids: Vec<String> = tips::table
        .filter(tips::claimed_by.eq(officer).and(tips::closed_minute.is_null()))
        .order(tips::id)
        .select(tips::uid)
        .load(db)?;
    uids.iter().map(|uid| word(uid)).collect()
}

fn let_go(
    db: &mut Db,
    plan: i64,
    by: &By,
    whom: &Officer,
    uid: &Uid,
    (now, entropy): (Timestamp, &dyn Entropy),
) -> Result<(), Refused> {
    let Some(tip) = by_uid(db, plan, uid)? else { return Ok(()) };
    let Ok(act) = release(by.actor(), &tip, whom.agency, now, entropy) else { return Ok(()) };
    acts::enter(db, plan, by.actor().officer_id(), &act).map_err(|abort| match abort {
        Abort::Refused(_) => Abort::Refused(MemberRefused::Again),
        Abort::Db(error) => Abort::Db(error),
    })
}

fn close(db: &mut Db, whom: &Officer, now: Minute) -> QueryResult<()> {
    diesel::update(officers::table.find(whom.id))
        .set((officers::active.eq(false), officers::ended_minute.eq(now.0)))
        .execute(db)?;
    pairs::take(db, whom.id)?;
    drop_sessions(db, whom.id)?;
    let waits = invitations::officer_id.eq(whom.id).and(invitations::state.eq_any(["proposed", "open"]));
    diesel::update(invitations::table.filter(waits)).set(invitations::state.eq("withdrawn")).execute(db)?;
    directory::touch(db)
}

pub(super) fn drop_sessions(db: &mut Db, officer: i64) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::officer_id.eq(officer))).execute(db)
}

pub(super) fn record(
    db: &mut Db,
    by: &By,
    act: &'static str,
    whom: &Officer,
    at: Timestamp,
    mut detail: serde_json::Value,
) -> QueryResult<()> {
    detail["officer"] = whom.id.into();
    detail["agency"] = whom.agency.to_string().into();
    audit::append(db, &AuditRow { at, actor: by.actor(), act, tip_id: None, detail })
}
