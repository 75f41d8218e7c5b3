//! Inviting: by whoever looks after a place, for that place; for everything else proposed by one administrator
//! and confirmed by another. The code is shown once, to whoever hands it over.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::invite_view::{self, View};
use crate::app::{App, PLAN_ID};
use crate::people::invitation::{InvitationCode, InvitationState, NotYours, begins};
use crate::people::officer::{Officer, login_of};
use crate::people::roles::Role;
use crate::store::officers::EnrolRefused;
use crate::store::people::invitations::{self, Invitation, InvitationRefused, Proposal};
use crate::store::{Lane, WriteError};
use crate::vault::uid::Uid;
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::desk::stop;
use crate::web::desk::working::{down, uid_of};
use crate::web::reply;

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// What waits, and the form to invite.
pub(in crate::web::desk) async fn list(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    page(&app, &req, &who, StatusCode::OK, &Fields::empty(), None).await
}

/// Invites, or proposes to.
pub(in crate::web::desk) async fn propose(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Act { who, fields } = act;
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    let proposal = match parse(&app, &fields) {
        Ok(proposal) => proposal,
        Err(text) => return page(&app, &req, &who, again, &fields, Some(text)).await,
    };
    let (by, now, what) = (who.officer.clone(), app.clock.now(), proposal.clone());
    let confirm = app.config.people.confirm;
    let propose = move |db: &mut _| invitations::propose(db, PLAN_ID, &by, (&what, confirm), now);
    match app.store.write("officer.propose", Lane::Desk, propose).await {
        Ok(InvitationState::Open) => show_code(&app, &req, &who, proposal.uid).await,
        Ok(_) => Ok(reply::see_other(&format!("/desk/people/invitations?l={}", who.locale.code()))),
        Err(WriteError::Refused(why)) => page(&app, &req, &who, again, &fields, Some(text_of(why))).await,
        Err(_) => Ok(down(&req)),
    }
}

/// Has somebody's account made anew, because its password is lost.
pub(in crate::web::desk) async fn reset(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let who = act.who;
    let Some(whom) = uid_of(&req, "uid") else { return gone(&app, &req, &who).await };
    let (by, now, uid) = (who.officer.clone(), app.clock.now(), Uid::generate(app.entropy.as_ref()));
    let confirm = app.config.people.confirm;
    let propose = move |db: &mut _| invitations::propose_reset(db, PLAN_ID, &by, (&whom, uid), confirm, now);
    match app.store.write("officer.reset_propose", Lane::Desk, propose).await {
        Ok(InvitationState::Open) => show_code(&app, &req, &who, uid).await,
        Ok(_) => Ok(reply::see_other(&format!("/desk/people/invitations?l={}", who.locale.code()))),
        Err(WriteError::Refused(why)) => {
            page(&app, &req, &who, StatusCode::CONFLICT, &Fields::empty(), Some(text_of(why))).await
        }
        Err(_) => Ok(down(&req)),
    }
}

/// Makes a fresh code and shows it, once.
pub(in crate::web::desk) async fn hand_over(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    let Some(uid) = uid_of(&req, "uid") else { return gone(&app, &req, &act.who).await };
    show_code(&app, &req, &act.who, uid).await
}

/// Takes an invitation back.
pub(in crate::web::desk) async fn withdraw(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    step(app, req, act, "officer.uninvite", invitations::withdraw).await
}

/// A second person agrees.
pub(in crate::web::desk) async fn confirm(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    step(app, req, act, "officer.confirm", |db, plan, by, uid, now| {
        invitations::decide(db, plan, by, uid, true, now)
    })
    .await
}

/// A second person does not agree.
pub(in crate::web::desk) async fn decline(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
) -> Result<HttpResponse, Error> {
    step(app, req, act, "officer.decline", |db, plan, by, uid, now| {
        invitations::decide(db, plan, by, uid, false, now)
    })
    .await
}

type Db = crate::store::Db;
type Refusable = Result<(), crate::store::Abort<InvitationRefused>>;
type Step = fn(&mut Db, i64, &Officer, &Uid, crate::clock::Timestamp) -> Refusable;

async fn step(
    app: web::Data<App>,
    req: HttpRequest,
    act: Act,
    label: &'static str,
    step: Step,
) -> Result<HttpResponse, Error> {
    let who = act.who;
    let Some(uid) = uid_of(&req, "uid") else { return gone(&app, &req, &who).await };
    let (by, now) = (who.officer.clone(), app.clock.now());
    match app.store.write(label, Lane::Desk, move |db| step(db, PLAN_ID, &by, &uid, now)).await {
        Ok(()) => Ok(reply::see_other(&format!("/desk/people/invitations?l={}", who.locale.code()))),
        Err(WriteError::Refused(why)) => {
            page(&app, &req, &who, StatusCode::CONFLICT, &Fields::empty(), Some(text_of(why))).await
        }
        Err(_) => Ok(down(&req)),
    }
}

