//! Where SQL truly differs between the databases: both versions side by side, and why. Owns nothing else;
//! whatever both understand stands with its aggregate.
//!
//! On SQLite one writer at a time makes every command alone with the database. On PostgreSQL commands run
//! beside each other at READ COMMITTED, and what must not run beside each other says so here with a lock.

pub(super) mod backups;
mod locks;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::prelude::*;
use diesel::result::Error;

pub(super) use locks::{hold_tip, own_directory, own_purge, own_record, own_sequence, share_directory};
#[cfg(feature = "postgres")]
pub(super) use locks::{own_migrations, release_migrations};

use super::connection::{Db, on_each};
use super::planted::{self, Fault};
use super::prepared;
#[cfg(feature = "postgres")]
use super::schema::officers;
use super::schema::{audit, outbox, queue_counts, skips, tip_agencies, tips};
use crate::audit::chain::Link;
use crate::clock::{Minute, Timestamp};
use crate::notify::FARTHEST;

/// Opens a transaction.
///
/// SQLite: IMMEDIATE, because a deferred transaction that reads first can fail at its first write, whatever
/// the timeout.
pub(super) fn begin(db: &mut Db) -> Result<(), Error> {
    match db {
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

/// Commits it.
pub(super) fn commit(db: &mut Db) -> Result<(), Error> {
    planted::strike(Fault::CommitFails)?;
    on_each!(db, |c| AnsiTransactionManager::commit_transaction(c))?;
    planted::strike(Fault::CommitUnsure)
}

/// Rolls it back.
pub(super) fn rollback(db: &mut Db) -> Result<(), Error> {
    on_each!(db, |c| AnsiTransactionManager::rollback_transaction(c))
}

/// Moves SQLite's log into the database and cuts it off, so that what was erased does not live on in it.
/// PostgreSQL looks after its own.
pub(super) fn checkpoint(db: &mut Db) -> Result<(), Error> {
    match db {
        Db::Sqlite(c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => Ok(()),
    }
}

/// Lets this connection take all the time it needs, for statements and for locks. SQLite has no such limits.
#[cfg(feature = "postgres")]
pub(super) fn unhurried(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        Db::Postgres(c) => c.batch_execute("set statement_timeout = 0; set lock_timeout = 0"),
    }
}

/// Said first in a transaction that reads much: all of it then is of one moment. SQLite: every reading
/// transaction is.
pub(super) fn one_moment(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => c.batch_execute("set transaction isolation level repeatable read"),
    }
}

/// Keeps an officer's account as it is until the transaction ends, beside others who do the same: whoever acts
/// is somebody until the act is committed.
pub(super) fn keep_officer(db: &mut Db, id: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => {
            let _ = id;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let row = officers::table.find(id).select(officers::id);
            row.for_share().first::<i64>(c).optional().map(|_| ())
        }
    }
}

/// Takes an officer's account to change it: whatever its officer is about to commit is waited for.
pub(super) fn own_officer(db: &mut Db, id: i64) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => {
            let _ = id;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let row = officers::table.find(id).select(officers::id);
            row.for_update().first::<i64>(c).optional().map(|_| ())
        }
    }
}

/// The time by which leases are given and end. PostgreSQL: the database's, the same for every node. SQLite:
/// the process's own, which is passed in.
pub(super) fn lease_clock(db: &mut Db, own: Timestamp) -> QueryResult<Timestamp> {
    match db {
        Db::Sqlite(_) => Ok(own),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let now = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
            let sql = diesel::dsl::sql::<diesel::sql_types::BigInt>(now);
            diesel::select(sql).get_result(c).map(Timestamp)
        }
    }
}

/// A state said in the query itself and not bound to it: only so do both planners see that the partial index
/// for that state holds all rows that are asked for.
pub(super) fn outbox_is(state: &'static str) -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql(match state {
        "ready" => "(outbox.state = 'ready')",
        _ => "(outbox.state = 'leased')",
    })
}

