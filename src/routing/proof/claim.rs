//! What must hold of every decision of one category. Owns the statements, each under the rule it comes
//! from. Refuses to call anything that decides except to obtain the decision under examination.

use crate::plan::check::{Finding, bracket_of};
use crate::plan::{AgencyCode, BodyIx, BodySet, Directory, DistrictCode, Plan, PoliceCopy, Rule, Urgency};
use crate::routing::case::{Case, Manned};
use crate::routing::verdict::{Verdict, judge};
use crate::routing::{Access, Coverage, TipFacts};

use super::{Outcome, space};

/// A rule with the brackets it must stay inside. Everything a proof reads of the plan is in here, so equal
/// claims have equal proofs.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::routing) struct Claim<'p> {
    directory: &'p Directory,
    pub(super) rule: &'p Rule,
    /// Who is responsible under the primary clause; the rule's own lead where no clause stands behind it.
    leads: BodySet,
    /// Everybody in the brackets of its clauses.
    bracket: BodySet,
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

/// One decision under examination.
struct Exam<'a> {
    claim: &'a Claim<'a>,
    other: Option<&'a Claim<'a>>,
    facts: &'a TipFacts,
    coverage: &'a dyn Coverage,
    verdict: &'a Verdict,
    urgency: Urgency,
    lead: BodySet,
    police: BodySet,
    /// Bodies excluded wholly: those named, and the conference with the police, who host its office.
    excluded: BodySet,
    /// Bodies of which the tip accuses the whole or some branch.
    accused: BodySet,
}

type Fault = Option<(&'static str, &'static str)>;

/// The first statement that does not hold.
macro_rules! must {
    ($($rule:literal $says:literal => $holds:expr;)*) => {
        $(if !$holds { return Some(($rule, $says)); })*
    };
}

impl<'a> Exam<'a> {
    fn new(
        claim: &'a Claim<'a>,
        other: Option<&'a Claim<'a>>,
        facts: &'a TipFacts,
        coverage: &'a dyn Coverage,
        verdict: &'a Verdict,
    ) -> Self {
        // R2: the more urgent category leads, then the criminal one; a refusal keeps the first.
        let police = claim.directory.roles.police;
        let urgency = facts.urgency.unwrap_or(claim.rule.urgency);
        let agreed = facts.consent_police || facts.minor || urgency == Urgency::Immediate;
        let kept = claim.rule.police_copy == PoliceCopy::Consent && !agreed;
        let outranked = other.is_some_and(|o| {
            o.rule.urgency < claim.rule.urgency
                || (o.rule.urgency == claim.rule.urgency
                    && o.rule.lead == police
                    && claim.rule.lead != police)
        });
        let (claim, other) = match other {
            Some(second) if outranked && !kept => (second, Some(claim)),
            _ => (claim, other),
        };
        let directory = claim.directory;
        let lead = directory.ix(verdict.lead.body()).into_iter().collect();
        let named = |all: bool| -> BodySet {
            let wanted = facts.exclude.iter().filter(|a| all || !a.is_branch());
            wanted.filter_map(|a| directory.ix(a.body())).map(|b| directory.standing(b)).collect()
        };
        let (whole, accused) = (named(false), named(true));
        let guest = BodySet::one(directory.roles.conference);
        let excluded = if whole.has(police) { whole.or(guest) } else { whole };
        let police = BodySet::one(police);
        Self { claim, other, facts, coverage, verdict, urgency, lead, police, excluded, accused }
    }

    fn fault(&self) -> Fault {
        self.owner().or_else(|| self.told()).or_else(|| self.danger()).or_else(|| self.readers())
    }

    /// One lead, under the clause or by the fallback of R17, at the right desk.
    fn owner(&self) -> Fault {
        let desk = self.verdict.lead;
        must! {
            "owner" "the lead cannot take it" => self.coverage.can_lead(&desk);
            "owner" "the lead's body cannot take tips" => self.lead.within(self.claim.directory.can_take_tips);
            "R5" "the lead is excluded" => !self.is_excluded(&desk);
            "R17" "the lead is not the one the rules name" => self.lead.within(self.rightful());
            "R10" "the lead sits at the wrong desk" => desk.is_branch() == self.belongs_to_branch();
            "R10" "the lead is a branch elsewhere" => !desk.is_branch() || desk.district() == self.facts.district;
        }
        None
    }

