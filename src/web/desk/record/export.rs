//! Rows of the record as a file. Owns the address `/desk/record/exports/{uid}/file`; a form, because it leaves a
//! mark. What is in it was agreed to: it comes from the request, never from the form.

use actix_web::http::header;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::say::Words;
use super::{csv, exports, say};
use crate::app::App;
use crate::i18n::Texts;
use crate::store::audit::list::{self, Line};
use crate::store::people::exports as rows;
use crate::store::people::requests::RequestRefused;
use crate::store::{Lane, WriteError};
use crate::web::desk::session::Act;
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// Rows of one file at most; whoever wants more takes them day by day.
const MOST: i64 = 20_000;

/// Sends the file, once it is on record.
pub(super) async fn send(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let who = act.who;
    let Some((uid, selected)) = exports::selected(&app, &req).await? else {
        return exports::past(&app, &req, &who).await;
    };
    let (filter, upto) = (selected.choice().filter(), selected.upto);
    let read = app
        .store
        .read(move |db| Ok((list::page(db, &filter, Some(upto + 1), MOST)?.lines, list::everybody(db)?)));
    let (lines, everybody) = read.await.map_err(|_| stop(down(&req)))?;
    let mut detail = selected.chosen;
    detail.insert("rows".into(), Value::from(lines.len()));
    let (by, detail, now) = (who.officer.clone(), Value::Object(detail), app.clock.now());
    let written: Result<(), WriteError<RequestRefused>> =
        app.store.write("export.take", Lane::Record, move |db| rows::take(db, &by, &uid, &detail, now)).await;
    match written {
        Ok(()) => Ok(file(Words { t: Texts(who.locale), plan: &app.plan(), people: &everybody }, &lines)),
        Err(WriteError::Refused(_)) => exports::past(&app, &req, &who).await,
        Err(_) => Ok(down(&req)),
    }
}

fn file(say: Words<'_>, lines: &[Line]) -> HttpResponse {
    let t = say.t;
    let mut file = csv::MARK.to_owned();
    file.push_str(&csv::line(&COLUMNS.map(|id| t.get(&format!("audit-col-{id}")))));
    lines.iter().for_each(|line| file.push_str(&csv::line(&row(say, line))));
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"record.csv\""))
        .insert_header((header::CACHE_CONTROL, reply::NO_STORE))
        .body(file)
}

const COLUMNS: [&str; 8] = ["place", "time", "who", "login", "act", "code", "tip", "detail"];

fn row(say: Words<'_>, line: &Line) -> [String; 8] {
    let Words { t, plan, .. } = say;
    [
        line.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        time(line),
        say::who(t, plan, line),
        line.who.as_ref().map(|who| who.login.clone()).unwrap_or_default(),
        say::act(t, &line.act),
        line.act.clone(),
        say::tip(t, line),
        say.detail(&line.detail).join("；"),
    ]
}

/// To the second for staff, to the minute for a reporter.
fn time(line: &Line) -> String {
    let minute = line.at.minute().local();
    match &line.who {
        Some(_) => format!("{minute}:{:02}", line.at.seconds().rem_euclid(60)),
        None => minute.to_string(),
    }
}
