//! What is left of an erased tip: a mark that only its id and the key file find, a count, and its place in the feed.
//! Owns these rows; refuses everything that could tell of the tip.

use diesel::prelude::*;

use super::due::month;
use super::erase::Pen;
use crate::clock::Minute;
use crate::store::connection::{Db, on_each};
use crate::store::schema::{doomed_files, erasures, past_tips, tip_events};
use crate::store::sequencer;

/// Writes down that a tip was erased, and when no copy of it will be left.
pub(super) fn remember(db: &mut Db, pen: &Pen<'_>, mark: &[u8; 32]) -> QueryResult<()> {
    diesel::insert_into(erasures::table)
        .values((
            erasures::plan_id.eq(pen.plan),
            erasures::mark.eq(mark.as_slice()),
            erasures::why.eq(pen.erasure.why.as_str()),
            erasures::erased_day.eq(pen.erasure.day()),
            erasures::complete_day.eq(pen.erasure.complete_day()),
        ))
        .execute(db)?;
    Ok(())
}

/// The day on which the tip with this mark was erased, and the one on which that is complete.
pub fn found(db: &mut Db, mark: &[u8; 32]) -> QueryResult<Option<(i64, i64)>> {
    erasures::table
        .filter(erasures::mark.eq(mark.as_slice()))
        .select((erasures::erased_day, erasures::complete_day))
        .get_result(db)
        .optional()
}

/// Counts the tip where it can no longer be told from others: by month and how it ended, by year and category.
pub(super) fn count(
    db: &mut Db,
    plan: i64,
    received: Minute,
    (category, kept_as): (&str, Option<&str>),
) -> QueryResult<()> {
    let month = month(received);
    let year = month.get(..4).unwrap_or_default().to_owned();
    one_more(db, plan, &month, ("end", kept_as.unwrap_or("unknown")))?;
    one_more(db, plan, &year, ("category", category))
}

fn one_more(db: &mut Db, plan: i64, period: &str, (fact, value): (&str, &str)) -> QueryResult<()> {
    let row = (
        past_tips::plan_id.eq(plan),
        past_tips::period.eq(period),
        past_tips::fact.eq(fact),
        past_tips::value.eq(value),
        past_tips::tips.eq(1_i64),
    );
    let key = (past_tips::plan_id, past_tips::period, past_tips::fact, past_tips::value);
    on_each!(db, |c| diesel::insert_into(past_tips::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(past_tips::tips.eq(past_tips::tips + 1))
        .execute(c))?;
    Ok(())
}

/// Keeps the feed from giving a number out again that one of the tip's events had.
pub(super) fn keep_feed(db: &mut Db, tip: i64) -> QueryResult<()> {
    let last: Option<i64> = tip_events::table
        .filter(tip_events::tip_id.eq(tip))
        .select(diesel::dsl::max(tip_events::feed))
        .get_result(db)?;
    last.map_or(Ok(()), |last| sequencer::keep_feed(db, last))
}

/// The names of files whose bytes must still go, at most `most`.
pub fn doomed(db: &mut Db, most: i64) -> QueryResult<Vec<String>> {
    doomed_files::table.order(doomed_files::id).limit(most).select(doomed_files::uid).load(db)
}

/// The bytes of these files are gone.
pub fn unlinked(db: &mut Db, uids: &[String]) -> QueryResult<()> {
    diesel::delete(doomed_files::table.filter(doomed_files::uid.eq_any(uids))).execute(db)?;
    Ok(())
}
