//! The chain of the audit record: each row's link is a MAC over the row and the link before it, under a key
//! that is not in the database. Owns links, the head and their verification; refuses SQL and the decision
//! which row comes next (the store's sequencer).
//!
//! Invariant: whoever has the database but not the key file can change, remove, re-order or cut off no row
//! without [`Verifier`] naming the place, as long as the head was kept.

use crate::vault::deployment::DeploymentKey;

/// What ties a row to all rows before it.
pub type Link = [u8; 32];

/// The link before the first row.
const START: Link = [0; 32];

/// Makes links. Cheap to clone; wiped when dropped.
#[derive(Clone)]
pub struct Chain(DeploymentKey);

/// A row with its place, as it lies in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Its place, counted from 1.
    pub seq: i64,
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

/// The first place where the record is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A row is missing, or stands where another stood.
    #[error("after row {after} comes row {found}: rows are missing or were moved")]
    Gap {
        /// The last good place.
        after: i64,
        /// The place found after it.
        found: i64,
    },
    /// A row is not the one that was linked.
    #[error("row {0} was changed, or the one before it was")]
    Changed(i64),
    /// Rows were cut off at the end.
    #[error("the record ends at row {found}, but its head stands at {head}: rows were cut off")]
    CutOff {
        /// The last row found.
        found: i64,
        /// Where the head stands.
        head: i64,
    },
    /// The head is not the last row's link.
    #[error("the head is not the link of row {0}: one of them was changed")]
    Head(i64),
}

impl Chain {
    /// The chain under a deployment's key.
    pub fn of(key: &DeploymentKey) -> Self {
        Self(key.clone())
    }

    /// The link of `row`, which follows the row with the link `before`.
    pub fn link(&self, before: &Link, row: &Placed) -> Link {
        let mut bytes = Vec::with_capacity(128 + row.detail.len());
        bytes.extend_from_slice(before);
        for number in [Some(row.seq), Some(row.at), row.officer_id, row.tip_id] {
            // A number that is not there and the number 0 must not read alike.
            bytes.push(u8::from(number.is_some()));
            bytes.extend_from_slice(&number.unwrap_or_default().to_be_bytes());
        }
        for text in [&row.actor, &row.act, &row.detail] {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        self.0.mac("audit link/1", &bytes)
    }
}

/// Walks the record from its first row and compares.
pub struct Verifier<'a> {
    chain: &'a Chain,
    reached: Head,
}

impl<'a> Verifier<'a> {
    /// A walk that starts before the first row.
    pub fn new(chain: &'a Chain) -> Self {
        Self { chain, reached: Head::default() }
    }

    /// Takes the next row and the link that lies beside it.
    pub fn take(&mut self, row: &Placed, link: &[u8]) -> Result<(), Broken> {
        if row.seq != self.reached.seq + 1 {
            return Err(Broken::Gap { after: self.reached.seq, found: row.seq });
        }
        let expected = self.chain.link(&self.reached.link, row);
        if link != expected {
            return Err(Broken::Changed(row.seq));
        }
        self.reached = Head { seq: row.seq, link: expected };
        Ok(())
    }

    /// Ends the walk against the head as it was kept.
    pub fn finish(self, head: &Head) -> Result<Head, Broken> {
        let reached = self.reached;
        match head.seq.cmp(&reached.seq) {
            std::cmp::Ordering::Greater => Err(Broken::CutOff { found: reached.seq, head: head.seq }),
            std::cmp::Ordering::Less => Err(Broken::Head(reached.seq)),
            std::cmp::Ordering::Equal if head.link != reached.link => Err(Broken::Head(reached.seq)),
            std::cmp::Ordering::Equal => Ok(reached),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain::of(&DeploymentKey::from_bytes([7; 32]))
    }

    fn row(seq: i64) -> Placed {
        Placed {
            seq,
            at: 1_000 * seq,
            actor: "officer".into(),
            officer_id: Some(seq % 3),
            act: "tip.read".into(),
            tip_id: (seq % 2 == 0).then_some(seq),
            detail: "{}".into(),
        }
    }

    fn linked(n: i64) -> (Vec<(Placed, Link)>, Head) {
        let chain = chain();
        let mut head = Head::default();
        let mut rows = Vec::new();
        for seq in 1..=n {
            let link = chain.link(&head.link, &row(seq));
            head = Head { seq, link };
            rows.push((row(seq), link));
        }
        (rows, head)
    }

    fn verify(rows: &[(Placed, Link)], head: &Head) -> Result<Head, Broken> {
        let chain = chain();
        let mut walk = Verifier::new(&chain);
        for (row, link) in rows {
            walk.take(row, link)?;
        }
        walk.finish(head)
    }

    #[test]
    fn a_record_as_it_was_written_is_whole() {
        let (rows, head) = linked(9);
        assert_eq!(verify(&rows, &head), Ok(head));
        assert_eq!(verify(&[], &Head::default()), Ok(Head::default()));
    }

    #[test]
    fn every_change_of_any_field_is_named_by_its_place() {
        let (rows, head) = linked(5);
        let changes: [fn(&mut Placed); 6] = [
            |row| row.at += 1,
            |row| row.actor = "system".into(),
            |row| row.officer_id = row.officer_id.map_or(Some(0), |_| None),
            |row| row.act = "tip.rea".into(),
            |row| row.tip_id = row.tip_id.map_or(Some(0), |_| None),
            |row| row.detail = "{ }".into(),
        ];
        for at in 0..rows.len() {
            for change in changes {
                let mut rows = rows.clone();
                change(&mut rows[at].0);
                assert_eq!(verify(&rows, &head), Err(Broken::Changed(at as i64 + 1)));
            }
        }
    }

    #[test]
    fn removing_moving_and_cutting_off_are_named() {
        let (rows, head) = linked(5);
        let without = [&rows[..2], &rows[3..]].concat();
        assert_eq!(verify(&without, &head), Err(Broken::Gap { after: 2, found: 4 }));
        let mut moved = rows.clone();
        moved.swap(1, 2);
        assert_eq!(verify(&moved, &head), Err(Broken::Gap { after: 1, found: 3 }));
        // Moved, and the places written anew.
        moved[1].0.seq = 2;
        moved[2].0.seq = 3;
        assert_eq!(verify(&moved, &head), Err(Broken::Changed(2)));
        assert_eq!(verify(&rows[..4], &head), Err(Broken::CutOff { found: 4, head: 5 }));
        let (_, older) = linked(4);
        assert_eq!(verify(&rows, &older), Err(Broken::Head(5)));
    }

    #[test]
    fn another_key_links_nothing() {
        let (rows, _) = linked(1);
        let other = Chain::of(&DeploymentKey::from_bytes([8; 32]));
        assert_ne!(other.link(&START, &rows[0].0), rows[0].1);
    }
}
