//! What stands beside an officer's password: sealed factors with their version, the generation of known devices,
//! and what is to be told at the next sign-in. Owns these rows and the change of a password; refuses opening
//! anything.
//!
//! One invariant: whoever changes how an officer signs in, or opens a session, holds that officer's row first, so
//! that of two who do so at once the second sees what the first has done.

use diesel::prelude::*;

use super::audit;
use super::connection::{Db, on_each};
use super::officers;
use super::schema::{accounts, officers as officers_table};
use crate::audit::{Actor, AuditRow};
use crate::clock::{Minute, Timestamp};
use crate::people::news::{self, News};
use crate::people::second_factor::{Account, Change, Summary};
use crate::people::sign_in::Applicant;

type Row = (i64, i64, Option<Vec<u8>>, bool, i64, i64);

/// Who would sign in with this name. Nobody costs the same queries.
pub fn applicant(db: &mut Db, plan: i64, login: &str) -> QueryResult<Option<Applicant>> {
    let known = officers::known(db, plan, login)?;
    let account = of(db, known.as_ref().map_or(-1, |known| known.officer.id))?;
    Ok(known.map(|known| Applicant { known, account }))
}

/// An officer's account; an empty one where there is no row yet.
pub fn of(db: &mut Db, officer: i64) -> QueryResult<Account> {
    let row: Option<Row> = accounts::table
        .filter(accounts::officer_id.eq(officer))
        .select((
            accounts::generation,
            accounts::version,
            accounts::sealed,
            accounts::has_totp,
            accounts::passkeys,
            accounts::codes,
        ))
        .first(db)
        .optional()?;
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    Ok(row.map_or_else(Account::default, |(generation, version, sealed, has_app, passkeys, codes)| Account {
        generation,
        version,
        sealed,
        summary: Summary { has_app, passkeys: count(passkeys), codes: count(codes) },
    }))
}

/// Makes the officer's row where there is none, and keeps others from it until the transaction ends.
pub(in crate::store) fn hold(db: &mut Db, officer: i64) -> QueryResult<()> {
    let row = (
        accounts::officer_id.eq(officer),
        accounts::generation.eq(0_i64),
        accounts::version.eq(0_i64),
        accounts::has_totp.eq(false),
        accounts::passkeys.eq(0_i64),
        accounts::codes.eq(0_i64),
        accounts::news.eq("[]"),
    );
    on_each!(db, |c| diesel::insert_into(accounts::table)
        .values(row)
        .on_conflict(accounts::officer_id)
        .do_nothing()
        .execute(c))?;
    // A change of nothing: on PostgreSQL it takes the row, on SQLite the writer is alone anyway.
    diesel::update(accounts::table.filter(accounts::officer_id.eq(officer)))
        .set(accounts::version.eq(accounts::version))
        .execute(db)?;
    Ok(())
}

/// Puts changed factors in the place of those they were made from; false where these are gone already.
pub(super) fn put(db: &mut Db, officer: i64, change: &Change) -> QueryResult<bool> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let from =
        accounts::table.filter(accounts::officer_id.eq(officer).and(accounts::version.eq(change.before)));
    let changed = diesel::update(from)
        .set((
            accounts::version.eq(change.before + 1),
            accounts::sealed.eq(&change.sealed),
            accounts::has_totp.eq(change.summary.has_app),
            accounts::passkeys.eq(count(change.summary.passkeys)),
            accounts::codes.eq(count(change.summary.codes)),
        ))
        .execute(db)?;
    Ok(changed == 1)
}

/// Changes an officer's factors, on record and to be told at the next sign-in; false where somebody else has
/// changed them since they were read.
pub fn change(
    db: &mut Db,
    officer: i64,
    change: &Change,
    what: news::Change,
    now: Timestamp,
) -> QueryResult<bool> {
    hold(db, officer)?;
    if !put(db, officer, change)? {
        return Ok(false);
    }
    tell(db, officer, what, now.minute())?;
    audit::append(db, &row(officer, what, now))?;
    Ok(true)
}

/// Takes every factor away with the key that opened it, and makes every known device a stranger: the account was made
/// anew.
pub fn forget(db: &mut Db, officer: i64) -> QueryResult<()> {
    diesel::update(accounts::table.filter(accounts::officer_id.eq(officer)))
        .set((
            accounts::sealed.eq(None::<Vec<u8>>),
            accounts::has_totp.eq(false),
            accounts::passkeys.eq(0),
            accounts::codes.eq(0),
            accounts::generation.eq(accounts::generation + 1),
            accounts::version.eq(accounts::version + 1),
        ))
        .execute(db)?;
    Ok(())
}

/// Wraps an officer's key anew, under another password; false where it is not wrapped as it was any more. What
/// devices were given before counts no longer.
pub fn rewrap(db: &mut Db, officer: i64, before: &[u8], after: &[u8], now: Timestamp) -> QueryResult<bool> {
    hold(db, officer)?;
    let own = officers_table::id.eq(officer).and(officers_table::wrapped_key.eq(before));
    let changed = diesel::update(officers_table::table.filter(own))
        .set(officers_table::wrapped_key.eq(after))
        .execute(db)?;
    if changed != 1 {
        return Ok(false);
    }
    diesel::update(accounts::table.filter(accounts::officer_id.eq(officer)))
        .set(accounts::generation.eq(accounts::generation + 1))
        .execute(db)?;
    tell(db, officer, news::Change::PasswordChanged, now.minute())?;
    audit::append(db, &row(officer, news::Change::PasswordChanged, now))?;
    Ok(true)
}

/// The officer's key under the password, as it is now.
pub fn wrapped(db: &mut Db, officer: i64) -> QueryResult<Option<Vec<u8>>> {
    officers_table::table.find(officer).select(officers_table::wrapped_key).first(db).optional()
}

/// Notes what the officer is to be told.
pub(super) fn tell(db: &mut Db, officer: i64, what: news::Change, at: Minute) -> QueryResult<()> {
    let own = accounts::table.filter(accounts::officer_id.eq(officer));
    let mut news = News::read(&own.select(accounts::news).first::<String>(db)?);
    news.add(what, at);
    diesel::update(own).set(accounts::news.eq(news.written())).execute(db)?;
    Ok(())
}

/// Notes a sign-in; gives when the one before was, and what has changed since.
pub(super) fn signed_in(db: &mut Db, officer: i64, now: Minute) -> QueryResult<(Option<i64>, String)> {
    let own = accounts::table.filter(accounts::officer_id.eq(officer));
    let before = own.select((accounts::signed_in_minute, accounts::news)).first(db)?;
    diesel::update(own).set((accounts::signed_in_minute.eq(now.0), accounts::news.eq("[]"))).execute(db)?;
    Ok(before)
}

fn row(officer: i64, what: news::Change, at: Timestamp) -> AuditRow {
    let act = match what {
        news::Change::AppAdded | news::Change::PasskeyAdded => "factor.added",
        news::Change::AppRemoved | news::Change::PasskeyRemoved => "factor.removed",
        news::Change::CodesRenewed => "codes.renewed",
        news::Change::CodeUsed => "codes.used",
        news::Change::PasswordChanged => "password.changed",
    };
    let detail = serde_json::json!({ "what": what.as_str() });
    AuditRow { at, actor: Actor::Officer(officer), act, tip_id: None, detail }
}
