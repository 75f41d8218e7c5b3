//! Where a tip stands among agencies: who leads, who acts first, who reads, who is told, who must not know.
//! Owns the rows this makes and who holds which key; refuses deciding it (routing) and sealing (`keys`).
//!
//! One invariant: nobody excluded stands anywhere else, and whoever is named to act holds the keys to act.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::people::roles::Relation;
use crate::plan::{AgencyCode, Plan, Urgency};
use crate::routing::{Access, Coverage, Decision};
use crate::vault::compartment::Compartment;

/// Where a tip stands among agencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The one accountable agency.
    pub lead: AgencyCode,
    /// Who acts first where somebody is in danger.
    pub first_responder: Option<AgencyCode>,
    /// What the first responder is given.
    pub access: Access,
    /// Who the tip climbs to.
    pub ladder: BTreeSet<AgencyCode>,
    /// Who else is given the content.
    pub content: BTreeSet<AgencyCode>,
    /// Who knows that it exists.
    pub told: BTreeSet<AgencyCode>,
    /// Who must not know of it.
    pub excluded: BTreeSet<AgencyCode>,
    /// How soon somebody must act.
    pub urgency: Urgency,
}

/// One agency's relation, as a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The agency.
    pub agency: AgencyCode,
    /// How it stands.
    pub relation: Relation,
    /// Whether the tip stands in its queue until it is closed.
    pub open: bool,
}

/// Why a tip cannot be referred there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReferRefused {
    /// It leads already.
    #[error("the agency leads already")]
    Same,
    /// It takes no tips.
    #[error("the agency takes no tips")]
    TakesNone,
    /// It must not see this tip. To whoever asks, this reads like [`ReferRefused::TakesNone`].
    #[error("the agency takes no tips")]
    Excluded,
    /// Nobody there could open it now.
    #[error("the agency has nobody who could open it now")]
    Unmanned,
}

impl Placement {
    /// Where a decision places a tip. Agencies that hold no key are dropped where they would only read, and
    /// so is a police command that could not open the life facts; they are still told.
    pub fn of(decision: &Decision, can_hold: impl Fn(&AgencyCode) -> bool) -> Self {
        let ladder = decision.ladder.iter().copied().filter(&can_hold).collect();
        let given = decision.content_for.iter().chain(&decision.police_copy).copied();
        let content: BTreeSet<_> = given.filter(&can_hold).collect();
        Self {
            lead: decision.lead,
            first_responder: decision.first_responder.filter(&can_hold),
            access: decision.access,
            ladder,
            content,
            told: decision.told.clone(),
            excluded: decision.excluded.clone(),
            urgency: decision.urgency,
        }
        .tidy()
    }

