//! What the reporter's words suggest, beside what stands on the tip: a second opinion with its reasons. Owns the showing; refuses
//! changing anything, and showing it to whoever may not read the report.

use maud::{Markup, html};

use super::tip_view::View;
use super::words;
use crate::i18n::Locale;
use crate::insight::entities::Entity;
use crate::insight::{Reader, Reading, Reason};

/// The section on a tip's page; none where the report did not open.
pub(super) fn section(view: &View<'_>) -> Markup {
    let said: Vec<&str> = view.opened.reporters_words().collect();
    if view.opened.report.is_none() {
        return html! {};
    }
    let reading = Reader::shared().read(&said.join("\n"));
    html! {
        section #insight aria-labelledby="insight-title" {
            h2 #insight-title { (view.get("insight-title")) }
            p .hint { (view.get("insight-hint")) }
            @if reading.is_read { (opinion(view, &reading)) }
            @else { p #insight-unread .warn { (view.get("insight-unread")) } }
        }
    }
}

fn opinion(view: &View<'_>, reading: &Reading) -> Markup {
    let (t, tip, plan) = (view.frame.ctx.texts, &view.sheet.tip, view.frame.plan);
    let category = words::category(t, plan, &reading.category);
    let urgency = reading.urgency;
    html! {
        dl .facts {
            dt { (t.get("insight-category")) } dd #insight-category { (category)
                @if let Some(second) = &reading.secondary { " · " (words::category(t, plan, second)) }
                @if let Some(rival) = &reading.rival {
                    p .hint { (t.with("insight-rival", &[("category", &words::category(t, plan, rival))])) }
                }
                (differs(view, reading.category != tip.category)) }
            dt { (t.get("insight-place")) } dd {
                (words::district(t, plan, reading.place.district.as_ref()))
                @if reading.place.outside { p .hint { (t.get("insight-outside")) } }
                (differs(view, reading.place.district.is_some_and(|it| Some(it) != tip.district))) }
            dt { (t.get("insight-urgency")) } dd #insight-urgency { (words::lane_mark(t, urgency))
                (differs(view, urgency < tip.placement.urgency)) }
            @if !reading.excluded.is_empty() {
                dt { (t.get("insight-excluded")) } dd #insight-excluded {
                    ul { @for desk in &reading.excluded { li { (words::agency(t, plan, desk)) } } }
                    p .hint { (t.get("insight-excluded-hint")) } }
            }
            @if !reading.entities.is_empty() {
                dt { (t.get("insight-numbers")) } dd { ul { @for one in &reading.entities { li { (number(view, one)) } } } }
            }
        }
        details { summary { (t.get("insight-reasons")) }
            ul .reasons { @for reason in &reading.reasons { li { (why(view, reason)) } } } }
    }
}

fn differs(view: &View<'_>, does: bool) -> Markup {
    html! { @if does { p .warn { (view.get("insight-differs")) } } }
}

fn number(view: &View<'_>, one: &Entity) -> Markup {
    html! { (view.get(&format!("insight-kind-{}", one.kind.as_str()))) " " span .number .verbatim { (one.value) } }
}

fn why(view: &View<'_>, reason: &Reason) -> Markup {
    let t = view.frame.ctx.texts;
    let why = if t.0 == Locale::En { &reason.en } else { &reason.zh };
    html! {
        span .rule { (t.get(&format!("insight-of-{}", reason.of))) } " "
        @if reason.said.is_empty() { (why) }
        @else { span .verbatim { (t.with("insight-said", &[("why", why), ("said", &reason.said)])) } }
    }
}
