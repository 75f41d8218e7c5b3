//! How duty mailboxes look: the one in use, the one that waits for its code, and the form to name another.

use maud::{Markup, html};

use super::members_view::find;
use crate::clock::Minute;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::Plan;
use crate::store::people::mailboxes::Line;
use crate::web::context::PageContext;
use crate::web::desk::session::Fields;
use crate::web::desk::words;
use crate::web::ui::shell;

/// The page's address.
pub(super) const PATH: &str = "/desk/people/mailboxes";

/// What the page is drawn from.
pub(super) struct View<'a> {
    pub(super) plan: &'a Plan,
    pub(super) officer: &'a Officer,
    pub(super) csrf: &'a str,
    pub(super) lines: &'a [Line],
    pub(super) more: bool,
    pub(super) find: &'a str,
    pub(super) draft: &'a Fields,
    pub(super) done: Option<&'a str>,
    pub(super) refused: Option<&'static str>,
    pub(super) now: Minute,
}

/// The page.
pub(super) fn page(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    let names = view.officer.role.has(Right::ProposeStaff);
    let body = html! {
        @match view.done {
            Some("named") => p #done .warn role="status" { (t.get("mailboxes-done-named")) },
            Some("confirmed") => p #done .warn role="status" { (t.get("mailboxes-done-confirmed")) },
            _ => {}
        }
        @if let Some(why) = view.refused { div #errors .errors role="alert" { p { (t.get(why)) } } }
        p .hint { (t.get("mailboxes-intro")) }
        @if names { (form(ctx, view)) (find(ctx, PATH, "mailboxes-find", view.find)) }
        @if view.lines.is_empty() { p #empty .empty { (t.get("mailboxes-empty")) } } @else {
            table #mailboxes .folded {
                thead { tr { @for id in ["agency", "confirmed", "wanted"] { th scope="col" { (t.get(&format!("mailboxes-col-{id}"))) } } } }
                tbody { @for line in view.lines { (row(ctx, view, line)) } }
            }
            @if view.more { p .hint { (t.get("mailboxes-more")) } }
        }
    };
    shell::page(ctx, &t.get("mailboxes-title"), &body)
}

fn form(ctx: &PageContext, view: &View<'_>) -> Markup {
    let t = ctx.texts;
    html! {
        form #mailbox .card method="post" action=(ctx.href(PATH)) autocomplete="off" {
            input type="hidden" name="csrf" value=(view.csrf);
            label for="agency" { (t.get("mailboxes-col-agency")) }
            select #agency name="agency" { @for agency in view.plan.agencies() {
                option value=(agency.code) selected[view.draft.typed("agency") == agency.code.to_string()] { (words::agency(t, view.plan, &agency.code)) }
            } }
            label for="address" { (t.get("mailboxes-address")) }
            input #address type="text" inputmode="email" name="address" maxlength="254" required value=(view.draft.typed("address"));
            p .hint { (t.get("mailboxes-address-hint")) }
            p { button type="submit" { (t.get("mailboxes-send")) } }
        }
    }
}

fn row(ctx: &PageContext, view: &View<'_>, line: &Line) -> Markup {
    let t = ctx.texts;
    let cell = |id: &str| t.get(&format!("mailboxes-col-{id}"));
    let own = view.draft.typed("agency") == line.agency.to_string();
    let typed = if own { view.draft.typed("code") } else { "" };
    html! {
        tr {
            td data-label=(cell("agency")) { (words::agency(t, view.plan, &line.agency)) }
            td data-label=(cell("confirmed")) {
                @if let Some((address, since)) = &line.confirmed {
                    span .number { (address) } " " span .hint { (t.get("mailboxes-since")) " " (words::time(t, view.now, *since)) }
                } @else { span .warn { (t.get("mailboxes-none")) } }
            }
            td data-label=(cell("wanted")) {
                @match &line.wanted {
                    Some(wanted) if wanted.waits(view.now) => {
                        span .number { (wanted.address) } " " span .hint { (t.get("people-until")) " " (words::time(t, view.now, wanted.until())) }
                        form .confirm method="post" action=(ctx.href(&format!("{PATH}/confirm"))) autocomplete="off" {
                            input type="hidden" name="csrf" value=(view.csrf);
                            input type="hidden" name="agency" value=(line.agency);
                            label { (t.get("mailboxes-code")) " " input type="text" name="code" maxlength="20" autocapitalize="none" spellcheck="false" required value=(typed); }
                            button .quiet type="submit" { (t.get("mailboxes-confirm")) }
                        }
                    },
                    Some(wanted) => { span .number { (wanted.address) } " " span .warn { (t.get("mailboxes-over")) } },
                    None => {},
                }
            }
        }
    }
}
