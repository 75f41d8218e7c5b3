//! Cleaning a database of what was erased from it, on a connection of its own. Owns how each database is made to let
//! go of old pages; refuses deciding when (`app::purge`).
//!
//! SQLite overwrites what is deleted (`secure_delete`), but its log keeps the pages from before until it is moved
//! into the file and cut off. PostgreSQL keeps deleted rows until VACUUM, and what VACUUM
//! frees inside a page stays there as bytes until other rows come. So tables are written anew, which keeps everybody out
//! of each for as long as that takes: small ones with each round, large ones when it is asked for (`thorough`).

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::ReadError;
use super::connection::{Purpose, open_sqlite};

/// How often the log is tried to be cut off while readers hold it.
const TRIES: u32 = 40;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Moves the log of the SQLite file into it and cuts it off. True when nothing is left in the log.
///
/// What can be moved is moved beside the writer first. Cutting off keeps the writer out, so no try waits for a reader
/// for longer than a moment: it is tried again instead.
pub(super) fn sqlite(path: &Path) -> Result<bool, ReadError> {
    let mut db = open_sqlite(path, Purpose::Write).map_err(|_| ReadError::Busy)?;
    for _ in 0..TRIES {
        db.batch_execute("PRAGMA busy_timeout=100; PRAGMA wal_checkpoint(PASSIVE)")?;
        let cut: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut db)?;
        if cut.busy == 0 {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(false)
}

/// The tables that an erasure takes rows from, or changes rows of.
#[cfg(feature = "postgres")]
const TOUCHED: [&str; 16] = [
    "excerpts",
    "envelopes",
    "entries",
    "files",
    "receipts",
    "submissions",
    "tip_events",
    "tip_links",
    "skips",
    "tip_agencies",
    "approvals",
    "holds",
    "doomed_files",
    "tips",
    "queue_counts",
    "meta",
];

/// Tables up to this size, in bytes, are written anew with each round: it takes a fraction of a second.
#[cfg(feature = "postgres")]
const SMALL: i64 = 32 * 1024 * 1024;

/// How long writing a table anew waits for those who use it; everybody who comes later waits behind it, so with each
/// round for a moment only, and by hand for longer.
#[cfg(feature = "postgres")]
const fn patience(thorough: bool) -> &'static str {
    if thorough { "2s" } else { "200ms" }
}

/// Cleans the touched tables: writes them anew where they are small or it is asked for, vacuums them otherwise. True
/// when all of them were cleaned so.
#[cfg(feature = "postgres")]
pub(super) fn postgres(url: &str, thorough: bool) -> Result<bool, ReadError> {
    let mut db = super::connection::open_postgres(url, Purpose::Write).map_err(|_| ReadError::Busy)?;
    super::dialect::unhurried(&mut db)?;
    let crate::store::connection::Db::Postgres(mut c) = db else { return Ok(false) };
    c.batch_execute(&format!("set lock_timeout = '{}'", patience(thorough)))?;
    let mut all = true;
    // Each by itself: a table that somebody holds must not keep the others from being cleaned.
    for table in TOUCHED {
        all &= clean(&mut c, table, thorough)?;
    }
    Ok(all)
}

#[cfg(feature = "postgres")]
fn clean(c: &mut PgConnection, table: &str, thorough: bool) -> QueryResult<bool> {
    let size = diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("pg_table_size('{table}')"));
    let anew = thorough || diesel::select(size).get_result::<i64>(c)? <= SMALL;
    if anew && c.batch_execute(&format!("vacuum (full) {table}")).is_ok() {
        return Ok(true);
    }
    let vacuumed = c.batch_execute(&format!("vacuum (index_cleanup on, truncate off) {table}")).is_ok();
    Ok(vacuumed && !anew)
}
