//! Ending sessions of one's own: one, or all others. Owns the two handlers.

use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::super::session::{Act, OwnAct};
use super::{done, down, refused};
use crate::app::App;
use crate::store::{Lane, WriteError, sessions};

/// Ends one of the officer's own sessions; the row's number alone ends nobody else's.
pub(super) async fn end_one(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    let (id, now) = (who.officer.id, app.clock.now());
    let Ok(session) = fields.typed("session").parse::<i64>() else {
        return refused(&app, &req, &who, "account-refused-form").await;
    };
    let written: Result<usize, WriteError<()>> = app
        .store
        .write("session.end", Lane::Record, move |db| Ok(sessions::end_one(db, id, session, now)?))
        .await;
    written.map(|_| done(&who, "sessions-ended")).map_err(|_| down(&req))
}

/// Ends all of the officer's sessions but the one that asks.
pub(super) async fn end_others(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, .. }): OwnAct,
) -> Result<HttpResponse, Error> {
    let (id, own, now) = (who.officer.id, who.session.id, app.clock.now());
    let written: Result<usize, WriteError<()>> = app
        .store
        .write("session.end", Lane::Record, move |db| Ok(sessions::end_others(db, id, own, now)?))
        .await;
    written.map(|_| done(&who, "sessions-ended")).map_err(|_| down(&req))
}
