//! The database as somebody beside the portal sees it: its own connection, its own SQL.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use homeward::config::Config;

use super::pg;

/// A connection to whichever database a portal of this run has.
#[derive(diesel::MultiConnection)]
pub enum Any {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

/// Beside the data folder, where the portal's rows are in PostgreSQL: the address of its database.
fn address_file(data: &Path) -> PathBuf {
    data.with_extension("database")
}

/// Gives a portal a database as this run wants it, the same one for the same data folder.
pub fn choose(config: &mut Config) {
    let known = std::fs::read_to_string(address_file(&config.data.dir)).ok();
    if known.is_none() && !pg::is_wanted() {
        return;
    }
    config.data.database = Some(known.unwrap_or_else(|| {
        let fresh = pg::fresh();
        stand_on(&config.data.dir, &fresh);
        fresh
    }));
    config.data.connections = 6;
}

/// The portal with this data folder has its rows at this address.
pub fn stand_on(data: &Path, address: &str) {
    std::fs::write(address_file(data), address).unwrap();
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
}

/// A connection to the database of the portal whose SQLite file lies, or would lie, at `path`.
pub fn connect(path: &Path) -> Any {
    #[cfg(feature = "postgres")]
    if let Ok(address) = std::fs::read_to_string(address_file(path.parent().unwrap())) {
        return Any::Postgres(PgConnection::establish(&address).unwrap());
    }
    Any::Sqlite(connect_file(path))
}

/// A connection to a SQLite file, whatever this run wants.
pub fn connect_file(path: &Path) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    conn.batch_execute("pragma busy_timeout = 5000").unwrap();
    conn
}

/// The single number of a query that calls it `n`.
pub fn count(path: &Path, sql: &str) -> i64 {
    diesel::sql_query(sql).get_result::<Number>(&mut connect(path)).unwrap().n
}

/// The rows of a query with two texts, `a` and `b`.
pub fn pairs(path: &Path, sql: &str) -> Vec<(String, String)> {
    let rows: Vec<Pair> = diesel::sql_query(sql).load(&mut connect(path)).unwrap();
    rows.into_iter().map(|row| (row.a, row.b)).collect()
}

/// Changes rows behind the portal's back.
pub fn execute(path: &Path, sql: &str) {
    connect(path).batch_execute(sql).unwrap();
}

/// From now on no row can be put into this table.
pub fn forbid(path: &Path, table: &str) {
    let mut conn = connect(path);
    let trigger = match &conn {
        Any::Sqlite(_) => format!(
            "create trigger no_{table} before insert on {table} begin select raise(abort, 'full'); end"
        ),
        #[cfg(feature = "postgres")]
        Any::Postgres(_) => format!(
            "create function no_{table}() returns trigger language plpgsql as
                 $$ begin raise exception 'full'; end $$;
             create trigger no_{table} before insert on {table} for each row execute function no_{table}()"
        ),
    };
    conn.batch_execute(&trigger).unwrap();
}

/// Everything written lies in files afterwards.
pub fn settle(path: &Path) {
    let mut conn = connect(path);
    if !matches!(conn, Any::Sqlite(_)) {
        conn.batch_execute("checkpoint").unwrap();
    }
}

/// Where the database keeps its files besides the portal's data folder.
pub fn files(path: &Path) -> Vec<PathBuf> {
    let address = std::fs::read_to_string(address_file(path.parent().unwrap()));
    let host = |address: String| Some(PathBuf::from(address.split_once("host=")?.1).join("data"));
    address.ok().and_then(host).into_iter().collect()
}

/// Another process that keeps everybody from writing until it is dropped; reading goes on.
pub struct Lock(Any);

impl Lock {
    pub fn take(path: &Path) -> Self {
        let mut conn = connect(path);
        let lock = match &conn {
            Any::Sqlite(_) => "begin immediate",
            #[cfg(feature = "postgres")]
            Any::Postgres(_) => {
                "begin; lock table meta, tips, entries, tip_events, submissions, outbox, audit in exclusive mode"
            }
        };
        conn.batch_execute(lock).unwrap();
        Self(conn)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.batch_execute("rollback");
    }
}
