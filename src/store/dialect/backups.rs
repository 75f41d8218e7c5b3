//! What backing up and restoring need of each database: its own time, and a lock by which a snapshot waits for
//! whoever is erasing.

use diesel::prelude::*;
use diesel::result::Error;

use crate::clock::Timestamp;
use crate::store::connection::Db;

/// The time on the database's own clock. On SQLite that is the machine's, asked through the database.
pub(in crate::store) fn database_time(db: &mut Db) -> QueryResult<Timestamp> {
    use diesel::sql_types::BigInt;
    match db {
        Db::Sqlite(c) => {
            let now = "cast(round((julianday('now') - 2440587.5) * 86400000) as integer)";
            diesel::select(diesel::dsl::sql::<BigInt>(now)).get_result(c).map(Timestamp)
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => super::lease_clock(db, Timestamp(0)),
    }
}

/// Waits until nobody's transaction counts on there being no backup. SQLite: writers come one after another.
pub(in crate::store) fn own_backup(db: &mut Db) -> Result<(), Error> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => super::locks::advisory(c, "pg_advisory_xact_lock", super::locks::names::BACKUP),
    }
}

/// Keeps a backup from beginning until the transaction ends.
pub(in crate::store) fn share_backup(db: &mut Db) -> Result<(), Error> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            super::locks::advisory(c, "pg_advisory_xact_lock_shared", super::locks::names::BACKUP)
        }
    }
}

/// Begins to read one moment of the database and goes on reading it until the transaction ends, however long
/// that takes; gives the name under which another connection may read the same moment.
#[cfg(feature = "postgres")]
pub(in crate::store) fn begin_snapshot(db: &mut Db) -> QueryResult<String> {
    use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
    let Db::Postgres(c) = db else { return Ok(String::new()) };
    c.batch_execute(
        "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0",
    )?;
    AnsiTransactionManager::begin_transaction_sql(c, "begin isolation level repeatable read read only")?;
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("pg_export_snapshot()")).get_result(c)
}

/// The table that stands in a PostgreSQL database while a restore into it goes on. SQLite needs none: a file is
/// made beside its place and renamed.
#[cfg(feature = "postgres")]
const MARK: &str = "restore_unfinished";

/// Whether a restore into this database began and did not end.
pub(in crate::store) fn is_marked(db: &mut Db) -> QueryResult<bool> {
    match db {
        Db::Sqlite(_) => Ok(false),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let sql = format!("(to_regclass('{MARK}') is not null)");
            diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(&sql)).get_result(c)
        }
    }
}

/// Says that a restore goes on.
#[cfg(feature = "postgres")]
pub(in crate::store) fn mark(db: &mut Db) -> QueryResult<()> {
    diesel::connection::SimpleConnection::batch_execute(
        db,
        &format!("create table {MARK} (data_folder text not null)"),
    )
}

/// Says that the rows are as they should be, and for which data folder: only its being put in place is missing.
pub(in crate::store) fn mark_ready(db: &mut Db, folder: &str) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => {
            let _ = folder;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let sql = format!("insert into {MARK} values ($1)");
            diesel::sql_query(sql).bind::<diesel::sql_types::Text, _>(folder).execute(c).map(|_| ())
        }
    }
}

/// The data folder of a restore whose rows are ready.
#[cfg(feature = "postgres")]
pub(in crate::store) fn ready_for(db: &mut Db) -> QueryResult<Option<String>> {
    let Db::Postgres(c) = db else { return Ok(None) };
    let sql = format!("(select max(data_folder) from {MARK})");
    let folder = diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::Text>>(&sql);
    diesel::select(folder).get_result(c)
}

/// Says that the restore has ended.
#[cfg(feature = "postgres")]
pub(in crate::store) fn unmark(db: &mut Db) -> QueryResult<()> {
    diesel::connection::SimpleConnection::batch_execute(db, &format!("drop table {MARK}"))
}

/// How many tables, views and sequences of anybody's there are.
#[cfg(feature = "postgres")]
pub(in crate::store) fn things(db: &mut Db) -> QueryResult<i64> {
    let Db::Postgres(c) = db else { return Ok(0) };
    let sql = "(select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace \
               where n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%' \
               and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f'))";
    diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(sql)).get_result(c)
}

/// Empties a database that a restore has begun to fill: what is in `public` came with it.
#[cfg(feature = "postgres")]
pub(in crate::store) fn clear(db: &mut Db) -> QueryResult<()> {
    diesel::connection::SimpleConnection::batch_execute(
        db,
        "do $$ declare it record; begin \
         for it in select tablename as name from pg_tables where schemaname = 'public' loop \
             execute format('drop table if exists public.%I cascade', it.name); end loop; \
         for it in select p.oid::regprocedure as name from pg_proc p \
             join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' loop \
             execute format('drop routine if exists %s cascade', it.name); end loop; \
         end $$",
    )
}

/// Ends every connection to this database that goes by this name; gives how many there were.
#[cfg(feature = "postgres")]
pub(in crate::store) fn end_others(db: &mut Db, name: &str) -> QueryResult<i64> {
    let Db::Postgres(c) = db else { return Ok(0) };
    let sql = "(select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and application_name = ";
    let ended = diesel::dsl::sql::<diesel::sql_types::BigInt>(sql);
    diesel::select(ended.bind::<diesel::sql_types::Text, _>(name).sql(")")).get_result(c)
}
