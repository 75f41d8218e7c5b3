//! A stolen database, read by somebody who knows its tables: every sealed thing with what it is bound to,
//! and every value of every column as bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};

use super::db::{Any, connect};

pub struct Stolen {
    /// Public ids by row.
    pub tips: BTreeMap<i64, String>,
    pub officers: Vec<StolenOfficer>,
    /// Officers' keys under a session's secret.
    pub sessions: Vec<Vec<u8>>,
    pub grants: Vec<StolenGrant>,
    pub envelopes: Vec<StolenEnvelope>,
    /// Every name a key was ever sealed to.
    pub recipients: BTreeSet<String>,
    /// Keyed names of what tips name, by tip.
    pub links: Vec<(String, Vec<u8>)>,
    /// Stored answers, by tip.
    pub answers: Vec<(String, Vec<u8>)>,
    pub values: Vec<StolenValue>,
}

#[derive(QueryableByName)]
pub struct StolenOfficer {
    #[diesel(sql_type = Text)]
    pub uid: String,
    #[diesel(sql_type = Binary)]
    pub wrapped: Vec<u8>,
}

#[derive(QueryableByName)]
pub struct StolenGrant {
    #[diesel(sql_type = Text)]
    pub agency: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

#[derive(QueryableByName)]
pub struct StolenEnvelope {
    #[diesel(sql_type = Text)]
    pub tip: String,
    #[diesel(sql_type = Text)]
    pub compartment: String,
    #[diesel(sql_type = Text)]
    pub recipient: String,
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

/// A sealed value and its place.
#[derive(QueryableByName)]
pub struct StolenValue {
    #[diesel(sql_type = Text)]
    pub tip: String,
    #[diesel(sql_type = Text)]
    pub row_uid: String,
    #[diesel(sql_type = Text)]
    pub table_name: String,
    #[diesel(sql_type = Text)]
    pub column_name: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Binary)]
    pub sealed: Vec<u8>,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    uid: String,
}

#[derive(QueryableByName)]
struct Bytes {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Text)]
    tip: String,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// A column, and how its values are read as bytes.
#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    column: String,
    #[diesel(sql_type = Text)]
    bytes: String,
}

const VALUES: &str = "
    select t.uid as tip, e.uid as row_uid, 'entries' as table_name, 'body' as column_name, e.kind as kind, e.sealed as sealed
        from entries e join tips t on t.id = e.tip_id
    union all select t.uid, f.uid, 'files', 'meta', 'picture', f.sealed_meta from files f join tips t on t.id = f.tip_id
    union all select t.uid, x.uid, 'excerpts', 'body', 'released', x.sealed
        from excerpts x join tips t on t.id = x.tip_id
    union all select t.uid, v.uid, 'tip_events', 'reason', v.kind, v.sealed
        from tip_events v join tips t on t.id = v.tip_id where v.sealed is not null";

impl Stolen {
    pub fn copy(database: &Path) -> Self {
        let conn = &mut connect(database);
        let tips: Vec<Id> = rows(conn, "select id, uid from tips");
        let sessions: Vec<Bytes> = rows(conn, "select wrapped_key as bytes from sessions");
        let answers: Vec<Answer> = rows(
            conn,
            "select t.uid as tip, s.sealed_answer as sealed from submissions s join tips t on t.id = s.tip_id",
        );
        let envelopes: Vec<StolenEnvelope> = rows(
            conn,
            "select t.uid as tip, compartment, recipient, sealed from envelopes e join tips t on t.id = e.tip_id",
        );
        let links: Vec<Answer> = rows(
            conn,
            "select t.uid as tip, l.digest as sealed from tip_links l join tips t on t.id = l.tip_id",
        );
        Self {
            links: links.into_iter().map(|row| (row.tip, row.sealed)).collect(),
            tips: tips.into_iter().map(|row| (row.id, row.uid)).collect(),
            officers: rows(conn, "select uid, wrapped_key as wrapped from officers"),
            sessions: sessions.into_iter().map(|row| row.bytes).collect(),
            grants: rows(
                conn,
                "select agency, kind, g.sealed as sealed from key_grants g join agency_keys k on k.id = g.agency_key_id
                 union all select agency, kind, recovery_grant from agency_keys",
            ),
            recipients: envelopes.iter().map(|e| e.recipient.clone()).collect(),
            envelopes,
            answers: answers.into_iter().map(|row| (row.tip, row.sealed)).collect(),
            values: rows(conn, VALUES),
        }
    }
}

fn rows<T: QueryableByName<<Any as Connection>::Backend> + 'static>(conn: &mut Any, sql: &str) -> Vec<T> {
    diesel::sql_query(sql).load(conn).unwrap_or_else(|error| panic!("{error}: {sql}"))
}

/// Every value of every column of every table, as bytes.
pub fn every_value(database: &Path) -> BTreeSet<Vec<u8>> {
    let conn = &mut connect(database);
    let columns: Vec<Column> = rows(conn, columns_of(conn));
    let mut all = BTreeSet::new();
    for Column { table, column, bytes } in columns {
        let sql = format!("select {bytes} as bytes from {table} where {column} is not null");
        all.extend(rows::<Bytes>(conn, &sql).into_iter().map(|row| row.bytes));
    }
    all
}

/// The query for every column, and how its values are read as bytes.
fn columns_of(conn: &Any) -> &'static str {
    match conn {
        Any::Sqlite(_) => {
            "select m.name as \"table\", c.name as \"column\", 'cast(' || c.name || ' as blob)' as bytes
             from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'"
        }
        #[cfg(feature = "postgres")]
        Any::Postgres(_) => {
            "select table_name::text as \"table\", column_name::text as \"column\", case data_type
                 when 'bytea' then column_name::text else 'convert_to(' || column_name || '::text, ''UTF8'')' end as bytes
             from information_schema.columns where table_schema = 'public'"
        }
    }
}
