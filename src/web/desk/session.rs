//! Who is signed in, and whether a form is one of ours. Owns the two extractors that stand first in every
//! handler of the desk; refuses what a person may do, which is asked tip by tip.
//!
//! Without a session a GET leads to the sign-in page and a POST is refused: what was typed in a form of an
//! ended session is still in the browser's page, one step back.
//!
//! Invariant: where a second factor is required, a session that was opened without one reaches nothing but the
//! officer's own account, by [`AtDoor`] and [`OwnAct`]; every other handler takes [`SignedIn`] or [`Act`].

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};
use maud::html;

use super::{frame, gate, stop};
use crate::app::{App, resealer};
use crate::config::SecondFactor;
use crate::i18n::Locale;
use crate::people::officer::Officer;
use crate::people::second_factor::Factor;
use crate::people::sign_in::is_due;
use crate::store::sessions::Living;
use crate::store::{Lane, WriteError, sessions};
use crate::vault::pair::PrivateKey;
use crate::vault::session::SessionSecret;
use crate::web::context::{Language, PageContext};
use crate::web::cookies;
use crate::web::error::{self, Failure};
use crate::web::ui::style::Audience;
use crate::web::{origin, reply};

const SIGN_IN: &str = "/desk/sign-in";
/// The officer's own page.
pub(super) const ACCOUNT: &str = "/desk/account";

/// The session's cookie.
pub(super) const COOKIE: &str = "hw-desk";

/// An officer with a living session.
pub(super) struct SignedIn {
    /// Who.
    pub(super) officer: Officer,
    /// The secret from the cookie.
    pub(super) secret: SessionSecret,
    /// The language of the request.
    pub(super) locale: Locale,
    /// The session's row.
    pub(super) session: Living,
    /// Whether a second factor is required that the officer has not enrolled yet.
    pub(super) must_enrol: bool,
}

/// An officer with a living session, who may have to enrol a second factor before anything else.
pub(super) struct AtDoor(pub(super) SignedIn);

/// A form of the officer's own account, sent from one of our own pages; also by whoever has to enrol first.
pub(super) struct OwnAct(pub(super) Act);

impl SignedIn {
    /// The officer's own private key.
    pub(super) fn private(&self) -> Option<PrivateKey> {
        self.secret.unwrap(&self.session.wrapped).ok()
    }

    /// The frame of a page, with the desk's bar.
    pub(super) fn frame(&self, app: &App, path: impl Into<String>) -> PageContext {
        let mut ctx = PageContext::desk(self.locale, path);
        ctx.bar = Some(frame::bar(&ctx, &app.plan(), &self.officer, &self.secret.csrf()));
        ctx
    }
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { past_the_door(&req, signed_in(&req).await?) })
    }
}

impl FromRequest for AtDoor {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { Ok(Self(signed_in(&req).await?)) })
    }
}

/// The officer, unless a second factor must be enrolled first.
fn past_the_door(req: &HttpRequest, who: SignedIn) -> Result<SignedIn, Error> {
    if !who.must_enrol {
        return Ok(who);
    }
    let ctx = PageContext::desk(who.locale, ACCOUNT);
    if req.method() == Method::GET {
        return Err(stop(reply::see_other(&ctx.href(ACCOUNT))));
    }
    Err(stop(refused(&ctx, "account-enrol-first-title", "account-enrol-first-text", ACCOUNT)))
}

async fn signed_in(req: &HttpRequest) -> Result<SignedIn, Error> {
    let down = || stop(error::page(req, Audience::Desk, Failure::Down));
    let app = req.app_data::<web::Data<App>>().ok_or_else(down)?;
    let cookie = cookies::get(&app.config, req, COOKIE).unwrap_or_default();
    let secret = SessionSecret::parse(&cookie).map_err(|_| stop(not_signed_in(req)))?;
    let (lookup, life, now) = (secret.lookup(), app.config.session, app.clock.now());
    let found = app.store.read(move |db| sessions::find(db, &lookup, life, now)).await;
    let living = found.map_err(|_| down())?.ok_or_else(|| stop(not_signed_in(req)))?;
    gate::admit(req, app, &living.officer).await?;
    if is_due(living.seen, now) {
        let touched =
            app.store.write("session.touch", Lane::Record, move |db| Ok(sessions::touch(db, &lookup, now)?));
        // A session that could not be renewed still serves this request; the next one tries again.
        let _: Result<(), WriteError<()>> = touched.await;
    }
    let required = app.config.session.second_factor == SecondFactor::Required;
    let who = SignedIn {
        officer: living.officer.clone(),
        secret,
        locale: Language::of(req).0,
        must_enrol: required && living.factor == Factor::Password,
        session: living,
    };
    if !who.must_enrol {
        resealer::nudge(&app.clone().into_inner(), &who.officer, || who.private());
    }
    Ok(who)
}

