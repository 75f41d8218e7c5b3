//! Minutes as people say them, with the exact date beside: a relative day never stands alone where somebody
//! counts hours or prints the page.

use maud::{Markup, html};

use crate::clock::Minute;
use crate::i18n::{Locale, Texts};

const DAY: i64 = 24 * 60;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A minute in the page's language, marked up with its exact time.
pub fn when(t: Texts, minute: Minute, now: Minute) -> Markup {
    let exact = minute.local();
    let machine = format!("{}T{}+08:00", exact.date(), exact.time());
    html! { time datetime=(machine) title=(exact) { (words(t, minute, now)) } }
}

/// A minute in the page's language, as plain words.
pub fn words(t: Texts, minute: Minute, now: Minute) -> String {
    let (date, time) = (minute.local().date(), minute.local().time());
    let day = day(t.0, &date);
    let near = [(0, "time-today"), (1, "time-tomorrow"), (-1, "time-yesterday")];
    let offset = near.into_iter().find(|(days, _)| now.plus(days * DAY).local().date() == date);
    match offset {
        Some((_, id)) => t.with(id, &[("date", &day), ("time", &time)]),
        None => format!("{day} {time}"),
    }
}

/// What stands between a label and what follows it: nothing in Chinese.
pub const fn gap(t: Texts) -> &'static str {
    match t.0 {
        Locale::Zh => "",
        Locale::En => " ",
    }
}

/// `11月23日` or `23 Nov`, from `2026-11-23`.
fn day(locale: Locale, date: &str) -> String {
    let mut parts = date.rsplit('-').map(|part| part.parse::<usize>().unwrap_or(0));
    let (day, month) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    match locale {
        Locale::Zh => format!("{month}月{day}日"),
        Locale::En => format!("{day} {}", MONTHS.get(month.wrapping_sub(1)).unwrap_or(&"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 14:20 in Tianjin.
    const NOW: Minute = Minute(1_795_414_800 / 60);

    fn said(locale: Locale, minutes: i64) -> String {
        words(Texts(locale), NOW.plus(minutes), NOW)
    }

    #[test]
    fn near_days_have_names_and_every_day_has_its_date() {
        assert_eq!(NOW.local().to_string(), "2026-11-23 14:20");
        assert_eq!(said(Locale::Zh, 0), "今天（11月23日）14:20");
        assert_eq!(said(Locale::Zh, 600), "明天（11月24日）00:20");
        assert_eq!(said(Locale::Zh, -15 * 60), "昨天（11月22日）23:20");
        assert_eq!(said(Locale::En, 0), "today (23 Nov) at 14:20");
        assert_eq!(said(Locale::En, 9 * DAY), "2 Dec 14:20");
    }
}
