//! Readings that somebody should be able to explain. Owns the address `/desk/record/reads`.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::json;

use super::note;
use super::reads_view::{self, View};
use crate::app::App;
use crate::audit::reading::{BACK, DAYS, Question, RECORD_READ, Span};
use crate::store::audit::{list, report};
use crate::web::desk::session::SignedIn;
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// One question over a span of the record, and the counts of the others.
pub(in crate::web::desk) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<std::collections::HashMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let number = |name: &str, usual: i64, most: i64| {
        wanted.get(name).and_then(|n| n.parse().ok()).unwrap_or(usual).clamp(0, most)
    };
    let question = wanted.get("q").and_then(|word| Question::parse(word)).unwrap_or(Question::WithoutAct);
    let (days, back) = (number("days", DAYS, 365), number("back", BACK, 3_650));
    let span = Span::until(app.clock.now().0, days, back);
    let read = app.store.read(move |db| Ok((report::report(db, span)?, list::everybody(db)?))).await;
    let (answers, everybody) = read.map_err(|_| stop(down(&req)))?;
    let detail = json!({ "question": question.as_str(), "days": days, "back": back });
    note(&app, &req, &who, RECORD_READ, detail).await?;
    let now = app.clock.now().minute();
    let view = View { app: &app, question, days, back, answers: &answers, everybody: &everybody, now };
    let ctx = who.frame(&app, "/desk/record/reads");
    Ok(reply::private_page(StatusCode::OK, reads_view::page(&ctx, &view)))
}
