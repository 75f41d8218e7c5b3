//! The auditor's table: rows of the record, newest first, page by page. Owns its SQL and its filters; refuses
//! content: nothing sealed is touched, and a tip is its number.
//!
//! Invariant: a page costs the same however long the record is.

use diesel::prelude::*;
use serde_json::Value;

use crate::audit::chain::Chain;
use crate::audit::reading::DAY;
use crate::clock::{Minute, Timestamp};
use crate::store::connection::Db;
use crate::store::schema::{audit, audit_anchors as anchors, officers, tips};

/// Rows on a page.
pub const PAGE: i64 = 50;

/// What is looked for; empty parts are not asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// By this officer: a sign-in name.
    pub officer: Option<String>,
    /// This act.
    pub act: Option<String>,
    /// By officers of this agency.
    pub agency: Option<String>,
    /// About tips whose number begins so: lower-case hexadecimal digits.
    pub tip: Option<String>,
    /// On this day: its first instant.
    pub day: Option<Timestamp>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Who {
    /// Row id.
    pub id: i64,
    /// The sign-in name.
    pub login: String,
    /// The name colleagues know.
    pub name: String,
    /// The agency's code.
    pub agency: String,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Row id: where the next page goes on.
    pub id: i64,
    /// Its place; none yet for the newest.
    pub seq: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// `reporter`, `officer` or `system`.
    pub actor: String,
    /// Which officer.
    pub who: Option<Who>,
    /// What.
    pub act: String,
    /// The tip's public id, while there is such a tip.
    pub tip: Option<String>,
    /// Whether the row is about a tip, there or not.
    pub of_tip: bool,
    /// Codes.
    pub detail: Value,
}

/// A page, and whether another follows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The rows.
    pub lines: Vec<Line>,
    /// Whether there are more.
    pub more: bool,
}

type Row = (
    (i64, Option<i64>, i64, String, String, Option<i64>, String),
    Option<(i64, String, String, String)>,
    Option<String>,
);

