//! One tip in one officer's hands: authorised, its keys opened, an act prepared and written. Owns the way
//! every act goes: permission, version, command, one write, answer; refuses what each act decides.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::session::{Act, Fields, SignedIn};
use super::{forms, gate, stop};
use crate::app::{App, PLAN_ID};
use crate::people::directory::Directory;
use crate::people::roles::Permission;
use crate::plan::Plan;
use crate::store::acts::{ActNotWritten, Warrant, apply};
use crate::store::tip_page::{self, Purpose, Sheet};
use crate::store::{Lane, WriteError};
use crate::triage::acts::{ActRefused, Decided, Hand};
use crate::triage::keys::TipKeys;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;
use crate::web::error::{self, Failure};
use crate::web::reply;
use crate::web::ui::style::Audience;

/// A tip being worked on.
pub(super) struct Working {
    /// What a request may touch.
    pub(super) app: web::Data<App>,
    /// Who works.
    pub(super) who: SignedIn,
    /// What was typed.
    pub(super) fields: Fields,
    /// The tip, still sealed.
    pub(super) sheet: Sheet,
    /// Its keys, opened.
    pub(super) keys: TipKeys,
    req: HttpRequest,
    permission: Permission,
    form: &'static str,
}

/// How a write went.
pub(super) enum Tried {
    /// It is settled.
    Answer(HttpResponse),
    /// The directory moved on: to be prepared once more.
    Again(Box<Working>),
}

/// The tip's id in the address; none for anything that cannot be one.
pub(super) fn uid_of(req: &HttpRequest, name: &str) -> Option<Uid> {
    req.match_info().get(name)?.parse().ok()
}

/// The page for a tip that does not exist, or not for this officer: the same in both cases.
pub(super) fn not_found(req: &HttpRequest) -> HttpResponse {
    error::page(req, Audience::Desk, Failure::NotFound)
}

/// The page for a store that did not answer.
pub(super) fn down(req: &HttpRequest) -> HttpResponse {
    error::page(req, Audience::Desk, Failure::Down)
}

/// Opens the keys of a tip with the officer's own.
pub(super) fn keys(who: &SignedIn, sheet: &Sheet) -> TipKeys {
    who.private().map_or_else(TipKeys::default, |private| {
        let (officer, grants, tip) = (&who.officer, &sheet.grants, &sheet.tip.uid);
        TipKeys::open(&private, officer, grants, tip, &sheet.envelopes).and_before(
            &private,
            officer,
            grants,
            tip,
            &sheet.before,
        )
    })
}

/// Records that an officer was refused a tip, by whatever address, and says that there is none.
pub(super) async fn refuse(app: &App, req: &HttpRequest, who: &SignedIn, uid: Uid) -> HttpResponse {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let written: Result<(), WriteError<()>> = app
        .store
        .write("tip.refused", Lane::Record, move |db| {
            Ok(tip_page::refused(db, PLAN_ID, &officer, &uid, now)?)
        })
        .await;
    if written.is_err() { down(req) } else { not_found(req) }
}

impl Working {
    /// Prepares an act: the permission that its address takes first, then the version the officer had before them, then the keys.
    ///
    /// Whoever may not read the tip gets no form back, because a form says what the tip is about.
    pub(super) async fn begin(
        app: web::Data<App>,
        req: HttpRequest,
        act: Act,
        form: &'static str,
    ) -> Result<Self, Error> {
        let working = Self::begin_closed(app, req, act, form).await?;
        // A claim says who will ask; everything else is work on what one has not read.
        if working.sheet.closed && working.permission != Permission::Claim {
            return Err(stop(working.again(StatusCode::UNPROCESSABLE_ENTITY, "desk-minor-closed")));
        }
        Ok(working)
    }

    /// [`Working::begin`] also for a minor's record that the officer has no approval to read yet.
    pub(super) async fn begin_closed(
        app: web::Data<App>,
        req: HttpRequest,
        act: Act,
        form: &'static str,
    ) -> Result<Self, Error> {
        let Some(permission) = gate::permission(&req) else { return Err(stop(not_found(&req))) };
        let Some(uid) = uid_of(&req, "uid") else { return Err(stop(not_found(&req))) };
        let Act { who, fields } = act;
        let sheet = load(&app, &req, &who, uid).await?;
        let Some(sheet) = sheet else { return Err(stop(refuse(&app, &req, &who, uid).await)) };
        if !sheet.standing.allows(who.officer.role, Permission::Read) {
            return Err(stop(refuse(&app, &req, &who, uid).await));
        }
        let keys = keys(&who, &sheet);
        let working = Self { app, who, fields, sheet, keys, req, permission, form };
        if !working.sheet.standing.allows(working.who.officer.role, permission) {
            return Err(stop(working.forbidden(uid).await));
        }
        if working.fields.typed("version") != working.sheet.tip.version.to_string() {
            return Err(stop(working.changed().await));
        }
        Ok(working)
    }

    /// For an officer who may read the tip and not do this with it: says so, on record, and gives back what
    /// was typed.
    async fn forbidden(&self, uid: Uid) -> HttpResponse {
        let recorded = refuse(&self.app, &self.req, &self.who, uid).await;
        if recorded.status() == StatusCode::NOT_FOUND {
            return self.again(StatusCode::FORBIDDEN, "desk-refused-forbidden");
        }
        recorded
    }

