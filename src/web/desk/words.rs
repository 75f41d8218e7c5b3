//! How the desk says things: names of agencies, places and categories, times as people say them, lanes and
//! clocks. Owns no text; refuses markup except a time with its exact form behind it.

use maud::{Markup, html};

use crate::clock::Minute;
use crate::i18n::{Locale, Texts};
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Lang, Plan, Urgency};
use crate::triage::deadline::Remaining;

/// An agency's name; its code where the plan has none any more.
pub(super) fn agency(t: Texts, plan: &Plan, code: &AgencyCode) -> String {
    plan.agency(code).map_or_else(|| code.to_string(), |agency| agency.name(Lang::of(t.0)).to_owned())
}

/// A category's name.
pub(super) fn category(t: Texts, plan: &Plan, code: &CategoryCode) -> String {
    plan.category(code).map_or_else(
        || code.to_string(),
        |category| match Lang::of(t.0) {
            Lang::Zh => category.zh.clone(),
            Lang::En => category.en.clone(),
        },
    )
}

/// A district's name, or that it is not known.
pub(super) fn district(t: Texts, plan: &Plan, code: Option<&DistrictCode>) -> String {
    match code {
        None => t.get("desk-place-unknown"),
        Some(code) => plan
            .district(code)
            .map_or_else(|| code.to_string(), |district| district.name(Lang::of(t.0)).to_owned()),
    }
}

/// What stands between a label and its value in one line.
pub(super) const fn colon(t: Texts) -> &'static str {
    match t.0 {
        Locale::Zh => "：",
        Locale::En => ": ",
    }
}

/// What stands between the entries of a list in one line.
pub(super) const fn comma(t: Texts) -> &'static str {
    match t.0 {
        Locale::Zh => "、",
        Locale::En => ", ",
    }
}

/// The word of a lane.
pub(super) fn urgency(t: Texts, urgency: Urgency) -> String {
    t.get(&format!("desk-lane-{urgency}"))
}

/// The mark of a lane: a word and a shape, so that colour is never alone.
pub(super) fn lane_mark(t: Texts, of: Urgency) -> Markup {
    let shape = match of {
        Urgency::Immediate => "▲",
        Urgency::Urgent => "◆",
        Urgency::Normal => "●",
    };
    html! {
        span class={ "lane lane-" (of) } { span aria-hidden="true" { (shape) } " " (urgency(t, of)) }
    }
}

/// A minute as people say it, exact on hover and in print.
pub(super) fn time(t: Texts, now: Minute, at: Minute) -> Markup {
    let exact = at.local().to_string();
    html! { time datetime=(iso(at)) title=(exact) { (when(t, now, at)) } }
}

fn iso(at: Minute) -> String {
    let local = at.local();
    format!("{}T{}+08:00", local.date(), local.time())
}

/// "today 14:20", "yesterday 09:05", "tomorrow 10:00", else the date.
pub(super) fn when(t: Texts, now: Minute, at: Minute) -> String {
    let day = |minute: Minute| (minute.0 + 8 * 60).div_euclid(1440);
    let time = at.local().time();
    let id = match day(at) - day(now) {
        0 => "desk-today",
        -1 => "desk-yesterday",
        1 => "desk-tomorrow",
        _ => return at.local().to_string(),
    };
    t.with(id, &[("time", &time)])
}

/// How long ago, for a list.
pub(super) fn age(t: Texts, now: Minute, at: Minute) -> String {
    match now.0.saturating_sub(at.0) {
        ..=0 => t.get("desk-just-now"),
        minutes => span(t, "desk-ago", minutes),
    }
}

/// A number of minutes in the largest unit that still says something: `<stem>-minutes`, `-hours`, `-days`.
fn span(t: Texts, stem: &str, minutes: i64) -> String {
    let (unit, n) = match minutes {
        ..60 => ("minutes", minutes),
        60..2880 => ("hours", minutes / 60),
        _ => ("days", minutes / 1440),
    };
    t.count(&format!("{stem}-{unit}"), n)
}

/// What is left of a deadline, in words.
pub(super) fn remaining(t: Texts, now: Minute, due: Minute) -> String {
    match Remaining::at(now, due) {
        Remaining::Overdue(minutes) => span(t, "desk-overdue", minutes),
        Remaining::Left(minutes) => span(t, "desk-left", minutes),
    }
}

/// The clock chip: what is left, and the deadline itself.
pub(super) fn clock(t: Texts, now: Minute, due: Minute) -> Markup {
    let class = match Remaining::at(now, due) {
        Remaining::Overdue(_) => "clock overdue",
        Remaining::Left(0..=15) => "clock soon",
        Remaining::Left(_) => "clock",
    };
    html! { span class=(class) title=(due.local().to_string()) { (remaining(t, now, due)) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZH: Texts = Texts(Locale::Zh);
    const EN: Texts = Texts(Locale::En);
    /// 2026-11-23 14:20 in Tianjin.
    const NOW: Minute = Minute(29_923_580);

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!(NOW.local().to_string(), "2026-11-23 14:20");
        assert_eq!(when(ZH, NOW, NOW), "今天 14:20");
        assert_eq!(when(ZH, NOW, NOW.plus(-15 * 60)), "昨天 23:20");
        assert_eq!(when(EN, NOW, NOW.plus(10 * 60)), "tomorrow 00:20");
        assert_eq!(when(ZH, NOW, NOW.plus(-4 * 1440)), "2026-11-19 14:20");
    }

    #[test]
    fn the_clock_says_what_is_left_and_what_is_over() {
        assert_eq!(remaining(ZH, NOW, NOW.plus(35)), "还剩 35 分钟");
        assert_eq!(remaining(ZH, NOW, NOW.plus(-1)), "超期 1 分钟");
        assert_eq!(remaining(EN, NOW, NOW.plus(-125)), "2 hours overdue");
        assert_eq!(remaining(EN, NOW, NOW.plus(60)), "1 hour left");
        assert_eq!(age(EN, NOW, NOW.plus(-3 * 1440)), "3 days ago");
        assert_eq!(age(ZH, NOW, NOW.plus(5)), "刚刚");
        assert_eq!(age(ZH, NOW, NOW.plus(-1)), "1 分钟前");
    }
}
