//! Officers' sessions: rows that open nothing without the cookie. Owns opening, finding, renewing and
//! ending them, each with its audit row.

use diesel::prelude::*;

use super::audit;
use super::connection::Db;
use super::officers::{OFFICER, OfficerRow, officer};
use super::schema::{officers, sessions};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::config::Session;
use crate::people::officer::Officer;
use crate::people::sign_in::is_alive;

/// A session that still lives.
#[derive(Clone, Debug)]
pub struct Living {
    /// Whose it is.
    pub officer: Officer,
    /// The officer's private key under the cookie's secret.
    pub wrapped: Vec<u8>,
    /// When it was last used, as last written.
    pub seen: Timestamp,
}

/// Opens a session.
pub fn open(db: &mut Db, officer: i64, lookup: &[u8], wrapped: &[u8], now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::lookup.eq(lookup),
            sessions::officer_id.eq(officer),
            sessions::wrapped_key.eq(wrapped),
            sessions::created_at.eq(now.0),
            sessions::seen_at.eq(now.0),
        ))
        .execute(db)?;
    audit::append(db, &row(Actor::Officer(officer), "session.opened", now))
}

/// Records that somebody tried and was refused. The name tried is not kept: people type passwords there.
pub fn refused(db: &mut Db, officer: Option<i64>, now: Timestamp) -> QueryResult<()> {
    let detail = serde_json::json!({ "officer": officer });
    audit::append(db, &AuditRow { detail, ..row(Actor::System, "session.refused", now) })
}

/// The session with this name, if it lives and its officer is active.
pub fn find(db: &mut Db, lookup: &[u8], life: Session, now: Timestamp) -> QueryResult<Option<Living>> {
    let found: Option<(OfficerRow, Vec<u8>, i64, i64)> = sessions::table
        .inner_join(officers::table.on(officers::id.eq(sessions::officer_id)))
        .filter(sessions::lookup.eq(lookup).and(officers::active.eq(true)))
        .select((OFFICER, sessions::wrapped_key, sessions::created_at, sessions::seen_at))
        .first(db)
        .optional()?;
    Ok(found.and_then(|(row, wrapped, created, seen)| {
        let seen = Timestamp(seen);
        is_alive(life, Timestamp(created), seen, now).then_some(())?;
        Some(Living { officer: officer(row)?, wrapped, seen })
    }))
}

/// Notes that a session is in use.
pub fn touch(db: &mut Db, lookup: &[u8], now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::lookup.eq(lookup)))
        .set(sessions::seen_at.eq(now.0))
        .execute(db)?;
    Ok(())
}

/// Ends a session: its row, and with it the only copy of the wrapped key, is gone.
pub fn close(db: &mut Db, officer: i64, lookup: &[u8], now: Timestamp) -> QueryResult<()> {
    let gone = diesel::delete(sessions::table.filter(sessions::lookup.eq(lookup))).execute(db)?;
    if gone > 0 {
        audit::append(db, &row(Actor::Officer(officer), "session.closed", now))?;
    }
    Ok(())
}

/// Ends a session whose cookie was sent, whoever's it is.
pub fn supersede(db: &mut Db, lookup: &[u8], now: Timestamp) -> QueryResult<()> {
    let of = sessions::table.filter(sessions::lookup.eq(lookup)).select(sessions::officer_id);
    match of.first::<i64>(db).optional()? {
        Some(officer) => close(db, officer, lookup, now),
        None => Ok(()),
    }
}

/// Removes sessions whose time is over; gives how many.
pub fn forget_ended(db: &mut Db, now: Timestamp, life: Session) -> QueryResult<usize> {
    let idle = now.plus_seconds(-life.idle_minutes.saturating_mul(60)).0;
    let absolute = now.plus_seconds(-life.absolute_hours.saturating_mul(3600)).0;
    let over = sessions::seen_at.le(idle).or(sessions::created_at.le(absolute));
    diesel::delete(sessions::table.filter(over)).execute(db)
}

fn row(actor: Actor, act: &'static str, at: Timestamp) -> AuditRow {
    AuditRow { at, actor, act, tip_id: None, detail: serde_json::json!({}) }
}