/// Which minutes are due at `now`: those that have come, and those so far ahead that the clock was wrong when
/// they were written. Two ranges and not one `or`, so that each is read from the index.
fn due_ranges(now: Minute) -> [(i64, i64); 2] {
    [(i64::MIN, now.0), (now.plus(FARTHEST).0.saturating_add(1), i64::MAX)]
}

/// The notices due at a minute, oldest first, to be taken. PostgreSQL: passing over those that another node
/// is taking.
pub(super) fn due_notices(db: &mut Db, now: Minute, most: i64) -> QueryResult<Vec<i64>> {
    let mut all = Vec::new();
    for (from, to) in due_ranges(now) {
        let due = due_between(from, to, most);
        let found: Vec<i64> = match db {
            Db::Sqlite(c) => due.load(c)?,
            #[cfg(feature = "postgres")]
            Db::Postgres(c) => due.for_update().skip_locked().load(c)?,
        };
        all.extend(found);
    }
    Ok(all)
}

/// The notices due at a minute, only to be seen.
pub(super) fn seen_due(db: &mut Db, now: Minute, most: i64) -> QueryResult<Vec<i64>> {
    let mut all = Vec::new();
    for (from, to) in due_ranges(now) {
        all.extend(on_each!(db, |c| due_between(from, to, most).load::<i64>(c))?);
    }
    Ok(all)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn due_between(from: i64, to: i64, most: i64) -> _ {
    let ready: diesel::expression::SqlLiteral<diesel::sql_types::Bool> = outbox_is("ready");
    outbox::table
        .filter(ready)
        .filter(outbox::run_minute.ge(from).and(outbox::run_minute.le(to)))
        .order((outbox::run_minute, outbox::id))
        .limit(most)
        .select(outbox::id)
}

/// How often a queue is asked again whose first tip was taken while it was waited for.
#[cfg(feature = "postgres")]
const AGAIN: usize = 3;

/// The tip that should be taken next from an agency's queue, if nobody has it. PostgreSQL: passing over
/// those that another officer is taking.
///
/// Whoever gets the life facts only has nothing to take: the tip accuses them. Every condition is one of the
/// index's own, so that the first row of the walk is the answer.
///
/// What this officer must stand back from is left out, and what was passed by for another reason after `since`.
pub(super) fn best_free(
    db: &mut Db,
    agency: &str,
    officer: i64,
    since: Minute,
) -> QueryResult<Option<String>> {
    let passed = skips::table.filter(skips::tip_id.eq(tip_agencies::tip_id));
    let passed = passed
        .filter(skips::officer_id.eq(officer).and(skips::why.eq("recuse").or(skips::minute.gt(since.0))));
    let free = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .filter(tip_agencies::agency.eq(agency).and(tip_agencies::open))
        .filter(diesel::dsl::not(tip_agencies::taken))
        .filter(diesel::dsl::not(tip_agencies::life_only))
        .filter(diesel::dsl::not(diesel::dsl::exists(passed)))
        .order((tip_agencies::lane, tip_agencies::due_minute, tip_agencies::tip_id))
        .select(tips::uid);
    match db {
        Db::Sqlite(c) => free.first(c).optional(),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let free = free.limit(1).for_update();
            if let Some(uid) = free.skip_locked().first(c).optional()? {
                return Ok(Some(uid));
            }
            // None that nobody is at. Before it is said that there is none, those are waited for at whom
            // somebody only looks; one that was taken meanwhile fails the second asking of its conditions.
            for _ in 0..AGAIN {
                if let Some(uid) = free.first(c).optional()? {
                    return Ok(Some(uid));
                }
            }
            Ok(None)
        }
    }
}

