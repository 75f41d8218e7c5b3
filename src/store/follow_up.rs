//! What a receipt opens: one indexed look-up, the sealed thread, and what the reporter adds. Owns their SQL;
//! refuses keys and clear text.

use diesel::prelude::*;

use super::acts::stand_again;
use super::command::Abort;
use super::connection::Db;
use super::intake::{Earlier, earlier, insert_entry, insert_event, insert_submission};
use super::schema::{entries, envelopes, files, receipts, submissions, tip_agencies, tip_events, tips};
use super::tip_row::{is_life_only, word};
use super::{audit, counters, links, outbox};
use crate::audit::AuditRow;
use crate::clock::Minute;
use crate::dialogue::add::{Addition, Standing};
use crate::dialogue::kept_out::KeptOut;
use crate::dialogue::thread::SealedEntry;
use crate::people::roles::Relation;

/// The tip behind a receipt.
#[derive(Clone, Debug, Queryable)]
pub struct Found {
    /// Its row id.
    pub id: i64,
    /// Its public id, as text.
    pub uid: String,
    /// The reporter's envelope of the report key.
    pub sealed: Vec<u8>,
}

/// The tip whose receipt has this name.
pub fn find(db: &mut Db, lookup: &[u8]) -> QueryResult<Option<Found>> {
    receipts::table
        .inner_join(tips::table.on(tips::id.eq(receipts::tip_id)))
        .inner_join(envelopes::table.on(envelopes::tip_id.eq(receipts::tip_id)))
        .filter(receipts::lookup.eq(lookup))
        .filter(envelopes::compartment.eq("report").and(envelopes::recipient.eq("reporter")))
        .select((tips::id, tips::uid, envelopes::sealed))
        .first(db)
        .optional()
}

/// A receipt was used: the stored answers that hand it out again are blanked. The rows stay, so that the
/// same form sent once more is still no second tip.
pub fn opened(db: &mut Db, tip: i64, row: &AuditRow) -> QueryResult<()> {
    let blank: &[u8] = &[];
    diesel::update(submissions::table.filter(submissions::tip_id.eq(tip)))
        .set(submissions::sealed_answer.eq(blank))
        .execute(db)?;
    audit::append(db, row)
}

/// A tip as its reporter may see it, still sealed.
pub struct Thread {
    /// Where it stands.
    pub standing: Standing,
    /// When it was received.
    pub received: Minute,
    /// When somebody must have acted.
    pub due: Minute,
    /// What was said.
    pub entries: Vec<SealedEntry>,
    /// Kinds and minutes of its history.
    pub history: Vec<(String, Minute)>,
    /// How many pictures came with it.
    pub pictures: i64,
    /// Who was kept out of it.
    pub kept_out: KeptOut,
}

type TipColumns = (i64, i64, String, String, String, String, i64, i64);

/// The tip with this public id and its sealed thread.
pub fn thread(db: &mut Db, uid: &str) -> QueryResult<Option<Thread>> {
    let columns = (
        tips::id,
        tips::version,
        tips::status,
        tips::lead,
        tips::category,
        tips::urgency,
        tips::received_minute,
        tips::due_minute,
    );
    let row: Option<TipColumns> =
        tips::table.filter(tips::uid.eq(uid)).select(columns).first(db).optional()?;
    let Some((received, due, standing)) = row.map(|row| standing(uid, row)).transpose()? else {
        return Ok(None);
    };
    let id = standing.id;
    let history: Vec<(String, i64)> = tip_events::table
        .filter(tip_events::tip_id.eq(id))
        .order(tip_events::id)
        .select((tip_events::kind, tip_events::minute))
        .load(db)?;
    Ok(Some(Thread {
        standing,
        received,
        due,
        entries: report_entries(db, id)?,
        history: history.into_iter().map(|(kind, minute)| (kind, Minute(minute))).collect(),
        pictures: files::table.filter(files::tip_id.eq(id)).count().get_result(db)?,
        kept_out: kept_out(db, id)?,
    }))
}

/// Who was kept out, by the rows that say who has a part in it and who holds a key.
fn kept_out(db: &mut Db, tip: i64) -> QueryResult<KeptOut> {
    let rows: Vec<(String, String)> = tip_agencies::table
        .filter(tip_agencies::tip_id.eq(tip))
        .order(tip_agencies::id)
        .select((tip_agencies::agency, tip_agencies::relation))
        .load(db)?;
    let pair = |(agency, relation): (String, String)| QueryResult::Ok((word(&agency)?, word(&relation)?));
    let places = rows.into_iter().map(pair).collect::<QueryResult<Vec<_>>>()?;
    let held: Vec<(String, String)> = envelopes::table
        .filter(envelopes::tip_id.eq(tip))
        .order(envelopes::id)
        .select((envelopes::compartment, envelopes::recipient))
        .load(db)?;
    let (first, access): (Option<String>, String) =
        tips::table.filter(tips::id.eq(tip)).select((tips::first_responder, tips::access)).first(db)?;
    let life = first.filter(|_| is_life_only(Relation::FirstResponder, &access));
    Ok(KeptOut::of(&places, &held, life.as_deref().map(word).transpose()?))
}

