//! The state of rounds: whether one may begin, whose turn it is, and what the last one did. Owns these values in
//! `meta`; refuses the rules of the brake (`retention::brake`).
//!
//! Invariant: of any number of nodes and commands one erases at a time; a round that was killed loses its turn by
//! itself, and the next one goes on with what is still due.

use diesel::prelude::*;

use crate::clock::Timestamp;
use crate::config::Retention;
use crate::retention::brake::{self, Stopped};
use crate::retention::terms::Due;
use crate::store::backup::lease;
use crate::store::connection::Db;
use crate::store::schema::{audit, tips};
use crate::store::{dialect, meta};

use super::due;

/// What the clock said when the last round began.
const CLOCK: &str = "retention_clock";
/// Whose turn it is and until when, by the clock that all nodes share.
const TURN: &str = "retention_turn";
/// Why the last round did not begin, where a person must look.
const STOPPED: &str = "retention_stopped";
/// When the last round ended and what it did.
const LAST: &str = "retention_last";
/// There while something was erased and the database is not yet cleaned of it.
const UNCLEAN: &str = "retention_unclean";

/// How long a turn lasts without a sign of life, in seconds: longer than any single step.
pub const TURN_SECONDS: i64 = 60;

/// A round that wants to begin.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What makes this round's turn its own.
    pub token: String,
    /// Now.
    pub now: Timestamp,
    /// The settings.
    pub set: Retention,
    /// Whether a person has said that clock and number are right.
    pub sure: bool,
}

/// Begins a round, or says why not. What a person must look at is kept until a round begins.
pub fn begin(db: &mut Db, wish: &Wish) -> QueryResult<Result<(), Stopped>> {
    dialect::own_purge(db)?;
    let verdict = judge(db, wish)?;
    match verdict {
        Ok(()) => {
            extend(db, &wish.token, wish.now)?;
            meta::put(db, CLOCK, &wish.now.0.to_string())?;
            meta::remove(db, STOPPED)?;
        }
        Err(stopped) if stopped.wants_a_person() => meta::put(db, STOPPED, stopped.as_str())?,
        Err(_) => {}
    }
    Ok(verdict)
}

fn judge(db: &mut Db, wish: &Wish) -> QueryResult<Result<(), Stopped>> {
    if lease::held(db)? {
        return Ok(Err(Stopped::Backup));
    }
    if turn(db, wish.now)?.is_some() {
        return Ok(Err(Stopped::Busy));
    }
    if wish.sure {
        return Ok(Ok(()));
    }
    let last = last_clock(db)?;
    if let Err(stopped) = brake::clock(wish.now, last) {
        return Ok(Err(stopped));
    }
    let due = due::count(db, &Due::at(wish.now.minute(), &wish.set), wish.set.most_per_round + 1)?;
    let all: i64 = tips::table.count().get_result(db)?;
    Ok(brake::many(due, all, &wish.set))
}

/// What the clock said at the last round; before the first one, at the newest row of the record.
fn last_clock(db: &mut Db) -> QueryResult<Option<Timestamp>> {
    if let Some(text) = meta::get(db, CLOCK)? {
        return Ok(text.parse().ok().map(Timestamp));
    }
    let newest: Option<i64> = audit::table.order(audit::id.desc()).select(audit::at).first(db).optional()?;
    Ok(newest.map(Timestamp))
}

/// Whose turn it is, where it has not run out. One that ends far ahead was given under a wrong clock.
fn turn(db: &mut Db, now: Timestamp) -> QueryResult<Option<String>> {
    let shared = dialect::lease_clock(db, now)?;
    let Some(text) = meta::get(db, TURN)? else { return Ok(None) };
    let Some((token, until)) = text.split_once(' ') else { return Ok(None) };
    let lives = until
        .parse()
        .is_ok_and(|until: i64| until > shared.0 && until <= shared.plus_seconds(2 * TURN_SECONDS).0);
    Ok(lives.then(|| token.to_owned()))
}

fn extend(db: &mut Db, token: &str, now: Timestamp) -> QueryResult<()> {
    let until = dialect::lease_clock(db, now)?.plus_seconds(TURN_SECONDS);
    meta::put(db, TURN, &format!("{token} {}", until.0))
}

