//! From the facts of a tip to who acts, who reads and who is told. Owns the rules decided where the plan is
//! silent, each with its id (`R1`..`R17`, texts in [`because`]); the plan itself is data, in `plan`. Refuses
//! storage, clocks and text: it is a pure function of its arguments.
//!
//! Invariants, proved over the whole input space in [`proof`]: nobody excluded appears in any set of a
//! decision; whoever reads can take tips; content ⊆ told ⊆ may be told, body by body; the lead is in none
//! of the three.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::plan::{AgencyCode, BodyCode, CategoryCode, ClauseId, DistrictCode, Plan, Urgency};

pub mod because;
mod case;
pub mod compare;
mod lead;
pub mod proof;
mod verdict;

pub use because::{Because, Why};
pub use case::{Coverage, FullCoverage, TipFacts};

/// What the first responder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The report key, like every reader.
    Full,
    /// No key: a separately sealed extract of danger, place and safe contact, because the tip accuses them.
    LifeFacts,
}

/// Why no decision can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoLead {
    /// Nobody who may lead can: intake stays closed with the emergency numbers.
    #[error("no body can take this tip: every fallback is excluded or has no member")]
    Nobody,
    /// The category is not in the plan.
    #[error("no category `{0}` in the plan")]
    UnknownCategory(CategoryCode),
    /// The district is not in the plan.
    #[error("no district `{0}` in the plan")]
    UnknownDistrict(DistrictCode),
    /// An excluded agency is not in the plan.
    #[error("no agency `{0}` in the plan")]
    UnknownAgency(AgencyCode),
}

/// Who acts, who reads and who is told, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The one accountable desk.
    pub lead: AgencyCode,
    /// The police desk that acts first, in immediate danger.
    pub first_responder: Option<AgencyCode>,
    /// What the first responder holds.
    pub access: Access,
    /// Who the tip climbs to when the lead does not act, the lead first. Every step holds the report key.
    pub ladder: Vec<AgencyCode>,
    /// The police desk that gets a copy with the content, when neither leading nor responding first.
    pub police_copy: Option<AgencyCode>,
    /// Others whom the rule gives the content.
    pub content_for: BTreeSet<AgencyCode>,
    /// Everybody informed besides the lead: notices, police copy and `content_for`. Desks, so possibly
    /// branches.
    pub told: BTreeSet<AgencyCode>,
    /// Bodies (always municipal codes) that the plan lets know.
    pub may_be_told: BTreeSet<AgencyCode>,
    /// Everybody who must not learn of it, branches of an excluded body written out.
    pub excluded: BTreeSet<AgencyCode>,
    /// How soon somebody must act.
    pub urgency: Urgency,
    /// Minutes to the first action: on the clock below 1440, from there on working days times 1440.
    pub first_action_minutes: u32,
    /// The clauses the tip falls under, the one that names the lead first.
    pub clauses: Vec<ClauseId>,
    /// The rule that decided.
    pub rule: String,
    /// The version of the plan the rule belongs to.
    pub plan_version: String,
    /// Why it came out so.
    pub because: Vec<Because>,
}

impl Decision {
    /// Everybody the report key is sealed to.
    pub fn readers(&self) -> BTreeSet<AgencyCode> {
        let first = self.first_responder.filter(|_| self.access == Access::Full);
        let named = [Some(self.lead), first, self.police_copy];
        let named = named.into_iter().flatten();
        named.chain(self.ladder.iter().copied()).chain(self.content_for.iter().copied()).collect()
    }

    /// Whether this desk must not learn of the tip.
    pub fn excludes(&self, agency: &AgencyCode) -> bool {
        self.excluded.contains(agency) || self.excluded.contains(&agency.parent())
    }

    /// The excluded without the branches of bodies that are excluded as a whole.
    pub fn excluded_in_short(&self) -> BTreeSet<AgencyCode> {
        let whole = |a: &&AgencyCode| a.is_branch() && self.excluded.contains(&a.parent());
        self.excluded.iter().filter(|a| !whole(a)).copied().collect()
    }
}

/// The bodies of some desks.
pub fn bodies_of<'a>(desks: impl IntoIterator<Item = &'a AgencyCode>) -> BTreeSet<BodyCode> {
    desks.into_iter().map(AgencyCode::body).collect()
}

/// Decides a tip.
///
/// Excluding a municipal body excludes its branches, which report to it; excluding a branch leaves its
/// municipal body, which supervises it. Excluding the police excludes the office they host.
pub fn decide(plan: &Plan, facts: &TipFacts, coverage: &dyn Coverage) -> Result<Decision, NoLead> {
    let case = case::Case::new(plan, facts)?;
    let manned = case::Manned::new(plan.directory(), facts.district, coverage);
    let verdict = verdict::judge(&case, manned)?;
    Ok(verdict.into_decision(plan, &case))
}
