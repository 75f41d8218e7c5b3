//! Enrolling a passkey. Owns the two handlers; the browser's part is a challenge (`desk::challenge`) and a script.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::super::session::{Act, AtDoor, OwnAct, SignedIn};
use super::super::{challenge, passkeys};
use super::factors::{self, Added};
use super::{confirm, view};
use crate::app::App;
use crate::people::news::Change;
use crate::people::second_factor::Factor;
use crate::people::second_factor::factors::name_of;
use crate::people::second_factor::passkey::Key;
use crate::vault::uid::Uid;
use crate::web::reply;

/// The page.
pub(super) async fn form(app: web::Data<App>, req: HttpRequest, AtDoor(who): AtDoor) -> HttpResponse {
    page(&app, &req, &who, ("", None))
}

/// Enrols the passkey that the browser made.
pub(super) async fn enrol(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    let made = challenge::enrolled(&app, &req, who.officer.id, fields.typed("passkey")).await;
    let label = fields.typed("label");
    let Some(made) = made else {
        return Ok(page(&app, &req, &who, (label, Some("account-refused-passkey"))));
    };
    let confirmed = match confirm::confirm(&app, &who, fields.typed("password")).await {
        Ok(confirmed) => confirmed,
        Err(why) => return Ok(page(&app, &req, &who, (label, Some(why)))),
    };
    let otherwise = crate::i18n::Texts(who.locale).get("account-passkey-name-default");
    let name = name_of(label, &otherwise);
    let (id, now) = (Uid::generate(app.entropy.as_ref()), app.clock.now().minute());
    let added = Added { factor: Factor::Passkey, news: Change::PasskeyAdded };
    factors::add(&app, &req, &who, &confirmed, added, |factors| {
        factors.add_passkey(Key::new(id, &name, now, made))
    })
    .await
}

/// The form, with the name that was typed into it and why it comes back.
fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    (label, refused): (&str, Option<&str>),
) -> HttpResponse {
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    reply::private_page(status, view::passkey_form(app, who, &passkeys::place(app, req), (label, refused)))
}
