//! One routing rule against the brackets of its clauses and the rules decided where the plan is silent.
//! Owns what must hold of a rule before any tip is decided by it. Refuses to look at other rules.

use super::{Finding, bracket_of};
use crate::plan::{BodySet, CategoryKind, Plan, PoliceCopy, Rule, Urgency};

/// One rule under examination.
pub(super) struct Ruling<'p> {
    pub(super) plan: &'p Plan,
    pub(super) rule: &'p Rule,
}

impl Ruling<'_> {
    /// Everything that can be said against the rule.
    pub(super) fn check(&self, found: &mut Vec<Finding>) {
        self.people(found);
        self.brackets(found);
        self.police(found);
        self.times(found);
    }

    fn must(&self, holds: bool, check: &'static str, says: &str, found: &mut Vec<Finding>) {
        if !holds {
            found.push(Finding::new(check, self.rule.category, says));
        }
    }

    /// R4, R7, R12: content within told within may be told; and who may have which.
    fn people(&self, found: &mut Vec<Finding>) {
        let (rule, directory) = (self.rule, self.plan.directory());
        self.must(directory.can_take_tips.has(rule.lead), "R4", "its lead cannot take tips", found);
        self.must(
            rule.content_for.within(rule.told),
            "R15",
            "gives content to a body it does not tell",
            found,
        );
        self.must(
            rule.content_for.within(directory.can_take_tips),
            "R4",
            "gives content to a body that cannot take tips",
            found,
        );
        self.must(rule.told.within(rule.may_be_told), "R4", "tells a body that may not be told", found);
        self.must(
            rule.told.and(directory.never_told).is_empty(),
            "R7",
            "tells a body that is never told",
            found,
        );
        self.must(!rule.may_be_told.or(rule.extras).has(rule.lead), "R15", "tells its own lead", found);
        let in_brackets = self.plan.duties().iter().fold(BodySet::EMPTY, |all, d| all.or(d.bracket()));
        let extras_fine = rule.extras.and(in_brackets.or(directory.never_told)).is_empty();
        self.must(extras_fine, "R12", "calls a body of the brackets an extra", found);
    }

    /// The rule against the brackets of its clauses.
    fn brackets(&self, found: &mut Vec<Finding>) {
        let rule = self.rule;
        let Some(primary) = rule.primary.and_then(|clause| self.plan.duty(&clause)) else {
            return self.outside_plan(found);
        };
        self.must(primary.lead.has(rule.lead), "lead", "its lead is not responsible under its clause", found);
        let allowed = bracket_of(self.plan, rule).without(rule.lead);
        let same = rule.may_be_told == allowed;
        self.must(same, "may be told", "differs from the brackets of its clauses", found);
    }

    /// R6: what rests on no clause is set aside for the general desk and told to nobody.
    fn outside_plan(&self, found: &mut Vec<Finding>) {
        let rule = self.rule;
        let kind = self.plan.category(&rule.category).map(|c| c.kind);
        self.must(kind == Some(CategoryKind::Disposition), "clauses", "rests on no clause", found);
        let general = self.plan.directory().code(rule.lead).as_str() == "hotline12345";
        self.must(general, "R6", "rests on no clause, so the general hotline must lead", found);
        let silent = rule.may_be_told.or(rule.told).or(rule.extras).is_empty();
        self.must(
            silent && rule.supporting.is_empty(),
            "R6",
            "rests on no clause, so nobody may be told",
            found,
        );
    }

    /// R3: a pressing matter reaches the police, unless the person concerned decides; and she decides in
    /// the matters that rest on the clause about helplines and women's own stations.
    fn police(&self, found: &mut Vec<Finding>) {
        let rule = self.rule;
        let confides = rule.clauses().any(|clause| clause.as_str() == "2.1.2-h");
        let asks = rule.police_copy == PoliceCopy::Consent;
        self.must(asks == confides, "R3", "asks consent exactly where it rests on 2.1.2-h", found);
        let aloof = rule.primary.is_none() || rule.lead == self.plan.directory().roles.conference;
        let never = rule.police_copy == PoliceCopy::No;
        self.must(
            never == aloof,
            "R3",
            "keeps the police out exactly where the conference leads or no clause stands behind it",
            found,
        );
        let pressing = rule.urgency != Urgency::Normal;
        let kept = matches!(rule.police_copy, PoliceCopy::IfCrime | PoliceCopy::No);
        self.must(!(pressing && kept), "R3", "is pressing, so the police must get a copy", found);
        let leads = rule.lead == self.plan.directory().roles.police;
        let always = rule.police_copy == PoliceCopy::Always;
        self.must(!leads || always, "R3", "is led by the police, so their copy is always", found);
        let quiet_fits = !rule.quiet_when_normal || (leads && pressing);
        self.must(
            quiet_fits,
            "R14",
            "may be quiet only where the police lead and the matter is usually pressing",
            found,
        );
    }

    /// R16: the times fit the urgency.
    fn times(&self, found: &mut Vec<Finding>) {
        let rule = self.rule;
        let fits = match rule.urgency {
            Urgency::Immediate => (1..=30).contains(&rule.minutes),
            Urgency::Urgent => (5..=240).contains(&rule.minutes),
            Urgency::Normal => rule.minutes >= 1440 && rule.minutes.is_multiple_of(1440),
        };
        self.must(fits, "R16", "its time to the first action does not fit its urgency", found);
        let shorter = rule.sharp_minutes > 0 && rule.sharp_minutes < rule.minutes;
        let sharp = if rule.sharp_when.is_some() { shorter } else { rule.sharp_minutes == rule.minutes };
        self.must(sharp, "R16", "its sharp time does not fit its pressing circumstance", found);
    }
}
