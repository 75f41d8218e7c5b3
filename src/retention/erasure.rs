//! Why and when a tip was erased, by what name that is remembered, and when it is complete. Owns these facts and
//! the check of an erasure that somebody asked for; refuses rows and files.
//!
//! Invariant: what is remembered of an erased tip says nothing to whoever has not both its id and the key file.

use crate::clock::{Minute, Timestamp};
use crate::vault::deployment::DeploymentKey;
use crate::vault::uid::Uid;

/// Why a tip is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its time has passed.
    Due,
    /// A reporter or a court asked for it, and two people agreed.
    Asked,
}

impl Why {
    /// The word in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Asked => "asked",
        }
    }
}

/// What an erasure leaves: for each tip the same but its mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Why.
    pub why: Why,
    /// When.
    pub at: Timestamp,
    /// How many days the oldest backup lives.
    pub backups_days: i64,
}

impl Erasure {
    /// The day, on the calendar of Tianjin, in days since 1970.
    pub const fn day(&self) -> i64 {
        day(self.at.minute())
    }

    /// The day on which no backup and no log holds the tip any more: it is complete from then on. A day more than
    /// the backups live, because one may have been taken late on the day itself.
    pub const fn complete_day(&self) -> i64 {
        self.day().saturating_add(self.backups_days).saturating_add(1)
    }
}

/// The day a minute lies in, on the calendar of Tianjin, in days since 1970.
pub const fn day(minute: Minute) -> i64 {
    (minute.0 + 8 * 60).div_euclid(24 * 60)
}

/// The first minute of such a day.
pub const fn begin_of(day: i64) -> Minute {
    Minute(day.saturating_mul(24 * 60) - 8 * 60)
}

/// The name under which the erasure of a tip is remembered.
pub fn mark(deployment: &DeploymentKey, tip: &Uid) -> [u8; 32] {
    deployment.mac("erased", tip.to_string().as_bytes())
}

/// A legal hold stands against an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a legal hold stands: it must be lifted first")]
pub struct Held;

/// An erasure that somebody asked for, before its time: the reporter, or a court. Two people have agreed to it
/// before this is called; a tip that is held stays, whoever asks. An open tip may go: that is what was asked.
pub fn early(is_held: bool, at: Timestamp, backups_days: i64) -> Result<Erasure, Held> {
    if is_held { Err(Held) } else { Ok(Erasure { why: Why::Asked, at, backups_days }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 14:20 in Tianjin.
    const NOW: Timestamp = Timestamp(1_795_414_800_000);

    #[test]
    fn an_erasure_is_complete_when_the_oldest_backup_is_gone() {
        let erasure = early(false, NOW, 90).unwrap();
        assert_eq!(begin_of(erasure.day()).local().to_string(), "2026-11-23 00:00");
        assert_eq!(begin_of(erasure.complete_day()).local().to_string(), "2027-02-22 00:00");
    }

    #[test]
    fn a_held_tip_is_not_erased_whoever_asks() {
        assert_eq!(early(true, NOW, 90), Err(Held));
    }

    #[test]
    fn a_mark_wants_the_key_and_the_id() {
        let [key, other] = [[1; 32], [2; 32]].map(DeploymentKey::from_bytes);
        let uid: Uid = "9f8e7d6c5b4a39281706f5e4d3c2b1a0".parse().unwrap();
        assert_eq!(mark(&key, &uid), mark(&key, &uid));
        assert_ne!(mark(&key, &uid), mark(&other, &uid));
    }
}
