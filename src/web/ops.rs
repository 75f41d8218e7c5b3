//! Metrics and health, on a loopback port of their own. `/healthz`: the process lives. `/readyz`: it can
//! take a report, and whether the hourly erasing waits for a person (which keeps no report out). `/recordz`: the public record is what was written: red where it is not, which must
//! not keep a report from being received. `/metrics`: Prometheus text; numbers only, no labels that name a person, an agency or a tip.

use std::sync::atomic::Ordering;

use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;

/// Routes of the third listener.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(health))
        .route("/readyz", web::get().to(ready))
        .route("/recordz", web::get().to(record))
        .route("/metrics", web::get().to(render));
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

async fn ready(app: web::Data<App>) -> HttpResponse {
    let healthy = app.store.is_healthy();
    let readable = app.store.read(crate::store::directory::version).await.is_ok();
    let mut answer =
        if healthy && readable { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer
        .content_type("application/json")
        // What ails the record of who did and read what is said here and sends nobody away: reports are received
        // all the same.
        .json(serde_json::json!({
            "writer": healthy, "readers": readable, "retention": app.purge.as_str(),
            "audit": { "heads": app.record.heads_are_kept(), "whole": app.record.is_whole() },
        }))
}

async fn record(app: web::Data<App>) -> HttpResponse {
    let wrong = app.record_wrong.load(Ordering::SeqCst);
    let mut answer = if wrong { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    answer.json(serde_json::json!({ "record": !wrong }))
}

async fn render(handle: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