    /// Who may rightfully lead: the rule's body, one of its clause's; else whoever R17 names.
    fn rightful(&self) -> BodySet {
        let named = self.claim.rule.lead;
        if self.is_free(named) && self.can_sit(named) {
            return BodySet::one(named).and(self.claim.leads);
        }
        let roles = self.claim.directory.roles;
        let chain: BodySet = [roles.procuratorate, roles.neutral, roles.second_owner].into_iter().collect();
        if self.is_free(named) {
            return chain;
        }
        let next = if named == roles.police || named == roles.conference {
            roles.procuratorate
        } else if named == roles.procuratorate {
            roles.neutral
        } else {
            roles.conference
        };
        if self.is_free(next) && self.can_sit(next) { BodySet::one(next) } else { chain }
    }

    fn can_sit(&self, body: BodyIx) -> bool {
        let code = self.claim.directory.code(body);
        let branch = self.facts.district.map(|district| AgencyCode::branch(code, district));
        let manned = |desk: &AgencyCode| self.coverage.can_lead(desk) && !self.is_excluded(desk);
        let has = self.claim.directory.with_branches.has(body) && body == self.claim.rule.lead;
        manned(&AgencyCode::municipal(code)) || branch.filter(|_| has).as_ref().is_some_and(manned)
    }

    /// R5: neither excluded, nor the conference while the tip accuses the police in whose house it sits.
    fn is_free(&self, body: BodyIx) -> bool {
        let guest = body == self.claim.directory.roles.conference;
        !self.excluded.has(body) && !(guest && self.about_police())
    }

    fn about_police(&self) -> bool {
        !self.accused.and(self.police).is_empty()
    }

    /// Whether a desk is excluded: named itself, or with its whole body.
    fn is_excluded(&self, desk: &AgencyCode) -> bool {
        let whole = self.excluded.iter().any(|body| self.claim.directory.code(body) == desk.body());
        whole || (desk.is_branch() && self.facts.exclude.contains(desk))
    }

    fn is_police(&self, desk: &AgencyCode) -> bool {
        desk.body() == self.claim.directory.code(self.claim.directory.roles.police)
    }

    /// R10: in a known district the branch, where there is one that may and can.
    fn belongs_to_branch(&self) -> bool {
        let body = self.verdict.lead.body();
        let branch = self.facts.district.map(|district| AgencyCode::branch(body, district));
        let has = self.lead.within(self.claim.directory.with_branches);
        let own = self.lead == BodySet::one(self.claim.rule.lead);
        own && has && branch.is_some_and(|b| !self.is_excluded(&b) && self.coverage.can_lead(&b))
    }

    /// R3, R4, R7, R12-R15: nobody is told who may not be.
    fn told(&self) -> Fault {
        let (verdict, directory) = (self.verdict, self.claim.directory);
        let excluded =
            directory.bodies().filter(|b| self.is_excluded(&AgencyCode::municipal(directory.code(*b))));
        let excluded: BodySet = excluded.collect();
        let everybody = verdict.told.or(verdict.may_be_told);
        must! {
            "R15" "content goes to a body not told" => verdict.content_for.within(verdict.told);
            "R4" "a body is told that may not be" => verdict.told.within(verdict.may_be_told);
            "R4" "a body is told outside bracket and named extras" => verdict.told.within(self.tellable());
            "R12" "a body may be told outside bracket and named extras" =>
                verdict.may_be_told.within(self.tellable().or(self.claim.rule.extras).or(self.other_bracket()));
            "R7" "a body is told that never is" => everybody.and(directory.never_told).is_empty();
            "R5" "an excluded body is told" => everybody.and(excluded).is_empty();
            "R15" "the lead is told" => everybody.and(self.lead).is_empty();
            "R3" "the police are told against the rule" => !self.police_barred() || everybody.and(self.police).is_empty();
            "R3" "the police copy is missing" => !self.copy_due() || self.police.within(verdict.told.or(self.lead));
            "R13" "the second lead is not told" => self.second_told();
        }
        None
    }

    /// The brackets of the leading category, the police where a copy is due, and the lead of the other.
    fn tellable(&self) -> BodySet {
        let procuratorate = BodySet::one(self.claim.directory.roles.procuratorate);
        let second = self.other.map_or(BodySet::EMPTY, |o| BodySet::one(o.rule.lead).or(procuratorate));
        self.claim.bracket.or(self.police).or(second)
    }

