//! Two small cookies by which a form that was received is not shown again. Owns their names and lives;
//! neither says anything about the report.

use actix_web::HttpResponse;

use crate::app::App;
use crate::intake::form_token::FormToken;
use crate::vault::entropy::bytes;
use crate::web::cookies;

/// Changes with every step, out of the script's sight: a page that was left behind is then not shown again
/// from the browser's memory.
pub const STEP: &str = "hw-step";
const STEP_SECONDS: i64 = 3600;

/// The mark of the form that was received last, for the script: it may empty that form, and no other.
pub const SENT: &str = "hw-sent";
const SENT_SECONDS: i64 = 600;

/// Sets a fresh step on an answer.
pub fn step(app: &App, answer: &mut HttpResponse) {
    let value: String = bytes::<12>(app.entropy.as_ref()).iter().map(|b| format!("{b:02x}")).collect();
    put(answer, &cookies::set(&app.config, STEP, value, STEP_SECONDS, true));
}

/// Marks a form as received.
pub fn sent(app: &App, answer: &mut HttpResponse, token: &FormToken) {
    let mark = token.mark(&app.deployment);
    put(answer, &cookies::set(&app.config, SENT, mark, SENT_SECONDS, false));
    step(app, answer);
}

fn put(answer: &mut HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) {
    // Fails only for a cookie that is no header value: these are hex digits.
    let _ = answer.add_cookie(cookie);
}
