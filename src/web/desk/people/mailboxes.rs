//! Duty mailboxes at the desk: which agency has one, naming another, and giving back the code that was sent to it. Each
//! handler: who, what, the write.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::mailboxes_view::{self, View};
use super::members::{is_named, searched};
use crate::app::{App, PLAN_ID};
use crate::notify::mail::is_address;
use crate::notify::{Notice, NoticeKind};
use crate::people::members::sees;
use crate::plan::{AgencyCode, Urgency};
use crate::store::people::mailboxes::{self, MailboxRefused};
use crate::store::{Lane, WriteError};
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::desk::stop;
use crate::web::desk::working::down;
use crate::web::reply;

/// The longest address, in characters (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// The most lines of a page; whoever wants another agency looks for it.
const MOST: usize = 60;

/// What the list is narrowed to, and what has just been done.
#[derive(Deserialize)]
pub(in crate::web::desk) struct Asked {
    find: Option<String>,
    done: Option<String>,
}

/// What a page shows beside the rows.
#[derive(Default)]
struct Said<'a> {
    find: &'a str,
    done: Option<&'a str>,
    refused: Option<&'static str>,
}

/// The list.
pub(in crate::web::desk) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Error> {
    let find = searched(asked.find.as_deref());
    let said = Said { find: &find, done: asked.done.as_deref(), refused: None };
    page(&app, &req, &who, &Fields::empty(), said).await
}

/// Names the mailbox that an agency is to have.
pub(in crate::web::desk) async fn name(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let agency = fields.typed("agency").parse().ok().filter(|code| app.plan().agency(code).is_some());
    let address = fields.typed("address").trim().to_owned();
    let fits = address.chars().count() <= LONGEST && is_address(&address);
    let Some(agency) = agency.filter(|_| fits) else {
        let said = Said { refused: Some("mailboxes-incomplete"), ..Said::default() };
        return page(&app, &req, &who, &fields, said).await;
    };
    let (by, now) = (who.officer.clone(), app.clock.now());
    let [code, warning] = [NoticeKind::Confirm, NoticeKind::Moved]
        .map(|kind| Notice::now(agency, kind, Urgency::Urgent, now.minute(), app.entropy.as_ref()));
    let written = app
        .store
        .write("mailbox.name", Lane::Desk, move |db| {
            mailboxes::name(db, PLAN_ID, &by, (&agency, &address), (&code, &warning), now)
        })
        .await;
    settled(&app, &req, &who, (&fields, "named"), written).await
}

/// Puts the mailbox in use whose code was read.
pub(in crate::web::desk) async fn confirm(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let Ok(agency) = fields.typed("agency").parse::<AgencyCode>() else {
        let said = Said { refused: Some("mailboxes-no-such-code"), ..Said::default() };
        return page(&app, &req, &who, &fields, said).await;
    };
    let (by, now, typed) = (who.officer.clone(), app.clock.now(), fields.typed("code").to_owned());
    let own = app.clone();
    let written = app
        .store
        .write("mailbox.confirm", Lane::Desk, move |db| {
            mailboxes::confirm(db, PLAN_ID, &by, (&agency, &typed), &own.deployment, now)
        })
        .await;
    settled(&app, &req, &who, (&fields, "confirmed"), written).await
}

async fn settled(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    (fields, done): (&Fields, &str),
    written: Result<(), WriteError<MailboxRefused>>,
) -> Result<HttpResponse, Error> {
    let refused = match written {
        Ok(()) => {
            let place = format!("{}?l={}&done={done}", mailboxes_view::PATH, who.locale.code());
            return Ok(reply::see_other(&place));
        }
        Err(WriteError::Refused(MailboxRefused::NoSuchCode)) => "mailboxes-no-such-code",
        Err(WriteError::Refused(MailboxRefused::Forbidden)) => "mailboxes-not-yours",
        Err(_) => return Ok(down(req)),
    };
    page(app, req, who, fields, Said { refused: Some(refused), ..Said::default() }).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    draft: &Fields,
    said: Said<'_>,
) -> Result<HttpResponse, Error> {
    let seen = sees(&who.officer);
    let plan = app.plan();
    let all = plan.agencies();
    let wanted = all.filter(|agency| said.find.is_empty() || is_named(agency, said.find));
    let covered = wanted.map(|agency| agency.code).filter(|code| seen.is_some_and(|s| s.covers(code)));
    let own: Vec<AgencyCode> = covered.collect();
    let read = app.store.read(move |db| mailboxes::lines(db, PLAN_ID, &own));
    let mut lines = read.await.map_err(|_| stop(down(req)))?;
    lines.retain(|line| !said.find.is_empty() || line.confirmed.is_some() || line.wanted.is_some());
    // What waits for somebody stands first.
    lines.sort_by_key(|line| (line.wanted.is_none(), line.agency));
    let more = lines.len() > MOST;
    lines.truncate(MOST);
    let view = View {
        plan: &plan,
        officer: &who.officer,
        csrf: &who.secret.csrf(),
        lines: &lines,
        more,
        find: said.find,
        draft,
        done: said.done,
        refused: said.refused,
        now: app.clock.now().minute(),
    };
    let status = if said.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let ctx = who.frame(app, mailboxes_view::PATH);
    Ok(reply::private_page(status, mailboxes_view::page(&ctx, &view)))
}
