//! Why a tip is here, who else has which part in it, how its clock runs, and what happened to it, in words.

use maud::{Markup, html};
use serde_json::Value;

use super::insight_view;
use super::opened;
use super::related_view;
use super::tip_view::View;
use super::words;
use crate::i18n::Texts;
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::plan::{AgencyCode, Calendar, Lang, Plan, first_steps};
use crate::routing::Access;
use crate::store::tip_page::{Colleague, Event, Sheet};
use crate::triage::deadline::{Calculation, calculate};
use crate::triage::tip::Tip;

/// The context of a tip; for whoever gets the life facts only, the clock.
pub(super) fn context(view: &View<'_>) -> Markup {
    if !view.may(Permission::Read) {
        return clocks(view);
    }
    html! { (why(view)) (steps(view)) (agencies(view)) (insight_view::section(view)) (related_view::section(view)) (clocks(view)) (history(view)) }
}

fn why(view: &View<'_>) -> Markup {
    let (t, tip, plan) = (view.frame.ctx.texts, &view.sheet.tip, view.frame.plan);
    let lang = Lang::of(t.0);
    let rule = t.with("desk-rule", &[("rule", &tip.reasons.rule), ("version", &tip.reasons.plan_version)]);
    html! {
        section #why aria-labelledby="why-title" {
            h2 #why-title { (t.get("desk-why-title")) }
            p .lead { (t.with("desk-why-lead", &[("agency", &words::agency(t, plan, &tip.placement.lead))])) }
            @if let Some(event) = referred_since(view.sheet) {
                p .warn { (event_words(t, plan, view.sheet, event)) " · " (view.time(event.minute)) }
            }
            ol .because { @for because in &tip.reasons.because {
                li { (because.text(lang)) @if because.rule != "plan" { " " span .rule { (because.rule) } } }
            } }
            @if !tip.reasons.clauses.is_empty() {
                h3 { (t.get("desk-clauses")) }
                ul .clauses { @for clause in &tip.reasons.clauses {
                    li { b { (clause) } " " (view.own.clause_text(clause, lang).unwrap_or_default()) }
                } }
            }
            p .hint { (rule) }
        }
    }
}

/// What is to be done first in such a matter.
fn steps(view: &View<'_>) -> Markup {
    let t = view.frame.ctx.texts;
    html! {
        section #steps aria-labelledby="steps-title" {
            h2 #steps-title { (t.get("desk-steps-title")) }
            ol { @for step in first_steps(&view.sheet.tip.category, Lang::of(t.0)) { li { (step) } } }
        }
    }
}

/// The last referral, unless routing has decided again since.
fn referred_since(sheet: &Sheet) -> Option<&Event> {
    let last = sheet.events.iter().rfind(|e| matches!(e.kind.as_str(), "referred" | "rerouted"));
    last.filter(|event| event.kind == "referred")
}

fn agencies(view: &View<'_>) -> Markup {
    let t = view.frame.ctx.texts;
    let placement = &view.sheet.tip.placement;
    let first = placement.first_responder;
    let access = match placement.access {
        Access::Full => "desk-access-full",
        Access::LifeFacts => "desk-access-life",
    };
    html! {
        section #agencies aria-labelledby="agencies-title" {
            h2 #agencies-title { (t.get("desk-agencies-title")) }
            dl .facts {
                dt { (t.get("desk-relation-lead")) } dd { (named(view, &placement.lead)) }
                @if let Some(first) = &first {
                    dt { (t.get("desk-relation-first")) } dd { (named(view, first)) " · " (t.get(access)) }
                }
                (list(view, "ladder", placement.ladder.iter().filter(|a| **a != placement.lead)))
                (list(view, "content", placement.content.iter()))
                (list(view, "told", placement.told.iter()))
                (list(view, "excluded", placement.excluded.iter()))
                (may_be_told(view))
            }
            p .hint { (t.get("desk-not-told-why")) }
        }
    }
}

fn may_be_told(view: &View<'_>) -> Markup {
    let names: Vec<String> = not_told(view).iter().map(|agency| named(view, agency)).collect();
    html! {
        dt { (view.get("desk-may-be-told")) }
        dd #may-be-told {
            @if names.is_empty() { span .none { (view.get("desk-none")) } }
            @else { ul { @for name in names { li { (name) } } } }
        }
    }
}

