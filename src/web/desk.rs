//! The officer's side: signing in, the queue, one tip, and what is done with it. Owns the addresses under
//! `/desk`; refuses rules (`triage`, `people`) and SQL (`store`).
//!
//! Opening from the queue is a POST, because it claims; a GET only reads. Every page works without script.
//!
//! | file | what |
//! |---|---|
//! | [`gate`] | every address, and who may pass |
//! | [`session`] | who is signed in; forms that prove they are ours |
//! | [`sign_in`], [`challenge`], [`device`], [`passkeys`] | in and out |
//! | [`account`] | the officer's own sessions, factors and password |
//! | [`queue`] | lists of clear facts |
//! | [`next`] | taking the most pressing tip that nobody has |
//! | [`working`] | one tip in one officer's hands: authorised, keys opened |
//! | [`tip`], [`opened`] | its page, and what the keys open |
//! | [`related`] | other tips that name the same, and all of them beside each other |
//! | [`people`] | inviting, joining, members, their keys and roles |
//! | [`record`] | what the auditor sees |
//! | [`approvals`], [`figures`] | what takes two; what only counts |
//! | [`lease`] | what keeps a claim, and what ends it |
//! | [`aside`], [`second_look`] | setting aside, and who looks again |
//! | [`excerpts`] | texts released to bodies that are told |
//! | [`acts`], [`contact`], [`files`], [`hold`] | what is done with it |
//! | [`words`], [`frame`], [`forms`] | how things are said and laid out |

