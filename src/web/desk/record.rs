//! The auditor's view of the record: the table, its state, and the readings that ask for a reason. Owns the
//! addresses under `/desk/record`; refuses content: an auditor sees that a tip was read, never the tip.
//!
//! One invariant: nothing of the record is shown before it is on record that it was looked at.

mod csv;
mod export;
mod exports;
mod exports_view;
mod filter;
mod list;
mod list_view;
mod reads;
mod reads_view;
mod say;
mod selected;

use actix_web::{Error, HttpRequest, web};
use serde_json::Value;

use super::session::SignedIn;
use super::working::down;
use super::{gate, stop};
use crate::app::App;
use crate::audit::{Actor, AuditRow};
use crate::store::{Lane, WriteError, audit};

/// The addresses of the record.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    let get = |cfg: &mut _, path, to| gate::route(cfg, path, to, "GET");
    let post = |cfg: &mut _, path, to| gate::route(cfg, path, to, "POST");
    get(cfg, "/desk/record", web::get().to(list::show));
    get(cfg, "/desk/record/reads", web::get().to(reads::show));
    get(cfg, "/desk/record/exports", web::get().to(exports::show));
    post(cfg, "/desk/record/exports", web::post().to(exports::ask));
    post(cfg, "/desk/record/exports/{uid}/grant", web::post().to(exports::grant));
    post(cfg, "/desk/record/exports/{uid}/refuse", web::post().to(exports::refuse));
    post(cfg, "/desk/record/exports/{uid}/file", web::post().to(export::send));
}

/// Puts on record what an auditor looks at.
async fn note(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    act: &'static str,
    detail: Value,
) -> Result<(), Error> {
    let actor = Actor::Officer(who.officer.id);
    let row = AuditRow { at: app.clock.now(), actor, act, tip_id: None, detail };
    let written: Result<(), WriteError<()>> =
        app.store.write(act, Lane::Record, move |db| Ok(audit::append(db, &row)?)).await;
    written.map_err(|_| stop(down(req)))
}
