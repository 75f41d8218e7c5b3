//! `/api/v1`: the same acts as the forms, as JSON. Owns its wire shapes; refuses rules of its own: a report
//! goes through the same draft, the same submit. Refusals are problem documents (RFC 9457).

mod follow_up;
mod problem;
mod record;
mod reports;

use actix_web::web;

/// A JSON report may be this long, in bytes: 20,000 characters, escaped.
const MOST_JSON: usize = 256 * 1024;

/// Routes of the API on the public listener.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/api/v1")
            .app_data(web::PayloadConfig::new(MOST_JSON))
            .route("/reports", web::post().to(reports::create))
            .route("/follow-up", web::get().to(follow_up::read))
            .route("/follow-up/proof", web::get().to(follow_up::prove))
            .route("/record/heads", web::get().to(record::heads))
            .route("/record/consistency", web::get().to(record::consistency)),
    );
}
