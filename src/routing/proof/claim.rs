//! A rule with the brackets it must stay inside, walked over the space of tips. Owns the walk and the line
//! that names a case; what must hold is stated in `exam`.

use crate::plan::check::{Finding, bracket_of};
use crate::plan::{BodySet, Directory, DistrictCode, Plan, Rule};
use crate::routing::case::{Case, Manned};
use crate::routing::verdict::judge;
use crate::routing::{Coverage, TipFacts};

use super::exam::Exam;
use super::{Outcome, space};

/// A rule with the brackets it must stay inside. Everything a proof reads of the plan is in here, so equal
/// claims have equal proofs.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::routing) struct Claim<'p> {
    pub(super) directory: &'p Directory,
    pub(super) rule: &'p Rule,
    /// Who is responsible under the primary clause; the rule's own lead where no clause stands behind it.
    pub(super) leads: BodySet,
    /// Everybody in the brackets of its clauses.
    pub(super) bracket: BodySet,
}

impl<'p> Claim<'p> {
    /// The claims of all categories.
    pub(in crate::routing) fn all(plan: &'p Plan) -> Vec<Self> {
        plan.rules().iter().map(|rule| Self::of(plan, rule)).collect()
    }

    fn of(plan: &'p Plan, rule: &'p Rule) -> Self {
        let duty = rule.primary.and_then(|clause| plan.duty(&clause));
        Self {
            directory: plan.directory(),
            rule,
            leads: duty.map_or(BodySet::one(rule.lead), |d| d.lead),
            bracket: bracket_of(plan, rule),
        }
    }

    /// Decides every tip of this category alone.
    pub(super) fn prove_single(&self, coverage: &dyn Coverage) -> Outcome {
        let (mut outcome, mut shift) = (Outcome::default(), Shift::new(coverage));
        space::single(self.directory, self.rule.category, &mut |facts| {
            self.prove(None, facts, &mut shift, &mut outcome)
        });
        outcome
    }

    /// Decides every tip of this category first and `other` second.
    pub(super) fn prove_mixed(&self, other: &Self, coverage: &dyn Coverage) -> Outcome {
        let (mut outcome, mut shift) = (Outcome::default(), Shift::new(coverage));
        if other.rule.category == self.rule.category {
            return outcome;
        }
        space::mixed(self.directory, [self.rule, other.rule], &mut |facts| {
            self.prove(Some(other), facts, &mut shift, &mut outcome)
        });
        outcome
    }

    fn prove(
        &self,
        other: Option<&Self>,
        facts: &TipFacts,
        shift: &mut Shift<'_>,
        outcome: &mut Outcome,
    ) -> bool {
        outcome.cases += 1;
        let coverage = shift.coverage;
        let manned = shift.at(self.directory, facts.district);
        let judged = Case::of_rules(self.directory, self.rule, other.map(|o| o.rule), facts)
            .and_then(|case| judge(&case, manned));
        let fault = match judged {
            Err(error) => Some(("owner", error.to_string())),
            Ok(verdict) => {
                outcome.leads.insert(verdict.lead);
                let exam = Exam::new(self, other, facts, coverage, &verdict);
                exam.fault().map(|(rule, says)| (rule, format!("{says} (lead {})", verdict.lead)))
            }
        };
        if let Some((rule, says)) = fault {
            outcome.findings.push(Finding::new(rule, describe(facts), says));
        }
        !outcome.has_enough()
    }
}

/// Who is at work, asked once for each place of a walk.
struct Shift<'a> {
    coverage: &'a dyn Coverage,
    last: Option<(Option<DistrictCode>, Manned)>,
}

impl<'a> Shift<'a> {
    const fn new(coverage: &'a dyn Coverage) -> Self {
        Self { coverage, last: None }
    }

    fn at(&mut self, directory: &Directory, place: Option<DistrictCode>) -> Manned {
        match self.last {
            Some((known, manned)) if known == place => manned,
            _ => {
                let manned = Manned::new(directory, place, self.coverage);
                self.last = Some((place, manned));
                manned
            }
        }
    }
}

/// A case in one line, as it could be typed after `homeward route`.
fn describe(facts: &TipFacts) -> String {
    let mut line = facts.category.to_string();
    if let Some(second) = facts.secondary {
        line = format!("{line}+{second}");
    }
    line.push_str(&facts.district.map_or(" unknown".to_owned(), |d| format!(" {d}")));
    line.push_str(&facts.urgency.map_or(String::new(), |u| format!(" {u}")));
    for (word, on) in [("minor", facts.minor), ("crime", facts.crime), ("consent", facts.consent_police)] {
        line.push_str(if on { " " } else { "" });
        line.push_str(if on { word } else { "" });
    }
    facts.exclude.iter().for_each(|agency| line.push_str(&format!(" without {agency}")));
    line
}
