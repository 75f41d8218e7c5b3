//! Legal holds at the desk: set and lifted on a tip's page, each with a reason, and the list of those that stand. Owns
//! the forms and the pages; refuses the rules (`retention::hold`).

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::forms::{Frame, refusal_text};
use super::session::{Act, SignedIn};
use super::tip_view::View;
use super::working::{self, Working};
use super::{context_view, stop, words};
use crate::app::{App, PLAN_ID};
use crate::plan::Plan;
use crate::retention::hold::{self, Hold, HoldAct, HoldRefused};
use crate::store::retention::holds;
use crate::store::{Lane, WriteError};
use crate::triage::tip::short_number;
use crate::web::context::PageContext;
use crate::web::reply;
use crate::web::ui::shell;

/// Sets a hold.
pub(super) async fn set(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "hold").await?;
    let (sheet, reason) = (&working.sheet, working.fields.typed("reason"));
    let act = hold::set(&working.hand(), &sheet.tip, &working.keys, sheet.hold.as_ref(), reason);
    write(working, act).await
}

/// Lifts it.
pub(super) async fn lift(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "lift").await?;
    let (sheet, reason) = (&working.sheet, working.fields.typed("reason"));
    let act = hold::lift(&working.hand(), &sheet.tip, &working.keys, sheet.hold.as_ref(), reason);
    write(working, act).await
}

async fn write(working: Working, act: Result<HoldAct, HoldRefused>) -> Result<HttpResponse, Error> {
    let act = match act {
        Ok(act) => act,
        Err(refused) => return Ok(working.refused(refused_text(refused)).await),
    };
    let warrant = working.warrant();
    let label = act.audit.act;
    let written =
        working.app.store.write(label, Lane::Desk, move |db| holds::apply(db, PLAN_ID, &warrant, &act)).await;
    Ok(match written {
        Ok(()) => working.leads_on(true),
        Err(WriteError::Refused(_)) => working.refused("desk-refused-hold-changed").await,
        Err(WriteError::Busy) => working.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-busy"),
        Err(_) => working.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-unconfirmed"),
    })
}

const fn refused_text(refused: HoldRefused) -> &'static str {
    match refused {
        HoldRefused::Stands => "desk-refused-hold-stands",
        HoldRefused::None => "desk-refused-hold-none",
        HoldRefused::Own => "desk-refused-hold-own",
        HoldRefused::Act(refused) => refusal_text(refused),
    }
}

impl Frame<'_> {
    pub(super) fn hold(&self) -> Markup {
        self.reasoned("hold", "desk-hold-hint", "desk-hold-button")
    }

    pub(super) fn lift(&self) -> Markup {
        self.reasoned("lift", "desk-lift-hint", "desk-lift-button")
    }

    fn reasoned(&self, form: &str, hint: &str, button: &str) -> Markup {
        self.form(
            form,
            &html! {
                p .hint { (self.get(hint)) }
                (self.text(form, "reason", "desk-reason-label", 2, true))
                (self.button(button, None))
            },
        )
    }
}

/// The hold that stands, where the tip's page shows it to whoever reads the tip.
pub(super) fn banner(view: &View<'_>) -> Markup {
    let Some(hold) = &view.sheet.hold else { return html! {} };
    let t = view.frame.ctx.texts;
    let by = view.sheet.colleagues.iter().find(|c| c.id == hold.set_by);
    let by = by.map(|c| context_view::colleague(t, view.frame.plan, view.officer, c)).unwrap_or_default();
    html! {
        p #held .warn {
            (t.with("desk-held", &[("name", &by)])) " · " (view.time(hold.set))
            @if hold.wants_review(view.now) { " · " (t.get("desk-hold-review")) }
        }
    }
}

/// The form that fits: to set one, to lift one, or why this officer may not lift it.
pub(super) fn form(view: &View<'_>) -> Markup {
    match &view.sheet.hold {
        None => view.frame.hold(),
        Some(hold) if hold.set_by == view.officer.id => html! { p .hint { (view.get("desk-hold-own")) } },
        Some(_) => view.frame.lift(),
    }
}

/// The holds that stand on tips that the officer's agency leads.
pub(super) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let officer = who.officer.clone();
    let lines = app.store.read(move |db| holds::list(db, PLAN_ID, &officer)).await;
    let lines = lines.map_err(|_| stop(working::down(&req)))?;
    let ctx = who.frame(&app, "/desk/holds");
    let page = page(&ctx, &app.plan(), &who, &lines, app.clock.now().minute());
    Ok(reply::private_page(StatusCode::OK, page))
}

fn page(
    ctx: &PageContext,
    plan: &Plan,
    who: &SignedIn,
    lines: &[holds::Line],
    now: crate::clock::Minute,
) -> Markup {
    let t = ctx.texts;
    let by = |line: &holds::Line| {
        let (name, agency) = &line.by;
        if *agency == who.officer.agency { name.clone() } else { words::agency(t, plan, agency) }
    };
    let review = |hold: &Hold| hold.wants_review(now);
    let body = html! {
        p { a .back href=(ctx.href("/desk")) { "← " (t.get("desk-queue-title")) } }
        p .hint { (t.get("desk-holds-hint")) }
        @if lines.is_empty() { p #empty .empty { (t.get("desk-holds-empty")) } }
        @else { table #holds {
            thead { tr {
                th scope="col" { (t.get("desk-col-number")) }
                th scope="col" { (t.get("desk-holds-by")) }
                th scope="col" { (t.get("desk-holds-since")) }
                th scope="col" { (t.get("desk-holds-state")) }
            } }
            tbody { @for line in lines {
                tr data-tip=(line.tip) {
                    td .number data-label=(t.get("desk-col-number")) {
                        a href=(ctx.href(&format!("/desk/tips/{}", line.tip))) { (short_number(&line.tip)) }
                    }
                    td data-label=(t.get("desk-holds-by")) { (by(line)) }
                    td data-label=(t.get("desk-holds-since")) { (words::time(t, now, line.hold.set)) }
                    td data-label=(t.get("desk-holds-state")) {
                        @if review(&line.hold) { b .review { (t.get("desk-hold-review")) } }
                        @else { (t.get("desk-holds-stands")) }
                    }
                }
            } }
        } }
    };
    shell::page(ctx, &t.get("desk-holds-title"), &body)
}
