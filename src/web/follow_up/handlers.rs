//! The follow-up addresses, one function each. Owns statuses and the ticket cookie; what they do is
//! elsewhere. Invariant: every well-formed receipt that opens nothing gets the same bytes.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use zeroize::Zeroizing;

use super::adding::{AddingError, add_words};
use super::open_page::{self, Above};
use super::opening::{Opened, OpeningError, by_key, by_receipt, by_ticket};
use super::thread_page::{self, ThreadPage, Trouble};
use super::{TICKET, TICKET_SECONDS};
use crate::app::App;
use crate::i18n::Texts;
use crate::intake::draft::{Draft, Field};
use crate::intake::form_token::FormToken;
use crate::intake::parse::Problem;
use crate::vault::receipt::Receipt;
use crate::vault::ticket::FollowUpTicket;
use crate::web::context::{Language, PageContext};
use crate::web::error::{self, Failure};
use crate::web::public::forms::{self, TOKEN};
use crate::web::public::{share, steps};
use crate::web::ui::style::Audience;
use crate::web::upload::{self, Upload, UploadProblem};
use crate::web::{cookies, origin, reply};

pub(super) const PATH: &str = "/follow-up";

/// `GET /follow-up`: the thread while the ticket lasts, else the box for the receipt.
pub async fn show(app: Data<App>, req: HttpRequest, language: Language) -> HttpResponse {
    if !share::may_read(&app, &req) {
        return error::page(&req, Audience::Public, Failure::Many);
    }
    let app = app.into_inner();
    let ctx = PageContext::public(language.0, PATH);
    match ticket(&app, &req) {
        None => reply::open_page(&req, StatusCode::OK, open_page::page(&ctx, &Above::Nothing)),
        Some(ticket) => match by_ticket(&app, &ticket).await {
            Ok(tip) => thread(&app, &ctx, StatusCode::OK, &tip, None, "", None),
            Err(error) => refuse(&ctx, &error),
        },
    }
}

/// `POST /follow-up`: opens a receipt.
pub async fn open(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    if !origin::is_ours(&req, app.config.listen.origin.as_deref()) {
        return error::page(&req, Audience::Public, Failure::Foreign);
    }
    share::wait_to_open(&app, &req).await;
    let app = app.into_inner();
    let upload = upload::read_text(&req, payload).await;
    if upload.problem == Some(UploadProblem::TooMuchText) {
        return error::page(&req, Audience::Public, Failure::TooLarge);
    }
    let ctx = PageContext::public(forms::language(&upload, &req), PATH);
    let typed = upload.get("receipt");
    let receipt = match Receipt::parse(typed) {
        Ok(receipt) => receipt,
        Err(typo) => {
            let page = open_page::page(&ctx, &Above::Typo(&typo, typed));
            return reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page);
        }
    };
    match opened(&app, &receipt).await {
        Ok((ticket, tip)) => {
            let mut answer = thread(&app, &ctx, StatusCode::OK, &tip, None, "", None);
            let value = ticket.to_cookie(&app.deployment, app.entropy.as_ref());
            let _ = answer.add_cookie(&cookies::set(&app.config, TICKET, value, TICKET_SECONDS, true));
            answer
        }
        Err(error) => refuse(&ctx, &error),
    }
}

/// `POST /follow-up/add`: more words; goes back to the thread, so that a reload adds nothing.
pub async fn add(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    if !origin::is_ours(&req, app.config.listen.origin.as_deref()) {
        return error::page(&req, Audience::Public, Failure::Foreign);
    }
    share::wait_to_report(&app, &req).await;
    let app = app.into_inner();
    let upload = upload::read_text(&req, payload).await;
    let ctx = PageContext::public(forms::language(&upload, &req), PATH);
    let text = cleaned(&upload);
    let Some(ticket) = ticket(&app, &req) else {
        let page = open_page::page(&ctx, &Above::TicketOver(&text));
        return reply::private_page(StatusCode::UNPROCESSABLE_ENTITY, page);
    };
    let token = FormToken::parse(upload.get(TOKEN), &app.deployment, app.clock.now()).ok();
    let outcome = try_add(&app, &upload, &ticket, token.as_ref(), &text).await;
    let Err(refusal) = outcome else { return added(&app, &ctx, token.as_ref()).await };
    match by_ticket(&app, &ticket).await {
        Ok(tip) => {
            let (status, trouble) = refusal.words(ctx.texts);
            let token = token.filter(|_| !refusal.spent());
            thread(&app, &ctx, status, &tip, token, &text, Some(&trouble))
        }
        Err(_) => {
            let page = open_page::page(&ctx, &Above::TicketOver(&text));
            reply::private_page(StatusCode::SERVICE_UNAVAILABLE, page)
        }
    }
}

/// `POST /follow-up/leave`: the ticket is gone from the browser.
pub async fn leave(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    if !origin::is_ours(&req, app.config.listen.origin.as_deref()) {
        return error::page(&req, Audience::Public, Failure::Foreign);
    }
    let upload = upload::read_text(&req, payload).await;
    let ctx = PageContext::public(forms::language(&upload, &req), PATH);
    let mut answer = reply::private_page(StatusCode::OK, open_page::page(&ctx, &Above::Left));
    let _ = answer.add_cookie(&cookies::clear(&app.config, TICKET));
    answer
}

