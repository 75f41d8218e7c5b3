//! Fair shares for everybody. Owns one governor per kind of request, keyed by a digest of the visitor's
//! address prefix under a key that lives in memory only and is replaced hourly; refuses to silence anyone:
//! a report over the share is slowed, never refused.
//!
//! The table is bounded by two generations: at the hour or at its cap a fresh one takes over, and a request
//! must be within its share in both; the old one is dropped one turn later. A flood of addresses can neither
//! grow the table without end nor wash a share clean by filling it.

pub mod address;
pub mod codes;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use self::address::Prefix;
use crate::clock::{Clock, Timestamp};
use crate::vault::entropy::{Entropy, bytes};

/// The kinds of request that have a share of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reading any page: 20 a second, 60 at once.
    Page,
    /// Sending a report: one in two minutes, five at once; over it, slowed.
    Report,
    /// Opening a receipt: ten a minute.
    Receipt,
    /// Signing in: ten a minute, from one place and under one name; over it, slowed.
    SignIn,
}

/// What the share says of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Within it.
    Fair,
    /// Over it; a place comes free after so many milliseconds.
    Over {
        /// How long until the share has room again.
        wait_ms: u64,
    },
}

/// How long a generation of the table lives, in seconds.
const GENERATION_SECONDS: i64 = 3600;

/// How many prefixes a generation holds at most before the next one takes over.
const CAP: usize = 100_000;

type Shares = DefaultKeyedRateLimiter<u64>;

struct Generation {
    key: Zeroizing<[u8; 32]>,
    born: Timestamp,
    page: Shares,
    report: Shares,
    receipt: Shares,
    sign_in: Shares,
}

/// The present generation and the one before it.
struct Generations {
    current: Arc<Generation>,
    before: Option<Arc<Generation>>,
}

/// The limiter of one process.
pub struct Limits {
    /// Wrong codes beside right passwords.
    pub wrong_codes: codes::WrongCodes,
    generations: Mutex<Generations>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

fn shares(quota: Quota, burst: u32) -> Shares {
    RateLimiter::keyed(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
}

fn per_minute(n: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN))
}

impl Generation {
    fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
        Self {
            key: Zeroizing::new(bytes(entropy)),
            born: now,
            page: shares(per_minute(1200), 60),
            report: shares(
                Quota::with_period(std::time::Duration::from_secs(120)).unwrap_or(per_minute(1)),
                5,
            ),
            receipt: shares(per_minute(10), 10),
            sign_in: shares(per_minute(10), 10),
        }
    }

    fn shares(&self, kind: Kind) -> &Shares {
        match kind {
            Kind::Page => &self.page,
            Kind::Report => &self.report,
            Kind::Receipt => &self.receipt,
            Kind::SignIn => &self.sign_in,
        }
    }

    /// Unkeyed digests of IPv4 addresses are reversed in seconds; this key never leaves memory.
    fn digest(&self, parts: [&[u8]; 2]) -> u64 {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).map(|mut mac| {
            parts.iter().for_each(|part| mac.update(part));
            mac.finalize().into_bytes()
        });
        mac.map_or(0, |tag| tag.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn is_spent(&self, now: Timestamp) -> bool {
        let age = now.seconds().abs_diff(self.born.seconds());
        let kept = self.page.len() + self.report.len() + self.receipt.len() + self.sign_in.len();
        age >= GENERATION_SECONDS.unsigned_abs() || kept > CAP
    }

    fn check(&self, kind: Kind, whose: [&[u8]; 2]) -> Share {
        match self.shares(kind).check_key(&self.digest(whose)) {
            Ok(()) => Share::Fair,
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                Share::Over { wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
            }
        }
    }
}

impl Limits {
    /// An empty limiter.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let current = Arc::new(Generation::new(clock.now(), entropy.as_ref()));
        Self {
            wrong_codes: codes::WrongCodes::default(),
            generations: Mutex::new(Generations { current, before: None }),
            clock,
            entropy,
        }
    }

    /// Counts one request of `kind` and says whether it is within the share.
    pub fn check(&self, kind: Kind, prefix: Prefix) -> Share {
        self.check_either(kind, [&[], prefix.bytes()])
    }

    /// Counts one attempt to sign in under a name, from wherever, and says whether it is within the share.
    pub fn check_name(&self, login: &str) -> Share {
        self.check_either(Kind::SignIn, [b"name", login.as_bytes()])
    }

    fn check_either(&self, kind: Kind, whose: [&[u8]; 2]) -> Share {
        let (current, before) = self.generations();
        match current.check(kind, whose) {
            Share::Fair => before.map_or(Share::Fair, |before| before.check(kind, whose)),
            over @ Share::Over { .. } => over,
        }
    }

    fn generations(&self) -> (Arc<Generation>, Option<Arc<Generation>>) {
        let now = self.clock.now();
        let mut held = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if held.current.is_spent(now) {
            let fresh = Arc::new(Generation::new(now, self.entropy.as_ref()));
            held.before = Some(std::mem::replace(&mut held.current, fresh));
        }
        (Arc::clone(&held.current), held.before.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SteppedClock;
    use crate::vault::entropy::SeededEntropy;

    fn limits() -> (Limits, Arc<SteppedClock>) {
        let clock = Arc::new(SteppedClock::at(Timestamp(0)));
        (Limits::new(clock.clone(), Arc::new(SeededEntropy::new(1))), clock)
    }

    fn prefix(n: u32) -> Prefix {
        Prefix::of(std::net::IpAddr::V4(n.into()))
    }

    #[test]
    fn five_reports_at_once_are_fair_and_the_sixth_waits() {
        let (limits, _) = limits();
        let shares: Vec<bool> =
            (0..6).map(|_| limits.check(Kind::Report, prefix(1)) == Share::Fair).collect();
        assert_eq!(shares, [true, true, true, true, true, false]);
        assert_eq!(limits.check(Kind::Report, prefix(2)), Share::Fair);
    }

    #[test]
    fn a_name_has_a_share_of_its_own() {
        let (limits, _) = limits();
        let spent = (0..11).filter(|_| limits.check_name("psb") == Share::Fair).count();
        assert_eq!(spent, 10);
        assert_eq!(limits.check_name("civil"), Share::Fair);
        assert_eq!(limits.check(Kind::SignIn, prefix(1)), Share::Fair);
    }

    #[test]
    fn a_new_generation_does_not_wash_a_share_clean() {
        let (limits, clock) = limits();
        for _ in 0..6 {
            limits.check(Kind::Report, prefix(1));
        }

        clock.advance(GENERATION_SECONDS);

        assert_ne!(limits.check(Kind::Report, prefix(1)), Share::Fair);
    }

    #[test]
    fn the_table_never_holds_more_than_two_generations() {
        let (limits, _) = limits();
        for n in 0..250_000 {
            limits.check(Kind::Page, prefix(n));
        }
        let (current, before) = limits.generations();
        assert!(current.page.len() <= CAP + 1 && before.is_some_and(|b| b.page.len() <= 2 * (CAP + 1)));
    }
}
