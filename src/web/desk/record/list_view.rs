//! How the record's table looks: its state above, what is looked for, and a page of rows.

use maud::{Markup, html};

use super::filter::Chosen;
use super::say::Words;
use super::{exports_view, say};
use crate::app::App;
use crate::audit::acts::ACTS;
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::store::audit::list::{Health, Line, Page, Who};
use crate::web::context::PageContext;
use crate::web::desk::words;
use crate::web::ui::shell;

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) chosen: &'a Chosen,
    pub(super) page: &'a Page,
    pub(super) health: &'a Health,
    pub(super) everybody: &'a [Who],
    pub(super) now: Minute,
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let lines = &view.page.lines;
    let body = html! {
        (tabs(ctx, "/desk/record"))
        p .hint { (t.get("audit-hint")) }
        (health(t, view))
        (filters(ctx, view))
        @if lines.is_empty() {
            p #empty .empty { (t.get("audit-empty")) }
        } @else {
            (table(Words { t, plan: &view.app.plan(), people: view.everybody }, lines, view.now))
            p { a #export href=(format!("{}{}", ctx.href(exports_view::PATH), view.chosen.query())) { (t.get("audit-export-link")) } }
        }
        @if let Some(last) = lines.last().filter(|_| view.page.more) {
            @let next = format!("{}{}&before={}", ctx.href("/desk/record"), view.chosen.query(), last.id);
            p { a .more rel="next" href=(next) { (t.get("desk-more")) } }
        }
    };
    shell::page(ctx, &t.get("audit-title"), &body)
}

/// The pages of the auditor.
pub(super) fn tabs(ctx: &PageContext, present: &str) -> Markup {
    let t = ctx.texts;
    let pages = [
        ("/desk/record", "audit-tab-list"),
        ("/desk/record/reads", "audit-tab-reads"),
        (exports_view::PATH, "audit-tab-exports"),
    ];
    html! {
        nav .tabs aria-label=(t.get("desk-tabs-label")) {
            @for (path, label) in pages {
                a href=(ctx.href(path)) aria-current=[(path == present).then_some("page")] { (t.get(label)) }
            }
        }
    }
}

fn health(t: Texts, view: &View<'_>) -> Markup {
    let health = view.health;
    let heads = if view.app.record.heads_are_kept() { "audit-heads-kept" } else { "audit-heads-not-kept" };
    html! {
        dl #health .facts {
            dt { (t.get("audit-health-head")) }
            dd { @match health.head {
                Some(seq) => (t.count("audit-health-rows", seq)),
                None => span .warn { (t.get("audit-health-no-head")) },
            } }
            dt { (t.get("audit-health-verified")) }
            dd { @match health.verified {
                Some((at, 0)) => { (words::time(t, view.now, at.minute())) " · " (t.get("audit-health-whole")) },
                Some((at, n)) => { (words::time(t, view.now, at.minute())) " · "
                    span .warn { (t.count("audit-health-faults", n)) } },
                None => (t.get("audit-health-not-yet")),
            } }
            dt { (t.get("audit-health-anchors")) }
            dd { (t.count("audit-health-anchors-n", health.anchors))
                @if let Some((_, minute)) = health.last { " · " (words::time(t, view.now, minute)) }
                @if health.here_only > 0 { " · " span .warn { (t.count("audit-health-here-only", health.here_only)) } } }
            dt { (t.get("audit-health-heads")) }
            dd { @if view.app.record.heads_are_kept() { (t.get(heads)) } @else { span .warn { (t.get(heads)) } } }
            @if health.unplaced > 0 {
                dt { (t.get("audit-health-unplaced")) }
                dd { (health.unplaced) }
            }
            @if health.pruned > 0 {
                dt { (t.get("audit-health-pruned")) }
                dd { (t.count("audit-health-pruned-n", health.pruned)) }
            }
        }
    }
}

fn filters(ctx: &PageContext, view: &View<'_>) -> Markup {
    let (t, chosen) = (ctx.texts, view.chosen);
    let mut agencies: Vec<(String, String)> =
        view.everybody.iter().map(|who| (who.agency.clone(), agency(t, view.app, &who.agency))).collect();
    agencies.dedup();
    let officers = view.everybody.iter().map(|who| (who.login.clone(), who.name.clone()));
    let acts = ACTS.iter().map(|act| ((*act).to_owned(), say::act(t, act)));
    html! {
        details .fold open[!chosen.query().is_empty()] {
            summary { (t.get("audit-filter")) }
            form #filter method="get" action="/desk/record" {
                input type="hidden" name="l" value=(t.0.code());
                (select(t, "officer", chosen, officers.collect()))
                (select(t, "agency", chosen, agencies))
                (select(t, "act", chosen, acts.collect()))
                label for="tip" { (t.get("audit-filter-tip")) }
                input #tip type="text" name="tip" maxlength="32" autocomplete="off" value=(chosen.value("tip"));
                label for="day" { (t.get("audit-filter-day")) }
                input #day type="date" name="day" value=(chosen.value("day"));
                button type="submit" { (t.get("audit-filter-show")) }
                " " a .more href=(ctx.href("/desk/record")) { (t.get("audit-filter-all")) }
            }
        }
    }
}

fn select(t: Texts, name: &str, chosen: &Chosen, options: Vec<(String, String)>) -> Markup {
    html! {
        label for=(name) { (t.get(&format!("audit-filter-{name}"))) }
        select id=(name) name=(name) {
            option value="" { (t.get("audit-filter-any")) }
            @for (value, label) in options {
                option value=(value) selected[value == chosen.value(name)] { (label) }
            }
        }
    }
}

fn agency(t: Texts, app: &App, code: &str) -> String {
    code.parse().map_or_else(|_| code.to_owned(), |code| words::agency(t, &app.plan(), &code))
}

/// Rows of the record.
pub(super) fn table(say: Words<'_>, lines: &[Line], now: Minute) -> Markup {
    let Words { t, plan, .. } = say;
    let cell = |id: &str| t.get(&format!("audit-col-{id}"));
    html! {
        table #record .folded {
            thead { tr { @for id in ["place", "time", "who", "act", "tip", "detail"] { th scope="col" { (cell(id)) } } } }
            tbody { @for line in lines { tr data-row=(line.id) {
                td .number data-label=(cell("place")) { @if let Some(seq) = line.seq { (seq) } @else { "–" } }
                td data-label=(cell("time")) { (words::time(t, now, line.at.minute())) }
                td data-label=(cell("who")) { (say::who(t, plan, line)) }
                td data-label=(cell("act")) { (say::act(t, &line.act)) }
                td .number data-label=(cell("tip")) { (say::tip(t, line)) }
                td data-label=(cell("detail")) { (say.detail(&line.detail).join("；")) }
            } } }
        }
    }
}
