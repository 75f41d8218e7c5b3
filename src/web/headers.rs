//! The headers of every answer. One policy for the public, one for the desk; both begin with
//! `default-src 'none'` and take back what the pages need, nothing else.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

use super::ui::style::Audience;

/// Header names and values that stand on each answer of one audience.
#[derive(Clone)]
pub struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    /// The policy for `audience`; `tls` adds HSTS.
    pub fn of(audience: Audience, tls: bool) -> Self {
        let policy = content_policy(audience);
        // A reporter may let the form fill in where they are; no officer's page asks for it.
        let devices = match audience {
            Audience::Public => {
                "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), interest-cohort=()"
            }
            Audience::Desk => {
                "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"
            }
        };
        let mut all = vec![
            ("content-security-policy", policy.as_str()),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", devices),
            ("x-robots-tag", "noindex, noarchive"),
            ("x-dns-prefetch-control", "off"),
        ];
        if tls {
            all.push(("strict-transport-security", "max-age=63072000; includeSubDomains; preload"));
        }
        Self(
            all.into_iter()
                .filter_map(|(n, v)| Some((HeaderName::from_static(n), HeaderValue::from_str(v).ok()?)))
                .collect(),
        )
    }

    fn put(&self, into: &mut HeaderMap) {
        for (name, value) in &self.0 {
            if !into.contains_key(name) {
                into.insert(name.clone(), value.clone());
            }
        }
    }
}

fn content_policy(audience: Audience) -> String {
    let style = audience.style_source();
    let (pictures, connect) = match audience {
        Audience::Public => ("data:", "'none'"),
        Audience::Desk => ("'self' data:", "'self'"),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src {style}; img-src {pictures}; connect-src {connect}; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"
    )
}

/// Middleware: sets them, also on errors, never over what a handler has set itself.
pub async fn set<B: MessageBody>(
    headers: Headers,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match next.call(req).await {
        Ok(mut res) => {
            headers.put(res.headers_mut());
            Ok(res)
        }
        Err(error) => {
            let mut page = error.error_response();
            headers.put(page.headers_mut());
            Err(InternalError::from_response(error, page).into())
        }
    }
}
