//! The walk along the record: row by row in the order of places, each compared with the link that its
//! neighbour before it has. Owns finding and naming what is wrong; refuses reading rows.
//!
//! Invariant: memory stays the same however long the record is and however much of it is wrong. After a fault
//! the walk goes on from the link that lies beside the row, so that each fault is named where it is.

use std::collections::BTreeMap;

use super::chain::{Chain, Head, Link, Placed};
use super::fault::{Fault, Faults, Place};

/// How many changed rows are kept to see whether they stand in each other's places.
const SUSPECTS: usize = 64;

/// A head that the record must agree with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Place and link.
    pub head: Head,
    /// Where it comes from.
    pub source: Place,
}

/// A row that does not follow from the one before it.
struct Suspect {
    row: Placed,
    /// The link that lies beside it.
    link: Link,
    /// The link of the row before it, as it lies there.
    before: Link,
    /// Whether the row before is known: not after a gap.
    fault: Fault,
}

/// Walks the record from its floor on.
pub struct Verifier<'a> {
    chain: &'a Chain,
    /// The last row, with the link that lies beside it.
    last: Head,
    /// What that link would have to be, where it is not.
    should: Option<Link>,
    /// Whether the row before the next one is known.
    broken: bool,
    posts: std::iter::Peekable<std::vec::IntoIter<Post>>,
    suspects: Vec<Suspect>,
    faults: Faults,
    rows: i64,
    posts_met: u64,
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The last row.
    pub last: Head,
    /// Rows walked over.
    pub rows: i64,
    /// Heads from elsewhere that the record agrees with.
    pub agreed: u64,
    /// What is wrong.
    pub faults: Faults,
}

impl<'a> Verifier<'a> {
    /// A walk that starts behind `floor` and passes `posts`, in any order.
    pub fn new(chain: &'a Chain, floor: Head, mut posts: Vec<Post>) -> Self {
        // What stands below the floor was pruned together with its rows.
        posts.retain(|post| post.head.seq >= floor.seq);
        posts.sort_by_key(|post| post.head.seq);
        let mut verifier = Self {
            chain,
            last: floor,
            should: None,
            broken: false,
            posts: posts.into_iter().peekable(),
            suspects: Vec::new(),
            faults: Faults::default(),
            rows: 0,
            posts_met: 0,
        };
        verifier.pass(floor);
        verifier
    }

    /// Takes the next row and the link that lies beside it.
    pub fn take(&mut self, row: &Placed, link: &[u8]) {
        self.rows += 1;
        if row.seq != self.last.seq + 1 {
            self.faults.add(Fault::Missing { first: self.last.seq + 1, last: row.seq - 1 });
            (self.broken, self.should) = (true, None);
        }
        let expected = self.chain.link(&self.last.link, row);
        let found = Link::try_from(link).ok();
        let follows = self.broken || found == Some(expected) || self.is_after_a_changed_link(row, found);
        self.broken = false;
        self.should = None;
        if !follows {
            self.should = Some(expected);
            self.suspect(row, found.unwrap_or_default());
        }
        // A link that is none at all cannot be gone on from.
        self.last = Head { seq: row.seq, link: found.unwrap_or(expected) };
        self.pass(self.last);
    }

    /// Whether the row follows from what the link before it should have been: then only that link was changed.
    fn is_after_a_changed_link(&mut self, row: &Placed, found: Option<Link>) -> bool {
        let Some(should) = self.should else { return false };
        let follows = found == Some(self.chain.link(&should, row));
        if follows {
            self.suspects_link_only(row.seq - 1);
        }
        follows
    }

    fn suspects_link_only(&mut self, seq: i64) {
        if let Some(suspect) = self.suspects.last_mut().filter(|suspect| suspect.row.seq == seq) {
            suspect.fault = Fault::Link(seq);
        }
    }

    fn suspect(&mut self, row: &Placed, link: Link) {
        let fault = Fault::Changed(row.seq);
        if self.suspects.len() >= SUSPECTS {
            return self.faults.add(fault);
        }
        self.suspects.push(Suspect { row: row.clone(), link, before: self.last.link, fault });
    }

    /// Compares the heads that stand at or before this row.
    fn pass(&mut self, here: Head) {
        while let Some(post) = self.posts.next_if(|post| post.head.seq <= here.seq) {
            if post.head == here {
                self.posts_met += 1;
            } else {
                self.faults.add(Fault::Disagrees { seq: post.head.seq, with: post.source });
            }
        }
    }

    /// Ends the walk against the head as it was kept; none where it is not one of this portal's.
    pub fn finish(mut self, head: Option<Head>) -> Walked {
        match head {
            None => self.faults.add(Fault::Head),
            Some(head) if head.seq > self.last.seq => {
                self.faults.add(Fault::CutOff { first: self.last.seq + 1, last: head.seq });
            }
            Some(head) if head == self.last => {}
            // The last row's link was changed, and the head still says what it was.
            Some(head) if self.should == Some(head.link) && head.seq == self.last.seq => {
                self.suspects_link_only(head.seq);
            }
            Some(head) => self.faults.add(Fault::OtherHead(head.seq)),
        }
        for post in self.posts.by_ref() {
            self.faults.add(Fault::Disagrees { seq: post.head.seq, with: post.source });
        }
        let mut faults = Faults::default();
        explain(self.chain, &self.suspects).into_iter().for_each(|fault| faults.add(fault));
        faults.join(self.faults);
        faults.list.sort_by_key(|fault| fault.place().unwrap_or(i64::MAX));
        Walked { last: self.last, rows: self.rows, agreed: self.posts_met, faults }
    }
}

/// Rows that stand in each other's places are named so; a row that only follows one of those is not at fault.
fn explain(chain: &Chain, suspects: &[Suspect]) -> Vec<Fault> {
    // What the link at a place was, where the row that stands there is another's.
    let mut was: BTreeMap<i64, Link> = BTreeMap::new();
    let mut faults = Vec::new();
    for suspect in suspects {
        let seq = suspect.row.seq;
        let before = was.get(&(seq - 1)).copied().unwrap_or(suspect.before);
        if before != suspect.before && chain.link(&before, &suspect.row) == suspect.link {
            continue;
        }
        let others = suspects.iter().filter(|other| other.row.seq != seq);
        let found = others.into_iter().find_map(|other| belongs(chain, &before, suspect, other));
        match found {
            Some((stands, link)) => {
                was.insert(seq, link);
                faults.push(Fault::Moved { belongs: seq, stands });
            }
            None => faults.push(suspect.fault.clone()),
        }
    }
    faults
}

/// Whether the row found at `other` is the one that was linked at `here`, its id and seal left behind or not.
fn belongs(chain: &Chain, before: &Link, here: &Suspect, other: &Suspect) -> Option<(i64, Link)> {
    let (own, id, seal) = (&other.row.row, here.row.row.id, &here.row.row.seal);
    let left_behind = super::chain::Written { id, seal: seal.clone(), ..own.clone() };
    let tries = [own.clone(), left_behind].map(|row| Placed { seq: here.row.seq, row });
    let link =
        tries.iter().map(|row| chain.link(before, row)).find(|l| [here.link, other.link].contains(l))?;
    Some((other.row.seq, link))
}

#[cfg(test)]
#[path = "verifier_test.rs"]
mod tests;
