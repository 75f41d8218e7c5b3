//! Counts of all agencies, for who oversees and never reads: how much is open, how much is late. Owns adding up
//! what is counted already; refuses recounting for whoever looks.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::connection::Db;
use super::queue::MOST;
use super::schema::{queue_counts, tip_agencies, tips};
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
    /// Past its deadline without a first action; counted up to [`MOST`] over all agencies together.
    pub late: i64,
}

/// The figures of every agency that has something open.
pub fn by_agency(db: &mut Db, plan: i64, now: Minute) -> QueryResult<BTreeMap<AgencyCode, Figures>> {
    let counts: Vec<(String, i64, i64)> = queue_counts::table
        .filter(queue_counts::plan_id.eq(plan))
        .select((queue_counts::agency, queue_counts::lane, queue_counts::tips))
        .load(db)?;
    let mut all: BTreeMap<AgencyCode, Figures> = BTreeMap::new();
    for (agency, lane, tips) in counts {
        let figures = all.entry(word(&agency)?).or_default();
        if let Some(sum) = usize::try_from(lane).ok().and_then(|at| figures.lanes.get_mut(at)) {
            *sum += tips;
        }
    }
    for (agency, figures) in &mut all {
        figures.late = late(db, agency, now)?;
    }
    all.retain(|_, figures| figures.lanes.iter().sum::<i64>() > 0);
    Ok(all)
}

fn late(db: &mut Db, agency: &AgencyCode, now: Minute) -> QueryResult<i64> {
    let due: Vec<i64> = tip_agencies::table
        .filter(tip_agencies::agency.eq(agency.to_string()).and(tip_agencies::open))
        .filter(diesel::dsl::not(tip_agencies::acted))
        .filter(tip_agencies::due_minute.lt(now.0))
        .limit(MOST + 1)
        .select(tip_agencies::due_minute)
        .load(db)?;
    Ok(i64::try_from(due.len()).unwrap_or(i64::MAX))
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
