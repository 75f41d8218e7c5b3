//! Texts released to bodies that are told of a tip: written with the act that releases them, listed for the body, read
//! on record. Owns their SQL; refuses keys and clear text.
//!
//! One invariant: no row here is for a body that the tip excludes; it is asked when one is written, when the tip moves,
//! and when one is read.

use diesel::prelude::*;
use serde_json::json;

use super::acts::ActNotWritten;
use super::command::Abort;
use super::connection::Db;
use super::schema::{envelopes, excerpts, officers as officer_rows, tip_agencies, tips};
use super::tip_row::{by_uid, word};
use super::{audit, dialect, officers};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::enrol::KeyKind;
use crate::people::officer::Officer;
use crate::people::roles::{Relation, Right};
use crate::plan::AgencyCode;
use crate::triage::acts::{Decided, NewExcerpt};
use crate::triage::keys::Envelope;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

/// Writes what an act releases and takes away what it takes back; a body that the act keeps out loses what it had.
pub(super) fn write(db: &mut Db, officer: Option<i64>, act: &Decided) -> Result<(), Abort<ActNotWritten>> {
    if let Some(agency) = &act.withdrawn
        && remove(db, act.tip, agency)? == 0
    {
        return Err(Abort::Refused(ActNotWritten::Changed));
    }
    let (has_new, has_moved) = (!act.excerpts.is_empty(), act.moved.is_some());
    if !has_new && !has_moved {
        return Ok(());
    }
    let barred = barred(db, act.tip)?;
    for agency in holders(db, act.tip)?.iter().filter(|agency| is_barred(&barred, agency)) {
        remove(db, act.tip, agency)?;
    }
    if act.excerpts.iter().any(|excerpt| is_barred(&barred, &excerpt.agency)) {
        return Err(Abort::Refused(ActNotWritten::Forbidden));
    }
    for excerpt in &act.excerpts {
        let officer = officer.ok_or(Abort::Refused(ActNotWritten::Forbidden))?;
        remove(db, act.tip, &excerpt.agency)?;
        insert(db, act.tip, officer, excerpt, act.minute)?;
    }
    Ok(())
}

fn insert(db: &mut Db, tip: i64, officer: i64, new: &NewExcerpt, minute: Minute) -> QueryResult<()> {
    diesel::insert_into(excerpts::table)
        .values((
            excerpts::tip_id.eq(tip),
            excerpts::uid.eq(new.uid.to_string()),
            excerpts::agency.eq(new.agency.to_string()),
            excerpts::officer_id.eq(officer),
            excerpts::sealed.eq(&new.sealed),
            excerpts::minute.eq(minute.0),
        ))
        .execute(db)?;
    diesel::insert_into(envelopes::table)
        .values((
            envelopes::tip_id.eq(tip),
            envelopes::compartment.eq(Compartment::Excerpt.as_str()),
            envelopes::recipient.eq(new.agency.to_string()),
            envelopes::sealed.eq(&new.envelope),
        ))
        .execute(db)?;
    Ok(())
}

/// Takes a body's text and its key away; gives how many texts there were.
fn remove(db: &mut Db, tip: i64, agency: &AgencyCode) -> QueryResult<usize> {
    let (of_tip, to) = (envelopes::tip_id.eq(tip), envelopes::recipient.eq(agency.to_string()));
    let key = of_tip.and(to).and(envelopes::compartment.eq(Compartment::Excerpt.as_str()));
    diesel::delete(envelopes::table.filter(key)).execute(db)?;
    let text = excerpts::tip_id.eq(tip).and(excerpts::agency.eq(agency.to_string()));
    diesel::delete(excerpts::table.filter(text)).execute(db)
}

fn barred(db: &mut Db, tip: i64) -> QueryResult<Vec<AgencyCode>> {
    let excluded = tip_agencies::relation.eq(Relation::Excluded.as_str());
    let rows: Vec<String> = tip_agencies::table
        .filter(tip_agencies::tip_id.eq(tip).and(excluded))
        .order(tip_agencies::id)
        .select(tip_agencies::agency)
        .load(db)?;
    rows.iter().map(|agency| word(agency)).collect()
}

fn is_barred(barred: &[AgencyCode], agency: &AgencyCode) -> bool {
    barred.contains(agency) || barred.contains(&agency.parent())
}

fn holders(db: &mut Db, tip: i64) -> QueryResult<Vec<AgencyCode>> {
    Ok(of_tip(db, tip)?.into_iter().map(|(agency, _)| agency).collect())
}

