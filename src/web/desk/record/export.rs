//! Rows of the record as a file. Owns the address `/desk/record/export`; a form, because it leaves a mark.

use actix_web::http::header;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::filter::Chosen;
use super::{csv, note, say};
use crate::app::App;
use crate::audit::reading::RECORD_EXPORTED;
use crate::i18n::Texts;
use crate::plan::Plan;
use crate::store::audit::list::{self, Line};
use crate::web::desk::session::Act;
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// Rows of one file at most; whoever wants more takes them day by day.
const MOST: i64 = 20_000;

/// Sends the file, once it is on record.
pub(in crate::web::desk) async fn send(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let chosen = Chosen::of(|name| fields.typed(name).to_owned());
    let filter = chosen.filter();
    let page = app.store.read(move |db| list::page(db, &filter, None, MOST)).await;
    let page = page.map_err(|_| stop(down(&req)))?;
    let mut detail = chosen.detail();
    detail.insert("rows".into(), Value::from(page.lines.len()));
    note(&app, &req, &who, RECORD_EXPORTED, Value::Object(detail)).await?;
    let t = Texts(who.locale);
    let mut file = csv::MARK.to_owned();
    file.push_str(&csv::line(&COLUMNS.map(|id| t.get(&format!("audit-col-{id}")))));
    page.lines.iter().for_each(|line| file.push_str(&csv::line(&row(t, &app.plan, line))));
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"record.csv\""))
        .insert_header((header::CACHE_CONTROL, reply::NO_STORE))
        .body(file))
}

const COLUMNS: [&str; 8] = ["place", "time", "who", "login", "act", "code", "tip", "detail"];

fn row(t: Texts, plan: &Plan, line: &Line) -> [String; 8] {
    [
        line.seq.map(|seq| seq.to_string()).unwrap_or_default(),
        time(line),
        say::who(t, plan, line),
        line.who.as_ref().map(|who| who.login.clone()).unwrap_or_default(),
        say::act(t, &line.act),
        line.act.clone(),
        say::tip(t, line),
        say::detail(t, plan, &line.detail).join("；"),
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