/// Back to the thread, where the new words stand.
async fn added(app: &App, ctx: &PageContext, token: Option<&FormToken>) -> HttpResponse {
    app.reach("addition.committed").await;
    let mut answer = reply::see_other(&ctx.href(PATH));
    if let Some(token) = token {
        steps::sent(app, &mut answer, token);
    }
    answer
}

/// Why words were not added.
enum Refusal {
    /// They did not arrive whole.
    Arrival,
    /// They were more than is read.
    TooMuch,
    /// The form is not ours, or too old.
    OldForm,
    /// Anything further in.
    Adding(AddingError),
}

impl Refusal {
    /// Whether the form's key must not be used again.
    const fn spent(&self) -> bool {
        matches!(self, Self::Adding(AddingError::Changed))
    }

    fn words(&self, t: Texts) -> (StatusCode, Trouble) {
        let (status, text) = match self {
            Self::Arrival => (StatusCode::UNPROCESSABLE_ENTITY, t.get("problem-broken")),
            Self::TooMuch => (StatusCode::PAYLOAD_TOO_LARGE, t.get("error-size-text")),
            Self::OldForm => (StatusCode::UNPROCESSABLE_ENTITY, t.get("problem-old-form")),
            Self::Adding(AddingError::Words(problem)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, words_problem(t, *problem))
            }
            Self::Adding(AddingError::Changed) => (StatusCode::UNPROCESSABLE_ENTITY, t.get("add-changed")),
            Self::Adding(AddingError::Busy) => (StatusCode::SERVICE_UNAVAILABLE, t.get("error-busy-text")),
            Self::Adding(AddingError::Down | AddingError::Unknown) => {
                (StatusCode::SERVICE_UNAVAILABLE, t.get("error-down-text"))
            }
        };
        (status, Trouble { text, numbers: status == StatusCode::SERVICE_UNAVAILABLE })
    }
}

fn words_problem(t: Texts, problem: Problem) -> String {
    match problem {
        Problem::TooLong { found, most } => {
            t.with("problem-too-long", &[("found", &found.to_string()), ("most", &most.to_string())])
        }
        _ => t.get("add-empty"),
    }
}

async fn try_add(
    app: &Arc<App>,
    upload: &Upload,
    ticket: &FollowUpTicket,
    token: Option<&FormToken>,
    text: &str,
) -> Result<(), Refusal> {
    match upload.problem {
        Some(UploadProblem::TooMuchText) => return Err(Refusal::TooMuch),
        Some(_) => return Err(Refusal::Arrival),
        None => {}
    }
    let token = token.ok_or(Refusal::OldForm)?;
    add_words(app, ticket, token.key(), text).await.map_err(Refusal::Adding)
}

/// The added words as a form's text is cleaned.
fn cleaned(upload: &Upload) -> Zeroizing<String> {
    let mut draft = Draft::default();
    draft.put(Field::Text, upload.get(Field::Text.name()));
    Zeroizing::new(draft.get(Field::Text).to_owned())
}

pub(super) fn ticket(app: &App, req: &HttpRequest) -> Option<FollowUpTicket> {
    let value = cookies::get(&app.config, req, TICKET)?;
    FollowUpTicket::open(&value, &app.deployment, app.clock.now()).ok()
}

async fn opened(app: &Arc<App>, receipt: &Receipt) -> Result<(FollowUpTicket, Opened), OpeningError> {
    let (tip, report_key) = by_receipt(app, receipt).await?;
    let opened = by_key(app, &tip, &report_key).await?;
    let expires = app.clock.now().plus_seconds(TICKET_SECONDS);
    Ok((FollowUpTicket { tip, report_key, expires }, opened))
}

pub(super) fn refuse(ctx: &PageContext, error: &OpeningError) -> HttpResponse {
    let (status, above) = match error {
        OpeningError::Unknown => (StatusCode::NOT_FOUND, Above::NotFound),
        OpeningError::Store(_) | OpeningError::Damaged => (StatusCode::SERVICE_UNAVAILABLE, Above::Down),
    };
    reply::private_page(status, open_page::page(ctx, &above))
}

fn thread(
    app: &App,
    ctx: &PageContext,
    status: StatusCode,
    tip: &Opened,
    token: Option<FormToken>,
    typed: &str,
    trouble: Option<&Trouble>,
) -> HttpResponse {
    let now = app.clock.now();
    let token = token.unwrap_or_else(|| FormToken::issue(now, app.entropy.as_ref()));
    let (text, mark) = (token.to_text(&app.deployment), token.mark(&app.deployment));
    let view =
        ThreadPage { tip, token: &text, mark: &mark, typed, trouble, plan: &app.plan(), now: now.minute() };
    let mut answer = reply::private_page(status, thread_page::page(ctx, &view));
    steps::step(app, &mut answer);
    answer
}
