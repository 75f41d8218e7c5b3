//! The rows of people's affairs that concern no tip. Owns invitations, membership and what takes two people;
//! refuses making keys (`people`).

pub mod approvals;
pub mod exports;
pub mod invitations;
pub mod left_behind;
pub mod mailboxes;
pub mod members;
pub mod pairs;
pub mod plans;
pub mod recovery;
pub mod rehome;
pub mod requests;
pub mod rotation;

use diesel::prelude::*;

use super::audit;
use super::connection::Db;
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;

/// Records that an officer went where the role may not.
pub fn refused(db: &mut Db, officer: i64, needed: &'static str, now: Timestamp) -> QueryResult<()> {
    let detail = serde_json::json!({ "needed": needed });
    let actor = Actor::Officer(officer);
    audit::append(db, &AuditRow { at: now, actor, act: "office.refused", tip_id: None, detail })
}