    fn other_bracket(&self) -> BodySet {
        self.other.map_or(BodySet::EMPTY, |o| o.bracket.or(o.rule.extras))
    }

    fn police_barred(&self) -> bool {
        let agreed = self.facts.consent_police || self.facts.minor || self.urgency == Urgency::Immediate;
        match self.claim.rule.police_copy {
            PoliceCopy::Consent => !agreed,
            PoliceCopy::No => true,
            PoliceCopy::Always | PoliceCopy::IfCrime => false,
        }
    }

    fn copy_due(&self) -> bool {
        let due = match self.claim.rule.police_copy {
            PoliceCopy::Always => true,
            PoliceCopy::IfCrime => self.facts.crime,
            PoliceCopy::Consent => !self.police_barred(),
            PoliceCopy::No => false,
        };
        let quiet = self.claim.rule.quiet_when_normal && self.urgency == Urgency::Normal;
        due && !quiet && self.excluded.and(self.police).is_empty()
    }

    /// R13: told, unless leading, excluded or the police against the rule; a complaint about police, or
    /// beside a case they lead, goes to the procuratorate instead of the conference.
    fn second_told(&self) -> bool {
        let Some(other) = self.other else { return true };
        let roles = self.claim.directory.roles;
        let past = other.rule.lead == roles.conference
            && (self.lead == self.police || !self.is_free(roles.conference));
        let second = BodySet::one(if past { roles.procuratorate } else { other.rule.lead });
        let barred = second == self.police && self.police_barred();
        barred || second.within(self.verdict.told.or(self.lead).or(self.excluded))
    }

    /// R1, R5, R16: in danger the police act first, with the facts needed to save life only where the
    /// tip is about them.
    fn danger(&self) -> Fault {
        let verdict = self.verdict;
        let first = verdict.first.as_ref();
        let immediate = self.urgency == Urgency::Immediate;
        let complaint = self.claim.rule.lead == self.claim.directory.roles.conference;
        let whole = self.police.within(self.excluded);
        let life_facts = immediate && (whole || (complaint && self.about_police()));
        must! {
            "R1" "no first responder in danger" => !immediate || self.police_unmanned() || first.is_some_and(|d| self.is_police(d));
            "R1" "a first responder without danger" => immediate || first.is_none();
            "R5" "the access of the first responder is wrong" => (verdict.access == Access::LifeFacts) == life_facts;
            "R16" "danger waits longer than ten minutes" => !immediate || (1..=10).contains(&verdict.minutes);
            "R16" "no time to the first action" => verdict.minutes > 0;
        }
        None
    }

    fn police_unmanned(&self) -> bool {
        let code = self.claim.directory.code(self.claim.directory.roles.police);
        !self.coverage.can_lead(&AgencyCode::municipal(code))
    }

    /// Promise 4: whoever is named to act can read; section 10: the ladder holds nobody else.
    fn readers(&self) -> Fault {
        let verdict = self.verdict;
        let immediate = self.urgency == Urgency::Immediate && verdict.access == Access::Full;
        let climbs =
            |step: &AgencyCode| step.body() == verdict.lead.body() || (immediate && self.is_police(step));
        let here = |step: &AgencyCode| !step.is_branch() || step.district() == self.facts.district;
        let full = verdict.first.filter(|_| verdict.access == Access::Full);
        let named = || verdict.ladder.iter().chain(&full).chain(&verdict.police_copy);
        let barred = self.police_barred() && self.urgency != Urgency::Immediate;
        let keeps_police_out = !named().any(|d| self.is_police(d));
        must! {
            "section 10" "the ladder does not begin with the lead" => verdict.ladder.first() == Some(&verdict.lead);
            "section 10" "a stranger stands on the ladder" => verdict.ladder.iter().all(climbs);
            "section 10" "a branch elsewhere reads" => named().all(here);
            "promise 4" "a reader cannot read" => named().all(|desk| self.coverage.can_lead(desk));
            "R5" "an excluded desk reads" => !named().any(|desk| self.is_excluded(desk));
            "R5" "the police read a complaint about them" => verdict.access == Access::Full || keeps_police_out;
            "R3" "the police read against the rule" => !barred || self.lead == self.police || keeps_police_out;
            "R4" "content goes to a body that cannot take tips" =>
                verdict.content_for.within(self.claim.directory.can_take_tips);
        }
        None
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
