//! Reading tips, measured: on the development examples, on tips after which no table was made, and on paraphrases of both.
//! Floors stand at what was reached when they were set; they only go up.

mod measure;
mod paraphrase;
mod program;

use measure::{Floors, Measured, Tip};

const EXAMPLES: &str = include_str!("../plan/examples.tsv");
const UNSEEN: &str = include_str!("../insight/tips/unseen.tsv");

/// The bars of the examples, and a little above where the tables stand higher.
const ON_EXAMPLES: Floors = Floors {
    category: 0.98,
    lead_macro: 0.98,
    district: 0.99,
    urgency: 0.96,
    immediate_recall: 1.0,
    immediate_precision: 0.90,
    secondary: 0.96,
    disposition: 0.99,
    told: 0.98,
    entities_f1: 0.99,
    most_over_told: 0,
};

/// What is to be expected of a tip that nobody has seen.
const ON_UNSEEN: Floors = Floors {
    category: 0.79,
    lead_macro: 0.79,
    district: 0.98,
    urgency: 0.82,
    immediate_recall: 0.97,
    immediate_precision: 0.70,
    secondary: 0.94,
    disposition: 0.96,
    told: 0.70,
    entities_f1: 0.98,
    most_over_told: 3,
};

#[test]
fn the_examples_are_read_as_an_officer_would() {
    let measured = Measured::of(&Tip::all(EXAMPLES));
    println!("{}", measured.table("examples", &ON_EXAMPLES));
    measured.keep(&ON_EXAMPLES);
}

#[test]
fn tips_nobody_has_seen_are_read_well_enough() {
    let measured = Measured::of(&Tip::all(UNSEEN));
    println!("{}", measured.table("unseen", &ON_UNSEEN));
    measured.keep(&ON_UNSEEN);
}
