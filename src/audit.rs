//! The audit record (操作留痕): what was done or read, by whom, about which tip. Owns the row, the chain that
//! ties rows together, and what is asked of a record; refuses text from or about a reporter: `detail` holds
//! codes only, typed reasons are sealed in the tip's own history.
//!
//! Invariant: a row is written in the same transaction as the act or read it speaks of.

pub mod acts;
pub mod chain;
pub mod commitment;
pub mod fault;
pub mod heads;
pub mod merkle;
pub mod reading;
pub mod reason;
pub mod record_file;
pub mod verifier;

use crate::clock::Timestamp;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with a receipt or a fresh report; never identified.
    Reporter,
    /// A signed-in officer, by row id.
    Officer(i64),
    /// The portal itself, or the command line.
    System,
}

impl Actor {
    /// The name in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Officer(_) => "officer",
            Self::System => "system",
        }
    }

    /// The officer's row id, where there is one.
    pub const fn officer_id(self) -> Option<i64> {
        match self {
            Self::Officer(id) => Some(id),
            Self::Reporter | Self::System => None,
        }
    }
}

/// One line of the record.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// When. About a reporter's act: cut to the minute by whoever builds the row.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as a short dotted word: `tip.received`, `tip.read`, `tip.claimed`, `session.opened`.
    pub act: &'static str,
    /// About which tip, by row id.
    pub tip_id: Option<i64>,
    /// Codes that explain the act (agencies, categories, statuses), as a JSON object.
    pub detail: serde_json::Value,
}

impl AuditRow {
    /// A row about no tip, by the portal itself.
    pub const fn system(at: Timestamp, act: &'static str, detail: serde_json::Value) -> Self {
        Self { at, actor: Actor::System, act, tip_id: None, detail }
    }
}
