//! `/api/v1/record`: the public record's heads, and what joins two of them. Owns the wire; refuses anything
//! about a tip.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::problem::{answer, problem};
use crate::app::App;
use crate::audit::record_file::{CONSISTENCY, Consistency, Heads, Step};
use crate::i18n::Texts;
use crate::store::commitments::{after, joining, of_size};
use crate::web::context::Language;
use crate::web::public::share;

/// Heads in one answer: about ten years. `after` leads to the next ones.
const MOST: i64 = 4_000;

/// `GET /api/v1/record/heads?after=NUMBER`: heads, oldest first.
pub async fn heads(req: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let t = Texts(Language::of(&req).0);
    if !share::may_read(&app, &req) {
        return problem(StatusCode::TOO_MANY_REQUESTS, "many", t, "error-many-title", json!({}));
    }
    let from = number(&req, "after").unwrap_or(0);
    match app.store.read(move |db| after(db, from, MOST)).await {
        Ok(heads) => answer(StatusCode::OK).json(Heads::of(heads)),
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "down", t, "error-down-title", json!({})),
    }
}

/// `GET /api/v1/record/consistency?from=SIZE&to=SIZE`: that the record of one size begins with that of another.
pub async fn consistency(req: HttpRequest, app: web::Data<App>) -> HttpResponse {
    let t = Texts(Language::of(&req).0);
    if !share::may_read(&app, &req) {
        return problem(StatusCode::TOO_MANY_REQUESTS, "many", t, "error-many-title", json!({}));
    }
    let (Some(from), Some(to)) = (number(&req, "from"), number(&req, "to")) else {
        return problem(StatusCode::BAD_REQUEST, "sizes", t, "api-record-sizes", json!({}));
    };
    let read = move |db: &mut crate::store::Db| {
        let (Some(from), Some(to)) = (of_size(db, from)?, of_size(db, to)?) else { return Ok(None) };
        Ok(joining(db, &from, &to)?.map(|path| (from, to, path)))
    };
    match app.store.read(read).await {
        Ok(Some((from, to, path))) => {
            let path = path.into_iter().map(Step).collect();
            answer(StatusCode::OK).json(Consistency { format: CONSISTENCY.into(), from, to, path })
        }
        Ok(None) => problem(StatusCode::NOT_FOUND, "sizes", t, "api-record-sizes", json!({})),
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "down", t, "error-down-title", json!({})),
    }
}

fn number(req: &HttpRequest, name: &str) -> Option<i64> {
    let pairs = req.query_string().split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok())
}
