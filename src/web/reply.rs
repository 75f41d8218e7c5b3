//! Answers. Owns the two ways a page leaves: compressed, when it reflects nothing; padded and never
//! compressed, when a secret or somebody's words stand in it (BREACH, and sizes that tell).

use std::io::Write as _;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;
use maud::Markup;

/// Pages that hold a secret are padded to a multiple of this many bytes.
pub const PAD: usize = 4096;

/// A page that is the same for everybody: compressed where the browser takes it.
pub fn open_page(req: &HttpRequest, status: StatusCode, page: Markup) -> HttpResponse {
    let mut answer = builder(status);
    let html = page.into_string();
    if !takes_gzip(req) {
        return answer.body(html);
    }
    match gzip(html.as_bytes()) {
        Ok(body) => answer
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .insert_header((header::VARY, "accept-encoding, accept-language"))
            .body(body),
        Err(_) => answer.body(html),
    }
}

/// A page with somebody's words, a receipt or an answer in it: never compressed, padded.
pub fn private_page(status: StatusCode, page: Markup) -> HttpResponse {
    private_builder(status).body(padded(page.into_string()))
}

/// [`private_page`] when cookies or other headers have to be set first: finish with `.body(padded(..))`.
pub fn private_builder(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = builder(status);
    answer.insert_header((header::CONTENT_ENCODING, "identity"));
    answer
}

/// A redirect after a POST; nothing of the matter in the address.
pub fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, NO_STORE))
        .finish()
}

/// What every page that is not a static file says about caches.
pub const NO_STORE: &str = "no-store, no-transform";

fn builder(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.content_type("text/html; charset=utf-8").insert_header((header::CACHE_CONTROL, NO_STORE));
    answer
}

/// Fills a page up to the next multiple of [`PAD`] bytes with white space after its end.
pub fn padded(mut html: String) -> String {
    let missing = html.len().next_multiple_of(PAD) - html.len();
    html.extend(std::iter::repeat_n(' ', missing));
    html
}

fn takes_gzip(req: &HttpRequest) -> bool {
    req.headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.split(',').any(|part| part.trim().starts_with("gzip")))
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), Compression::new(6));
    encoder.write_all(bytes)?;
    encoder.finish()
}
