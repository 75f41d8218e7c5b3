//! The root span, written by hand: method, route template, status, duration, request id. No address, no
//! user agent, no path with a value in it: a log line must not be able to name a visitor.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

/// Middleware: measures every request and logs it by its route's template.
pub async fn request<B: MessageBody>(
    side: &'static str,
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = known(req.method());
    let res = next.call(req).await?;
    let route = res.request().match_pattern().unwrap_or_else(|| "-".into());
    let status = res.status().as_u16();
    let elapsed = started.elapsed();
    metrics::histogram!("http_request_seconds", "side" => side, "status" => status.to_string())
        .record(elapsed.as_secs_f64());
    tracing::debug!(
        http.side = side,
        http.method = method,
        http.route = route,
        http.status = status,
        duration_ms = elapsed.as_secs_f64() * 1e3,
        "request"
    );
    Ok(res)
}

/// A method is a word of the visitor's choosing: what is not one of HTTP's own is not written down.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    KNOWN.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_is_not_written_down() {
        assert_eq!(known(&Method::POST), "POST");
        assert_eq!(known(&Method::from_bytes(b"ZHANGSAN").unwrap()), "other");
    }
}
