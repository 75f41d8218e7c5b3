//! A tip as it stands: the clear facts that officers and the queue go by. Owns the value; refuses its
//! content, which is sealed apart.

use super::placement::Placement;
use super::status::Status;
use crate::clock::Minute;
use crate::plan::{CategoryCode, ClauseId, DistrictCode};
use crate::routing::{Because, Why};
use crate::vault::uid::Uid;

/// The clear facts of a tip.
#[derive(Clone, Debug)]
pub struct Tip {
    /// Row id.
    pub id: i64,
    /// What officers see in addresses.
    pub uid: Uid,
    /// What it is about.
    pub category: CategoryCode,
    /// A second matter in it.
    pub secondary: Option<CategoryCode>,
    /// Where.
    pub district: Option<DistrictCode>,
    /// Where it stands in its life.
    pub status: Status,
    /// Grows with every act; an act against an older one is refused.
    pub version: i64,
    /// Where it stands among agencies.
    pub placement: Placement,
    /// Why it stands there.
    pub reasons: Reasons,
    /// Whether the person concerned is a minor.
    pub has_minor: bool,
    /// When it came in.
    pub received: Minute,
    /// When somebody must have acted.
    pub due: Minute,
    /// Who works on it, by row id.
    pub claimed_by: Option<i64>,
    /// Until when it stays with them unless they go on; nothing once something was decided.
    pub lease: Option<Minute>,
    /// When the first action was done since it last came in; until then the deadline runs.
    pub acted: Option<Minute>,
    /// When it was closed, or set aside.
    pub closed: Option<Minute>,
    /// Until when a second person must have looked, where it is set aside and one must.
    pub look_by: Option<Minute>,
}

/// Why a tip stands where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// The rule that decided.
    pub rule: String,
    /// The version of the plan the rule belongs to.
    pub plan_version: String,
    /// The clauses the tip falls under.
    pub clauses: Vec<ClauseId>,
    /// The reasons, in words.
    pub because: Vec<Because>,
}

impl Reasons {
    /// The minutes to the first action, as the decision gave them.
    pub fn first_action_minutes(&self) -> Option<u32> {
        self.because.iter().rev().find_map(|because| match because.why {
            Why::Deadline { minutes, .. } => Some(minutes),
            _ => None,
        })
    }
}

/// The number officers call a tip by: the first eight digits of its id.
pub fn short_number(uid: &Uid) -> String {
    uid.to_string()[..8].to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_number_is_the_start_of_the_id() {
        let uid: Uid = "9f8e7d6c5b4a39281706f5e4d3c2b1a0".parse().unwrap();
        assert_eq!(short_number(&uid), "9F8E7D6C");
    }
}
