//! How one version looks: how far it is, what differs, what the proof found, and what can be done with it.

use maud::{Markup, html};

use super::PATH;
use super::tables::ALL;
use super::words::Words;
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::difference::Change;
use crate::plan::{Plan, PlanError};
use crate::store::people::requests::Request;
use crate::store::plans::{Proof, Status, Version};
use crate::web::context::PageContext;
use crate::web::desk::session::Fields;
use crate::web::desk::words;
use crate::web::ui::shell;

/// What the page shows.
pub(super) struct View<'a> {
    /// The plan that routes, for names.
    pub(super) plan: &'a Plan,
    pub(super) officer: &'a Officer,
    pub(super) csrf: &'a str,
    pub(super) version: &'a Version,
    /// How far it is, in a word.
    pub(super) standing: &'static str,
    pub(super) base: Option<(&'a Version, &'a [Change])>,
    pub(super) force: &'a [Change],
    pub(super) request: Option<&'a Request>,
    pub(super) reason: Option<String>,
    pub(super) author: Option<&'a str>,
    /// Why a draft cannot be read as it stands.
    pub(super) unread: Option<&'a PlanError>,
    pub(super) running: bool,
    pub(super) now: Minute,
    pub(super) draft: &'a Fields,
    pub(super) refused: Option<&'static str>,
}

impl View<'_> {
    fn proposes(&self) -> bool {
        self.officer.role.has(Right::ProposePlan)
    }

    fn drafts(&self) -> bool {
        self.proposes() && self.version.status == Status::Draft
    }

    fn path(&self, act: &str) -> String {
        format!("{PATH}/{}/{act}", self.version.number)
    }
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let words = Words { t, plan: view.plan };
    let title = format!("{} {} · {}", t.get("plan-col-version"), view.version.label, view.version.name);
    let in_its_way = matches!(view.version.status, Status::Draft | Status::Proposed);
    let body = html! {
        p { a href=(ctx.href(PATH)) { (t.get("plan-back")) } }
        @if let Some(why) = view.refused { div #errors .errors role="alert" { p { (t.get(why)) } } }
        @if let Some(error) = view.unread { p #unread .warn { (t.with("plan-unreadable", &[("what", &words.error(error))])) } }
        (facts(ctx, view))
        (asked(ctx, view))
        @if view.drafts() { (frame(ctx, view)) }
        (tables(ctx, view))
        @if let Some((base, differs)) = view.base {
            (difference(words, "difference", &format!("{}（{}）", t.get("plan-difference"), base.label), differs))
            @if in_its_way && view.force != differs { (difference(words, "difference-force", &t.get("plan-difference-force"), view.force)) }
        }
        @if in_its_way { (proof(ctx, view)) (simulate(ctx, view)) }
        @if view.drafts() { (propose(ctx, view)) (button(ctx, view, "discard", "plan-discard")) }
    };
    shell::page(ctx, &title, &body)
}

fn facts(ctx: &PageContext, view: &View<'_>) -> Markup {
    let (t, version) = (ctx.texts, view.version);
    html! {
        dl #facts .facts {
            dt { (t.get("plan-col-status")) } dd { (t.get(&format!("plan-status-{}", view.standing))) }
            dt { (t.get("plan-col-from")) } dd { (version.valid_from) }
            @if let Some(author) = view.author { dt { (t.get("plan-col-author")) } dd { (author) } }
            @if let Some((base, _)) = view.base { dt { (t.get("plan-col-based")) } dd { (base.label) } }
            dt { (t.get("plan-col-changed")) } dd { (words::time(t, view.now, version.changed)) }
            @if let Some(at) = version.published { dt { (t.get("plan-col-published")) } dd { (words::time(t, view.now, at)) } }
        }
    }
}

/// Who proposed it and why, and what the second person does.
fn asked(ctx: &PageContext, view: &View<'_>) -> Markup {
    let Some(request) = view.request else { return html! {} };
    let t = ctx.texts;
    let own = request.approval.asked_by == view.officer.id;
    let waits = request.waits(view.now);
    html! {
        section #request .card {
            p { (t.with("plan-asked-by", &[("who", &request.who)])) }
            @if let Some(reason) = &view.reason { p .verbatim { (reason) } }
            @if view.version.status == Status::Proposed {
                @if !waits { p .warn { (t.get("plan-asked-over")) } }
                @if waits && !own && view.officer.role.has(Right::ConfirmPlan) {
                    div .buttons { (button(ctx, view, "grant", "plan-grant")) (button(ctx, view, "refuse", "plan-refuse")) }
                }
                @if view.proposes() { (button(ctx, view, "withdraw", "plan-withdraw")) }
            }
        }
    }
}

