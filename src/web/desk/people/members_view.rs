//! The list of members as a page, and the page that asks before an account is ended.

use maud::{Markup, html};

use super::rotate;
use crate::clock::Minute;
use crate::people::members::{Offered, offered};
use crate::people::officer::Officer;
use crate::people::roles::{Right, Role};
use crate::plan::Plan;
use crate::store::people::members::Member;
use crate::store::people::rotation::Progress;
use crate::web::context::PageContext;
use crate::web::desk::words;
use crate::web::ui::shell;

/// What the list shows.
pub(super) struct View<'a> {
    /// The plan, for names.
    pub(super) plan: &'a Plan,
    /// Who looks.
    pub(super) officer: &'a Officer,
    /// The session's token.
    pub(super) csrf: &'a str,
    /// The members.
    pub(super) lines: &'a [Member],
    /// Whether there are more.
    pub(super) more: bool,
    /// What the list is narrowed to.
    pub(super) find: &'a str,
    /// How many of the officer's own agency wait for its keys.
    pub(super) waiting: usize,
    /// How far the replacing of the agency's keys has come.
    pub(super) progress: Option<Progress>,
    /// What has just been done.
    pub(super) done: Option<&'a str>,
    /// Now.
    pub(super) now: Minute,
}

/// What the list can say has been done.
const DONE: [&str; 7] = ["ended", "leaving", "stays", "sessions", "changed", "passed", "rotated"];

/// The list.
pub(super) fn list(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        @if let Some(done) = view.done.filter(|done| DONE.contains(done)) {
            p #done .warn role="status" { (t.get(&format!("members-done-{done}"))) }
        }
        p .hint { (t.get("members-hint")) }
        (find(ctx, "/desk/people", "members-find", view.find))
        @if view.officer.role.has(Right::ManageAgency) && view.waiting > 0 { (pass_on(ctx, view)) }
        @if view.lines.is_empty() {
            p #empty .empty { (t.get("members-empty")) }
        } @else {
            table #members .folded {
                thead { tr { @for id in ["name", "login", "agency", "role", "keys", "since", "do"] {
                    th scope="col" { (t.get(&format!("members-col-{id}"))) }
                } } }
                tbody { @for member in view.lines { (line(ctx, view, member)) } }
            }
        }
        @if view.officer.role.has(Right::ManageAgency) { (rotate::section(ctx, view.now, view.progress.as_ref())) }
        @if let Some(last) = view.lines.last().filter(|_| view.more) {
            p { a .more rel="next" href=(format!("{}&after={}&find={}", ctx.href("/desk/people"), last.officer.id, encoded(view.find))) {
                (t.get("desk-more"))
            } }
        }
    };
    shell::page(ctx, &t.get("members-title"), &body)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The field that narrows a list of people or agencies.
pub(super) fn find(ctx: &PageContext, path: &str, label: &str, typed: &str) -> Markup {
    let t = ctx.texts;
    html! {
        form #find method="get" action=(path) {
            input type="hidden" name="l" value=(t.0.code());
            label for="find-text" { (t.get(label)) }
            input #find-text type="text" name="find" value=(typed) maxlength="60" autocomplete="off";
            button .quiet type="submit" { (t.get("members-find-button")) }
        }
    }
}

fn pass_on(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let waiting = i64::try_from(view.waiting).unwrap_or(i64::MAX);
    html! {
        section .card aria-labelledby="pass-on-title" {
            h2 #pass-on-title { (t.get("members-pass-on-title")) }
            p { (t.count("members-pass-on-text", waiting)) }
            form #pass-on method="post" action=(ctx.href("/desk/people/pass-on")) {
                input type="hidden" name="csrf" value=(view.csrf);
                button type="submit" { (t.get("members-pass-on")) }
            }
        }
    }
}

