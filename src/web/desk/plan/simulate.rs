//! What a version would do with the last tips. Owns reading their clear facts, deciding them twice and counting what
//! differs; refuses opening any: the store gives what stands in clear, and the looking is on record.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::words::Words;
use super::{Opened, PATH, opened, past, refusal};
use crate::app::plans::today;
use crate::app::{App, PLAN_ID};
use crate::i18n::Texts;
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, BodyCode, Plan};
use crate::routing::compare::{Known, Moved, compare};
use crate::store::people::plans::{PlanRefused, simulated};
use crate::store::{Lane, WriteError, plans};
use crate::web::context::PageContext;
use crate::web::desk::session::SignedIn;
use crate::web::desk::working::down;
use crate::web::desk::{stop, words};
use crate::web::reply;
use crate::web::ui::shell;

/// How many tips are decided, where nobody says.
const USUAL: i64 = 500;

/// How many at the most, and at the least: of one tip alone a trial would tell what it is.
const MOST: i64 = 5_000;
const LEAST: i64 = 100;

/// From how many tips on a number is shown.
const SHOWN: usize = 5;

/// The page.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<BTreeMap<String, String>>,
) -> Result<HttpResponse, Error> {
    let app = app.into_inner();
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let most = wanted.get("n").and_then(|n| n.parse().ok()).unwrap_or(USUAL).clamp(LEAST, MOST);
    let ctx = who.frame(&app, format!("{}/simulate", opened.path()));
    let first = opened.version.first_day(today(app.clock.as_ref()));
    let after = match Plan::parse_on(&opened.files, first) {
        Ok(plan) => plan,
        Err(error) => return Ok(unreadable(&ctx, &app.plan(), &opened, &error)),
    };
    let directory = app.directory.get(&app.store).await.map_err(|_| stop(down(&req)))?;
    let before = app.plan();
    let tips = match read(&app, &who, &opened, most, &before).await {
        Ok(tips) => tips,
        Err(Some(why)) => return Ok(refused(&ctx, why)),
        Err(None) => return Ok(down(&req)),
    };
    let count = tips.len();
    let plans = (Arc::clone(&before), Arc::new(after));
    let found = tokio::task::spawn_blocking(move || differing(&plans, &tips, &directory)).await;
    let found = found.map_err(|_| stop(down(&req)))?;
    let body = view(&ctx, &before, &opened, (most, count, &found));
    let title = ctx.texts.get("plan-simulate");
    Ok(reply::private_page(StatusCode::OK, shell::page(&ctx, &title, &body)))
}

/// The last tips' clear facts; that they were looked at is on record before they are used.
async fn read(
    app: &App,
    who: &SignedIn,
    opened: &Opened,
    most: i64,
    plan: &Plan,
) -> Result<Vec<Known>, Option<PlanRefused>> {
    let police = plan.directory().code(plan.directory().roles.police);
    let (by, now, label) = (who.officer.clone(), app.clock.now(), opened.version.label.clone());
    let read = app.store.write("plan.simulate", Lane::Record, move |db| {
        let tips = plans::known(db, PLAN_ID, most, police)?;
        simulated(db, &by, &label, tips.len(), now)?;
        Ok(tips)
    });
    read.await.map_err(|error| match error {
        WriteError::Refused(why) => Some(why),
        _ => None,
    })
}

/// What differs, with how many tips it does for.
fn differing(
    (before, after): &(Arc<Plan>, Arc<Plan>),
    tips: &[Known],
    directory: &Directory,
) -> BTreeMap<Moved, usize> {
    let mut all = BTreeMap::new();
    for moved in tips.iter().filter_map(|known| compare(before, after, known, directory)) {
        *all.entry(moved).or_default() += 1;
    }
    all
}

