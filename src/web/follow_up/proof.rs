//! The addresses where a reporter asks whether the tip still stands in the public record. Owns statuses and the
//! file's headers; refuses looking it up (`proving`).

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::handlers::{PATH, refuse, ticket};
use super::open_page::{self, Above};
use super::proof_page;
use super::proving::{ProvingError, Standing, of_ticket};
use crate::app::App;
use crate::audit::record_file::Proof;
use crate::web::context::PageContext;
use crate::web::error::{self, Failure};
use crate::web::public::{forms, share};
use crate::web::ui::style::Audience;
use crate::web::{origin, reply, upload};

/// The file's name: says nothing of the matter.
const FILE: &str = "attachment; filename=\"record.json\"";

/// `POST /follow-up/proof`: the plain answer.
pub async fn show(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    answer(app, req, payload, |_, ctx, standing| page(StatusCode::OK, ctx, Some(&standing))).await
}

/// `POST /follow-up/proof/file`: the proof, to keep.
pub async fn file(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    answer(app, req, payload, |_, ctx, standing| match standing {
        Standing::Included(proof) => attached(&proof),
        other => page(StatusCode::OK, ctx, Some(&other)),
    })
    .await
}

async fn answer(
    app: Data<App>,
    req: HttpRequest,
    payload: Payload,
    say: impl FnOnce(&Arc<App>, &PageContext, Standing) -> HttpResponse,
) -> HttpResponse {
    if !origin::is_ours(&req, app.config.listen.origin.as_deref()) {
        return error::page(&req, Audience::Public, Failure::Foreign);
    }
    share::wait_to_open(&app, &req).await;
    let app = app.into_inner();
    let upload = upload::read_text(&req, payload).await;
    let ctx = PageContext::public(forms::language(&upload, &req), PATH);
    let Some(ticket) = ticket(&app, &req) else {
        let page = open_page::page(&ctx, &Above::TicketOver(""));
        return reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page);
    };
    match of_ticket(&app, &ticket).await {
        Ok(standing) => say(&app, &ctx, standing),
        Err(ProvingError::Opening(error)) => refuse(&ctx, &error),
        Err(ProvingError::Wrong) => page(StatusCode::SERVICE_UNAVAILABLE, &ctx, None),
    }
}

fn page(status: StatusCode, ctx: &PageContext, standing: Option<&Standing>) -> HttpResponse {
    reply::private_page(status, proof_page::page(ctx, standing))
}

/// Padded like a page: the length of the path would tell where in the record the leaf stands.
fn attached(proof: &Proof) -> HttpResponse {
    let text = serde_json::to_string_pretty(proof).unwrap_or_default();
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, reply::NO_STORE))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CONTENT_DISPOSITION, FILE))
        .body(reply::padded(text + "\n"))
}
