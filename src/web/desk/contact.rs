//! Who the reporter is: asked for with a reason, granted by another, shown on the answer to a form and then gone.
//! Where somebody is in immediate danger the first responder may see it alone, and a second person looks at that
//! afterwards. Owns the addresses under `/desk/tips/{uid}/contact`; refuses the rule (`people::approval`).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::opened;
use super::session::Act;
use super::working::{Working, down, not_found};
use super::{forms, tip};
use crate::app::{App, PLAN_ID};
use crate::notify::NoticeKind;
use crate::people::approval::{Matter, NotDecided};
use crate::store::people::approvals::{self, ApprovalRefused, Erasing};
use crate::store::tip_page::{SealedEntry, Sheet};
use crate::store::{Lane, WriteError};
use crate::triage::acts::{ContactStep, Reason, contact_notices, contact_step};
use crate::vault::uid::Uid;
use crate::web::reply;

/// Asks a second person to see who the reporter is.
pub(super) async fn ask(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "contact-ask").await?;
    asked(working, Matter::Contact, ContactStep::Asked).await
}

/// Asks the responsible person to read a minor's record.
pub(super) async fn ask_minor(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin_closed(app, req, act, "minor-ask").await?;
    asked(working, Matter::Minor, ContactStep::MinorAsked).await
}

/// Asks a second person to erase the tip before its time.
pub(super) async fn ask_erase(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "erase-ask").await?;
    asked(working, Matter::Erase, ContactStep::EraseAsked).await
}

async fn asked(working: Working, matter: Matter, step: ContactStep) -> Result<HttpResponse, Error> {
    let lines = match lines(&working, step) {
        Ok(lines) => lines,
        Err(text) => return Ok(working.refused(text).await),
    };
    let (warrant, notices) = (working.warrant(), notices(&working, NoticeKind::Approve));
    let written = working.app.store.write(lines.1.act, Lane::Desk, move |db| {
        approvals::ask(db, PLAN_ID, &warrant, (matter, &lines), &notices)
    });
    let written = written.await;
    settled(working, written).await
}

/// Shows it to whoever it was granted to.
pub(super) async fn show(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "contact").await?;
    let (hand, tip, keys) = (working.hand(), &working.sheet.tip, &working.keys);
    let Ok(lines) = contact_step(&hand, tip, keys, ContactStep::Opened, None) else {
        return Ok(working.refused("desk-refused-no-key").await);
    };
    let warrant = working.warrant();
    let written = working.app.store.write("tip.contact_read", Lane::Desk, move |db| {
        approvals::open_contact(db, PLAN_ID, &warrant, &lines)
    });
    let written = written.await;
    shown(working, written).await
}

/// Shows it to somebody alone, now.
pub(super) async fn break_glass(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "contact-break-glass").await?;
    let lines = match lines(&working, ContactStep::GlassBroken) {
        Ok(lines) => lines,
        Err(text) => return Ok(working.refused(text).await),
    };
    let (warrant, notices) = (working.warrant(), notices(&working, NoticeKind::Glass));
    let written = working.app.store.write("tip.glass_broken", Lane::Record, move |db| {
        approvals::break_glass(db, PLAN_ID, &warrant, &lines, &notices)
    });
    let written = written.await;
    shown(working, written).await
}

/// A second person agrees, or has looked at what was done alone.
pub(super) async fn grant(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, true).await
}

/// A second person does not agree.
pub(super) async fn refuse(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, false).await
}

