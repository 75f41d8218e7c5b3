//! Using the recovery key takes two people where there are two to ask: proposed by the system administrator with a
//! reason, confirmed by the security administrator, used once within a day. Owns these rows and asking for them;
//! refuses the key, which is on paper.
//!
//! One invariant: where both administrators work here, no agency's keys are recovered without a granted request.

use diesel::prelude::*;

use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::notify::Notice;
use crate::people::approval::{ASK_MINUTES, ApprovalState, GRANT_MINUTES, Matter};
use crate::people::officer::Officer;
use crate::people::roles::{Right, Role};
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::people::approvals::{Row, approval};
use crate::store::schema::{approvals, officers as officer_rows};
use crate::store::{audit, officers, outbox};
use crate::vault::uid::Uid;

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryRefused {
    /// The officer may not.
    #[error("the officer may not do this")]
    Forbidden,
    /// It is decided, used, or its time is over.
    #[error("it is decided already, or its time is over")]
    Past,
    /// Nobody has granted it.
    #[error(
        "using the recovery key takes two people here: the system administrator asks for it at the desk (people, recovery key), the security administrator agrees, and then it works once within a day"
    )]
    NotGranted,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it stands.
    pub approval: crate::people::approval::Approval,
    /// Whose keys.
    pub agency: AgencyCode,
    /// The reason, sealed under the deployment's key.
    pub sealed: Option<Vec<u8>>,
}

/// Asks.
pub fn ask(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (uid, agency, sealed): (&Uid, &AgencyCode, &[u8]),
    now: Timestamp,
) -> Result<(), Abort<RecoveryRefused>> {
    let by = with(db, by, Right::ProposeStaff)?;
    diesel::insert_into(approvals::table)
        .values((
            approvals::plan_id.eq(plan),
            approvals::uid.eq(uid.to_string()),
            approvals::kind.eq(Matter::Recovery.as_str()),
            approvals::agency.eq(agency.to_string()),
            approvals::asked_by.eq(by.id),
            approvals::state.eq(ApprovalState::Asked.as_str()),
            approvals::sealed.eq(sealed),
            approvals::asked_minute.eq(now.minute().0),
            approvals::expires_minute.eq(now.minute().plus(ASK_MINUTES).0),
        ))
        .execute(db)?;
    Ok(record(db, Actor::Officer(by.id), "recovery.asked", agency, now)?)
}

/// Another person says yes or no.
pub fn decide(
    db: &mut Db,
    by: &Officer,
    (uid, yes): (&Uid, bool),
    now: Timestamp,
) -> Result<(), Abort<RecoveryRefused>> {
    let by = with(db, by, Right::ConfirmStaff)?;
    let past = || Abort::Refused(RecoveryRefused::Past);
    let found = requests(db)?.into_iter().find(|it| it.approval.uid == *uid).ok_or_else(past)?;
    let asked = found.approval.state == ApprovalState::Asked;
    found.approval.decidable_by(&by, now.minute()).ok().filter(|()| asked).ok_or_else(past)?;
    let state = if yes { ApprovalState::Granted } else { ApprovalState::Refused };
    let standing =
        approvals::table.filter(approvals::id.eq(found.approval.id).and(approvals::state.eq("asked")));
    let changed = diesel::update(standing)
        .set((
            approvals::state.eq(state.as_str()),
            approvals::decided_by.eq(by.id),
            approvals::decided_minute.eq(now.minute().0),
            approvals::expires_minute.eq(now.minute().plus(GRANT_MINUTES).0),
        ))
        .execute(db)?;
    if changed == 0 {
        return Err(past());
    }
    let act = if yes { "recovery.granted" } else { "recovery.refused" };
    Ok(record(db, Actor::Officer(by.id), act, &found.agency, now)?)
}

/// Uses what was granted for an agency, and says so loudly: to its mailbox, and in the record. Where not both
/// administrators work here yet, nobody can be asked, and only the loud part happens.
pub fn use_up(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Abort<RecoveryRefused>> {
    if takes_two(db)? {
        let good = |it: &Request| {
            it.agency == *agency
                && it.approval.state == ApprovalState::Granted
                && now.minute() < it.approval.expires
        };
        let found =
            requests(db)?.into_iter().find(good).ok_or(Abort::Refused(RecoveryRefused::NotGranted))?;
        let standing =
            approvals::table.filter(approvals::id.eq(found.approval.id).and(approvals::state.eq("granted")));
        let used = approvals::state.eq(ApprovalState::Used.as_str());
        if diesel::update(standing).set(used).execute(db)? == 0 {
            return Err(Abort::Refused(RecoveryRefused::NotGranted));
        }
    }
    outbox::enqueue(db, plan, std::slice::from_ref(notice))?;
    Ok(record(db, Actor::System, "recovery.used", agency, now)?)
}

/// Whether both whom it takes work here.
pub fn takes_two(db: &mut Db) -> QueryResult<bool> {
    let both = [Role::SystemAdmin, Role::SecurityAdmin];
    let roles: Vec<String> = officer_rows::table
        .filter(officer_rows::active.eq(true))
        .filter(officer_rows::role.eq_any(both.map(Role::as_str)))
        .select(officer_rows::role)
        .distinct()
        .load(db)?;
    Ok(roles.len() == both.len())
}

/// The latest requests, newest first.
pub fn requests(db: &mut Db) -> QueryResult<Vec<Request>> {
    let rows: Vec<(Row, String, Option<Vec<u8>>)> = approvals::table
        .filter(approvals::kind.eq(Matter::Recovery.as_str()))
        .order(approvals::id.desc())
        .limit(50)
        .select((Row::as_select(), approvals::agency, approvals::sealed))
        .load(db)?;
    let request = |(row, agency, sealed): (Row, String, Option<Vec<u8>>)| {
        Some(Request { approval: approval(&row)?, agency: agency.parse().ok()?, sealed })
    };
    Ok(rows.into_iter().filter_map(request).collect())
}

/// Whether a request waits for a decision.
pub fn waits(request: &Request, now: Minute) -> bool {
    request.approval.state == ApprovalState::Asked && request.approval.waits(now)
}

fn with(db: &mut Db, by: &Officer, right: Right) -> Result<Officer, Abort<RecoveryRefused>> {
    let present = officers::present(db, by.id)?.filter(|officer| officer.role.has(right));
    present.ok_or(Abort::Refused(RecoveryRefused::Forbidden))
}

fn record(
    db: &mut Db,
    actor: Actor,
    act: &'static str,
    agency: &AgencyCode,
    at: Timestamp,
) -> QueryResult<()> {
    let detail = serde_json::json!({ "agency": agency });
    audit::append(db, &AuditRow { at, actor, act, tip_id: None, detail })
}
