//! Officers' sessions: rows that open nothing without the cookie. Owns opening, finding, renewing and ending them,
//! each with its audit row.
//!
//! One invariant: whoever opens a session or ends several holds the officer's account first, so that a session
//! opened with a password, a factor or a standing that has just gone is never left over.

use diesel::prelude::*;

use super::command::Abort;
use super::connection::Db;
use super::officers::{OFFICER, OfficerRow, officer};
use super::schema::{officers, sessions};
use super::{accounts, audit, challenges};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::config::Session;
use crate::people::news::{Change, News};
use crate::people::officer::Officer;
use crate::people::second_factor::Factor;
use crate::people::sign_in::{NewSession, is_alive};

/// A session that still lives.
#[derive(Clone, Debug)]
pub struct Living {
    /// Row id.
    pub id: i64,
    /// Whose it is.
    pub officer: Officer,
    /// The officer's private key under the cookie's secret.
    pub wrapped: Vec<u8>,
    /// When it was last used, as last written.
    pub seen: Timestamp,
    /// What came with the password.
    pub factor: Factor,
    /// When the officer had signed in before.
    pub before: Option<Minute>,
    /// What had changed since.
    pub news: News,
}

/// One of an officer's own sessions, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Row id.
    pub id: i64,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last used, as last written.
    pub seen: Timestamp,
    /// What came with the password.
    pub factor: Factor,
}

/// What a session's row is made of.
#[derive(Clone, Debug)]
pub struct Opening {
    officer: i64,
    lookup: [u8; 32],
    wrapped: Vec<u8>,
    factor: Factor,
    spent: Option<crate::people::second_factor::Change>,
    generation: i64,
    version: i64,
}

impl From<&NewSession> for Opening {
    fn from(new: &NewSession) -> Self {
        Self {
            officer: new.officer.id,
            lookup: new.lookup,
            wrapped: new.wrapped.clone(),
            factor: new.factor,
            spent: new.spent.clone(),
            generation: new.generation,
            version: new.version,
        }
    }
}

/// Password, factor or standing are no longer what they were when the attempt began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was proved is no longer so")]
pub struct Overtaken;

/// Opens a session, and spends what it was opened with. Gives whether there is news to tell.
pub fn open(db: &mut Db, new: &Opening, now: Timestamp) -> Result<bool, Abort<Overtaken>> {
    let id = new.officer;
    accounts::hold(db, id)?;
    let account = accounts::of(db, id)?;
    let active: bool = officers::table.find(id).select(officers::active).first(db)?;
    if !active || (account.generation, account.version) != (new.generation, new.version) {
        return Err(Abort::Refused(Overtaken));
    }
    if let Some(spent) = &new.spent {
        accounts::put(db, id, spent)?;
    }
    let (before, news) = accounts::signed_in(db, id, now.minute())?;
    insert(db, new, (before, &news), now)?;
    if new.factor == Factor::Recovery {
        accounts::tell(db, id, Change::CodeUsed, now.minute())?;
    }
    let detail = serde_json::json!({ "factor": new.factor.as_str() });
    audit::append(db, &AuditRow { detail, ..row(Actor::Officer(id), "session.opened", now) })?;
    Ok(!News::read(&news).0.is_empty())
}

fn insert(
    db: &mut Db,
    new: &Opening,
    (before, news): (Option<i64>, &str),
    now: Timestamp,
) -> QueryResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::lookup.eq(new.lookup.as_slice()),
            sessions::officer_id.eq(new.officer),
            sessions::wrapped_key.eq(&new.wrapped),
            sessions::created_at.eq(now.0),
            sessions::seen_at.eq(now.0),
            sessions::factor.eq(new.factor.as_str()),
            sessions::before_minute.eq(before),
            sessions::news.eq(news),
        ))
        .execute(db)?;
    Ok(())
}

/// Records that somebody tried and was refused. The name tried is not kept: people type passwords there.
pub fn refused(db: &mut Db, officer: Option<i64>, now: Timestamp) -> QueryResult<()> {
    let detail = serde_json::json!({ "officer": officer });
    audit::append(db, &AuditRow { detail, ..row(Actor::System, "session.refused", now) })
}

type Found = (i64, OfficerRow, Vec<u8>, i64, i64, String, Option<i64>, String);