fn line(ctx: &PageContext, view: &View<'_>, member: &Member) -> Markup {
    let (t, officer) = (ctx.texts, &member.officer);
    let may = offered(view.officer, officer);
    let cell = |id: &str| t.get(&format!("members-col-{id}"));
    html! {
        tr data-member=(officer.login) {
            td data-label=(cell("name")) { (officer.name) }
            td .number data-label=(cell("login")) { (officer.login) }
            td data-label=(cell("agency")) { (words::agency(t, view.plan, &officer.agency)) }
            td data-label=(cell("role")) { (role(ctx, officer.role)) }
            td .keys data-keys=(keys(member)) data-label=(cell("keys")) { (t.get(&format!("members-keys-{}", keys(member)))) }
            td data-label=(cell("since")) { (words::time(t, view.now, member.since))
                @if let Some(ended) = member.ended {
                    br; (t.get(if member.active { "members-leaving-since" } else { "members-ended" })) " " (words::time(t, view.now, ended))
                } }
            td .do { @if member.active { (acts(ctx, view, member, may)) } }
        }
    }
}

/// A role's name.
fn role(ctx: &PageContext, role: Role) -> String {
    ctx.texts.get(&format!("people-role-{}", role.as_str().replace('_', "-")))
}

fn keys(member: &Member) -> &'static str {
    match member {
        Member { active: false, .. } => "gone",
        Member { holds: true, .. } => "held",
        Member { officer, .. } if officer.role.holds_keys() => "waits",
        _ => "none",
    }
}

fn acts(ctx: &PageContext, view: &View<'_>, member: &Member, may: Offered) -> Markup {
    let t = ctx.texts;
    let path = |act: &str| ctx.href(&format!("/desk/people/{}/{act}", member.officer.uid));
    html! {
        @if let Some(to) = may.change {
            form method="post" action=(path("role")) {
                input type="hidden" name="csrf" value=(view.csrf);
                input type="hidden" name="to" value=(to);
                button .quiet type="submit" { (t.with("members-make", &[("role", &role(ctx, to))])) (named(member)) }
            }
        }
        @if may.reset {
            form .reset method="post" action=(path("reset")) {
                input type="hidden" name="csrf" value=(view.csrf);
                button .quiet type="submit" { (t.get("members-reset")) (named(member)) }
            }
        }
        @if may.end {
            form method="post" action=(path("sessions")) {
                input type="hidden" name="csrf" value=(view.csrf);
                button .quiet type="submit" { (t.get("members-end-sessions")) (named(member)) }
            }
            a .open href=(path("end")) { (t.get("members-end")) (named(member)) }
        }
    }
}

/// The name, for whoever hears the buttons of a long list one after the other.
fn named(member: &Member) -> Markup {
    html! { span .hidden { " " (member.officer.name) } }
}

/// Asks before an account is ended.
pub(super) fn ask_end(ctx: &PageContext, plan: &Plan, member: &Member, csrf: &str) -> Markup {
    let (t, officer) = (ctx.texts, &member.officer);
    let agency = words::agency(t, plan, &officer.agency);
    let body = html! {
        p .lead { (t.with("members-end-ask", &[("name", &officer.name), ("login", &officer.login), ("agency", &agency)])) }
        ul { @for id in ["members-end-what-1", "members-end-what-2", "members-end-what-3"] { li { (t.get(id)) } } }
        form #end .act method="post" action=(ctx.href(&format!("/desk/people/{}/end", officer.uid))) {
            input type="hidden" name="csrf" value=(csrf);
            button type="submit" { (t.get("members-end")) }
        }
        p { a href=(ctx.href("/desk/people")) { (t.get("members-back")) } }
    };
    shell::page(ctx, &t.get("members-end-title"), &body)
}

/// Says why nothing was done.
pub(super) fn said(ctx: &PageContext, text: &str) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p #refused .lead { (t.get(text)) }
        p { a href=(ctx.href("/desk/people")) { (t.get("members-back")) } }
    };
    shell::page(ctx, &t.get("members-not-done"), &body)
}
