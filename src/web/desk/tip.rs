//! One tip's page. Owns reading it: authorised and on record in one transaction, opened after the commit.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::aside::{Came, Just};
use super::opened::{Opened, open_sheet};
use super::session::{Fields, SignedIn};
use super::working::{down, keys, not_found, uid_of};
use super::{forms, related, stop, tip_view};
use crate::app::{App, PLAN_ID};
use crate::intake::facts::{self, Correction};
use crate::intake::report::Contact;
use crate::people::directory::Directory;
use crate::plan::Plan;
use crate::routing::{Decision, decide};
use crate::store::tip_page::{self, Purpose, Sheet};
use crate::store::{Lane, WriteError};
use crate::triage::keys::TipKeys;
use crate::vault::uid::Uid;
use crate::web::reply;

/// The page of a tip. A GET claims nothing.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    came: web::Query<Came>,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let sheet = read(&app, &req, &who, uid, Purpose::Page).await?;
    let Some(sheet) = sheet else { return Ok(not_found(&req)) };
    let directory = app.directory.get(&app.store).await.map_err(|_| stop(down(&req)))?;
    let own = deciding(&app, &sheet).await;
    Ok(drawn(
        &app,
        &who,
        (&sheet, &keys(&who, &sheet)),
        (&directory, &own),
        &Besides { contact: None, just: came.just() },
    ))
}

/// The version of the plan that decided the tip; the one that routes where that cannot be read any more.
pub(super) async fn deciding(app: &App, sheet: &Sheet) -> Arc<Plan> {
    let label = &sheet.tip.reasons.plan_version;
    app.plans.of(&app.store, label).await.unwrap_or_else(|| app.plan())
}

/// What the page shows besides the tip.
pub(super) struct Besides<'a> {
    /// Who the reporter is, where it was just let out; inside, nothing if it did not open.
    pub(super) contact: Option<Option<&'a Contact>>,
    /// Another tip that the officer has just set aside.
    pub(super) just: Option<Just>,
}

/// Draws the page of a tip that was read on record.
pub(super) fn drawn(
    app: &App,
    who: &SignedIn,
    (sheet, keys): (&Sheet, &TipKeys),
    (directory, own): (&Directory, &Plan),
    besides: &Besides<'_>,
) -> HttpResponse {
    let opened = open_sheet(sheet, keys);
    let ctx = who.frame(app, format!("/desk/tips/{}", sheet.tip.uid));
    let (csrf, draft) = (who.secret.csrf(), Fields::empty());
    let again = decided_again(own, sheet, &opened, directory);
    let frame = forms::Frame {
        ctx: &ctx,
        plan: &app.plan(),
        csrf: &csrf,
        tip: &sheet.tip,
        coverage: directory,
        pinned: again.as_ref().is_some_and(|it| it.urgency != sheet.tip.placement.urgency),
        draft: &draft,
    };
    let (now, officer) = (app.clock.now().minute(), &who.officer);
    let related = sheet.related.as_ref().map(|all| related::known(all, &opened, &app.deployment));
    let view = tip_view::View {
        frame,
        own,
        sheet,
        keys,
        opened: &opened,
        officer,
        now,
        contact: besides.contact,
        just: besides.just,
        related: related.as_deref(),
        may_be_told: again.map(|decision| decision.may_be_told).unwrap_or_default(),
    };
    reply::private_page(StatusCode::OK, tip_view::page(&view))
}

/// Reads a tip and puts the reading on record, in one transaction.
pub(super) async fn read(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    uid: Uid,
    purpose: Purpose,
) -> Result<Option<Sheet>, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let read: Result<_, WriteError<()>> = app
        .store
        .write("tip.read", Lane::Record, move |db| {
            Ok(tip_page::read(db, PLAN_ID, &officer, &uid, purpose, now)?)
        })
        .await;
    read.map_err(|_| stop(down(req)))
}

/// What report and rule give today. Where the urgency differs, an officer has set it; whom the plan lets know besides is
/// shown from it.
fn decided_again(own: &Plan, sheet: &Sheet, opened: &Opened, directory: &Directory) -> Option<Decision> {
    let (tip, report) = (&sheet.tip, opened.report.as_ref()?);
    let as_it_stands =
        Correction { category: Some(tip.category), district: Some(tip.district), urgency: None };
    decide(own, &facts::corrected(report, &as_it_stands), directory).ok()
}
