//! What people keep of the public record: a tip's proof, lists of heads, and what joins an older head to a newer
//! one. Owns their JSON and their checking, which needs nothing but them; refuses asking the portal.
//!
//! Invariant: a check that passes leans on SHA-256 alone: on no key, no row and no word of the portal's.

use serde::{Deserialize, Serialize};

use super::commitment::{BLOCK, Head, hash};
use super::merkle::{Hash, extends, includes, leaf_hash};
use crate::vault::commitment::{cover, leaf};
use crate::vault::hex;
use crate::vault::receipt::Receipt;

/// The form of a proof.
pub const PROOF: &str = "homeward-record-proof/1";

/// The form of a list of heads.
pub const HEADS: &str = "homeward-record-heads/1";

/// The form of what joins two heads.
pub const CONSISTENCY: &str = "homeward-record-consistency/1";

/// That a leaf stands in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`PROOF`].
    pub format: String,
    /// The head of the day it came in.
    pub head: Head,
    /// Where it stands, from 0.
    pub index: u64,
    /// The leaf.
    #[serde(with = "hash")]
    pub leaf: Hash,
    /// What it commits to, under the receipt's cover.
    #[serde(with = "hash")]
    pub opening: Hash,
    /// From the leaf to the root.
    pub path: Vec<Step>,
}

/// Heads as they were published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heads {
    /// [`HEADS`].
    pub format: String,
    /// The heads, by number.
    pub heads: Vec<Head>,
}

/// That the record under one head begins with the record under an older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consistency {
    /// [`CONSISTENCY`].
    pub format: String,
    /// The older head.
    pub from: Head,
    /// The newer one.
    pub to: Head,
    /// What joins them.
    pub path: Vec<Step>,
}

/// One hash of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Step(#[serde(with = "hash")] pub Hash);

/// Why something kept of the record does not hold. Each names what disagrees.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The file is of another form.
    #[error("the file calls itself {0:?}, which this program does not know")]
    Format(String),
    /// The size cannot be one.
    #[error("a record of {0} leaves cannot be: sizes are multiples of 64")]
    Size(i64),
    /// The path leads elsewhere.
    #[error("the path does not lead from leaf {index} to the root of head {number} ({day})")]
    Path {
        /// Where the leaf should stand.
        index: u64,
        /// The head.
        number: i64,
        /// Its day.
        day: String,
    },
    /// Two heads with one number or size are not the same.
    #[error("head {number} ({day}) differs from the one that was kept: root {here}, kept {kept}")]
    Head {
        /// The head.
        number: i64,
        /// Its day.
        day: String,
        /// The root that is claimed.
        here: String,
        /// The root that was kept.
        kept: String,
    },
    /// The kept heads do not reach that far and nothing joins them.
    #[error("no kept head is head {number} ({day}), and nothing joins it to one: get the consistency file")]
    Unjoined {
        /// The head.
        number: i64,
        /// Its day.
        day: String,
    },
    /// The newer record does not begin with the older one.
    #[error(
        "the record of head {to} does not begin with that of head {from}: something was changed or dropped"
    )]
    Broken {
        /// The older head.
        from: i64,
        /// The newer one.
        to: i64,
    },
    /// The receipt belongs to another leaf.
    #[error("the receipt does not belong to this leaf")]
    Receipt,
}

fn size_of(head: &Head) -> Result<u64, Refused> {
    let size = u64::try_from(head.size).map_err(|_| Refused::Size(head.size))?;
    if size == 0 || size % BLOCK as u64 != 0 { Err(Refused::Size(head.size)) } else { Ok(size) }
}

fn form(found: &str, wanted: &str) -> Result<(), Refused> {
    if found == wanted { Ok(()) } else { Err(Refused::Format(found.chars().take(40).collect())) }
}

fn hashes(path: &[Step]) -> Vec<Hash> {
    path.iter().map(|step| step.0).collect()
}

impl Proof {
    /// Whether the path leads from the leaf to the root.
    pub fn check(&self) -> Result<(), Refused> {
        form(&self.format, PROOF)?;
        let size = size_of(&self.head)?;
        if includes(&leaf_hash(&self.leaf), self.index, size, &hashes(&self.path), &self.head.root) {
            return Ok(());
        }
        Err(Refused::Path { index: self.index, number: self.head.number, day: self.head.day.to_string() })
    }

    /// Whether the leaf is this receipt's.
    pub fn check_receipt(&self, receipt: &Receipt) -> Result<(), Refused> {
        let content = cover(receipt, &self.opening);
        if leaf(receipt, &content) == self.leaf { Ok(()) } else { Err(Refused::Receipt) }
    }
}

impl Heads {
    /// These heads as a file.
    pub fn of(heads: Vec<Head>) -> Self {
        Self { format: HEADS.into(), heads }
    }

    /// Whether each can be a head.
    pub fn check(&self) -> Result<(), Refused> {
        form(&self.format, HEADS)?;
        self.heads.iter().try_for_each(|head| size_of(head).map(|_| ()))
    }

    /// Whether `head` is one of these; false where none has its number or size.
    pub fn knows(&self, head: &Head) -> Result<bool, Refused> {
        let alike = |kept: &&Head| kept.number == head.number || kept.size == head.size;
        match self.heads.iter().find(|kept| alike(kept) && *kept != head) {
            Some(kept) => Err(Refused::Head {
                number: head.number,
                day: head.day.to_string(),
                here: hex::encode(&head.root),
                kept: hex::encode(&kept.root),
            }),
            None => Ok(self.heads.contains(head)),
        }
    }
}

impl Consistency {
    /// Whether the newer record begins with the older one.
    pub fn check(&self) -> Result<(), Refused> {
        form(&self.format, CONSISTENCY)?;
        let (from, to) = (size_of(&self.from)?, size_of(&self.to)?);
        if extends((from, &self.from.root), (to, &self.to.root), &hashes(&self.path)) {
            return Ok(());
        }
        Err(Refused::Broken { from: self.from.number, to: self.to.number })
    }
}

/// Whether `head` is a kept one, or joined to a kept one by what was fetched later.
pub fn check_head(head: &Head, kept: &[Heads], joins: &[Consistency]) -> Result<(), Refused> {
    let known = |head: &Head| kept.iter().try_fold(false, |any, heads| Ok(heads.knows(head)? || any));
    if known(head)? {
        return Ok(());
    }
    for join in joins {
        join.check()?;
        let joined = (join.to == *head && known(&join.from)?) || (join.from == *head && known(&join.to)?);
        if joined {
            return Ok(());
        }
    }
    Err(Refused::Unjoined { number: head.number, day: head.day.to_string() })
}

#[cfg(test)]
#[path = "record_file_test.rs"]
mod tests;
