//! The queue as a page: tabs, counts, one table of clear facts.

use maud::{Markup, html};

use super::aside::{self, Just};
use super::{next, second_look_view, words};
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::people::officer::Officer;
use crate::people::roles::{Relation, Right};
use crate::plan::{Plan, Urgency};
use crate::store::queue::{Counts, Line, MOST, Page, Tab};
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// What the queue's page shows.
pub(super) struct View<'a> {
    /// The plan, for names.
    pub(super) plan: &'a Plan,
    /// Who looks.
    pub(super) officer: &'a Officer,
    /// The session's token.
    pub(super) csrf: &'a str,
    /// Which list.
    pub(super) tab: Tab,
    /// Its lines.
    pub(super) page: &'a Page,
    /// How many wait.
    pub(super) counts: Counts,
    /// How many tips that were set aside wait for a second look of this officer.
    pub(super) looks: i64,
    /// The tip that the officer has just set aside.
    pub(super) just: Option<Just>,
    /// Whether the officer asked for the next tip and there was none.
    pub(super) found_none: bool,
    /// Whether it is not known if a tip was taken.
    pub(super) unsure: bool,
    /// Now.
    pub(super) now: Minute,
}

const TABS: [(Tab, &str); 5] = [
    (Tab::Agency, "agency"),
    (Tab::Mine, "mine"),
    (Tab::Ladder, "ladder"),
    (Tab::Told, "told"),
    (Tab::Aside, "aside"),
];

/// The page.
pub(super) fn queue(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        @if let Some(just) = view.just { (aside::done(ctx, view.csrf, just)) }
        (tabs(ctx, view.tab))
        @if view.unsure { (next::unsure(t)) }
        @if view.found_none { (next::none_free(t, &view.page.lines)) }
        @if matches!(view.tab, Tab::Agency | Tab::Mine) {
            div .head { (counts(t, view.counts)) (next::form(ctx, view.csrf, view.tab)) }
        }
        @if view.looks > 0 { (second_look_view::waits(ctx, view.looks)) }
        p .hint { (t.get(&format!("desk-tab-{}-hint", name(view.tab)))) }
        @if view.page.lines.is_empty() {
            p #empty .empty { (t.get(&format!("desk-tab-{}-empty", name(view.tab)))) }
        } @else {
            (table(ctx, view))
        }
        @if let Some(last) = view.page.lines.last().filter(|_| view.page.more) {
            @let next = format!("{}&tab={}&after={}", ctx.href("/desk"), name(view.tab), last.key);
            p { a .more rel="next" href=(next) { (t.get("desk-more")) } }
        }
        @if view.tab == Tab::Agency && view.officer.role.has(Right::WorkQueue) {
            p .hint { a #to-holds href=(ctx.href("/desk/holds")) { (t.get("desk-holds-title")) } }
        }
    };
    shell::page(ctx, &t.get("desk-queue-title"), &body)
}

fn name(tab: Tab) -> &'static str {
    TABS.iter().find(|(it, _)| *it == tab).map_or("agency", |(_, name)| name)
}

fn tabs(ctx: &PageContext, present: Tab) -> Markup {
    let t = ctx.texts;
    html! {
        nav .tabs aria-label=(t.get("desk-tabs-label")) {
            @for (tab, name) in TABS {
                a href=(format!("{}&tab={name}", ctx.href("/desk"))) aria-current=[(tab == present).then_some("page")] {
                    (t.get(&format!("desk-tab-{name}")))
                }
            }
        }
    }
}

fn counts(t: Texts, counts: Counts) -> Markup {
    let shown = |n: i64| if n > MOST { format!("{MOST}+") } else { n.to_string() };
    html! {
        p #counts .counts {
            @for (urgency, n) in Urgency::ALL.into_iter().zip(counts.lanes) {
                span { (words::lane_mark(t, urgency)) " " b { (shown(n)) } }
            }
            @if counts.overdue > 0 {
                span .clock.overdue { (t.with("desk-count-overdue", &[("n", &shown(counts.overdue))])) }
            }
        }
    }
}