/// Bodies that the plan lets know and that have no part in the tip.
fn not_told(view: &View<'_>) -> Vec<AgencyCode> {
    let placement = &view.sheet.tip.placement;
    let first = placement.first_responder.iter();
    let parts = first
        .chain([&placement.lead])
        .chain(&placement.ladder)
        .chain(&placement.content)
        .chain(&placement.told);
    let with_part: Vec<_> = parts.map(AgencyCode::body).collect();
    let free = |it: &&AgencyCode| !with_part.contains(&it.body()) && !placement.excludes(it);
    view.may_be_told.iter().filter(free).copied().collect()
}

fn named(view: &View<'_>, agency: &AgencyCode) -> String {
    words::agency(view.frame.ctx.texts, view.frame.plan, agency)
}

fn list<'a>(view: &View<'_>, relation: &str, agencies: impl Iterator<Item = &'a AgencyCode>) -> Markup {
    let names: Vec<String> = agencies.map(|agency| named(view, agency)).collect();
    html! {
        dt { (view.get(&format!("desk-relation-{relation}"))) }
        dd id=(relation) {
            @if names.is_empty() { span .none { (view.get("desk-none")) } }
            @else { ul { @for name in names { li { (name) } } } }
        }
    }
}

fn clocks(view: &View<'_>) -> Markup {
    let (t, tip) = (view.frame.ctx.texts, &view.sheet.tip);
    html! {
        section #clocks aria-labelledby="clocks-title" {
            h2 #clocks-title { (t.get("desk-clocks-title")) }
            dl .facts {
                dt { (t.get("desk-received")) } dd { (view.time(tip.received)) }
                dt { (t.get("desk-deadline")) } dd { (view.time(tip.due))
                    @if tip.acted.is_none() { " · " (words::clock(t, view.now, tip.due)) } }
                @if let Some(acted) = tip.acted {
                    dt { (t.get("desk-first-action")) } dd #first-action { (view.time(acted)) }
                }
                @if let Some(closed) = tip.closed { dt { (t.get("desk-closed-at")) } dd { (view.time(closed)) } }
            }
            @if let Some(how) = calculation(t, view.own.calendar(), tip) {
                details { summary { (t.get("desk-calculation")) } p { (how) } }
            }
        }
    }
}

/// How the deadline came about, where it still follows from the receipt: a reopened tip has one of its own.
fn calculation(t: Texts, calendar: &Calendar, tip: &Tip) -> Option<String> {
    let (due, how) = calculate(calendar, tip.received, tip.reasons.first_action_minutes()?);
    let received = tip.received.local().to_string();
    let at = due.local().to_string();
    if due != tip.due {
        return Some(t.get("desk-calc-own"));
    }
    Some(match how {
        Calculation::WallClock { minutes } => {
            let minutes = minutes.to_string();
            t.with("desk-calc-wall", &[("received", &received), ("minutes", &minutes), ("due", &at)])
        }
        Calculation::WorkingDays { days, from, skipped } => {
            let skipped: Vec<String> = skipped.iter().map(ToString::to_string).collect();
            let (days, from) = (days.to_string(), from.local().to_string());
            let skipped = if skipped.is_empty() { t.get("desk-none") } else { skipped.join(words::comma(t)) };
            let args = [("from", from.as_str()), ("days", &days), ("skipped", &skipped), ("due", &at)];
            t.with("desk-calc-days", &args)
        }
    })
}

fn history(view: &View<'_>) -> Markup {
    let (t, sheet, plan) = (view.frame.ctx.texts, view.sheet, view.frame.plan);
    html! {
        section aria-labelledby="history-title" {
            h2 #history-title { (t.get("desk-history-title")) }
            ol #history { @for event in &sheet.events {
                @let said = event_words(t, plan, sheet, event);
                li data-kind=(event.kind) {
                    p { (said) }
                    p .by { (actor(view, event, &said)) (view.time(event.minute)) }
                    (changes(t, plan, &event.detail))
                    @if let Some(why) = event.detail.get("skip").and_then(Value::as_str) {
                        p .by { (t.get(&format!("desk-skip-{why}"))) }
                    }
                    (reason(view, event))
                }
            } }
        }
    }
}

/// Who did it, where the words about it have not named them already.
fn actor(view: &View<'_>, event: &Event, said: &str) -> Markup {
    let found = view.sheet.colleagues.iter().find(|c| Some(c.id) == event.officer);
    let name = found.map(|c| colleague(view.frame.ctx.texts, view.frame.plan, view.officer, c));
    html! { @if let Some(name) = name.filter(|name| !said.contains(name)) { (name) " · " } }
}

