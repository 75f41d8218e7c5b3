//! Tips that may be the same event or person although they name no number in common: near in place and time, or a lost child
//! beside a found one. Owns which are worth opening, by clear facts alone; refuses saying that they are alike, which is found
//! out in the officer's session.

use diesel::prelude::*;

use super::{READS, Related, may_read};
use crate::clock::Minute;
use crate::links::persons::{FOUND, SOUGHT};
use crate::people::officer::Officer;
use crate::people::roles::Relation;
use crate::store::connection::Db;
use crate::store::schema::{tip_agencies, tips};
use crate::store::tip_row::by_ids;
use crate::triage::tip::Tip;

/// How far apart in time two tellers of one event are looked for, in minutes: seven days.
const SPAN: i64 = 7 * 24 * 60;

/// How many are walked along for each that may be shown.
const WALK: i64 = 4;

/// Tips are numbered as they come: so many before and after are all that one thread that writes is held up with.
const AROUND: i64 = 5_000;

/// How far back persons are looked for, in tips.
const FAR: i64 = 50_000;

/// Ids of tips in which the agency has a part that lets it read, the newest first.
macro_rules! readable {
    ($officer:expr, $most:expr) => {{
        let part = tip_agencies::agency
            .eq($officer.agency.to_string())
            .and(tip_agencies::relation.eq_any(READS.map(Relation::as_str)))
            .and(diesel::dsl::not(tip_agencies::life_only));
        tips::table
            .inner_join(tip_agencies::table.on(tip_agencies::tip_id.eq(tips::id)))
            .filter(part)
            .order(tips::id.desc())
            .limit(WALK * i64::try_from($most).unwrap_or(i64::MAX / WALK))
            .select(tips::id)
    }};
}

/// At most `most` tips near this one that the officer may read, the newest first, without those in `known`.
pub(super) fn near(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    (tip, known): (&Tip, &[i64]),
    (most, now): (usize, Minute),
) -> QueryResult<Vec<Related>> {
    let mut ids = in_place_and_time(db, officer, tip, most)?;
    ids.extend(sought_or_found(db, officer, tip, most)?);
    ids.retain(|id| *id != tip.id && !known.contains(id));
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    let mut all = by_ids(db, plan, &ids)?;
    all.sort_by_key(|tip| std::cmp::Reverse(tip.id));
    let mut readable = Vec::new();
    for tip in all {
        if readable.len() < most && may_read(db, officer, &tip, now)? {
            readable.push(Related { tip, shares: std::collections::BTreeSet::new() });
        }
    }
    Ok(readable)
}

/// Of the same district, or of none, within a week.
fn in_place_and_time(db: &mut Db, officer: &Officer, tip: &Tip, most: usize) -> QueryResult<Vec<i64>> {
    let time = tips::received_minute.between(tip.received.0 - SPAN, tip.received.0 + SPAN);
    let around = tips::id.between(tip.id - AROUND, tip.id + AROUND);
    let mut query = readable!(officer, most).filter(time.and(around)).into_boxed();
    if let Some(district) = tip.district {
        query = query.filter(tips::district.eq(district.to_string()).or(tips::district.is_null()));
    }
    query.load(db)
}

/// Found children for one who is sought, and the other way round.
fn sought_or_found(db: &mut Db, officer: &Officer, tip: &Tip, most: usize) -> QueryResult<Vec<i64>> {
    let is_of = |all: &[&str]| all.contains(&tip.category.as_str());
    let wanted: Vec<&str> = match (is_of(&SOUGHT), is_of(&FOUND)) {
        (true, _) => FOUND.to_vec(),
        (false, true) => SOUGHT.to_vec(),
        (false, false) => return Ok(Vec::new()),
    };
    let around = tips::id.gt(tip.id - FAR);
    readable!(officer, most).filter(tips::category.eq_any(wanted).and(around)).into_boxed().load(db)
}
