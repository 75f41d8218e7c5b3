//! Who the reporter is: shown once, on the answer to a form that says why, after the reason and the reading
//! stand in history and audit.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::opened::{self, open_sheet};
use super::session::{Act, Fields};
use super::working::{Working, down, not_found};
use super::{forms, tip, tip_view};
use crate::app::{App, PLAN_ID};
use crate::people::roles::Permission;
use crate::store::acts::{Warrant, open_contact};
use crate::store::{Lane, WriteError};
use crate::triage::acts::contact_opened;
use crate::web::reply;

/// Opens the contact and shows the tip's page with it.
pub(super) async fn show(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let mut working = Working::begin(app, req.clone(), act, "contact").await?;
    let reason = working.fields.typed("reason");
    let lines = contact_opened(&working.hand(), &working.sheet.tip, &working.keys, reason);
    let (event, row) = match lines {
        Ok(lines) => lines,
        Err(refused) => {
            return Ok(working.refused(forms::refusal_text(refused)).await);
        }
    };
    let warrant = Warrant {
        officer: working.who.officer.clone(),
        tip: working.sheet.tip.uid,
        permission: Permission::ReadContact,
        directory: None,
    };
    let written = working
        .app
        .store
        .write("tip.contact_read", Lane::Desk, move |db| open_contact(db, PLAN_ID, &warrant, (&event, &row)))
        .await;
    match written {
        Ok((sheet, sealed)) => {
            working.sheet = sheet;
            page(&working, &sealed).await
        }
        Err(WriteError::Refused(_)) => Ok(not_found(&req)),
        Err(_) => Ok(down(&req)),
    }
}

async fn page(
    working: &Working,
    sealed: &[crate::store::tip_page::SealedEntry],
) -> Result<HttpResponse, Error> {
    let (app, sheet, who) = (&working.app, &working.sheet, &working.who);
    let directory = working.directory().await?;
    let opened = open_sheet(sheet, &working.keys);
    let contact = sealed.iter().find_map(|e| opened::contact(&sheet.tip.uid, &working.keys, e));
    let ctx = who.frame(app, format!("/desk/tips/{}", sheet.tip.uid));
    let (csrf, draft) = (who.secret.csrf(), Fields::empty());
    let frame = forms::Frame {
        ctx: &ctx,
        plan: &app.plan,
        csrf: &csrf,
        tip: &sheet.tip,
        coverage: directory.as_ref(),
        pinned: tip::is_pinned(app, sheet, &opened, &directory),
        draft: &draft,
    };
    let view = tip_view::View {
        frame,
        sheet,
        keys: &working.keys,
        opened: &opened,
        officer: &who.officer,
        now: app.clock.now().minute(),
        contact: Some(contact.as_ref()),
    };
    Ok(reply::private_page(StatusCode::OK, tip_view::page(&view)))
}
