//! One version on its way: shown with what differs and what the proof found; named, proved, proposed, agreed to. Each
//! handler: who, what, the write.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use jiff::civil::Date;

use super::overview_view::standing;
use super::version_view::{self, View};
use super::{Opened, PATH, name, opened, past, refusal, settled};
use crate::app::plans::{seal, today};
use crate::app::{App, PLAN_ID, plan_proof};
use crate::people::approval::Matter;
use crate::plan::difference::{Change, changes};
use crate::plan::{Plan, PlanFiles};
use crate::store::people::plans::{self as acts, Changed, PlanRefused};
use crate::store::people::requests::{Request, find};
use crate::store::plans::{self, Status, Texts, Version};
use crate::store::{Db, Lane, QueryResult, WriteError};
use crate::vault::uid::Uid;
use crate::web::desk::session::{Act, Fields, SignedIn};
use crate::web::desk::working::down;
use crate::web::desk::{requests, stop};
use crate::web::reply;

/// How long a request waits for a proof before it leads on to a page that looks again.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often that page looks again, in seconds.
const AGAIN: &str = "3";

/// The page.
pub(super) async fn show(
    app: web::Data<App>,
    req: HttpRequest,
    who: SignedIn,
) -> Result<HttpResponse, Error> {
    let app = app.into_inner();
    match opened(&app, &req).await? {
        Some(opened) => page(&app, &req, &who, &opened, (&Fields::empty(), StatusCode::OK, None)).await,
        None => past(&app, &req, &who).await,
    }
}

/// Changes the name and the first day.
pub(super) async fn frame(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, Act { who, fields }) = (app.into_inner(), act);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let again = |why| (&fields, StatusCode::UNPROCESSABLE_ENTITY, Some(why));
    let Some(name) = name(&fields) else {
        return page(&app, &req, &who, &opened, again("plan-no-name")).await;
    };
    let day = fields.typed("valid_from").trim().parse::<Date>().ok();
    let Some(day) = day.filter(|day| *day >= today(app.clock.as_ref())) else {
        return page(&app, &req, &who, &opened, again("plan-no-day")).await;
    };
    let to = opened.path();
    let seen = fields.typed("seen").to_owned();
    let written = put(&app, &who, opened.version.number, seen, (name, day, opened.files, "frame")).await;
    settled(&app, &req, &who, written, &to).await
}

/// Writes a draft's content over the one that was seen.
pub(super) async fn put(
    app: &App,
    who: &SignedIn,
    number: i64,
    seen: String,
    (name, valid_from, files, table): (String, Date, PlanFiles, &'static str),
) -> Result<(), WriteError<PlanRefused>> {
    let (by, now, texts) = (who.officer.clone(), app.clock.now(), Texts::of(&files));
    app.store
        .write("plan.change", Lane::Desk, move |db| {
            let changed = Changed { draft: (number, &seen), name: &name, valid_from, texts: &texts, table };
            acts::change(db, PLAN_ID, &by, &changed, now)
        })
        .await
}

/// Begins the proof, and waits a moment for it.
pub(super) async fn prove(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, who) = (app.into_inner(), act.who);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let to = opened.path();
    let own = Arc::clone(&app);
    let proof = tokio::task::spawn_blocking(move || plan_proof::run(&own, &opened.version, &opened.files));
    // Longer ones go on without whoever asked.
    let _ = tokio::time::timeout(PATIENCE, proof).await;
    Ok(reply::see_other(&format!("{to}?l={}", who.locale.code())))
}

/// Proposes it to the second person.
pub(super) async fn propose(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, Act { who, fields }) = (app.into_inner(), act);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let Some(reason) = requests::reason(fields.typed("reason")) else {
        let again = (&fields, StatusCode::UNPROCESSABLE_ENTITY, Some("plan-no-reason"));
        return page(&app, &req, &who, &opened, again).await;
    };
    let uid = Uid::generate(app.entropy.as_ref());
    let sealed = requests::sealed(&app, &uid, reason);
    let (by, now, number) = (who.officer.clone(), app.clock.now(), opened.version.number);
    let seen = fields.typed("seen").to_owned();
    let written = app
        .store
        .write("plan.propose", Lane::Desk, move |db| {
            acts::propose(db, PLAN_ID, &by, (number, &seen), (&uid, &sealed), now)
        })
        .await;
    answer(&app, &req, &who, (&opened, &fields), written).await
}

/// Takes back what was proposed.
pub(super) async fn withdraw(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, who) = (app.into_inner(), act.who);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let (by, now, number) = (who.officer.clone(), app.clock.now(), opened.version.number);
    let withdraw = move |db: &mut Db| acts::withdraw(db, PLAN_ID, &by, number, now);
    let written = app.store.write("plan.withdraw", Lane::Desk, withdraw).await;
    settled(&app, &req, &who, written, &opened.path()).await
}

/// Throws a draft away.
pub(super) async fn discard(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    let (app, who) = (app.into_inner(), act.who);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    let (by, now, number) = (who.officer.clone(), app.clock.now(), opened.version.number);
    let discard = move |db: &mut Db| acts::discard(db, PLAN_ID, &by, number, now);
    let written = app.store.write("plan.discard", Lane::Desk, discard).await;
    settled(&app, &req, &who, written, PATH).await
}

