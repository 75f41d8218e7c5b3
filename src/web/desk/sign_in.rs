//! Signing in and out. Owns the two forms; the work itself is `people::sign_in`, done off the async workers
//! under a permit, so that guessing passwords never slows a report down.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{Error, FromRequest, HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use zeroize::Zeroizing;

use super::session::{self, Act, COOKIE, Fields};
use super::stop;
use crate::app::{App, PLAN_ID, SIGN_IN_LINE};
use crate::limits::{Kind, Share};
use crate::people::officer::login_of;
use crate::people::sign_in::{Known, NewSession, SignInRefused, sign_in};
use crate::store::{Lane, WriteError, officers, sessions};
use crate::vault::password::KdfCost;
use crate::vault::session::SessionSecret;
use crate::web::context::{Language, PageContext};
use crate::web::cookies;
use crate::web::error::{self, Failure};
use crate::web::proxy::visitor;
use crate::web::reply;
use crate::web::ui::shell;
use crate::web::ui::style::Audience;

/// How long somebody waits for a permit before the page says that too many are signing in.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long whoever is over the share is held back at most. Nobody is refused for it: a whole station may
/// sign in from one address, and anybody can spend the share of somebody else's name.
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// Places of the line that are kept for whoever is within the share.
const KEPT: usize = SIGN_IN_LINE / 2;

/// The sign-in page.
pub(super) async fn form(req: HttpRequest) -> HttpResponse {
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/sign-in");
    reply::private_page(StatusCode::OK, view(&ctx, "", None))
}

/// The fields of the sign-in form, from one of our own pages.
pub(super) struct SignInForm(Fields);

impl FromRequest for SignInForm {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(session::fields(&req, &mut payload).await?)) })
    }
}

/// Tries to sign in.
pub(super) async fn submit(
    app: web::Data<App>,
    req: HttpRequest,
    SignInForm(fields): SignInForm,
) -> Result<HttpResponse, Error> {
    let before = session_sent(&app, &req).await;
    let hurried = !before.lives && slow_down(&app, &req, fields.typed("name")).await;
    let ctx = PageContext::desk(Language::of(&req).0, "/desk/sign-in");
    let down = |failure| stop(error::page(&req, Audience::Desk, failure));
    let known = known(&app, fields.typed("name")).await.ok_or_else(|| down(Failure::Down))?;
    let id = known.as_ref().map(|known| known.officer.id);
    let password = Zeroizing::new(fields.typed("password").to_owned());
    let tried = attempt(&app, known, password, hurried).await.ok_or_else(|| down(Failure::Busy))?;
    let Ok(session) = tried else {
        record_refusal(&app, id).await;
        let page = view(&ctx, fields.typed("name"), Some("desk-sign-in-refused"));
        return Ok(reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page));
    };
    let cookie = session.secret.to_cookie();
    open(&app, session, before.lookup).await.map_err(|_| down(Failure::Down))?;
    let seconds = app.config.session.absolute_hours.saturating_mul(3600);
    let mut answer = reply::see_other(&ctx.href("/desk"));
    answer.add_cookie(&cookies::set(&app.config, COOKIE, cookie, seconds, true))?;
    Ok(answer)
}

/// The session whose cookie came along, if one did.
#[derive(Default)]
struct Before {
    lookup: Option<[u8; 32]>,
    lives: bool,
}

async fn session_sent(app: &App, req: &HttpRequest) -> Before {
    let cookie = cookies::get(&app.config, req, COOKIE).unwrap_or_default();
    let Ok(secret) = SessionSecret::parse(&cookie) else { return Before::default() };
    let (lookup, life, now) = (secret.lookup(), app.config.session, app.clock.now());
    let found = app.store.read(move |db| sessions::find(db, &lookup, life, now)).await;
    Before { lookup: Some(lookup), lives: matches!(found, Ok(Some(_))) }
}

/// Holds back whoever is over the share of their place or of the name they typed; says whether it did.
async fn slow_down(app: &App, req: &HttpRequest, name: &str) -> bool {
    // Texts that are nobody's name share one count, so that none of them fills the table.
    let login = login_of(name).unwrap_or_default();
    let shares = [app.limits.check(Kind::SignIn, visitor(req, &app.trusted)), app.limits.check_name(&login)];
    let longest = shares.into_iter().filter_map(|share| match share {
        Share::Fair => None,
        Share::Over { wait_ms } => Some(Duration::from_millis(wait_ms).min(LONGEST_DELAY)),
    });
    let Some(delay) = longest.max() else { return false };
    tokio::time::sleep(delay).await;
    true
}

