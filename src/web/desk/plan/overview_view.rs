//! How the plan at a glance looks: what routes, what is broken, what expires, drafts, history.

use std::collections::BTreeMap;

use jiff::civil::Date;
use maud::{Markup, html};

use super::PATH;
use super::words::Words;
use crate::app::plans::{Broken, Refused};
use crate::clock::Minute;
use crate::i18n::Texts;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::{Lang, Plan};
use crate::store::plans::{Status, Version};
use crate::web::context::PageContext;
use crate::web::desk::session::Fields;
use crate::web::desk::words;
use crate::web::ui::shell;

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) plan: &'a Plan,
    pub(super) officer: &'a Officer,
    pub(super) csrf: &'a str,
    pub(super) versions: &'a [Version],
    pub(super) authors: &'a BTreeMap<i64, String>,
    /// The number of the version that routes.
    pub(super) routes: Option<i64>,
    pub(super) broken: Option<Refused>,
    pub(super) today: Date,
    pub(super) now: Minute,
    pub(super) draft: &'a Fields,
    pub(super) refused: Option<&'static str>,
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let (open, past): (Vec<&Version>, Vec<&Version>) =
        view.versions.iter().partition(|it| matches!(it.status, Status::Draft | Status::Proposed));
    let proposes = view.officer.role.has(Right::ProposePlan);
    let body = html! {
        @if let Some(why) = view.refused { div #errors .errors role="alert" { p { (t.get(why)) } } }
        (broken(t, view))
        p .hint { (t.get("plan-intro")) }
        (in_force(ctx, view))
        section #alarms { h2 { (t.get("plan-alarms")) }
            @let alarms = alarms(t, view.plan, view.today);
            @if alarms.is_empty() { p .none { (t.get("plan-alarm-none")) } }
            @else { ul { @for said in alarms { li .warn { (said) } } } }
        }
        section { h2 { (t.get("plan-drafts")) }
            @if open.is_empty() { p #no-drafts .empty { (t.get("plan-no-drafts")) } }
            @else { (table(ctx, view, "drafts", &open)) }
        }
        @if proposes { (begin(ctx, view)) }
        section { h2 { (t.get("plan-history")) }
            @if past.iter().any(|it| it.status == Status::Published) { (table(ctx, view, "history", &past)) }
            @else { p #no-history .empty { (t.get("plan-no-history")) } }
        }
    };
    shell::page(ctx, &t.get("plan-title"), &body)
}

fn broken(t: Texts, view: &View<'_>) -> Markup {
    let Some(broken) = &view.broken else { return html! {} };
    let words = Words { t, plan: view.plan };
    let reason = match &broken.why {
        Broken::Plan(error) => words.error(error),
        Broken::Seal => t.get("plan-refused-seal"),
        Broken::Damaged(what) => t.with("plan-refused-damaged", &[("file", &what.to_string())]),
    };
    let args = [("version", broken.label.as_str()), ("stands", view.plan.label()), ("reason", &reason)];
    html! {
        div #broken .errors role="alert" {
            p { strong { (t.with("plan-refused-title", &[("version", &broken.label)])) } }
            p { (t.with("plan-refused-text", &args)) }
        }
    }
}

fn in_force(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let found = view.versions.iter().find(|it| Some(it.number) == view.routes);
    html! {
        section #in-force .card { h2 { (t.get("plan-in-force")) }
            @match found {
                Some(version) => p { strong { (version.label) } " · " (version.name) " · " (t.get("plan-col-from")) " " (version.valid_from)
                    " " a .more href=(ctx.href(&format!("{PATH}/{}", version.number))) { (t.get("plan-open")) } },
                None => p { strong { (t.with("plan-none-published", &[("version", view.plan.label())])) } },
            }
            p .hint { (view.plan.version().title(Lang::of(t.0))) }
        }
    }
}

