//! The minutes before which things are due, at one moment. Owns counting days back; refuses the settings
//! themselves (`config`).
//!
//! Invariant: a thing is due once its whole term has passed, not a minute before.

use super::class::Class;
use crate::clock::Minute;
use crate::config::Retention;

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;

/// What is due at one moment: whatever was closed at these minutes or before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Minute,
    /// Tips, by class.
    pub tips: [(Class, Minute); 3],
    /// Who the reporter is.
    pub identity: Minute,
    /// Photos.
    pub files: Minute,
}

impl Due {
    /// What is due at `now` by these settings.
    pub fn at(now: Minute, set: &Retention) -> Self {
        let back = |days: i64| now.plus(-days.saturating_mul(DAY));
        Self {
            at: now,
            tips: Class::ALL.map(|class| (class, back(days(set, class)))),
            identity: back(set.identity_days),
            files: back(set.files_days),
        }
    }

    /// The minute at or before which a tip of this class must have been closed.
    pub fn of(&self, class: Class) -> Minute {
        let found = self.tips.iter().find(|(of, _)| *of == class);
        found.map_or(Minute(i64::MIN), |(_, minute)| *minute)
    }
}

/// How many days a tip of this class is kept.
pub const fn days(set: &Retention, class: Class) -> i64 {
    match class {
        Class::SetAside => set.set_aside_days,
        Class::WithoutCase => set.without_case_days,
        Class::WithCase => set.with_case_days,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_on_its_day_and_not_a_minute_before() {
        let set = Retention { set_aside_days: 365, ..Retention::default() };
        let closed = Minute(30_000_000);
        let last = Due::at(closed.plus(365 * DAY - 1), &set);
        let due = Due::at(closed.plus(365 * DAY), &set);

        assert!(closed > last.of(Class::SetAside));
        assert!(closed <= due.of(Class::SetAside));
        assert!(closed > due.of(Class::WithoutCase));
    }
}
