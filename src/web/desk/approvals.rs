//! What waits for a second person: for the heads of an agency, their own and that of the bodies above; for the
//! auditor, what nobody looked at in time. Owns the list; deciding is done on the tip's page, beside the reason.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::session::SignedIn;
use super::working::down;
use super::{stop, words};
use crate::app::App;
use crate::clock::Minute;
use crate::people::approval::Matter;
use crate::people::roles::Right;
use crate::plan::Plan;
use crate::store::people::approvals::{self, Pending, deciding_for};
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::reply;
use crate::web::ui::shell;

/// The list.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let audits = who.officer.role.has(Right::ReadRecord);
    let agencies = deciding_for(&who.officer, app.plan().agencies().map(|agency| agency.code));
    let now = app.clock.now().minute();
    let read = app.store.read(move |db| {
        if audits { approvals::overdue(db, now) } else { approvals::waiting(db, &agencies, now) }
    });
    let pending = read.await.map_err(|_| stop(down(&req)))?;
    let ctx = who.frame(&app, "/desk/approvals");
    Ok(reply::private_page(StatusCode::OK, view(&ctx, &app.plan(), &pending, audits, now)))
}

fn view(ctx: &PageContext, plan: &Plan, pending: &[Pending], audits: bool, now: Minute) -> Markup {
    let t = ctx.texts;
    let (title, hint) = if audits {
        ("approvals-overdue-title", Some("approvals-overdue-hint"))
    } else {
        ("approvals-title", None)
    };
    let body = html! {
        @if let Some(hint) = hint { p .hint { (t.get(hint)) } }
        @if pending.is_empty() {
            p #empty .empty { (t.get("approvals-none")) }
        } @else {
            table #approvals .folded {
                thead { tr {
                    th { (t.get("desk-col-number")) } th { (t.get("approvals-col-what")) }
                    th { (t.get("approvals-col-who")) } th { (t.get("approvals-col-when")) }
                    th { (t.get("approvals-col-until")) } td {}
                } }
                tbody { @for it in pending { (row(ctx, plan, it, audits, now)) } }
            }
        }
    };
    shell::page(ctx, &t.get(title), &body)
}

fn row(ctx: &PageContext, plan: &Plan, it: &Pending, audits: bool, now: Minute) -> Markup {
    let t = ctx.texts;
    html! {
        tr {
            td .number { (short_number(&it.tip)) }
            td { (t.get(match it.approval.matter {
                Matter::Contact | Matter::Recovery | Matter::Export | Matter::Plan => "desk-approval-asks",
                Matter::Minor => "desk-approval-asks-minor",
                Matter::Erase => "desk-approval-asks-erase",
                Matter::BreakGlass => "desk-approval-broke",
            })) }
            td { (it.who) " · " (words::agency(t, plan, &it.agency)) }
            td data-label=(t.get("approvals-col-when")) { (words::time(t, now, it.approval.asked)) }
            td data-label=(t.get("approvals-col-until")) { (words::time(t, now, it.approval.expires))
                @if it.approval.is_overdue(now) { " " span .clock.overdue { (t.get("approvals-overdue")) } } }
            td .do {
                // An auditor sees that it happened, never the tip.
                @if !audits { a .open href=(ctx.href(&format!("/desk/tips/{}", it.tip))) { (t.get("approvals-open")) } }
            }
        }
    }
}
