//! Challenges to passkeys, each for one answer. Owns these rows; refuses reading what is sealed in them.
//!
//! One invariant: a challenge is given out once; of two who ask for it at the same moment one gets nothing.

use diesel::prelude::*;

use super::connection::Db;
use super::schema::challenges;
use crate::clock::Timestamp;

/// How many may wait for an answer at once: a flood of them fills no disk.
const MOST: i64 = 20_000;

/// A challenge that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// For whom a passkey is being enrolled, where one is.
    pub officer: Option<i64>,
    /// What was to be remembered, under the cookie's secret.
    pub sealed: Vec<u8>,
}

/// Keeps a challenge until then; false where too many wait already.
pub fn put(
    db: &mut Db,
    lookup: &[u8],
    officer: Option<i64>,
    sealed: &[u8],
    until: Timestamp,
    now: Timestamp,
) -> QueryResult<bool> {
    forget_ended(db, now)?;
    if challenges::table.count().get_result::<i64>(db)? >= MOST {
        return Ok(false);
    }
    diesel::insert_into(challenges::table)
        .values((
            challenges::lookup.eq(lookup),
            challenges::officer_id.eq(officer),
            challenges::sealed.eq(sealed),
            challenges::until_at.eq(until.0),
        ))
        .execute(db)?;
    Ok(true)
}

/// Takes a challenge, for good: whatever comes of the answer, it is asked no second time.
pub fn take(db: &mut Db, lookup: &[u8], now: Timestamp) -> QueryResult<Option<Taken>> {
    let own = challenges::table.filter(challenges::lookup.eq(lookup));
    let found: Option<(Option<i64>, Vec<u8>, i64)> = own
        .select((challenges::officer_id, challenges::sealed, challenges::until_at))
        .first(db)
        .optional()?;
    let Some((officer, sealed, until)) = found else { return Ok(None) };
    let gone = diesel::delete(own).execute(db)?;
    Ok((gone == 1 && now.0 < until).then_some(Taken { officer, sealed }))
}

/// Removes those whose time is over.
pub fn forget_ended(db: &mut Db, now: Timestamp) -> QueryResult<usize> {
    diesel::delete(challenges::table.filter(challenges::until_at.le(now.0))).execute(db)
}