/// The session with this name, if it lives and its officer is active.
pub fn find(db: &mut Db, lookup: &[u8], life: Session, now: Timestamp) -> QueryResult<Option<Living>> {
    let found: Option<Found> = sessions::table
        .inner_join(officers::table.on(officers::id.eq(sessions::officer_id)))
        .filter(sessions::lookup.eq(lookup).and(officers::active.eq(true)))
        .select((
            sessions::id,
            OFFICER,
            sessions::wrapped_key,
            sessions::created_at,
            sessions::seen_at,
            sessions::factor,
            sessions::before_minute,
            sessions::news,
        ))
        .first(db)
        .optional()?;
    Ok(found.and_then(|(id, row, wrapped, created, seen, factor, before, news)| {
        let seen = Timestamp(seen);
        is_alive(life, Timestamp(created), seen, now).then_some(())?;
        let (factor, before, news) = (Factor::of(&factor), before.map(Minute), News::read(&news));
        Some(Living { id, officer: officer(row)?, wrapped, seen, factor, before, news })
    }))
}

/// An officer's own sessions that live, the one last opened first.
pub fn of_officer(db: &mut Db, officer: i64, life: Session, now: Timestamp) -> QueryResult<Vec<Listed>> {
    let rows: Vec<(i64, i64, i64, String)> = sessions::table
        .filter(sessions::officer_id.eq(officer))
        .order(sessions::id.desc())
        .select((sessions::id, sessions::created_at, sessions::seen_at, sessions::factor))
        .load(db)?;
    let listed = rows.into_iter().map(|(id, opened, seen, factor)| Listed {
        id,
        opened: Timestamp(opened),
        seen: Timestamp(seen),
        factor: Factor::of(&factor),
    });
    Ok(listed.filter(|one| is_alive(life, one.opened, one.seen, now)).collect())
}

/// Notes that a session is in use.
pub fn touch(db: &mut Db, lookup: &[u8], now: Timestamp) -> QueryResult<()> {
    diesel::update(sessions::table.filter(sessions::lookup.eq(lookup)))
        .set(sessions::seen_at.eq(now.0))
        .execute(db)?;
    Ok(())
}

/// Notes that a session has shown a second factor meanwhile, by enrolling it.
pub fn raise(db: &mut Db, id: i64, factor: Factor) -> QueryResult<()> {
    diesel::update(sessions::table.find(id)).set(sessions::factor.eq(factor.as_str())).execute(db)?;
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

/// Ends one of an officer's own sessions, by its row; nothing happens to anybody else's.
pub fn end_one(db: &mut Db, officer: i64, id: i64, now: Timestamp) -> QueryResult<usize> {
    let own = sessions::id.eq(id).and(sessions::officer_id.eq(officer));
    let gone = diesel::delete(sessions::table.filter(own)).execute(db)?;
    ended(db, Actor::Officer(officer), officer, gone, now)
}

/// Ends all of an officer's sessions but the one with this row; gives how many.
pub fn end_others(db: &mut Db, officer: i64, kept: i64, now: Timestamp) -> QueryResult<usize> {
    accounts::hold(db, officer)?;
    let others = sessions::officer_id.eq(officer).and(sessions::id.ne(kept));
    let gone = diesel::delete(sessions::table.filter(others)).execute(db)?;
    ended(db, Actor::Officer(officer), officer, gone, now)
}

/// Ends all of an officer's sessions, such as when somebody else takes their standing away; gives how many. In
/// the transaction of that act, after it: a sign-in that runs beside it then sees what has changed.
pub fn end_all(db: &mut Db, officer: i64, now: Timestamp) -> QueryResult<usize> {
    accounts::hold(db, officer)?;
    let gone = diesel::delete(sessions::table.filter(sessions::officer_id.eq(officer))).execute(db)?;
    ended(db, Actor::System, officer, gone, now)
}

fn ended(db: &mut Db, actor: Actor, officer: i64, gone: usize, now: Timestamp) -> QueryResult<usize> {
    if gone > 0 {
        let detail = serde_json::json!({ "officer": officer, "sessions": gone });
        audit::append(db, &AuditRow { detail, ..row(actor, "sessions.ended", now) })?;
    }
    Ok(gone)
}

/// Removes sessions whose time is over, and challenges; gives how many sessions.
pub fn forget_ended(db: &mut Db, now: Timestamp, life: Session) -> QueryResult<usize> {
    let idle = now.plus_seconds(-life.idle_minutes.saturating_mul(60)).0;
    let absolute = now.plus_seconds(-life.absolute_hours.saturating_mul(3600)).0;
    challenges::forget_ended(db, now)?;
    let over = sessions::seen_at.le(idle).or(sessions::created_at.le(absolute));
    diesel::delete(sessions::table.filter(over)).execute(db)
}

fn row(actor: Actor, act: &'static str, at: Timestamp) -> AuditRow {
    AuditRow { at, actor, act, tip_id: None, detail: serde_json::json!({}) }
}
