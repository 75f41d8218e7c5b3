//! The rows of a new tip, written in one transaction. Owns their SQL; refuses deciding anything: the rows
//! come ready from `intake::accept`.
//!
//! Invariant: tip, envelopes, leaf, outbox, audit row and idempotency row stand together or not at all.

use std::collections::HashSet;

use diesel::prelude::*;

use super::command::Abort;
use super::connection::{Db, on_each};
use super::directory::{self, Stale};
use super::schema::{
    doomed_files, entries, envelopes, files, receipts, submissions, tip_agencies, tip_events, tips,
};
use super::tip_row::is_life_only;
use super::{audit, commitments, counters, links, outbox};
use crate::audit::AuditRow;
use crate::clock::Minute;
use crate::intake::accept::AcceptedTip;
use crate::intake::rows::{EntryRow, EnvelopeRow, EventRow, FileRow, SubmissionRow, TipRow};
use crate::triage::placement::{Place, lane};

/// A sending that was accepted before.
#[derive(Clone, Debug, Queryable)]
pub struct Earlier {
    /// What was sent then.
    pub body_mac: Vec<u8>,
    /// The answer given then, sealed under the sending's key.
    pub sealed_answer: Vec<u8>,
}

/// What became of a write.
#[derive(Clone, Debug)]
pub enum Written {
    /// The tip is new.
    New,
    /// The same key had been accepted before; nothing was written.
    Before(Earlier),
}

/// The sending with this key, if it was accepted before. (`get_result`, not `first`: there is one at most, and
/// SQLite prepares a statement anew whenever another value is bound to its `LIMIT`.)
pub fn earlier(db: &mut Db, row_mac: &[u8]) -> QueryResult<Option<Earlier>> {
    submissions::table
        .filter(submissions::row_mac.eq(row_mac))
        .select((submissions::body_mac, submissions::sealed_answer))
        .get_result(db)
        .optional()
}

/// Writes everything that belongs to a new tip.
pub fn put(db: &mut Db, plan: i64, new: &AcceptedTip) -> Result<Written, Abort<Stale>> {
    if let Some(before) = earlier(db, &new.submission.row_mac)? {
        return Ok(Written::Before(before));
    }
    directory::check_version(db, new.directory_version)?;
    let id = insert_tip(db, plan, &new.tip)?;
    insert_agencies(db, id, &new.tip, &new.agencies)?;
    let open = new.agencies.iter().filter(|place| place.open);
    let open: Vec<_> = open.map(|place| (place.agency.to_string(), lane(new.tip.urgency))).collect();
    counters::moved(db, plan, &[], &open)?;
    insert_envelopes(db, id, &new.envelopes)?;
    for entry in &new.entries {
        insert_entry(db, id, entry, new.tip.received)?;
    }
    insert_files(db, id, &new.files, new.tip.received)?;
    diesel::insert_into(receipts::table)
        .values((
            receipts::tip_id.eq(id),
            receipts::lookup.eq(new.receipt.lookup.as_slice()),
            receipts::public_key.eq(new.receipt.public_key.as_slice()),
        ))
        .execute(db)?;
    commitments::insert(db, &new.commitment)?;
    links::insert(db, id, &new.links, new.tip.received)?;
    insert_event(db, id, &new.event, 1, new.tip.received)?;
    insert_submission(db, id, &new.submission, new.tip.received)?;
    outbox::enqueue(db, plan, &new.notices)?;
    audit::append(db, &AuditRow { tip_id: Some(id), ..new.audit.clone() })?;
    Ok(Written::New)
}

fn insert_tip(db: &mut Db, plan: i64, tip: &TipRow) -> QueryResult<i64> {
    let row = (
        tips::plan_id.eq(plan),
        tips::uid.eq(tip.uid.to_string()),
        tips::category.eq(tip.category.as_str()),
        tips::secondary.eq(tip.secondary.map(|c| c.to_string())),
        tips::district.eq(tip.district.map(|d| d.to_string())),
        tips::urgency.eq(tip.urgency.as_str()),
        tips::status.eq(tip.status.as_str()),
        tips::version.eq(1_i64),
        tips::lead.eq(tip.lead.to_string()),
        tips::first_responder.eq(tip.first_responder.map(|f| f.to_string())),
        tips::access.eq(tip.access),
        tips::rule.eq(&tip.rule),
        tips::plan_version.eq(&tip.plan_version),
        tips::clauses.eq(&tip.clauses),
        tips::because.eq(&tip.because),
        tips::has_minor.eq(tip.has_minor),
        tips::received_minute.eq(tip.received.0),
        tips::due_minute.eq(tip.due.0),
        tips::lane.eq(lane(tip.urgency)),
    );
    on_each!(db, |c| diesel::insert_into(tips::table).values(row).returning(tips::id).get_result(c))
}