    /// The same placement, each agency named once among those who are given and those who are told, and the
    /// branches of an excluded body not written out.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        let acts = |agency: &AgencyCode| *agency == self.lead || Some(*agency) == self.first_responder;
        self.content.retain(|agency| !acts(agency));
        self.told.retain(|agency| !acts(agency) && !self.content.contains(agency));
        let whole = self.excluded.clone();
        self.excluded.retain(|agency| !agency.is_branch() || !whole.contains(&agency.parent()));
        self
    }

    /// The rows of this placement. One agency's queue shows a tip once: an agency that leads and acts first
    /// is open as the lead only.
    pub fn places(&self) -> Vec<Place> {
        let lead = [(self.lead, Relation::Lead)];
        let first = self.first_responder.filter(|first| *first != self.lead);
        let first = first.map(|agency| (agency, Relation::FirstResponder));
        let others = [
            (&self.ladder, Relation::Ladder),
            (&self.content, Relation::Content),
            (&self.told, Relation::Told),
            (&self.excluded, Relation::Excluded),
        ];
        let others = others.into_iter().flat_map(|(set, relation)| set.iter().map(move |a| (*a, relation)));
        let acts = |relation| matches!(relation, Relation::Lead | Relation::FirstResponder);
        let all = lead.into_iter().chain(first).chain(others);
        all.map(|(agency, relation)| Place { agency, relation, open: acts(relation) }).collect()
    }

    /// Who holds the key of a compartment, besides the reporter.
    pub fn holders(&self, compartment: Compartment) -> BTreeSet<AgencyCode> {
        let first = |access| self.first_responder.filter(|_| self.access == access);
        let lead = Some(self.lead).into_iter();
        match compartment {
            Compartment::Report => {
                let readers = self.ladder.iter().chain(&self.content).copied();
                lead.chain(first(Access::Full)).chain(readers).collect()
            }
            Compartment::Case => {
                let urgent = first(Access::Full).filter(|_| self.urgency == Urgency::Immediate);
                lead.chain(urgent).collect()
            }
            // Where somebody is in danger the first responder may break the glass: it needs the key beforehand.
            Compartment::Identity => {
                lead.chain(first(Access::Full).filter(|_| self.urgency == Urgency::Immediate)).collect()
            }
            Compartment::Life => first(Access::LifeFacts).into_iter().collect(),
            // Released text by text, by an act of its own.
            Compartment::Excerpt => BTreeSet::new(),
        }
    }

    /// Whether an agency, or the body it is a branch of, must not know of the tip.
    pub fn excludes(&self, agency: &AgencyCode) -> bool {
        self.excluded.contains(agency) || self.excluded.contains(&agency.parent())
    }

    /// Whether the tip may be handed to this agency.
    pub fn check_referral(
        &self,
        to: &AgencyCode,
        plan: &Plan,
        coverage: &dyn Coverage,
    ) -> Result<(), ReferRefused> {
        if *to == self.lead {
            return Err(ReferRefused::Same);
        }
        if self.excludes(to) {
            return Err(ReferRefused::Excluded);
        }
        if !plan.agency(to).is_some_and(|agency| agency.can_take_tips) {
            return Err(ReferRefused::TakesNone);
        }
        if coverage.can_lead(to) { Ok(()) } else { Err(ReferRefused::Unmanned) }
    }

    /// The placement once it has been handed to `to`.
    ///
    /// The ladder goes up from the new lead. In immediate danger the police steps stay, whoever leads; the
    /// old lead stays only where it is one of these.
    pub fn referred(
        &self,
        to: AgencyCode,
        plan: &Plan,
        coverage: &dyn Coverage,
    ) -> Result<Self, ReferRefused> {
        self.check_referral(&to, plan, coverage)?;
        let up = [to, to.parent()].into_iter().filter(|step| !self.excludes(step) && coverage.can_lead(step));
        let police = self.first_responder.map(|first| first.body());
        let stays = |step: &&AgencyCode| {
            self.urgency == Urgency::Immediate && self.access == Access::Full && Some(step.body()) == police
        };
        let mut next = self.clone();
        next.lead = to;
        next.ladder = up.chain(self.ladder.iter().filter(stays).copied()).collect();
        Ok(next.tidy())
    }

    /// The placement once `from`, which has nobody left, has handed everything it does to `to`.
    #[must_use]
    pub fn rehomed(&self, from: AgencyCode, to: AgencyCode) -> Self {
        let mut next = self.clone();
        if next.lead == from {
            next.lead = to;
        }
        if next.first_responder == Some(from) {
            next.first_responder = Some(to);
        }
        next.ladder.remove(&from);
        next.content.remove(&from);
        next.tidy()
    }

    /// Agencies whose queue or list shows the tip now and did not before, with how they stand.
    pub fn newly_placed(&self, before: &Self) -> BTreeMap<AgencyCode, Relation> {
        let shown = |placement: &Self| {
            let mut shown = BTreeMap::new();
            for place in placement.places() {
                let informs = place.open || matches!(place.relation, Relation::Content | Relation::Told);
                if informs {
                    shown.entry(place.agency).or_insert(place.relation);
                }
            }
            shown
        };
        let before = shown(before);
        let mut now = shown(self);
        now.retain(|agency, relation| before.get(agency) != Some(relation));
        now
    }
}

/// A tip's lane in the queue: what presses most stands first.
pub const fn lane(urgency: Urgency) -> i64 {
    match urgency {
        Urgency::Immediate => 0,
        Urgency::Urgent => 1,
        Urgency::Normal => 2,
    }
}

#[cfg(test)]
#[path = "placement_test.rs"]
mod tests;
