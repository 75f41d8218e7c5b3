//! Changing a draft's tables by form. Owns reading the form into the table and refusing what no longer is a plan, with
//! everything that was typed; refuses writing, which is [`super::version`]'s.
//!
//! One invariant: a draft that leaves here can be read as a plan, but for a category without a rule: that is said on the
//! draft's page, and the proof stops it.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use jiff::civil::Date;

use super::edit_view::{self, Chosen, View};
use super::tables::{BRANCHES, CONTACTS, HOLIDAYS, Kind, RULES, Table};
use super::version::put;
use super::{Opened, opened, past, settled};
use crate::app::App;
use crate::app::plans::today;
use crate::people::roles::Right;
use crate::plan::check::bracket_of;
use crate::plan::sheet::Sheet;
use crate::plan::{BodyCode, Plan, PlanError, PlanFiles};
use crate::store::plans::Status;
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::reply;

type Wanted = web::Query<std::collections::HashMap<String, String>>;

/// Two handlers for each table: a table's address names it, and the gates know addresses.
macro_rules! handlers {
    ($($show:ident $save:ident $table:ident;)*) => {$(
        pub(super) async fn $show(app: web::Data<App>, req: HttpRequest, who: SignedIn, wanted: Wanted) -> Result<HttpResponse, Error> {
            show(&app.into_inner(), &req, &who, &$table, &wanted).await
        }

        pub(super) async fn $save(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
            save(&app.into_inner(), &req, act, &$table).await
        }
    )*};
}

handlers! {
    rules save_rules RULES;
    contacts save_contacts CONTACTS;
    holidays save_holidays HOLIDAYS;
    branches save_branches BRANCHES;
}

async fn show(
    app: &Arc<App>,
    req: &HttpRequest,
    who: &SignedIn,
    table: &'static Table,
    wanted: &Wanted,
) -> Result<HttpResponse, Error> {
    let Some(opened) = opened(app, req).await? else { return past(app, req, who).await };
    let mut sheet = Sheet::read(&opened.files, table.file);
    let chosen = match wanted.get("row").map(String::as_str) {
        Some("new") if table.grows && table.file != RULES.file => Some(Chosen::New(sheet.add())),
        Some(row) => row.parse().ok().filter(|row| *row < sheet.len()).map(Chosen::Row),
        None => None,
    };
    let done = wanted.contains_key("done");
    Ok(page(app, who, &opened, table, (&sheet, chosen, StatusCode::OK, None, done)))
}

async fn save(
    app: &Arc<App>,
    req: &HttpRequest,
    act: Act,
    table: &'static Table,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let Some(opened) = opened(app, req).await? else { return past(app, req, &who).await };
    let first = opened.version.first_day(today(app.clock.as_ref()));
    let mut sheet = Sheet::read(&opened.files, table.file);
    let Some(chosen) = changed(&mut sheet, table, &fields) else { return past(app, req, &who).await };
    let mut files = opened.files.clone();
    sheet.put(&mut files);
    if fields.typed("fit") == "y" {
        fit(&mut sheet, chosen.row(), &mut files, first);
    }
    if let Err(error) = readable(&files, first) {
        let said = (&sheet, Some(chosen), StatusCode::UNPROCESSABLE_ENTITY, Some(&error), false);
        return Ok(page(app, &who, &opened, table, said));
    }
    let (to, version) = (format!("{}/{}", opened.path(), table.name), opened.version);
    let content = (version.name, version.valid_from, files, table.name);
    let written = put(app, &who, version.number, fields.typed("seen").to_owned(), content).await;
    settled(app, req, &who, written, &to).await
}

