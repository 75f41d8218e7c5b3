//! The officer's side: signing in, the queue, one tip, and what is done with it. Owns the addresses under
//! `/desk`; refuses rules (`triage`, `people`) and SQL (`store`).
//!
//! Opening from the queue is a POST, because it claims; a GET only reads. Every page works without script.
//!
//! | file | what |
//! |---|---|
//! | [`session`] | who is signed in; forms that prove they are ours |
//! | [`sign_in`] | in and out |
//! | [`queue`] | lists of clear facts |
//! | [`next`] | taking the most pressing tip that nobody has |
//! | [`working`] | one tip in one officer's hands: authorised, keys opened |
//! | [`tip`], [`opened`] | its page, and what the keys open |
//! | [`acts`], [`contact`], [`files`], [`hold`] | what is done with it |
//! | [`words`], [`frame`], [`forms`] | how things are said and laid out |

mod acts;
mod contact;
mod context_view;
mod files;
mod forms;
mod frame;
mod hold;
mod next;
mod opened;
mod queue;
mod queue_view;
mod session;
mod sign_in;
mod tip;
mod tip_view;
mod words;
mod working;

use actix_web::{HttpRequest, HttpResponse, web};

use super::error::{self, Failure};
use super::reply::see_other;
use super::ui::style::Audience;

/// The most bytes of a form: 20,000 characters, each as three percent-encoded bytes, and some.
const LONGEST_FORM: usize = 256 * 1024;

/// The addresses of the desk listener.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.app_data(
        web::FormConfig::default().limit(LONGEST_FORM).error_handler(|error, req| bad_form(&error, req)),
    )
    .route("/", web::get().to(|| async { see_other("/desk") }))
    .route("/desk", web::get().to(queue::show))
    .route("/desk/next", web::post().to(next::take))
    .route("/desk/sign-in", web::get().to(sign_in::form))
    .route("/desk/sign-in", web::post().to(sign_in::submit))
    .route("/desk/sign-out", web::post().to(sign_in::leave))
    .route("/desk/tips/{uid}", web::get().to(tip::show))
    .route("/desk/tips/{uid}/open", web::post().to(acts::open))
    .route("/desk/tips/{uid}/claim", web::post().to(acts::claim))
    .route("/desk/tips/{uid}/accept", web::post().to(acts::accept))
    .route("/desk/tips/{uid}/note", web::post().to(acts::note))
    .route("/desk/tips/{uid}/reply", web::post().to(acts::reply))
    .route("/desk/tips/{uid}/correct", web::post().to(acts::correct))
    .route("/desk/tips/{uid}/refer", web::post().to(acts::refer))
    .route("/desk/tips/{uid}/close", web::post().to(acts::close))
    .route("/desk/tips/{uid}/hold", web::post().to(hold::set))
    .route("/desk/tips/{uid}/lift", web::post().to(hold::lift))
    .route("/desk/holds", web::get().to(hold::list))
    .route("/desk/tips/{uid}/contact", web::post().to(contact::show))
    .route("/desk/tips/{uid}/files/{file}", web::get().to(files::show));
}

fn bad_form(error: &actix_web::error::UrlencodedError, req: &HttpRequest) -> actix_web::Error {
    use actix_web::error::UrlencodedError;
    let failure = match error {
        UrlencodedError::Overflow { .. } => Failure::TooLarge,
        UrlencodedError::Payload(_) => Failure::Slow,
        _ => Failure::Broken,
    };
    stop(error::page(req, Audience::Desk, failure))
}

/// Ends a handler early with an answer.
fn stop(answer: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("answered", answer).into()
}
