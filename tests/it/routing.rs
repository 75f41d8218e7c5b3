//! Routing seen from outside: the development examples decided one by one, and what the command line prints.

use std::collections::BTreeSet;

use homeward::plan::{AgencyCode, Plan, PlanFiles, Urgency};
use homeward::routing::{Access, Decision, FullCoverage, TipFacts, bodies_of, decide};

const EXAMPLES: &str = include_str!("../plan/examples.tsv");

/// One row of the examples, by heading.
struct Example<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Example<'a> {
    fn all() -> Vec<Self> {
        let mut lines = EXAMPLES.lines();
        let heading: Vec<&str> = lines.next().expect("a heading").split('\t').collect();
        lines.map(|line| Self(heading.iter().copied().zip(line.split('\t')).collect())).collect()
    }

    fn get(&self, column: &str) -> &'a str {
        self.0.iter().find(|(name, _)| *name == column).expect("a known column").1
    }

    fn some(&self, column: &str) -> Option<&'a str> {
        Some(self.get(column)).filter(|text| *text != "-" && *text != "unknown")
    }

    fn set(&self, column: &str) -> BTreeSet<String> {
        self.some(column).into_iter().flat_map(|list| list.split(',')).map(str::to_owned).collect()
    }

    /// The facts of the row. What its columns do not say, its text and note do: who is accused, whether a
    /// crime shows, whether the person agrees or is a minor.
    fn facts(&self) -> TipFacts {
        let mut facts = TipFacts::of(self.get("category").parse().expect("a code"));
        facts.secondary = self.some("secondary").map(|c| c.parse().expect("a code"));
        facts.district = self.some("district").map(|d| d.parse().expect("a code"));
        facts.urgency = Some(self.get("urgency").parse().expect("a code"));
        let accused = match self.get("id") {
            "dev004" => Some("psb-120117"),
            "dev084" => Some("psb"),
            "dev085" => Some("hrss"),
            "dev086" => Some("civil"),
            _ => None,
        };
        facts.exclude.extend(accused.map(|code| code.parse::<AgencyCode>().expect("a code")));
        facts.crime = matches!(self.get("id"), "dev029" | "dev031");
        facts.consent_police = self.get("id") == "dev071";
        facts.minor = matches!(self.get("id"), "dev070" | "dev074");
        facts
    }
}

fn names(codes: &BTreeSet<AgencyCode>) -> BTreeSet<String> {
    bodies_of(codes).iter().map(ToString::to_string).collect()
}

fn decided(plan: &Plan, facts: &TipFacts) -> Decision {
    decide(plan, facts, &FullCoverage::of(plan)).expect("full coverage always finds a lead")
}

#[test]
fn every_example_is_decided_as_expected() {
    let plan = Plan::embedded().unwrap();
    let examples = Example::all();
    assert_eq!(examples.len(), 96);
    let mut wrong = Vec::new();
    for example in &examples {
        let decision = decided(&plan, &example.facts());
        let (told, may) = (names(&decision.told), names(&decision.may_be_told));
        let first = decision.first_responder.map(|a| a.body().to_string());
        let clauses: Vec<String> = decision.clauses.iter().map(ToString::to_string).collect();
        let expected: Vec<&str> = example.some("clauses").map_or_else(Vec::new, |c| c.split(',').collect());
        let facts = [
            ("lead", decision.lead.body().to_string() == example.get("lead")),
            ("told at least", example.set("told_required").is_subset(&told)),
            ("told at most", told.is_subset(&example.set("may_be_told"))),
            ("may be told", may == example.set("may_be_told")),
            ("told within may", told.is_subset(&may)),
            ("first responder", first.as_deref() == example.some("first_responder")),
            ("clauses", clauses == expected),
        ];
        for (what, _) in facts.iter().filter(|(_, right)| !right) {
            wrong.push(format!(
                "{} {what}: lead {} told {told:?} may {may:?} clauses {clauses:?}",
                example.get("id"),
                decision.lead
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_branch_that_is_accused_leaves_the_case_to_the_municipal_police() {
    let plan = Plan::embedded().unwrap();
    let example = Example::all().into_iter().find(|e| e.get("id") == "dev004").unwrap();
    let decision = decided(&plan, &example.facts());
    let branch: AgencyCode = "psb-120117".parse().unwrap();
    assert_eq!(decision.lead.to_string(), "psb");
    assert_eq!(decision.access, Access::Full);
    assert!(decision.excludes(&branch));
    assert!(!decision.readers().contains(&branch) && !decision.told.contains(&branch));
    assert_eq!(names(&decision.told), BTreeSet::from(["procur".to_owned()]));
}

#[test]
fn danger_in_a_complaint_about_police_reaches_them_without_the_report() {
    let plan = Plan::embedded().unwrap();
    for accused in ["psb", "psb-120116"] {
        let mut facts = TipFacts::of("agency_complaint".parse().unwrap());
        facts.district = Some("120116".parse().unwrap());
        facts.urgency = Some(Urgency::Immediate);
        facts.exclude.insert(accused.parse().unwrap());
        let decision = decided(&plan, &facts);
        assert_eq!(decision.lead.to_string(), "procur", "{accused}");
        assert_eq!(decision.first_responder.unwrap().to_string(), "psb");
        assert_eq!(decision.access, Access::LifeFacts);
        assert_eq!(names(&decision.readers()), BTreeSet::from(["procur".to_owned()]));
        assert!(!names(&decision.told).contains("psb"));
    }
}

/// The rules with one more body told at intake by the rule in a row.
fn with_told(row: usize, body: &str) -> PlanFiles {
    let mut files = PlanFiles::embedded();
    let mut rows: Vec<Vec<String>> =
        files.get("rules.tsv").lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect();
    let column = rows[0].iter().position(|name| name == "told_at_intake").unwrap();
    let cell = &mut rows[row][column];
    *cell = if cell == "-" { body.to_owned() } else { format!("{cell},{body}") };
    let text: Vec<String> = rows.iter().map(|row| row.join("\t")).collect();
    files.set("rules.tsv", text.join("\n") + "\n");
    files
}

#[test]
fn one_more_body_that_is_told_never_changes_the_lead_or_who_acts_first() {
    let plan = Plan::embedded().unwrap();
    let told = |rule: &homeward::plan::Rule| plan.directory().code(rule.lead);
    let mut compared = 0;
    for (row, rule) in (1..).zip(plan.rules()) {
        for body in ["women", "edu", "market"].iter().filter(|body| told(rule).as_str() != **body) {
            let Ok(other) = Plan::parse(&with_told(row, body)) else { continue };
            for district in [None, Some("120117")] {
                for urgency in Urgency::ALL {
                    let facts = TipFacts {
                        district: district.map(|code| code.parse().unwrap()),
                        urgency: Some(urgency),
                        ..TipFacts::of(rule.category)
                    };
                    let (before, after) = (decided(&plan, &facts), decided(&other, &facts));
                    assert_eq!(before.lead, after.lead, "{} {body}", rule.id);
                    assert_eq!(before.first_responder, after.first_responder, "{} {body}", rule.id);
                    assert_eq!(before.ladder, after.ladder, "{} {body}", rule.id);
                    assert!(before.told.is_subset(&after.told));
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 300, "only {compared} decisions were compared");
}