fn insert_agencies(db: &mut Db, tip: i64, of: &TipRow, parts: &[Place]) -> QueryResult<()> {
    let row = |part: &Place| {
        (
            tip_agencies::tip_id.eq(tip),
            tip_agencies::agency.eq(part.agency.to_string()),
            tip_agencies::relation.eq(part.relation.as_str()),
            tip_agencies::open.eq(part.open),
            tip_agencies::lane.eq(lane(of.urgency)),
            tip_agencies::due_minute.eq(of.due.0),
            tip_agencies::acted.eq(false),
            tip_agencies::taken.eq(false),
            tip_agencies::life_only.eq(is_life_only(part.relation, of.access)),
            tip_agencies::closed.eq(false),
        )
    };
    let rows: Vec<_> = parts.iter().map(row).collect();
    on_each!(db, |c| diesel::insert_into(tip_agencies::table).values(&rows).execute(c))?;
    Ok(())
}

fn insert_envelopes(db: &mut Db, tip: i64, all: &[EnvelopeRow]) -> QueryResult<()> {
    let row = |envelope: &'_ EnvelopeRow| {
        (
            envelopes::tip_id.eq(tip),
            envelopes::compartment.eq(envelope.compartment.as_str()),
            envelopes::recipient.eq(envelope.recipient.clone()),
            envelopes::sealed.eq(envelope.sealed.clone()),
        )
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    on_each!(db, |c| diesel::insert_into(envelopes::table).values(&rows).execute(c))?;
    Ok(())
}

/// Appends one sealed entry to a tip.
pub(super) fn insert_entry(db: &mut Db, tip: i64, entry: &EntryRow, minute: Minute) -> QueryResult<()> {
    diesel::insert_into(entries::table)
        .values((
            entries::tip_id.eq(tip),
            entries::uid.eq(entry.uid.to_string()),
            entries::kind.eq(entry.kind),
            entries::compartment.eq(entry.compartment.as_str()),
            entries::sealed.eq(&entry.sealed),
            entries::minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}

fn insert_files(db: &mut Db, tip: i64, all: &[FileRow], minute: Minute) -> QueryResult<()> {
    for file in all {
        diesel::insert_into(files::table)
            .values((
                files::tip_id.eq(tip),
                files::uid.eq(file.uid.to_string()),
                files::sealed_meta.eq(&file.sealed_meta),
                files::padded_size.eq(file.padded_size),
                files::minute.eq(minute.0),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Appends one line to a tip's history.
pub(super) fn insert_event(
    db: &mut Db,
    tip: i64,
    event: &EventRow,
    version: i64,
    minute: Minute,
) -> QueryResult<()> {
    diesel::insert_into(tip_events::table)
        .values((
            tip_events::tip_id.eq(tip),
            tip_events::uid.eq(event.uid.to_string()),
            tip_events::kind.eq(event.kind),
            tip_events::detail.eq(&event.detail),
            tip_events::version.eq(version),
            tip_events::minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}

/// Remembers that a sending was accepted.
pub(super) fn insert_submission(
    db: &mut Db,
    tip: i64,
    row: &SubmissionRow,
    minute: Minute,
) -> QueryResult<()> {
    diesel::insert_into(submissions::table)
        .values((
            submissions::row_mac.eq(row.row_mac.as_slice()),
            submissions::body_mac.eq(row.body_mac.as_slice()),
            submissions::sealed_answer.eq(&row.sealed_answer),
            submissions::tip_id.eq(tip),
            submissions::created_minute.eq(minute.0),
        ))
        .execute(db)?;
    Ok(())
}

/// Forgets sendings older than `before`: a form that old is no longer taken anyway.
pub fn forget_submissions(db: &mut Db, before: Minute) -> QueryResult<usize> {
    diesel::delete(submissions::table.filter(submissions::created_minute.lt(before.0))).execute(db)
}

/// The names of all files that a row knows. Those of an erased tip are removed by the purge, which waits for a
/// backup that still has their rows; nobody else touches them.
pub fn file_names(db: &mut Db) -> QueryResult<HashSet<String>> {
    let names: Vec<String> = files::table.select(files::uid).load(db)?;
    let doomed: Vec<String> = doomed_files::table.select(doomed_files::uid).load(db)?;
    Ok(names.into_iter().chain(doomed).collect())
}
