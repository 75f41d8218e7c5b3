//! What is done to an officer's factors once the password has been typed again: adding, taking away, fresh
//! recovery codes. Owns the way from opened factors to a stored change; refuses whose they are: the session's.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use zeroize::Zeroizing;

use super::super::session::{Act, OwnAct, SignedIn};
use super::confirm::{self, Confirmed};
use super::{done, down, refused, view};
use crate::app::App;
use crate::people::news::Change;
use crate::people::second_factor::factors::{FactorRefused, Factors, Which};
use crate::people::second_factor::{Account, Factor};
use crate::store::{Abort, Lane, WriteError, accounts, sessions};
use crate::web::reply;

/// What is being added.
#[derive(Clone, Copy)]
pub(super) struct Added {
    /// What the session has shown with it.
    pub(super) factor: Factor,
    /// What is told of it.
    pub(super) news: Change,
}

/// Somebody else has changed the factors meanwhile.
struct Overtaken;

/// Adds a factor. With the first one come ten recovery codes, and every other session ends: whoever else has
/// signed in with the password alone enrols nothing after its owner has.
pub(super) async fn add(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    confirmed: &Confirmed,
    added: Added,
    put: impl FnOnce(&mut Factors) -> Result<(), FactorRefused>,
) -> Result<HttpResponse, Error> {
    let (account, mut factors) = read(app, req, who, confirmed).await?;
    let is_first = !factors.summary().is_enrolled();
    if let Err(why) = put(&mut factors) {
        return refused(app, req, who, text(why)).await;
    }
    let codes = if is_first { factors.renew_codes(app.entropy.as_ref()) } else { Vec::new() };
    let change = factors.change(&confirmed.private, &who.officer.uid, account.version, app.entropy.as_ref());
    let (id, session, now) = (who.officer.id, who.session.id, app.clock.now());
    let written = app.store.write("factor.add", Lane::Desk, move |db| {
        if !accounts::change(db, id, &change, added.news, now)? {
            return Err(Abort::Refused(Overtaken));
        }
        if is_first {
            sessions::raise(db, session, added.factor)?;
            sessions::end_others(db, id, session, now)?;
        }
        Ok(())
    });
    match written.await {
        Ok(()) if is_first => Ok(codes_page(app, who, &codes)),
        Ok(()) => Ok(done(who, added.news.as_str())),
        Err(WriteError::Refused(Overtaken)) => refused(app, req, who, "account-refused-overtaken").await,
        Err(_) => Err(down(req)),
    }
}

/// Takes a factor away.
pub(super) async fn remove(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    let (which, news) = match fields.typed("which") {
        "app" => (Which::App, Change::AppRemoved),
        id => match id.parse() {
            Ok(id) => (Which::Passkey(id), Change::PasskeyRemoved),
            Err(_) => return refused(&app, &req, &who, text(FactorRefused::Unknown)).await,
        },
    };
    let policy = app.config.session.second_factor;
    change(&app, &req, &who, fields.typed("password"), news, |factors| factors.remove(which, policy)).await
}

/// Makes fresh recovery codes and shows them once.
pub(super) async fn renew_codes(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    let mut codes = Vec::new();
    let changed = change(&app, &req, &who, fields.typed("password"), Change::CodesRenewed, |factors| {
        codes = factors.renew_codes(app.entropy.as_ref());
        Ok(())
    })
    .await?;
    Ok(if changed.status() == StatusCode::SEE_OTHER { codes_page(&app, &who, &codes) } else { changed })
}

async fn change(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    password: &str,
    news: Change,
    act: impl FnOnce(&mut Factors) -> Result<(), FactorRefused>,
) -> Result<HttpResponse, Error> {
    let confirmed = match confirm::confirm(app, who, password).await {
        Ok(confirmed) => confirmed,
        Err(why) => return refused(app, req, who, why).await,
    };
    let (account, mut factors) = read(app, req, who, &confirmed).await?;
    if let Err(why) = act(&mut factors) {
        return refused(app, req, who, text(why)).await;
    }
    let change = factors.change(&confirmed.private, &who.officer.uid, account.version, app.entropy.as_ref());
    let (id, now) = (who.officer.id, app.clock.now());
    let written: Result<bool, WriteError<()>> = app
        .store
        .write("factor.change", Lane::Desk, move |db| Ok(accounts::change(db, id, &change, news, now)?))
        .await;
    match written {
        Ok(true) => Ok(done(who, news.as_str())),
        Ok(false) => refused(app, req, who, "account-refused-overtaken").await,
        Err(_) => Err(down(req)),
    }
}

async fn read(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    confirmed: &Confirmed,
) -> Result<(Account, Factors), Error> {
    let id = who.officer.id;
    let account = app.store.read(move |db| accounts::of(db, id)).await.map_err(|_| down(req))?;
    let factors = Factors::open(&confirmed.private, &who.officer.uid, &account).map_err(|_| down(req))?;
    Ok((account, factors))
}

fn codes_page(app: &App, who: &SignedIn, codes: &[Zeroizing<String>]) -> HttpResponse {
    reply::private_page(StatusCode::OK, view::codes(app, who, codes))
}

const fn text(why: FactorRefused) -> &'static str {
    match why {
        FactorRefused::Unknown => "account-refused-unknown",
        FactorRefused::Last => "account-refused-last",
        FactorRefused::Many => "account-refused-many",
        FactorRefused::There => "account-refused-there",
    }
}
