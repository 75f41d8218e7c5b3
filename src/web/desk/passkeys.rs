//! Whether passkeys can work where an officer stands. Owns that question; refuses challenges (`challenge`).

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::app::App;
use crate::people::second_factor::passkey::RelyingParty;

/// What can be said of passkeys at the address that was typed.
pub(super) enum Place {
    /// They work.
    Works(RelyingParty),
    /// They would at this address.
    Elsewhere(String),
    /// They work nowhere: the portal has no address that browsers give passkeys to.
    Nowhere,
}

/// Where an officer stands. Behind a proxy the configured address is what counts; on this machine browsers give
/// passkeys to `localhost` and not to `127.0.0.1`.
pub(super) fn place(app: &App, req: &HttpRequest) -> Place {
    let Some(portal) = app.relying_party() else { return Place::Nowhere };
    if app.config.listen.desk_origin.is_some() {
        return Place::Works(portal);
    }
    let host = req.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
        return Place::Elsewhere(format!("http://localhost:{port}/desk"));
    }
    Place::Works(portal)
}
