//! Cleaning a database of what was erased from it, on a connection of its own. Owns how each database is made to let
//! go of old pages; refuses deciding when (`app::purge`).
//!
//! SQLite overwrites what is deleted (`secure_delete`), but its log keeps the pages from before until it is moved
//! into the file and cut off. PostgreSQL keeps deleted rows until VACUUM; what VACUUM frees inside a page is
//! overwritten by the rows that come there next, and `thorough` has the tables written anew instead, which keeps
//! writers out of each for as long as that takes.

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::ReadError;
use super::connection::{Db, Purpose, open_sqlite};

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
    let Db::Sqlite(mut c) = open_sqlite(path, Purpose::Write).map_err(|_| ReadError::Busy)? else {
        return Ok(false);
    };
    for _ in 0..TRIES {
        c.batch_execute("PRAGMA busy_timeout=100; PRAGMA wal_checkpoint(PASSIVE)")?;
        let cut: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(&mut c)?;
        if cut.busy == 0 {
            return Ok(true);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(false)
}

/// The tables that an erasure takes rows from, or changes rows of.
#[cfg(feature = "postgres")]
const TOUCHED: [&str; 13] = [
    "envelopes",
    "entries",
    "files",
    "receipts",
    "submissions",
    "tip_events",
    "tip_agencies",
    "approvals",
    "holds",
    "doomed_files",
    "tips",
    "queue_counts",
    "meta",
];

/// How long writing a table anew waits for those who use it; everybody who comes later waits behind it.
#[cfg(feature = "postgres")]
const LOCK: &str = "2s";

/// Vacuums the touched tables, or has them written anew. True when all of them were.
#[cfg(feature = "postgres")]
pub(super) fn postgres(url: &str, thorough: bool) -> Result<bool, ReadError> {
    let mut db = super::connection::open_postgres(url, Purpose::Write).map_err(|_| ReadError::Busy)?;
    super::dialect::unhurried(&mut db)?;
    let Db::Postgres(mut c) = db else { return Ok(false) };
    c.batch_execute(&format!("set lock_timeout = '{LOCK}'"))?;
    let how = if thorough { "full" } else { "index_cleanup on, truncate off" };
    let mut all = true;
    // Each by itself: a table that somebody holds must not keep the others from being cleaned.
    for table in TOUCHED {
        all &= c.batch_execute(&format!("vacuum ({how}) {table}")).is_ok();
    }
    Ok(all)
}
