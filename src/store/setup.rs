//! The first run: the one-time code of the set-up page, and what is set there. Owns these rows; refuses the code
//! itself, of which only a digest is kept.
//!
//! One invariant: the set-up is done once. A portal that has an officer, or was set up, has no such page.

use diesel::prelude::*;

use super::command::Abort;
use super::connection::Db;
use super::people::invitations::{InvitationRefused, Proposal, invite_first};
use super::schema::{invitations, meta as meta_rows, officers};
use super::{audit, dialect, directory, meta, outbox};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::notify::Notice;
use crate::plan::AgencyCode;

const CODE: &str = "setup_code";
const NAME: &str = "portal_name";
const LANGUAGE: &str = "portal_language";

/// What the portal calls itself, and the language it speaks where a visitor prefers none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Face {
    /// The name, such as a city's.
    pub name: Option<String>,
    /// The language.
    pub language: Option<Locale>,
}

/// What is set on the page.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The name.
    pub name: String,
    /// The language.
    pub language: Locale,
    /// Where the three administrators belong.
    pub agency: AgencyCode,
    /// The agency's duty mailbox, which gets a mail to try the way.
    pub mailbox: String,
    /// The administrators, each with the digest of the invitation's code.
    pub administrators: Vec<(Proposal, [u8; 32])>,
    /// The mail that tries the way.
    pub notice: Notice,
}

/// Whether the portal is still to be set up: nobody is an officer, nobody is invited.
pub fn is_due(db: &mut Db) -> QueryResult<bool> {
    let officer: Option<i64> = officers::table.select(officers::id).first(db).optional()?;
    let invited: Option<i64> = invitations::table.select(invitations::id).first(db).optional()?;
    Ok(officer.is_none() && invited.is_none())
}

/// Keeps the digest of a fresh code; one from an earlier start stops working.
pub fn keep_code(db: &mut Db, digest: &str) -> QueryResult<()> {
    meta::put(db, CODE, digest)
}

/// Whether this is the code of the page that is still to be used.
pub fn fits(db: &mut Db, digest: &str) -> QueryResult<bool> {
    Ok(is_due(db)? && meta::get(db, CODE)?.as_deref() == Some(digest))
}

/// Sets the portal up, once.
pub fn apply(
    db: &mut Db,
    plan: i64,
    digest: &str,
    setup: &Setup,
    now: Timestamp,
) -> Result<(), Abort<InvitationRefused>> {
    dialect::own_directory(db)?;
    if !fits(db, digest)? {
        return Err(Abort::Refused(InvitationRefused::Gone));
    }
    diesel::delete(meta_rows::table.filter(meta_rows::key.eq(CODE))).execute(db)?;
    meta::put(db, NAME, &setup.name)?;
    meta::put(db, LANGUAGE, setup.language.code())?;
    directory::put_agency(db, plan, &setup.agency, Some((&setup.mailbox, now.minute())))?;
    for (proposal, lookup) in &setup.administrators {
        invite_first(db, plan, proposal, lookup, now)?;
    }
    outbox::enqueue(db, plan, std::slice::from_ref(&setup.notice))?;
    let detail = serde_json::json!({ "agency": setup.agency, "administrators": setup.administrators.len() });
    let row = AuditRow { at: now, actor: Actor::System, act: "portal.set_up", tip_id: None, detail };
    Ok(audit::append(db, &row)?)
}

/// What the portal calls itself.
pub fn face(db: &mut Db) -> QueryResult<Face> {
    let language = meta::get(db, LANGUAGE)?.and_then(|code| code.parse().ok());
    Ok(Face { name: meta::get(db, NAME)?, language })
}
