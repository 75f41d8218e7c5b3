//! The proof that every tip finds an owner, and that nobody learns more than the rules say. Owns the space
//! of all inputs and what must hold of each decision, stated from the rules and the brackets and not from
//! the code that decides. Invariant: a case is judged by `verdict` and held against [`Claim`], which reads
//! the duties; the two share no step.
//!
//! With [`FullCoverage`](super::FullCoverage) it proves the plan; with the coverage of a running portal it
//! proves that portal.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::plan::check::{self, ClauseCover, Finding};
use crate::plan::{AgencyCode, Plan};

use super::Coverage;

mod claim;
mod exam;
pub mod life;
#[cfg(test)]
mod mutations;
mod space;

pub(super) use claim::Claim;

/// What `plan check` reports.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version in force.
    pub plan_version: String,
    /// The day it was read on.
    pub day: String,
    /// Bodies of the plan.
    pub bodies: usize,
    /// Desks: standing bodies and branches.
    pub agencies: usize,
    /// Districts.
    pub districts: usize,
    /// Categories and dispositions.
    pub categories: usize,
    /// Tips of one category decided.
    pub single_cases: u64,
    /// Tips of two categories decided.
    pub mixed_cases: u64,
    /// The desks that lead in some case.
    pub leads: BTreeSet<AgencyCode>,
    /// How each clause is served.
    pub clauses: Vec<ClauseCover>,
    /// What is wrong, one line each; empty when all is proved.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_green(&self) -> bool {
        self.findings.is_empty()
    }
}

/// No more findings than this of one category are listed: the first few say what is wrong.
const ENOUGH: usize = 5;

/// What a run over some part of the space came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) cases: u64,
    pub(super) leads: BTreeSet<AgencyCode>,
    pub(super) findings: Vec<Finding>,
}

impl Outcome {
    fn has_enough(&self) -> bool {
        self.findings.len() >= ENOUGH
    }
}

/// Checks the tables; once they agree, decides every tip there can be and holds each decision against the
/// rules. While the tables contradict each other there is nothing to hold a decision against: the plan is
/// red, and no case is counted.
pub fn report(plan: &Plan, coverage: &dyn Coverage) -> Report {
    let mut findings = check::findings(plan);
    let (mut single, mut mixed) = (Outcome::default(), Outcome::default());
    let claims = if findings.is_empty() { Claim::all(plan) } else { Vec::new() };
    for claim in &claims {
        merge(&mut single, claim.prove_single(coverage), &mut findings);
        for other in &claims {
            merge(&mut mixed, claim.prove_mixed(other, coverage), &mut findings);
        }
    }
    Report {
        plan_version: plan.label().to_owned(),
        day: plan.day().to_string(),
        bodies: plan.bodies().len(),
        agencies: plan.agencies().count(),
        districts: plan.districts().len(),
        categories: plan.categories().len(),
        single_cases: single.cases,
        mixed_cases: mixed.cases,
        leads: single.leads.union(&mixed.leads).copied().collect(),
        clauses: check::clause_cover(plan),
        findings,
    }
}

fn merge(into: &mut Outcome, part: Outcome, findings: &mut Vec<Finding>) {
    into.cases += part.cases;
    into.leads.extend(part.leads);
    findings.extend(part.findings);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::FullCoverage;

    #[test]
    fn every_tip_there_can_be_finds_an_owner_and_nobody_learns_too_much() {
        let plan = Plan::embedded().unwrap();
        let report = report(&plan, &FullCoverage::of(&plan));
        assert_eq!(report.findings, []);
        assert!(report.single_cases > 500_000 && report.mixed_cases > 100_000);
    }

    /// Only these desks are manned.
    struct Only(&'static [&'static str]);

    impl Coverage for Only {
        fn can_lead(&self, agency: &AgencyCode) -> bool {
            self.0.contains(&agency.to_string().as_str())
        }
    }

    #[test]
    fn one_fallback_body_is_enough_for_an_owner_where_nobody_excludes_it() {
        let plan = Plan::embedded().unwrap();
        let alone = report(&plan, &Only(&["polilegal"]));
        assert!(!alone.findings.is_empty());
        for finding in &alone.findings {
            assert!(finding.check == "owner" && finding.at.contains("without polilegal"), "{finding}");
        }
        let nobody = report(&plan, &Only(&[]));
        assert_eq!(nobody.leads.len(), 0);
        assert!(nobody.findings.iter().all(|f| f.check == "owner"));
    }
}
