//! A courier's round as far as it needs no relay: how much it takes, for how long, and what the end of an
//! attempt means for the notice. Owns these numbers; refuses sending, waiting and SQL.
//!
//! Invariant: a notice is given up only at the attempt that stands here.

use super::outbox::Settled;
use crate::clock::Minute;
use crate::notify::backoff;
use crate::notify::mail::Undelivered;

/// How long a lease lasts, in seconds: longer than all mails of one round together may take.
pub const LEASE_SECONDS: i64 = 15 * 60;

/// Mails of one round.
pub const ROUND: i64 = 20;

/// From this attempt on a refusal "for good" is believed.
pub const REFUSALS: i64 = 6;

/// What becomes of a notice that was tried `attempts` times before and once more now; `chance` is any random
/// byte.
pub fn judge(sent: Result<(), Undelivered>, attempts: i64, now: Minute, chance: u8) -> Settled {
    let (why, most) = match sent {
        Ok(()) => return Settled::Sent,
        // A relay that refuses today may have been set up wrongly: try a few times before giving up.
        Err(Undelivered::Never(why)) => (why, REFUSALS),
        Err(Undelivered::Later(why)) => (why, backoff::MOST_ATTEMPTS),
    };
    if attempts + 1 >= most {
        return Settled::Dead(why);
    }
    Settled::Again(now.plus(backoff::minutes(attempts, chance)), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_given_up_at_the_sixth_refusal_and_at_the_hundredth_failure() {
        let fate = |sent, attempts| judge(sent, attempts, Minute(100), 0);
        let (never, later) = (Err(Undelivered::Never("refused")), Err(Undelivered::Later("timeout")));

        assert!(matches!(fate(Ok(()), 99), Settled::Sent));
        assert!(matches!(fate(never, 4), Settled::Again(Minute(116), "refused")));
        assert!(matches!(fate(never, 5), Settled::Dead("refused")));
        assert!(matches!(fate(later, 98), Settled::Again(Minute(160), "timeout")));
        assert!(matches!(fate(later, 99), Settled::Dead("timeout")));
    }
}
