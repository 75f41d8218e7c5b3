//! The outbox: notices written in the tip's own transaction, leased by a worker, sent at least once.
//! Owns the rows' life (ready, leased, sent, dead); refuses to know how a mail is made.
//!
//! Invariant: a row leaves `ready` only under a lease token, and only the holder of that token settles it.

use diesel::prelude::*;

use super::connection::{Db, on_each};
use super::dialect::{self, outbox_is};
use super::planted::{self, Bug};
use super::schema::{agencies, outbox};
use crate::clock::{Minute, Timestamp};
use crate::notify::FARTHEST;
use crate::notify::Notice;

/// A notice under lease.
#[derive(Clone, Debug, Queryable)]
pub struct Leased {
    /// Row id: the mail's Message-ID is derived from it.
    pub id: i64,
    /// `act`, `told` or `added`.
    pub kind: String,
    /// The agency written to.
    pub agency: String,
    /// The tip's urgency.
    pub urgency: String,
    /// How often it was tried before.
    pub attempts: i64,
}

/// Puts notices into the outbox; those that gather under one key are one row.
pub fn enqueue(db: &mut Db, plan: i64, notices: &[Notice]) -> QueryResult<()> {
    for notice in notices {
        let row = (
            outbox::plan_id.eq(plan),
            outbox::kind.eq(notice.kind.as_str()),
            outbox::agency.eq(notice.agency.to_string()),
            outbox::urgency.eq(notice.urgency.as_str()),
            outbox::state.eq("ready"),
            outbox::run_minute.eq(notice.run.0),
            outbox::attempts.eq(0_i64),
            outbox::dedup_key.eq(notice.dedup_key.clone()),
            outbox::created_minute.eq(notice.created.0),
        );
        on_each!(db, |c| diesel::insert_into(outbox::table)
            .values(row)
            .on_conflict(outbox::dedup_key)
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Takes up to `most` due notices under one lease of `seconds`. A lease that ran out counts as ready again.
///
/// What is due is asked by `now`, by whose minutes it was written; when a lease ends, by the clock that all
/// nodes share. The end is cut to the minute: a finer time beside a notice would give the tip's own away.
///
/// From here on nothing gathers under a leased notice: its mail may already have left, and would say nothing
/// of a tip that came after it.
pub fn lease(db: &mut Db, now: Timestamp, seconds: i64, token: &str, most: i64) -> QueryResult<Vec<Leased>> {
    let shared = dialect::lease_clock(db, now)?;
    let lost = outbox::table.filter(outbox_is("leased")).filter(is_lost(shared)).select(outbox::id);
    lost.load::<i64>(db).and_then(|lost| set_ready(db, &lost, shared))?;
    let until = shared.plus_seconds(seconds).minute().start();
    let due = dialect::due_notices(db, now.minute(), most)?;
    diesel::update(outbox::table.filter(outbox::id.eq_any(&due)))
        .set((
            outbox::state.eq("leased"),
            outbox::lease_until.eq(until.0),
            outbox::lease_token.eq(token),
            outbox::dedup_key.eq(None::<String>),
        ))
        .execute(db)?;
    outbox::table
        .filter(outbox::id.eq_any(due))
        .order(outbox::id)
        .select((outbox::id, outbox::kind, outbox::agency, outbox::urgency, outbox::attempts))
        .load(db)
}

/// A lease that ran out, or that ends so far ahead that the clock was wrong when it was taken.
#[diesel::dsl::auto_type(no_type_alias)]
fn is_lost(now: Timestamp) -> _ {
    let far: i64 = now.plus_seconds(FARTHEST * 60).0;
    let out: i64 = now.0;
    outbox::lease_until.lt(out).or(outbox::lease_until.gt(far))
}

/// Makes lost leases ready again; asks once more whether each is lost, for another node may have been here.
fn set_ready(db: &mut Db, ids: &[i64], now: Timestamp) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let lost = outbox::table.filter(outbox::id.eq_any(ids)).filter(is_lost(now));
    diesel::update(lost.filter(outbox_is("leased")))
        .set((outbox::state.eq("ready"), outbox::lease_token.eq(None::<String>)))
        .execute(db)?;
    Ok(())
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Settled {
    /// The relay took it.
    Sent,
    /// It is tried again at a later minute; the reason is a code, never an address.
    Again(Minute, &'static str),
    /// It is given up and shown to people.
    Dead(&'static str),
}

/// Settles one leased notice. False when the lease had been lost to somebody else.
pub fn settle(db: &mut Db, id: i64, token: &str, how: &Settled) -> QueryResult<bool> {
    let unfenced = planted::has(Bug::NoFencing);
    let mine = outbox::lease_token.eq(token).or(unfenced.into_sql::<diesel::sql_types::Bool>());
    let mine = outbox::table.filter(outbox::id.eq(id).and(mine));
    let unleased = (outbox::lease_token.eq(None::<String>), outbox::lease_until.eq(None::<i64>));
    let touched = match how {
        Settled::Sent => diesel::update(mine)
            .set((outbox::state.eq("sent"), outbox::dedup_key.eq(None::<String>), unleased))
            .execute(db)?,
        Settled::Again(run, why) => diesel::update(mine)
            .set((
                outbox::state.eq("ready"),
                outbox::run_minute.eq(run.0),
                outbox::attempts.eq(outbox::attempts + 1),
                outbox::last_error.eq(*why),
                unleased,
            ))
            .execute(db)?,
        Settled::Dead(why) => diesel::update(mine)
            .set((outbox::state.eq("dead"), outbox::last_error.eq(*why), unleased))
            .execute(db)?,
    };
    Ok(touched == 1)
}

/// The confirmed duty mailbox of an agency, if it has one.
pub fn mailbox(db: &mut Db, plan: i64, agency: &str) -> QueryResult<Option<String>> {
    agencies::table
        .filter(agencies::plan_id.eq(plan).and(agencies::code.eq(agency)))
        .filter(agencies::mailbox_confirmed_minute.is_not_null())
        .select(agencies::mailbox)
        .first::<Option<String>>(db)
        .optional()
        .map(Option::flatten)
}

/// How many notices wait and how many were given up.
pub fn waiting(db: &mut Db) -> QueryResult<(i64, i64)> {
    let count = |db: &mut Db, states: [&str; 2]| {
        outbox::table.filter(outbox::state.eq_any(states)).count().get_result::<i64>(db)
    };
    Ok((count(db, ["ready", "leased"])?, count(db, ["dead", "dead"])?))
}

/// Whether anything is due: a read, so that an idle outbox costs no commit.
pub fn is_due(db: &mut Db, now: Timestamp) -> QueryResult<bool> {
    if !dialect::seen_due(db, now.minute(), 1)?.is_empty() {
        return Ok(true);
    }
    let shared = dialect::lease_clock(db, now)?;
    let lost = outbox::table.filter(outbox_is("leased")).filter(is_lost(shared));
    Ok(lost.select(outbox::id).first::<i64>(db).optional()?.is_some())
}

/// Forgets notices in a state at which nothing more is done (`sent`, `dead`) that were made before `before`; gives
/// how many.
pub fn forget(db: &mut Db, state: &str, before: Minute) -> QueryResult<usize> {
    let old = outbox::state.eq(state).and(outbox::created_minute.lt(before.0));
    diesel::delete(outbox::table.filter(old)).execute(db)
}
