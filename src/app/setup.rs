//! The way to the set-up page: a link with a code, made at each start until it is used. Owns showing or leaving
//! it; refuses the page.

use std::io::IsTerminal as _;

use super::{App, StartError, keeper};
use crate::people::invitation::InvitationCode;
use crate::store::{Lane, setup};
use crate::vault::hex;

/// The name of the file that holds the link where there was no terminal to show it on.
const LEFT_BEHIND: &str = "setup.link";

/// The digest of a set-up code: what the database keeps of it.
pub fn digest(app: &App, code: &InvitationCode) -> String {
    hex::encode(&code.lookup(&app.deployment))
}

/// Makes a code if the portal is still to be set up; gives the link. Nothing is open without it.
pub fn begin(app: &App) -> Result<Option<String>, StartError> {
    let asked = app.store.read_blocking(setup::is_due);
    if !asked.map_err(|error| StartError::Key(format!("the set-up cannot be begun: {error}")))? {
        forget(app);
        return Ok(None);
    }
    let code = InvitationCode::generate(app.entropy.as_ref());
    let kept = digest(app, &code);
    app.store
        .write_blocking::<_, (), _>("setup.code", Lane::Desk, move |db| Ok(setup::keep_code(db, &kept)?))
        .map_err(|error| StartError::Key(format!("the set-up cannot be begun: {error}")))?;
    let desk = app.desk_address();
    let origin = desk.strip_suffix("/desk").unwrap_or(&desk);
    Ok(Some(format!("{origin}/setup#{code}")))
}

/// Shows the link on a terminal; where there is none leaves it in a file of its owner's only and says so in the log.
pub fn show(app: &App, link: &str) -> Result<(), StartError> {
    if std::io::stderr().is_terminal() {
        keeper::say(&format!(
            "首次设置，请在本机浏览器打开（只能用一次） / first set-up, open once in a browser:\n  {link}"
        ));
        return Ok(());
    }
    forget(app);
    let path = app.config.data.dir.join(LEFT_BEHIND);
    keeper::write_private(&path, link.as_bytes()).map_err(keeper::file("cannot leave the set-up link"))?;
    tracing::warn!(file = %path.display(), "the portal is to be set up: the link lies in this file");
    Ok(())
}

/// Removes a link that was left behind.
pub fn forget(app: &App) {
    // Not being there is what is wanted.
    let _ = std::fs::remove_file(app.config.data.dir.join(LEFT_BEHIND));
}
