//! The one script of each side, under the name of its own hash: kept by browsers for ever, checked by its
//! digest.

use actix_web::{HttpRequest, HttpResponse, web};

use super::error::{self, Failure};
use super::ui::style::Audience;

/// Serves `/static/…` for one audience.
pub fn route(audience: Audience) -> impl FnOnce(&mut web::ServiceConfig) {
    move |cfg| {
        cfg.route(
            "/static/{name}",
            web::get().to(move |req: HttpRequest| async move { serve(&req, audience) }),
        );
    }
}

fn serve(req: &HttpRequest, audience: Audience) -> HttpResponse {
    let script = audience.script();
    if req.path() != script.path {
        return error::page(req, audience, Failure::NotFound);
    }
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header(("cache-control", "public, max-age=31536000, immutable"))
        .body(script.text)
}
