//! The public record of tips: each accepted tip leaves one leaf, and each day's leaves are closed under a head
//! that is published. Owns leaf rows, days, heads, and what ties them to the tips under a key that is not in
//! the database; refuses SQL, and the order of anything.
//!
//! Invariant: whoever has the database but not the key file can drop or change no tip, row or head without the
//! check naming it; and from the rows alone nobody tells which leaf is which tip's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};

use super::merkle::Hash;
use crate::clock::Minute;
use crate::vault::commitment::{content, cover, leaf, name};
use crate::vault::deployment::DeploymentKey;
use crate::vault::hex;
use crate::vault::key::SymKey;
use crate::vault::receipt::Receipt;
use crate::vault::uid::Uid;

/// Leaves of a block: every published size is a multiple of it, so that none tells the tips of a day.
pub const BLOCK: usize = 64;

/// A day on the calendar in China, in days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

/// Minutes by which the clock in China is ahead of UTC.
const AHEAD: i64 = 8 * 60;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as 2026-11-28")]
pub struct BadDay;

impl Day {
    /// The day that this minute lies in.
    pub const fn of(minute: Minute) -> Self {
        Self((minute.0 + AHEAD).div_euclid(DAY))
    }

    /// How many minutes of the day have passed at this minute.
    pub const fn passed(minute: Minute) -> i64 {
        (minute.0 + AHEAD).rem_euclid(DAY)
    }

    /// The day `days` later.
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its first minute.
    pub const fn begin(self) -> Minute {
        Minute(self.0.saturating_mul(DAY).saturating_sub(AHEAD))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.begin().local().date())
    }
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Self, BadDay> {
        let date: jiff::civil::Date = text.parse().map_err(|_| BadDay)?;
        let since = date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24;
        let day = Self(since);
        if day.to_string() == text { Ok(day) } else { Err(BadDay) }
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The end of a day in the record, as it is published. Never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// The day it closes. A day in which very much came in has several.
    pub day: Day,
    /// How many leaves the record has with it, filling ones among them: a multiple of [`BLOCK`].
    pub size: i64,
    /// The root over all of them.
    #[serde(with = "hash")]
    pub root: Hash,
}

/// A hash as lower-case hexadecimal text.
pub(crate) mod hash {
    use super::{Hash, hex};
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(hash))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        hex::decode(&text).ok_or_else(|| de::Error::custom("a hash is 64 lower-case hexadecimal digits"))
    }
}

/// A tip's leaf as it waits for the end of its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitmentRow {
    /// The row's name: follows from the report's key.
    pub name: [u8; 32],
    /// What goes into the record.
    pub leaf: Hash,
    /// The content under the receipt's cover.
    pub opening: [u8; 32],
    /// The day it came in.
    pub day: Day,
    /// Which tip it is, under the deployment's key.
    pub tip_mac: [u8; 32],
    /// The whole row and the sealed report, under the deployment's key.
    pub row_mac: [u8; 32],
}

/// What a tip's leaf is made of.
pub struct Committed<'a> {
    /// The reporter's receipt.
    pub receipt: &'a Receipt,
    /// The key of the report.
    pub report_key: &'a SymKey,
    /// The tip.
    pub tip: &'a Uid,
    /// What was sealed as its report.
    pub sealed_report: &'a [u8],
    /// When it was received.
    pub received: Minute,
}

impl CommitmentRow {
    /// Commits to a tip.
    pub fn of(what: &Committed<'_>, ties: &Ties) -> Self {
        let said = content(what.tip, what.sealed_report);
        let mut row = Self {
            name: name(what.report_key),
            leaf: leaf(what.receipt, &said),
            opening: cover(what.receipt, &said),
            day: Day::of(what.received),
            tip_mac: ties.tip(what.tip),
            row_mac: [0; 32],
        };
        row.row_mac = ties.row(&row, &said);
        row
    }
}

/// Ties rows to tips under the deployment's key.
#[derive(Clone)]
pub struct Ties(DeploymentKey);

impl Ties {
    /// Those of a deployment.
    pub fn of(key: &DeploymentKey) -> Self {
        Self(key.clone())
    }

    /// The tip's name beside its leaf: only whoever has the key file can tell which leaf is which tip's.
    pub fn tip(&self, tip: &Uid) -> [u8; 32] {
        self.0.mac("record tip/1", tip.as_bytes())
    }

    /// Ties a row to what it commits to.
    pub fn row(&self, row: &CommitmentRow, content: &[u8; 32]) -> [u8; 32] {
        let day = row.day.0.to_be_bytes();
        let parts: [&[u8]; 6] = [&row.name, &row.leaf, &row.opening, &day, &row.tip_mac, content];
        self.0.mac("record row/1", &parts.concat())
    }

    /// Ties a head to how many of its leaves are tips.
    pub fn head(&self, head: &Head, tips: i64) -> [u8; 32] {
        let numbers = [head.number, head.day.0, head.size, tips].map(i64::to_be_bytes).concat();
        self.0.mac("record head/1", &[numbers.as_slice(), &head.root].concat())
    }

    /// Says that a tip was erased on purpose.
    pub fn erased(&self, tip: &Uid, day: Day) -> Erased {
        let tip_mac = self.tip(tip);
        Erased { tip_mac, day, mac: self.erased_mac(&tip_mac, day) }
    }

    /// What an erased mark must carry.
    pub fn erased_mac(&self, tip_mac: &[u8; 32], day: Day) -> [u8; 32] {
        self.0.mac("record erased/1", &[tip_mac.as_slice(), &day.0.to_be_bytes()].concat())
    }

    /// Ties down from where on rows can be checked.
    pub fn start(&self, start: &Start) -> [u8; 32] {
        self.0.mac("record start/1", &[start.day.0, start.tip, start.head].map(i64::to_be_bytes).concat())
    }
}

/// That a tip was erased on purpose; its leaf stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Which.
    pub tip_mac: [u8; 32],
    /// When.
    pub day: Day,
    /// Under the deployment's key, so that nobody drops a tip and calls it erased.
    pub mac: [u8; 32],
}

/// From where on the record can be checked against the tips: what lies before was received before there was
/// a record, or tied under a key file that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first day.
    pub day: Day,
    /// The last tip, by row id, that is not tied.
    pub tip: i64,
    /// The last head that is not.
    pub head: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let last = Timestamp(1_795_449_599_999).minute();
        assert_eq!((Day::of(last).to_string(), Day::passed(last)), ("2026-11-23".into(), 1439));
        let first = last.plus(1);
        assert_eq!((Day::of(first).to_string(), Day::passed(first)), ("2026-11-24".into(), 0));
        assert_eq!(Day::of(first).begin(), first);
    }

    #[test]
    fn a_day_reads_back_in_one_spelling() {
        for day in [-1, 0, 20_000, 60_000].map(Day) {
            assert_eq!(day.to_string().parse(), Ok(day));
        }
        for text in ["", "2026-11-31", "20261128", "2026-11-28T00:00", " 2026-11-28"] {
            assert_eq!(text.parse::<Day>(), Err(BadDay), "{text}");
        }
    }
}
