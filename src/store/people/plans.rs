//! A version of the plan from its draft to its publication. Owns who may do which step, in one transaction with its
//! line on record; refuses reading versions (`store::plans`) and what the plan says.
//!
//! One invariant: no version routes unless the proof of its very content was green, one person proposed it and another
//! agreed.

use diesel::prelude::*;
use jiff::civil::Date;
use serde_json::json;

use super::requests::{self, Asked, RequestRefused, with};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::people::approval::{ApprovalState, Matter};
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::plans::{self, Fresh, Status, Texts, Version};
use crate::store::schema::{approvals, plan_versions};
use crate::store::{audit, dialect, directory};
use crate::vault::uid::Uid;

/// Why it is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// The officer may not.
    #[error("the officer may not do this")]
    Forbidden,
    /// There is no such version, or it is past this step.
    #[error("there is no such version, or it is past this step")]
    Past,
    /// Somebody else changed the draft in the meantime.
    #[error("the draft was changed in the meantime")]
    Changed,
    /// The content was not proved, or the proof found something.
    #[error("the content was not proved, or the proof found something")]
    NotProved,
    /// Too many requests of the officer's wait.
    #[error("too many requests of this officer wait already")]
    Many,
    /// Too many drafts.
    #[error("too many drafts are open already")]
    Drafts,
}

impl From<RequestRefused> for PlanRefused {
    fn from(refused: RequestRefused) -> Self {
        match refused {
            RequestRefused::Forbidden => Self::Forbidden,
            RequestRefused::Many => Self::Many,
            RequestRefused::Past | RequestRefused::NotGranted => Self::Past,
        }
    }
}

type Outcome<T> = Result<T, Abort<PlanRefused>>;

fn mine<T>(outcome: Result<T, Abort<RequestRefused>>) -> Outcome<T> {
    outcome.map_err(|abort| match abort {
        Abort::Refused(why) => Abort::Refused(why.into()),
        Abort::Db(error) => Abort::Db(error),
    })
}

const fn no(why: PlanRefused) -> Abort<PlanRefused> {
    Abort::Refused(why)
}

/// How many drafts may stand open: a list that nobody looks through any more helps nobody.
const DRAFTS: usize = 20;

/// What a draft begins as.
pub struct Begun<'a> {
    /// The version it is based on; none for the compiled-in plan, while no version was published.
    pub based_on: Option<i64>,
    /// What it is called.
    pub name: &'a str,
    /// Its first day.
    pub valid_from: Date,
    /// Its files.
    pub texts: &'a Texts,
    /// The compiled-in plan, kept as the first version when the first draft begins: label, first day, files.
    pub built_in: (&'a str, Date, &'a Texts),
}

/// Begins a draft; gives its number.
pub fn begin(db: &mut Db, plan: i64, by: &Officer, begun: &Begun<'_>, now: Timestamp) -> Outcome<i64> {
    // Two who begin at once would take the same number.
    dialect::own_directory(db)?;
    let by = mine(with(db, by, &[Right::ProposePlan]))?;
    let known = plans::all(db, plan)?;
    let open = known.iter().filter(|it| matches!(it.status, Status::Draft | Status::Proposed));
    if open.count() >= DRAFTS {
        return Err(no(PlanRefused::Drafts));
    }
    let (label, first, texts) = begun.built_in;
    if known.is_empty() {
        let name = "";
        let (based_on, author, status) = (None, None, Status::BuiltIn);
        let built = Fresh { number: 1, label, name, status, based_on, author, valid_from: first, texts };
        plans::enter(db, plan, &built, now.minute())?;
    }
    let number = known.first().map_or(1, |newest| newest.number) + 1;
    let label = format!("{label}-{number}");
    let fresh = Fresh {
        number,
        label: &label,
        name: begun.name,
        status: Status::Draft,
        based_on: begun.based_on.or(Some(1)),
        author: Some(by.id),
        valid_from: begun.valid_from,
        texts: begun.texts,
    };
    plans::enter(db, plan, &fresh, now.minute())?;
    record(db, &by, "plan.drafted", json!({ "version": label }), now)?;
    Ok(number)
}

/// What a draft becomes.
pub struct Changed<'a> {
    /// Which draft, and what was seen of it.
    pub draft: (i64, &'a str),
    /// What it is called.
    pub name: &'a str,
    /// Its first day.
    pub valid_from: Date,
    /// Its files.
    pub texts: &'a Texts,
    /// What was changed, for the record.
    pub table: &'a str,
}

/// Changes a draft.
pub fn change(db: &mut Db, plan: i64, by: &Officer, changed: &Changed<'_>, now: Timestamp) -> Outcome<()> {
    // A text that two drafts share must not be cleared away between.
    dialect::own_directory(db)?;
    let by = mine(with(db, by, &[Right::ProposePlan]))?;
    let version = plans::find(db, plan, changed.draft.0)?.filter(|it| it.status == Status::Draft);
    let version = version.ok_or(no(PlanRefused::Past))?;
    let content = (changed.name, changed.valid_from, changed.texts);
    if !plans::change(db, plan, changed.draft, content, now.minute())? {
        return Err(no(PlanRefused::Changed));
    }
    record(db, &by, "plan.changed", json!({ "version": version.label, "table": changed.table }), now)
}

/// Throws a draft away.
pub fn discard(db: &mut Db, plan: i64, by: &Officer, number: i64, now: Timestamp) -> Outcome<()> {
    dialect::own_directory(db)?;
    let by = mine(with(db, by, &[Right::ProposePlan]))?;
    let version = plans::find(db, plan, number)?.ok_or(no(PlanRefused::Past))?;
    if diesel::delete(plans::standing(plan, number, Status::Draft)).execute(db)? == 0 {
        return Err(no(PlanRefused::Past));
    }
    plans::clear(db)?;
    record(db, &by, "plan.discarded", json!({ "version": version.label }), now)
}

