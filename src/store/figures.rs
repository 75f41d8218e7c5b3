//! Counts of all agencies, for who oversees and never reads: how much is open, how much is late. Owns adding up
//! what is counted already; refuses recounting for whoever looks.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::connection::Db;
use super::counters;
use super::queue::overdue;
use super::schema::{tip_agencies, tips};
use super::tip_row::word;
use crate::clock::Minute;
use crate::people::roles::Relation;
use crate::plan::AgencyCode;
use crate::vault::uid::Uid;

/// What one agency has open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Immediate, urgent, normal.
    pub lanes: [i64; 3],
    /// Past its deadline without a first action; counted up to [`MOST`](super::queue::MOST).
    pub late: i64,
}

/// The figures of every agency that has something open.
pub fn by_agency(db: &mut Db, plan: i64, now: Minute) -> QueryResult<BTreeMap<AgencyCode, Figures>> {
    let mut all = BTreeMap::new();
    for (agency, lanes) in counters::of_all(db, plan)? {
        if lanes.iter().sum::<i64>() > 0 {
            let agency = word(&agency)?;
            all.insert(agency, Figures { lanes, late: overdue(db, &agency, now)? });
        }
    }
    Ok(all)
}

/// A tip that a body below let go late: it may be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalated {
    /// Public id.
    pub uid: Uid,
    /// Who leads it.
    pub lead: AgencyCode,
    /// When somebody should have acted.
    pub due: Minute,
}

/// The first late tips on this agency's ladder, most pressing first.
pub fn escalated(db: &mut Db, agency: &AgencyCode, now: Minute) -> QueryResult<Vec<Escalated>> {
    let rows: Vec<(String, String, i64)> = tip_agencies::table
        .inner_join(tips::table.on(tips::id.eq(tip_agencies::tip_id)))
        .filter(tip_agencies::agency.eq(agency.to_string()))
        .filter(tip_agencies::relation.eq(Relation::Ladder.as_str()))
        .filter(diesel::dsl::not(tip_agencies::closed))
        .filter(tip_agencies::due_minute.lt(now.0).and(tips::acted_minute.is_null()))
        .order((tip_agencies::lane, tip_agencies::due_minute, tip_agencies::tip_id))
        .limit(50)
        .select((tips::uid, tips::lead, tip_agencies::due_minute))
        .load(db)?;
    let escalated = |(uid, lead, due): (String, String, i64)| {
        Ok(Escalated { uid: word(&uid)?, lead: word(&lead)?, due: Minute(due) })
    };
    rows.into_iter().map(escalated).collect()
}
