//! Erasing one tip, or a part of it, in the open transaction. Owns which rows go and in which order; refuses
//! whether it is due (`due`) and who agreed.
//!
//! Invariant: after it, no row that is left holds a key, a sealed value or a clear fact of the tip; the record keeps
//! its number and codes.

use diesel::prelude::*;
use serde_json::json;

use crate::audit::commitment::{Day, Ties};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::retention::erasure::{Erasure, Held, early, mark};
use crate::retention::terms::Due;
use crate::store::connection::{Db, on_each};
use crate::store::schema::{
    approvals, doomed_files, entries, envelopes, excerpts, files, receipts, submissions, tip_agencies,
    tip_events, tips,
};
use crate::store::{audit, commitments, counters, dialect, leases, links};
use crate::vault::deployment::DeploymentKey;
use crate::vault::uid::Uid;

use super::due::{self, Step, Work};
use super::{holds, traces};

/// Why nothing was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// There is no such tip, or no longer.
    Gone,
    /// A hold stands.
    Held,
    /// It was opened again, or its time has not come.
    NotDue,
}

impl From<Held> for Kept {
    fn from(_: Held) -> Self {
        Self::Held
    }
}

/// What an erasure is written under.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    /// The plan.
    pub plan: i64,
    /// Names what was erased.
    pub deployment: &'a DeploymentKey,
    /// Why and when.
    pub erasure: Erasure,
}

/// The clear facts of a tip that its erasure needs.
#[derive(Queryable)]
struct Facts {
    uid: String,
    category: String,
    kept_as: Option<String>,
    received_minute: i64,
}

/// Does one step of a round, if it is still due.
pub fn step(db: &mut Db, pen: &Pen<'_>, due: &Due, work: Work) -> QueryResult<Result<(), Kept>> {
    let (step, tip) = work;
    hold(db, tip)?;
    if !due::is_due(db, due, work)? {
        return Ok(Err(Kept::NotDue));
    }
    match step {
        Step::Tip => erase_tip(db, tip, pen),
        Step::Identity => identity(db, tip, pen.erasure.at).map(Ok),
        Step::Files => photos(db, tip, pen.erasure.at).map(Ok),
    }
}

/// Erases a tip that a reporter or a court asked to erase, and two people agreed to. An open tip goes too.
pub fn erase_early(
    db: &mut Db,
    plan: i64,
    deployment: &DeploymentKey,
    tip: i64,
    (at, backups_days): (Timestamp, i64),
) -> QueryResult<Result<(), Kept>> {
    hold(db, tip)?;
    let is_held = holds::standing(db, tip)?.is_some();
    super::rounds::soil(db)?;
    match early(is_held, at, backups_days) {
        Ok(erasure) => erase_tip(db, tip, &Pen { plan, deployment, erasure }),
        Err(held) => Ok(Err(held.into())),
    }
}

/// Erases a tip: its keys for everybody, whatever they open, and its clear facts. The bytes of its files are named in
/// `doomed_files`; they are unlinked after the commit.
pub fn erase_tip(db: &mut Db, tip: i64, pen: &Pen<'_>) -> QueryResult<Result<(), Kept>> {
    if holds::standing(db, tip)?.is_some() {
        return Ok(Err(Kept::Held));
    }
    let found: Option<Facts> = tips::table
        .filter(tips::id.eq(tip))
        .select((tips::uid, tips::category, tips::kept_as, tips::received_minute))
        .get_result(db)
        .optional()?;
    let Some(facts) = found else { return Ok(Err(Kept::Gone)) };
    let open = counters::open_in(db, tip)?;
    counters::moved(db, pen.plan, &open, &[])?;
    doom(db, tip)?;
    traces::keep_feed(db, tip)?;
    remove(db, tip)?;
    let uid: Uid = crate::store::tip_row::word(&facts.uid)?;
    traces::remember(db, pen, &mark(pen.deployment, &uid))?;
    // Its leaf stays in the public record, which must know that nobody dropped it.
    let day = Day::of(pen.erasure.at.minute());
    commitments::mark_erased(db, &Ties::of(pen.deployment).erased(&uid, day))?;
    let received = Minute(facts.received_minute);
    traces::count(db, pen.plan, received, (&facts.category, facts.kept_as.as_deref()))?;
    audit::append(db, &line(tip, "tip.erased", pen.erasure.at, json!({ "why": pen.erasure.why.as_str() })))?;
    Ok(Ok(()))
}

