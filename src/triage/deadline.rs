//! When somebody must have acted (时限). Owns the arithmetic from the plan's minutes to a minute on the
//! calendar, and the steps that led there, so that a page can show them; refuses where the minutes come
//! from (routing) and how they are worded.
//!
//! Under a day the wall clock runs, day and night. From a day on, whole working days are added: Monday to
//! Friday in Tianjin's time but for what the plan's calendar says otherwise, the same time of day; what comes
//! in on a day off counts from the start of the next working day. Where the calendar has ended, holidays are
//! not known: a deadline over one falls early, never late.
//!
//! One invariant: more minutes never give an earlier deadline, and a later receipt never gives one either.

use jiff::civil::Date;

use crate::clock::Minute;
use crate::plan::Calendar;

/// Minutes of a day: from here on the plan's targets count working days.
pub const DAY: u32 = 1440;

/// Tianjin's time is eight hours ahead, all year.
const OFFSET_MINUTES: i64 = 8 * 60;

/// How a deadline came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calculation {
    /// So many minutes after receipt, day and night.
    WallClock {
        /// The minutes.
        minutes: u32,
    },
    /// So many working days after `from`, at the same time of day.
    WorkingDays {
        /// The working days.
        days: u32,
        /// Receipt, or the start of the working day after a receipt on a day off.
        from: Minute,
        /// The days on the way that did not count.
        skipped: Vec<Date>,
    },
}

/// The deadline of what was received at `received` and must be acted on within `first_action_minutes`.
pub fn due(calendar: &Calendar, received: Minute, first_action_minutes: u32) -> Minute {
    calculate(calendar, received, first_action_minutes).0
}

/// The deadline and how it came about. A part of a day beyond whole days counts as a whole one.
pub fn calculate(calendar: &Calendar, received: Minute, first_action_minutes: u32) -> (Minute, Calculation) {
    if first_action_minutes < DAY {
        let due = received.plus(i64::from(first_action_minutes));
        return (due, Calculation::WallClock { minutes: first_action_minutes });
    }
    let days = first_action_minutes.div_ceil(DAY);
    let from = first_working_minute(calendar, received);
    let (passed, skipped) = working_days(calendar, local_date(from), days);
    (from.plus(passed * i64::from(DAY)), Calculation::WorkingDays { days, from, skipped })
}

/// The minute itself on a working day; else the start of the next working day.
fn first_working_minute(calendar: &Calendar, minute: Minute) -> Minute {
    let day = local_date(minute);
    if calendar.works(day) {
        return minute;
    }
    let into_day = (minute.0.saturating_add(OFFSET_MINUTES)).rem_euclid(i64::from(DAY));
    let (passed, _) = working_days(calendar, day, 1);
    minute.plus(passed * i64::from(DAY) - into_day)
}

/// How many calendar days pass until `days` working days have, and which of them did not count.
fn working_days(calendar: &Calendar, from: Date, days: u32) -> (i64, Vec<Date>) {
    let (mut date, mut passed, mut counted, mut skipped) = (from, 0, 0, Vec::new());
    while counted < days {
        let Ok(next) = date.tomorrow() else { break };
        (date, passed) = (next, passed + 1);
        if calendar.works(date) { counted += 1 } else { skipped.push(date) }
    }
    (passed, skipped)
}

fn local_date(minute: Minute) -> Date {
    let days = (minute.0.saturating_add(OFFSET_MINUTES)).div_euclid(i64::from(DAY));
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span)).unwrap_or(Date::MAX)
}

/// What is left of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remaining {
    /// It passed this many minutes ago.
    Overdue(i64),
    /// This many minutes are left; 0 is the last one.
    Left(i64),
}

