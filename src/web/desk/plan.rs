//! The plan desk: the plan of the portal changed by those who answer for it. Owns the addresses under `/desk/plan`;
//! refuses what a plan is (`plan`), what must hold of one (`routing::proof`) and rows (`store::plans`).
//!
//! | file | what |
//! |---|---|
//! | [`overview`] | the version in force, drafts, history, what expires; beginning a draft |
//! | [`version`] | one version: its difference, its proof, its way to being published |
//! | [`edit`] | the tables of a draft, by form |
//! | [`simulate`] | what a version would do with recent tips |
//! | [`words`] | changes, findings and mistakes in words |

mod edit;
mod edit_view;
mod overview;
mod overview_view;
mod simulate;
mod tables;
mod version;
mod version_view;
mod words;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::session::{Fields, SignedIn};
use super::working::down;
use super::{gate, stop};
use crate::app::{App, PLAN_ID};
use crate::plan::PlanFiles;
use crate::store::WriteError;
use crate::store::people::plans::PlanRefused;
use crate::store::plans::{self, Version};
use crate::web::reply;

/// The page's address.
const PATH: &str = "/desk/plan";

/// The addresses.
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    let get = |cfg: &mut _, path, to| gate::route(cfg, path, to, "GET");
    let post = |cfg: &mut _, path, to| gate::route(cfg, path, to, "POST");
    get(cfg, "/desk/plan", web::get().to(overview::show));
    post(cfg, "/desk/plan", web::post().to(overview::begin));
    get(cfg, "/desk/plan/{uid}", web::get().to(version::show));
    post(cfg, "/desk/plan/{uid}/frame", web::post().to(version::frame));
    post(cfg, "/desk/plan/{uid}/prove", web::post().to(version::prove));
    post(cfg, "/desk/plan/{uid}/propose", web::post().to(version::propose));
    post(cfg, "/desk/plan/{uid}/withdraw", web::post().to(version::withdraw));
    post(cfg, "/desk/plan/{uid}/discard", web::post().to(version::discard));
    post(cfg, "/desk/plan/{uid}/grant", web::post().to(version::grant));
    post(cfg, "/desk/plan/{uid}/refuse", web::post().to(version::refuse));
    get(cfg, "/desk/plan/{uid}/simulate", web::get().to(simulate::show));
    get(cfg, "/desk/plan/{uid}/rules", web::get().to(edit::rules));
    post(cfg, "/desk/plan/{uid}/rules", web::post().to(edit::save_rules));
    get(cfg, "/desk/plan/{uid}/contacts", web::get().to(edit::contacts));
    post(cfg, "/desk/plan/{uid}/contacts", web::post().to(edit::save_contacts));
    get(cfg, "/desk/plan/{uid}/holidays", web::get().to(edit::holidays));
    post(cfg, "/desk/plan/{uid}/holidays", web::post().to(edit::save_holidays));
    get(cfg, "/desk/plan/{uid}/branches", web::get().to(edit::branches));
    post(cfg, "/desk/plan/{uid}/branches", web::post().to(edit::save_branches));
}

/// A version with its files.
struct Opened {
    version: Version,
    files: PlanFiles,
}

impl Opened {
    fn path(&self) -> String {
        format!("{PATH}/{}", self.version.number)
    }
}

/// The version that the address names, where it is there and whole.
async fn opened(app: &App, req: &HttpRequest) -> Result<Option<Opened>, Error> {
    match req.match_info().get("uid").and_then(|text| text.parse().ok()) {
        Some(number) => find(app, req, number).await,
        None => Ok(None),
    }
}

/// A version, where it is there and whole.
async fn find(app: &App, req: &HttpRequest, number: i64) -> Result<Option<Opened>, Error> {
    let read = app.store.read(move |db| {
        let Some(version) = plans::find(db, PLAN_ID, number)? else { return Ok(None) };
        let files = plans::files(db, PLAN_ID, number)?;
        Ok(files.ok().map(|files| Opened { version, files }))
    });
    read.await.map_err(|_| stop(down(req)))
}

/// What a version is to be called, as it was typed; none where that is nothing or too long.
fn name(fields: &Fields) -> Option<String> {
    let name = fields.typed("name").trim();
    (1..=60).contains(&name.chars().count()).then(|| name.to_owned())
}

/// The text for what was refused.
const fn refusal(why: PlanRefused) -> &'static str {
    match why {
        PlanRefused::Forbidden => "plan-not-yours",
        PlanRefused::Past => "plan-past",
        PlanRefused::Changed => "plan-changed-meanwhile",
        PlanRefused::NotProved => "plan-not-proved",
        PlanRefused::Many => "plan-many",
        PlanRefused::Drafts => "plan-too-many-drafts",
    }
}

/// Leads on after a write; shows the overview with what it refused.
async fn settled(
    app: &Arc<App>,
    req: &HttpRequest,
    who: &SignedIn,
    written: Result<(), WriteError<PlanRefused>>,
    to: &str,
) -> Result<HttpResponse, Error> {
    match written {
        Ok(()) => Ok(reply::see_other(&format!("{to}?l={}&done=1", who.locale.code()))),
        Err(WriteError::Refused(why)) => {
            overview::page(app, req, who, &Fields::empty(), (StatusCode::CONFLICT, Some(refusal(why)))).await
        }
        Err(_) => Ok(down(req)),
    }
}

/// The overview, and that what the address names is past or was never there.
async fn past(app: &Arc<App>, req: &HttpRequest, who: &SignedIn) -> Result<HttpResponse, Error> {
    overview::page(app, req, who, &Fields::empty(), (StatusCode::CONFLICT, Some("plan-past"))).await
}