fn frame(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let typed = |name: &str, stands: String| match view.draft.typed(name) {
        "" => stands,
        typed => typed.to_owned(),
    };
    html! {
        form #frame .card method="post" action=(ctx.href(&view.path("frame"))) autocomplete="off" {
            h2 { (t.get("plan-frame")) }
            (hidden(view))
            label for="name" { (t.get("plan-name")) }
            input #name type="text" name="name" maxlength="60" required value=(typed("name", view.version.name.clone()));
            label for="valid_from" { (t.get("plan-valid-from")) }
            input #valid_from type="text" name="valid_from" inputmode="numeric" required value=(typed("valid_from", view.version.valid_from.to_string()));
            p { button .quiet type="submit" { (t.get("plan-save")) } }
        }
    }
}

fn tables(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        section #tables { h2 { (t.get(if view.drafts() { "plan-tables" } else { "plan-view-tables" })) }
            p .ways { @for table in ALL {
                a .more href=(ctx.href(&view.path(table.name))) { (t.get(&format!("plan-table-{}", table.name))) }
            } }
        }
    }
}

fn difference(words: Words<'_>, id: &str, title: &str, differs: &[Change]) -> Markup {
    let t = words.t;
    html! {
        section id=(id) { h2 { (title) }
            @if differs.is_empty() { p .none { (t.get("plan-no-difference")) } }
            @else { ul { @for change in differs {
                li { @if change.file != "rules.tsv" { (words.table(change.file)) " · " }
                    strong { (words.row(change)) } (words::colon(t)) (words.change(change).join("；")) }
            } } }
        }
    }
}

fn proof(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let words = Words { t, plan: view.plan };
    html! {
        section #proof { h2 { (t.get("plan-proof")) }
            p .hint { (t.get("plan-proof-hint")) }
            @match (&view.version.proof, view.running) {
                (_, true) => p #proving .warn role="status" { (t.get("plan-proof-running")) },
                (None, _) => p .none { (t.get("plan-proof-none")) },
                (Some(proof), _) if proof.is_green() => {
                    p #green .done { (t.with("plan-proof-green", &[("cases", &proof.cases.to_string())])) }
                },
                (Some(proof), _) => (red(words, view, proof)),
            }
            @if view.drafts() && !view.running {
                (button(ctx, view, "prove", if view.version.proof.is_some() { "plan-proof-again" } else { "plan-proof-button" }))
            }
        }
    }
}

fn red(words: Words<'_>, view: &View<'_>, proof: &Proof) -> Markup {
    let t = words.t;
    let first = view.version.valid_from.to_string();
    html! {
        div #red .errors {
            p { (t.get("plan-proof-red")) }
            ul { @for found in &proof.findings {
                // A plan that cannot be read on a day says so itself, in words, where it is read again.
                li { @if found.day != first { (t.with("plan-proof-day", &[("day", &found.day)])) " " } (words.finding(found)) }
            } }
        }
    }
}

fn simulate(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        section { h2 { (t.get("plan-simulate")) }
            p .hint { (t.get("plan-simulate-hint")) }
            p { a #simulate .more href=(ctx.href(&view.path("simulate"))) { (t.get("plan-simulate-button")) } }
        }
    }
}

fn propose(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let green = view.version.proof.as_ref().is_some_and(Proof::is_green);
    html! {
        section { h2 { (t.get("plan-publish")) }
            p .hint { (t.get("plan-publish-hint")) }
            @if green {
                form #propose .card method="post" action=(ctx.href(&view.path("propose"))) autocomplete="off" {
                    (hidden(view))
                    label for="reason" { (t.get("plan-reason")) }
                    textarea #reason name="reason" rows="3" required { (view.draft.typed("reason")) }
                    p { button type="submit" { (t.get("plan-propose")) } }
                }
            }
        }
    }
}

fn hidden(view: &View<'_>) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(view.csrf);
        input type="hidden" name="seen" value=(view.version.digest);
    }
}

fn button(ctx: &PageContext, view: &View<'_>, act: &str, label: &str) -> Markup {
    html! {
        form id=(act) method="post" action=(ctx.href(&view.path(act))) {
            (hidden(view))
            button .quiet[act != "grant" && act != "prove"] type="submit" { (ctx.texts.get(label)) }
        }
    }
}