fn not_signed_in(req: &HttpRequest) -> HttpResponse {
    let ctx = PageContext::desk(Language::of(req).0, "/desk");
    if req.method() == Method::GET {
        return reply::see_other(&ctx.href("/desk/sign-in"));
    }
    refused(&ctx, "desk-session-over-title", "desk-session-over-text", SIGN_IN)
}

/// A page that says a form was not taken, with the way on.
fn refused(ctx: &PageContext, title: &str, text: &str, way: &str) -> HttpResponse {
    let t = ctx.texts;
    let label = if way == ACCOUNT { t.get("account-to-account") } else { t.get("desk-to-sign-in") };
    let body = html! {
        p .lead { (t.get(text)) }
        p { a href=(ctx.href(way)) { (label) } }
    };
    let page = crate::web::ui::shell::page(ctx, &t.get(title), &body);
    reply::private_page(StatusCode::FORBIDDEN, page)
}

/// The fields of a form.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    /// The value of a field; empty where it is missing.
    pub(super) fn typed(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// What stands after `prefix` in the names of fields that hold something, in order.
    pub(super) fn starting_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let ticked = self.0.iter().filter(|(_, value)| !value.is_empty());
        let mut names: Vec<&str> = ticked.filter_map(|(name, _)| name.strip_prefix(prefix)).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// No fields: for a form that is shown for the first time.
    pub(super) fn empty() -> Self {
        Self(HashMap::new())
    }
}

/// A form of the desk, sent by a signed-in officer from one of our own pages.
pub(super) struct Act {
    /// Who sent it.
    pub(super) who: SignedIn,
    /// What it holds.
    pub(super) fields: Fields,
}

impl FromRequest for Act {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let who = past_the_door(&req, signed_in(&req).await?)?;
            act(&req, &mut payload, who).await
        })
    }
}

impl FromRequest for OwnAct {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let who = signed_in(&req).await?;
            act(&req, &mut payload, who).await.map(Self)
        })
    }
}

async fn act(req: &HttpRequest, payload: &mut Payload, who: SignedIn) -> Result<Act, Error> {
    let fields = fields(req, payload).await?;
    if !who.secret.csrf_matches(fields.typed("csrf")) {
        return Err(foreign(req));
    }
    Ok(Act { who, fields })
}

/// A form from one of our own pages that needs no session: signing in, joining, the first run.
pub(super) struct Sent(pub(super) Fields);

impl FromRequest for Sent {
    type Error = Error;
    type Future = Extracted<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(fields(&req, &mut payload).await?)) })
    }
}

/// The fields of a form that comes from one of our own pages, as far as the browser says.
pub(super) async fn fields(req: &HttpRequest, payload: &mut Payload) -> Result<Fields, Error> {
    if !origin::is_same(req) {
        return Err(foreign(req));
    }
    let form = web::Form::<HashMap<String, String>>::from_request(req, payload).await?;
    Ok(Fields(form.into_inner()))
}

fn foreign(req: &HttpRequest) -> Error {
    let ctx = PageContext::desk(Language::of(req).0, "/desk");
    stop(refused(&ctx, "desk-foreign-title", "desk-foreign-text", SIGN_IN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn own(headers: &[(&'static str, &'static str)]) -> bool {
        let mut req = TestRequest::post().uri("/desk/sign-in");
        for pair in headers {
            req = req.insert_header(*pair);
        }
        origin::is_same(&req.to_http_request())
    }

    #[test]
    fn a_form_on_another_site_is_told_apart() {
        assert!(own(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(own(&[("host", "desk.example:8081"), ("origin", "https://desk.example:8081")]));
        assert!(own(&[("host", "desk.example")]));
        for foreign in ["cross-site", "same-site", "none", "something"] {
            assert!(!own(&[("sec-fetch-site", foreign)]), "{foreign}");
        }
        assert!(!own(&[("host", "desk.example"), ("origin", "https://evil.example")]));
        assert!(!own(&[("host", "desk.example"), ("origin", "https://desk.example.evil")]));
    }
}
