//! Refusals as problem documents.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde_json::{Value, json};

use crate::i18n::Texts;

/// Header values every API answer has.
pub const NO_STORE: (&str, &str) = ("cache-control", super::super::reply::NO_STORE);

/// An answer that nobody keeps.
pub fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header(NO_STORE);
    answer
}

/// One refusal: `kind` is the last part of its type, `saved` says whether anything was kept.
pub fn problem(status: StatusCode, kind: &str, t: Texts, title: &str, more: Value) -> HttpResponse {
    let mut body = json!({
        "type": format!("urn:homeward:problem:{kind}"),
        "status": status.as_u16(),
        "title": t.get(title),
        "saved": false,
        "emergency": t.get("emergency-plain"),
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let mut answer = answer(status);
    if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
        answer.insert_header(("retry-after", "60"));
    }
    answer.content_type("application/problem+json").body(body.to_string())
}