/// Proposes that a version routes.
pub fn propose(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (number, seen): (i64, &str),
    (uid, sealed): (&Uid, &[u8]),
    now: Timestamp,
) -> Outcome<()> {
    let by = mine(with(db, by, &[Right::ProposePlan]))?;
    let version = plans::find(db, plan, number)?.ok_or(no(PlanRefused::Past))?;
    if version.digest != seen {
        return Err(no(PlanRefused::Changed));
    }
    if !version.proof.as_ref().is_some_and(plans::Proof::is_green) {
        return Err(no(PlanRefused::NotProved));
    }
    let asked = Asked { matter: Matter::Plan, uid, agency: &by.agency, sealed };
    mine(requests::insert(db, plan, &by, &asked, now.minute()))?;
    let standing = plans::standing(plan, number, Status::Draft).filter(plan_versions::digest.eq(seen));
    let proposed = (
        plan_versions::status.eq(Status::Proposed.as_str()),
        plan_versions::approval.eq(Some(uid.to_string())),
    );
    if diesel::update(standing).set(proposed).execute(db)? == 0 {
        return Err(no(PlanRefused::Past));
    }
    record(db, &by, "plan.proposed", json!({ "version": version.label }), now)
}

/// Takes back what was proposed, so that it can be changed again.
pub fn withdraw(db: &mut Db, plan: i64, by: &Officer, number: i64, now: Timestamp) -> Outcome<()> {
    let by = mine(with(db, by, &[Right::ProposePlan]))?;
    let version = proposed(db, plan, number)?;
    if let Some(uid) = &version.approval {
        let standing =
            approvals::uid.eq(uid.to_string()).and(approvals::state.eq(ApprovalState::Asked.as_str()));
        diesel::update(approvals::table.filter(standing))
            .set(approvals::state.eq(ApprovalState::Refused.as_str()))
            .execute(db)?;
    }
    back_to_draft(db, plan, number)?;
    record(db, &by, "plan.withdrawn", json!({ "version": version.label }), now)
}

/// Another person agrees to what they `saw` (its digest), and the version is published; or does not.
pub fn decide(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (number, seen, yes): (i64, &str, bool),
    seal: impl Fn(&[u8]) -> [u8; 32],
    now: Timestamp,
) -> Outcome<()> {
    // Before the officer, as everywhere.
    dialect::own_directory(db)?;
    let by = mine(with(db, by, &[Right::ConfirmPlan]))?;
    let version = proposed(db, plan, number)?;
    if version.digest != seen {
        return Err(no(PlanRefused::Changed));
    }
    let uid = version.approval.ok_or(no(PlanRefused::Past))?;
    mine(requests::decide(db, &by, Matter::Plan, (&uid, yes), now.minute()))?;
    let detail = json!({ "version": version.label });
    if !yes {
        back_to_draft(db, plan, number)?;
        return record(db, &by, "plan.refused", detail, now);
    }
    if !version.proof.as_ref().is_some_and(plans::Proof::is_green) {
        return Err(no(PlanRefused::NotProved));
    }
    publish(db, plan, &version, &seal(&version.sealed_text()), now)?;
    plans::clear(db)?;
    diesel::update(approvals::table.filter(approvals::uid.eq(uid.to_string())))
        .set(approvals::state.eq(ApprovalState::Used.as_str()))
        .execute(db)?;
    record(db, &by, "plan.published", detail, now)
}

/// From its commit on whatever was decided by an older plan is refused and decided anew: it moves the directory on.
fn publish(db: &mut Db, plan: i64, version: &Version, seal: &[u8], now: Timestamp) -> Outcome<()> {
    directory::touch(db)?;
    let published = (
        plan_versions::status.eq(Status::Published.as_str()),
        plan_versions::published_minute.eq(Some(now.minute().0)),
        plan_versions::seal.eq(Some(seal.to_vec())),
    );
    let standing = plans::standing(plan, version.number, Status::Proposed);
    let standing = standing.filter(plan_versions::digest.eq(version.digest.clone()));
    match diesel::update(standing).set(published).execute(db)? {
        0 => Err(no(PlanRefused::Past)),
        _ => Ok(()),
    }
}

fn proposed(db: &mut Db, plan: i64, number: i64) -> Outcome<Version> {
    let version = plans::find(db, plan, number)?.filter(|it| it.status == Status::Proposed);
    version.ok_or(no(PlanRefused::Past))
}

fn back_to_draft(db: &mut Db, plan: i64, number: i64) -> Outcome<()> {
    let draft =
        (plan_versions::status.eq(Status::Draft.as_str()), plan_versions::approval.eq(None::<String>));
    match diesel::update(plans::standing(plan, number, Status::Proposed)).set(draft).execute(db)? {
        0 => Err(no(PlanRefused::Past)),
        _ => Ok(()),
    }
}

/// Puts on record that somebody let a version decide earlier tips' facts.
pub fn simulated(db: &mut Db, by: &Officer, label: &str, tips: usize, now: Timestamp) -> Outcome<()> {
    let by = mine(with(db, by, &[Right::ProposePlan, Right::ConfirmPlan]))?;
    record(db, &by, "plan.simulated", json!({ "version": label, "rows": tips }), now)
}

fn record(
    db: &mut Db,
    by: &Officer,
    act: &'static str,
    detail: serde_json::Value,
    at: Timestamp,
) -> Outcome<()> {
    Ok(audit::append(db, &AuditRow { at, actor: Actor::Officer(by.id), act, tip_id: None, detail })?)
}