/// An officer's name for colleagues of the same agency, the agency for everybody else.
pub(super) fn colleague(t: Texts, plan: &Plan, to: &Officer, c: &Colleague) -> String {
    if c.agency == to.agency { c.name.clone() } else { words::agency(t, plan, &c.agency) }
}

/// What happened, in words.
pub(super) fn event_words(t: Texts, plan: &Plan, sheet: &Sheet, event: &Event) -> String {
    let agency_of = |key: &str| -> Option<String> {
        let value = event.detail.get(key)?;
        let codes = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let name = |code: &Value| Some(words::agency(t, plan, &code.as_str()?.parse::<AgencyCode>().ok()?));
        Some(codes.iter().map(name).collect::<Option<Vec<_>>>()?.join(words::comma(t)))
    };
    let by = sheet.colleagues.iter().find(|c| Some(c.id) == event.officer);
    let by = by.map(|c| words::agency(t, plan, &c.agency)).unwrap_or_default();
    let (from, to) = (agency_of("from").unwrap_or_default(), agency_of("to").unwrap_or_default());
    let reopened = event.detail.get("reopened").and_then(Value::as_bool) == Some(true);
    let kind = if event.kind == "added" && reopened { "reopened" } else { event.kind.as_str() };
    if !EVENTS.contains(&kind) {
        return kind.to_owned();
    }
    let args = [("agency", by.as_str()), ("from", &from), ("to", &to)];
    t.with(&format!("desk-event-{}", kind.replace('_', "-")), &args)
}

/// The kinds of events that have words of their own.
pub(super) const EVENTS: [&str; 37] = [
    "received",
    "claimed",
    "accepted",
    "noted",
    "replied",
    "asked",
    "corrected",
    "rerouted",
    "referred",
    "closed",
    "set_aside",
    "taken_back",
    "upheld",
    "put_back",
    "taken_over",
    "skipped",
    "lapsed",
    "added",
    "reopened",
    "contact_asked",
    "contact_granted",
    "contact_refused",
    "contact_opened",
    "hold_set",
    "hold_lifted",
    "glass_broken",
    "glass_reviewed",
    "rehomed",
    "handed_on",
    "released",
    "excerpt_sent",
    "excerpt_withdrawn",
    "minor_asked",
    "minor_granted",
    "minor_refused",
    "erase_asked",
    "erase_refused",
];

/// From what to what, for a correction.
fn changes(t: Texts, plan: &Plan, detail: &Value) -> Markup {
    let (Some(from), Some(to)) = (detail.get("from"), detail.get("to")) else { return html! {} };
    let named = |fact: &str, value: &Value| -> String {
        let code = value.as_str().unwrap_or_default();
        match fact {
            "category" => code.parse().map(|code| words::category(t, plan, &code)).unwrap_or_default(),
            "district" => words::district(t, plan, code.parse().ok().as_ref()),
            "lead" => code.parse().map(|code| words::agency(t, plan, &code)).unwrap_or_default(),
            _ => t.get(&format!("desk-lane-{code}")),
        }
    };
    let facts = [
        ("category", "desk-category"),
        ("district", "desk-district"),
        ("urgency", "desk-urgency"),
        ("lead", "desk-relation-lead"),
    ];
    html! {
        @if from.is_object() { ul .changes { @for (fact, label) in facts {
            @if from.get(fact) != to.get(fact) {
                li { (t.get(label)) (words::colon(t)) (named(fact, &from[fact])) " → " (named(fact, &to[fact])) }
            }
        } } }
    }
}

/// The typed reason, for those who hold the case key.
fn reason(view: &View<'_>, event: &Event) -> Markup {
    let Some(sealed) = &event.sealed else { return html! {} };
    let t = view.frame.ctx.texts;
    match opened::reason(&view.sheet.tip.uid, view.keys, &event.uid, sealed) {
        None => html! { p .none { (t.get("desk-reason-sealed")) } },
        Some(reason) => html! {
            @if let Some(noise) = &reason.noise {
                p { (t.get("desk-noise")) (words::colon(t)) (t.get(&format!("desk-noise-{noise}"))) }
            }
            @if let Some(sign) = &reason.look {
                p { (t.get("desk-look-by")) (words::colon(t)) (t.get(&format!("desk-look-sign-{sign}"))) }
            }
            @if let Some(outcome) = &reason.outcome {
                p { (t.get("desk-outcome")) (words::colon(t)) (t.get(&format!("desk-outcome-{outcome}"))) }
            }
            @if !reason.reason.is_empty() { p .verbatim.reason { (reason.reason) } }
        },
    }
}
