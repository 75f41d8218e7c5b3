//! What a receipt opens: status, thread, adding, leaving. Owns their addresses and the fifteen-minute ticket;
//! refuses rules (dialogue) and SQL (store).
//!
//! | file | what |
//! |---|---|
//! | [`handlers`] | one function per address |
//! | [`opening`] | receipt or ticket -> the opened thread; unknown ones cost the same |
//! | [`adding`] | words -> the thread, once |
//! | [`proof`], [`proving`] | does it still stand in the public record? |
//! | [`open_page`], [`thread_page`], [`proof_page`] | the pages |

pub mod adding;
pub mod handlers;
pub mod open_page;
pub mod opening;
pub mod proof;
pub mod proof_page;
pub mod proving;
pub mod thread_page;

use actix_web::web::{self, ServiceConfig};

/// The cookie that holds the ticket.
pub const TICKET: &str = "hw-ticket";

/// How long a ticket opens the thread, in seconds.
pub const TICKET_SECONDS: i64 = 15 * 60;

/// The addresses.
pub fn routes(cfg: &mut ServiceConfig) {
    opening::prepare();
    cfg.service(web::resource("/follow-up").get(handlers::show).post(handlers::open))
        .service(web::resource("/follow-up/add").post(handlers::add))
        .service(web::resource("/follow-up/proof").post(proof::show))
        .service(web::resource("/follow-up/proof/file").post(proof::file))
        .service(web::resource("/follow-up/leave").post(handlers::leave));
}
