//! Asking for rows of the record to leave, and agreeing to it. Owns the addresses under `/desk/record/exports`; the
//! file itself is [`super::export`]'s.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::exports_view::{self, View};
use super::filter::Chosen;
use super::selected::Selected;
use crate::app::{App, PLAN_ID};
use crate::people::approval::Matter;
use crate::store::audit::list::newest;
use crate::store::people::exports;
use crate::store::people::requests::{RequestRefused, find, latest};
use crate::store::{Lane, WriteError};
use crate::vault::uid::Uid;
use crate::web::desk::session::{Act, SignedIn};
use crate::web::desk::working::{down, uid_of};
use crate::web::desk::{requests, stop};
use crate::web::reply;

/// The requests, and the form for what was chosen in the table.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<std::collections::HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let chosen = Chosen::of(|name| wanted.get(name).cloned().unwrap_or_default());
    page(&app, &req, &who, (&chosen, ""), None).await
}

/// Asks.
pub(super) async fn ask(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let chosen = Chosen::of(|name| fields.typed(name).to_owned());
    let typed = fields.typed("reason");
    let Some(reason) = requests::reason(typed) else {
        return page(&app, &req, &who, (&chosen, typed), Some("audit-export-incomplete")).await;
    };
    let upto = app.store.read(newest).await.map_err(|_| stop(down(&req)))?;
    let uid = Uid::generate(app.entropy.as_ref());
    let selected = Selected { reason: reason.to_owned(), chosen: chosen.detail(), upto };
    let sealed = requests::sealed(&app, &uid, &selected.to_text());
    let (by, now, detail) = (who.officer.clone(), app.clock.now(), Value::Object(selected.chosen));
    let written = app
        .store
        .write("export.ask", Lane::Desk, move |db| {
            exports::ask(db, PLAN_ID, &by, (&uid, &sealed, &detail), now)
        })
        .await;
    settled(&app, &req, &who, written).await
}

/// Agrees.
pub(super) async fn grant(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, true).await
}

/// Does not agree.
pub(super) async fn refuse(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, false).await
}

async fn decide(app: web::Data<App>, req: HttpRequest, act: Act, yes: bool) -> Result<HttpResponse, Error> {
    let (who, now) = (act.who, app.clock.now());
    let Some((uid, selected)) = selected(&app, &req).await? else {
        return past(&app, &req, &who).await;
    };
    let (by, detail) = (who.officer.clone(), Value::Object(selected.chosen));
    let written = app
        .store
        .write("export.decide", Lane::Desk, move |db| exports::decide(db, &by, (&uid, yes, &detail), now))
        .await;
    settled(&app, &req, &who, written).await
}

/// The request that the address names, and what was selected.
pub(super) async fn selected(app: &App, req: &HttpRequest) -> Result<Option<(Uid, Selected)>, Error> {
    let Some(uid) = uid_of(req, "uid") else { return Ok(None) };
    let found =
        app.store.read(move |db| find(db, Matter::Export, &uid)).await.map_err(|_| stop(down(req)))?;
    Ok(found.and_then(|request| Some((uid, Selected::of(app, &request)?))))
}

/// Answers after a write: the list, or what it refused.
async fn settled(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    written: Result<(), WriteError<RequestRefused>>,
) -> Result<HttpResponse, Error> {
    match written {
        Ok(()) => Ok(reply::see_other(&format!("{}?l={}", exports_view::PATH, who.locale.code()))),
        Err(WriteError::Refused(RequestRefused::Many)) => {
            page(app, req, who, (&Chosen::default(), ""), Some("audit-export-many")).await
        }
        Err(WriteError::Refused(_)) => past(app, req, who).await,
        Err(_) => Ok(down(req)),
    }
}

/// The list, and that it is too late or not theirs.
pub(super) async fn past(app: &App, req: &HttpRequest, who: &SignedIn) -> Result<HttpResponse, Error> {
    page(app, req, who, (&Chosen::default(), ""), Some("audit-export-past")).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    (chosen, reason): (&Chosen, &str),
    refused: Option<&'static str>,
) -> Result<HttpResponse, Error> {
    let requests = app.store.read(|db| latest(db, Matter::Export)).await.map_err(|_| stop(down(req)))?;
    let view = View {
        app,
        officer: &who.officer,
        csrf: &who.secret.csrf(),
        requests: &requests,
        chosen,
        reason,
        refused,
        now: app.clock.now().minute(),
    };
    let status = match refused {
        None => StatusCode::OK,
        Some("audit-export-past") => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let ctx = who.frame(app, exports_view::PATH);
    Ok(reply::private_page(status, exports_view::page(&ctx, &view)))
}
