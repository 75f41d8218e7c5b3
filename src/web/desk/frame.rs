//! The desk's bar: where one is, for whom, and the way out.

use maud::{Markup, html};

use super::{gate, words};
use crate::people::officer::Officer;
use crate::people::roles::Role;
use crate::plan::Plan;
use crate::web::context::PageContext;
use crate::web::ui::shell;

/// Where a role's work is, beside the queue: address and name. Shown to whoever the gate lets pass.
pub(super) fn places(role: Role) -> impl Iterator<Item = (&'static str, &'static str)> {
    const PLACES: [(&str, &str); 11] = [
        ("/desk/figures", "figures-link"),
        ("/desk/record", "audit-link"),
        ("/desk/approvals", "approvals-link"),
        ("/desk/skips", "desk-skips-title"),
        ("/desk/people", "people-link"),
        ("/desk/people/invitations", "people-invitations-title"),
        ("/desk/people/mailboxes", "mailboxes-link"),
        ("/desk/people/recovery", "people-recovery-link"),
        ("/desk/record/exports", "audit-tab-exports"),
        ("/desk/excerpts", "desk-excerpts-link"),
        ("/desk/plan", "plan-link"),
    ];
    let open =
        move |path| gate::guard_of("GET", path).is_some_and(|guard| gate::needed(guard, role).is_none());
    PLACES.into_iter().filter(move |(path, _)| open(path))
}

/// The bar above every page of the desk.
pub(super) fn bar(ctx: &PageContext, plan: &Plan, officer: &Officer, csrf: &str) -> Markup {
    let t = ctx.texts;
    let agency = words::agency(t, plan, &officer.agency);
    html! {
        header .bar {
            a .home href=(ctx.href("/desk")) { (t.get("desk-title")) }
            span .who {
                span .name { (officer.name) }
                @if agency != officer.name { " " span .agency { (agency) } }
            }
            @let places: Vec<_> = places(officer.role).collect();
            @if !places.is_empty() { nav .places aria-label=(t.get("people-places")) {
                @for (path, label) in places {
                    a href=(ctx.href(path)) aria-current=[(ctx.path == path).then_some("page")] { (t.get(label)) }
                }
            } }
            a .own href=(ctx.href("/desk/account")) { (t.get("account-link")) }
            (shell::languages(ctx))
            form #sign-out method="post" action=(ctx.href("/desk/sign-out")) {
                input type="hidden" name="csrf" value=(csrf);
                button .quiet type="submit" { (t.get("desk-sign-out")) }
            }
        }
    }
}
