//! Counters of the queues: how many tips are open in each lane of an agency. Owns moving and reading them;
//! refuses counting rows for whoever looks.
//!
//! Invariant: a counter changes in the transaction that opens, moves or closes the tip, by what that
//! transaction did.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::connection::Db;
use super::dialect;
use super::schema::{queue_counts, tip_agencies};
use crate::plan::AgencyCode;

/// An agency's lane that a tip is open in.
pub(super) type OpenIn = (String, i64);

/// Where a tip is open now.
pub(super) fn open_in(db: &mut Db, tip: i64) -> QueryResult<Vec<OpenIn>> {
    tip_agencies::table
        .filter(tip_agencies::tip_id.eq(tip).and(tip_agencies::open))
        .order(tip_agencies::id)
        .select((tip_agencies::agency, tip_agencies::lane))
        .load(db)
}

/// Counts a tip that was open in `before` and is open in `after`; what stands in both is left alone.
pub(super) fn moved(db: &mut Db, plan: i64, before: &[OpenIn], after: &[OpenIn]) -> QueryResult<()> {
    for (agency, lane) in before.iter().filter(|place| !after.contains(place)) {
        dialect::count(db, plan, agency, *lane, -1)?;
    }
    for (agency, lane) in after.iter().filter(|place| !before.contains(place)) {
        dialect::count(db, plan, agency, *lane, 1)?;
    }
    Ok(())
}

/// How many tips are open in each of the three lanes of an agency.
pub(super) fn lanes(db: &mut Db, plan: i64, agency: &AgencyCode) -> QueryResult<[i64; 3]> {
    let rows: Vec<(i64, i64)> = queue_counts::table
        .filter(queue_counts::plan_id.eq(plan).and(queue_counts::agency.eq(agency.to_string())))
        .select((queue_counts::lane, queue_counts::tips))
        .load(db)?;
    let mut lanes = [0; 3];
    rows.into_iter().for_each(|(lane, tips)| add(&mut lanes, lane, tips));
    Ok(lanes)
}

/// The same of every agency that was ever counted.
pub(super) fn of_all(db: &mut Db, plan: i64) -> QueryResult<BTreeMap<String, [i64; 3]>> {
    let rows: Vec<(String, i64, i64)> = queue_counts::table
        .filter(queue_counts::plan_id.eq(plan))
        .select((queue_counts::agency, queue_counts::lane, queue_counts::tips))
        .load(db)?;
    let mut all = BTreeMap::new();
    for (agency, lane, tips) in rows {
        add(all.entry(agency).or_default(), lane, tips);
    }
    Ok(all)
}

fn add(lanes: &mut [i64; 3], lane: i64, tips: i64) {
    if let Some(sum) = usize::try_from(lane).ok().and_then(|at| lanes.get_mut(at)) {
        *sum += tips;
    }
}
