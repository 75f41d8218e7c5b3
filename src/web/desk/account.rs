//! The officer's own page: sessions, factors, recovery codes, password. Owns its addresses; refuses anybody
//! else's account: the officer is the session's, and no form or address names one.
//!
//! | file | what |
//! |---|---|
//! | [`view`] | the page |
//! | [`confirm`] | the password once more, before anything that matters |
//! | [`app_code`], [`passkey`] | enrolling |
//! | [`factors`] | taking away, fresh recovery codes |
//! | [`sessions`] | ending some |
//! | [`password`] | another one |
//! | [`qr`] | a picture for the authenticator app |

mod app_code;
mod confirm;
mod factors;
mod passkey;
mod password;
mod qr;
mod sessions;
mod view;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use self::view::Page;
use super::passkeys;
use super::session::{ACCOUNT, AtDoor, SignedIn};
use super::{gate, stop};
use crate::app::App;
use crate::people::second_factor::Account;
use crate::people::second_factor::factors::Factors;
use crate::store::{self, accounts};
use crate::web::error::{self, Failure};
use crate::web::reply;
use crate::web::ui::style::Audience;

/// The addresses under `/desk/account`.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    let get = |cfg: &mut _, path, to| gate::route(cfg, path, to, "GET");
    let post = |cfg: &mut _, path, to| gate::route(cfg, path, to, "POST");
    get(cfg, "/desk/account", web::get().to(show));
    get(cfg, "/desk/account/news", web::get().to(news));
    get(cfg, "/desk/account/app", web::get().to(app_code::form));
    post(cfg, "/desk/account/app", web::post().to(app_code::enrol));
    get(cfg, "/desk/account/passkey", web::get().to(passkey::form));
    post(cfg, "/desk/account/passkey", web::post().to(passkey::enrol));
    post(cfg, "/desk/account/passkey/challenge", web::post().to(super::challenge::to_enrol));
    post(cfg, "/desk/account/remove", web::post().to(factors::remove));
    post(cfg, "/desk/account/codes", web::post().to(factors::renew_codes));
    post(cfg, "/desk/account/sessions/end", web::post().to(sessions::end_one));
    post(cfg, "/desk/account/sessions/end-others", web::post().to(sessions::end_others));
    get(cfg, "/desk/account/password", web::get().to(password::form));
    post(cfg, "/desk/account/password", web::post().to(password::change));
}

/// What has just been done, for the page it leads to.
#[derive(Deserialize)]
struct Wanted {
    done: Option<String>,
}

async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    AtDoor(who): AtDoor,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Error> {
    let read = Read::of(&app, &req, &who).await?;
    let page = Page { app: &app, who: &who, read: &read, place: &passkeys::place(&app, &req) };
    Ok(reply::private_page(StatusCode::OK, page.account(wanted.done.as_deref(), None)))
}

async fn news(app: web::Data<App>, AtDoor(who): AtDoor) -> HttpResponse {
    reply::private_page(StatusCode::OK, view::news(&app, &who))
}

/// The page once more, with why nothing was done.
async fn refused(app: &App, req: &HttpRequest, who: &SignedIn, why: &str) -> Result<HttpResponse, Error> {
    let read = Read::of(app, req, who).await?;
    let page = Page { app, who, read: &read, place: &passkeys::place(app, req) };
    Ok(reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page.account(None, Some(why))))
}

/// What is read of an account for its page.
struct Read {
    sessions: Vec<store::sessions::Listed>,
    factors: Factors,
}

impl Read {
    async fn of(app: &App, req: &HttpRequest, who: &SignedIn) -> Result<Self, Error> {
        let (id, life, now) = (who.officer.id, app.config.session, app.clock.now());
        let rows = app
            .store
            .read(move |db| Ok((store::sessions::of_officer(db, id, life, now)?, accounts::of(db, id)?)));
        let (sessions, account) = rows.await.map_err(|_| down(req))?;
        let factors = opened(who, &account).ok_or_else(|| down(req))?;
        Ok(Self { sessions, factors })
    }
}

/// The officer's factors, by the session's own key.
fn opened(who: &SignedIn, account: &Account) -> Option<Factors> {
    Factors::open(&who.private()?, &who.officer.uid, account).ok()
}

fn down(req: &HttpRequest) -> Error {
    stop(error::page(req, Audience::Desk, Failure::Down))
}

/// Back to the page, which says what was done.
fn done(who: &SignedIn, what: &str) -> HttpResponse {
    let code = who.locale.code();
    reply::see_other(&format!("{ACCOUNT}?l={code}&done={what}"))
}