/// A plan, or one that lacks nothing but a rule.
fn readable(files: &PlanFiles, day: Date) -> Result<(), PlanError> {
    match Plan::parse_on(files, day) {
        Ok(_) | Err(PlanError::NoRule { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Puts what was typed into the table; none where it has no such row, or nothing was asked.
fn changed(sheet: &mut Sheet, table: &Table, fields: &Fields) -> Option<Chosen> {
    let row = match fields.typed("row") {
        "new" if table.grows => return Some(typed(Chosen::New(sheet.add()), sheet, table, fields)),
        row => row.parse().ok().filter(|row| *row < sheet.len())?,
    };
    match fields.typed("act") {
        "save" => Some(typed(Chosen::Row(row), sheet, table, fields)),
        "remove" if table.grows => {
            sheet.remove(row);
            Some(Chosen::Row(row))
        }
        "double" if table.grows => {
            typed(Chosen::Row(row), sheet, table, fields);
            sheet.double(row).map(Chosen::Row)
        }
        _ => None,
    }
}

fn typed(chosen: Chosen, sheet: &mut Sheet, table: &Table, fields: &Fields) -> Chosen {
    for column in table.columns {
        match column.kind {
            Kind::Fixed => {}
            Kind::Bodies => {
                let all = Sheet::read(&PlanFiles::embedded(), "agencies.tsv");
                let codes = (0..all.len()).map(|row| all.said(row, "code"));
                let ticked: Vec<&str> =
                    codes.filter(|code| fields.typed(&format!("{}.{code}", column.name)) == "y").collect();
                sheet.set(
                    chosen.row(),
                    column.name,
                    &in_order(sheet.said(chosen.row(), column.name), &ticked),
                );
            }
            _ => sheet.set(chosen.row(), column.name, fields.typed(column.name)),
        }
    }
    chosen
}

/// The ticked in the order they stood in, then the new ones: so that nothing differs that nobody changed.
fn in_order(before: &str, ticked: &[&str]) -> String {
    let kept = before.split(',').filter(|code| ticked.contains(code));
    let new = ticked.iter().copied().filter(|code| !before.split(',').any(|it| it == *code));
    kept.chain(new).collect::<Vec<_>>().join(",")
}

/// Lets who may be told follow from the brackets of the rule's clauses, and takes the lead out of the told.
fn fit(sheet: &mut Sheet, row: usize, files: &mut PlanFiles, day: Date) {
    let lead = sheet.said(row, "lead").to_owned();
    for column in ["told_at_intake", "content_for"] {
        let kept: Vec<&str> = sheet.said(row, column).split(',').filter(|code| *code != lead).collect();
        let kept = kept.join(",");
        sheet.set(row, column, &kept);
    }
    sheet.put(files);
    let Ok(plan) = Plan::parse_on(files, day) else { return };
    let Some(rule) = plan.rules().iter().find(|rule| rule.id == sheet.said(row, "rule")) else { return };
    let allowed = bracket_of(&plan, rule).without(rule.lead);
    let codes: Vec<_> = allowed.iter().map(|body| plan.directory().code(body)).collect();
    let codes: Vec<&str> = codes.iter().map(BodyCode::as_str).collect();
    let allowed = in_order(sheet.said(row, "may_be_told"), &codes);
    sheet.set(row, "may_be_told", &allowed);
    sheet.put(files);
}

type Said<'a> = (&'a Sheet, Option<Chosen>, StatusCode, Option<&'a PlanError>, bool);

fn page(
    app: &Arc<App>,
    who: &SignedIn,
    opened: &Opened,
    table: &'static Table,
    (sheet, chosen, status, error, done): Said<'_>,
) -> HttpResponse {
    let ctx = who.frame(app, format!("{}/{}", opened.path(), table.name));
    let changes = opened.version.status == Status::Draft && who.officer.role.has(Right::ProposePlan);
    let view = View {
        plan: &app.plan(),
        csrf: &who.secret.csrf(),
        version: &opened.version,
        table,
        sheet,
        chosen: chosen.filter(|_| changes),
        changes,
        error,
        done,
    };
    reply::private_page(status, edit_view::page(&ctx, &view))
}
