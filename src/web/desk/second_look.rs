//! The second look (复核): what colleagues set aside, opened one under the other, and judged in one sending. Owns the
//! address `/desk/second-look`; refuses which tips are whose (`store::looks`) and how they look.
//!
//! Invariant: every tip is judged by itself, authorised by itself, and its result shown; one that was refused changes
//! nothing about the others.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::opened::{Opened, Reason, open_sheet, reason};
use super::second_look_view::{self, Verdict, View};
use super::session::{Act, SignedIn};
use super::stop;
use super::working::{down, keys};
use crate::app::{App, PLAN_ID};
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::store::acts::{ActNotWritten, Warrant, apply};
use crate::store::tip_page::{self, Sheet};
use crate::store::{Lane, WriteError, looks};
use crate::triage::acts::{ActRefused, Hand, put_back, uphold};
use crate::vault::uid::Uid;
use crate::web::reply;

/// The field of a tip's verdict begins so.
pub(super) const LOOK: &str = "look-";
/// The field of the version it was shown at begins so.
pub(super) const VERSION: &str = "version-";
/// More than these are not on one page.
const MOST: usize = 2 * looks::PAGE as usize;

/// What was judged of one tip, and what came of it.
pub(super) struct Judged {
    /// Which.
    pub(super) uid: Uid,
    /// How, where it was done; else why not.
    pub(super) result: Result<Verdict, &'static str>,
}

/// What waits for this officer's second look.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    page(&app, &req, &who, &[]).await
}

/// Judges those that the officer chose something for; shows what came of each, and what still waits.
pub(super) async fn judge(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let mut judged = Vec::new();
    for name in fields.starting_with(LOOK).take(MOST) {
        let Ok(uid) = name.parse::<Uid>() else { continue };
        let Ok(verdict) = fields.typed(&format!("{LOOK}{name}")).parse::<Verdict>() else { continue };
        let seen = fields.typed(&format!("{VERSION}{name}")).parse().unwrap_or(0);
        let result = judge_one(&app, &who.officer, uid, seen, verdict).await.map(|()| verdict);
        judged.push(Judged { uid, result });
    }
    page(&app, &req, &who, &judged).await
}

/// A tip that was set aside, opened.
pub(super) struct Lying {
    /// Its clear facts and its history.
    pub(super) sheet: Sheet,
    /// What it says.
    pub(super) opened: Opened,
    /// Why it was set aside the last time, where the officer holds the key to that.
    pub(super) aside: Option<Reason>,
}

impl Lying {
    fn open(who: &SignedIn, sheet: Sheet) -> Self {
        let keys = keys(who, &sheet);
        let opened = open_sheet(&sheet, &keys);
        let event = sheet.events.iter().rfind(|event| event.kind == "set_aside");
        let aside = event.and_then(|it| reason(&sheet.tip.uid, &keys, &it.uid, it.sealed.as_ref()?));
        Self { sheet, opened, aside }
    }
}

async fn judge_one(
    app: &App,
    officer: &Officer,
    uid: Uid,
    seen: i64,
    verdict: Verdict,
) -> Result<(), &'static str> {
    let (reader, now) = (officer.clone(), app.clock.now());
    let read = app.store.read(move |db| {
        let is_mine = looks::is_waiting(db, &reader, now.minute(), &uid)?;
        Ok((is_mine, tip_page::prepare(db, PLAN_ID, &reader, &uid, now)?))
    });
    let (is_mine, sheet) = read.await.map_err(|_| "desk-look-down")?;
    let may = |sheet: &Sheet| sheet.standing.allows(officer.role, Permission::Look) && !sheet.closed;
    let sheet = sheet.filter(may).ok_or("desk-look-gone")?;
    if sheet.tip.version != seen {
        return Err("desk-look-changed");
    }
    let hand = Hand { officer, now, entropy: app.entropy.as_ref() };
    if !is_mine {
        return Err("desk-look-changed");
    }
    let act = match verdict {
        Verdict::Uphold => uphold(&hand, &sheet.tip),
        Verdict::PutBack => put_back(&hand, &sheet.tip),
    };
    let act = act.map_err(|refused| match refused {
        ActRefused::OwnLook => "desk-refused-own-look",
        _ => "desk-look-changed",
    })?;
    let warrant =
        Warrant { officer: officer.clone(), tip: uid, permission: Permission::Look, directory: None };
    let label = act.audit.act;
    let written = app.store.write(label, Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &act)).await;
    app.bell.ring();
    written.map_err(|why| match why {
        WriteError::Refused(ActNotWritten::Changed | ActNotWritten::Directory) => "desk-look-changed",
        WriteError::Refused(ActNotWritten::Forbidden) => "desk-look-gone",
        _ => "desk-look-down",
    })
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    judged: &[Judged],
) -> Result<HttpResponse, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let read: Result<_, WriteError<()>> = app
        .store
        .write("tip.read", Lane::Record, move |db| {
            let waiting = looks::count(db, &officer, now.minute())?;
            Ok((looks::read(db, PLAN_ID, &officer, now)?, waiting))
        })
        .await;
    let (sheets, waiting) = read.map_err(|_| stop(down(req)))?;
    let tips: Vec<Lying> = sheets.into_iter().map(|sheet| Lying::open(who, sheet)).collect();
    let ctx = who.frame(app, "/desk/second-look");
    let csrf = who.secret.csrf();
    let view = View { plan: &app.plan(), csrf: &csrf, tips: &tips, waiting, judged, now: now.minute() };
    Ok(reply::private_page(StatusCode::OK, second_look_view::page(&ctx, &view)))
}
