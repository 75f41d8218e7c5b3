//! Replacing an agency's keys: asked twice, because it makes much work; and how far that has come.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::members;
use crate::app::{App, PLAN_ID, resealer};
use crate::clock::Minute;
use crate::people::keys::{Opened, Rotated, rotate};
use crate::people::roles::Right;
use crate::store::people::pairs::{self, NotPassed};
use crate::store::people::rotation::{self, Progress};
use crate::store::{Lane, WriteError, officers};
use crate::web::context::PageContext;
use crate::web::desk::session::{Act, SignedIn};
use crate::web::desk::working::down;
use crate::web::desk::{gate, stop, words};
use crate::web::reply;
use crate::web::ui::shell;

/// Asks before the keys are replaced.
pub(in crate::web::desk) async fn ask(app: web::Data<App>, who: SignedIn) -> HttpResponse {
    let ctx = who.frame(&app, "/desk/people/rotate");
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("members-rotate-ask")) }
        ul { @for id in ["members-rotate-what-1", "members-rotate-what-2", "members-rotate-what-3"] { li { (t.get(id)) } } }
        form #rotate .act method="post" action=(ctx.href("/desk/people/rotate")) {
            input type="hidden" name="csrf" value=(who.secret.csrf());
            button type="submit" { (t.get("members-rotate")) }
        }
        p { a href=(ctx.href("/desk/people")) { (t.get("members-back")) } }
    };
    reply::private_page(StatusCode::OK, shell::page(&ctx, &t.get("members-rotate-title"), &body))
}

/// Replaces the keys, and lets this session begin to seal the envelopes anew.
pub(in crate::web::desk) async fn begin(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let who = act.who;
    let fresh = fresh(&app, &req, &who).await?;
    let (by, now) = (who.officer.clone(), app.clock.now());
    let write =
        app.store.write("keys.rotate", Lane::Desk, move |db| rotation::start(db, PLAN_ID, &by, &fresh, now));
    match write.await {
        Ok(()) => {}
        Err(WriteError::Refused(NotPassed::NotYours)) => {
            return Ok(gate::refuse(&req, &app, &who.officer, Right::ManageAgency.as_str()).await);
        }
        Err(WriteError::Refused(NotPassed::Changed)) => {
            return Ok(members::said(&app, &who, "members-keys-changed"));
        }
        Err(_) => return Ok(down(&req)),
    }
    // Read once more, so that every request from here on sees that there is something to do.
    let _ = app.directory.get(&app.store).await;
    resealer::nudge(&app.clone().into_inner(), &who.officer, || who.private());
    Ok(members::done(&who, "rotated"))
}

/// Fresh pairs, sealed to everybody who holds keys at this moment.
async fn fresh(app: &App, req: &HttpRequest, who: &SignedIn) -> Result<Rotated, Error> {
    let officer = who.officer.clone();
    let read = app.store.read(move |db| {
        let grants = officers::grants_of(db, PLAN_ID, &officer)?;
        Ok((grants, pairs::holders(db, PLAN_ID, &officer.agency, false)?))
    });
    let (grants, holders) = read.await.map_err(|_| stop(down(req)))?;
    let private = who.private().ok_or_else(|| stop(down(req)))?;
    let held = Opened::of(&private, &who.officer, &grants);
    Ok(rotate(&who.officer.agency, &app.recovery, &held, &holders, app.entropy.as_ref()))
}

/// The part of the members' page that is about replacing the keys.
pub(super) fn section(ctx: &PageContext, now: Minute, progress: Option<&Progress>) -> Markup {
    let t = ctx.texts;
    html! {
        section .card aria-labelledby="rotate-title" {
            h2 #rotate-title { (t.get("members-rotate-title")) }
            @match progress {
                Some(Progress { rotation, left }) if rotation.done.is_none() => {
                    p #rotating { (t.with("members-rotating", &[("done", &rotation.resealed.to_string()), ("left", &left.to_string())])) }
                    p .hint { (t.get("members-rotating-hint")) }
                }
                Some(Progress { rotation, .. }) => {
                    p #rotated { (t.get("members-rotated")) " " (words::time(t, now, rotation.done.unwrap_or(rotation.started))) }
                }
                None => {}
            }
            p .hint { (t.get("members-rotate-hint")) }
            p { a .open href=(ctx.href("/desk/people/rotate")) { (t.get("members-rotate")) } }
        }
    }
}