/// What must be looked at again, in words.
pub(super) fn alarms(t: Texts, plan: &Plan, today: Date) -> Vec<String> {
    let mut all = Vec::new();
    let calendar = plan.calendar();
    if calendar.ends_soon(today) {
        let id =
            if calendar.is_over(today) { "plan-alarm-calendar-over" } else { "plan-alarm-calendar-soon" };
        let day = calendar.ends_on().map(|day| day.to_string()).unwrap_or_default();
        all.push(t.with(id, &[("day", &day)]));
    }
    for contact in plan.contacts().iter().filter(|contact| contact.expires_soon(today)) {
        let name = if Lang::of(t.0) == Lang::Zh { &contact.zh } else { &contact.en };
        let (over, until) = (contact.is_expired(today), contact.holds_until());
        let day = if over { contact.reviewed_on } else { until }.to_string();
        let id = if over { "plan-alarm-contact-over" } else { "plan-alarm-contact-soon" };
        all.push(t.with(id, &[("number", &contact.number), ("name", name), ("day", &day)]));
    }
    all
}

fn begin(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        form #begin .card method="post" action=(ctx.href(PATH)) autocomplete="off" {
            h2 { (t.get("plan-begin")) }
            input type="hidden" name="csrf" value=(view.csrf);
            label for="name" { (t.get("plan-name")) }
            input #name type="text" name="name" maxlength="60" required value=(view.draft.typed("name"));
            p .hint { (t.get("plan-name-hint")) }
            p { button type="submit" { (t.get("plan-begin-button")) } }
        }
    }
}

fn table(ctx: &PageContext, view: &View<'_>, id: &str, versions: &[&Version]) -> Markup {
    let t = ctx.texts;
    const COLUMNS: [&str; 6] = ["version", "name", "status", "from", "changed", "author"];
    html! {
        table id=(id) .folded {
            thead { tr { @for column in COLUMNS { th scope="col" { (t.get(&format!("plan-col-{column}"))) } } td {} } }
            tbody { @for version in versions { (row(ctx, view, version)) } }
        }
    }
}

fn row(ctx: &PageContext, view: &View<'_>, version: &Version) -> Markup {
    let t = ctx.texts;
    let cell = |id: &str| t.get(&format!("plan-col-{id}"));
    let author = version.author.and_then(|id| view.authors.get(&id)).map_or("", String::as_str);
    let at = version.published.unwrap_or(version.changed);
    let restores = view.officer.role.has(Right::ProposePlan)
        && matches!(version.status, Status::Published | Status::BuiltIn)
        && Some(version.number) != view.routes;
    html! {
        tr {
            td data-label=(cell("version")) { (version.label) }
            td data-label=(cell("name")) { (version.name) }
            td data-label=(cell("status")) { (t.get(&format!("plan-status-{}", standing(version, view.routes, view.broken.as_ref(), view.today)))) }
            td data-label=(cell("from")) { (version.valid_from) }
            td data-label=(cell("changed")) { (words::time(t, view.now, at)) }
            td data-label=(cell("author")) { (author) }
            td .do {
                a .open href=(ctx.href(&format!("{PATH}/{}", version.number))) { (t.get("plan-open")) }
                @if restores {
                    form .again method="post" action=(ctx.href(PATH)) {
                        input type="hidden" name="csrf" value=(view.csrf);
                        input type="hidden" name="from" value=(version.number);
                        input type="hidden" name="name" value=(t.with("plan-again-name", &[("version", &version.label)]));
                        button .quiet type="submit" { (t.get("plan-again-button")) }
                    }
                }
            }
        }
    }
}

/// How far a version is, in a word.
pub(super) fn standing(
    version: &Version,
    routes: Option<i64>,
    broken: Option<&Refused>,
    today: Date,
) -> &'static str {
    let broken = broken.is_some_and(|it| it.number == version.number);
    match version.status {
        Status::BuiltIn => "built-in",
        Status::Draft => "draft",
        Status::Proposed => "proposed",
        Status::Published if broken => "broken",
        Status::Published if Some(version.number) == routes => "routes",
        Status::Published if version.valid_from > today => "later",
        Status::Published => "retired",
    }
}
