//! Enrolling an authenticator app: a secret that follows from the session and a nonce in the form, shown as a
//! picture and as text, and confirmed by a code before it counts. Owns the two handlers.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::super::session::{Act, AtDoor, OwnAct, SignedIn};
use super::confirm::{self, nonce};
use super::factors::{self, Added};
use super::view;
use crate::app::App;
use crate::people::news::Change;
use crate::people::second_factor::Factor;
use crate::people::second_factor::app_code::{App as CodeApp, check};
use crate::people::second_factor::factors::name_of;
use crate::vault::entropy::bytes;
use crate::web::reply;

/// The page with a fresh secret.
pub(super) async fn form(app: web::Data<App>, AtDoor(who): AtDoor) -> HttpResponse {
    let nonce = bytes(app.entropy.as_ref());
    reply::private_page(StatusCode::OK, view::app_form(&app, &who, &nonce, ("", None)))
}

/// Enrols the app in place of the one before, if its code is right.
pub(super) async fn enrol(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    let label = fields.typed("label");
    let Some(nonce) = nonce(fields.typed("nonce")) else {
        return Ok(again(&app, &who, None, (label, "account-refused-form")));
    };
    let secret = who.secret.seed(&nonce);
    let now = app.clock.now();
    let digits: String = fields.typed("code").chars().filter(|c| !c.is_whitespace()).collect();
    let Some(step) = check(&secret, &digits, now) else {
        return Ok(again(&app, &who, Some(nonce), (label, "account-refused-code")));
    };
    let confirmed = match confirm::confirm(&app, &who, fields.typed("password")).await {
        Ok(confirmed) => confirmed,
        Err(why) => return Ok(again(&app, &who, Some(nonce), (label, why))),
    };
    let name = name_of(label, &app_name(&who));
    let added = Added { factor: Factor::App, news: Change::AppAdded };
    factors::add(&app, &req, &who, &confirmed, added, |factors| {
        factors.app = Some(CodeApp::new(&secret, &name, now.minute(), step));
        Ok(())
    })
    .await
}

fn app_name(who: &SignedIn) -> String {
    crate::i18n::Texts(who.locale).get("account-app-name-default")
}

fn again(app: &App, who: &SignedIn, nonce: Option<[u8; 16]>, (label, why): (&str, &str)) -> HttpResponse {
    let nonce = nonce.unwrap_or_else(|| bytes(app.entropy.as_ref()));
    reply::private_page(
        StatusCode::UNPROCESSABLE_ENTITY,
        view::app_form(app, who, &nonce, (label, Some(why))),
    )
}
