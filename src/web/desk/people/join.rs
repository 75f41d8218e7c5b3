//! Becoming an officer: the code that was handed over, and a password of one's own. The pair is made here, so
//! nobody else ever knows what opens it.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use zeroize::Zeroizing;

use crate::app::hashing::Caller;
use crate::app::{App, PLAN_ID};
use crate::limits::Kind;
use crate::people::enrol::{Candidate, Enrolled, Keys, enrol};
use crate::people::invitation::InvitationCode;
use crate::people::password::{Owner, PasswordRefused, check, least};
use crate::store::officers::EnrolRefused;
use crate::store::people::invitations::{self, Invitation, InvitationRefused};
use crate::store::{Lane, WriteError, officers};
use crate::vault::password::KdfCost;
use crate::web::context::{Language, PageContext};
use crate::web::desk::session::Sent;
use crate::web::desk::sign_in::hold_back;
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::error::{self, Failure};
use crate::web::proxy::visitor;
use crate::web::reply;
use crate::web::ui::shell;
use crate::web::ui::style::Audience;

/// The form.
pub(in crate::web::desk) async fn form(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/join");
    let least = least(app.config.session.second_factor);
    reply::private_page(StatusCode::OK, view(&ctx, least, "", None))
}

/// Makes the officer.
pub(in crate::web::desk) async fn submit(
    app: web::Data<App>,
    req: HttpRequest,
    Sent(fields): Sent,
) -> Result<HttpResponse, Error> {
    hold_back([app.limits.check(Kind::SignIn, visitor(&req, &app.trusted))]).await;
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/join");
    let least = least(app.config.session.second_factor);
    let again = |text| {
        let page = view(&ctx, least, fields.typed("invitation"), Some(text));
        reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page)
    };
    let Some(code) = InvitationCode::parse(fields.typed("invitation")) else {
        return Ok(again("people-join-gone"));
    };
    let password = fields.typed("password");
    let (lookup, now) = (code.lookup(&app.deployment), app.clock.now());
    let found = app.store.read(move |db| invitations::by_code(db, PLAN_ID, &lookup, now.minute())).await;
    let Some(invitation) = found.map_err(|_| stop(down(&req)))? else { return Ok(again("people-join-gone")) };
    if password != fields.typed("password-again") {
        return Ok(again("people-join-again"));
    }
    if let Err(why) = judge(&app, &invitation, password) {
        return Ok(again(why));
    }
    let busy = || stop(error::page(&req, Audience::Desk, Failure::Busy));
    let made = make(&app, &req, &invitation, password).await?.ok_or_else(busy)?;
    let used = move |db: &mut _| invitations::use_up(db, PLAN_ID, &lookup, &made, now);
    match app.store.write("officer.join", Lane::Desk, used).await {
        Ok(_) => Ok(reply::private_page(StatusCode::OK, joined(&ctx, &invitation))),
        Err(WriteError::Refused(InvitationRefused::Enrol(EnrolRefused::LastHolder))) => {
            Ok(again("members-last"))
        }
        Err(WriteError::Refused(_)) => Ok(again("people-join-gone")),
        Err(_) => Ok(down(&req)),
    }
}

/// Says in words why a password is not taken.
fn judge(app: &App, invitation: &Invitation, password: &str) -> Result<(), &'static str> {
    let agency = invitation.agency.to_string();
    let owner = Owner { login: &invitation.login, name: &invitation.name, agency: &agency };
    check(password, owner, app.config.session.second_factor).map_err(|why| match why {
        PasswordRefused::Short(_) => "people-join-short",
        PasswordRefused::Long => "people-join-long",
        PasswordRefused::Guessed => "people-join-guessed",
    })
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
    let (inner, it, password) = (app.clone(), invitation.clone(), Zeroizing::new(password.to_owned()));
    let work = move || {
        let app = inner;
        let who = Candidate {
            login: &it.login,
            name: &it.name,
            agency: it.agency,
            role: it.role,
            password: &password,
        };
        let keys = if first { Keys::Fresh { recovery: &app.recovery } } else { Keys::Waiting };
        enrol(&who, keys, KdfCost::default(), app.clock.now().minute(), app.entropy.as_ref()).ok()
    };
    Ok(app.hashing.run(Caller::Anyone, work).await.flatten())
}

fn view(ctx: &PageContext, least: usize, code: &str, refused: Option<&str>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        (shell::languages(ctx))
        @if let Some(id) = refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        form #join .card method="post" action=(ctx.href("/desk/join")) autocomplete="off" {
            p { label for="invitation" { (t.get("people-join-code")) }
                input #invitation type="text" name="invitation" value=(code) autocapitalize="none" spellcheck="false" required; }
            p { label for="password" { (t.get("people-join-new-password")) }
                input #password type="password" name="password" autocomplete="new-password" required; }
            p .hint { (t.with("people-join-password-hint", &[("least", &least.to_string())])) }
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