/// Asks, inside the transaction of a step, whether the round still has its turn and nobody takes a backup; renews
/// the turn.
pub fn go_on(db: &mut Db, token: &str, now: Timestamp) -> QueryResult<Result<(), Stopped>> {
    dialect::own_purge(db)?;
    if turn(db, now)?.as_deref() != Some(token) {
        return Ok(Err(Stopped::Busy));
    }
    if lease::held(db)? {
        return Ok(Err(Stopped::Backup));
    }
    extend(db, token, now)?;
    Ok(Ok(()))
}

/// Whether something was erased, by this round or by one that was killed, and the database is not cleaned of it.
pub fn is_unclean(db: &mut Db) -> QueryResult<bool> {
    Ok(meta::get(db, UNCLEAN)?.is_some())
}

/// Notes, in the transaction that erases something, that the database is to be cleaned of it.
pub fn soil(db: &mut Db) -> QueryResult<()> {
    meta::put(db, UNCLEAN, "1")
}

/// Ends the round's turn; `did`, where the round came to its end, is kept for whoever asks.
pub fn end(db: &mut Db, token: &str, now: Timestamp, did: Option<&Did>) -> QueryResult<()> {
    dialect::own_purge(db)?;
    if turn(db, now)?.as_deref() == Some(token) {
        meta::remove(db, TURN)?;
    }
    if did.is_some_and(|did| did.scrubbed) {
        meta::remove(db, UNCLEAN)?;
    }
    did.map_or(Ok(()), |did| meta::put(db, LAST, &did.written(now)))
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Did {
    /// Tips erased.
    pub tips: i64,
    /// Tips whose reporter's contact was erased.
    pub identities: i64,
    /// Tips whose photos were erased.
    pub files: i64,
    /// Files unlinked.
    pub unlinked: i64,
    /// Whether the database was cleaned of what was erased (see [`Store::scrub`](crate::store::Store::scrub)).
    pub scrubbed: bool,
}

impl Did {
    fn written(&self, now: Timestamp) -> String {
        let Self { tips, identities, files, unlinked, scrubbed } = *self;
        format!("{} {tips} {identities} {files} {unlinked} {}", now.minute().0, i64::from(scrubbed))
    }

    fn read(text: &str) -> Option<(i64, Self)> {
        let mut numbers = text.split(' ').map(str::parse::<i64>);
        let mut next = || numbers.next()?.ok();
        let minute = next()?;
        let did = Self {
            tips: next()?,
            identities: next()?,
            files: next()?,
            unlinked: next()?,
            scrubbed: next()? != 0,
        };
        Some((minute, did))
    }

    /// Whether anything was erased, so that the database must be cleaned.
    pub const fn anything(&self) -> bool {
        self.tips + self.identities + self.files > 0
    }
}

/// How retention stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Why no round begins, where a person must look: `clock` or `many`.
    pub stopped: Option<String>,
    /// The minute in which the last round ended, and what it did.
    pub last: Option<(i64, Did)>,
    /// How many tips were erased in all.
    pub erased: i64,
    /// Of these, how many still lie in some backup, and the day on which the last of them is complete.
    pub incomplete: (i64, Option<i64>),
    /// Files whose bytes must still go.
    pub doomed: i64,
    /// Holds that stand, and of these those a year old.
    pub holds: (i64, i64),
}

/// How retention stands at `now`.
pub fn status(db: &mut Db, now: Timestamp) -> QueryResult<Status> {
    use crate::retention::{erasure, hold, terms};
    use crate::store::schema::{doomed_files, erasures};
    let today = erasure::day(now.minute());
    let open = erasures::table.filter(erasures::complete_day.gt(today));
    let review = now.minute().plus(-hold::REVIEW_DAYS * terms::DAY);
    Ok(Status {
        stopped: meta::get(db, STOPPED)?,
        last: meta::get(db, LAST)?.as_deref().and_then(Did::read),
        erased: erasures::table.count().get_result(db)?,
        incomplete: (
            open.count().get_result(db)?,
            open.select(diesel::dsl::max(erasures::complete_day)).get_result(db)?,
        ),
        doomed: doomed_files::table.count().get_result(db)?,
        holds: super::holds::count(db, review)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_round_did_reads_back_and_nonsense_does_not() {
        let did = Did { tips: 3, identities: 2, files: 1, unlinked: 4, scrubbed: true };
        assert_eq!(Did::read(&did.written(Timestamp(120_000))), Some((2, did)));
        for text in ["", "1", "1 2 3", "a b c d e f"] {
            assert_eq!(Did::read(text), None, "{text:?}");
        }
    }
}
