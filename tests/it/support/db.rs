//! The database as somebody beside the portal sees it: its own connection, its own SQL.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

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

pub fn connect(path: &Path) -> SqliteConnection {
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

/// Another process that holds the write lock until it is dropped.
pub struct Lock(SqliteConnection);

impl Lock {
    pub fn take(path: &Path) -> Self {
        let mut conn = connect(path);
        conn.batch_execute("begin immediate").unwrap();
        Self(conn)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.batch_execute("rollback");
    }
}
