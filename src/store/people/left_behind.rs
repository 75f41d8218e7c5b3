//! What stayed sealed to an agency when its tips changed hands because nobody was left: the key of notes from before,
//! and that of who the reporter is. Owns finding it, and writing it sealed to whoever leads the tip now; refuses keys.
//!
//! One invariant: nobody gets what was left behind but the present lead, in a transaction that finds it leading still.

use diesel::prelude::*;

use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::plan::AgencyCode;
use crate::store::acts::insert_event;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::store::directory::{Stale, check_version};
use crate::store::schema::{envelopes, tips};
use crate::store::tip_row::{BEFORE, compartment, word};
use crate::store::{audit, dialect};
use crate::triage::acts::NewEvent;
use crate::triage::resealing::Lying;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

/// An envelope that was left behind.
#[derive(Clone, Debug)]
pub struct Behind {
    /// The envelope.
    pub lying: Lying,
    /// Who leads the tip now.
    pub lead: AgencyCode,
}

/// An envelope sealed to the present lead.
#[derive(Clone, Debug)]
pub struct Passed {
    /// As it was found.
    pub behind: Behind,
    /// The bytes to write.
    pub sealed: Vec<u8>,
    /// Public id of the event in the tip's history.
    pub event: Uid,
}

/// What an agency kept behind of tips that it does not lead, past this envelope, in order, at most so many.
pub fn batch(db: &mut Db, plan: i64, agency: &AgencyCode, after: i64, most: i64) -> QueryResult<Vec<Behind>> {
    let own = agency.to_string();
    let rows: Vec<(i64, String, String, String, Vec<u8>)> = envelopes::table
        .inner_join(tips::table.on(tips::id.eq(envelopes::tip_id)))
        .filter(envelopes::recipient.eq(&own).and(envelopes::id.gt(after)))
        .filter(tips::plan_id.eq(plan).and(tips::lead.ne(&own)))
        .filter(envelopes::compartment.like(format!("%{BEFORE}%")))
        .order(envelopes::id)
        .limit(most)
        .select((envelopes::id, tips::uid, tips::lead, envelopes::compartment, envelopes::sealed))
        .load(db)?;
    let behind = |(id, tip, lead, name, sealed): (i64, String, String, String, Vec<u8>)| {
        let lying = Lying { id, tip: word(&tip)?, compartment: compartment(&name)?.0, sealed };
        Ok(Behind { lying, lead: word(&lead)? })
    };
    rows.into_iter().map(behind).collect()
}

/// Writes what was sealed against this version of the directory, so that nobody has come to the agency since. Gives how
/// many envelopes changed hands: one whose tip has another lead by now, or that is no longer there, is left alone.
pub fn pass(
    db: &mut Db,
    version: i64,
    from: &AgencyCode,
    all: &[Passed],
    now: Timestamp,
) -> Result<usize, Abort<Stale>> {
    for passed in all {
        dialect::hold_tip(db, &passed.behind.lying.tip.to_string())?;
    }
    check_version::<Stale>(db, version)?;
    let mut written = 0;
    for passed in all {
        written += usize::from(one(db, from, passed, now)?);
    }
    Ok(written)
}

fn one(db: &mut Db, from: &AgencyCode, passed: &Passed, now: Timestamp) -> QueryResult<bool> {
    let Behind { lying, lead } = &passed.behind;
    let standing = tips::uid.eq(lying.tip.to_string()).and(tips::lead.eq(lead.to_string()));
    let found = tips::table.filter(standing).select((tips::id, tips::version)).first(db).optional()?;
    let Some((tip, version)): Option<(i64, i64)> = found else { return Ok(false) };
    let same = envelopes::table.filter(envelopes::id.eq(lying.id).and(envelopes::sealed.eq(&lying.sealed)));
    let Some(name) = same.select(envelopes::compartment).first::<String>(db).optional()? else {
        return Ok(false);
    };
    // Notes of before keep their name, since the present ones have a key of their own; an identity has but one.
    let name = if lying.compartment == Compartment::Identity { lying.compartment.to_string() } else { name };
    let there = envelopes::tip_id.eq(tip).and(envelopes::compartment.eq(&name));
    let there = envelopes::table.filter(there.and(envelopes::recipient.eq(lead.to_string())));
    let own = envelopes::table.filter(envelopes::id.eq(lying.id));
    if there.count().get_result::<i64>(db)? > 0 {
        // The lead has it: what the agency without people keeps is good for nobody.
        diesel::delete(own).execute(db)?;
    } else {
        let to = (
            envelopes::compartment.eq(&name),
            envelopes::recipient.eq(lead.to_string()),
            envelopes::sealed.eq(&passed.sealed),
        );
        diesel::update(own).set(to).execute(db)?;
    }
    // Whatever was prepared against the tip as it was knows nothing of this envelope.
    diesel::update(tips::table.find(tip)).set(tips::version.eq(version + 1)).execute(db)?;
    record(db, from, passed, (tip, version + 1), now)?;
    Ok(true)
}

fn record(
    db: &mut Db,
    from: &AgencyCode,
    passed: &Passed,
    (tip, version): (i64, i64),
    now: Timestamp,
) -> QueryResult<()> {
    let what = match passed.behind.lying.compartment {
        Compartment::Identity => "identity",
        _ => "notes",
    };
    let mut detail = serde_json::json!({ "from": from, "to": passed.behind.lead });
    detail[what] = "passed".into();
    let event = NewEvent { uid: passed.event, kind: "handed_on", detail: detail.clone(), sealed: None };
    insert_event(db, tip, None, &event, version, now.minute())?;
    let row = AuditRow { at: now, actor: Actor::System, act: "tip.handed_on", tip_id: Some(tip), detail };
    audit::append(db, &row)
}
