//! The cookie of a device from which somebody has signed in: it gives a lane of its own to whoever has it, when
//! others are guessing. Owns giving and reading it; refuses letting anybody in.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;

use crate::app::App;
use crate::people::sign_in::Applicant;
use crate::vault::device::Device;
use crate::web::cookies;

const COOKIE: &str = "hw-device";

/// How long a device is known, in seconds: ninety days.
const LIFE: i64 = 90 * 24 * 3600;

/// The cookie after a sign-in, or for whoever has just changed their password.
pub(super) fn cookie(app: &App, login: &str, generation: i64) -> Cookie<'static> {
    let device = Device { generation, until: app.clock.now().plus_seconds(LIFE) };
    cookies::set(&app.config, COOKIE, device.to_cookie(&app.deployment, login), LIFE, true)
}

/// Whether the request comes from a device that was given to whoever has this name, and still counts.
pub(super) fn is_known(app: &App, req: &HttpRequest, login: &str, applicant: Option<&Applicant>) -> bool {
    let cookie = cookies::get(&app.config, req, COOKIE).unwrap_or_default();
    let device = Device::read(&cookie, &app.deployment, login, app.clock.now());
    device.zip(applicant).is_some_and(|(device, one)| device.generation == one.account.generation)
}
