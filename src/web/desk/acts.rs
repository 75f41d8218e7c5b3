//! What is done with a tip. Each handler: the permission, the command, the write.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::opened::{self, open_sheet};
use super::session::Act;
use super::stop;
use super::working::{Tried, Working, down, not_found, refuse, uid_of};
use crate::app::{App, PLAN_ID};
use crate::intake::facts::{self, Correction};
use crate::intake::report::LifeFacts;
use crate::people::roles::Permission;
use crate::routing::decide;
use crate::store::acts::{Warrant, apply};
use crate::store::{Lane, WriteError, tip_page};
use crate::triage::acts::{self, ActRefused, Closing, Decided, Hand, Referral};
use crate::triage::keys::TipKeys;
use crate::vault::compartment::Compartment;
use crate::web::reply;

/// From the queue to the tip: claims it if nobody has it, and leads to its page either way.
///
/// Whoever loses the race reads what the other holds: two officers never both hold a tip.
pub(super) async fn open(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return Ok(not_found(&req)) };
    let (officer, now) = (act.who.officer.clone(), app.clock.now());
    let found = app.store.read(move |db| tip_page::prepare(db, PLAN_ID, &officer, &uid, now)).await;
    let sheet = found.map_err(|_| stop(down(&req)))?;
    let Some(sheet) = sheet else { return Ok(refuse(&app, &req, &act.who, uid).await) };
    if sheet.tip.claimed_by.is_none() {
        let officer = act.who.officer.clone();
        let hand = Hand { officer: &officer, now: app.clock.now(), entropy: app.entropy.as_ref() };
        let may = sheet.standing.allows(officer.role, Permission::Claim);
        if let Some(claimed) = may.then(|| acts::claim(&hand, &sheet.tip, false)).and_then(Result::ok) {
            let warrant = Warrant {
                officer: officer.clone(),
                tip: uid,
                permission: Permission::Claim,
                directory: None,
            };
            let write =
                app.store.write("tip.claimed", Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &claimed));
            match write.await {
                Ok(()) | Err(WriteError::Refused(_)) => {}
                Err(_) => return Ok(down(&req)),
            }
        }
    }
    Ok(reply::see_other(&format!("/desk/tips/{uid}?l={}", act.who.locale.code())))
}

/// Takes the tip to work on.
pub(super) async fn claim(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "claim").await?;
    let sheet = &working.sheet;
    let holder = sheet.colleagues.iter().find(|c| Some(c.id) == sheet.tip.claimed_by);
    let colleague = holder.is_some_and(|holder| holder.agency == working.who.officer.agency);
    let decided = acts::claim(&working.hand(), &sheet.tip, colleague);
    working.write(decided).await
}

/// Takes the tip on.
pub(super) async fn accept(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "accept").await?;
    let decided = acts::accept(&working.hand(), &working.sheet.tip);
    working.write(decided).await
}

/// Writes a note.
pub(super) async fn note(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "note").await?;
    let text = working.fields.typed("text");
    let decided = acts::note(&working.hand(), &working.sheet.tip, &working.keys, text);
    working.write(decided).await
}

/// Writes to the reporter.
pub(super) async fn reply(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "reply").await?;
    let (text, ask) = (working.fields.typed("text"), working.fields.typed("ask") == "yes");
    let decided = acts::reply(&working.hand(), &working.sheet.tip, &working.keys, text, ask);
    working.write(decided).await
}

/// Closes the tip.
pub(super) async fn close(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "close").await?;
    let Ok(outcome) = working.fields.typed("outcome").parse() else {
        return Ok(working.refused("desk-refused-outcome").await);
    };
    let closing =
        Closing { outcome, reason: working.fields.typed("reason"), reply: working.fields.typed("reply") };
    let decided = acts::close(&working.hand(), &working.sheet.tip, &working.keys, &closing);
    working.write(decided).await
}

/// Refers the tip to another agency.
pub(super) async fn refer(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "refer").await?;
    twice(working, "desk-refused-agency", |working, directory| {
        let to = working.fields.typed("agency").parse().ok()?;
        let referral = Referral { to, reason: working.fields.typed("reason") };
        let (sheet, plan) = (&working.sheet, &working.app.plan());
        let keys = working.keys.clone();
        Some(acts::refer(&working.hand(), &sheet.tip, &sheet.held, keys, (directory, plan), &referral))
    })
    .await
}

/// Puts category, district or urgency right, and lets routing decide again.
pub(super) async fn correct(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let working = Working::begin(app, req, act, "correct").await?;
    twice(working, "desk-refused-facts", corrected).await
}

type Directory = crate::people::directory::Directory;

/// The correction as typed, judged by routing. `None` for something the form does not offer.
fn corrected(working: &Working, directory: &Directory) -> Option<Result<Decided, ActRefused>> {
    let (sheet, fields) = (&working.sheet, &working.fields);
    let report = open_sheet(sheet, &working.keys).report?;
    let district = match fields.typed("district") {
        "unknown" => None,
        code => Some(code.parse().ok()?),
    };
    let urgency = match fields.typed("urgency") {
        "rule" | "" => None,
        word => Some(word.parse().ok()?),
    };
    let category = fields.typed("category").parse().ok()?;
    let typed = Correction { category: Some(category), district: Some(district), urgency };
    let plan = working.app.plan();
    let decision = decide(&plan, &facts::corrected(&report, &typed), directory).ok()?;
    let contact = sheet.entries.iter().find(|e| e.compartment == Compartment::Identity);
    let contact = contact.and_then(|entry| opened::contact(&sheet.tip.uid, &working.keys, entry));
    let extract = LifeFacts { district, ..LifeFacts::of(&report, contact.as_ref()) };
    let life = serde_json::to_vec(&extract).ok()?;
    let correction =
        acts::Correction { category, district, decision: &decision, calendar: plan.calendar(), life: &life };
    let keys: TipKeys = working.keys.clone();
    Some(acts::correct(&working.hand(), &sheet.tip, &sheet.held, keys, directory, &correction))
}

/// Prepares and writes an act that seals keys to the directory; once more if the directory moved on between.
pub(super) async fn twice(
    mut working: Working,
    not_offered: &'static str,
    prepare: impl Fn(&Working, &Directory) -> Option<Result<Decided, ActRefused>>,
) -> Result<HttpResponse, Error> {
    for _ in 0..2 {
        let directory = working.directory().await?;
        let Some(act) = prepare(&working, &directory) else {
            return Ok(working.refused(not_offered).await);
        };
        match working.try_write(act, Some(directory.version)).await? {
            Tried::Answer(answer) => return Ok(answer),
            Tried::Again(again) => working = *again,
        }
    }
    Ok(working.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-busy"))
}
