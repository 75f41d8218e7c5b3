//! Challenges to passkeys: giving one to a browser, and taking it back with the answer. Owns the cookie and the
//! row between the two; refuses judging the answer (`people::second_factor::passkey`).
//!
//! One invariant: a challenge that came back is gone, whatever the answer was.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::passkeys::{self, Place};
use super::session::{OwnAct, Sent};
use super::stop;
use crate::app::App;
use crate::limits::{Kind, Share};
use crate::people::second_factor::factors::Factors;
use crate::people::second_factor::passkey::{Answer, Asked, CHALLENGE_SECONDS, Enrolled, RelyingParty};
use crate::store::challenges::Taken;
use crate::store::{Lane, WriteError, accounts, challenges};
use crate::vault::challenge::ChallengeSecret;
use crate::web::error::{self, Failure};
use crate::web::proxy::visitor;
use crate::web::ui::style::Audience;
use crate::web::{cookies, reply};

const COOKIE: &str = "hw-challenge";
const SIGN_IN: &str = "sign-in";
const ENROL: &str = "enrol";

/// `POST /desk/sign-in/challenge`: asks for any passkey of this portal.
pub(super) async fn to_sign_in(
    app: web::Data<App>,
    req: HttpRequest,
    _ours: Sent,
) -> Result<HttpResponse, Error> {
    if let Share::Over { .. } = app.limits.check(Kind::Page, visitor(&req, &app.trusted)) {
        return Err(stop(error::page(&req, Audience::Desk, Failure::Many)));
    }
    let Place::Works(portal) = passkeys::place(&app, &req) else { return Err(cannot(&req)) };
    give(&app, &req, portal.ask(), SIGN_IN, None).await
}

/// `POST /desk/account/passkey/challenge`: asks for a new passkey of the session's own officer.
pub(super) async fn to_enrol(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(act): OwnAct,
) -> Result<HttpResponse, Error> {
    let Place::Works(portal) = passkeys::place(&app, &req) else { return Err(cannot(&req)) };
    let officer = act.who.officer.clone();
    let id = officer.id;
    let account = app.store.read(move |db| accounts::of(db, id)).await.map_err(|_| cannot(&req))?;
    let private = act.who.private().ok_or_else(|| cannot(&req))?;
    let factors = Factors::open(&private, &officer.uid, &account).map_err(|_| cannot(&req))?;
    let asked = portal.ask_to_enrol(&officer.uid, &officer.login, &officer.name, &factors.passkeys);
    give(&app, &req, asked, ENROL, Some(id)).await
}

async fn give(
    app: &App,
    req: &HttpRequest,
    asked: Option<Asked>,
    purpose: &'static str,
    officer: Option<i64>,
) -> Result<HttpResponse, Error> {
    let Asked { options, state } = asked.ok_or_else(|| cannot(req))?;
    let secret = ChallengeSecret::generate(app.entropy.as_ref());
    let sealed = secret.seal(purpose, &state, app.entropy.as_ref());
    let (lookup, now) = (secret.lookup(), app.clock.now());
    let until = now.plus_seconds(CHALLENGE_SECONDS);
    let kept: Result<bool, WriteError<()>> = app
        .store
        .write("challenge.put", Lane::Record, move |db| {
            Ok(challenges::put(db, &lookup, officer, &sealed, until, now)?)
        })
        .await;
    if !kept.is_ok_and(|kept| kept) {
        return Err(stop(error::page(req, Audience::Desk, Failure::Busy)));
    }
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", reply::NO_STORE))
        .cookie(cookies::set(&app.config, COOKIE, secret.to_cookie(), CHALLENGE_SECONDS, true))
        .body(options))
}

/// A passkey's answer at sign-in with its challenge, where one was sent and the challenge is this browser's own.
pub(super) async fn answered(app: &App, req: &HttpRequest, answer: &str) -> Option<(RelyingParty, Answer)> {
    if answer.is_empty() {
        return None;
    }
    let (secret, taken) = take(app, req).await?;
    let state = secret.open(SIGN_IN, &taken.sealed).ok()?;
    Some((app.relying_party()?, Answer::read(&state, answer).ok()?))
}

/// The passkey that a browser made for this officer, where the challenge was this browser's and this officer's.
pub(super) async fn enrolled(app: &App, req: &HttpRequest, officer: i64, answer: &str) -> Option<Enrolled> {
    let (secret, taken) = take(app, req).await?;
    if taken.officer != Some(officer) {
        return None;
    }
    let state = secret.open(ENROL, &taken.sealed).ok()?;
    app.relying_party()?.enrolled(&state, answer).ok()
}

async fn take(app: &App, req: &HttpRequest) -> Option<(ChallengeSecret, Taken)> {
    let secret = ChallengeSecret::parse(&cookies::get(&app.config, req, COOKIE)?).ok()?;
    let (lookup, now) = (secret.lookup(), app.clock.now());
    let taken: Result<Option<Taken>, WriteError<()>> = app
        .store
        .write("challenge.take", Lane::Record, move |db| Ok(challenges::take(db, &lookup, now)?))
        .await;
    Some((secret, taken.ok()??))
}

/// Whether a challenge's cookie came along.
pub(super) fn was_sent(app: &App, req: &HttpRequest) -> bool {
    cookies::get(&app.config, req, COOKIE).is_some()
}

/// Removes it.
pub(super) fn clear(app: &App) -> Cookie<'static> {
    cookies::clear(&app.config, COOKIE)
}

/// What the script is told where there can be no passkey; the page has said so in words.
fn cannot(_: &HttpRequest) -> Error {
    stop(HttpResponse::build(StatusCode::CONFLICT).content_type("application/json").body("{}"))
}
