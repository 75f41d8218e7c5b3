//! What the check of the public record says. Owns the kinds of fault and their words for whoever runs the
//! portal; refuses finding them.

use crate::audit::commitment::Day;

/// A place where the record is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing says from where on the record can be checked.
    #[error("the mark where the record begins is missing or was changed")]
    Start,
    /// Heads are missing.
    #[error("after head {after} comes head {found}: heads are missing")]
    Gap {
        /// The last one before.
        after: i64,
        /// The one found.
        found: i64,
    },
    /// A head was changed.
    #[error("head {number} ({day}) is not the one that was made")]
    Head {
        /// The head.
        number: i64,
        /// Its day.
        day: Day,
    },
    /// A block is missing, or its leaves were changed or moved.
    #[error("block {block} under head {head} ({day}) is missing, or a leaf in it was changed or moved")]
    Block {
        /// The block, from 0.
        block: i64,
        /// The head.
        head: i64,
        /// Its day.
        day: Day,
    },
    /// The leaves of a block do not stand in their order.
    #[error("the leaves of block {block} under head {head} ({day}) stand in another order")]
    Order {
        /// The block, from 0.
        block: i64,
        /// The head.
        head: i64,
        /// Its day.
        day: Day,
    },
    /// The blocks do not give the root that was published.
    #[error("the blocks do not give the root of head {number} ({day})")]
    Root {
        /// The head.
        number: i64,
        /// Its day.
        day: Day,
    },
    /// Blocks that no head stands over.
    #[error("from block {block} on there are {blocks} that no head stands over")]
    Stray {
        /// The first.
        block: i64,
        /// How many.
        blocks: i64,
    },
    /// A tip's leaf does not stand where its row says.
    #[error("the leaf of tip {tip} ({day}) does not stand in the record")]
    Leaf {
        /// The tip.
        tip: String,
        /// Its day.
        day: Day,
    },
    /// A tip's row, or what lies sealed as its report, was changed.
    #[error("tip {tip} is not the one that was committed to: its sealed report or its leaf was changed")]
    Changed {
        /// The tip.
        tip: String,
    },
    /// A tip has no leaf.
    #[error("tip {tip} has no leaf")]
    Uncommitted {
        /// The tip.
        tip: String,
    },
    /// Tips are gone that nobody erased on purpose; fewer than none: leaves are there that nobody was given.
    #[error("{tips} tips of {} are gone and were not erased on purpose", place(.head.as_ref(), .day))]
    Dropped {
        /// The head they stood under; none where they waited for one.
        head: Option<i64>,
        /// The day.
        day: Day,
        /// How many.
        tips: i64,
    },
    /// A mark that says "erased" was not made by the portal.
    #[error("a tip is marked as erased on {day}, but not by this portal")]
    Erased {
        /// The day it names.
        day: Day,
        /// The head it stands under.
        head: Option<i64>,
    },
}

fn place(head: Option<&i64>, day: &Day) -> String {
    head.map_or_else(
        || format!("those that waited for the end of {day}"),
        |head| format!("head {head} ({day})"),
    )
}

/// Faults that are listed at most.
const MOST: usize = 100;

/// What a walk found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Leaves under the newest head.
    pub size: i64,
    /// Tips that stand in the record as they were committed to, or wait.
    pub tips: i64,
    /// Those of them that wait for the end of their day.
    pub waiting: i64,
    /// Tips that were erased on purpose.
    pub erased: i64,
    /// The first hundred places where something is wrong.
    pub faults: Vec<Fault>,
    /// How many places there are.
    pub wrong: usize,
}

impl Verdict {
    /// Adds a fault.
    pub(super) fn add(&mut self, fault: Fault) {
        self.wrong += 1;
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    /// Whether nothing is wrong.
    pub const fn is_whole(&self) -> bool {
        self.wrong == 0
    }
}
