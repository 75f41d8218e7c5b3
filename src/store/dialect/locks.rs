//! Locks that say what must not run beside what, each by a name of its own. SQLite has one writer and needs none.

#[cfg(feature = "postgres")]
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::store::connection::Db;
#[cfg(feature = "postgres")]
use crate::store::schema::tips;

/// What a transaction locks by name on PostgreSQL; any number that nobody else uses.
#[cfg(feature = "postgres")]
pub(super) mod names {
    /// One node at a time brings the tables up to date.
    pub(in crate::store) const MIGRATIONS: i64 = 0x686f_6d65_0001;
    /// One node at a time gives rows their places.
    pub(in crate::store) const SEQUENCER: i64 = 0x686f_6d65_0002;
    /// Who decides by the directory shares it, who changes it has it alone.
    pub(in crate::store) const DIRECTORY: i64 = 0x686f_6d65_0003;
    /// One round of erasing at a time.
    pub(in crate::store) const PURGE: i64 = 0x686f_6d65_0009;
    /// Who erases shares it, who begins a backup has it alone.
    pub(in crate::store) const BACKUP: i64 = 0x686f_6d65_0004;
    /// One node at a time closes a day of the public record.
    pub(in crate::store) const RECORD: i64 = 0x686f_6d65_0007;
}

#[cfg(feature = "postgres")]
pub(super) fn advisory(c: &mut PgConnection, function: &str, name: i64) -> QueryResult<()> {
    c.batch_execute(&format!("select {function}({name})"))
}

/// Takes the migrations for this node until its connection ends. SQLite: each step is one transaction, and a
/// second process waits for the lock of the file.
#[cfg(feature = "postgres")]
pub(in crate::store) fn own_migrations(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_lock", names::MIGRATIONS),
    }
}

/// Lets other nodes see to the migrations again.
#[cfg(feature = "postgres")]
pub(in crate::store) fn release_migrations(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_unlock", names::MIGRATIONS),
    }
}

/// Whether this transaction may give rows their places. SQLite: the writer is the only one.
pub(in crate::store) fn own_sequence(db: &mut Db) -> QueryResult<bool> {
    match db {
        Db::Sqlite(_) => Ok(true),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let sql = format!("pg_try_advisory_xact_lock({})", names::SEQUENCER);
            diesel::select(diesel::dsl::sql::<diesel::sql_types::Bool>(&sql)).get_result(c)
        }
    }
}

/// Keeps the directory as it is until the transaction ends, beside others who do the same.
pub(in crate::store) fn share_directory(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_xact_lock_shared", names::DIRECTORY),
    }
}

/// Keeps everybody else from deciding by the directory until the transaction, which changes it, ends.
pub(in crate::store) fn own_directory(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_xact_lock", names::DIRECTORY),
    }
}

/// Keeps other rounds of erasing from beginning or going on until the transaction ends.
pub(in crate::store) fn own_purge(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_xact_lock", names::PURGE),
    }
}

/// Keeps other nodes from closing a day of the public record until the transaction ends. SQLite: one writer.
pub(in crate::store) fn own_record(db: &mut Db) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => advisory(c, "pg_advisory_xact_lock", names::RECORD),
    }
}

/// Keeps acts on a tip away until the transaction ends: what is read of it then belongs together.
pub(in crate::store) fn hold_tip(db: &mut Db, uid: &str) -> QueryResult<()> {
    match db {
        Db::Sqlite(_) => {
            let _ = uid;
            Ok(())
        }
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => {
            let row = tips::table.filter(tips::uid.eq(uid)).select(tips::id);
            row.for_no_key_update().first::<i64>(c).optional().map(|_| ())
        }
    }
}
