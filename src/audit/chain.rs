//! The chain of the audit record: each row's link is a MAC over the row and the link before it, under a key
//! that is not in the database. Owns every MAC of the record: a row's seal, its link, the head, an anchor, the
//! floor that pruning leaves; refuses SQL and the decision which row comes next (the store's sequencer).
//!
//! Invariant: nothing that this file makes can be made by whoever has the database but not the key file.

use subtle::ConstantTimeEq as _;

use crate::clock::Minute;
use crate::vault::deployment::DeploymentKey;

/// What ties a row to all rows before it.
pub type Link = [u8; 32];

/// The link before the first row.
const START: Link = [0; 32];

/// Makes links. Cheap to clone; wiped when dropped.
#[derive(Clone)]
pub struct Chain(DeploymentKey);

/// A row as it is written, before it has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Row id, drawn before the row is written.
    pub id: i64,
    /// When, in milliseconds.
    pub at: i64,
    /// Who: the word in the table.
    pub actor: String,
    /// Which officer.
    pub officer_id: Option<i64>,
    /// What.
    pub act: String,
    /// About which tip.
    pub tip_id: Option<i64>,
    /// Codes, as JSON text.
    pub detail: String,
    /// [`Chain::seal`] as it lies beside the row; none for rows that were given their place when they were
    /// written.
    pub seal: Option<Vec<u8>>,
}

/// A row with its place, as it lies in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its place, counted from 1.
    pub seq: i64,
    /// The row.
    pub row: Written,
}

/// Where the chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last row's place; 0 where there is none.
    pub seq: i64,
    /// The last row's link.
    pub link: Link,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, link: START }
    }
}

/// The end of the record as it is kept: the last row, and the last anchor, so that neither is cut off alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The last row.
    pub head: Head,
    /// The number of the last anchor; 0 where there is none.
    pub anchor: i64,
}

/// A head that was kept on purpose, in the database and in a second place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its number, counted from 1 without a gap.
    pub number: i64,
    /// Where the record stood.
    pub head: Head,
    /// When, to the minute: a finer time would tell more about a reporter's rows than they do themselves.
    pub minute: Minute,
}

/// Up to where the record was pruned: it begins after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The first place that was ever pruned.
    pub first: i64,
    /// The last row that is gone, and the anchor at it.
    pub kept: Kept,
}

impl Chain {
    /// The chain under a deployment's key.
    pub fn of(key: &DeploymentKey) -> Self {
        Self(key.clone())
    }

    /// Says that this portal wrote `row`: what lies without a place and without this is nobody's. Covers the
    /// row's id, so that a copy of a row is not a second one.
    pub fn seal(&self, row: &Written) -> Link {
        let mut bytes = Bytes::default();
        bytes.row(row);
        self.0.mac("audit seal/1", &bytes.0)
    }

    /// Whether this portal wrote `row`.
    pub fn is_sealed(&self, row: &Written) -> bool {
        row.seal.as_deref().is_some_and(|seal| bool::from(seal.ct_eq(&self.seal(row))))
    }

    /// The link of `row`, which follows the row with the link `before`.
    pub fn link(&self, before: &Link, row: &Placed) -> Link {
        let mut bytes = Bytes::default();
        bytes.0.extend_from_slice(before);
        bytes.number(Some(row.seq));
        bytes.row(&row.row);
        bytes.number(row.row.seal.as_ref().map(|seal| i64::try_from(seal.len()).unwrap_or(i64::MAX)));
        bytes.0.extend_from_slice(row.row.seal.as_deref().unwrap_or_default());
        self.0.mac("audit link/2", &bytes.0)
    }

    /// Says that the record ended here.
    pub fn of_head(&self, kept: &Kept) -> Link {
        self.0.mac("audit head/1", &Bytes::kept(kept).0)
    }

    /// Says that the record stood here at that minute.
    pub fn of_anchor(&self, anchor: &Anchor) -> Link {
        let mut bytes = Bytes::kept(&Kept { head: anchor.head, anchor: anchor.number });
        bytes.number(Some(anchor.minute.0));
        self.0.mac("audit anchor/1", &bytes.0)
    }

    /// Says that the record was pruned up to here.
    pub fn of_floor(&self, floor: &Floor) -> Link {
        let mut bytes = Bytes::kept(&floor.kept);
        bytes.number(Some(floor.first));
        self.0.mac("audit floor/1", &bytes.0)
    }
}

/// Fields one after the other, so that no two rows read alike.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn kept(kept: &Kept) -> Self {
        let mut bytes = Self::default();
        bytes.0.extend_from_slice(&kept.head.link);
        bytes.number(Some(kept.head.seq));
        bytes.number(Some(kept.anchor));
        bytes
    }

    fn row(&mut self, row: &Written) {
        for number in [Some(row.id), Some(row.at), row.officer_id, row.tip_id] {
            self.number(number);
        }
        for text in [&row.actor, &row.act, &row.detail] {
            self.0.extend_from_slice(&(text.len() as u64).to_be_bytes());
            self.0.extend_from_slice(text.as_bytes());
        }
    }

    /// A number that is not there and the number 0 must not read alike.
    fn number(&mut self, number: Option<i64>) {
        self.0.push(u8::from(number.is_some()));
        self.0.extend_from_slice(&number.unwrap_or_default().to_be_bytes());
    }
}

#[cfg(test)]
#[path = "chain_test.rs"]
mod tests;
