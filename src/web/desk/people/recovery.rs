//! Asking for the recovery key to be used, and agreeing to it. The key itself never comes here: it is on paper, and
//! used at the machine (`homeward user grant`).

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use crate::app::{App, PLAN_ID};
use crate::clock::Minute;
use crate::people::approval::Matter;
use crate::people::roles::Right;
use crate::store::people::recovery;
use crate::store::people::requests::{Request, RequestRefused, latest};
use crate::store::{Lane, WriteError};
use crate::vault::uid::Uid;
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::desk::working::{down, uid_of};
use crate::web::desk::{requests, stop, words};
use crate::web::reply;
use crate::web::ui::shell;

/// The requests, and the form.
pub(in crate::web::desk) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    page(&app, &req, &who, StatusCode::OK, &Fields::empty(), None).await
}

/// Asks.
pub(in crate::web::desk) async fn ask(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let agency = fields.typed("agency").parse().ok().filter(|code| app.plan().agency(code).is_some());
    let (Some(agency), Some(reason)) = (agency, requests::reason(fields.typed("reason"))) else {
        return page(&app, &req, &who, again, &fields, Some("people-recovery-incomplete")).await;
    };
    let uid = Uid::generate(app.entropy.as_ref());
    let sealed = requests::sealed(&app, &uid, reason);
    let (by, now) = (who.officer.clone(), app.clock.now());
    let ask = move |db: &mut _| recovery::ask(db, PLAN_ID, &by, (&uid, &agency, &sealed), now);
    let written = app.store.write("recovery.ask", Lane::Desk, ask).await;
    settled(&app, &req, &who, written).await
}

/// Agrees.
pub(in crate::web::desk) async fn grant(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    decide(app, req, act, true).await
}

/// Does not agree.
pub(in crate::web::desk) async fn refuse(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    decide(app, req, act, false).await
}

async fn decide(app: web::Data<App>, req: HttpRequest, act: Act, yes: bool) -> Result<HttpResponse, Error> {
    let (who, now) = (act.who, app.clock.now());
    let Some(uid) = uid_of(&req, "uid") else {
        return page(&app, &req, &who, StatusCode::CONFLICT, &Fields::empty(), Some("people-recovery-past"))
            .await;
    };
    let by = who.officer.clone();
    let decide = move |db: &mut _| recovery::decide(db, &by, (&uid, yes), now);
    let written = app.store.write("recovery.decide", Lane::Desk, decide).await;
    settled(&app, &req, &who, written).await
}

async fn settled(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    written: Result<(), WriteError<RequestRefused>>,
) -> Result<HttpResponse, Error> {
    match written {
        Ok(()) => Ok(reply::see_other(&format!("/desk/people/recovery?l={}", who.locale.code()))),
        Err(WriteError::Refused(RequestRefused::Many)) => {
            page(app, req, who, StatusCode::CONFLICT, &Fields::empty(), Some("people-recovery-many")).await
        }
        Err(WriteError::Refused(_)) => {
            page(app, req, who, StatusCode::CONFLICT, &Fields::empty(), Some("people-recovery-past")).await
        }
        Err(_) => Ok(down(req)),
    }
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    status: StatusCode,
    draft: &Fields,
    refused: Option<&'static str>,
) -> Result<HttpResponse, Error> {
    let asked = app.store.read(|db| latest(db, Matter::Recovery)).await.map_err(|_| stop(down(req)))?;
    let ctx = who.frame(app, "/desk/people/recovery");
    let (t, now) = (ctx.texts, app.clock.now().minute());
    let body = html! {
        p { (t.get("people-recovery-intro")) }
        @if let Some(id) = refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        @if asked.is_empty() { p .empty { (t.get("people-recovery-none")) } }
        @for it in &asked { (request(app, who, &ctx, it, now)) }
        @if who.officer.role.has(Right::ProposeStaff) {
            form #recovery .card method="post" action=(ctx.href("/desk/people/recovery")) autocomplete="off" {
                input type="hidden" name="csrf" value=(who.secret.csrf());
                label for="agency" { (t.get("people-col-agency")) }
                select #agency name="agency" { @for agency in app.plan().agencies() {
                    option value=(agency.code) selected[draft.typed("agency") == agency.code.to_string()] { (words::agency(t, &app.plan(), &agency.code)) }
                } }
                label for="reason" { (t.get("people-recovery-reason")) }
                textarea #reason name="reason" rows="3" required { (draft.typed("reason")) }
                p { button type="submit" { (t.get("desk-contact-ask-button")) } }
            }
        }
    };
    Ok(reply::private_page(status, shell::page(&ctx, &t.get("people-recovery-title"), &body)))
}

fn request(
    app: &App,
    who: &SignedIn,
    ctx: &crate::web::context::PageContext,
    it: &Request,
    now: Minute,
) -> Markup {
    let t = ctx.texts;
    let reason = requests::opened(app, it);
    let decides = it.waits(now) && who.officer.role.has(Right::ConfirmStaff);
    html! {
        section .request.card {
            p { strong { (words::agency(t, &app.plan(), &it.agency)) } " · "
                (t.get(&format!("people-recovery-{}", it.standing(now)))) " · " (words::time(t, now, it.approval.asked)) }
            @if let Some(reason) = reason { p .verbatim { (reason) } }
            @if decides { div .buttons { (requests::buttons(ctx, &who.secret.csrf(), "/desk/people/recovery", &it.approval.uid)) } }
        }
    }
}
