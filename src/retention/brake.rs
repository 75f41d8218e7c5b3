//! What keeps a round from beginning: a clock that jumped, or more tips at once than anybody expects. Owns the
//! rules; refuses reading the clock and counting rows.
//!
//! Invariant: without a person a round erases no more than the settings say, and nothing by a clock that has
//! moved by more than a day since the round before.

use crate::clock::Timestamp;
use crate::config::Retention;

/// Rounds are an hour apart; a clock that says more than this since the last one has jumped, or the portal stood
/// still, which cannot be told apart from here. In seconds: a day, and the hour to the next round.
pub const LEAP: i64 = 25 * 3600;

/// So many tips may always go at once: in a small portal each is more than any share.
pub const ALWAYS: i64 = 10;

/// Why a round did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// A backup is being taken: what it copies must not vanish under it.
    #[error("a backup is being taken")]
    Backup,
    /// Another round is at work.
    #[error("another round is at work")]
    Busy,
    /// The clock has moved by more than a day since the last round.
    #[error("the clock says {hours} hours since the last round: is it right, or did the portal stand still?")]
    Clock {
        /// By how much, in hours.
        hours: i64,
    },
    /// More would go at once than is usual.
    #[error("{due} of {all} tips would be erased at once")]
    Many {
        /// How many would go; counted no further than one more than a round may erase.
        due: i64,
        /// How many there are.
        all: i64,
    },
}

impl Stopped {
    /// The word in health and status.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Busy => "busy",
            Self::Clock { .. } => "clock",
            Self::Many { .. } => "many",
        }
    }

    /// Whether a person must look: the others pass by themselves.
    pub const fn wants_a_person(self) -> bool {
        matches!(self, Self::Clock { .. } | Self::Many { .. })
    }
}

/// Whether the clock can be believed, given what it said at the last round, or, before the first one, at the newest
/// row of the database.
///
/// The newest rows alone are no proof: under a wrong clock they are wrong too, so a round has only the time of the
/// last round to go by. A clock that went back erases nothing too soon.
pub const fn clock(now: Timestamp, last: Option<Timestamp>) -> Result<(), Stopped> {
    let Some(last) = last else { return Ok(()) };
    let seconds = now.seconds() - last.seconds();
    if seconds <= LEAP { Ok(()) } else { Err(Stopped::Clock { hours: seconds / 3600 }) }
}

/// Whether so many tips of all may go at once.
pub fn many(due: i64, all: i64, set: &Retention) -> Result<(), Stopped> {
    let share = (all.saturating_mul(set.most_per_round_percent) / 100).max(ALWAYS);
    if due <= share.min(set.most_per_round) { Ok(()) } else { Err(Stopped::Many { due, all }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3600;

    #[test]
    fn a_clock_that_moved_by_more_than_a_day_is_not_believed() {
        let last = Timestamp(1_795_414_800_000);
        assert_eq!(clock(last.plus_seconds(25 * HOUR), Some(last)), Ok(()));
        assert_eq!(clock(last.plus_seconds(26 * HOUR), Some(last)), Err(Stopped::Clock { hours: 26 }));
        assert_eq!(clock(last.plus_seconds(-400 * 24 * HOUR), Some(last)), Ok(()));
        assert_eq!(clock(last, None), Ok(()));
    }

    #[test]
    fn a_round_takes_ten_or_a_share_and_never_more_than_its_number() {
        let set = Retention { most_per_round_percent: 5, most_per_round: 500, ..Retention::default() };
        assert_eq!(many(10, 10, &set), Ok(()));
        assert_eq!(many(11, 100, &set), Err(Stopped::Many { due: 11, all: 100 }));
        assert_eq!(many(50, 1_000, &set), Ok(()));
        assert_eq!(many(51, 1_000, &set), Err(Stopped::Many { due: 51, all: 1_000 }));
        assert_eq!(many(501, 1_000_000, &set), Err(Stopped::Many { due: 501, all: 1_000_000 }));
        let few = Retention { most_per_round: 3, ..set };
        assert_eq!(many(4, 10, &few), Err(Stopped::Many { due: 4, all: 10 }));
    }

    #[test]
    fn only_what_does_not_pass_by_itself_wants_a_person() {
        let all =
            [Stopped::Backup, Stopped::Busy, Stopped::Clock { hours: 1 }, Stopped::Many { due: 1, all: 1 }];
        assert_eq!(all.map(Stopped::wants_a_person), [false, false, true, true]);
    }
}
