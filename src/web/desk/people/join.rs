//! Becoming an officer: the code that was handed over, and a password of one's own. The pair is made here, so
//! nobody else ever knows what opens it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use zeroize::Zeroizing;

use crate::app::{App, PLAN_ID};
use crate::limits::{Kind, Share};
use crate::people::enrol::{Candidate, Enrolled, Keys, check_password, enrol};
use crate::people::invitation::InvitationCode;
use crate::store::people::invitations::{self, Invitation};
use crate::store::{Lane, WriteError, officers};
use crate::vault::password::KdfCost;
use crate::web::context::{Language, PageContext};
use crate::web::desk::session::{self, Fields};
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::error::{self, Failure};
use crate::web::proxy::visitor;
use crate::web::reply;
use crate::web::ui::shell;
use crate::web::ui::style::Audience;

/// How long somebody waits for the permit to stretch a password.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long whoever guesses codes is held back, at most.
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// The form.
pub(in crate::web::desk) async fn form(req: HttpRequest) -> HttpResponse {
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/join");
    reply::private_page(StatusCode::OK, view(&ctx, "", None))
}

/// The fields of the form, from one of our own pages.
pub(in crate::web::desk) struct JoinForm(Fields);

impl FromRequest for JoinForm {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(session::fields(&req, &mut payload).await?)) })
    }
}

/// Makes the officer.
pub(in crate::web::desk) async fn submit(
    app: web::Data<App>,
    req: HttpRequest,
    JoinForm(fields): JoinForm,
) -> Result<HttpResponse, Error> {
    slow_down(&app, &req).await;
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/join");
    let again = |text| {
        let page = view(&ctx, fields.typed("invitation"), Some(text));
        reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page)
    };
    let (Some(code), password) =
        (InvitationCode::parse(fields.typed("invitation")), fields.typed("password"))
    else {
        return Ok(again("people-join-gone"));
    };
    if check_password(password).is_err() {
        return Ok(again("people-join-password"));
    }
    if password != fields.typed("password-again") {
        return Ok(again("people-join-again"));
    }
    let (lookup, now) = (code.lookup(&app.deployment), app.clock.now());
    let found = app.store.read(move |db| invitations::by_code(db, PLAN_ID, &lookup, now.minute())).await;
    let Some(invitation) = found.map_err(|_| stop(down(&req)))? else { return Ok(again("people-join-gone")) };
    let busy = || stop(error::page(&req, Audience::Desk, Failure::Busy));
    let made = make(&app, &req, &invitation, password).await?.ok_or_else(busy)?;
    let used = move |db: &mut _| invitations::use_up(db, PLAN_ID, &lookup, &made, now);
    match app.store.write("officer.join", Lane::Desk, used).await {
        Ok(_) => Ok(reply::private_page(StatusCode::OK, joined(&ctx, &invitation))),
        Err(WriteError::Refused(_)) => Ok(again("people-join-gone")),
        Err(_) => Ok(down(&req)),
    }
}

async fn slow_down(app: &App, req: &HttpRequest) {
    if let Share::Over { wait_ms } = app.limits.check(Kind::SignIn, visitor(req, &app.trusted)) {
        tokio::time::sleep(Duration::from_millis(wait_ms).min(LONGEST_DELAY)).await;
    }
}

/// Makes the pair under the password, off the async workers; none when too many are at it.
async fn make(
    app: &web::Data<App>,
    req: &HttpRequest,
    invitation: &Invitation,
    password: &str,
) -> Result<Option<Enrolled>, Error> {
    let agency = invitation.agency;
    let present = app.store.read(move |db| officers::present_keys(db, PLAN_ID, &agency)).await;
    let first = present.map_err(|_| stop(down(req)))?.is_empty() && invitation.role.works();
    let Ok(Ok(permit)) = tokio::time::timeout(PATIENCE, app.argon2.clone().acquire_owned()).await else {
        return Ok(None);
    };
    let (app, it, password) = (app.clone(), invitation.clone(), Zeroizing::new(password.to_owned()));
    let made = web::block(move || {
        let who = Candidate {
            login: &it.login,
            name: &it.name,
            agency: it.agency,
            role: it.role,
            password: &password,
        };
        let keys = if first { Keys::Fresh { recovery: &app.recovery } } else { Keys::Waiting };
        let made = enrol(&who, keys, KdfCost::default(), app.clock.now().minute(), app.entropy.as_ref());
        drop(permit);
        made.ok()
    });
    Ok(made.await.ok().flatten())
}

fn view(ctx: &PageContext, code: &str, refused: Option<&str>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        (shell::languages(ctx))
        @if let Some(id) = refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        form #join .card method="post" action=(ctx.href("/desk/join")) autocomplete="off" {
            p { label for="invitation" { (t.get("people-join-code")) }
                input #invitation type="text" name="invitation" value=(code) autocapitalize="none" spellcheck="false" required; }
            p { label for="password" { (t.get("people-join-new-password")) }
                input #password type="password" name="password" autocomplete="new-password" required; }
            p .hint { (t.get("people-join-password-hint")) }
            p { label for="password-again" { (t.get("people-join-password-again")) }
                input #password-again type="password" name="password-again" autocomplete="new-password" required; }
            p { button type="submit" { (t.get("people-join-button")) } }
        }
    };
    shell::page(ctx, &t.get("people-join-title"), &body)
}

fn joined(ctx: &PageContext, invitation: &Invitation) -> Markup {
    let t = ctx.texts;
    let body = html! {
        p .lead { (t.get("people-joined")) }
        p { (t.get("people-joined-login")) " " strong .number { (invitation.login) } }
        @if invitation.role.holds_keys() { p .hint { (t.get("people-joined-keys")) } }
        p { a .open href=(ctx.href("/desk/sign-in")) { (t.get("desk-to-sign-in")) } }
    };
    shell::page(ctx, &t.get("people-joined-title"), &body)
}
