//! The space of all tips, as far as decisions can tell them apart. Owns the enumeration only. Invariant:
//! every combination is visited exactly once per walk.

use crate::plan::{AgencyCode, CategoryCode, Directory, DistrictCode, Rule, Urgency};
use crate::routing::TipFacts;

/// Visits every tip of one category: 16 districts and unknown, each urgency, every combination of minor,
/// crime and consent, with nobody excluded, each body excluded, each branch of the place excluded. Stops
/// when `visit` says so.
pub(in crate::routing) fn single(
    directory: &Directory,
    category: CategoryCode,
    visit: &mut dyn FnMut(&TipFacts) -> bool,
) {
    let mut facts = TipFacts::of(category);
    for district in places(directory) {
        facts.district = district;
        for excluded in exclusions(directory, district) {
            facts.exclude.clear();
            facts.exclude.extend(excluded);
            if !circumstances(&mut facts, visit) {
                return;
            }
        }
    }
}

/// Visits tips of two categories: one district and unknown, each urgency and circumstance, with nobody,
/// the police, a branch of theirs or either lead's body excluded.
pub(in crate::routing) fn mixed(
    directory: &Directory,
    rules: [&Rule; 2],
    visit: &mut dyn FnMut(&TipFacts) -> bool,
) {
    let mut facts = TipFacts::of(rules[0].category);
    facts.secondary = Some(rules[1].category);
    let police = directory.code(directory.roles.police);
    for district in [None, directory.districts().last().copied()] {
        facts.district = district;
        let branch = district.or(directory.districts().first().copied());
        let branch = branch.map(|d| AgencyCode::branch(police, d));
        let mut excluded = vec![None, Some(AgencyCode::municipal(police)), branch];
        let leads = rules.map(|rule| directory.code(rule.lead));
        let others = leads.into_iter().filter(|body| *body != police);
        excluded.extend(others.map(|body| Some(AgencyCode::municipal(body))));
        for excluded in excluded {
            facts.exclude.clear();
            facts.exclude.extend(excluded);
            if !circumstances(&mut facts, visit) {
                return;
            }
        }
    }
}

/// Every district, and unknown.
pub(in crate::routing) fn places(directory: &Directory) -> impl Iterator<Item = Option<DistrictCode>> {
    std::iter::once(None).chain(directory.districts().iter().copied().map(Some))
}

/// Nobody; each body; each branch of the place, or of one district when the place is unknown.
fn exclusions(directory: &Directory, place: Option<DistrictCode>) -> Vec<Option<AgencyCode>> {
    let mut all = vec![None];
    all.extend(directory.bodies().map(|b| Some(AgencyCode::municipal(directory.code(b)))));
    if let Some(district) = place.or(directory.districts().first().copied()) {
        let branches = directory.with_branches.iter();
        all.extend(branches.map(|b| Some(AgencyCode::branch(directory.code(b), district))));
    }
    all
}

fn circumstances(facts: &mut TipFacts, visit: &mut dyn FnMut(&TipFacts) -> bool) -> bool {
    for urgency in Urgency::ALL {
        facts.urgency = Some(urgency);
        for bits in 0u8..8 {
            (facts.minor, facts.crime, facts.consent_police) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
            if !visit(facts) {
                return false;
            }
        }
    }
    true
}