/// A page of up to `most` rows that are older than the row `before`.
pub fn page(db: &mut Db, filter: &Filter, before: Option<i64>, most: i64) -> QueryResult<Page> {
    let mut query = audit::table
        .left_join(officers::table.on(officers::id.nullable().eq(audit::officer_id)))
        .left_join(tips::table.on(tips::id.nullable().eq(audit::tip_id)))
        .order(audit::id.desc())
        .limit(most + 1)
        .select((
            (audit::id, audit::seq, audit::at, audit::actor, audit::act, audit::tip_id, audit::detail),
            (officers::id, officers::login, officers::display_name, officers::agency).nullable(),
            tips::uid.nullable(),
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(audit::id.lt(before));
    }
    if let Some(act) = &filter.act {
        query = query.filter(audit::act.eq(act.clone()));
        // Said as the index says it, so that it is walked; reporters' acts are most of the record anyway.
        if !BY_REPORTERS.contains(&act.as_str()) {
            query = query.filter(audit::actor.ne("reporter"));
        }
    }
    if filter.officer.is_some() || filter.agency.is_some() {
        query = query.filter(audit::officer_id.eq_any(officers_of(db, filter)?));
    }
    if let Some(tip) = &filter.tip {
        query = query.filter(audit::tip_id.eq_any(tips_of(db, tip)?));
    }
    if let Some(day) = filter.day {
        let (after, upto) = around(db, day)?;
        query = query.filter(audit::at.ge(day.0).and(audit::at.lt(day.0 + DAY)));
        query = query.filter(audit::seq.gt(after).or(audit::seq.is_null()));
        if let Some(upto) = upto {
            query = query.filter(audit::seq.le(upto));
        }
    }
    let rows: Vec<Row> = query.load(db)?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    Ok(Page { lines: rows.into_iter().take(most).map(line).collect(), more })
}

/// What only reporters do.
const BY_REPORTERS: [&str; 3] = ["tip.received", "tip.added", "receipt.opened"];

fn line(((id, seq, at, actor, act, tip_id, detail), who, tip): Row) -> Line {
    let who = who.map(|(id, login, name, agency)| Who { id, login, name, agency });
    let detail = serde_json::from_str(&detail).unwrap_or_default();
    Line { id, seq, at: Timestamp(at), actor, who, act, tip, of_tip: tip_id.is_some(), detail }
}

fn officers_of(db: &mut Db, filter: &Filter) -> QueryResult<Vec<Option<i64>>> {
    let mut query = officers::table.select(officers::id.nullable()).into_boxed();
    if let Some(login) = &filter.officer {
        query = query.filter(officers::login.eq(login.clone()));
    }
    if let Some(agency) = &filter.agency {
        query = query.filter(officers::agency.eq(agency.clone()));
    }
    query.load(db)
}

/// How many tips a number that was typed in part may stand for.
const TIPS: i64 = 20;

fn tips_of(db: &mut Db, number: &str) -> QueryResult<Vec<Option<i64>>> {
    // A range and not a pattern, so that it is read from the index: what follows `f` in its row is `g`.
    let end = format!("{number}g");
    tips::table
        .filter(tips::uid.ge(number.to_owned()).and(tips::uid.lt(end)))
        .order(tips::uid)
        .limit(TIPS)
        .select(tips::id.nullable())
        .load(db)
}

/// Between which places a day's rows stand, as far as anchors tell: a day long ago is found without a walk.
fn around(db: &mut Db, day: Timestamp) -> QueryResult<(i64, Option<i64>)> {
    let (from, to) = (day.minute().0, Timestamp(day.0 + DAY).minute().0);
    let before = anchors::table.filter(anchors::minute.lt(from)).select(diesel::dsl::max(anchors::seq));
    let before: Option<i64> = before.first(db)?;
    // An hour later: whatever was late had its place by then.
    let behind = anchors::table.filter(anchors::minute.ge(to + 60)).select(diesel::dsl::min(anchors::seq));
    Ok((before.unwrap_or(0), behind.first(db)?))
}

/// Everybody who may stand in the record, by agency and name.
pub fn everybody(db: &mut Db) -> QueryResult<Vec<Who>> {
    officers::table
        .order((officers::agency, officers::display_name, officers::id))
        .select((officers::id, officers::login, officers::display_name, officers::agency))
        .load(db)
}

/// The row id of the newest row; 0 where there is none.
pub fn newest(db: &mut Db) -> QueryResult<i64> {
    let last = audit::table.select(diesel::dsl::max(audit::id));
    Ok(last.first::<Option<i64>>(db)?.unwrap_or(0))
}

/// When something was last done by the portal itself.
pub fn last_of(db: &mut Db, act: &str) -> QueryResult<Option<Timestamp>> {
    Ok(last_row(db, act)?.map(|(at, _)| at))
}

/// The last row of an act of the portal's, with its codes. None where there is none; then the age of the first
/// row counts for [`last_of`]'s askers, so that nothing is due the moment a portal is made.
pub fn last_row(db: &mut Db, act: &str) -> QueryResult<Option<(Timestamp, Option<Value>)>> {
    let own = audit::table.filter(audit::act.eq(act).and(audit::actor.ne("reporter")));
    let last: Option<(i64, String)> = own
        .filter(audit::seq.is_not_null())
        .order(audit::id.desc())
        .select((audit::at, audit::detail))
        .first(db)
        .optional()?;
    if let Some((at, detail)) = last {
        return Ok(Some((Timestamp(at), serde_json::from_str(&detail).ok())));
    }
    let first: Option<i64> = audit::table.order(audit::id).select(audit::at).first(db).optional()?;
    Ok(first.map(|at| (Timestamp(at), None)))
}

/// What health says of the record in the database.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// Where the record ends; none where its head is not this portal's.
    pub head: Option<i64>,
    /// Up to where it was pruned.
    pub pruned: i64,
    /// Rows without a place.
    pub unplaced: i64,
    /// Anchors.
    pub anchors: i64,
    /// Of them, those in no second place yet.
    pub here_only: i64,
    /// The last anchor: its place and minute.
    pub last: Option<(i64, Minute)>,
    /// When the whole record was last walked, and how many faults there were.
    pub verified: Option<(Timestamp, i64)>,
}

/// How the record is, without walking it.
pub fn health(db: &mut Db, chain: &Chain) -> QueryResult<Health> {
    let last = super::anchors::last(db, chain)?.map(|found| found.anchor);
    let verified = last_row(db, crate::audit::reading::RECORD_VERIFIED)?;
    let here = anchors::table.filter(anchors::elsewhere.eq(false));
    Ok(Health {
        head: super::head::kept(db, chain)?.ok().map(|kept| kept.head.seq),
        pruned: super::prune::floor(db, chain)?.map_or(0, |floor| floor.kept.head.seq),
        unplaced: audit::table.filter(audit::seq.is_null()).count().get_result(db)?,
        anchors: anchors::table.count().get_result(db)?,
        here_only: here.count().get_result(db)?,
        last: last.map(|anchor| (anchor.head.seq, anchor.minute)),
        verified: verified.and_then(|(at, detail)| Some((at, detail?["faults"].as_i64()?))),
    })
}
