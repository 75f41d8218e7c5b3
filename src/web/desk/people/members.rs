//! The members one looks after: their list, passing the keys on, changing a role, ending sessions or an account.
//! Each handler: who, what, the write; whether they may is asked in the transaction.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::members_view::{self, View};
use crate::app::{App, PLAN_ID, rehomer};
use crate::people::keys::{Opened, Passed};
use crate::people::members::sees;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::plan::{Agency, Lang};
use crate::store::people::members::{self, By, MemberRefused, Wanted};
use crate::store::people::pairs::{self, NotPassed};
use crate::store::people::rotation;
use crate::store::{Lane, WriteError, officers};
use crate::web::desk::session::{Act, SignedIn};
use crate::web::desk::working::{down, not_found, uid_of};
use crate::web::desk::{gate, stop};
use crate::web::reply;

/// How long somebody who ends an account waits to see it ended; what lasts longer goes on without them.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the list is narrowed to, and what has just been done.
#[derive(Deserialize)]
pub(in crate::web::desk) struct Asked {
    find: Option<String>,
    after: Option<i64>,
    done: Option<String>,
}

/// The list.
pub(in crate::web::desk) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Error> {
    let text = searched(asked.find.as_deref());
    let wanted = Wanted { agencies: named(&app, &text), text, after: asked.after.unwrap_or(0) };
    let (by, narrowed) = (who.officer.clone(), wanted.clone());
    let read = app.store.read(move |db| {
        let waiting = pairs::holders(db, PLAN_ID, &by.agency, true)?.len();
        Ok((members::page(db, PLAN_ID, &by, &narrowed)?, waiting, rotation::progress(db, PLAN_ID, &by)?))
    });
    let ((lines, more), waiting, progress) = read.await.map_err(|_| stop(down(&req)))?;
    let ctx = who.frame(&app, "/desk/people");
    let view = View {
        plan: &app.plan(),
        officer: &who.officer,
        csrf: &who.secret.csrf(),
        lines: &lines,
        more,
        find: &wanted.text,
        waiting,
        progress,
        done: asked.done.as_deref(),
        now: app.clock.now().minute(),
    };
    Ok(reply::private_page(StatusCode::OK, members_view::list(&ctx, &view)))
}

/// What is looked for, as far as the field takes it.
pub(super) fn searched(typed: Option<&str>) -> String {
    typed.unwrap_or_default().trim().chars().take(60).collect()
}

/// The agencies whose code or name has the text in it; none where nothing is looked for.
fn named(app: &App, text: &str) -> Vec<String> {
    let plan = app.plan();
    let found = plan.agencies().filter(|agency| !text.is_empty() && is_named(agency, text));
    found.map(|agency| agency.code.to_string()).collect()
}

/// Whether an agency's code or name has the text in it.
pub(super) fn is_named(agency: &Agency, text: &str) -> bool {
    let names = [Lang::Zh, Lang::En].map(|lang| agency.name(lang).to_lowercase());
    names.iter().any(|name| name.contains(&text.to_lowercase())) || agency.code.to_string().contains(text)
}

/// Asks once more before an account is ended: it cannot be taken back.
pub(in crate::web::desk) async fn ask_end(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let found = app.store.read(move |db| members::find(db, PLAN_ID, &uid)).await;
    let found = found.map_err(|_| stop(down(&req)))?;
    let seen = sees(&who.officer);
    let Some(member) = found.filter(|it| it.active && seen.is_some_and(|s| s.covers(&it.officer.agency)))
    else {
        return Ok(said(&app, &who, "members-gone"));
    };
    let ctx = who.frame(&app, format!("/desk/people/{uid}/end"));
    let page = members_view::ask_end(&ctx, &app.plan(), &member, &who.secret.csrf());
    Ok(reply::private_page(StatusCode::OK, page))
}

/// Ends an account. What its agency leads is handed on first where nobody else could open it.
pub(in crate::web::desk) async fn end(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let (who, app) = (act.who, app.into_inner());
    match rehomer::end(&app, By::Officer(who.officer.clone()), uid).await {
        Ok((_, None)) => Ok(done(&who, "ended")),
        Ok((_, Some(officer))) => Ok(done(&who, handed_on(app, officer).await)),
        Err(error) => Ok(not_done(&app, &req, &who, error).await),
    }
}

