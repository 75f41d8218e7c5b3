//! Signing in and out. Owns the two forms and their cookies; the work itself is `people::sign_in`, done under a
//! permit on threads that step back, so that guessing passwords never slows a report down.
//!
//! One invariant: every way of being refused is one answer.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use zeroize::Zeroizing;

use super::session::{ACCOUNT, Act, COOKIE, Fields, OwnAct, Sent};
use super::sign_in_view::view;
use super::{challenge, device, passkeys, stop};
use crate::app::hashing::Caller;
use crate::app::{App, PLAN_ID};
use crate::limits::{Kind, Share};
use crate::people::officer::login_of;
use crate::people::second_factor::passkey::{Answer, RelyingParty};
use crate::people::second_factor::proof::Offered;
use crate::people::sign_in::{Applicant, NewSession, SignInRefused, sign_in};
use crate::store::sessions::{Opening, Overtaken};
use crate::store::{Lane, WriteError, accounts, sessions};
use crate::vault::password::KdfCost;
use crate::vault::session::SessionSecret;
use crate::web::context::{Language, PageContext};
use crate::web::error::{self, Failure};
use crate::web::proxy::visitor;
use crate::web::ui::style::Audience;
use crate::web::{cookies, reply};

/// How long whoever is over the share is held back at most. Nobody is refused for it: a whole station may
/// sign in from one address, and anybody can spend the share of somebody else's name.
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// The sign-in page.
pub(super) async fn form(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    page(&app, &req, "", StatusCode::OK)
}

fn page(app: &App, req: &HttpRequest, name: &str, status: StatusCode) -> HttpResponse {
    let ctx = PageContext::desk(Language::of(req).0, "/desk/sign-in");
    let refused = status != StatusCode::OK;
    reply::private_page(status, view(&ctx, name, &passkeys::place(app, req), refused))
}

/// Tries to sign in.
pub(super) async fn submit(
    app: web::Data<App>,
    req: HttpRequest,
    Sent(fields): Sent,
) -> Result<HttpResponse, Error> {
    let down = |failure| stop(error::page(&req, Audience::Desk, failure));
    let name = fields.typed("name");
    let before = session_sent(&app, &req).await;
    let applicant = applicant(&app, name).await.ok_or_else(|| down(Failure::Down))?;
    let caller = caller(&app, &req, applicant.as_ref(), &before, name).await;
    let passkey = challenge::answered(&app, &req, fields.typed("passkey")).await;
    let id = applicant.as_ref().map(|one| one.known.officer.id);
    let known = caller == Caller::Known;
    let spent = |id| app.limits.wrong_codes.are_too_many(id, known, app.clock.now());
    let typed = Typed { app_codes: !id.is_some_and(spent), ..Typed::of(&fields, passkey) };
    let tried = attempt(&app, caller, applicant, typed).await;
    let opened = match tried.ok_or_else(|| down(Failure::Busy))? {
        Ok(session) => open(&app, session, before.lookup).await.map_err(|()| down(Failure::Down))?,
        Err(refused) => {
            if let Some(id) = id.filter(|_| refused.by_factor) {
                app.limits.wrong_codes.note(id, known, app.clock.now());
            }
            None
        }
    };
    let Some(opened) = opened else {
        record_refusal(&app, id).await;
        return Ok(page(&app, &req, name, StatusCode::UNPROCESSABLE_ENTITY));
    };
    welcome(&app, &req, &opened)
}

/// A session that was opened.
struct Opened {
    session: NewSession,
    has_news: bool,
}

fn welcome(app: &App, req: &HttpRequest, opened: &Opened) -> Result<HttpResponse, Error> {
    let ctx = PageContext::desk(Language::of(req).0, "/desk");
    let way = if opened.has_news { format!("{ACCOUNT}/news") } else { "/desk".to_owned() };
    let mut answer = reply::see_other(&ctx.href(&way));
    let session = &opened.session;
    let seconds = app.config.session.absolute_hours.saturating_mul(3600);
    answer.add_cookie(&cookies::set(&app.config, COOKIE, session.secret.to_cookie(), seconds, true))?;
    answer.add_cookie(&device::cookie(app, &session.officer.login, session.generation))?;
    if challenge::was_sent(app, req) {
        answer.add_cookie(&challenge::clear(app))?;
    }
    Ok(answer)
}

/// The session whose cookie came along, if one did.
#[derive(Default)]
struct Before {
    lookup: Option<[u8; 32]>,
    /// Who has it, while it lives.
    login: Option<String>,
}

async fn session_sent(app: &App, req: &HttpRequest) -> Before {
    let cookie = cookies::get(&app.config, req, COOKIE).unwrap_or_default();
    let Ok(secret) = SessionSecret::parse(&cookie) else { return Before::default() };
    let (lookup, life, now) = (secret.lookup(), app.config.session, app.clock.now());
    let found = app.store.read(move |db| sessions::find(db, &lookup, life, now)).await;
    Before { lookup: Some(lookup), login: found.ok().flatten().map(|living| living.officer.login) }
}