fn standing(uid: &str, row: TipColumns) -> QueryResult<(Minute, Minute, Standing)> {
    let (id, version, status, lead, category, urgency, received, due) = row;
    let standing = Standing {
        id,
        uid: uid.parse().map_err(unreadable)?,
        version,
        status: status.parse().map_err(unreadable)?,
        lead: lead.parse().map_err(unreadable)?,
        category: category.parse().map_err(unreadable)?,
        urgency: urgency.parse().map_err(unreadable)?,
    };
    Ok((Minute(received), Minute(due), standing))
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(Box::new(error))
}

fn report_entries(db: &mut Db, tip: i64) -> QueryResult<Vec<SealedEntry>> {
    let rows: Vec<(String, String, Vec<u8>, i64)> = entries::table
        .filter(entries::tip_id.eq(tip).and(entries::compartment.eq("report")))
        .order(entries::id)
        .select((entries::uid, entries::kind, entries::sealed, entries::minute))
        .load(db)?;
    let entry = |(uid, kind, sealed, minute): (String, String, Vec<u8>, i64)| {
        Ok(SealedEntry { uid: uid.parse().map_err(unreadable)?, kind, sealed, minute: Minute(minute) })
    };
    rows.into_iter().map(entry).collect()
}

/// Another act came first: read the tip again and prepare the addition anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved;

/// Writes what a reporter adds; gives the earlier sending when this key was accepted before.
pub fn add(db: &mut Db, plan: i64, new: &Addition) -> Result<Option<Earlier>, Abort<Moved>> {
    if let Some(before) = earlier(db, &new.submission.row_mac)? {
        return Ok(Some(before));
    }
    let tip = new.before.id;
    let version = new.before.version + 1;
    let moved =
        diesel::update(tips::table.filter(tips::id.eq(tip).and(tips::version.eq(new.before.version))))
            .set((tips::version.eq(version), tips::status.eq(new.status.as_str())))
            .execute(db)?;
    if moved == 0 {
        return Err(Abort::Refused(Moved));
    }
    if let Some(due) = new.reopened_due {
        reopen(db, plan, tip, due)?;
    }
    insert_entry(db, tip, &new.entry, new.minute)?;
    links::insert(db, tip, &new.links, new.minute)?;
    insert_event(db, tip, &new.event, version, new.minute)?;
    insert_submission(db, tip, &new.submission, new.minute)?;
    outbox::enqueue(db, plan, std::slice::from_ref(&new.notice))?;
    audit::append(db, &new.audit)?;
    Ok(None)
}

/// A closed tip stands in the queues again, with a deadline of its own, and in nobody's hands.
fn reopen(db: &mut Db, plan: i64, tip: i64, due: Minute) -> QueryResult<()> {
    diesel::update(tips::table.filter(tips::id.eq(tip)))
        .set((
            tips::due_minute.eq(due.0),
            tips::claimed_by.eq(None::<i64>),
            tips::acted_minute.eq(None::<i64>),
            tips::closed_minute.eq(None::<i64>),
            tips::kept_as.eq(None::<String>),
            tips::look_minute.eq(None::<i64>),
            tips::lease_minute.eq(None::<i64>),
        ))
        .execute(db)?;
    let of_tip = tip_agencies::table.filter(tip_agencies::tip_id.eq(tip));
    diesel::update(of_tip)
        .set((
            tip_agencies::closed.eq(false),
            tip_agencies::aside.eq(false),
            tip_agencies::look_minute.eq(None::<i64>),
            tip_agencies::look_rung.eq(false),
        ))
        .execute(db)?;
    stand_again(db, tip)?;
    let acting = tip_agencies::relation.eq_any(["lead", "first_responder"]);
    diesel::update(of_tip.filter(acting))
        .set((
            tip_agencies::due_minute.eq(due.0),
            tip_agencies::acted.eq(false),
            tip_agencies::taken.eq(false),
        ))
        .execute(db)?;
    let open = counters::open_in(db, tip)?;
    counters::moved(db, plan, &[], &open)
}
