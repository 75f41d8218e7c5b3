//! What must hold of a decision. Owns the statements, each under the rule it comes from; they are made from
//! the brackets, the rule and the facts. Refuses to call anything that decides.

use crate::plan::{AgencyCode, BodyIx, BodySet, PoliceCopy, Urgency};
use crate::routing::verdict::Verdict;
use crate::routing::{Access, Coverage, TipFacts};

use super::claim::Claim;

/// One decision under examination.
pub(super) struct Exam<'a> {
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

pub(super) type Fault = Option<(&'static str, &'static str)>;

/// The first statement that does not hold.
macro_rules! must {
    ($($rule:literal $says:literal => $holds:expr;)*) => {
        $(if !$holds { return Some(($rule, $says)); })*
    };
}

impl<'a> Exam<'a> {
    /// Puts a decision under examination, against the claim of the category that leads.
    pub(super) fn new(
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

    /// The first thing that does not hold: the rule and what is wrong.
    pub(super) fn fault(&self) -> Fault {
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
        !(self.excluded.has(body) || guest && self.about_police())
    }

    fn about_police(&self) -> bool {
        !self.accused.and(self.police).is_empty()
    }

    /// Whether a desk is excluded: named itself, or with its whole body.
    fn is_excluded(&self, desk: &AgencyCode) -> bool {
        let whole = self.excluded.iter().any(|body| self.claim.directory.code(body) == desk.body());
        whole || (desk.is_branch() && self.facts.exclude.contains(desk))
    }

    /// Whether the branch of a body in the tip's district is excluded.
    fn is_excluded_here(&self, body: BodyIx) -> bool {
        let code = self.claim.directory.code(body);
        self.facts.district.is_some_and(|district| self.is_excluded(&AgencyCode::branch(code, district)))
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
            "R5" "an excluded branch is told" => !verdict.at_branch.iter().any(|body| self.is_excluded_here(body));
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
            "promise 4" "a first responder that nobody mans" => first.is_none_or(|d| self.coverage.can_lead(d));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::routing::FullCoverage;
    use crate::routing::case::{Case, Manned};
    use crate::routing::verdict::judge;

    /// What the exam says of a decision on forced labour in danger, with these excluded, once `plant` has been at it.
    fn fault(exclude: &[&str], plant: impl FnOnce(&mut Verdict, &dyn Fn(&str) -> BodyIx)) -> Fault {
        let plan = Plan::embedded().unwrap();
        let coverage = FullCoverage::of(&plan);
        let mut facts = TipFacts::of("forced_labour".parse().unwrap());
        facts.district = "120117".parse().ok();
        facts.urgency = Some(Urgency::Immediate);
        facts.exclude = exclude.iter().map(|agency| agency.parse().unwrap()).collect();
        let case = Case::new(&plan, &facts).unwrap();
        let manned = Manned::new(plan.directory(), facts.district, &coverage);
        let mut verdict = judge(&case, manned).unwrap();
        plant(&mut verdict, &|code| plan.directory().ix(code.parse().unwrap()).unwrap());
        let claims = Claim::all(&plan);
        let claim = claims.iter().find(|it| it.rule.category == facts.category).unwrap();
        Exam::new(claim, None, &facts, &coverage, &verdict).fault()
    }

    fn desk(code: &str) -> AgencyCode {
        code.parse().unwrap()
    }

    #[test]
    fn an_excluded_body_that_any_path_reaches_is_red() {
        let branch = ["psb-120117"];
        assert_eq!(fault(&branch, |_, _| {}), None, "as it is decided nobody excluded is reached");
        assert_eq!(fault(&["hrss"], |_, _| {}), None);
        assert!(fault(&branch, |v, _| v.lead = desk("psb-120117")).is_some(), "as the lead");
        assert!(fault(&branch, |v, _| v.first = Some(desk("psb-120117"))).is_some(), "as first responder");
        assert!(fault(&branch, |v, _| v.ladder.push(desk("psb-120117"))).is_some(), "on the ladder");
        assert!(fault(&branch, |v, _| v.police_copy = Some(desk("psb-120117"))).is_some(), "with a copy");
        let told = |v: &mut Verdict, ix: &dyn Fn(&str) -> BodyIx| v.told = v.told.with(ix("hrss"));
        assert_eq!(fault(&["hrss"], told).map(|it| it.0), Some("R4"), "told, though it may not be");
        let noticed = |v: &mut Verdict, ix: &dyn Fn(&str) -> BodyIx| {
            (v.told, v.may_be_told) = (v.told.with(ix("hrss")), v.may_be_told.with(ix("hrss")));
        };
        assert_eq!(fault(&["hrss"], noticed), Some(("R5", "an excluded body is told")));
        let later =
            |v: &mut Verdict, ix: &dyn Fn(&str) -> BodyIx| v.may_be_told = v.may_be_told.with(ix("hrss"));
        assert_eq!(fault(&["hrss"], later), Some(("R5", "an excluded body is told")), "to be told later");
        let given =
            |v: &mut Verdict, ix: &dyn Fn(&str) -> BodyIx| v.content_for = v.content_for.with(ix("hrss"));
        assert!(fault(&["hrss"], given).is_some(), "with the content");
        let below = |v: &mut Verdict, ix: &dyn Fn(&str) -> BodyIx| v.at_branch = v.at_branch.with(ix("hrss"));
        assert_eq!(fault(&["hrss-120117"], below), Some(("R5", "an excluded branch is told")));
    }
}
