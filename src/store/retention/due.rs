//! What is due at a moment: tips by class, who a reporter is, photos. Owns the walks along their indexes; refuses
//! erasing. Nothing of an open tip or of a held one is ever found here.
//!
//! A tip counts from its closing, and never from before it came in: a closing under a clock that had lost its
//! time would otherwise erase what came in yesterday.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::clock::Minute;
use crate::config::Retention;
use crate::retention::class::Class;
use crate::retention::terms::{DAY, Due, days};
use crate::store::connection::Db;
use crate::store::schema::{entries, files, holds, tips};

/// What is to be done with a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Erase it.
    Tip,
    /// Erase who its reporter is.
    Identity,
    /// Erase its photos.
    Files,
}

/// A step and the tip it is for, by row id.
pub type Work = (Step, i64);

/// The next things to be done after `after`, at most `most` of each kind; tips first.
pub fn work(db: &mut Db, due: &Due, most: i64) -> QueryResult<Vec<Work>> {
    let mut all = Vec::new();
    for id in tips_due(db, due, most)? {
        all.push((Step::Tip, id));
    }
    if all.is_empty() {
        all.extend(identities(db, due.identity, most)?.into_iter().map(|id| (Step::Identity, id)));
        all.extend(with_files(db, due.files, most)?.into_iter().map(|id| (Step::Files, id)));
    }
    Ok(all)
}

/// How many tips are due, or would lose their contact or their photos if that is more; counted no further than
/// `most`.
pub fn count(db: &mut Db, due: &Due, most: i64) -> QueryResult<i64> {
    let tips = tips_due(db, due, most)?.len();
    let parts = identities(db, due.identity, most)?.len().max(with_files(db, due.files, most)?.len());
    Ok(i64::try_from(tips.max(parts)).unwrap_or(i64::MAX))
}

/// Whether this tip is due now: asked again inside the transaction that erases it.
pub(super) fn is_due(db: &mut Db, due: &Due, (step, tip): Work) -> QueryResult<bool> {
    let row: Option<(Option<String>, Option<i64>, i64)> = tips::table
        .filter(tips::id.eq(tip).and(not(held())))
        .filter(over())
        .select((tips::kept_as, tips::closed_minute, tips::received_minute))
        .get_result(db)
        .optional()?;
    let Some((kept_as, Some(closed), received)) = row else { return Ok(false) };
    let before = match step {
        Step::Tip => due.of(class(kept_as.as_deref())),
        Step::Identity => due.identity,
        Step::Files => due.files,
    };
    Ok(closed.max(received) <= before.0)
}

/// The class of a row; one closed before classes were written is kept longest.
fn class(kept_as: Option<&str>) -> Class {
    kept_as.and_then(|word| word.parse().ok()).unwrap_or(Class::WithCase)
}

fn tips_due(db: &mut Db, due: &Due, most: i64) -> QueryResult<Vec<i64>> {
    let mut all = Vec::new();
    let classes = due.tips.iter().map(|(class, before)| (Some(class.as_str()), *before));
    for (kept_as, before) in classes.chain([(None, due.of(Class::WithCase))]) {
        let room = most.saturating_sub(i64::try_from(all.len()).unwrap_or(most));
        all.extend(of_class(db, kept_as, before, room)?);
    }
    Ok(all)
}

/// Nobody has to do anything with it any more, and nobody must look at it a second time.
#[diesel::dsl::auto_type(no_type_alias)]
fn over() -> _ {
    tips::status.eq("closed").or(tips::status.eq("set_aside")).and(tips::look_minute.is_null())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn held() -> _ {
    exists(holds::table.filter(holds::tip_id.eq(tips::id).and(holds::lifted_minute.is_null())))
}

fn of_class(db: &mut Db, kept_as: Option<&str>, before: Minute, most: i64) -> QueryResult<Vec<i64>> {
    let closed = tips::table
        .filter(tips::closed_minute.is_not_null().and(tips::closed_minute.le(before.0)))
        .filter(tips::received_minute.le(before.0).and(over()).and(not(held())))
        .order((tips::closed_minute, tips::id))
        .limit(most)
        .select(tips::id);
    match kept_as {
        Some(word) => closed.filter(tips::kept_as.eq(word)).load(db),
        None => closed.filter(tips::kept_as.is_null()).load(db),
    }
}

fn identities(db: &mut Db, before: Minute, most: i64) -> QueryResult<Vec<i64>> {
    // Said and not bound: only so do both planners see that the partial index holds all of them.
    let contact = sql::<Bool>("entries.compartment = 'identity'");
    tips::table
        .inner_join(entries::table.on(entries::tip_id.eq(tips::id)))
        .filter(contact)
        .filter(tips::closed_minute.le(before.0).and(tips::received_minute.le(before.0)))
        .filter(over().and(not(held())))
        .order(tips::id)
        .limit(most)
        .select(tips::id)
        .distinct()
        .load(db)
}

fn with_files(db: &mut Db, before: Minute, most: i64) -> QueryResult<Vec<i64>> {
    tips::table
        .inner_join(files::table.on(files::tip_id.eq(tips::id)))
        .filter(tips::closed_minute.le(before.0).and(tips::received_minute.le(before.0)))
        .filter(over().and(not(held())))
        .order(tips::id)
        .limit(most)
        .select(tips::id)
        .distinct()
        .load(db)
}

/// How many tips of a class fall due in a month.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The class.
    pub class: Class,
    /// The month in which they fell, or will fall, due, as `2026-11`.
    pub month: String,
    /// How many.
    pub tips: i64,
}

/// How many tips of each class are due at `until`, by the month in which their time ended. No contents, no ids.
pub fn by_month(db: &mut Db, until: Minute, set: &Retention) -> QueryResult<Vec<Count>> {
    let rows: Vec<(Option<String>, Option<i64>, i64)> = tips::table
        .filter(tips::closed_minute.is_not_null().and(over()))
        .filter(not(held()))
        .select((tips::kept_as, tips::closed_minute, tips::received_minute))
        .load(db)?;
    let mut counts: BTreeMap<(Class, String), i64> = BTreeMap::new();
    for (kept_as, closed, received) in rows {
        let class = class(kept_as.as_deref());
        let end = Minute(closed.unwrap_or(received).max(received)).plus(days(set, class) * DAY);
        if end <= until {
            *counts.entry((class, month(end))).or_default() += 1;
        }
    }
    Ok(counts.into_iter().map(|((class, month), tips)| Count { class, month, tips }).collect())
}

/// The month of a minute, as `2026-11`.
pub(super) fn month(at: Minute) -> String {
    at.local().date().get(..7).unwrap_or_default().to_owned()
}