/// Agrees: it is published.
pub(super) async fn grant(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, true).await
}

/// Does not agree: it is a draft again.
pub(super) async fn refuse(app: web::Data<App>, req: HttpRequest, act: Act) -> Result<HttpResponse, Error> {
    decide(app, req, act, false).await
}

async fn decide(app: web::Data<App>, req: HttpRequest, act: Act, yes: bool) -> Result<HttpResponse, Error> {
    let (app, Act { who, fields }) = (app.into_inner(), act);
    let Some(opened) = opened(&app, &req).await? else { return past(&app, &req, &who).await };
    // What was proved may have been proved by another version of the program.
    let first = opened.version.first_day(today(app.clock.as_ref()));
    if yes && Plan::parse_on(&opened.files, first).is_err() {
        let refused = Err(WriteError::Refused(PlanRefused::NotProved));
        return answer(&app, &req, &who, (&opened, &fields), refused).await;
    }
    let (by, now, number) = (who.officer.clone(), app.clock.now(), opened.version.number);
    let (key, seen) = (Arc::clone(&app.deployment), fields.typed("seen").to_owned());
    let decide =
        move |db: &mut Db| acts::decide(db, PLAN_ID, &by, (number, &seen, yes), |text| seal(&key, text), now);
    let written = app.store.write("plan.decide", Lane::Desk, decide).await;
    if written.is_ok() && yes {
        // It is committed; a process that could not read it now will with its next look.
        let _ = app.plans.follow(&app.store).await;
    }
    answer(&app, &req, &who, (&opened, &fields), written).await
}

/// Leads on, or shows the version again with what was refused.
async fn answer(
    app: &Arc<App>,
    req: &HttpRequest,
    who: &SignedIn,
    (before, fields): (&Opened, &Fields),
    written: Result<(), WriteError<PlanRefused>>,
) -> Result<HttpResponse, Error> {
    match written {
        Err(WriteError::Refused(why)) => {
            let Some(now) = opened(app, req).await? else { return past(app, req, who).await };
            page(app, req, who, &now, (fields, StatusCode::CONFLICT, Some(refusal(why)))).await
        }
        other => settled(app, req, who, other, &before.path()).await,
    }
}

/// What stands beside a version.
struct Beside {
    /// The version it is based on, with what differs from it.
    base: Option<(Version, Vec<Change>)>,
    /// What differs from what routes.
    force: Vec<Change>,
    request: Option<Request>,
    author: Option<String>,
}

async fn beside(app: &App, req: &HttpRequest, opened: &Opened) -> Result<Beside, Error> {
    let (version, own, routes) = (opened.version.clone(), opened.files.clone(), app.plans.number());
    let read = app.store.read(move |db| {
        let base = match version.based_on {
            Some(number) => plans::find(db, PLAN_ID, number)?,
            None => None,
        };
        let base = match base {
            Some(base) => Some((changes(&files_of(db, Some(base.number))?, &own), base)),
            None => None,
        };
        let request = match &version.approval {
            Some(uid) => find(db, Matter::Plan, uid)?,
            None => None,
        };
        let author = plans::names(db, version.author.as_slice())?.into_values().next();
        let force = changes(&files_of(db, routes)?, &own);
        Ok(Beside { base: base.map(|(differs, base)| (base, differs)), force, request, author })
    });
    read.await.map_err(|_| stop(down(req)))
}

/// The files of a version; the compiled-in ones where there is none or it is damaged.
fn files_of(db: &mut Db, number: Option<i64>) -> QueryResult<PlanFiles> {
    let Some(number) = number else { return Ok(PlanFiles::embedded()) };
    Ok(plans::files(db, PLAN_ID, number)?.unwrap_or_else(|_| PlanFiles::embedded()))
}

async fn page(
    app: &Arc<App>,
    req: &HttpRequest,
    who: &SignedIn,
    opened: &Opened,
    (draft, status, refused): (&Fields, StatusCode, Option<&'static str>),
) -> Result<HttpResponse, Error> {
    let Beside { base, force, request, author } = beside(app, req, opened).await?;
    let version = &opened.version;
    let running = app.proving.is_running(&version.digest);
    let first = version.first_day(today(app.clock.as_ref()));
    let unread = match version.status {
        Status::Draft => Plan::parse_on(&opened.files, first).err(),
        _ => None,
    };
    let ctx = who.frame(app, opened.path());
    let view = View {
        plan: &app.plan(),
        officer: &who.officer,
        csrf: &who.secret.csrf(),
        version,
        standing: standing(
            version,
            app.plans.number(),
            app.plans.refused().as_ref(),
            today(app.clock.as_ref()),
        ),
        base: base.as_ref().map(|(base, differs)| (base, differs.as_slice())),
        force: &force,
        reason: request.as_ref().and_then(|it| requests::opened(app, it)),
        request: request.as_ref(),
        author: author.as_deref(),
        unread: unread.as_ref(),
        running,
        now: app.clock.now().minute(),
        draft,
        refused,
    };
    let mut answer = reply::private_builder(status);
    if running && refused.is_none() {
        answer.insert_header(("refresh", AGAIN));
    }
    Ok(answer.body(reply::padded(version_view::page(&ctx, &view).into_string())))
}
