//! The queue and its lists. Owns the address `/desk`; refuses content: a list shows clear facts only.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::aside::Came;
use super::queue_view::{self, View};
use super::session::SignedIn;
use super::{frame, stop, working};
use crate::app::{App, PLAN_ID};
use crate::people::roles::Right;
use crate::store::looks;
use crate::store::queue::{self, Key, Tab};
use crate::web::reply;
use crate::web::ui::shell;

/// Which list, and from where on.
#[derive(Deserialize)]
pub(super) struct Wanted {
    tab: Option<String>,
    after: Option<String>,
    none: Option<String>,
    #[serde(flatten)]
    came: Came,
}

impl Wanted {
    fn tab(&self) -> Tab {
        match self.tab.as_deref() {
            Some("mine") => Tab::Mine,
            Some("told") => Tab::Told,
            Some("ladder") => Tab::Ladder,
            Some("aside") => Tab::Aside,
            _ => Tab::Agency,
        }
    }

    /// Whether the officer comes from asking for the next tip, and it is not known what became of it.
    fn is_unsure(&self) -> bool {
        self.none.as_deref() == Some("unsure")
    }

    /// Whether the officer comes from asking for the next tip, and there was none.
    fn found_none(&self) -> bool {
        self.none.as_deref() == Some("free")
    }

    fn after(&self) -> Option<Key> {
        self.after.as_deref()?.parse().ok()
    }
}

/// A page of a list.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    wanted: web::Query<Wanted>,
) -> Result<HttpResponse, Error> {
    if !who.officer.role.has(Right::WorkQueue) {
        return Ok(elsewhere(&who, &app));
    }
    let (tab, after) = (wanted.tab(), wanted.after());
    let (officer, now) = (who.officer.clone(), app.clock.now().minute());
    let read = app.store.read(move |db| {
        let (page, looks) = (queue::page(db, &officer, tab, after)?, looks::count(db, &officer, now)?);
        Ok((page, queue::counts(db, PLAN_ID, &officer.agency, now)?, looks))
    });
    let (page, counts, looks) = read.await.map_err(|_| stop(working::down(&req)))?;
    let ctx = who.frame(&app, "/desk");
    let csrf = who.secret.csrf();
    let found_none = wanted.found_none() && tab == Tab::Agency && after.is_none();
    let view = View {
        plan: &app.plan(),
        officer: &who.officer,
        csrf: &csrf,
        tab,
        page: &page,
        counts,
        looks,
        just: wanted.came.just(),
        found_none,
        unsure: wanted.is_unsure(),
        now,
    };
    Ok(reply::private_page(StatusCode::OK, queue_view::queue(&ctx, &view)))
}

/// For a role that has no queue: leads to what it has, or says that its work is not at this desk.
fn elsewhere(who: &SignedIn, app: &App) -> HttpResponse {
    if let Some((path, _)) = frame::places(who.officer.role).next() {
        return reply::see_other(&format!("{path}?l={}", who.locale.code()));
    }
    let ctx = who.frame(app, "/desk");
    let body = maud::html! { p .lead { (ctx.texts.get("people-no-desk")) } };
    reply::private_page(StatusCode::OK, shell::page(&ctx, &ctx.texts.get("desk-title"), &body))
}
