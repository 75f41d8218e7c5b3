//! What stands in the way of filling tables by the million: indexes, and on PostgreSQL the constraints that
//! are checked row by row. Owns taking them off and putting the very same back; refuses knowing which there
//! are: the database is asked.
//!
//! Invariant: it happens inside the transaction of the filling, so nobody ever sees a table without them.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::store::connection::Db;

/// The tables that are filled.
const TABLES: &str = "'tips', 'tip_agencies', 'envelopes', 'entries', 'receipts', 'tip_events', 'tip_links', 'audit', \
     'commitments'";

/// What was taken off, as statements that put it back.
pub(super) struct Scaffold(Vec<String>);

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    off: String,
    #[diesel(sql_type = Text)]
    back: String,
}

/// SQLite: the indexes that were made by a statement. Those of unique columns belong to their table.
const OF_SQLITE: &str = "select 'drop index ' || name as off, sql as back from sqlite_master \
     where type = 'index' and sql is not null and tbl_name in ";

/// PostgreSQL: references first, because they may lean on what is unique; what is unique; and the rest.
#[cfg(feature = "postgres")]
const OF_POSTGRES: &str = "select off, back from ( \
     select case contype when 'f' then 0 else 1 end as turn, \
         format('alter table %s drop constraint %I', conrelid::regclass, conname) as off, \
         format('alter table %s add constraint %I %s', conrelid::regclass, conname, \
             pg_get_constraintdef(oid)) as back \
     from pg_constraint where contype in ('f', 'u') and conrelid::regclass::text in (TABLES) \
     union all \
     select 2, format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid) \
     from pg_index where indrelid::regclass::text in (TABLES) and not indisprimary and not exists \
         (select 1 from pg_constraint where conindid = indexrelid and contype = 'u') \
     ) as parts order by turn, off";

impl Scaffold {
    /// Takes them off.
    pub(super) fn take_off(db: &mut Db) -> QueryResult<Self> {
        let parts: Vec<Part> = match db {
            Db::Sqlite(c) => diesel::sql_query(format!("{OF_SQLITE} ({TABLES}) order by name")).load(c)?,
            #[cfg(feature = "postgres")]
            Db::Postgres(c) => diesel::sql_query(OF_POSTGRES.replace("TABLES", TABLES)).load(c)?,
        };
        for part in &parts {
            db.batch_execute(&part.off)?;
        }
        Ok(Self(parts.into_iter().rev().map(|part| part.back).collect()))
    }

    /// Puts them back, the other way round.
    pub(super) fn put_back(&self, db: &mut Db) -> QueryResult<()> {
        for back in &self.0 {
            db.batch_execute(back)?;
        }
        next_tip(db)
    }
}

/// Lets the next row ids of tips and of the record follow those that were given here. SQLite sees to it by itself.
fn next_tip(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => c.batch_execute(
            "select setval(pg_get_serial_sequence('tips', 'id'), max(id)) from tips having count(*) > 0; \
             select setval(pg_get_serial_sequence('audit', 'id'), max(id)) from audit having count(*) > 0",
        ),
    }
}

/// How often, and how long apart, it is asked whether others are connected: our own connections of a moment
/// ago may still be closing.
#[cfg(feature = "postgres")]
const ASKED: (u32, std::time::Duration) = (20, std::time::Duration::from_millis(100));

/// Whether nobody else uses the database. SQLite: whoever serves it holds the data folder's lock, which the
/// command has taken.
pub(super) fn is_alone(db: &mut Db) -> QueryResult<bool> {
    match db {
        Db::Sqlite(_) => Ok(true),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let others = diesel::dsl::sql::<diesel::sql_types::BigInt>(
                "(select count(*) from pg_stat_get_activity(null) as a where a.pid <> pg_backend_pid() \
                 and a.datid = (select oid from pg_database where datname = current_database()) \
                 and a.backend_type = 'client backend')",
            );
            for _ in 0..ASKED.0 {
                if diesel::select(others.clone()).get_result::<i64>(c)? == 0 {
                    return Ok(true);
                }
                std::thread::sleep(ASKED.1);
            }
            Ok(false)
        }
    }
}

/// After the commit: the log into the database, and what the planner knows of the tables.
pub(super) fn settle(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => c.batch_execute("vacuum analyze"),
    }
}