fn unreadable(
    ctx: &PageContext,
    plan: &Plan,
    opened: &Opened,
    error: &crate::plan::PlanError,
) -> HttpResponse {
    let t = ctx.texts;
    let said = t.with("plan-unreadable", &[("what", &Words { t, plan }.error(error))]);
    let body = html! { (back(ctx, opened)) div #errors .errors role="alert" { p { (said) } } };
    reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, shell::page(ctx, &t.get("plan-simulate"), &body))
}

fn refused(ctx: &PageContext, why: PlanRefused) -> HttpResponse {
    let t = ctx.texts;
    let body = html! { div #errors .errors role="alert" { p { (t.get(refusal(why))) } } };
    reply::private_page(StatusCode::CONFLICT, shell::page(ctx, &t.get("plan-simulate"), &body))
}

fn back(ctx: &PageContext, opened: &Opened) -> Markup {
    html! { p { a href=(ctx.href(&format!("{PATH}/{}", opened.version.number))) { (ctx.texts.get("plan-to-version")) } } }
}

fn view(
    ctx: &PageContext,
    plan: &Plan,
    opened: &Opened,
    (most, tips, found): (i64, usize, &BTreeMap<Moved, usize>),
) -> Markup {
    let t = ctx.texts;
    let moved: usize = found.values().sum();
    let said = [("tips", tips.to_string()), ("moved", moved.to_string())];
    let said = t.with("plan-simulate-result", &said.each_ref().map(|(name, value)| (*name, value.as_str())));
    html! {
        (back(ctx, opened))
        p .hint { (t.get("plan-simulate-hint")) }
        form #again method="get" action=(format!("{PATH}/{}/simulate", opened.version.number)) {
            input type="hidden" name="l" value=(t.0.code());
            label for="n" { (t.get("plan-simulate-count")) }
            input #n type="text" inputmode="numeric" name="n" maxlength="5" value=(most);
            button .quiet type="submit" { (t.get("plan-simulate-button")) }
        }
        p #result .lead role="status" { strong { (said) } }
        @if found.is_empty() { p .none { (t.get("plan-simulate-none")) } } @else {
            table #moved .folded {
                thead { tr { @for id in ["what", "where", "change", "tips"] { th scope="col" { (t.get(&format!("plan-simulate-col-{id}"))) } } } }
                tbody { @for (moved, count) in found { tr {
                    td data-label=(t.get("plan-simulate-col-what")) { (words::category(t, plan, &moved.category)) }
                    td data-label=(t.get("plan-simulate-col-where")) { (words::district(t, plan, moved.district.as_ref())) }
                    td data-label=(t.get("plan-simulate-col-change")) { (change(t, plan, moved)) }
                    td .number data-label=(t.get("plan-simulate-col-tips")) { (few(t, *count)) }
                } } }
            }
            p .hint { (t.get("plan-simulate-small")) }
        }
    }
}

fn few(t: Texts, count: usize) -> String {
    if count < SHOWN { t.get("plan-simulate-few") } else { count.to_string() }
}

fn change(t: Texts, plan: &Plan, moved: &Moved) -> String {
    let desk = |agency: Option<AgencyCode>| {
        agency.map_or_else(|| t.get("plan-simulate-nobody"), |agency| words::agency(t, plan, &agency))
    };
    let mut said = Vec::new();
    if moved.lead.0 != moved.lead.1 {
        let (from, to) = (desk(moved.lead.0), desk(moved.lead.1));
        said.push(t.with("plan-simulate-lead", &[("from", &from), ("to", &to)]));
    }
    let sets = [
        ("plan-simulate-told", &moved.told),
        ("plan-simulate-untold", &moved.untold),
        ("plan-simulate-given", &moved.given),
        ("plan-simulate-withheld", &moved.withheld),
    ];
    for (id, set) in sets.into_iter().filter(|(_, set)| !set.is_empty()) {
        let names = Words { t, plan }.bodies(set.iter().map(BodyCode::as_str));
        said.push(t.with(id, &[("names", &names)]));
    }
    said.join("；")
}