/// To whom a text was released, and when.
pub(super) fn of_tip(db: &mut Db, tip: i64) -> QueryResult<Vec<(AgencyCode, Minute)>> {
    let rows: Vec<(String, i64)> = excerpts::table
        .filter(excerpts::tip_id.eq(tip))
        .order(excerpts::id)
        .select((excerpts::agency, excerpts::minute))
        .load(db)?;
    rows.into_iter().map(|(agency, minute)| Ok((word(&agency)?, Minute(minute)))).collect()
}

/// A text in a body's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub uid: Uid,
    /// The tip, for its number.
    pub tip: Uid,
    /// Who released it.
    pub from: AgencyCode,
    /// When.
    pub minute: Minute,
}

/// Texts on a page.
pub const PAGE: i64 = 100;

/// The texts released to a body, the newest first, before `before` where that is given.
pub fn list(
    db: &mut Db,
    plan: i64,
    agency: &AgencyCode,
    before: Option<i64>,
) -> QueryResult<Vec<(i64, Line)>> {
    let rows: Vec<(i64, String, String, String, i64)> = excerpts::table
        .inner_join(tips::table.on(tips::id.eq(excerpts::tip_id)))
        .inner_join(officer_rows::table.on(officer_rows::id.eq(excerpts::officer_id)))
        .filter(excerpts::agency.eq(agency.to_string()).and(tips::plan_id.eq(plan)))
        .filter(excerpts::id.lt(before.unwrap_or(i64::MAX)))
        .order(excerpts::id.desc())
        .limit(PAGE)
        .select((excerpts::id, excerpts::uid, tips::uid, officer_rows::agency, excerpts::minute))
        .load(db)?;
    let line = |(id, uid, tip, from, minute): (i64, String, String, String, i64)| {
        Ok((id, Line { uid: word(&uid)?, tip: word(&tip)?, from: word(&from)?, minute: Minute(minute) }))
    };
    rows.into_iter().map(line).collect()
}

/// A text as its body gets it, still sealed.
pub struct SealedExcerpt {
    /// The tip.
    pub tip: Uid,
    /// Its id.
    pub uid: Uid,
    /// The sealed text.
    pub sealed: Vec<u8>,
    /// Its key, sealed to the body.
    pub envelopes: Vec<Envelope>,
    /// The body's private keys, sealed to the officer.
    pub grants: Vec<(KeyKind, Vec<u8>)>,
}

/// Reads a text for an officer of the body it was released to, and puts the reading on record. `None`, with a row that
/// says so, where there is none for them.
pub fn read(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    uid: &Uid,
    now: Timestamp,
) -> QueryResult<Option<SealedExcerpt>> {
    let of: Option<(i64, String)> = excerpts::table
        .inner_join(tips::table.on(tips::id.eq(excerpts::tip_id)))
        .filter(excerpts::uid.eq(uid.to_string()).and(tips::plan_id.eq(plan)))
        .select((tips::id, tips::uid))
        .first(db)
        .optional()?;
    if let Some((_, tip)) = &of {
        dialect::hold_tip(db, tip)?;
    }
    let found = match &of {
        Some((_, tip)) => sealed(db, plan, officer, (uid, &word(tip)?))?,
        None => None,
    };
    let act = if found.is_some() { "tip.excerpt_read" } else { "tip.refused" };
    let (actor, detail) = (Actor::Officer(officer.id), json!({ "agency": officer.agency }));
    audit::append(db, &AuditRow { at: now, actor, act, tip_id: of.map(|(id, _)| id), detail })?;
    Ok(found)
}

/// The text, if the officer is still somebody of the body it is for, and the body may still know.
fn sealed(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    (uid, tip): (&Uid, &Uid),
) -> QueryResult<Option<SealedExcerpt>> {
    let Some(present) = officers::present(db, officer.id)? else { return Ok(None) };
    let Some(tip) = by_uid(db, plan, tip)? else { return Ok(None) };
    let may = present.role.has(Right::ReadExcerpts) && !tip.placement.excludes(&present.agency);
    let own = excerpts::uid.eq(uid.to_string()).and(excerpts::agency.eq(present.agency.to_string()));
    let sealed: Option<Vec<u8>> =
        excerpts::table.filter(own).select(excerpts::sealed).first(db).optional()?;
    let Some(sealed) = sealed.filter(|_| may) else { return Ok(None) };
    let (all, _) = super::tip_page::envelopes(db, tip.id)?;
    let recipient = present.agency.to_string();
    let key =
        |envelope: &Envelope| envelope.compartment == Compartment::Excerpt && envelope.recipient == recipient;
    Ok(Some(SealedExcerpt {
        tip: tip.uid,
        uid: *uid,
        sealed,
        envelopes: all.into_iter().filter(key).collect(),
        grants: officers::grants_of(db, plan, &present)?,
    }))
}
