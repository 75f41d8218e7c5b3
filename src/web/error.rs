//! Pages for when the portal could not do its work. Owns the kinds of failure a visitor can meet; each page
//! says what happened, whether anything was saved, what to do next, and where help is. Refuses to echo input.

use std::panic::AssertUnwindSafe;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse};
use futures_util::FutureExt as _;
use maud::{Markup, html};

use super::context::{Language, PageContext};
use super::reply;
use super::ui::style::Audience;
use super::ui::{emergency, shell};

/// What can go wrong before or beside the act itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No such page, tip or file: all alike.
    NotFound,
    /// A queue is full.
    Busy,
    /// The store did not confirm.
    Down,
    /// Over the share.
    Many,
    /// The body is too large.
    TooLarge,
    /// The body took too long.
    Slow,
    /// A method this address does not have.
    Method,
    /// The form stood on another site.
    Foreign,
    /// Something broke inside.
    Broken,
}

impl Failure {
    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Busy | Self::Down => StatusCode::SERVICE_UNAVAILABLE,
            Self::Many => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Foreign => StatusCode::FORBIDDEN,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stem of its texts: `error-<stem>-title` and `error-<stem>-text`.
    pub const fn stem(self) -> &'static str {
        match self {
            Self::NotFound | Self::Method => "not-found",
            Self::Busy => "busy",
            Self::Down => "down",
            Self::Many => "many",
            Self::TooLarge => "size",
            Self::Slow => "slow",
            Self::Foreign => "foreign",
            Self::Broken => "broken",
        }
    }

    /// Seconds after which trying again makes sense, where it does.
    pub const fn retry_after(self) -> Option<&'static str> {
        match self {
            Self::Busy | Self::Down => Some("60"),
            Self::Many => Some("10"),
            _ => None,
        }
    }
}

/// The failure's page for whoever asked, in their language.
pub fn page(req: &HttpRequest, audience: Audience, failure: Failure) -> HttpResponse {
    respond(Language::of(req), audience, failure, None)
}

fn respond(language: Language, audience: Audience, failure: Failure, incident: Option<&str>) -> HttpResponse {
    let ctx = match audience {
        Audience::Public => PageContext::public(language.0, "/"),
        Audience::Desk => PageContext::desk(language.0, "/desk"),
    };
    let mut answer = reply::private_builder(failure.status());
    if let Some(seconds) = failure.retry_after() {
        answer.insert_header(("retry-after", seconds));
    }
    answer.body(reply::padded(view(&ctx, failure, incident).into_string()))
}

fn view(ctx: &PageContext, failure: Failure, incident: Option<&str>) -> Markup {
    let t = ctx.texts;
    let stem = failure.stem();
    let body = html! {
        p .lead { (t.get(&format!("error-{stem}-text"))) }
        @if let Some(id) = incident { p { (t.with("error-incident", &[("id", id)])) } }
        @if ctx.audience == Audience::Public { (emergency::numbers(t)) }
        p { a href=(ctx.href(&ctx.path)) { (t.get("error-back-home")) } }
    };
    shell::page(ctx, &t.get(&format!("error-{stem}-title")), &body)
}

/// Middleware: the last resort. A panic or an error without a page becomes a page; the log gets an incident
/// number and the place in the code, never the input.
pub async fn last_resort(
    audience: Audience,
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // No clone of the request may live across the call: the router needs it for itself.
    let language = Language::of(req.request());
    match AssertUnwindSafe(next.call(req)).catch_unwind().await {
        Ok(Ok(res)) if needs_page(&res) => {
            let failure = of_status(res.status());
            Ok(res.into_response(respond(language, audience, failure, None)))
        }
        Ok(Ok(res)) => Ok(res),
        Ok(Err(error)) => {
            let failure = of_status(error.as_response_error().status_code());
            Err(answered(respond(language, audience, failure, None)))
        }
        Err(_) => {
            let incident = incident();
            tracing::error!(incident, "a handler panicked; the visitor got the last-resort page");
            Err(answered(respond(language, audience, Failure::Broken, Some(&incident))))
        }
    }
}

/// An answer in the shape of an error, for where the request itself is gone.
fn answered(response: HttpResponse) -> Error {
    actix_web::error::InternalError::from_response("answered with a page", response).into()
}

/// actix's own refusals come as plain text; a person gets a page instead.
fn needs_page(res: &ServiceResponse<BoxBody>) -> bool {
    let failed = res.status().is_client_error() || res.status().is_server_error();
    let kind = res.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    failed && kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

fn of_status(status: StatusCode) -> Failure {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge,
        StatusCode::REQUEST_TIMEOUT => Failure::Slow,
        StatusCode::METHOD_NOT_ALLOWED => Failure::Method,
        StatusCode::TOO_MANY_REQUESTS => Failure::Many,
        StatusCode::SERVICE_UNAVAILABLE => Failure::Busy,
        s if s.is_client_error() => Failure::NotFound,
        _ => Failure::Broken,
    }
}

fn incident() -> String {
    let id: [u8; 4] = crate::vault::entropy::bytes(&crate::vault::entropy::OsEntropy);
    id.iter().map(|b| format!("{b:02x}")).collect()
}
