//! The reporter's pages: the first page, the report, its receipt, and the way out. Owns their addresses;
//! refuses deciding (intake) and SQL (store).
//!
//! | file | what |
//! |---|---|
//! | [`handlers`] | one function per address |
//! | [`forms`] | what arrived -> draft, token, language |
//! | [`submit`] | draft -> accepted tip, once |
//! | [`share`] | fair shares: slowed, never silenced |
//! | [`steps`] | a form that was received is not shown again |
//! | [`record_heads`] | the public record, for everybody |
//! | [`gate`], [`report_page`], [`receipt_page`] | the pages |

pub mod forms;
pub mod gate;
pub mod handlers;
pub mod receipt_page;
pub mod record_heads;
pub mod report_page;
pub mod share;
pub mod steps;
pub mod submit;
pub mod times;

mod choices;
mod fields;

use actix_web::web::{self, ServiceConfig};

/// The addresses.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/").get(handlers::first_page))
        .service(web::resource("/report").get(handlers::report_form).post(handlers::send_report))
        .service(web::resource("/record").get(record_heads::show))
        .service(web::resource("/exit").get(handlers::exit));
}