/// Counts `by` tips more (or fewer) as open in an agency's lane. SQLite: in place. PostgreSQL: as a row of
/// its own, so that nobody waits for a counter; [`fold_counts`] gathers them.
pub(super) fn count(db: &mut Db, plan: i64, agency: &str, lane: i64, by: i64) -> QueryResult<()> {
    if let Db::Sqlite(c) = db
        && (prepared::Count { plan, agency, lane, by }).execute(c)? > 0
    {
        return Ok(());
    }
    diesel::insert_into(queue_counts::table)
        .values((
            queue_counts::plan_id.eq(plan),
            queue_counts::agency.eq(agency),
            queue_counts::lane.eq(lane),
            queue_counts::tips.eq(by),
        ))
        .execute(db)?;
    Ok(())
}

/// Beyond so many rows the counters are folded.
#[cfg(feature = "postgres")]
const UNFOLDED: i64 = 500;

/// Gathers the rows of each counter into one. A statement sees the table before or after, never between;
/// what is counted meanwhile is a row that this statement does not see and leaves alone.
#[cfg(feature = "postgres")]
pub(super) fn fold_counts(db: &mut Db) -> QueryResult<()> {
    let Db::Postgres(c) = db else { return Ok(()) };
    let rows: Vec<i64> = queue_counts::table.limit(UNFOLDED + 1).select(queue_counts::id).load(c)?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) <= UNFOLDED {
        return Ok(());
    }
    c.batch_execute(
        "with gone as (delete from queue_counts returning plan_id, agency, lane, tips) \
         insert into queue_counts (plan_id, agency, lane, tips) \
         select plan_id, agency, lane, sum(tips)::bigint from gone \
         group by plan_id, agency, lane having sum(tips) <> 0",
    )
}

/// The row id of the next audit row, drawn before the row is written, because the row's seal goes over it.
/// SQLite: the writer is alone, and reads on from the last. PostgreSQL: out of the column's own sequence.
pub(super) fn next_audit_id(db: &mut Db) -> QueryResult<i64> {
    match db {
        Db::Sqlite(c) => {
            let last: Option<i64> = audit::table.select(diesel::dsl::max(audit::id)).get_result(c)?;
            Ok(last.unwrap_or(0).saturating_add(1))
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let sql = "nextval('audit_id_seq')";
            diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(sql)).get_result(c)
        }
    }
}

/// Writes each audit row's place and link. PostgreSQL: in one statement, because each is a journey.
pub(super) fn set_links(db: &mut Db, links: &[(i64, i64, Link)]) -> QueryResult<()> {
    match db {
        Db::Sqlite(c) => {
            for (id, seq, link) in links {
                prepared::Linked { id: *id, seq: *seq, link }.execute(c)?;
            }
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            use diesel::sql_types::{Array, BigInt, Bytea};
            let ids: Vec<i64> = links.iter().map(|l| l.0).collect();
            let places: Vec<i64> = links.iter().map(|l| l.1).collect();
            let bytes: Vec<&[u8]> = links.iter().map(|l| l.2.as_slice()).collect();
            let sql = "update audit set seq = v.seq, link = v.link \
                       from unnest($1, $2, $3) as v(id, seq, link) where audit.id = v.id";
            diesel::sql_query(sql)
                .bind::<Array<BigInt>, _>(ids)
                .bind::<Array<BigInt>, _>(places)
                .bind::<Array<Bytea>, _>(bytes)
                .execute(c)
                .map(|_| ())
        }
    }
}

/// Writes each event's number in the feed; as [`set_links`].
pub(super) fn set_feed(db: &mut Db, places: &[(i64, i64)]) -> QueryResult<()> {
    match db {
        Db::Sqlite(c) => {
            for (id, feed) in places {
                prepared::Numbered { id: *id, feed: *feed }.execute(c)?;
            }
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            use diesel::sql_types::{Array, BigInt};
            let (ids, feed): (Vec<i64>, Vec<i64>) = places.iter().copied().unzip();
            let sql = "update tip_events set feed = v.feed \
                       from unnest($1, $2) as v(id, feed) where tip_events.id = v.id";
            diesel::sql_query(sql)
                .bind::<Array<BigInt>, _>(ids)
                .bind::<Array<BigInt>, _>(feed)
                .execute(c)
                .map(|_| ())
        }
    }
}