/// Keeps acts on the tip away until the transaction ends.
fn hold(db: &mut Db, tip: i64) -> QueryResult<()> {
    let uid: Option<String> =
        tips::table.filter(tips::id.eq(tip)).select(tips::uid).get_result(db).optional()?;
    uid.map_or(Ok(()), |uid| dialect::hold_tip(db, &uid))
}

/// Names the tip's files as to be unlinked, and takes their rows away.
fn doom(db: &mut Db, tip: i64) -> QueryResult<()> {
    let of_tip = files::table.filter(files::tip_id.eq(tip));
    let names: Vec<String> = of_tip.order(files::id).select(files::uid).load(db)?;
    for uid in names {
        on_each!(db, |c| diesel::insert_into(doomed_files::table)
            .values(doomed_files::uid.eq(&uid))
            .on_conflict(doomed_files::uid)
            .do_nothing()
            .execute(c))?;
    }
    diesel::delete(of_tip).execute(db)?;
    Ok(())
}

/// Takes every row of the tip away, the tip's own last.
fn remove(db: &mut Db, tip: i64) -> QueryResult<()> {
    diesel::delete(envelopes::table.filter(envelopes::tip_id.eq(tip))).execute(db)?;
    diesel::delete(receipts::table.filter(receipts::tip_id.eq(tip))).execute(db)?;
    diesel::delete(submissions::table.filter(submissions::tip_id.eq(tip))).execute(db)?;
    diesel::delete(entries::table.filter(entries::tip_id.eq(tip))).execute(db)?;
    diesel::delete(excerpts::table.filter(excerpts::tip_id.eq(tip))).execute(db)?;
    diesel::delete(tip_events::table.filter(tip_events::tip_id.eq(tip))).execute(db)?;
    diesel::delete(tip_agencies::table.filter(tip_agencies::tip_id.eq(tip))).execute(db)?;
    diesel::delete(approvals::table.filter(approvals::tip_id.eq(tip))).execute(db)?;
    links::forget(db, tip)?;
    leases::forget(db, tip)?;
    holds::forget(db, tip)?;
    diesel::delete(tips::table.filter(tips::id.eq(tip))).execute(db)?;
    Ok(())
}

/// Erases who the reporter is, and the keys to it that stayed with an agency without people; the report stays. So does the
/// extract for a command that the tip accuses: if the reporter opens the tip again it is all that command has.
fn identity(db: &mut Db, tip: i64, at: Timestamp) -> QueryResult<()> {
    let sealed = envelopes::tip_id.eq(tip).and(envelopes::compartment.like("identity%"));
    diesel::delete(envelopes::table.filter(sealed)).execute(db)?;
    let written = entries::tip_id.eq(tip).and(entries::compartment.eq("identity"));
    diesel::delete(entries::table.filter(written)).execute(db)?;
    audit::append(db, &line(tip, "tip.identity_erased", at, json!({})))
}

/// Erases the photos; the report stays.
fn photos(db: &mut Db, tip: i64, at: Timestamp) -> QueryResult<()> {
    doom(db, tip)?;
    audit::append(db, &line(tip, "tip.files_erased", at, json!({})))
}

const fn line(tip: i64, act: &'static str, at: Timestamp, detail: serde_json::Value) -> AuditRow {
    AuditRow { at, actor: Actor::System, act, tip_id: Some(tip), detail }
}