mod account;
mod acts;
mod approvals;
mod aside;
mod challenge;
mod contact;
mod contact_view;
mod context_view;
mod device;
mod excerpts;
mod excerpts_view;
mod figures;
mod files;
mod forms;
mod frame;
pub mod gate;
mod hold;
mod insight_view;
mod lease;
mod next;
mod opened;
mod passkeys;
mod people;
mod plan;
mod queue;
mod queue_view;
mod record;
mod related;
mod related_view;
mod requests;
mod second_look;
mod second_look_view;
mod session;
mod setup;
mod setup_view;
mod sign_in;
mod sign_in_view;
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
    );
    let get = |cfg: &mut _, path, to| gate::route(cfg, path, to, "GET");
    let post = |cfg: &mut _, path, to| gate::route(cfg, path, to, "POST");
    get(cfg, "/", web::get().to(|| async { see_other("/desk") }));
    get(cfg, "/desk", web::get().to(queue::show));
    post(cfg, "/desk/next", web::post().to(next::take));
    get(cfg, "/desk/sign-in", web::get().to(sign_in::form));
    post(cfg, "/desk/sign-in", web::post().to(sign_in::submit));
    post(cfg, "/desk/sign-in/challenge", web::post().to(challenge::to_sign_in));
    post(cfg, "/desk/sign-out", web::post().to(sign_in::leave));
    get(cfg, "/setup", web::get().to(setup::form));
    post(cfg, "/setup", web::post().to(setup::submit));
    account::routes(cfg);
    get(cfg, "/desk/join", web::get().to(people::join_form));
    post(cfg, "/desk/join", web::post().to(people::join));
    get(cfg, "/desk/approvals", web::get().to(approvals::show));
    get(cfg, "/desk/figures", web::get().to(figures::show));
    get(cfg, "/desk/people/invitations", web::get().to(people::list));
    post(cfg, "/desk/people/invitations", web::post().to(people::propose));
    post(cfg, "/desk/people/invitations/{uid}/code", web::post().to(people::hand_over));
    post(cfg, "/desk/people/invitations/{uid}/withdraw", web::post().to(people::withdraw));
    post(cfg, "/desk/people/invitations/{uid}/confirm", web::post().to(people::confirm));
    post(cfg, "/desk/people/invitations/{uid}/decline", web::post().to(people::decline));
    record::routes(cfg);
    plan::routes(cfg);
    get(cfg, "/desk/people/recovery", web::get().to(people::recovery_list));
    post(cfg, "/desk/people/recovery", web::post().to(people::ask_recovery));
    post(cfg, "/desk/people/recovery/{uid}/grant", web::post().to(people::grant_recovery));
    post(cfg, "/desk/people/recovery/{uid}/refuse", web::post().to(people::refuse_recovery));
    get(cfg, "/desk/tips/{uid}", web::get().to(tip::show));
    post(cfg, "/desk/tips/{uid}/open", web::post().to(acts::open));
    post(cfg, "/desk/tips/{uid}/claim", web::post().to(acts::claim));
    post(cfg, "/desk/tips/{uid}/accept", web::post().to(acts::accept));
    post(cfg, "/desk/tips/{uid}/note", web::post().to(acts::note));
    post(cfg, "/desk/tips/{uid}/reply", web::post().to(acts::reply));
    post(cfg, "/desk/tips/{uid}/correct", web::post().to(acts::correct));
    post(cfg, "/desk/tips/{uid}/refer", web::post().to(acts::refer));
    post(cfg, "/desk/tips/{uid}/close", web::post().to(acts::close));
    post(cfg, "/desk/tips/{uid}/aside", web::post().to(aside::set_aside));
    post(cfg, "/desk/tips/{uid}/take-back", web::post().to(aside::take_back));
    post(cfg, "/desk/tips/{uid}/take-over", web::post().to(lease::take_over));
    post(cfg, "/desk/tips/{uid}/skip", web::post().to(lease::pass_by));
    post(cfg, "/desk/tips/{uid}/heartbeat", web::post().to(lease::heartbeat));
    get(cfg, "/desk/skips", web::get().to(lease::passed));
    get(cfg, "/desk/second-look", web::get().to(second_look::show));
    post(cfg, "/desk/second-look", web::post().to(second_look::judge));
    post(cfg, "/desk/tips/{uid}/excerpt", web::post().to(excerpts::send));
    post(cfg, "/desk/tips/{uid}/excerpt/withdraw", web::post().to(excerpts::withdraw));
    get(cfg, "/desk/excerpts", web::get().to(excerpts::list));
    get(cfg, "/desk/excerpts/{uid}", web::get().to(excerpts::show));
    post(cfg, "/desk/tips/{uid}/hold", web::post().to(hold::set));
    post(cfg, "/desk/tips/{uid}/lift", web::post().to(hold::lift));
    get(cfg, "/desk/holds", web::get().to(hold::list));
    post(cfg, "/desk/tips/{uid}/contact", web::post().to(contact::show));
    post(cfg, "/desk/tips/{uid}/contact/ask", web::post().to(contact::ask));
    post(cfg, "/desk/tips/{uid}/erase/ask", web::post().to(contact::ask_erase));
    post(cfg, "/desk/tips/{uid}/minor/ask", web::post().to(contact::ask_minor));
    post(cfg, "/desk/tips/{uid}/contact/grant", web::post().to(contact::grant));
    post(cfg, "/desk/tips/{uid}/contact/refuse", web::post().to(contact::refuse));
    post(cfg, "/desk/tips/{uid}/contact/break-glass", web::post().to(contact::break_glass));
    get(cfg, "/desk/tips/{uid}/files/{file}", web::get().to(files::show));
    get(cfg, "/desk/tips/{uid}/related", web::get().to(related::compare));
    get(cfg, "/desk/people", web::get().to(people::members::list));
    get(cfg, "/desk/people/mailboxes", web::get().to(people::mailboxes::list));
    post(cfg, "/desk/people/mailboxes", web::post().to(people::mailboxes::name));
    post(cfg, "/desk/people/mailboxes/confirm", web::post().to(people::mailboxes::confirm));
    get(cfg, "/desk/people/rotate", web::get().to(people::rotate::ask));
    post(cfg, "/desk/people/rotate", web::post().to(people::rotate::begin));
    post(cfg, "/desk/people/pass-on", web::post().to(people::members::pass_on));
    get(cfg, "/desk/people/{uid}/end", web::get().to(people::members::ask_end));
    post(cfg, "/desk/people/{uid}/end", web::post().to(people::members::end));
    post(cfg, "/desk/people/{uid}/reset", web::post().to(people::reset));
    post(cfg, "/desk/people/{uid}/sessions", web::post().to(people::members::end_sessions));
    post(cfg, "/desk/people/{uid}/role", web::post().to(people::members::change_role));
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
