//! The plan at a glance, and beginning a draft. Each handler: who, what, the write.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::overview_view::{self, View};
use super::{PATH, find, name, past, settled};
use crate::app::plans::today;
use crate::app::{App, PLAN_ID};
use crate::plan::{Plan, PlanFiles};
use crate::store::people::plans::{Begun, PlanRefused, begin as enter};
use crate::store::plans::{self, Texts};
use crate::store::{Lane, WriteError};
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// The overview.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    page(&app.into_inner(), &req, &who, &Fields::empty(), (StatusCode::OK, None)).await
}

/// Begins a draft, based on the version in force or on an earlier one.
pub(super) async fn begin(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, Act { who, fields }) = (app.into_inner(), act);
    let Some(name) = name(&fields) else {
        let again = (StatusCode::UNPROCESSABLE_ENTITY, Some("plan-no-name"));
        return page(&app, &req, &who, &fields, again).await;
    };
    // What is based on nothing that is named is based on what routes.
    let based_on = fields.typed("from").parse().ok().or_else(|| app.plans.number());
    let Some(files) = base(&app, &req, based_on).await? else { return past(&app, &req, &who).await };
    match written(&app, &who, based_on, &name, &files).await {
        Ok(number) => settled(&app, &req, &who, Ok(()), &format!("{PATH}/{number}")).await,
        Err(error) => settled(&app, &req, &who, Err(error), PATH).await,
    }
}

/// The files that a draft begins with.
async fn base(app: &App, req: &HttpRequest, number: Option<i64>) -> Result<Option<PlanFiles>, Error> {
    let Some(number) = number else { return Ok(Some(PlanFiles::embedded())) };
    Ok(find(app, req, number).await?.map(|opened| opened.files))
}

async fn written(
    app: &App,
    who: &SignedIn,
    based_on: Option<i64>,
    name: &str,
    files: &PlanFiles,
) -> Result<i64, WriteError<PlanRefused>> {
    let built = Plan::embedded().map_err(|_| WriteError::Broken)?;
    let label = built.label().to_owned();
    let (texts, first) = (Texts::of(files), built.version().valid_from);
    let built = Texts::of(&PlanFiles::embedded());
    let (by, now, name, valid_from) =
        (who.officer.clone(), app.clock.now(), name.to_owned(), today(app.clock.as_ref()));
    app.store
        .write("plan.begin", Lane::Desk, move |db| {
            let built_in = (label.as_str(), first, &built);
            let begun = Begun { based_on, name: &name, valid_from, texts: &texts, built_in };
            enter(db, PLAN_ID, &by, &begun, now)
        })
        .await
}

/// The page.
pub(super) async fn page(
    app: &Arc<App>,
    req: &HttpRequest,
    who: &SignedIn,
    draft: &Fields,
    (status, refused): (StatusCode, Option<&'static str>),
) -> Result<HttpResponse, Error> {
    // Whoever looks here wants to see what was just published.
    app.plans.follow(&app.store).await.map_err(|_| stop(down(req)))?;
    let read = app.store.read(|db| {
        let all = plans::all(db, PLAN_ID)?;
        let authors: Vec<i64> = all.iter().filter_map(|version| version.author).collect();
        Ok((plans::names(db, &authors)?, all))
    });
    let (authors, versions) = read.await.map_err(|_| stop(down(req)))?;
    let ctx = who.frame(app, PATH);
    let view = View {
        plan: &app.plan(),
        officer: &who.officer,
        csrf: &who.secret.csrf(),
        versions: &versions,
        authors: &authors,
        routes: app.plans.number(),
        broken: app.plans.refused(),
        today: today(app.clock.as_ref()),
        now: app.clock.now().minute(),
        draft,
        refused,
    };
    Ok(reply::private_page(status, overview_view::page(&ctx, &view)))
}
