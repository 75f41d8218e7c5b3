//! Every address on one screen. Staff addresses are unknown on the public listener, and the public's on the
//! desk's.

use actix_web::{HttpRequest, web};

use super::error::{self, Failure};
use super::ui::style::Audience;
use super::{api, desk, follow_up, public, statics};

/// The routes of one listener.
pub fn of(audience: Audience) -> impl FnOnce(&mut web::ServiceConfig) {
    move |cfg| {
        cfg.configure(statics::route(audience));
        match audience {
            Audience::Public => {
                // `/` `/report` `/record` `/exit` · `/follow-up…` · `/api/v1/{reports,follow-up,record}…`
                cfg.configure(public::routes).configure(follow_up::routes).configure(api::routes);
            }
            // `/desk…`
            Audience::Desk => {
                cfg.configure(desk::routes);
            }
        }
        cfg.default_service(web::to(move |req: HttpRequest| async move {
            error::page(&req, audience, Failure::NotFound)
        }));
    }
}
