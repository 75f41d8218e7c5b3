//! Notices that do not leave. Owns counting them.

use diesel::prelude::*;

use crate::clock::Minute;
use crate::store::connection::Db;
use crate::store::schema::outbox;

/// Notices that do not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notices {
    /// Given up.
    pub dead: i64,
    /// Held back by a restore.
    pub held: i64,
    /// Due before the minute that was asked for, and still here.
    pub stuck: i64,
}

/// Counts them; what was due before `since` is stuck.
pub fn notices(db: &mut Db, since: Minute) -> QueryResult<Notices> {
    let is = |state: &'static str| outbox::table.filter(outbox::state.eq(state));
    let waiting = outbox::table.filter(outbox::state.eq_any(["ready", "leased"]));
    Ok(Notices {
        dead: is("dead").count().get_result(db)?,
        held: is("held").count().get_result(db)?,
        stuck: waiting.filter(outbox::run_minute.lt(since.0)).count().get_result(db)?,
    })
}