/// Who has this name: `None` when the store cannot say, `Some(None)` when nobody has.
async fn known(app: &App, name: &str) -> Option<Option<Known>> {
    let Some(login) = login_of(name) else { return Some(None) };
    app.store.read(move |db| officers::known(db, PLAN_ID, &login)).await.ok()
}

/// Stretches the password off the async workers; `None` when the line is full or no permit came free in
/// time.
async fn attempt(
    app: &web::Data<App>,
    known: Option<Known>,
    password: Zeroizing<String>,
    hurried: bool,
) -> Option<Result<NewSession, SignInRefused>> {
    if hurried && app.argon2_line.available_permits() <= KEPT {
        return None;
    }
    let place = app.argon2_line.clone().try_acquire_owned().ok()?;
    let permit = tokio::time::timeout(PATIENCE, app.argon2.clone().acquire_owned()).await.ok()?.ok()?;
    drop(place);
    let app = app.clone();
    web::block(move || {
        let tried = sign_in(known, &password, KdfCost::default(), app.entropy.as_ref());
        drop(permit);
        tried
    })
    .await
    .ok()
}

async fn record_refusal(app: &App, officer: Option<i64>) {
    let now = app.clock.now();
    let written =
        app.store.write("session.refused", Lane::Record, move |db| Ok(sessions::refused(db, officer, now)?));
    // The answer is a refusal either way; a record that could not be kept shows in the store's health.
    let _: Result<(), WriteError<()>> = written.await;
}

/// Opens the session and ends the one it takes the place of: its cookie is overwritten and would live on
/// unseen.
async fn open(app: &App, session: NewSession, before: Option<[u8; 32]>) -> Result<(), WriteError<()>> {
    let (now, id) = (app.clock.now(), session.officer.id);
    let (lookup, wrapped) = (session.lookup, session.wrapped);
    app.store
        .write("session.open", Lane::Record, move |db| {
            if let Some(before) = before {
                sessions::supersede(db, &before, now)?;
            }
            Ok(sessions::open(db, id, &lookup, &wrapped, now)?)
        })
        .await
}

/// Ends the session: the row with the wrapped key goes, and the browser forgets what it kept.
pub(super) async fn leave(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (id, lookup, now) = (act.who.officer.id, act.who.secret.lookup(), app.clock.now());
    let closed: Result<(), WriteError<()>> = app
        .store
        .write("session.close", Lane::Record, move |db| Ok(sessions::close(db, id, &lookup, now)?))
        .await;
    if closed.is_err() {
        return Ok(error::page(&req, Audience::Desk, Failure::Down));
    }
    let ctx = PageContext::desk(act.who.locale, "/desk/sign-in");
    let mut answer = reply::see_other(&ctx.href("/desk/sign-in"));
    answer.add_cookie(&cookies::clear(&app.config, COOKIE))?;
    let forget = actix_web::http::header::HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");
    answer.headers_mut().insert(actix_web::http::header::HeaderName::from_static("clear-site-data"), forget);
    Ok(answer)
}

fn view(ctx: &PageContext, name: &str, refused: Option<&str>) -> Markup {
    let t = ctx.texts;
    let body = html! {
        (shell::languages(ctx))
        @if let Some(id) = refused { div #errors .errors role="alert" { p { (t.get(id)) } } }
        form #sign-in .card method="post" action=(ctx.href("/desk/sign-in")) {
            p { label for="name" { (t.get("desk-sign-in-name")) }
                input #name type="text" name="name" value=(name) autocomplete="username" autocapitalize="none"
                    spellcheck="false" required autofocus[name.is_empty()]; }
            p { label for="password" { (t.get("desk-sign-in-password")) }
                input #password type="password" name="password" autocomplete="current-password" required; }
            p { button type="submit" { (t.get("desk-sign-in-button")) } }
        }
        p .hint { (t.get("desk-sign-in-hint")) }
    };
    shell::page(ctx, &t.get("desk-sign-in-title"), &body)
}
