//! The desk's bar: where one is, for whom, and the way out.

use maud::{Markup, html};

use super::words;
use crate::people::members::sees;
use crate::people::officer::Officer;
use crate::plan::Plan;
use crate::web::context::PageContext;
use crate::web::ui::shell;

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
            @if sees(officer).is_some() { a href=(ctx.href("/desk/people")) { (t.get("members-title")) } }
            (shell::languages(ctx))
            form #sign-out method="post" action=(ctx.href("/desk/sign-out")) {
                input type="hidden" name="csrf" value=(csrf);
                button .quiet type="submit" { (t.get("desk-sign-out")) }
            }
        }
    }
}
