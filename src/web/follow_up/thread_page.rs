//! The tip as its reporter sees it: where it stands, with dates; what was said; room to add; the way out.
//! Owns that an agency is named and an officer never; refuses notes, reasons and other agencies.

use maud::{Markup, html};

use super::opening::Opened;
use super::proof_page;
use crate::clock::Minute;
use crate::dialogue::thread::{Said, Speaker};
use crate::i18n::Texts;
use crate::intake::parse::MOST_TEXT;
use crate::plan::{AgencyCode, Plan};
use crate::triage::status::PlainStatus;
use crate::web::context::PageContext;
use crate::web::public::receipt_page::{agency, who_and_when};
use crate::web::public::times::when;
use crate::web::ui::{emergency, shell};

/// What stands above the box for more words.
pub struct Trouble {
    /// What happened.
    pub text: String,
    /// Whether the emergency numbers stand beside it.
    pub numbers: bool,
}

/// What the page is drawn from.
pub struct ThreadPage<'a> {
    /// The tip.
    pub tip: &'a Opened,
    /// The token of the form for more words.
    pub token: &'a str,
    /// The form's mark, for the script.
    pub mark: &'a str,
    /// Words that were not added yet.
    pub typed: &'a str,
    /// Why they were not.
    pub trouble: Option<&'a Trouble>,
    /// The plan, for names.
    pub plan: &'a Plan,
    /// Now.
    pub now: Minute,
}

/// The page.
pub fn page(ctx: &PageContext, view: &ThreadPage<'_>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        @if let Some(trouble) = view.trouble {
            section #errors .errors role="alert" {
                h2 { (t.get("add-again-title")) }
                p { a href="#text" { (trouble.text) } }
            }
            @if trouble.numbers { (emergency::numbers(t)) }
        }
        (progress(t, view))
        (kept_out(t, view))
        h2 #thread-title { (t.get("thread-title")) }
        ol #thread aria-labelledby="thread-title" { @for said in &view.tip.said { (entry(t, view, said)) } }
        @if view.tip.pictures > 0 { p .hint { (t.get("thread-photo")) } }
        (adding(t, view))
        (proof_page::asking(t))
        form #close-inbox method="post" action="/follow-up/leave" {
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            p .hint { (t.get("leave-note")) }
            button .quiet type="submit" { (t.get("leave-button")) }
        }
    };
    shell::page(ctx, &t.get("thread-heading"), &body)
}

fn progress(t: Texts, view: &ThreadPage<'_>) -> Markup {
    let status = view.tip.standing.status.plain();
    let unread = matches!(status, PlainStatus::Received | PlainStatus::Passed);
    html! {
        section .status aria-labelledby="status-title" {
            h2 #status-title { (t.get("status-title")) }
            p #status data-status=(status.as_str()) {
                strong { (name(t, status, view.plan, &view.tip.standing.lead)) }
                span { (note(t, status, view.tip.unread)) }
            }
            ol .steps {
                @for (at, step) in view.tip.steps.iter().enumerate() {
                    @let last = at + 1 == view.tip.steps.len();
                    li aria-current=[last.then_some("step")] {
                        (t.get(&format!("status-{}", text_id(step.status)))) " " (when(t, step.minute, view.now))
                    }
                }
            }
            @if unread {
                p { (who_and_when(t, view.plan, &view.tip.standing.lead, view.tip.due, view.now)) }
                p { strong { (t.get("emergency-plain")) } }
            }
        }
    }
}

/// Who was kept out, by name, and the one exception where there is one.
fn kept_out(t: Texts, view: &ThreadPage<'_>) -> Markup {
    let (kept, plan) = (&view.tip.kept_out, view.plan);
    let whole = |code: &AgencyCode| plan.agencies().any(|a| a.code.is_branch() && a.code.parent() == *code);
    html! {
        @if !kept.agencies.is_empty() {
            section #kept-out aria-labelledby="kept-out-title" {
                h2 #kept-out-title { (t.get("kept-out-title")) }
                p { (t.get("kept-out-text")) }
                ul { @for code in &kept.agencies {
                    @let name = agency(plan, t, code);
                    li { (match (Some(*code) == kept.life, whole(code)) {
                        (true, _) => t.with("kept-out-below", &[("agency", &name)]),
                        (false, true) => t.with("kept-out-whole", &[("agency", &name)]),
                        (false, false) => name,
                    }) }
                } }
                @if let Some(command) = &kept.life {
                    p #kept-out-life { (t.with("kept-out-life", &[("agency", &agency(plan, t, command))])) }
                }
            }
        }
    }
}

/// The status by its name; handed on, with the agency it went to.
fn name(t: Texts, status: PlainStatus, plan: &Plan, lead: &AgencyCode) -> String {
    match status {
        PlainStatus::Passed => t.with("status-passed-to", &[("agency", &agency(plan, t, lead))]),
        _ => t.get(&format!("status-{}", text_id(status))),
    }
}

/// What the status means just now: a tip that waits in line again has been looked at.
fn note(t: Texts, status: PlainStatus, unread: bool) -> String {
    match status {
        PlainStatus::Received if !unread => t.get("status-received-again-note"),
        _ => t.get(&format!("status-{}-note", text_id(status))),
    }
}

fn text_id(status: PlainStatus) -> String {
    status.as_str().replace('_', "-")
}

fn entry(t: Texts, view: &ThreadPage<'_>, said: &Said) -> Markup {
    let (from, who) = match said.by {
        Speaker::Reporter => ("reporter", t.get("thread-you")),
        Speaker::Agency(code) => ("officer", agency(view.plan, t, &code.unwrap_or(view.tip.standing.lead))),
    };
    html! {
        li data-from=(from) {
            p .who { strong { (who) } " " (when(t, said.minute, view.now)) }
            @if said.asks { p .asks { (t.get("thread-asks")) } }
            @if said.text.is_empty() { p .hint { (t.get("thread-no-words")) } }
            @else { p .words dir="auto" { (said.text) } }
        }
    }
}

fn adding(t: Texts, view: &ThreadPage<'_>) -> Markup {
    html! {
        form #add method="post" action="/follow-up/add" autocomplete="off" accept-charset="utf-8"
            data-mark=(view.mark) {
            input type="hidden" name="form" value=(view.token) autocomplete="off";
            input type="hidden" name="l" value=(t.0.code()) autocomplete="off";
            div .question .wrong[view.trouble.is_some()] {
                label .ask for="text" { (t.get("add-label")) }
                p .hint #text-hint { (t.get("add-hint")) }
                textarea #text name="text" rows="5" maxlength=(MOST_TEXT) dir="auto" autocomplete="off"
                    spellcheck="false" aria-describedby="text-hint" { "\n" (view.typed) }
            }
            button type="submit" { (t.get("add-button")) }
        }
    }
}
