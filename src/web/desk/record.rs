//! The auditor's view of the record: the table, its state, and the readings that ask for a reason. Owns the
//! addresses under `/desk/record`; refuses content: an auditor sees that a tip was read, never the tip.
//!
//! One invariant: nothing of the record is shown before it is on record that it was looked at.

mod csv;
mod export;
mod filter;
mod list;
mod list_view;
mod reads;
mod reads_view;
mod say;

pub(super) use export::send as export;
pub(super) use list::show as list;
pub(super) use reads::show as reads;

use actix_web::{Error, HttpRequest};
use serde_json::Value;

use super::session::SignedIn;
use super::stop;
use super::working::down;
use crate::app::App;
use crate::audit::{Actor, AuditRow};
use crate::store::{Lane, WriteError, audit};

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
