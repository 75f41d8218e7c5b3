//! What another version of the plan would do with a tip that is there. Owns comparing two decisions of the same
//! facts; refuses reading tips. Invariant: both decisions are made of the same facts and the same coverage, so what
//! differs is the plan's doing.

use std::collections::BTreeSet;

use crate::plan::{AgencyCode, BodyCode, CategoryCode, DistrictCode, Plan};

use super::{Coverage, Decision, TipFacts, bodies_of, decide};

/// A tip as far as it stands in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Category, place, urgency, whether a minor is concerned, who is excluded. Whether it shows a crime, whether
    /// somebody agreed and whether it was pressing do not stand in clear.
    pub facts: TipFacts,
    /// Whether the police lead it, hold its content or were told.
    pub police: bool,
}

/// What is different about a tip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// What it is about.
    pub category: CategoryCode,
    /// Where.
    pub district: Option<DistrictCode>,
    /// Who leads now, and who would; none where nobody could.
    pub lead: (Option<AgencyCode>, Option<AgencyCode>),
    /// Who would be told besides.
    pub told: BTreeSet<BodyCode>,
    /// Who would not be told any more.
    pub untold: BTreeSet<BodyCode>,
    /// Who would be given the content besides.
    pub given: BTreeSet<BodyCode>,
    /// Who would not be given it any more.
    pub withheld: BTreeSet<BodyCode>,
}

/// What would be different; none where nothing would.
pub fn compare(before: &Plan, after: &Plan, known: &Known, coverage: &dyn Coverage) -> Option<Moved> {
    let facts = likely(before, known, coverage);
    let (was, is) = (decide(before, &facts, coverage).ok(), decide(after, &facts, coverage).ok());
    let told =
        |decision: &Option<Decision>| decision.as_ref().map(|d| bodies_of(&d.told)).unwrap_or_default();
    let given = |decision: &Option<Decision>| {
        let content =
            decision.as_ref().map(|d| d.police_copy.into_iter().chain(d.content_for.iter().copied()));
        content.map(|desks| desks.map(|desk| desk.body()).collect::<BTreeSet<_>>()).unwrap_or_default()
    };
    let moved = Moved {
        category: facts.category,
        district: facts.district,
        lead: (was.as_ref().map(|d| d.lead), is.as_ref().map(|d| d.lead)),
        told: &told(&is) - &told(&was),
        untold: &told(&was) - &told(&is),
        given: &given(&is) - &given(&was),
        withheld: &given(&was) - &given(&is),
    };
    let sets = [&moved.told, &moved.untold, &moved.given, &moved.withheld];
    let same = moved.lead.0 == moved.lead.1 && sets.into_iter().all(BTreeSet::is_empty);
    (!same).then_some(moved)
}

/// The facts with what does not stand in clear as it most likely was: so that the police have the part they had.
fn likely(plan: &Plan, known: &Known, coverage: &dyn Coverage) -> TipFacts {
    let with = |crime, consent_police| TipFacts { crime, consent_police, ..known.facts.clone() };
    let police = plan.directory().code(plan.directory().roles.police);
    let fits = |facts: &TipFacts| {
        let decided = decide(plan, facts, coverage);
        decided.is_ok_and(|d| known.police == has_part(&d, police))
    };
    let tries = [with(false, false), with(true, false), with(false, true), with(true, true)];
    tries.into_iter().find(fits).unwrap_or_else(|| known.facts.clone())
}

fn has_part(decision: &Decision, police: BodyCode) -> bool {
    let told = decision.told.iter().any(|desk| desk.body() == police);
    told || decision.readers().iter().any(|desk| desk.body() == police)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanFiles;
    use crate::plan::sheet::Sheet;
    use crate::routing::FullCoverage;

    fn changed(cells: &[(&str, &str)]) -> Plan {
        let mut files = PlanFiles::embedded();
        let mut sheet = Sheet::read(&files, "rules.tsv");
        let row = sheet.find("category", "forced_labour").unwrap();
        cells.iter().for_each(|(column, said)| sheet.set(row, column, said));
        sheet.put(&mut files);
        Plan::parse(&files).unwrap()
    }

    fn known(category: &str) -> Known {
        Known { facts: TipFacts::of(category.parse().unwrap()), police: true }
    }

    fn codes(set: &BTreeSet<BodyCode>) -> Vec<&str> {
        set.iter().map(BodyCode::as_str).collect()
    }

    #[test]
    fn another_lead_and_others_told_are_named_and_tips_of_other_rules_stay() {
        let before = Plan::embedded().unwrap();
        let after = changed(&[
            ("lead", "hrss"),
            (
                "may_be_told",
                "psb,health,polilegal,court,procur,civil,market,union,youth,women,disabled,culture",
            ),
            ("told_at_intake", "women,civil"),
            ("content_for", "-"),
        ]);
        let full = FullCoverage::of(&before);
        let moved = compare(&before, &after, &known("forced_labour"), &full).unwrap();
        let names = |code: Option<AgencyCode>| code.unwrap().to_string();
        assert_eq!((names(moved.lead.0), names(moved.lead.1)), ("psb".to_owned(), "hrss".to_owned()));
        assert_eq!((codes(&moved.told), codes(&moved.untold)), (vec!["psb", "women"], vec!["hrss", "union"]));
        assert_eq!((codes(&moved.given), codes(&moved.withheld)), (vec!["psb"], vec!["hrss"]));
        assert_eq!(compare(&before, &after, &known("child_labour"), &full), None);
        assert_eq!(compare(&before, &before, &known("forced_labour"), &full), None);
    }

    #[test]
    fn what_does_not_stand_in_clear_is_taken_as_the_police_had_their_part() {
        let (plan, mut quiet) = (Plan::embedded().unwrap(), known("school_dropout"));
        let full = FullCoverage::of(&plan);
        assert!(likely(&plan, &quiet, &full).crime);
        quiet.police = false;
        assert!(!likely(&plan, &quiet, &full).crime);
    }
}
