//! Figures and clocks of all agencies, for who oversees. Owns the page; refuses content, and hides small numbers
//! from whoever sees figures only: four of something in one district may be one family.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::session::SignedIn;
use super::working::down;
use super::{stop, words};
use crate::app::{App, PLAN_ID};
use crate::clock::Minute;
use crate::people::roles::Right;
use crate::plan::{AgencyCode, Plan, Urgency};
use crate::store::figures::{self, Escalated, Figures};
use crate::store::queue::MOST;
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::reply;
use crate::web::ui::shell;

/// Smaller numbers than this are not shown to whoever sees figures only.
const SMALL: i64 = 5;

/// The page.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let clocks = who.officer.role.has(Right::SeeClocks);
    let (agency, now) = (who.officer.agency, app.clock.now().minute());
    let read = app.store.read(move |db| {
        let escalated = if clocks { figures::escalated(db, &agency, now)? } else { Vec::new() };
        Ok((figures::by_agency(db, PLAN_ID, now)?, escalated))
    });
    let (all, escalated) = read.await.map_err(|_| stop(down(&req)))?;
    let ctx = who.frame(&app, "/desk/figures");
    let view = View { ctx: &ctx, plan: &app.plan(), clocks, now };
    Ok(reply::private_page(StatusCode::OK, view.page(&all, &escalated)))
}

struct View<'a> {
    ctx: &'a PageContext,
    plan: &'a Plan,
    clocks: bool,
    now: Minute,
}

impl View<'_> {
    fn page(&self, all: &BTreeMap<AgencyCode, Figures>, escalated: &[Escalated]) -> Markup {
        let t = self.ctx.texts;
        let body = html! {
            @if self.clocks { (self.escalated(escalated)) } @else { p .hint { (t.get("figures-small-hint")) } }
            @if all.is_empty() { p #empty .empty { (t.get("figures-none")) } } @else { (self.table(all)) }
        };
        shell::page(self.ctx, &t.get("figures-title"), &body)
    }

    fn table(&self, all: &BTreeMap<AgencyCode, Figures>) -> Markup {
        let t = self.ctx.texts;
        let lanes = [Urgency::Immediate, Urgency::Urgent, Urgency::Normal];
        html! {
            table #figures {
                thead { tr {
                    th { (t.get("people-col-agency")) }
                    @for lane in lanes { th { (words::urgency(t, lane)) } }
                    @if self.clocks { th { (t.get("figures-late")) } }
                } }
                tbody { @for (agency, figures) in all {
                    tr {
                        td { (words::agency(t, self.plan, agency)) }
                        @for n in figures.lanes { td .number { (self.shown(n)) } }
                        @if self.clocks { td .number { @if figures.late > MOST { (MOST) "+" } @else { (figures.late) } } }
                    }
                } }
            }
        }
    }

    fn escalated(&self, escalated: &[Escalated]) -> Markup {
        let t = self.ctx.texts;
        html! {
            section aria-labelledby="escalated-title" {
                h2 #escalated-title { (t.get("figures-escalated")) }
                p .hint { (t.get("figures-escalated-hint")) }
                @if escalated.is_empty() { p .empty { (t.get("figures-escalated-none")) } }
                @else { table #escalated { tbody { @for it in escalated {
                    tr {
                        td .number { (short_number(&it.uid)) }
                        td { (words::agency(t, self.plan, &it.lead)) }
                        td { (words::clock(t, self.now, it.due)) }
                        td .do { a .open href=(self.ctx.href(&format!("/desk/tips/{}", it.uid))) { (t.get("figures-open")) } }
                    }
                } } } }
            }
        }
    }

    fn shown(&self, n: i64) -> String {
        if !self.clocks && (1..SMALL).contains(&n) { format!("<{SMALL}") } else { n.to_string() }
    }
}
