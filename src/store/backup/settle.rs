//! What does not live on in restored rows: sessions, known devices, challenges, open agreements, leases, and notices if
//! they are to be held. Owns ending them, the row of the record that says so, and letting held notices go; refuses judging what was
//! restored.

use diesel::prelude::*;
use serde_json::json;

use super::lease;
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::people::approval::ApprovalState;
use crate::store::audit as record;
use crate::store::connection::Db;
use crate::store::dialect::backups;
use crate::store::schema::{accounts, agencies, approvals, challenges, officers, outbox, sessions};

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
    forget_browsers(db, now)?;
    forget_agreements(db)?;
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
///
/// Nobody's generation comes near the minutes since 1970, so that no earlier restore has given the same one out.
fn forget_browsers(db: &mut Db, now: Timestamp) -> QueryResult<()> {
    diesel::delete(challenges::table).execute(db)?;
    let officers: Vec<i64> = officers::table.select(officers::id).load(db)?;
    for officer in officers {
        crate::store::accounts::hold(db, officer)?;
    }
    let minute = now.minute().0;
    diesel::update(accounts::table)
        .set(accounts::generation.eq(accounts::generation + minute))
        .execute(db)?;
    Ok(())
}

/// What was agreed to and not used at the backup may have been used since; what waits is asked for again.
fn forget_agreements(db: &mut Db) -> QueryResult<()> {
    let open = approvals::state
        .eq_any([ApprovalState::Asked, ApprovalState::Granted].map(ApprovalState::as_str))
        .and(approvals::tip_id.is_null());
    diesel::update(approvals::table.filter(open))
        .set(approvals::state.eq(ApprovalState::Refused.as_str()))
        .execute(db)?;
    let none = (agencies::wanted_mailbox.eq(None::<String>), agencies::wanted_minute.eq(None::<i64>));
    diesel::update(agencies::table).set(none).execute(db)?;
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
