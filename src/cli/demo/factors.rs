//! An authenticator app for each of the demo's officers, enrolled as at a desk: with the password, into the value
//! that only the officer's own key opens. Owns nothing that a portal for people has.

use anyhow::Context as _;

use super::officers::DemoOfficer;
use crate::app::{App, PLAN_ID};
use crate::people::news::Change;
use crate::people::second_factor::app_code::{App as CodeApp, spelled};
use crate::people::second_factor::factors::Factors;
use crate::store::{Abort, Lane, WriteError, accounts};
use crate::vault::entropy::bytes;
use crate::vault::password::unwrap_private;

/// Enrols an app for each officer who has none.
pub(super) fn enrol(app: &App, officers: &mut [DemoOfficer]) -> anyhow::Result<()> {
    for officer in officers.iter_mut().filter(|officer| officer.totp_secret.is_none()) {
        officer.totp_secret = Some(enrol_one(app, officer)?);
    }
    Ok(())
}

fn enrol_one(app: &App, officer: &DemoOfficer) -> anyhow::Result<String> {
    let login = officer.name.clone();
    let applicant = app.store.read_blocking(move |db| accounts::applicant(db, PLAN_ID, &login))?;
    let applicant = applicant.with_context(|| format!("the demo has no {}", officer.name))?;
    let private = unwrap_private(&officer.password, &applicant.known.wrapped)?;
    let (uid, id) = (applicant.known.officer.uid, applicant.known.officer.id);
    let mut factors = Factors::open(&private, &uid, &applicant.account)?;
    let (secret, now) = (bytes(app.entropy.as_ref()), app.clock.now());
    factors.app = Some(CodeApp::new(&secret, "demo", now.minute(), 0));
    let change = factors.change(&private, &uid, applicant.account.version, app.entropy.as_ref());
    let written: Result<(), WriteError<()>> =
        app.store.write_blocking("demo.factor", Lane::Desk, move |db| {
            let put = accounts::change(db, id, &change, Change::AppAdded, now)?;
            if put { Ok(()) } else { Err(Abort::Refused(())) }
        });
    written.map_err(|_| anyhow::anyhow!("the factor of {} was not stored", officer.name))?;
    Ok(spelled(&secret).to_string())
}