    /// Who acts, when, and with what randomness.
    pub(super) fn hand(&self) -> Hand<'_> {
        Hand { officer: &self.who.officer, now: self.app.clock.now(), entropy: self.app.entropy.as_ref() }
    }

    /// Who acts on which tip, with the permission that the address takes.
    pub(super) fn warrant(&self) -> Warrant {
        Warrant {
            officer: self.who.officer.clone(),
            tip: self.sheet.tip.uid,
            permission: self.permission,
            directory: None,
        }
    }

    /// The request.
    pub(super) const fn request(&self) -> &HttpRequest {
        &self.req
    }

    /// Who can act right now.
    pub(super) async fn directory(&self) -> Result<std::sync::Arc<Directory>, Error> {
        self.app.directory.get(&self.app.store).await.map_err(|_| stop(down(&self.req)))
    }

    /// Writes an act and leads on; an act that was refused comes back with what was typed.
    pub(super) async fn write(self, act: Result<Decided, ActRefused>) -> Result<HttpResponse, Error> {
        match self.try_write(act, None).await? {
            Tried::Answer(answer) => Ok(answer),
            // Only an act that seals to the directory can find it changed.
            Tried::Again(working) => Ok(down(&working.req)),
        }
    }

    /// Like [`Working::write`], for an act whose keys were sealed to a version of the directory. When that
    /// has moved on, gives the work back, to be done once more.
    pub(super) async fn try_write(
        self,
        act: Result<Decided, ActRefused>,
        directory: Option<i64>,
    ) -> Result<Tried, Error> {
        let act = match act {
            Ok(act) => act,
            Err(refused) => return Ok(Tried::Answer(self.not_done(refused).await)),
        };
        let stays = self.stays_readable(&act);
        let warrant = Warrant { directory, ..self.warrant() };
        let label = act.audit.act;
        let written =
            self.app.store.write(label, Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &act)).await;
        Ok(Tried::Answer(match written {
            Ok(()) => {
                self.app.bell.ring();
                self.leads_on(stays)
            }
            Err(WriteError::Refused(ActNotWritten::Directory)) => return Ok(Tried::Again(Box::new(self))),
            Err(WriteError::Refused(ActNotWritten::Changed)) => self.changed().await,
            Err(WriteError::Refused(ActNotWritten::Forbidden)) => not_found(&self.req),
            Err(WriteError::Busy) => self.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-busy"),
            Err(_) => self.again(StatusCode::SERVICE_UNAVAILABLE, "desk-act-unconfirmed"),
        }))
    }

    /// Whether the officer can still open the tip after the act.
    fn stays_readable(&self, act: &Decided) -> bool {
        let holders = act.moved.as_ref().map(|moved| moved.placement.holders(Compartment::Report));
        holders.is_none_or(|holders| holders.contains(&self.who.officer.agency))
    }

    /// After an act: to the tip's page, or to the queue where the officer no longer reads it.
    pub(super) fn leads_on(&self, stays: bool) -> HttpResponse {
        let path = if stays { format!("/desk/tips/{}", self.sheet.tip.uid) } else { "/desk".to_owned() };
        reply::see_other(&format!("{path}?l={}", self.who.locale.code()))
    }

    /// 409: what changed since the officer opened the tip, and the form with what was typed.
    async fn changed(&self) -> HttpResponse {
        let sheet = match self.read_anew().await {
            Ok(sheet) => sheet,
            Err(answer) => return answer,
        };
        let seen = self.fields.typed("version").parse().unwrap_or(0);
        let ctx = self.who.frame(&self.app, format!("/desk/tips/{}", sheet.tip.uid));
        reply::private_page(
            StatusCode::CONFLICT,
            forms::changed(&self.form_frame(&ctx, &self.app.plan()), &sheet, seen),
        )
    }

    async fn not_done(&self, refused: ActRefused) -> HttpResponse {
        self.refused(forms::refusal_text(refused)).await
    }

    /// 422: the form once more with what was typed, and why it was not done. It keeps the version it was
    /// drawn from, so that what happened in between is still shown at the next try.
    pub(super) async fn refused(&self, text: &str) -> HttpResponse {
        match self.read_anew().await {
            Ok(_) => self.again(StatusCode::UNPROCESSABLE_ENTITY, text),
            Err(answer) => answer,
        }
    }

    /// The tip as it stands now, the reading on record: a page that gives a form back shows facts and history
    /// like the tip's own. Without a record nothing is drawn.
    async fn read_anew(&self) -> Result<Sheet, HttpResponse> {
        let (officer, uid, now) = (self.who.officer.clone(), self.sheet.tip.uid, self.app.clock.now());
        let read: Result<_, WriteError<()>> = self
            .app
            .store
            .write("tip.read", Lane::Record, move |db| {
                Ok(tip_page::read(db, PLAN_ID, &officer, &uid, Purpose::Form, now)?)
            })
            .await;
        let sheet = read.map_err(|_| down(&self.req))?;
        let reads = |sheet: &Sheet| sheet.standing.allows(self.who.officer.role, Permission::Read);
        sheet.filter(reads).ok_or_else(|| not_found(&self.req))
    }

    /// The form once more with what was typed, and why it was not done.
    pub(super) fn again(&self, status: StatusCode, text: &str) -> HttpResponse {
        let ctx = self.who.frame(&self.app, format!("/desk/tips/{}", self.sheet.tip.uid));
        reply::private_page(status, forms::again(&self.form_frame(&ctx, &self.app.plan()), &self.sheet, text))
    }

    fn form_frame<'a>(
        &'a self,
        ctx: &'a crate::web::context::PageContext,
        plan: &'a Plan,
    ) -> forms::Again<'a> {
        forms::Again {
            ctx,
            plan,
            csrf: self.who.secret.csrf(),
            fields: &self.fields,
            form: self.form,
            now: self.app.clock.now().minute(),
        }
    }
}

async fn load(app: &App, req: &HttpRequest, who: &SignedIn, uid: Uid) -> Result<Option<Sheet>, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now());
    let found = app.store.read(move |db| tip_page::prepare(db, PLAN_ID, &officer, &uid, now)).await;
    found.map_err(|_| stop(down(req)))
}
