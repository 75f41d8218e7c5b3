//! `POST /api/v1/reports`: a report as JSON, with an `Idempotency-Key`; at least `{"text":"…"}`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::problem::{answer, problem};
use crate::app::App;
use crate::i18n::{Locale, Texts};
use crate::intake::answer::Answer;
use crate::intake::draft::{Draft, Field};
use crate::intake::report::Via;
use crate::plan::Point;
use crate::vault::submit_key::SubmitKey;
use crate::web::context::Language;
use crate::web::public::receipt_page;
use crate::web::public::share;
use crate::web::public::submit::{Submission, SubmitError, submit};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    text: String,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    district: Option<String>,
    #[serde(default)]
    place: Option<String>,
    #[serde(default)]
    point: Option<WirePoint>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    danger: Option<String>,
    #[serde(default)]
    minor: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    exclude_words: Option<String>,
    #[serde(default)]
    consent_police: Option<String>,
    #[serde(default)]
    identity: Option<String>,
    #[serde(default)]
    contact: Option<Contact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WirePoint {
    lat: f64,
    lon: f64,
}

impl WirePoint {
    fn on_earth(&self) -> Option<Point> {
        Point::on_earth(self.lat, self.lon)
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    note: Option<String>,
}

impl Wire {
    fn into_draft(self) -> Draft {
        let contact = self.contact.unwrap_or_default();
        let point = self.point.and_then(|point| point.on_earth());
        let mut draft = Draft::default();
        for (field, value) in [
            (Field::Text, Some(self.text)),
            (Field::District, self.district.filter(|d| d != "unknown")),
            (Field::PlaceWords, self.place),
            (Field::Point, point.map(|Point { lat, lon }| format!("{lat:.6},{lon:.6}"))),
            (Field::Category, self.category.filter(|c| c != "undetermined")),
            (Field::Danger, self.danger),
            (Field::Minor, self.minor),
            (Field::ExcludeWords, self.exclude_words),
            (Field::Consent, self.consent_police),
            (Field::Identity, self.identity),
            (Field::ContactName, contact.name),
            (Field::ContactPhone, contact.phone),
            (Field::ContactNote, contact.note),
        ] {
            if let Some(value) = value {
                draft.put(field, &value);
            }
        }
        for body in self.exclude {
            draft.put(Field::Exclude, &body);
        }
        draft
    }
}

/// Receives a report, or says why not.
pub async fn create(
    req: HttpRequest,
    app: web::Data<App>,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    share::wait_to_report(&app, &req).await;
    let asked = Texts(Language::of(&req).0);
    let body = match body {
        Ok(body) => body,
        Err(error) => return unread(&error, asked),
    };
    let Some(Ok(key)) =
        req.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(SubmitKey::parse)
    else {
        return problem(StatusCode::BAD_REQUEST, "idempotency-key", asked, "api-key", json!({}));
    };
    let wire: Wire = match serde_json::from_slice(&body) {
        Ok(wire) => wire,
        // serde names the field and the place, never the value.
        Err(e) => {
            return problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "json",
                asked,
                "api-json",
                json!({ "line": e.line(), "column": e.column() }),
            );
        }
    };
    if wire.point.as_ref().is_some_and(|point| point.on_earth().is_none()) {
        let fields = json!({ "fields": ["point"] });
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "fields", asked, "api-fields", fields);
    }
    let language = wire.language.as_deref().and_then(|l| l.parse().ok()).unwrap_or(asked.0);
    let draft = wire.into_draft();
    let submission = Submission { draft: &draft, photo: None, key: &key, language, via: Via::Api };
    match submit(&app, &submission).await {
        Ok(answer) => {
            app.reach("report.committed").await;
            created(&answer, language)
        }
        Err(error) => refused(&error, Texts(language)),
    }
}

/// The body did not arrive, or was too much.
fn unread(error: &actix_web::Error, t: Texts) -> HttpResponse {
    let (kind, title) = match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "error-size-title"),
        _ => ("broken", "error-slow-title"),
    };
    let status = if kind == "too-large" { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
    problem(status, kind, t, title, json!({}))
}

fn created(received: &Answer, language: Locale) -> HttpResponse {
    let Ok(receipt) = received.receipt() else {
        return problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "broken",
            Texts(language),
            "error-broken-title",
            json!({}),
        );
    };
    let list = receipt_page::list(language);
    answer(StatusCode::CREATED).json(json!({
        "receipt": { "words": receipt.words(list), "code": receipt.code().as_str() },
        "received": received.received.local().to_string(),
        "first_look_by": received.due.local().to_string(),
        "status": "received",
        "lead": received.lead,
        "district_may_be": received.between,
        "follow_up": "/follow-up",
        "emergency": Texts(language).get("emergency-plain"),
    }))
}

fn refused(error: &SubmitError, t: Texts) -> HttpResponse {
    match error {
        SubmitError::Fields(errors) => {
            let fields: Vec<&str> = errors.iter().map(|e| e.field.name()).collect();
            problem(StatusCode::UNPROCESSABLE_ENTITY, "fields", t, "api-fields", json!({ "fields": fields }))
        }
        SubmitError::Photo(_) => problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "photo",
            t,
            "api-fields",
            json!({ "fields": ["photo"] }),
        ),
        SubmitError::Changed => problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "changed",
            t,
            "api-changed",
            json!({ "earlier_received": true }),
        ),
        SubmitError::Opened => problem(
            StatusCode::CONFLICT,
            "opened",
            t,
            "opened-before-text",
            json!({ "earlier_received": true }),
        ),
        SubmitError::AllExcluded => problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "all-excluded",
            t,
            "all-excluded-title",
            json!({ "fields": ["exclude"] }),
        ),
        SubmitError::Closed(_) => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "closed", t, "error-down-title", json!({}))
        }
        SubmitError::Busy => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "busy", t, "error-busy-title", json!({}))
        }
        SubmitError::Down => {
            problem(StatusCode::SERVICE_UNAVAILABLE, "down", t, "error-down-title", json!({}))
        }
    }
}
