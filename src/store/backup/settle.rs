//! What does not live on in restored rows: sessions, known devices, challenges, leases, and notices if they are to be
//! held. Owns ending them, the row of the record that says so, and letting held notices go; refuses judging what was
//! restored.

use diesel::prelude::*;
use serde_json::json;

use super::lease;
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::store::audit as record;
use crate::store::connection::Db;
use crate::store::dialect::backups;
use crate::store::schema::{accounts, challenges, outbox, sessions};

/// How far a restore moves the generation of known devices: further than anybody's has moved since the backup, or a
/// device that was ended after it would count again.
const GENERATIONS: i64 = 1_000;

/// What was not carried over alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ended {
    /// Sessions that were open.
    pub sessions: usize,
    /// Notices that had not left at the snapshot.
    pub notices: usize,
    /// Whether those are held back.
    pub held: bool,
}

/// What is said of a restore.
#[derive(Clone, Debug)]
pub struct Terms {
    /// When the backup was begun.
    pub taken: String,
    /// The data folder that the rows are for.
    pub folder: String,
    /// Whether notices that had not left are held back.
    pub hold_notices: bool,
    /// Whether the recovery key gave the key file back.
    pub recovered: bool,
}

/// Ends what must not live on in restored rows, and puts the restore on record: sessions, devices, leases,
/// and, if wanted, the notices that had not left, so that nobody is written to twice without knowing.
pub fn settle(db: &mut Db, terms: &Terms, now: Timestamp) -> QueryResult<Ended> {
    let sessions = diesel::delete(sessions::table).execute(db)?;
    forget_browsers(db)?;
    lease::forget_all(db)?;
    let hold = terms.hold_notices;
    let state = if hold { "held" } else { "ready" };
    let waiting = outbox::table.filter(outbox::state.eq_any(["ready", "leased"]));
    // Nothing that comes later gathers under a notice that is held, or one whose mail may already have left.
    let notices = diesel::update(waiting)
        .set((
            outbox::state.eq(state),
            outbox::lease_token.eq(None::<String>),
            outbox::lease_until.eq(None::<i64>),
            outbox::dedup_key.eq(None::<String>),
        ))
        .execute(db)?;
    let ended = Ended { sessions, notices, held: hold };
    let detail = json!({ "backup": terms.taken, "sessions": sessions, "notices": notices, "held": hold,
        "recovery_key": terms.recovered });
    let row = AuditRow { at: now, actor: Actor::System, act: "portal.restored", tip_id: None, detail };
    record::append(db, &row)?;
    backups::mark_ready(db, &terms.folder)?;
    Ok(ended)
}

/// A browser that was known at the backup is a stranger again: its device, and a passkey's challenge it waits with.
fn forget_browsers(db: &mut Db) -> QueryResult<()> {
    diesel::delete(challenges::table).execute(db)?;
    diesel::update(accounts::table)
        .set(accounts::generation.eq(accounts::generation + GENERATIONS))
        .execute(db)?;
    Ok(())
}

/// Lets held notices leave, on record; gives how many.
pub fn release_held(db: &mut Db, now: Timestamp) -> QueryResult<usize> {
    let held = outbox::table.filter(outbox::state.eq("held"));
    let notices = diesel::update(held).set(outbox::state.eq("ready")).execute(db)?;
    if notices > 0 {
        let detail = json!({ "notices": notices });
        let row = AuditRow { at: now, actor: Actor::System, act: "notices.released", tip_id: None, detail };
        record::append(db, &row)?;
    }
    Ok(notices)
}

/// How many notices are held.
pub fn held(db: &mut Db) -> QueryResult<i64> {
    outbox::table.filter(outbox::state.eq("held")).count().get_result(db)
}