fn table(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let acts = matches!(view.tab, Tab::Agency | Tab::Mine);
    html! {
        table #queue {
            thead { tr {
                @for id in ["lane", "number", "category", "district", "received", "deadline", "status", "holder"] {
                    th scope="col" { (column(t, view.tab, id)) }
                }
                @if view.page.lines.iter().any(|line| opens(view.tab, line)) { th scope="col" { span .hidden { (t.get("desk-col-open")) } } }
            } }
            tbody { @for line in &view.page.lines { (row(ctx, view, line, acts)) } }
        }
    }
}

/// Whether the line can be opened from this list: of what an agency is told, only what it is given.
fn opens(tab: Tab, line: &Line) -> bool {
    tab != Tab::Told || line.relation == Relation::Content
}

/// A column's name; in the lists of others, who handles a tip is its lead.
fn column(t: Texts, tab: Tab, id: &str) -> String {
    match (tab, id) {
        (Tab::Told | Tab::Ladder, "holder") => t.get("desk-relation-lead"),
        _ => t.get(&format!("desk-col-{id}")),
    }
}

fn row(ctx: &PageContext, view: &View<'_>, line: &Line, acts: bool) -> Markup {
    let (t, plan) = (ctx.texts, view.plan);
    let path = format!("/desk/tips/{}", line.uid);
    let cell = |id: &str| column(t, view.tab, id);
    html! {
        tr data-tip=(line.uid) class={ "lane-" (line.urgency) } {
            td data-label=(cell("lane")) { (words::lane_mark(t, line.urgency)) }
            td data-label=(cell("number")) .number { (short_number(&line.uid)) }
            td data-label=(cell("category")) .category {
                @match &line.matter {
                    Some((category, _)) => { (words::category(t, plan, category)) }
                    None => { (t.get("desk-life-category")) }
                }
                @if line.has_minor { " " span .tag { (t.get("desk-minor-tag")) } }
                @if line.relation == Relation::Content { " " span .tag.given { (t.get("desk-relation-content")) } }
            }
            td data-label=(cell("district")) { (words::district(t, plan, line.district.as_ref())) }
            td data-label=(cell("received")) {
                time title=(line.received.local().to_string()) { (words::age(t, view.now, line.received)) }
            }
            td data-label=(cell("deadline")) { (deadline(t, view, line)) }
            td data-label=(cell("status")) { (t.get(&format!("desk-status-{}", line.status))) }
            td .holder data-label=(cell("holder")) { (holder(t, view, line)) }
            @if acts {
                td .do { form method="post" action=(ctx.href(&format!("{path}/open"))) {
                    input type="hidden" name="csrf" value=(view.csrf);
                    button .open type="submit" {
                        (t.get(if line.holder.is_none() && line.matter.is_some() { "desk-open-claim" } else { "desk-open-read" }))
                        (named(line))
                    }
                } }
            } @else if opens(view.tab, line) {
                td .do { a .open href=(ctx.href(&path)) { (t.get("desk-open-read")) (named(line)) } }
            }
        }
    }
}

/// What still runs: the clock to the first action, or the second look at what was set aside.
fn deadline(t: Texts, view: &View<'_>, line: &Line) -> Markup {
    html! {
        @if let Some(by) = line.look_by { (t.get("desk-look-by")) " " (words::clock(t, view.now, by)) }
        @else if line.status.is_open() && !line.acted { (words::clock(t, view.now, line.due)) }
        @else if line.status.is_open() { span .none { (t.get("desk-acted")) } }
    }
}

/// The number, for whoever hears the buttons of a long list one after the other.
fn named(line: &Line) -> Markup {
    html! { span .hidden { " " (short_number(&line.uid)) } }
}

/// Who has it: oneself, a colleague by name, another agency by its name; in lists of others, the lead.
fn holder(t: Texts, view: &View<'_>, line: &Line) -> Markup {
    let lead = line.matter.as_ref().map(|(_, lead)| words::agency(t, view.plan, lead)).unwrap_or_default();
    html! {
        @match &line.holder {
            _ if matches!(view.tab, Tab::Told | Tab::Ladder) => { (lead) }
            Some((id, ..)) if *id == view.officer.id => { b { (t.get("desk-holder-me")) } }
            Some((_, name, agency)) if *agency == view.officer.agency => { (name) }
            Some((_, _, agency)) => { (words::agency(t, view.plan, agency)) }
            None if line.matter.is_none() => { span .free { (t.get("desk-none")) } }
            None => { span .free { (t.get("desk-holder-none")) } }
        }
    }
}
