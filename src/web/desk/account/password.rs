//! Another password. Owns the two handlers; refuses judging it (`people::password`).
//!
//! The same private key is wrapped anew, so nothing that was sealed to the officer is touched. All other sessions
//! end, and what devices were given before counts no more.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use zeroize::Zeroizing;

use super::super::device;
use super::super::session::{Act, AtDoor, Fields, OwnAct, SignedIn};
use super::confirm::{self, Confirmed};
use super::{done, down, view};
use crate::app::App;
use crate::app::hashing::Caller;
use crate::people::password::{Owner, PasswordRefused, check};
use crate::store::{Abort, Lane, WriteError, accounts, sessions};
use crate::vault::password::{KdfCost, wrap_private};
use crate::web::reply;

/// The page.
pub(super) async fn form(app: web::Data<App>, AtDoor(who): AtDoor) -> HttpResponse {
    page(&app, &who, None)
}

/// Changes it.
pub(super) async fn change(
    app: web::Data<App>,
    req: HttpRequest,
    OwnAct(Act { who, fields }): OwnAct,
) -> Result<HttpResponse, Error> {
    if let Err(why) = judge(&app, &who, &fields) {
        return Ok(page(&app, &who, Some(why)));
    }
    let confirmed = match confirm::confirm(&app, &who, fields.typed("password")).await {
        Ok(confirmed) => confirmed,
        Err(why) => return Ok(page(&app, &who, Some(why))),
    };
    let Confirmed { private, wrapped } = confirmed;
    let fresh = Zeroizing::new(fields.typed("fresh").to_owned());
    let entropy = app.entropy.clone();
    let wrap = move || wrap_private(&fresh, &private, KdfCost::default(), entropy.as_ref());
    let Some(after) = app.hashing.run(Caller::Known, wrap).await else {
        return Ok(page(&app, &who, Some("account-refused-busy")));
    };
    match store(&app, &who, wrapped, after).await {
        Ok(generation) => {
            let mut answer = done(&who, "password-changed");
            answer.add_cookie(&device::cookie(&app, &who.officer.login, generation))?;
            Ok(answer)
        }
        Err(WriteError::Refused(Overtaken)) => Ok(page(&app, &who, Some("account-refused-overtaken"))),
        Err(_) => Err(down(&req)),
    }
}

/// Somebody else has changed it meanwhile.
struct Overtaken;

/// Stores the key under the new password and ends the other sessions; gives the generation from now on.
async fn store(
    app: &App,
    who: &SignedIn,
    before: Vec<u8>,
    after: Vec<u8>,
) -> Result<i64, WriteError<Overtaken>> {
    let (id, session, now) = (who.officer.id, who.session.id, app.clock.now());
    app.store
        .write("password.change", Lane::Desk, move |db| {
            if !accounts::rewrap(db, id, &before, &after, now)? {
                return Err(Abort::Refused(Overtaken));
            }
            sessions::end_others(db, id, session, now)?;
            Ok(accounts::of(db, id)?.generation)
        })
        .await
}

fn judge(app: &App, who: &SignedIn, fields: &Fields) -> Result<(), &'static str> {
    let fresh = fields.typed("fresh");
    if fresh != fields.typed("again") {
        return Err("account-refused-differ");
    }
    let agency = who.officer.agency.to_string();
    let owner = Owner { login: &who.officer.login, name: &who.officer.name, agency: &agency };
    check(fresh, owner, app.config.session.second_factor).map_err(|why| match why {
        PasswordRefused::Short(_) | PasswordRefused::Long => "account-refused-length",
        PasswordRefused::Guessed => "account-refused-guessed",
    })
}

fn page(app: &App, who: &SignedIn, refused: Option<&str>) -> HttpResponse {
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    reply::private_page(status, view::password_form(app, who, refused))
}
