//! The public addresses, one function each. Owns statuses, headers and cookies; what they do is elsewhere.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::forms::{self, TOKEN};
use super::report_page::{ReportPage, Trouble};
use super::submit::{Submission, SubmitError, submit};
use super::{gate, receipt_page, report_page, share, steps};
use crate::app::App;
use crate::i18n::Locale;
use crate::intake::answer::Answer;
use crate::intake::draft::{Draft, Field};
use crate::intake::form_token::FormToken;
use crate::intake::report::Via;
use crate::web::context::{Language, PageContext};
use crate::web::error::{self, Failure};
use crate::web::follow_up::TICKET;
use crate::web::ui::style::Audience;
use crate::web::upload::{self, Upload, UploadProblem};
use crate::web::{cookies, reply};

/// `GET /`
pub async fn first_page(app: Data<App>, req: HttpRequest, language: Language) -> HttpResponse {
    if !share::may_read(&app, &req) {
        return error::page(&req, Audience::Public, Failure::Many);
    }
    reply::open_page(&req, StatusCode::OK, gate::page(&PageContext::public(language.0, "/")))
}

/// `GET /report`
pub async fn report_form(app: Data<App>, req: HttpRequest, language: Language) -> HttpResponse {
    if !share::may_read(&app, &req) {
        return error::page(&req, Audience::Public, Failure::Many);
    }
    let mut draft = Draft::default();
    if req.query_string().split('&').any(|pair| pair == "kind=missing") {
        draft.put(Field::Category, "missing_child");
    }
    let token = FormToken::issue(app.clock.now(), app.entropy.as_ref());
    let page = form_page(&app, language.0, &draft, &token, None, false);
    let mut answer = reply::open_page(&req, StatusCode::OK, page);
    steps::step(&app, &mut answer);
    answer
}

/// `POST /report`: the answer is the receipt itself, so that a reload asks for the same again.
pub async fn send_report(app: Data<App>, req: HttpRequest, payload: Payload) -> HttpResponse {
    // No look at where the form stood: a browser that loads a lost answer again may call itself foreign, and
    // the form's own token, aged and signed by us, is what guards this door.
    share::wait_to_report(&app, &req).await;
    let app = app.into_inner();
    let mut upload = upload::read_with_photo(&req, payload, &app.photos).await;
    let (locale, draft) = (forms::language(&upload, &req), forms::draft(&upload));
    let token = FormToken::parse(upload.get(TOKEN), &app.deployment, app.clock.now());
    let (token, outcome) = match token {
        Ok(token) => {
            let outcome = receive(&app, &upload, &draft, &token, locale).await;
            (Some(token), outcome)
        }
        Err(refused) => (None, Err(upload.problem.map_or(Trouble::Token(refused), Trouble::Upload))),
    };
    let had_photo = upload.had_photo;
    upload.release();
    match (token, outcome) {
        (Some(token), Ok(answer)) => {
            app.reach("report.committed").await;
            receipt(&app, locale, &answer, &token)
        }
        (_, Err(Trouble::Submit(SubmitError::Opened))) => opened_before(locale),
        (token, Err(trouble)) => again(&app, locale, &draft, token, &trouble, had_photo),
        (None, Ok(_)) => error::page(&req, Audience::Public, Failure::Broken),
    }
}

/// `GET /exit`: forgets everything of this portal in the browser and goes somewhere harmless.
pub async fn exit(app: Data<App>, language: Language) -> HttpResponse {
    let mut answer = reply::see_other(app.config.exit_target(language.0));
    let headers = answer.headers_mut();
    headers.insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cookies\", \"storage\""),
    );
    for name in [steps::STEP, steps::SENT, TICKET] {
        let _ = answer.add_cookie(&cookies::clear(&app.config, name));
    }
    answer
}

async fn receive(
    app: &Arc<App>,
    upload: &Upload,
    draft: &Draft,
    token: &FormToken,
    language: Locale,
) -> Result<Answer, Trouble> {
    if let Some(problem) = upload.problem {
        return Err(Trouble::Upload(problem));
    }
    let early = token.too_early_by_ms(app.clock.now());
    tokio::time::sleep(std::time::Duration::from_millis(early)).await;
    let photo = upload.photo.as_ref().map(|bytes| bytes.as_slice());
    let submission = Submission { draft, photo, key: token.key(), language, via: Via::Web };
    submit(app, &submission).await.map_err(Trouble::Submit)
}

fn receipt(app: &App, locale: Locale, answer: &Answer, token: &FormToken) -> HttpResponse {
    let Ok(receipt) = answer.receipt() else {
        return HttpResponse::InternalServerError().finish();
    };
    let ctx = PageContext::public(locale, "/report");
    let now = app.clock.now().minute();
    let page = receipt_page::page(&ctx, answer, &receipt, &app.plan(), now);
    let mut response = reply::private_page(StatusCode::OK, page);
    steps::sent(app, &mut response, token);
    response
}

/// It was received, and its receipt was used: the words are not handed out again.
fn opened_before(locale: Locale) -> HttpResponse {
    let ctx = PageContext::public(locale, "/report");
    reply::private_page(StatusCode::OK, receipt_page::opened_before(&ctx))
}

/// The form again, with every word in it. It keeps its key, except where the key itself was the trouble.
fn again(
    app: &App,
    locale: Locale,
    draft: &Draft,
    token: Option<FormToken>,
    trouble: &Trouble,
    photo_lost: bool,
) -> HttpResponse {
    let spent = matches!(trouble, Trouble::Submit(SubmitError::Changed));
    let token =
        token.filter(|_| !spent).unwrap_or_else(|| FormToken::issue(app.clock.now(), app.entropy.as_ref()));
    let page = form_page(app, locale, draft, &token, Some(trouble), photo_lost);
    let mut answer = reply::private_page(status(trouble), page);
    if answer.status() == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("60"));
    }
    steps::step(app, &mut answer);
    answer
}

const fn status(trouble: &Trouble) -> StatusCode {
    match trouble {
        Trouble::Upload(UploadProblem::PhotoTooLarge | UploadProblem::TooMuchText) => {
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Trouble::Upload(UploadProblem::Slow) => StatusCode::REQUEST_TIMEOUT,
        Trouble::Upload(UploadProblem::NoRoom)
        | Trouble::Submit(SubmitError::Closed(_) | SubmitError::Busy | SubmitError::Down) => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn form_page(
    app: &App,
    locale: Locale,
    draft: &Draft,
    token: &FormToken,
    trouble: Option<&Trouble>,
    photo_lost: bool,
) -> maud::Markup {
    let ctx = PageContext::public(locale, "/report");
    let (text, mark) = (token.to_text(&app.deployment), token.mark(&app.deployment));
    let view = ReportPage { draft, token: &text, mark: &mark, plan: &app.plan(), trouble, photo_lost };
    report_page::page(&ctx, &view)
}
