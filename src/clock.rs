//! Time as the portal speaks of it. Owns the clock trait and the two grains of time: the exact instant,
//! which is only ever stored sealed (or about staff), and the minute, the finest grain stored in clear
//! about a reporter. Refuses calendars and working hours: those belong to `triage`.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// An instant, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// An instant cut to the minute, in minutes since the Unix epoch: what may stand in clear beside a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(pub i64);

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a day as 2026-11-23")]
pub struct BadDay;

impl Timestamp {
    /// The minute this instant lies in.
    pub const fn minute(self) -> Minute {
        Minute(self.0.div_euclid(60_000))
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The first instant of a day in China Standard Time, written `2026-11-23`.
    pub fn of_day(text: &str) -> Result<Self, BadDay> {
        let date: jiff::civil::Date = text.trim().parse().map_err(|_| BadDay)?;
        let midnight = jiff::tz::Offset::constant(8).to_timestamp(date.at(0, 0, 0, 0));
        Ok(Self(midnight.map_err(|_| BadDay)?.as_millisecond()))
    }

    /// This instant moved by `seconds`, saturating.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

impl Minute {
    /// The first instant of this minute.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(60_000))
    }

    /// This minute moved by `minutes`, saturating.
    #[must_use]
    pub const fn plus(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes))
    }

    /// The time on the wall in Tianjin (UTC+8, no summer time since 1991), as `2026-11-23 14:20`.
    pub fn local(self) -> LocalMinute {
        LocalMinute(self)
    }
}

/// A minute shown in China Standard Time.
#[derive(Clone, Copy, Debug)]
pub struct LocalMinute(Minute);

impl LocalMinute {
    fn civil(self) -> jiff::civil::DateTime {
        let offset = jiff::tz::Offset::constant(8);
        jiff::Timestamp::from_second(self.0.start().seconds())
            .map_or(jiff::civil::DateTime::MIN, |t| offset.to_datetime(t))
    }

    /// The day on the calendar of Tianjin.
    pub fn day(self) -> jiff::civil::Date {
        self.civil().date()
    }

    /// `14:20`
    pub fn time(self) -> String {
        let t = self.civil();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }

    /// `2026-11-23`
    pub fn date(self) -> String {
        self.civil().date().to_string()
    }
}

impl fmt::Display for LocalMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date(), self.time())
    }
}

/// Where the time comes from; passed in everywhere, so that tests and simulations own it.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where real time enters")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// The machine's clock, moved: the demo's tips get a past to have come from.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Sets how many seconds this clock is away from the machine's.
    pub fn shift_to(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_seconds(self.0.load(Ordering::SeqCst))
    }
}

/// A clock that stands still until it is moved: for tests and simulations.
#[derive(Debug)]
pub struct SteppedClock(AtomicI64);

impl SteppedClock {
    /// A clock standing at `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// Moves the clock by `seconds`, backwards too.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
    }
}

impl Clock for SteppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_forgets_the_seconds() {
        assert_eq!(Timestamp(1_795_446_059_999).minute(), Timestamp(1_795_446_000_000).minute());
        assert_eq!(Timestamp(-1).minute(), Minute(-1));
    }

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let day = Timestamp::of_day("2026-11-23").unwrap();
        assert_eq!(day.minute().local().to_string(), "2026-11-23 00:00");
        for text in ["", "2026-13-01", "yesterday", "23.11.2026"] {
            assert_eq!(Timestamp::of_day(text), Err(BadDay), "{text:?}");
        }
    }

    #[test]
    fn local_time_is_eight_hours_ahead() {
        assert_eq!(Timestamp(0).minute().local().to_string(), "1970-01-01 08:00");
    }
}
