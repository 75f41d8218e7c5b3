//! Wrong codes of an app beside a right password: six digits are soon guessed by whoever has the password. Owns counting
//! them, in memory; refuses locking anybody out: a passkey and a recovery code open the account all the same, and a
//! device that is known has a count of its own.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Timestamp;

/// Wrong codes in one window after which no code of an app is looked at. Three of a million are right at any moment, so
/// that a year of guessing without a pause finds one with a chance of one in four.
const MOST: u32 = 10;

/// How long a window lasts, in seconds, from its first wrong code.
const WINDOW: i64 = 3600;

/// Counts by officer, and by whether the device is known. Only whoever has a right password makes an entry, so there are
/// never more than twice as many as officers.
#[derive(Default)]
pub struct WrongCodes(Mutex<BTreeMap<(i64, bool), (u32, Timestamp)>>);

impl WrongCodes {
    /// A right password came with a wrong code.
    pub fn note(&self, officer: i64, known: bool, now: Timestamp) {
        let mut counts = self.counts();
        let count = counts.entry((officer, known)).or_insert((0, now));
        if is_over(count.1, now) {
            *count = (0, now);
        }
        count.0 = count.0.saturating_add(1);
    }

    /// Whether no code of an app is looked at for now.
    pub fn are_too_many(&self, officer: i64, known: bool, now: Timestamp) -> bool {
        self.counts().get(&(officer, known)).is_some_and(|(n, since)| *n >= MOST && !is_over(*since, now))
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<(i64, bool), (u32, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a window that began then has ended; one that began in the future was written under a wrong clock.
const fn is_over(since: Timestamp, now: Timestamp) -> bool {
    now.0 >= since.plus_seconds(WINDOW).0 || now.0 < since.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_codes_in_an_hour_are_too_many_for_that_account_and_lane() {
        let (codes, now) = (WrongCodes::default(), Timestamp(0));
        for _ in 0..MOST {
            assert!(!codes.are_too_many(7, false, now));
            codes.note(7, false, now);
        }
        assert!(codes.are_too_many(7, false, now.plus_seconds(WINDOW - 1)));
        assert!(!codes.are_too_many(7, true, now) && !codes.are_too_many(8, false, now));
        assert!(!codes.are_too_many(7, false, now.plus_seconds(WINDOW)));
        codes.note(7, false, now.plus_seconds(WINDOW));
        assert!(!codes.are_too_many(7, false, now.plus_seconds(WINDOW)));
    }
}
