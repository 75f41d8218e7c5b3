//! `GET /api/v1/follow-up` with `Authorization: Receipt <code or words>`: the thread and the plain status; and
//! `…/proof`: what the public record says of the tip.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::problem::{answer, problem};
use crate::app::App;
use crate::dialogue::thread::{Said, Speaker};
use crate::i18n::Texts;
use crate::plan::{AgencyCode, Lang};
use crate::vault::receipt::Receipt;
use crate::vault::seal::SymKey;
use crate::web::context::Language;
use crate::web::follow_up::opening::{Opened, OpeningError, by_key, by_receipt};
use crate::web::follow_up::proving::{ProvingError, Standing, of_tip};
use crate::web::public::share;

/// Reads a thread.
pub async fn read(req: HttpRequest, app: web::Data<App>) -> HttpResponse {
    share::wait_to_open(&app, &req).await;
    let t = Texts(Language::of(&req).0);
    let app = app.into_inner();
    let Some(receipt) = receipt(&req) else { return unknown(t) };
    match open(&app, &receipt).await {
        Ok((_, opened)) => answer(StatusCode::OK).json(body(&app, &opened)),
        Err(error) => refused(t, &error),
    }
}

/// `GET /api/v1/follow-up/proof`: whether the tip stands in the public record, and the proof.
pub async fn prove(req: HttpRequest, app: web::Data<App>) -> HttpResponse {
    share::wait_to_open(&app, &req).await;
    let t = Texts(Language::of(&req).0);
    let app = app.into_inner();
    let Some(receipt) = receipt(&req) else { return unknown(t) };
    let standing = match open(&app, &receipt).await {
        Ok((key, opened)) => of_tip(&app, &opened, &key, Some(&receipt)).await,
        Err(error) => Err(error.into()),
    };
    match standing {
        Ok(standing) => answer(StatusCode::OK).json(said_of(&standing)),
        Err(ProvingError::Opening(error)) => refused(t, &error),
        Err(ProvingError::Wrong) => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "record", t, "proof-wrong-title", json!({}))
        }
    }
}

async fn open(app: &Arc<App>, receipt: &Receipt) -> Result<(SymKey, Opened), OpeningError> {
    let (tip, key) = by_receipt(app, receipt).await?;
    let opened = by_key(app, &tip, &key).await?;
    Ok((key, opened))
}

fn refused(t: Texts, error: &OpeningError) -> HttpResponse {
    match error {
        OpeningError::Unknown => unknown(t),
        OpeningError::Store(_) | OpeningError::Damaged => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "down", t, "error-broken-title", json!({}))
        }
    }
}

fn said_of(standing: &Standing) -> Value {
    match standing {
        Standing::Included(proof) => json!({ "standing": "included", "proof": proof }),
        Standing::Waiting(day) => json!({ "standing": "waiting", "day": day }),
        Standing::Erased(day) => json!({ "standing": "erased", "day": day }),
        Standing::Before => json!({ "standing": "before" }),
    }
}

/// The receipt in the header: 32 hex digits, or the words, percent-encoded and joined by `-`.
fn receipt(req: &HttpRequest) -> Option<Receipt> {
    let value = req.headers().get("authorization")?.to_str().ok()?;
    let (scheme, receipt) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("receipt") {
        return None;
    }
    let text = zeroize::Zeroizing::new(percent_decode_str(receipt.trim()).decode_utf8().ok()?.into_owned());
    Receipt::parse(&text).ok()
}

fn unknown(t: Texts) -> HttpResponse {
    problem(StatusCode::NOT_FOUND, "receipt", t, "api-receipt", json!({}))
}

fn body(app: &App, opened: &Opened) -> Value {
    let steps: Vec<Value> = opened
        .steps
        .iter()
        .map(|step| json!({ "status": step.status.as_str(), "at": step.minute.local().to_string() }))
        .collect();
    let thread: Vec<Value> = opened.said.iter().map(|said| one(app, said)).collect();
    let named = |code: &AgencyCode| json!({ "agency": code, "name": app.plan().agency(code).map(|a| a.name(Lang::Zh)) });
    let kept_out: Vec<Value> = opened.kept_out.agencies.iter().map(named).collect();
    json!({
        "status": opened.standing.status.plain().as_str(),
        "steps": steps,
        "received": opened.received.local().to_string(),
        "first_look_by": opened.due.local().to_string(),
        "pictures": opened.pictures,
        "thread": thread,
        "kept_out": kept_out,
        "kept_out_but_life_facts": opened.kept_out.life,
    })
}

fn one(app: &App, said: &Said) -> Value {
    let (from, agency) = match said.by {
        Speaker::Reporter => ("reporter", None),
        Speaker::Agency(code) => {
            let plan = app.plan();
            ("officer", code.and_then(|code| plan.agency(&code)).map(|a| a.name(Lang::Zh).to_owned()))
        }
    };
    json!({ "from": from, "agency": agency, "text": said.text, "at": said.minute.local().to_string(), "asks": said.asks })
}
