//! Statements that SQLite keeps prepared. diesel prepares every update anew, because two updates of one type
//! may differ in what they set; these never do, and each runs for every report. Owns their text; refuses
//! queries that diesel keeps by itself (inserts, selects).

use diesel::QueryResult;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};

/// Counts `by` tips more in an agency's lane, where it has a row already.
#[derive(Debug)]
pub(super) struct Count<'a> {
    pub(super) plan: i64,
    pub(super) agency: &'a str,
    pub(super) lane: i64,
    pub(super) by: i64,
}

impl QueryFragment<Sqlite> for Count<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("update queue_counts set tips = tips + ");
        out.push_bind_param::<BigInt, _>(&self.by)?;
        out.push_sql(" where plan_id = ");
        out.push_bind_param::<BigInt, _>(&self.plan)?;
        out.push_sql(" and agency = ");
        out.push_bind_param::<Text, _>(self.agency)?;
        out.push_sql(" and lane = ");
        out.push_bind_param::<BigInt, _>(&self.lane)
    }
}

impl QueryId for Count<'_> {
    type QueryId = Count<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Count<'_> {}

/// Gives an audit row its place and its link.
#[derive(Debug)]
pub(super) struct Linked<'a> {
    pub(super) id: i64,
    pub(super) seq: i64,
    pub(super) link: &'a [u8],
}

impl QueryFragment<Sqlite> for Linked<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("update audit set seq = ");
        out.push_bind_param::<BigInt, _>(&self.seq)?;
        out.push_sql(", link = ");
        out.push_bind_param::<Binary, _>(self.link)?;
        out.push_sql(" where id = ");
        out.push_bind_param::<BigInt, _>(&self.id)
    }
}

impl QueryId for Linked<'_> {
    type QueryId = Linked<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<SqliteConnection> for Linked<'_> {}

/// Gives an event its number in the feed.
#[derive(Debug, QueryId)]
pub(super) struct Numbered {
    pub(super) id: i64,
    pub(super) feed: i64,
}

impl QueryFragment<Sqlite> for Numbered {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("update tip_events set feed = ");
        out.push_bind_param::<BigInt, _>(&self.feed)?;
        out.push_sql(" where id = ");
        out.push_bind_param::<BigInt, _>(&self.id)
    }
}

impl RunQueryDsl<SqliteConnection> for Numbered {}
