//! One connection type over both databases. Owns how a connection is opened and set up; refuses pooling
//! (`sqlite`, `postgres`) and any knowledge of tables.
//!
//! What the derive cannot express (upserts, multi-row inserts) goes through [`on_each!`]: the same body
//! compiled once per database with its concrete type.

use std::path::Path;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use diesel::sqlite::SqliteConnection;

/// A connection to whichever database holds the portal's rows.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// SQLite, the default: one file beside the binary.
    Sqlite(SqliteConnection),
    /// PostgreSQL, where one machine is not enough.
    #[cfg(feature = "postgres")]
    Postgres(diesel::pg::PgConnection),
}

/// Runs the same body on whichever database `$db` is, with the concrete connection type bound to `$c`.
macro_rules! on_each {
    ($db:expr, |$c:ident| $body:expr) => {
        match $db {
            $crate::store::connection::Db::Sqlite($c) => $body,
            #[cfg(feature = "postgres")]
            $crate::store::connection::Db::Postgres($c) => $body,
        }
    };
}
pub(crate) use on_each;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Writing.
    Write,
    /// Reading: the database refuses any change through it.
    Read,
}

/// How long a connection waits for a lock held by another process, in milliseconds. Short, because a
/// person is waiting: past it they are told the truth.
const BUSY_MS: u32 = 1_500;

/// Pages a reading connection keeps, in KiB: SQLite's own default.
const READ_CACHE_KIB: u32 = 2_000;

/// Pages the writing connection keeps, in KiB. Every report touches the ends of some twenty indexes; with the
/// default they are read back from the log again and again.
const WRITE_CACHE_KIB: u32 = 32 * 1024;

/// Opens a SQLite database and sets it up for its purpose.
///
/// WAL with `synchronous=FULL`: with NORMAL, the last acknowledged commits may be lost at power loss.
/// `secure_delete` overwrites what is erased; `trusted_schema=OFF` keeps a planted schema from calling
/// functions.
pub fn open_sqlite(path: &Path, purpose: Purpose) -> diesel::ConnectionResult<Db> {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    let query_only = if purpose == Purpose::Read { "ON" } else { "OFF" };
    let cache_kib = if purpose == Purpose::Read { READ_CACHE_KIB } else { WRITE_CACHE_KIB };
    let synchronous = super::planted::synchronous();
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout={BUSY_MS}; PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; \
         PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; \
         PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA query_only={query_only}; \
         PRAGMA cache_size=-{cache_kib};"
    ))
    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(Db::Sqlite(conn))
}

/// Opens a PostgreSQL connection and sets it up for its purpose.
///
/// `synchronous_commit=on` is said, not hoped for: a role or a database may have turned it off. The timeouts
/// end what a person has stopped waiting for.
#[cfg(feature = "postgres")]
pub fn open_postgres(url: &str, purpose: Purpose) -> diesel::ConnectionResult<Db> {
    let mut conn = diesel::pg::PgConnection::establish(&with_patience(url))?;
    let read_only = if purpose == Purpose::Read { "on" } else { "off" };
    conn.batch_execute(&format!(
        "set synchronous_commit = on; set statement_timeout = '30s'; set lock_timeout = '3s'; \
         set idle_in_transaction_session_timeout = '30s'; set client_min_messages = warning; \
         set default_transaction_read_only = {read_only};"
    ))
    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(Db::Postgres(conn))
}

/// What libpq is told unless the address says otherwise: how long connecting may take, and when a connection
/// that gives no sign of life is given up (seconds; the last in milliseconds).
#[cfg(feature = "postgres")]
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "3"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

#[cfg(feature = "postgres")]
fn with_patience(url: &str) -> String {
    PATIENCE.iter().fold(url.to_owned(), |url, (name, value)| {
        if url.contains(&format!("{name}=")) {
            return url;
        }
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}{name}={value}")
    })
}