impl Remaining {
    /// What is left at `now` of a deadline at `due`.
    pub const fn at(now: Minute, due: Minute) -> Self {
        let left = due.0.saturating_sub(now.0);
        if left < 0 { Self::Overdue(-left) } else { Self::Left(left) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use proptest::prelude::*;

    /// The calendar that is compiled in.
    fn year() -> Calendar {
        Plan::embedded().unwrap().calendar().clone()
    }

    fn due(received: Minute, minutes: u32) -> Minute {
        super::due(&year(), received, minutes)
    }

    fn calculate(received: Minute, minutes: u32) -> (Minute, Calculation) {
        super::calculate(&year(), received, minutes)
    }

    /// The minute of a moment in Tianjin.
    fn at(text: &str) -> Minute {
        let civil: jiff::civil::DateTime = text.parse().unwrap();
        let instant = jiff::tz::Offset::constant(8).to_timestamp(civil).unwrap();
        Minute(instant.as_second().div_euclid(60))
    }

    #[test]
    fn under_a_day_the_clock_runs_through_the_night() {
        for (received, minutes, expected) in [
            ("2026-11-23T14:20", 2, "2026-11-23T14:22"),
            ("2026-11-27T23:50", 30, "2026-11-28T00:20"),
            ("2026-11-28T10:00", 1439, "2026-11-29T09:59"),
        ] {
            assert_eq!(due(at(received), minutes), at(expected), "{received} + {minutes}");
        }
    }

    #[test]
    fn from_a_day_on_saturday_and_sunday_do_not_count() {
        for (received, minutes, expected) in [
            ("2026-11-23T14:20", 1440, "2026-11-24T14:20"), // Monday to Tuesday
            ("2026-11-27T14:20", 1440, "2026-11-30T14:20"), // Friday to Monday
            ("2026-11-26T14:20", 2880, "2026-11-30T14:20"), // Thursday to Monday
            ("2026-11-28T09:00", 1440, "2026-12-01T00:00"), // Saturday counts from Monday
            ("2026-11-29T23:59", 2880, "2026-12-02T00:00"), // and so does Sunday
            ("2026-11-27T07:59", 7200, "2026-12-04T07:59"), // five days: a week
            ("2026-11-23T14:20", 1441, "2026-11-25T14:20"), // a part of a day is a day
        ] {
            assert_eq!(due(at(received), minutes), at(expected), "{received} + {minutes}");
        }
    }

    #[test]
    fn holidays_do_not_count_and_shifted_working_days_do() {
        for (received, minutes, expected) in [
            ("2026-09-30T10:00", 1440, "2026-10-08T10:00"), // over the National Day holidays
            ("2026-10-03T10:00", 1440, "2026-10-09T00:00"), // received on one of them
            ("2026-10-09T10:00", 1440, "2026-10-10T10:00"), // a Saturday that is worked
            ("2026-02-13T10:00", 2880, "2026-02-24T10:00"), // Saturday 14th works, then Spring Festival
            ("2026-02-14T09:00", 1440, "2026-02-24T09:00"),
        ] {
            assert_eq!(due(at(received), minutes), at(expected), "{received} + {minutes}");
        }
        let week = Calendar::default();
        assert_eq!(super::due(&week, at("2026-09-30T10:00"), 1440), at("2026-10-01T10:00"));
    }

    #[test]
    fn the_day_is_tianjins_day() {
        // Friday 23:30 in UTC is Saturday morning in Tianjin, and Sunday 17:00 in UTC is already Monday.
        assert_eq!(due(at("2026-11-28T07:30"), 1440), at("2026-12-01T00:00"));
        assert_eq!(due(at("2026-11-30T01:00"), 1440), at("2026-12-01T01:00"));
    }

    #[test]
    fn the_calculation_names_what_did_not_count() {
        let (_, how) = calculate(at("2026-11-27T14:20"), 2880);
        let weekend = vec![Date::constant(2026, 11, 28), Date::constant(2026, 11, 29)];
        assert_eq!(how, Calculation::WorkingDays { days: 2, from: at("2026-11-27T14:20"), skipped: weekend });
        assert_eq!(calculate(at("2026-11-27T14:20"), 10).1, Calculation::WallClock { minutes: 10 });
    }

    #[test]
    fn the_last_minute_is_not_yet_overdue() {
        assert_eq!(Remaining::at(Minute(9), Minute(10)), Remaining::Left(1));
        assert_eq!(Remaining::at(Minute(10), Minute(10)), Remaining::Left(0));
        assert_eq!(Remaining::at(Minute(11), Minute(10)), Remaining::Overdue(1));
    }

    proptest! {
        #[test]
        fn later_receipts_and_longer_targets_never_fall_due_earlier(
            received in 29_000_000_i64..31_000_000,
            later in 0_i64..20_000,
            minutes in 0_u32..30_000,
            more in 0_u32..5_000,
        ) {
            let year = year();
            let due = |received, minutes| super::due(&year, Minute(received), minutes);
            let a = due(received, minutes);
            prop_assert!(a >= Minute(received));
            prop_assert!(due(received, minutes + more) >= a);
            prop_assert!(due(received + later, minutes) >= a);
        }
    }
}
