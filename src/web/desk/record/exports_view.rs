//! How requests for the record to leave look: what is asked for, why, by whom, and how far it is.

use maud::{Markup, html};
use serde_json::Value;

use super::filter::{Chosen, FIELDS};
use super::list_view::tabs;
use super::say::Words;
use super::selected::Selected;
use crate::app::App;
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::store::people::requests::Request;
use crate::web::context::PageContext;
use crate::web::desk::{requests, words};
use crate::web::ui::shell;

/// The page's address.
pub(super) const PATH: &str = "/desk/record/exports";

/// What the page shows.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
    pub(super) officer: &'a Officer,
    pub(super) csrf: &'a str,
    pub(super) requests: &'a [Request],
    pub(super) chosen: &'a Chosen,
    pub(super) reason: &'a str,
    pub(super) refused: Option<&'static str>,
    pub(super) now: Minute,
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let asks = view.officer.role.has(Right::ReadRecord);
    let body = html! {
        @if asks { (tabs(ctx, PATH)) }
        p .hint { (t.get("audit-export-intro")) }
        @if let Some(why) = view.refused { div #errors .errors role="alert" { p { (t.get(why)) } } }
        @if asks { (form(ctx, view)) }
        @if view.requests.is_empty() { p #empty .empty { (t.get("audit-export-none")) } }
        @for it in view.requests { (request(ctx, view, it)) }
    };
    shell::page(ctx, &t.get("audit-exports-title"), &body)
}

fn form(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        form #export .card method="post" action=(ctx.href(PATH)) autocomplete="off" {
            input type="hidden" name="csrf" value=(view.csrf);
            @for name in FIELDS { input type="hidden" name=(name) value=(view.chosen.value(name)); }
            p { strong { (t.get("audit-export-selected")) } (words::colon(t)) (selection(ctx, view.app, view.chosen)) " "
                a .more href=(format!("{}{}", ctx.href("/desk/record"), view.chosen.query())) { (t.get("audit-export-choose")) } }
            label for="reason" { (t.get("audit-export-reason")) }
            textarea #reason name="reason" rows="3" required aria-invalid=[view.refused.is_some().then_some("true")] { (view.reason) }
            p { button type="submit" { (t.get("audit-export-ask")) } }
        }
    }
}

fn request(ctx: &PageContext, view: &View<'_>, it: &Request) -> Markup {
    let (t, now) = (ctx.texts, view.now);
    let (standing, uid) = (it.standing(now), &it.approval.uid);
    let own = it.approval.asked_by == view.officer.id;
    let selected = Selected::of(view.app, it);
    html! {
        section .request.card {
            p { strong { (it.who) " · " (words::agency(t, &view.app.plan(), &it.agency)) } " · "
                (words::time(t, now, it.approval.asked)) " · " span .state { (t.get(&format!("audit-export-{standing}"))) }
                @if it.approval.is_granted(now) { " " (words::time(t, now, it.approval.expires)) } }
            @if let Some(selected) = selected {
                p { (t.get("audit-export-selected")) (words::colon(t)) (selection(ctx, view.app, &selected.choice())) }
                p .verbatim { (selected.reason) }
            } @else { p .warn { (t.get("audit-export-closed")) } }
            @if it.waits(now) {
                @if own { p .hint { (t.get("desk-approval-oneself-hint")) } }
                @else { div .buttons { (requests::buttons(ctx, view.csrf, PATH, uid)) } }
            }
            @if own && it.approval.is_good_for(view.officer, now) {
                form .file method="post" action=(ctx.href(&format!("{PATH}/{uid}/file"))) {
                    input type="hidden" name="csrf" value=(view.csrf);
                    button type="submit" { (t.get("audit-export")) }
                }
            }
        }
    }
}

/// What was chosen, in words.
fn selection(ctx: &PageContext, app: &App, chosen: &Chosen) -> String {
    let t = ctx.texts;
    let detail = chosen.detail();
    if detail.is_empty() {
        return t.get("audit-export-everything");
    }
    Words { t, plan: &app.plan(), people: &[] }.detail(&Value::Object(detail)).join("；")
}
