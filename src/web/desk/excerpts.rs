//! Texts released to bodies that are told: sending one and taking it back on a tip's page, and what the body sees of
//! it. Owns the addresses; refuses the rules (`triage::acts`), rows (`store`) and markup.
//!
//! "Not yours", "taken back" and "no such text" are one answer: the list, which says so.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::acts::twice;
use super::session::{Act, SignedIn};
use super::working::{Working, down, uid_of};
use super::{excerpts_view, stop};
use crate::app::{App, PLAN_ID};
use crate::plan::AgencyCode;
use crate::store::excerpts::{self, SealedExcerpt};
use crate::store::{Lane, WriteError};
use crate::triage::acts::{self, Excerpt, ExcerptBody, excerpt_place};
use crate::triage::keys::TipKeys;
use crate::vault::compartment::Compartment;
use crate::vault::seal::open;
use crate::vault::uid::Uid;
use crate::web::reply;

/// What a body's box in the form is called, before its code.
pub(super) const TO: &str = "to-";

/// Releases a text. What still looks like a number or a name has to be looked at once more.
pub(super) async fn send(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "excerpt").await?;
    let unchecked = working.fields.typed("checked") != "yes";
    if unchecked && !excerpts_view::marks(working.fields.typed("text")).is_empty() {
        return Ok(working.refused("desk-refused-excerpt-check").await);
    }
    twice(working, "desk-refused-excerpt-body", |working, directory| {
        let boxes = working.fields.starting_with(TO);
        let to: BTreeSet<AgencyCode> = boxes.map(|code| code.parse().ok()).collect::<Option<_>>()?;
        let excerpt = Excerpt { to: &to, text: working.fields.typed("text") };
        let world = (directory, &*working.app.plan());
        Some(acts::send_excerpt(&working.hand(), &working.sheet.tip, &working.keys, world, &excerpt))
    })
    .await
}

/// Takes a text back.
pub(super) async fn withdraw(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "excerpt-withdraw").await?;
    let typed = working.fields.typed("agency").parse().ok();
    let standing = |agency: &AgencyCode| working.sheet.excerpts.iter().any(|(to, _)| to == agency);
    let Some(agency) = typed.filter(standing) else {
        return Ok(working.refused("desk-refused-excerpt-none").await);
    };
    let act = acts::withdraw_excerpt(&working.hand(), &working.sheet.tip, agency);
    working.write(act).await
}

/// From where on, and whether the officer comes from a text that was not there.
#[derive(Deserialize)]
pub(super) struct Wanted {
    before: Option<i64>,
    gone: Option<String>,
}

/// The texts released to the officer's agency.
pub(super) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Error> {
    let (agency, before) = (who.officer.agency, wanted.before);
    let lines = app.store.read(move |db| excerpts::list(db, PLAN_ID, &agency, before)).await;
    let lines = lines.map_err(|_| stop(down(&req)))?;
    let ctx = who.frame(&app, "/desk/excerpts");
    let now = app.clock.now().minute();
    let page = excerpts_view::list(&ctx, &app.plan(), &lines, wanted.gone.is_some(), now);
    Ok(reply::private_page(StatusCode::OK, page))
}

/// One text, on record before it is shown.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let gone = || Ok(reply::see_other(&format!("/desk/excerpts?l={}&gone=1", who.locale.code())));
    let Some(uid) = uid_of(&req, "uid") else { return gone() };
    let Some(sealed) = read(&app, &req, &who, uid).await? else { return gone() };
    let body = opened(&who, &sealed);
    let ctx = who.frame(&app, format!("/desk/excerpts/{uid}"));
    let now = app.clock.now().minute();
    let page = excerpts_view::one(&ctx, &app.plan(), &sealed.tip, body.as_ref(), now);
    Ok(reply::private_page(StatusCode::OK, page))
}

async fn read(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    uid: Uid,
) -> Result<Option<SealedExcerpt>, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let read: Result<_, WriteError<()>> = app
        .store
        .write("tip.excerpt_read", Lane::Record, move |db| {
            Ok(excerpts::read(db, PLAN_ID, &officer, &uid, now)?)
        })
        .await;
    read.map_err(|_| stop(down(req)))
}

/// The text, with the officer's own key; none where it does not open.
fn opened(who: &SignedIn, sealed: &SealedExcerpt) -> Option<ExcerptBody> {
    let SealedExcerpt { tip, uid, grants, envelopes, .. } = sealed;
    let keys = TipKeys::open(&who.private()?, &who.officer, grants, tip, envelopes);
    let key = keys.get(Compartment::Excerpt).ok()?;
    let clear = open(key, &excerpt_place(tip, uid), &sealed.sealed).ok()?;
    serde_json::from_slice(&clear).ok()
}
