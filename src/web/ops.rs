//! Metrics and health, on a loopback port of their own. `/healthz`: the process lives. `/readyz`: it can
//! take a report. `/metrics`: Prometheus text; numbers only, no labels that name a person, an agency or a tip.

use actix_web::{HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::app::App;

/// Routes of the third listener.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(health))
        .route("/readyz", web::get().to(ready))
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
        // The record's troubles are said here and send nobody away: reports are received all the same.
        .json(serde_json::json!({
            "writer": healthy, "readers": readable,
            "record": { "heads": app.record.heads_are_kept(), "whole": app.record.is_whole() },
        }))
}

async fn render(handle: web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
