//! Audit rows, appended in the transaction of the act they speak of; never changed here.

use diesel::prelude::*;

use super::connection::Db;
use super::schema::audit;
use crate::audit::AuditRow;

/// Appends one row. Its place in the chain is given by the sequencer.
pub fn append(db: &mut Db, row: &AuditRow) -> QueryResult<()> {
    diesel::insert_into(audit::table)
        .values((
            audit::at.eq(row.at.0),
            audit::actor.eq(row.actor.as_str()),
            audit::officer_id.eq(row.actor.officer_id()),
            audit::act.eq(row.act),
            audit::tip_id.eq(row.tip_id),
            audit::detail.eq(row.detail.to_string()),
        ))
        .execute(db)?;
    Ok(())
}
