//! How invitations look: what waits, the form, and the code on its own page.

use maud::{Markup, html};

use super::invite::Choices;
use crate::clock::Minute;
use crate::people::invitation::InvitationState;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::Plan;
use crate::store::people::invitations::Invitation;
use crate::web::context::PageContext;
use crate::web::desk::session::Fields;
use crate::web::desk::words;
use crate::web::ui::shell;

/// What the page is drawn from.
pub(super) struct View<'a> {
    pub(super) ctx: &'a PageContext,
    pub(super) plan: &'a Plan,
    pub(super) officer: &'a Officer,
    pub(super) csrf: &'a str,
    pub(super) waiting: &'a [Invitation],
    pub(super) choices: &'a Choices,
    pub(super) draft: &'a Fields,
    pub(super) refused: Option<&'static str>,
    pub(super) now: Minute,
}

/// The page.
pub(super) fn list(view: &View<'_>) -> Markup {
    let t = view.ctx.texts;
    let body = html! {
        @if let Some(id) = view.refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        section aria-labelledby="waiting-title" {
            h2 #waiting-title { (t.get("people-waiting")) }
            @if view.waiting.is_empty() {
                p .empty { (t.get("people-waiting-none")) }
            } @else {
                table #invitations .folded {
                    thead { tr {
                        th { (t.get("people-col-name")) } th { (t.get("people-col-login")) }
                        th { (t.get("people-col-agency")) } th { (t.get("people-col-role")) }
                        th { (t.get("people-col-state")) } td {}
                    } }
                    tbody { @for it in view.waiting { (row(view, it)) } }
                }
            }
        }
        @if !view.choices.agencies.is_empty() { (form(view)) }
    };
    shell::page(view.ctx, &t.get("people-invitations-title"), &body)
}

fn row(view: &View<'_>, it: &Invitation) -> Markup {
    let t = view.ctx.texts;
    let decides = it.state == InvitationState::Proposed
        && view.officer.role.has(Right::ConfirmStaff)
        && it.proposed_by != Some(view.officer.id);
    let own = !decides || it.state == InvitationState::Open;
    html! {
        tr {
            td { (it.name) @if it.officer.is_some() { " " span .tag { (t.get("people-is-reset")) } } }
            td .number data-label=(t.get("people-col-login")) { (it.login) }
            td { (words::agency(t, view.plan, &it.agency)) }
            td { (t.get(&format!("people-role-{}", it.role.as_str().replace('_', "-")))) }
            td {
                @let state = match (it.state, it.handed_over) {
                    (InvitationState::Proposed, _) => "people-state-proposed",
                    (_, false) => "people-state-open",
                    (_, true) => "people-state-handed-over",
                };
                (t.get(state)) " " span .hint { (t.get("people-until")) " " (words::time(t, view.now, it.expires)) }
            }
            td .do {
                @if decides {
                    (button(view, it, "confirm", "people-confirm", ""))
                    (button(view, it, "decline", "people-decline", "quiet"))
                }
                @if own && it.state == InvitationState::Open { (button(view, it, "code", "people-make-code", "")) }
                @if own { (button(view, it, "withdraw", "people-withdraw", "quiet")) }
            }
        }
    }
}

fn button(view: &View<'_>, it: &Invitation, act: &str, label: &str, class: &str) -> Markup {
    let action = view.ctx.href(&format!("/desk/people/invitations/{}/{act}", it.uid));
    html! {
        form .(act) method="post" action=(action) {
            input type="hidden" name="csrf" value=(view.csrf);
            button class=(class) type="submit" { (view.ctx.texts.get(label)) span .hidden { " " (it.name) } }
        }
    }
}

fn form(view: &View<'_>) -> Markup {
    let t = view.ctx.texts;
    let typed = |name| view.draft.typed(name);
    html! {
        form #invite .card method="post" action=(view.ctx.href("/desk/people/invitations")) autocomplete="off" {
            input type="hidden" name="csrf" value=(view.csrf);
            h2 { (t.get("people-invite")) }
            p .hint { (t.get(if view.choices.proposed { "people-invite-hint-proposed" } else { "people-invite-hint" })) }
            label for="name" { (t.get("people-col-name")) }
            input #name type="text" name="name" value=(typed("name")) maxlength="60" required;
            label for="login" { (t.get("people-col-login")) }
            input #login type="text" name="login" value=(typed("login")) maxlength="64" autocapitalize="none" spellcheck="false" required;
            label for="agency" { (t.get("people-col-agency")) }
            select #agency name="agency" required {
                @for code in &view.choices.agencies {
                    option value=(code) selected[typed("agency") == code.to_string()] { (words::agency(t, view.plan, code)) }
                }
            }
            label for="role" { (t.get("people-col-role")) }
            select #role name="role" required {
                @for role in &view.choices.roles {
                    option value=(role) selected[typed("role") == role.as_str()] {
                        (t.get(&format!("people-role-{}", role.as_str().replace('_', "-"))))
                    }
                }
            }
            p { button type="submit" { (t.get("people-invite-button")) } }
        }
    }
}

/// The code, once.
pub(super) fn code(ctx: &PageContext, plan: &Plan, it: &Invitation, code: &str, link: &str) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (it.name) " · " (words::agency(t, plan, &it.agency)) " · "
            (t.get(&format!("people-role-{}", it.role.as_str().replace('_', "-")))) }
        p .warn { (t.get("people-code-once")) }
        dl .card {
            dt { (t.get("people-code-address")) } dd #invitation-link .number { (link) }
            dt { (t.get("people-code-code")) } dd #invitation-code .number { (code) }
            dt { (t.get("people-col-login")) } dd .number { (it.login) }
        }
        p { (t.get("people-code-how")) }
        p { a href=(ctx.href("/desk/people/invitations")) { (t.get("people-back-to-invitations")) } }
    };
    shell::page(ctx, &t.get("people-code-title"), &body)
}
