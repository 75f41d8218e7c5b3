//! The record as a table. Owns the address `/desk/record`.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::filter::Chosen;
use super::list_view::{self, View};
use super::note;
use crate::app::App;
use crate::audit::chain::Chain;
use crate::audit::reading::RECORD_READ;
use crate::store::audit::list;
use crate::web::desk::session::SignedIn;
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// A page of the table.
pub(in crate::web::desk) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<std::collections::HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let chosen = Chosen::of(|name| wanted.get(name).cloned().unwrap_or_default());
    let before = wanted.get("before").and_then(|id| id.parse().ok());
    let (filter, chain) = (chosen.filter(), Chain::of(&app.deployment));
    let read = app.store.read(move |db| {
        let page = list::page(db, &filter, before, list::PAGE)?;
        Ok((page, list::health(db, &chain)?, list::everybody(db)?))
    });
    let (page, health, everybody) = read.await.map_err(|_| stop(down(&req)))?;
    let mut detail = chosen.detail();
    detail.extend(before.map(|id: i64| ("before".to_owned(), Value::from(id))));
    note(&app, &req, &who, RECORD_READ, Value::Object(detail)).await?;
    let view = View {
        app: &app,
        chosen: &chosen,
        page: &page,
        health: &health,
        everybody: &everybody,
        now: app.clock.now().minute(),
    };
    let ctx = who.frame(&app, "/desk/record");
    Ok(reply::private_page(StatusCode::OK, list_view::page(&ctx, &view)))
}
