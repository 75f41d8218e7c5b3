//! An agency's last member leaves: its tips are handed on first. Owns the mark that it has begun, what has to be
//! handed on, and writing it; refuses deciding where to (`triage::acts::rehoming`).
//!
//! From the mark on the agency counts as unmanned: new tips go past it, and what it has goes on, batch by batch.
//! The member stays until nothing is left, so that each tip has an owner who can open it at every moment.
//!
//! One invariant: nobody leaves while the agency leads a tip.

use diesel::prelude::*;

use super::members::{By, MemberRefused, drop_sessions, present, record};
use crate::clock::Timestamp;
use crate::people::invitation::may_end;
use crate::people::officer::Officer;
use crate::plan::AgencyCode;
use crate::store::acts::{self, ActNotWritten};
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::officers::{OFFICER, OfficerRow, officer};
use crate::store::schema::{officers, tip_agencies, tips};
use crate::store::tip_page::envelopes;
use crate::store::tip_row::{by_uid, word};
use crate::store::{dialect, directory};
use crate::triage::acts::Decided;
use crate::triage::acts::rehoming::Leaving;
use crate::triage::keys::Held;
use crate::vault::uid::Uid;

/// The relations in which an agency has something to do.
const ACTS: [&str; 2] = ["lead", "first_responder"];

/// Marks a member as about to leave. The sessions end; the account does when nothing is left to hand on.
pub fn begin(
    db: &mut Db,
    plan: i64,
    by: &By,
    whom: &Uid,
    now: Timestamp,
) -> Result<Officer, Abort<MemberRefused>> {
    dialect::own_directory(db)?;
    let whom = present(db, plan, whom)?;
    by.check(db, |by| may_end(by, &whom))?;
    let mark = Some(now.minute().0);
    diesel::update(officers::table.find(whom.id)).set(officers::ended_minute.eq(mark)).execute(db)?;
    drop_sessions(db, whom.id)?;
    directory::touch(db)?;
    record(db, by, "officer.leaving", &whom, now, serde_json::json!({}))?;
    Ok(whom)
}

/// Takes the mark back: there is somebody for whom no other home was found.
pub fn stay(db: &mut Db, plan: i64, whom: &Uid, now: Timestamp) -> Result<(), Abort<MemberRefused>> {
    dialect::own_directory(db)?;
    let whom = present(db, plan, whom)?;
    diesel::update(officers::table.find(whom.id)).set(officers::ended_minute.eq(None::<i64>)).execute(db)?;
    directory::touch(db)?;
    Ok(record(db, &By::Portal, "officer.stays", &whom, now, serde_json::json!({}))?)
}

/// Who is about to leave.
pub fn leaving(db: &mut Db, plan: i64) -> QueryResult<Vec<Officer>> {
    let rows: Vec<OfficerRow> = officers::table
        .filter(officers::plan_id.eq(plan).and(officers::active.eq(true)))
        .filter(officers::ended_minute.is_not_null())
        .order(officers::id)
        .select(OFFICER)
        .load(db)?;
    Ok(rows.into_iter().filter_map(officer).collect())
}

/// Whether the agency leads a tip or acts first on one, a closed one too: its reporter may open it again.
pub(super) fn has_any(db: &mut Db, agency: &AgencyCode) -> QueryResult<bool> {
    let any = tip_agencies::agency.eq(agency.to_string()).and(tip_agencies::relation.eq_any(ACTS));
    let found = tip_agencies::table.filter(any).select(tip_agencies::id).first::<i64>(db).optional()?;
    Ok(found.is_some())
}

fn tips_of(db: &mut Db, agency: &AgencyCode, skip: i64, most: i64) -> QueryResult<Vec<Uid>> {
    let uids: Vec<String> = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .filter(tip_agencies::agency.eq(agency.to_string()).and(tip_agencies::relation.eq_any(ACTS)))
        .order((tip_agencies::open.desc(), tip_agencies::tip_id, tip_agencies::id))
        .offset(skip)
        .limit(most)
        .select(tips::uid)
        .load(db)?;
    uids.iter().map(|uid| word(uid)).collect()
}

/// A tip as it stands, with what is needed to hand it on.
fn load(db: &mut Db, plan: i64, uid: &Uid) -> QueryResult<Option<Leaving>> {
    let Some(tip) = by_uid(db, plan, uid)? else { return Ok(None) };
    let (present, _) = envelopes(db, tip.id)?;
    let held = Held::new(present.into_iter().map(|e| (e.compartment, e.recipient)));
    let holder: Option<String> = match tip.claimed_by {
        Some(id) => officers::table.find(id).select(officers::agency).first(db).optional()?,
        None => None,
    };
    let holder = holder.as_deref().map(word).transpose()?;
    Ok(Some(Leaving { tip, held, holder }))
}

/// The next tips to hand on, as they stand: open ones first, at most so many, past the first `skip`.
pub fn batch(db: &mut Db, plan: i64, agency: &AgencyCode, skip: i64, most: i64) -> QueryResult<Vec<Leaving>> {
    let mut all = Vec::new();
    for uid in tips_of(db, agency, skip, most)? {
        all.extend(load(db, plan, &uid)?);
    }
    Ok(all)
}

/// Hands a batch on, as prepared against this version of the directory. Gives how many went: one on which
/// somebody acted meanwhile is left for the next batch.
pub fn hand_on(
    db: &mut Db,
    plan: i64,
    directory: i64,
    batch: &[(Uid, Decided)],
) -> Result<usize, Abort<ActNotWritten>> {
    for (uid, _) in batch {
        dialect::hold_tip(db, &uid.to_string())?;
    }
    directory::check_version::<ActNotWritten>(db, directory)?;
    let mut moved = 0;
    for (uid, act) in batch {
        let version = tips::table.filter(tips::uid.eq(uid.to_string())).select(tips::version);
        if version.first::<i64>(db).optional()? == Some(act.seen) {
            acts::enter(db, plan, None, act)?;
            moved += 1;
        }
    }
    Ok(moved)
}
