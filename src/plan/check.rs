//! What can be said against a plan without deciding a single tip: the tables compared with the plan's own
//! text and with each other. Owns the findings; decisions are proved in `routing::proof`, one layer up.
//! Invariant: no finding rests on a stored copy of the answer. The witnesses are the text of the plan, the
//! boundary file, the duties against the rules and the other way round, and the few bodies that the rules
//! themselves name.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::{BodyCode, BodySet, CategoryCode, ClauseId, Duty, Lang, Plan, Rule};

mod ruling;

use ruling::Ruling;

/// Something wrong with a plan: one line for a person to act on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The check that found it.
    pub check: &'static str,
    /// Where: a clause, a category, a district, a case.
    pub at: String,
    /// What is wrong.
    pub says: String,
}

impl Finding {
    /// A finding.
    pub fn new(check: &'static str, at: impl fmt::Display, says: impl Into<String>) -> Self {
        Self { check, at: at.to_string(), says: says.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.check, self.at, self.says)
    }
}

/// How a clause is served: by the categories whose tips fall under it, or not, for a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseCover {
    /// The clause.
    pub clause: ClauseId,
    /// What it asks.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The categories with a rule that rests on it.
    pub categories: Vec<CategoryCode>,
    /// Why no tip falls under it: Chinese, English.
    pub not_applicable: Option<(String, String)>,
}

/// How each clause is served, in the order of the plan.
pub fn clause_cover(plan: &Plan) -> Vec<ClauseCover> {
    let cover = |duty: &Duty| ClauseCover {
        clause: duty.clause,
        zh: duty.text(Lang::Zh).to_owned(),
        en: duty.text(Lang::En).to_owned(),
        categories: resting_on(plan, duty.clause),
        not_applicable: duty.why_not.clone(),
    };
    plan.duties().iter().map(cover).collect()
}

fn resting_on(plan: &Plan, clause: ClauseId) -> Vec<CategoryCode> {
    let rests = |rule: &&Rule| rule.clauses().any(|c| c == clause);
    plan.rules().iter().filter(rests).map(|rule| rule.category).collect()
}

/// Everything that can be said against the plan as it stands.
pub fn findings(plan: &Plan) -> Vec<Finding> {
    let mut found = Vec::new();
    brackets(plan, &mut found);
    boundaries(plan, &mut found);
    named_bodies(plan, &mut found);
    for duty in plan.duties() {
        clause(plan, duty, &mut found);
    }
    for rule in plan.rules() {
        Ruling { plan, rule }.check(&mut found);
    }
    found
}

/// The text of the plan against the duties: the same brackets, in the same order, naming the same bodies.
fn brackets(plan: &Plan, found: &mut Vec<Finding>) {
    let (text, table) = (plan.brackets.len(), plan.duties.len());
    if text != table || text == 0 {
        found.push(Finding::new("text", "all", format!("the text has {text} brackets, the duties {table}")));
    }
    for ((bracket, duty), seq) in plan.brackets.iter().zip(&plan.duties).zip(1..) {
        if duty.seq != seq {
            found.push(Finding::new("text", duty.clause, format!("is number {}, not {seq}", duty.seq)));
        }
        for (role, names, codes) in
            [("lead", &bracket.lead, &duty.lead_written), ("coop", &bracket.coop, &duty.coop_written)]
        {
            let written: Vec<Option<BodyCode>> = names.iter().map(|n| plan.body_in_bracket(n)).collect();
            if !written.iter().copied().eq(codes.iter().copied().map(Some)) {
                let says = format!("{role}: the text says {}, the table {codes:?}", names.join("、"));
                found.push(Finding::new("text", duty.clause, says));
            }
        }
    }
    for pair in plan.duties.windows(2) {
        if pair[0].clause >= pair[1].clause {
            found.push(Finding::new("text", pair[1].clause, "stands out of the plan's order"));
        }
    }
}

impl Plan {
    /// The body that a bracket of the text means by this name.
    fn body_in_bracket(&self, name: &str) -> Option<BodyCode> {
        let day = self.version().valid_from;
        let valid = |n: &&super::text::Name| n.valid_from <= day && n.valid_to.is_none_or(|to| day < to);
        let mut named = self.names.iter().filter(valid).filter(|n| n.in_brackets && n.name == name);
        named.next().map(|n| n.body)
    }
}

/// The districts against the boundary file.
fn boundaries(plan: &Plan, found: &mut Vec<Finding>) {
    let table: BTreeSet<_> = plan.districts().iter().map(|d| (d.code, d.zh.as_str())).collect();
    let map: BTreeSet<_> = plan.boundaries.names().collect();
    for (code, zh) in table.symmetric_difference(&map) {
        found.push(Finding::new("districts", code, format!("{zh} is not the same in table and map")));
    }
}

/// R7: who is never told, whatever a bracket allows.
const NEVER_TOLD: [&str; 5] = ["court", "finance", "drc", "ethnic", "agri"];

