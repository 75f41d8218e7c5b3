//! The proof of a plan over its whole life: on its first day and on every later day on which its own dates change
//! it. Owns the walk over days; what must hold on one is [`super::report`]'s. Invariant: a plan that is
//! green for life has one lead for every tip on every day, as far as its dates reach.

use jiff::civil::Date;

use super::report;
use crate::plan::check::Finding;
use crate::plan::{Plan, PlanFiles, turns};
use crate::routing::FullCoverage;

/// What the proof found.
#[derive(Clone, Debug, Default)]
pub struct Life {
    /// The days it was proved on.
    pub days: Vec<Date>,
    /// How many tips were decided.
    pub cases: u64,
    /// What is wrong on which day.
    pub findings: Vec<(Date, Finding)>,
}

/// No more findings than this: the first ones say what is wrong.
const ENOUGH: usize = 40;

/// Proves the plan in `files` from its first day on.
pub fn prove(files: &PlanFiles, from: Date) -> Life {
    on(files, turns(files, from))
}

/// The same without its first day, for whoever has proved that.
pub fn prove_later(files: &PlanFiles, after: Date) -> Life {
    on(files, turns(files, after).into_iter().skip(1))
}

fn on(files: &PlanFiles, days: impl IntoIterator<Item = Date>) -> Life {
    let mut life = Life::default();
    for day in days {
        if life.findings.len() >= ENOUGH {
            break;
        }
        life.days.push(day);
        let room = ENOUGH - life.findings.len();
        match Plan::parse_on(files, day) {
            Err(error) => life.findings.push((day, Finding::new("load", "plan", error.to_string()))),
            Ok(plan) => {
                let report = report(&plan, &FullCoverage::of(&plan));
                life.cases += report.single_cases + report.mixed_cases;
                life.findings.extend(report.findings.into_iter().take(room).map(|finding| (day, finding)));
            }
        }
    }
    life
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_ends_without_another_is_red_on_the_day_it_ends() {
        let mut files = PlanFiles::embedded();
        let from: Date = "2026-11-23".parse().unwrap();
        let text = files.get("rules.tsv").replacen(
            "\tschool_dropout\t2014\t2014-01-10\t-",
            "\tschool_dropout\t2014\t2014-01-10\t2027-03-01",
            1,
        );
        files.set("rules.tsv", text);

        let later = prove_later(&files, from);

        let [(day, finding)] = &later.findings[..] else { panic!("{later:?}") };
        assert_eq!(day.to_string(), "2027-03-01");
        assert!(finding.says.contains("school_dropout"), "{finding}");
        assert!(prove_later(&PlanFiles::embedded(), from).days.is_empty());
    }
}
