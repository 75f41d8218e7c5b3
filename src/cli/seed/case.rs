//! The kinds of reports that synthetic tips are cast from: every category at every place, in danger or not,
//! for a minor or not, with the police shut out or not. Owns the list and where each would go; refuses how
//! a tip lives on. Nothing is decided here: the form's own rules and the routing of every report are asked.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::intake::draft::{Draft, Field};
use crate::intake::facts;
use crate::intake::parse::{Arrival, Parsed, parse};
use crate::intake::report::Via;
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, CategoryKind, Plan};
use crate::routing::decide;
use crate::triage::placement::Placement;

/// Danger, minor, who must not see it, and how many in a hundred reports are so.
const KINDS: [(&str, &str, &str, u64); 6] = [
    ("no", "no", "", 60),
    ("no", "yes", "", 17),
    ("yes", "unknown", "", 12),
    ("yes", "no", "psb_branch", 3),
    ("no", "no", "psb", 5),
    ("yes", "no", "psb", 3),
];

/// One kind of report, and where it goes.
pub(super) struct Case {
    /// The report, its text still to be said.
    pub(super) parsed: Parsed,
    /// Where it goes.
    pub(super) placement: Placement,
    /// Minutes to the first action, as routing counts them.
    pub(super) minutes: u32,
    weight: u64,
}

impl Case {
    /// Whether a tip of this kind stands in the queue of this agency while it is open.
    pub(super) fn is_open_at(&self, agency: &AgencyCode) -> bool {
        self.placement.places().iter().any(|place| place.open && place.agency == *agency)
    }
}

/// Every kind that somebody can lead as the directory stands.
pub(super) fn all(plan: &Plan, directory: &Directory) -> Vec<Case> {
    let places = plan.districts().iter().map(|d| d.code.to_string()).chain([String::new()]);
    let places: Vec<String> = places.collect();
    let categories = plan.categories().iter().filter(|c| c.kind == CategoryKind::Category);
    let mut cases = Vec::new();
    for category in categories {
        for place in &places {
            for kind in KINDS {
                cases.extend(case(plan, directory, (category.code.as_str(), place), kind));
            }
        }
    }
    cases
}

fn case(
    plan: &Plan,
    directory: &Directory,
    (category, place): (&str, &str),
    (danger, minor, exclude, weight): (&str, &str, &str, u64),
) -> Option<Case> {
    let mut draft = Draft::default();
    let fields = [
        (Field::Text, super::words::MARK),
        (Field::Category, category),
        (Field::District, place),
        (Field::Danger, danger),
        (Field::Minor, minor),
        (Field::Exclude, exclude),
    ];
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .for_each(|(field, value)| draft.put(field, value));
    let arrival = Arrival { language: Locale::Zh, at: Timestamp(0), via: Via::Web, has_photo: false };
    let parsed = parse(&draft, plan, arrival).ok()?;
    let decision = decide(plan, &facts::of(&parsed.report), directory).ok()?;
    let placement = Placement::of(&decision, |agency| directory.has_key(agency));
    Some(Case { parsed, placement, minutes: decision.first_action_minutes, weight })
}

/// Cases to draw from, each as often as it weighs.
#[derive(Default)]
pub(super) struct Pool {
    /// Where the cases stand in the list of all.
    pub(super) cases: Vec<usize>,
    /// The running sums of their weights.
    pub(super) sums: Vec<u64>,
}

impl Pool {
    /// The cases that `fits` holds for.
    pub(super) fn of(all: &[Case], fits: impl Fn(&Case) -> bool) -> Self {
        let mut pool = Self::default();
        for (at, case) in all.iter().enumerate().filter(|(_, case)| fits(case)) {
            pool.cases.push(at);
            pool.sums.push(pool.sums.last().copied().unwrap_or(0) + case.weight);
        }
        pool
    }
}

/// The agency that leads most of all reports; of equals the first by its code.
pub(super) fn busiest(all: &[Case]) -> Option<AgencyCode> {
    let mut led: BTreeMap<AgencyCode, u64> = BTreeMap::new();
    for case in all {
        *led.entry(case.placement.lead).or_default() += case.weight;
    }
    led.into_iter().rev().max_by_key(|(_, weight)| *weight).map(|(agency, _)| agency)
}
