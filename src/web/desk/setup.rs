//! The first run's page: what the portal is called, who administers it, whether mail leaves. Reached with the
//! one-time code only, and gone once it was used. Nobody has a password before it, and nobody has a default one
//! after it: the three administrators get invitations.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::session::{Fields, Sent};
use super::setup_view::{self, Handed};
use super::stop;
use super::working::{down, not_found};
use crate::app::{App, PLAN_ID, setup as way};
use crate::notify::mail::is_address;
use crate::notify::{Notice, NoticeKind};
use crate::people::invitation::InvitationCode;
use crate::people::officer::login_of;
use crate::people::roles::Role;
use crate::plan::Urgency;
use crate::store::people::invitations::Proposal;
use crate::store::setup::{self, Setup};
use crate::store::{Lane, WriteError};
use crate::vault::uid::Uid;
use crate::web::context::{Language, PageContext};
use crate::web::reply;

/// The three administrations, each with the stem of its fields.
pub(super) const ADMINISTRATORS: [(Role, &str); 3] =
    [(Role::SystemAdmin, "system"), (Role::SecurityAdmin, "security"), (Role::Auditor, "auditor")];

/// The page, while the portal is to be set up.
pub(super) async fn form(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, Error> {
    let due = app.store.read(setup::is_due).await.map_err(|_| stop(down(&req)))?;
    if !due {
        return Ok(not_found(&req));
    }
    let ctx = PageContext::desk(Language::of(&req).0, "/setup");
    Ok(reply::private_page(StatusCode::OK, setup_view::form(&ctx, &app.plan(), &Fields::empty(), None)))
}

/// Sets the portal up.
pub(super) async fn submit(
    app: web::Data<App>,
    req: HttpRequest,
    Sent(fields): Sent,
) -> Result<HttpResponse, Error> {
    let ctx = PageContext::desk(Language::of(&req).0, "/setup");
    let again = |text| {
        let page = setup_view::form(&ctx, &app.plan(), &fields, Some(text));
        reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page)
    };
    let due = app.store.read(setup::is_due).await.map_err(|_| stop(down(&req)))?;
    if !due {
        return Ok(not_found(&req));
    }
    let Some(code) = InvitationCode::parse(fields.typed("code")) else {
        return Ok(again("setup-code-wrong"));
    };
    let (digest, now) = (way::digest(&app, &code), app.clock.now());
    let kept = digest.clone();
    let fits = app.store.read(move |db| setup::fits(db, &kept)).await.map_err(|_| stop(down(&req)))?;
    if !fits {
        return Ok(again("setup-code-wrong"));
    }
    let (wanted, handed) = match parse(&app, &fields) {
        Ok(parsed) => parsed,
        Err(text) => return Ok(again(text)),
    };
    let apply = move |db: &mut _| setup::apply(db, PLAN_ID, &digest, &wanted, now);
    match app.store.write("portal.set_up", Lane::Desk, apply).await {
        Ok(()) => {
            way::forget(&app);
            app.bell.ring();
            app.read_face().await;
            let link = format!("{}/join", app.desk_address());
            Ok(reply::private_page(
                StatusCode::OK,
                setup_view::done(&ctx, &handed, &link, fields.typed("mailbox")),
            ))
        }
        Err(WriteError::Refused(_)) => Ok(again("setup-names-taken")),
        Err(_) => Ok(down(&req)),
    }
}

fn parse(app: &App, fields: &Fields) -> Result<(Setup, Vec<Handed>), &'static str> {
    let name = fields.typed("portal-name").trim().to_owned();
    if name.is_empty() || name.chars().count() > 40 {
        return Err("setup-name-wrong");
    }
    let language = fields.typed("language").parse().map_err(|_| "setup-language-wrong")?;
    let agency = fields.typed("agency").parse().ok().filter(|code| app.plan().agency(code).is_some());
    let agency = agency.ok_or("setup-agency-wrong")?;
    let mailbox = fields.typed("mailbox").trim().to_owned();
    if !is_address(&mailbox) {
        return Err("setup-mailbox-wrong");
    }
    if fields.typed("recovery") != "yes" {
        return Err("setup-recovery-missing");
    }
    let (mut administrators, mut handed) = (Vec::new(), Vec::new());
    for (role, stem) in ADMINISTRATORS {
        let proposal = administrator(app, fields, agency, role, stem)?;
        let code = InvitationCode::generate(app.entropy.as_ref());
        handed.push(Handed {
            role,
            name: proposal.name.clone(),
            login: proposal.login.clone(),
            code: code.to_string(),
        });
        administrators.push((proposal, code.lookup(&app.deployment)));
    }
    let logins: std::collections::BTreeSet<_> = administrators.iter().map(|(it, _)| &it.login).collect();
    if logins.len() < ADMINISTRATORS.len() {
        return Err("setup-three-people");
    }
    let now = app.clock.now().minute();
    let notice = Notice::now(agency, NoticeKind::Test, Urgency::Urgent, now, app.entropy.as_ref());
    Ok((Setup { name, language, agency, mailbox, administrators, notice }, handed))
}

fn administrator(
    app: &App,
    fields: &Fields,
    agency: crate::plan::AgencyCode,
    role: Role,
    stem: &str,
) -> Result<Proposal, &'static str> {
    let login = login_of(fields.typed(&format!("{stem}-login"))).ok_or("people-refused-login")?;
    let name = fields.typed(&format!("{stem}-name")).trim().to_owned();
    if name.is_empty() || name.chars().count() > 60 {
        return Err("people-refused-name");
    }
    Ok(Proposal { uid: Uid::generate(app.entropy.as_ref()), login, name, agency, role })
}
