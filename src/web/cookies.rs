//! Cookies: made in one place, so that each is HttpOnly unless it says why, SameSite=Strict, host-bound
//! under TLS, and gone by the time it says.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::config::Config;

/// The name a cookie has on the wire: under TLS bound to this very host by its prefix.
pub fn wire_name(config: &Config, name: &str) -> String {
    if config.is_tls() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie that lives `seconds`. `http_only` is false only where our own script must see it.
pub fn set(config: &Config, name: &str, value: String, seconds: i64, http_only: bool) -> Cookie<'static> {
    Cookie::build(wire_name(config, name), value)
        .path("/")
        .secure(config.is_tls())
        .http_only(http_only)
        .same_site(SameSite::Strict)
        .max_age(Duration::seconds(seconds))
        .finish()
}

/// A cookie that removes `name`.
pub fn clear(config: &Config, name: &str) -> Cookie<'static> {
    set(config, name, String::new(), 0, true)
}

/// The value a visitor sent, if any.
pub fn get(config: &Config, req: &HttpRequest, name: &str) -> Option<String> {
    req.cookie(&wire_name(config, name)).map(|c| c.value().to_owned()).filter(|v| !v.is_empty())
}
