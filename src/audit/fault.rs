//! What is wrong with a record: each fault with its place, and a list that stays small however much is wrong.
//! Owns the words of the command line; refuses finding faults (`verifier`, and the store where SQL is needed).

use std::fmt;

use serde_json::{Value, json};

/// How many faults are listed; beyond, they are only counted.
pub const LISTED: usize = 100;

/// Something that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Rows are gone from the middle.
    #[error("rows {first} to {last} are missing")]
    Missing {
        /// The first place that has no row.
        first: i64,
        /// The last one.
        last: i64,
    },
    /// A row does not say what was linked.
    #[error("row {0} was changed, or another stands in its place")]
    Changed(i64),
    /// The row is what it was, the link beside it is not.
    #[error("the link of row {0} was changed")]
    Link(i64),
    /// The row that was linked here stands elsewhere.
    #[error("the row that belongs at {belongs} stands at {stands}")]
    Moved {
        /// Where it was linked.
        belongs: i64,
        /// Where it was found.
        stands: i64,
    },
    /// The end is gone.
    #[error("rows {first} to {last} were cut off at the end")]
    CutOff {
        /// The first place that has no row.
        first: i64,
        /// Where the head stands.
        last: i64,
    },
    /// There are rows behind the head.
    #[error("{rows} rows stand behind the head, from {first} on: put there, or the head was set back")]
    Beyond {
        /// The first of them.
        first: i64,
        /// How many.
        rows: i64,
    },
    /// The head is not one that this portal wrote.
    #[error("the head was not written by this portal: the end of the record may have been cut off")]
    Head,
    /// The head is this portal's, but not the last row's.
    #[error("the head is not the link of row {0}: the row was changed, or an older head was put back")]
    OtherHead(i64),
    /// A row was written past the portal.
    #[error("row id {0} was not written by this portal and has no place")]
    Foreign(i64),
    /// A row of the portal's has no place although it has had time.
    #[error("row id {0} has no place in the record")]
    Unplaced(i64),
    /// A row stands where none can.
    #[error("row id {0} has an impossible place")]
    Nowhere(i64),
    /// An anchor is gone or is not what was written.
    #[error("anchor {0} is missing, or was changed")]
    Anchor(i64),
    /// A head that was kept elsewhere says something else.
    #[error("the record disagrees at row {seq} with {with}")]
    Disagrees {
        /// The place.
        seq: i64,
        /// Which head.
        with: Place,
    },
    /// A line of a file of heads is not one that this portal wrote.
    #[error("{0} was not written by this portal, or is damaged")]
    Line(Place),
    /// The sealed reason of an act is not the one that was linked.
    #[error("the sealed reason that row {0} speaks of was changed")]
    Reason(i64),
    /// It is gone, and no erasing is on record.
    #[error("the sealed reason that row {0} speaks of is gone, and no erasing is on record")]
    NoReason(i64),
    /// The mark that pruning leaves is not one that this portal wrote.
    #[error("the mark of pruning was not written by this portal")]
    Floor,
    /// Pruning did not end, or rows were put below its mark.
    #[error("{0} rows lie below the mark of pruning: run `homeward audit prune` again")]
    Leftover(i64),
}

/// Where a head comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An anchor in the database, by its number.
    Anchor(i64),
    /// A line of a file.
    File {
        /// The file, as it was named.
        name: String,
        /// Counted from 1.
        line: usize,
    },
    /// Said on the command line.
    Said,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anchor(number) => write!(f, "anchor {number}"),
            Self::File { name, line } => write!(f, "{name}, line {line}"),
            Self::Said => f.write_str("the head that was given"),
        }
    }
}

impl Fault {
    /// The fault's kind, for programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Changed(_) => "changed",
            Self::Link(_) => "link",
            Self::Moved { .. } => "moved",
            Self::CutOff { .. } => "cut_off",
            Self::Beyond { .. } => "beyond",
            Self::Head => "head",
            Self::OtherHead(_) => "other_head",
            Self::Foreign(_) => "foreign",
            Self::Unplaced(_) => "unplaced",
            Self::Nowhere(_) => "nowhere",
            Self::Anchor(_) => "anchor",
            Self::Disagrees { .. } => "disagrees",
            Self::Line(_) => "line",
            Self::Reason(_) => "reason",
            Self::NoReason(_) => "no_reason",
            Self::Floor => "floor",
            Self::Leftover(_) => "leftover",
        }
    }

    /// The first place that is concerned, where the fault has one.
    pub const fn place(&self) -> Option<i64> {
        match self {
            Self::Missing { first: at, .. }
            | Self::CutOff { first: at, .. }
            | Self::Beyond { first: at, .. }
            | Self::Moved { belongs: at, .. }
            | Self::Disagrees { seq: at, .. }
            | Self::Changed(at)
            | Self::Link(at)
            | Self::OtherHead(at)
            | Self::Reason(at)
            | Self::NoReason(at) => Some(*at),
            _ => None,
        }
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let mut all = json!({ "kind": self.kind(), "place": self.place(), "means": self.to_string() });
        let more = match self {
            Self::Missing { first, last } | Self::CutOff { first, last } => {
                json!({ "first": first, "last": last })
            }
            Self::Beyond { first, rows } => json!({ "first": first, "rows": rows }),
            Self::Moved { belongs, stands } => json!({ "belongs": belongs, "stands": stands }),
            Self::Foreign(id) | Self::Unplaced(id) | Self::Nowhere(id) => json!({ "row_id": id }),
            Self::Anchor(number) => json!({ "anchor": number }),
            Self::Leftover(rows) => json!({ "rows": rows }),
            Self::Disagrees { with, .. } | Self::Line(with) => json!({ "source": with.to_string() }),
            _ => json!({}),
        };
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
        all
    }
}

/// Faults, the first of them listed, all of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first [`LISTED`], in the order in which they were found.
    pub list: Vec<Fault>,
    /// How many there are.
    pub count: u64,
}

impl Faults {
    /// One more.
    pub fn add(&mut self, fault: Fault) {
        self.count += 1;
        if self.list.len() < LISTED {
            self.list.push(fault);
        }
    }

    /// All of these too.
    pub fn join(&mut self, more: Self) {
        self.count += more.count.saturating_sub(more.list.len() as u64);
        more.list.into_iter().for_each(|fault| self.add(fault));
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }
}