/// The bodies that the rules themselves name, against what the directory says of them.
fn named_bodies(plan: &Plan, found: &mut Vec<Finding>) {
    for body in plan.bodies() {
        let barred = NEVER_TOLD.contains(&body.code.as_str());
        if barred != body.never_told {
            found.push(Finding::new("R7", body.code, format!("never_told must be {barred}")));
        }
        let host = Some("psb").filter(|_| body.code.as_str() == "jointconf");
        if body.hosted_by.as_ref().map(BodyCode::as_str) != host {
            found.push(Finding::new("R5", body.code, "hosted_by must be psb for jointconf and - elsewhere"));
        }
        let chained =
            body.merged_into.and_then(|into| plan.body(&into)).is_some_and(|b| b.merged_into.is_some());
        if chained {
            found.push(Finding::new("R9", body.code, "is merged into a body that was merged itself"));
        }
    }
    for body in plan.bodies() {
        let known = plan.names.iter().any(|n| n.body == body.code && n.name == body.zh && !n.in_brackets);
        if !known {
            found.push(Finding::new("names", body.code, format!("{} is none of its names", body.zh)));
        }
    }
    let roles = plan.directory().roles;
    for body in [roles.police, roles.procuratorate, roles.conference, roles.neutral, roles.second_owner] {
        if !plan.directory().can_take_tips.has(body) {
            found.push(Finding::new("R17", plan.directory().code(body), "must be able to take tips"));
        }
    }
}

/// A clause must be served, or say why not; and the rules must agree which categories rest on it.
fn clause(plan: &Plan, duty: &Duty, found: &mut Vec<Finding>) {
    if let Some(body) = duty.lead_written.iter().find(|body| duty.coop_written.contains(body)) {
        found.push(Finding::new("R9", duty.clause, format!("{body} co-operates with itself")));
    }
    let says: BTreeSet<_> = duty.categories.iter().copied().collect();
    let rests: BTreeSet<_> = resting_on(plan, duty.clause).into_iter().collect();
    for category in says.difference(&rests) {
        found.push(Finding::new(
            "clauses",
            duty.clause,
            format!("names {category}, whose rule does not rest on it"),
        ));
    }
    for category in rests.difference(&says) {
        found.push(Finding::new(
            "clauses",
            duty.clause,
            format!("is not meant for {category}, whose rule rests on it"),
        ));
    }
}

/// Everybody in the brackets of the clauses of a rule.
pub fn bracket_of(plan: &Plan, rule: &Rule) -> BodySet {
    let duties = rule.clauses().filter_map(|clause| plan.duty(&clause));
    duties.fold(BodySet::EMPTY, |all, duty| all.or(duty.bracket()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::PlanFiles;

    fn plan_with(file: &str, from: &str, to: &str) -> Result<Plan, super::super::PlanError> {
        let mut files = PlanFiles::embedded();
        let text = files.get(file).to_owned();
        assert!(text.contains(from), "nothing to replace");
        files.set(file, text.replacen(from, to, 1));
        Plan::parse(&files)
    }

    #[test]
    fn the_plan_compiled_in_has_nothing_against_it() {
        let plan = Plan::embedded().unwrap();
        assert_eq!(findings(&plan), []);
        assert_eq!((plan.bodies().len(), plan.districts().len(), plan.duties().len()), (29, 16, 30));
        assert_eq!(plan.categories().len(), 28);
    }

    #[test]
    fn every_clause_is_served_or_says_why_not() {
        let cover = clause_cover(&Plan::embedded().unwrap());
        let (served, not): (Vec<_>, Vec<_>) = cover.iter().partition(|c| c.not_applicable.is_none());
        assert_eq!((served.len(), not.len()), (23, 7));
        assert!(served.iter().all(|c| !c.categories.is_empty()));
        assert!(not.iter().all(|c| c.categories.is_empty()));
    }

    #[test]
    fn a_word_changed_in_the_text_contradicts_the_table() {
        let plan = plan_with("tianjin-2014-plan.txt", "(市教委负责", "(市民政局负责").unwrap();
        assert!(findings(&plan).iter().any(|f| f.check == "text" && f.at == "2.1.2-e"));
    }

    #[test]
    fn a_rule_that_tells_beyond_the_bracket_is_found() {
        let plan =
            plan_with("rules.tsv", "edu\tyouth\tyouth\t", "edu\tyouth,market\tyouth,market\t").unwrap();
        assert!(findings(&plan).iter().any(|f| f.at == "school_dropout"));
    }

    #[test]
    fn a_table_half_understood_is_refused() {
        for (file, from, to) in [
            ("rules.tsv", "\tpsb\t", "\tpbs\t"),
            ("agencies.tsv", "\ty\tn\t", "\tyes\tn\t"),
            ("duties.tsv", "2014-01-10", "2014-13-10"),
            ("versions.tsv", "in_force", "draft"),
            ("districts.geojson", "{", "["),
            ("rules.tsv", "rule\t", "rules\t"),
        ] {
            let error = plan_with(file, from, to).expect_err(file).to_string();
            assert!(error.contains(file), "{error}");
        }
    }
}
