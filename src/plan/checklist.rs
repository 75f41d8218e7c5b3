//! What is to be done first, by category (先做的几步): steps for the officer, beside the rule. Owns the table
//! `assets/plan/checklists.tsv`; refuses deciding anything: a step is advice, not a condition.

use std::sync::LazyLock;

use super::{CategoryCode, Lang};

const TABLE: &str = include_str!("../../assets/plan/checklists.tsv");

/// A step.
#[derive(Clone, Copy, Debug)]
struct Step {
    category: &'static str,
    zh: &'static str,
    en: &'static str,
}

static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| TABLE.lines().skip(1).filter_map(step).collect());

fn step(line: &'static str) -> Option<Step> {
    let mut cells = line.split('\t');
    Some(Step { category: cells.next()?, zh: cells.next()?, en: cells.next()? })
}

/// The first steps for a category, in their order.
pub fn first_steps(category: &CategoryCode, lang: Lang) -> Vec<&'static str> {
    let of = STEPS.iter().filter(|step| step.category == category.as_str());
    let word = |step: &Step| match lang {
        Lang::Zh => step.zh,
        Lang::En => step.en,
    };
    of.map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    #[test]
    fn every_category_has_two_to_four_steps_and_every_step_a_category() {
        let plan = Plan::embedded().unwrap();
        for category in plan.categories() {
            let steps = first_steps(&category.code, Lang::Zh);
            assert!((2..=4).contains(&steps.len()), "{}: {steps:?}", category.code);
        }
        for line in TABLE.lines().skip(1) {
            let step = step(line).unwrap();
            let known = step.category.parse().is_ok_and(|code| plan.category(&code).is_some());
            assert!(known && !step.zh.is_empty() && !step.en.is_empty(), "{line}");
        }
    }
}