/// Who has this name: `None` when the store cannot say, `Some(None)` when nobody has.
async fn applicant(app: &App, name: &str) -> Option<Option<Applicant>> {
    let Some(login) = login_of(name) else { return Some(None) };
    app.store.read(move |db| accounts::applicant(db, PLAN_ID, &login)).await.ok()
}

/// In which lane the attempt stands; holds back whoever is over a share. A known device has a share of its own,
/// which nobody else can spend.
async fn caller(
    app: &App,
    req: &HttpRequest,
    applicant: Option<&Applicant>,
    before: &Before,
    name: &str,
) -> Caller {
    // Texts that are nobody's name share one count, so that none of them fills the table.
    let login = login_of(name).unwrap_or_default();
    if before.login.as_ref() == Some(&login) || device::is_known(app, req, &login, applicant) {
        // No name has a space in it.
        hold_back([app.limits.check_name(&format!("device {login}"))]).await;
        return Caller::Known;
    }
    let place = app.limits.check(Kind::SignIn, visitor(req, &app.trusted));
    let held = hold_back([place, app.limits.check_name(&login)]).await;
    if held { Caller::Hurried } else { Caller::Anyone }
}

/// Holds back whoever is over one of these shares; says whether it did.
pub(super) async fn hold_back(shares: impl IntoIterator<Item = Share>) -> bool {
    let longest = shares.into_iter().filter_map(|share| match share {
        Share::Fair => None,
        Share::Over { wait_ms } => Some(Duration::from_millis(wait_ms).min(LONGEST_DELAY)),
    });
    let Some(delay) = longest.max() else { return false };
    tokio::time::sleep(delay).await;
    true
}

/// What was typed and answered, owned, for another thread.
struct Typed {
    password: Zeroizing<String>,
    code: Zeroizing<String>,
    passkey: Option<(RelyingParty, Answer)>,
    app_codes: bool,
}

impl Typed {
    fn of(fields: &Fields, passkey: Option<(RelyingParty, Answer)>) -> Self {
        let typed = |name: &str| Zeroizing::new(fields.typed(name).to_owned());
        Self { password: typed("password"), code: typed("code"), passkey, app_codes: true }
    }
}

/// Tries it off the async workers; `None` when the line is full or no permit came free in time.
async fn attempt(
    app: &web::Data<App>,
    caller: Caller,
    applicant: Option<Applicant>,
    typed: Typed,
) -> Option<Result<NewSession, SignInRefused>> {
    let (entropy, now) = (app.entropy.clone(), app.clock.now());
    let work = move || {
        let Typed { password, code, passkey, app_codes } = typed;
        let passkey = passkey.as_ref().map(|(portal, answer)| (portal, answer));
        let offered = Offered { code: &code, passkey, app_codes, now };
        sign_in(applicant, &password, &offered, KdfCost::default(), entropy.as_ref())
    };
    app.hashing.run(caller, work).await
}

async fn record_refusal(app: &App, officer: Option<i64>) {
    let now = app.clock.now();
    let written =
        app.store.write("session.refused", Lane::Record, move |db| Ok(sessions::refused(db, officer, now)?));
    // The answer is a refusal either way; a record that could not be kept shows in the store's health.
    let _: Result<(), WriteError<()>> = written.await;
}

/// Opens the session and ends the one it takes the place of: its cookie is overwritten and would live on
/// unseen. Nothing where somebody else was quicker with the same code, or the password is no longer this one.
async fn open(app: &App, session: NewSession, before: Option<[u8; 32]>) -> Result<Option<Opened>, ()> {
    let (now, opening) = (app.clock.now(), Opening::from(&session));
    let written = app
        .store
        .write("session.open", Lane::Record, move |db| {
            let has_news = sessions::open(db, &opening, now)?;
            if let Some(before) = before {
                sessions::supersede(db, &before, now)?;
            }
            Ok(has_news)
        })
        .await;
    match written {
        Ok(has_news) => Ok(Some(Opened { session, has_news })),
        Err(WriteError::Refused(Overtaken)) => Ok(None),
        Err(_) => Err(()),
    }
}

/// Ends the session: the row with the wrapped key goes, and the browser forgets what it kept.
pub(super) async fn leave(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(act): OwnAct,
) -> Result<HttpResponse, Error> {
    let Act { who, .. } = act;
    let (id, lookup, now) = (who.officer.id, who.secret.lookup(), app.clock.now());
    let closed: Result<(), WriteError<()>> = app
        .store
        .write("session.close", Lane::Record, move |db| Ok(sessions::close(db, id, &lookup, now)?))
        .await;
    if closed.is_err() {
        return Ok(error::page(&req, Audience::Desk, Failure::Down));
    }
    let ctx = PageContext::desk(who.locale, "/desk/sign-in");
    let mut answer = reply::see_other(&ctx.href("/desk/sign-in"));
    answer.add_cookie(&cookies::clear(&app.config, COOKIE))?;
    // Cache and storage only: a word to clear all cookies would take the device's with them.
    let forget = actix_web::http::header::HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(actix_web::http::header::HeaderName::from_static("clear-site-data"), forget);
    Ok(answer)
}
