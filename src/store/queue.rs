//! Queues and lists: clear facts of tips, page by page, in an order that never shifts under the reader.
//! Owns their SQL; refuses content: nothing sealed is touched here.
//!
//! One invariant: every list is bounded by the officer's own agency, a keyset and a page.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::connection::Db;
use super::counters;
use super::schema::{officers, tip_agencies, tips};
use super::tip_row::{is_life_only, word};
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::people::roles::Relation;
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Urgency};
use crate::triage::status::Status;
use crate::vault::uid::Uid;

/// Tips on a page.
pub const PAGE: i64 = 50;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// What this officer works on.
    Mine,
    /// What the agency must act on.
    Agency,
    /// What it is told of, and what it is given to read besides.
    Told,
    /// What agencies below it work on.
    Ladder,
    /// What it has set aside, the newest first.
    Aside,
}

/// A tip in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Public id.
    pub uid: Uid,
    /// What it is about and who leads; nothing for an agency that gets the life facts only, because the
    /// tip accuses it.
    pub matter: Option<(CategoryCode, AgencyCode)>,
    /// Where.
    pub district: Option<DistrictCode>,
    /// How urgent.
    pub urgency: Urgency,
    /// Where it stands.
    pub status: Status,
    /// Whether a minor is concerned.
    pub has_minor: bool,
    /// When it came in.
    pub received: Minute,
    /// When somebody must have acted.
    pub due: Minute,
    /// Whether somebody has: the deadline no longer runs.
    pub acted: bool,
    /// Until when a second person must have looked, where it is set aside and one must.
    pub look_by: Option<Minute>,
    /// Who works on it: row id, name and agency.
    pub holder: Option<(i64, String, AgencyCode)>,
    /// How the agency stands towards it in this list.
    pub relation: Relation,
    /// Where this line stands in its list.
    pub key: Key,
}

/// A place in a list, from which the next page goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The lane.
    pub lane: i64,
    /// The deadline.
    pub due: i64,
    /// The tip's row.
    pub tip: i64,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.lane, self.due, self.tip)
    }
}

impl std::str::FromStr for Key {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.splitn(3, '.').map(str::parse);
        let mut next = || numbers.next().unwrap_or_else(|| "".parse());
        Ok(Self { lane: next()?, due: next()?, tip: next()? })
    }
}

/// One page of a list, and whether another follows.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The lines.
    pub lines: Vec<Line>,
    /// Whether there is more.
    pub more: bool,
}

type Row = (
    (i64, i64, i64, String, String, Option<i64>, Option<i64>),
    (String, String, Option<String>, String, String, String, bool, i64),
    Option<(i64, String, String)>,
);

/// A page of a list, after `after`. Pressing lanes first, then the earlier deadline.
pub fn page(db: &mut Db, officer: &Officer, tab: Tab, after: Option<Key>) -> QueryResult<Page> {
    let part = |db: &mut Db, part: Part| lines(db, officer, part, after);
    let mut lines = match tab {
        Tab::Agency => part(db, Part::Open)?,
        Tab::Mine => part(db, Part::Mine)?,
        Tab::Ladder => part(db, Part::Ladder)?,
        Tab::Aside => part(db, Part::Aside)?,
        // Two walks along the index, each already in order: one over both would have to sort all of them.
        Tab::Told => {
            [part(db, Part::Standing(Relation::Content))?, part(db, Part::Standing(Relation::Told))?].concat()
        }
    };
    if tab == Tab::Told {
        lines.sort_by_key(|line| line.key);
    }
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = lines.len() > page;
    lines.truncate(page);
    Ok(Page { lines, more })
}

/// What a list is made of: each is one walk along one index.
#[derive(Clone, Copy)]
enum Part {
    /// In the agency's queue.
    Open,
    /// Of these, in this officer's hands.
    Mine,
    /// Led elsewhere, overseen here, not closed.
    Ladder,
    /// In this relation, closed or not.
    Standing(Relation),
    /// Set aside here.
    Aside,
}

