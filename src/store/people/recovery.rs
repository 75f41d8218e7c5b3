//! Using the recovery key takes two people where there are two to ask: proposed by the system administrator with a
//! reason, confirmed by the security administrator, used once within a day. Owns who may, and what goes on record;
//! refuses the key, which is on paper.
//!
//! One invariant: where both administrators work here, no agency's keys are recovered without a granted request.

use diesel::prelude::*;

use super::requests::{self, Asked, RequestRefused, with};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::notify::Notice;
use crate::people::approval::{ApprovalState, Matter};
use crate::people::officer::Officer;
use crate::people::roles::{Right, Role};
use crate::plan::AgencyCode;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::schema::{approvals, officers as officer_rows};
use crate::store::{audit, outbox};
use crate::vault::uid::Uid;

/// Asks.
pub fn ask(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (uid, agency, sealed): (&Uid, &AgencyCode, &[u8]),
    now: Timestamp,
) -> Result<(), Abort<RequestRefused>> {
    let by = with(db, by, &[Right::ProposeStaff])?;
    let asked = Asked { matter: Matter::Recovery, uid, agency, sealed };
    requests::insert(db, plan, &by, &asked, now.minute())?;
    Ok(record(db, Actor::Officer(by.id), "recovery.asked", agency, now)?)
}

/// Another person says yes or no.
pub fn decide(
    db: &mut Db,
    by: &Officer,
    (uid, yes): (&Uid, bool),
    now: Timestamp,
) -> Result<(), Abort<RequestRefused>> {
    let by = with(db, by, &[Right::ConfirmStaff])?;
    let decided = requests::decide(db, &by, Matter::Recovery, (uid, yes), now.minute())?;
    let act = if yes { "recovery.granted" } else { "recovery.refused" };
    Ok(record(db, Actor::Officer(by.id), act, &decided.agency, now)?)
}

/// Uses what was granted for an agency, and says so loudly: to its mailbox, and in the record. Where not both
/// administrators work here yet, nobody can be asked, and only the loud part happens.
pub fn use_up(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Abort<RequestRefused>> {
    if takes_two(db)? {
        let not_granted = || Abort::Refused(RequestRefused::NotGranted);
        let granted = requests::granted(db, Matter::Recovery, agency)?;
        let found = granted.into_iter().find(|it| it.approval.is_granted(now.minute()));
        let found = found.ok_or_else(not_granted)?;
        let standing =
            approvals::table.filter(approvals::id.eq(found.approval.id).and(approvals::state.eq("granted")));
        let used = approvals::state.eq(ApprovalState::Used.as_str());
        if diesel::update(standing).set(used).execute(db)? == 0 {
            return Err(not_granted());
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
