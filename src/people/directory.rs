//! The live directory: which agencies can be given work right now, and under which public keys. Owns one
//! snapshot; its version is compared again inside each write, so that a tip is never sealed to a key that
//! has just been retired.

use std::collections::BTreeMap;

use crate::plan::AgencyCode;
use crate::routing::Coverage;
use crate::vault::pair::Recipient;

/// What an agency needs to be able to act.
#[derive(Clone, Debug)]
pub struct AgencyEntry {
    /// Opens reports and case keys.
    pub work: Recipient,
    /// Opens sealed identities.
    pub identity: Recipient,
    /// Row id of the work pair.
    pub work_key_id: i64,
    /// Row id of the identity pair.
    pub identity_key_id: i64,
    /// Active officers who hold the work key.
    pub active_members: usize,
    /// Whether its duty mailbox has answered.
    pub mailbox_confirmed: bool,
}

/// All agencies that have keys, at one moment.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Grows with every change of officers, keys or mailboxes.
    pub version: i64,
    /// By agency; agencies without keys are absent.
    pub entries: BTreeMap<AgencyCode, AgencyEntry>,
}

impl Directory {
    /// The entry of an agency that has keys.
    pub fn get(&self, agency: &AgencyCode) -> Option<&AgencyEntry> {
        self.entries.get(agency)
    }

    /// Whether somebody at this agency could open what is sealed to it.
    pub fn has_key(&self, agency: &AgencyCode) -> bool {
        self.get(agency).is_some_and(|entry| entry.active_members > 0)
    }
}

impl Coverage for Directory {
    fn can_lead(&self, agency: &AgencyCode) -> bool {
        self.get(agency).is_some_and(|entry| entry.active_members > 0 && entry.mailbox_confirmed)
    }
}
