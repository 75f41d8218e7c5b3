//! The last tips as far as they stand in clear, for trying a version of the plan on them. Owns this one question; nothing
//! sealed is touched.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::people::roles::Relation;
use crate::plan::{AgencyCode, BodyCode};
use crate::routing::TipFacts;
use crate::routing::compare::Known;
use crate::store::connection::Db;
use crate::store::schema::{tip_agencies, tips};

/// The last tips as far as they stand in clear, newest first. Nothing sealed is touched.
pub fn known(db: &mut Db, plan: i64, most: i64, police: BodyCode) -> QueryResult<Vec<Known>> {
    type Clear = (i64, String, Option<String>, Option<String>, String, bool);
    let rows: Vec<Clear> = tips::table
        .filter(tips::plan_id.eq(plan))
        .order(tips::id.desc())
        .limit(most)
        .select((tips::id, tips::category, tips::secondary, tips::district, tips::urgency, tips::has_minor))
        .load(db)?;
    let (newest, oldest) = (rows.first().map_or(0, |row| row.0), rows.last().map_or(0, |row| row.0));
    let parts: Vec<(i64, String, String)> = tip_agencies::table
        .filter(tip_agencies::tip_id.between(oldest, newest))
        .select((tip_agencies::tip_id, tip_agencies::agency, tip_agencies::relation))
        .load(db)?;
    let mut by_tip: BTreeMap<i64, Vec<(AgencyCode, Relation)>> = BTreeMap::new();
    for (tip, agency, relation) in &parts {
        if let (Ok(agency), Ok(relation)) = (agency.parse(), relation.parse()) {
            by_tip.entry(*tip).or_default().push((agency, relation));
        }
    }
    let one = |(id, category, secondary, district, urgency, minor): Clear| {
        let stand = by_tip.get(&id).map_or(&[][..], Vec::as_slice);
        let exclude = stand.iter().filter(|(_, it)| *it == Relation::Excluded).map(|(agency, _)| *agency);
        let facts = TipFacts {
            secondary: secondary.and_then(|code| code.parse().ok()),
            district: district.and_then(|code| code.parse().ok()),
            urgency: urgency.parse().ok(),
            minor,
            exclude: exclude.collect(),
            ..TipFacts::of(category.parse().ok()?)
        };
        let police = stand.iter().any(|(agency, it)| agency.body() == police && *it != Relation::Excluded);
        Some(Known { facts, police })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}