async fn decide(app: web::Data<App>, req: HttpRequest, act: Act, yes: bool) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "contact").await?;
    let wanted = working.fields.typed("approval").parse::<Uid>().ok();
    let found = wanted.and_then(|uid| working.sheet.approvals.iter().find(|it| it.uid == uid));
    let Some(found) = found else { return Ok(working.refused("desk-approval-past").await) };
    let (uid, step) = match (found.matter, yes) {
        // Decided elsewhere: it belongs to no tip.
        (Matter::Recovery | Matter::Export | Matter::Plan, _) => {
            return Ok(working.refused("desk-approval-past").await);
        }
        (Matter::BreakGlass, _) => (found.uid, ContactStep::GlassReviewed),
        (Matter::Contact, true) => (found.uid, ContactStep::Granted),
        (Matter::Contact, false) => (found.uid, ContactStep::Refused),
        (Matter::Minor, true) => (found.uid, ContactStep::MinorGranted),
        (Matter::Minor, false) => (found.uid, ContactStep::MinorRefused),
        (Matter::Erase, true) => (found.uid, ContactStep::EraseGranted),
        (Matter::Erase, false) => (found.uid, ContactStep::EraseRefused),
    };
    let Ok(lines) = contact_step(&working.hand(), &working.sheet.tip, &working.keys, step, None) else {
        return Ok(working.refused("desk-refused-no-key").await);
    };
    let (erases, app) = (step == ContactStep::EraseGranted, working.app.clone());
    let (warrant, backups_days) = (working.warrant(), app.config.retention.backups_days);
    let deployment = Arc::clone(&app.deployment);
    let written = app.store.write(lines.1.act, Lane::Desk, move |db| {
        let erasing = Erasing { deployment: &deployment, backups_days };
        approvals::decide(db, PLAN_ID, &warrant, (&uid, yes), &lines, erasing)
    });
    match written.await {
        Ok(()) if erases => Ok(working.leads_on(false)),
        written => settled(working, written).await,
    }
}

fn lines(working: &Working, step: ContactStep) -> Result<approvals::Lines, &'static str> {
    let fields = &working.fields;
    let reason = Reason { purpose: fields.typed("purpose").parse().ok(), typed: fields.typed("reason") };
    if reason.purpose.is_none() {
        return Err("desk-approval-purpose-missing");
    }
    contact_step(&working.hand(), &working.sheet.tip, &working.keys, step, Some(reason))
        .map_err(forms::refusal_text)
}

fn notices(working: &Working, kind: NoticeKind) -> Vec<crate::notify::Notice> {
    contact_notices(&working.hand(), &working.sheet.tip, kind)
}

/// Leads back to the tip, or says why it was not done and gives back what was typed.
async fn settled(
    working: Working,
    written: Result<(), WriteError<ApprovalRefused>>,
) -> Result<HttpResponse, Error> {
    match written {
        Ok(()) => {
            working.app.bell.ring();
            let (uid, language) = (working.sheet.tip.uid, working.who.locale.code());
            Ok(reply::see_other(&format!("/desk/tips/{uid}?l={language}#reporter")))
        }
        Err(WriteError::Refused(why)) => not_done(&working, why).await,
        Err(_) => Ok(working.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-unconfirmed")),
    }
}

async fn not_done(working: &Working, why: ApprovalRefused) -> Result<HttpResponse, Error> {
    let text = match why {
        ApprovalRefused::Forbidden => return Ok(not_found(working.request())),
        ApprovalRefused::AskedAlready => "desk-approval-asked-already",
        ApprovalRefused::NotGranted => "desk-approval-not-granted",
        ApprovalRefused::NotUrgent => "desk-approval-not-urgent",
        ApprovalRefused::Held => "desk-approval-held",
        ApprovalRefused::GlassFirst => "desk-approval-glass-first",
        ApprovalRefused::NotDecided(NotDecided::Oneself) => "desk-approval-oneself",
        ApprovalRefused::NotDecided(NotDecided::Past) => "desk-approval-past",
    };
    Ok(working.refused(text).await)
}

async fn shown(
    mut working: Working,
    written: Result<(Sheet, Vec<SealedEntry>), WriteError<ApprovalRefused>>,
) -> Result<HttpResponse, Error> {
    match written {
        Ok((sheet, sealed)) => {
            working.app.bell.ring();
            working.sheet = sheet;
            page(&working, &sealed).await
        }
        Err(WriteError::Refused(why)) => not_done(&working, why).await,
        Err(_) => Ok(down(working.request())),
    }
}

async fn page(working: &Working, sealed: &[SealedEntry]) -> Result<HttpResponse, Error> {
    let (sheet, keys) = (&working.sheet, &working.keys);
    let contact = sealed.iter().find_map(|entry| opened::contact(&sheet.tip.uid, keys, entry));
    let directory = working.directory().await?;
    let own = tip::deciding(&working.app, sheet).await;
    let besides = tip::Besides { contact: Some(contact.as_ref()), just: None };
    Ok(tip::drawn(&working.app, &working.who, (sheet, keys), (&directory, &own), &besides))
}