async fn show_code(app: &App, req: &HttpRequest, who: &SignedIn, uid: Uid) -> Result<HttpResponse, Error> {
    let code = InvitationCode::generate(app.entropy.as_ref());
    let (by, now, lookup) = (who.officer.clone(), app.clock.now(), code.lookup(&app.deployment));
    let hand_over = move |db: &mut _| invitations::hand_over(db, PLAN_ID, &by, &uid, &lookup, now);
    match app.store.write("officer.invite", Lane::Desk, hand_over).await {
        Ok(invitation) => {
            let ctx = who.frame(app, "/desk/people/invitations");
            let link = format!("{}/join#{}", app.desk_address(), code);
            let body = invite_view::code(&ctx, &app.plan(), &invitation, &code.to_string(), &link);
            Ok(reply::private_page(StatusCode::OK, body))
        }
        Err(WriteError::Refused(_)) => gone(app, req, who).await,
        Err(_) => Ok(down(req)),
    }
}

async fn gone(app: &App, req: &HttpRequest, who: &SignedIn) -> Result<HttpResponse, Error> {
    page(app, req, who, StatusCode::CONFLICT, &Fields::empty(), Some(text_of(InvitationRefused::Gone))).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: &SignedIn,
    status: StatusCode,
    draft: &Fields,
    refused: Option<&'static str>,
) -> Result<HttpResponse, Error> {
    let (officer, now) = (who.officer.clone(), app.clock.now().minute());
    let waiting = app.store.read(move |db| invitations::waiting_for(db, PLAN_ID, &officer, now)).await;
    let waiting: Vec<Invitation> = waiting.map_err(|_| stop(down(req)))?;
    let ctx = who.frame(app, "/desk/people/invitations");
    let choices = choices(app, &who.officer);
    let csrf = who.secret.csrf();
    let view = View {
        ctx: &ctx,
        plan: &app.plan(),
        officer: &who.officer,
        csrf: &csrf,
        waiting: &waiting,
        choices: &choices,
        draft,
        refused,
        now,
    };
    Ok(reply::private_page(status, invite_view::list(&view)))
}

/// What the officer may give: agencies, and roles.
pub(super) struct Choices {
    pub(super) agencies: Vec<crate::plan::AgencyCode>,
    pub(super) roles: Vec<Role>,
    /// Whether a second person will be asked.
    pub(super) proposed: bool,
}

fn choices(app: &App, by: &Officer) -> Choices {
    let begins = |agency: &_, role| begins(by, (agency, role), app.config.people.confirm);
    let state = |agency: &_| Role::ALL.iter().filter_map(|role| begins(agency, *role).ok()).next();
    let agencies: Vec<_> =
        app.plan().agencies().map(|a| a.code).filter(|code| state(code).is_some()).collect();
    let any = |role: &Role| agencies.iter().any(|agency| begins(agency, *role).is_ok());
    let roles = Role::ALL.iter().copied().filter(any).collect();
    let proposed = agencies.first().and_then(state) == Some(InvitationState::Proposed);
    Choices { agencies, roles, proposed }
}

fn parse(app: &App, fields: &Fields) -> Result<Proposal, &'static str> {
    let login = login_of(fields.typed("login")).ok_or("people-refused-login")?;
    let name = fields.typed("name").trim().to_owned();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err("people-refused-name");
    }
    let agency = fields.typed("agency").parse().ok().filter(|code| app.plan().agency(code).is_some());
    let agency = agency.ok_or("people-refused-scope")?;
    let role = fields.typed("role").parse().map_err(|_| "people-refused-scope")?;
    Ok(Proposal { uid: Uid::generate(app.entropy.as_ref()), login, name, agency, role })
}

/// The words for a refusal.
pub(super) const fn text_of(why: InvitationRefused) -> &'static str {
    match why {
        InvitationRefused::NotYours(NotYours::Oneself) => "people-refused-oneself",
        InvitationRefused::NotYours(_) => "people-refused-scope",
        InvitationRefused::LoginTaken => "people-refused-taken",
        InvitationRefused::Enrol(EnrolRefused::LastHolder) => "members-last",
        InvitationRefused::Gone | InvitationRefused::Enrol(_) => "people-refused-gone",
    }
}