/// Hands on what the agency has, and says how far that is.
async fn handed_on(app: Arc<App>, officer: Officer) -> &'static str {
    let walk = tokio::spawn(async move { rehomer::walk(&app, &officer).await });
    match tokio::time::timeout(PATIENCE, walk).await {
        Ok(Ok(Ok(true))) => "ended",
        Ok(Ok(Ok(false))) => "stays",
        _ => "leaving",
    }
}

/// Ends every session of a member.
pub(in crate::web::desk) async fn end_sessions(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let (by, now) = (By::Officer(act.who.officer.clone()), app.clock.now());
    let write = app
        .store
        .write("officer.sessions", Lane::Desk, move |db| members::end_sessions(db, PLAN_ID, &by, &uid, now));
    match write.await {
        Ok(_) => Ok(done(&act.who, "sessions")),
        Err(error) => Ok(not_done(&app, &req, &act.who, error).await),
    }
}

/// Makes a member something else.
pub(in crate::web::desk) async fn change_role(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let Ok(to) = act.fields.typed("to").parse() else { return Ok(said(&app, &act.who, "members-gone")) };
    let (by, now) = (By::Officer(act.who.officer.clone()), app.clock.now());
    let write = app
        .store
        .write("officer.role", Lane::Desk, move |db| members::change_role(db, PLAN_ID, &by, (&uid, to), now));
    match write.await {
        Ok(()) => Ok(done(&act.who, "changed")),
        Err(error) => Ok(not_done(&app, &req, &act.who, error).await),
    }
}

/// Seals the agency's keys to every member who waits for them.
pub(in crate::web::desk) async fn pass_on(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let who = act.who;
    let passed = sealed(&app, &req, &who).await?;
    let (by, now) = (who.officer.clone(), app.clock.now());
    let write = app
        .store
        .write("officer.grant", Lane::Desk, move |db| pairs::pass_on(db, PLAN_ID, &by, &passed, now));
    match write.await {
        Ok(_) => Ok(done(&who, "passed")),
        Err(WriteError::Refused(NotPassed::NotYours)) => {
            Ok(gate::refuse(&req, &app, &who.officer, Right::ManageAgency.as_str()).await)
        }
        Err(WriteError::Refused(NotPassed::Changed)) => Ok(said(&app, &who, "members-keys-changed")),
        Err(_) => Ok(down(&req)),
    }
}

/// The agency's keys, opened with the session's own and sealed to whoever waits.
async fn sealed(app: &App, req: &HttpRequest, who: &SignedIn) -> Result<Vec<Passed>, Error> {
    let officer = who.officer.clone();
    let read = app.store.read(move |db| {
        let grants = officers::grants_of(db, PLAN_ID, &officer)?;
        Ok((grants, pairs::holders(db, PLAN_ID, &officer.agency, true)?))
    });
    let (grants, waiting) = read.await.map_err(|_| stop(down(req)))?;
    let private = who.private().ok_or_else(|| stop(down(req)))?;
    let opened = Opened::of(&private, &who.officer, &grants);
    let entropy = app.entropy.as_ref();
    Ok(waiting.into_iter().map(|to| opened.pass_on(&who.officer.agency, to, entropy)).collect())
}

/// Back to the list, which says what was done.
pub(super) fn done(who: &SignedIn, what: &str) -> HttpResponse {
    reply::see_other(&format!("/desk/people?l={}&done={what}", who.locale.code()))
}

/// A page that says why nothing was done.
pub(super) fn said(app: &App, who: &SignedIn, text: &str) -> HttpResponse {
    let ctx = who.frame(app, "/desk/people");
    reply::private_page(StatusCode::CONFLICT, members_view::said(&ctx, text))
}

async fn not_done(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    error: WriteError<MemberRefused>,
) -> HttpResponse {
    match error {
        WriteError::Refused(MemberRefused::NotYours(_)) => {
            gate::refuse(req, app, &who.officer, Right::ManageAgency.as_str()).await
        }
        WriteError::Refused(MemberRefused::Gone) => said(app, who, "members-gone"),
        WriteError::Refused(MemberRefused::Last) => said(app, who, "members-last"),
        WriteError::Refused(MemberRefused::Again) => said(app, who, "members-again"),
        _ => down(req),
    }
}