/// The first lines of a part after `after`, one more than a page holds.
fn lines(db: &mut Db, officer: &Officer, part: Part, after: Option<Key>) -> QueryResult<Vec<Line>> {
    let agency = officer.agency.to_string();
    let mut query = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .left_join(officers::table.on(officers::id.nullable().eq(tips::claimed_by)))
        .limit(PAGE + 1)
        .select((
            (
                tip_agencies::lane,
                tip_agencies::due_minute,
                tip_agencies::tip_id,
                tip_agencies::relation,
                tips::access,
                tips::acted_minute,
                tips::look_minute,
            ),
            (
                tips::uid,
                tips::category,
                tips::district,
                tips::urgency,
                tips::status,
                tips::lead,
                tips::has_minor,
                tips::received_minute,
            ),
            (officers::id, officers::display_name, officers::agency).nullable(),
        ))
        .into_boxed();
    // `open` bare, not `open = true`: only so does SQLite see that the partial index holds all of them.
    query = match part {
        Part::Open => query.filter(tip_agencies::agency.eq(agency).and(tip_agencies::open)),
        // What an officer holds is walked along the tips. An agency that is compared as it stands would lure
        // SQLite, which knows nothing of how many there are, through the whole queue.
        Part::Mine => query
            .filter(sql::<Text>("tip_agencies.agency || ''").eq(agency).and(tip_agencies::open))
            .filter(tips::claimed_by.eq(officer.id).and(tips::closed_minute.is_null())),
        Part::Standing(relation) => {
            query.filter(tip_agencies::agency.eq(agency).and(tip_agencies::relation.eq(relation.as_str())))
        }
        Part::Ladder => query
            .filter(tip_agencies::agency.eq(agency))
            .filter(tip_agencies::relation.eq(Relation::Ladder.as_str()))
            .filter(diesel::dsl::not(tip_agencies::closed))
            .filter(tips::lead.ne(officer.agency.to_string())),
        Part::Aside => query
            .filter(tip_agencies::agency.eq(agency).and(tip_agencies::aside))
            .filter(tip_agencies::relation.eq(Relation::Lead.as_str())),
    };
    query = match part {
        Part::Mine => query.order((tips::lane, tips::due_minute, tips::id)),
        Part::Aside => query.order(tip_agencies::tip_id.desc()),
        _ => query.order((tip_agencies::lane, tip_agencies::due_minute, tip_agencies::tip_id)),
    };
    if let (Part::Aside, Some(key)) = (part, after) {
        query = query.filter(tip_agencies::tip_id.lt(key.tip));
    }
    // The three compared as one: only so does the walk begin there, however far down the list that is.
    if let Some(Key { lane, due, tip }) = after.filter(|_| !matches!(part, Part::Aside)) {
        let place = match part {
            Part::Mine => "(tips.lane, tips.due_minute, tips.id)",
            _ => "(tip_agencies.lane, tip_agencies.due_minute, tip_agencies.tip_id)",
        };
        let beyond = sql::<Bool>(place).sql(" > (").bind::<BigInt, _>(lane);
        query =
            query.filter(beyond.sql(", ").bind::<BigInt, _>(due).sql(", ").bind::<BigInt, _>(tip).sql(")"));
    }
    let rows: Vec<Row> = query.load(db)?;
    rows.into_iter().map(line).collect()
}

fn line(((lane, due, tip, relation, access, acted, look), facts, holder): Row) -> QueryResult<Line> {
    let relation: Relation = word(&relation)?;
    let life_only = is_life_only(relation, &access);
    let (uid, category, district, urgency, status, lead, has_minor, received) = facts;
    let named = |(id, name, agency): (i64, String, String)| QueryResult::Ok((id, name, word(&agency)?));
    Ok(Line {
        uid: word(&uid)?,
        matter: if life_only { None } else { Some((word(&category)?, word(&lead)?)) },
        district: district.as_deref().map(word).transpose()?,
        urgency: word(&urgency)?,
        status: word(&status)?,
        has_minor,
        received: Minute(received),
        due: Minute(due),
        acted: acted.is_some(),
        look_by: look.map(Minute),
        holder: holder.filter(|_| !life_only).map(named).transpose()?,
        relation,
        key: Key { lane, due, tip },
    })
}

/// How many tips wait in the agency's queue by lane; overdue ones, counted up to [`MOST`], last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Immediate, urgent, normal.
    pub lanes: [i64; 3],
    /// Of all lanes, past their deadline.
    pub overdue: i64,
}

/// Beyond this a count says "and more".
pub const MOST: i64 = 999;

/// The agency's counters, and what still waits for its first action past the deadline. That depends on the
/// time, so it is counted, along an index and no further than one more than [`MOST`].
pub fn counts(db: &mut Db, plan: i64, agency: &AgencyCode, now: Minute) -> QueryResult<Counts> {
    Ok(Counts { lanes: counters::lanes(db, plan, agency)?, overdue: overdue(db, agency, now)? })
}

/// How many wait for their first action past the deadline, counted no further than one more than [`MOST`].
pub(super) fn overdue(db: &mut Db, agency: &AgencyCode, now: Minute) -> QueryResult<i64> {
    let ids: Vec<i64> = tip_agencies::table
        .filter(tip_agencies::agency.eq(agency.to_string()).and(tip_agencies::open))
        .filter(diesel::dsl::not(tip_agencies::acted))
        .filter(tip_agencies::due_minute.lt(now.0))
        .limit(MOST + 1)
        .select(tip_agencies::due_minute)
        .load(db)?;
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_list_reads_back_and_nonsense_does_not() {
        let key = Key { lane: 1, due: 29_000_123, tip: 42 };
        assert_eq!(key.to_string().parse(), Ok(key));
        for text in ["", "1", "1.2", "1.2.x", "1.2.3.4", "a.b.c"] {
            assert!(text.parse::<Key>().is_err(), "{text:?}");
        }
    }
}
