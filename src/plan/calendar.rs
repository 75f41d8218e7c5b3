//! The working calendar: days that do not work as the week says. Owns which they are and how far the yearly
//! notice reaches; refuses deadlines, which are `triage`'s. Invariant: a day stands once.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::table::{Row, Table};
use super::{Lang, PlanError, PlanFiles};

/// A day that does not work as the week says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The day.
    pub day: Date,
    /// Whether it is worked.
    pub works: bool,
    /// Whether the yearly notice says so; else the law alone, before the notice.
    pub announced: bool,
    zh: String,
    en: String,
}

impl Exception {
    /// What the day is called, in `lang`.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// The working calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar(Vec<Exception>);

/// This many days before the calendar ends somebody must be told.
const WARN_DAYS: i32 = 60;

impl Calendar {
    /// The days that do not work as the week says, in order.
    pub fn exceptions(&self) -> &[Exception] {
        &self.0
    }

    /// Whether `day` is a working day.
    pub fn works(&self, day: Date) -> bool {
        let found = self.0.binary_search_by_key(&day, |it| it.day).ok().and_then(|at| self.0.get(at));
        let week = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        found.map_or(week, |it| it.works)
    }

    /// The last day that a yearly notice speaks of: the end of its year.
    pub fn ends_on(&self) -> Option<Date> {
        let last = self.0.iter().filter(|it| it.announced).map(|it| it.day.year()).max()?;
        Date::new(last, 12, 31).ok()
    }

    /// Whether it has ended on `day`.
    pub fn is_over(&self, day: Date) -> bool {
        self.ends_on().is_none_or(|end| end < day)
    }

    /// Whether it ends within sixty days from `day`, or has ended.
    pub fn ends_soon(&self, day: Date) -> bool {
        let horizon = day.checked_add(WARN_DAYS.days()).unwrap_or(day);
        self.ends_on().is_none_or(|end| end <= horizon)
    }
}

pub(super) fn calendar(files: &PlanFiles) -> Result<Calendar, PlanError> {
    const COLUMNS: &[&str] = &["day", "kind", "basis", "name_zh", "name_en", "source"];
    let table = Table::read(files, "holidays.tsv", COLUMNS)?;
    let mut all: Vec<Exception> = Vec::new();
    for row in table.rows() {
        let exception = exception(row)?;
        if all.iter().any(|it| it.day == exception.day) {
            return Err(row.bad("day", "stands twice"));
        }
        all.push(exception);
    }
    all.sort_by_key(|it| it.day);
    Ok(Calendar(all))
}

fn exception(row: Row<'_>) -> Result<Exception, PlanError> {
    let exception = Exception {
        day: row.parse("day")?,
        works: row.choice("kind", &[("holiday", false), ("workday", true)])?,
        announced: row.choice("basis", &[("announced", true), ("law", false)])?,
        zh: row.required("name_zh")?,
        en: row.required("name_en")?,
    };
    row.required("source")?;
    Ok(exception)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_holiday_rests_a_shifted_saturday_works_and_other_days_are_as_the_week_says() {
        let calendar = calendar(&PlanFiles::embedded()).unwrap();
        for (text, works) in [
            ("2026-02-14", true),
            ("2026-02-16", false),
            ("2026-10-10", true),
            ("2026-10-11", false),
            ("2026-11-23", true),
            ("2027-02-08", false),
        ] {
            assert_eq!(calendar.works(day(text)), works, "{text}");
        }
    }

    #[test]
    fn the_end_of_the_last_notice_is_known_sixty_days_ahead() {
        let calendar = calendar(&PlanFiles::embedded()).unwrap();
        assert_eq!(calendar.ends_on(), Some(day("2026-12-31")));
        assert!(!calendar.ends_soon(day("2026-10-31")) && calendar.ends_soon(day("2026-11-01")));
        assert!(!calendar.is_over(day("2026-12-31")) && calendar.is_over(day("2027-01-01")));
        assert!(Calendar::default().is_over(day("2026-01-01")));
    }

    #[test]
    fn a_day_that_stands_twice_is_refused() {
        let mut files = PlanFiles::embedded();
        let text = files.get("holidays.tsv").replace("2026-01-02", "2026-01-01");
        files.set("holidays.tsv", text);
        assert!(calendar(&files).unwrap_err().to_string().contains("holidays.tsv:3: day: stands twice"));
    }
}
