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
    category: 0.85,
    lead_macro: 0.87,
    district: 0.98,
    urgency: 0.91,
    immediate_recall: 1.0,
    immediate_precision: 0.80,
    secondary: 0.95,
    disposition: 0.96,
    told: 0.82,
    entities_f1: 0.98,
    most_over_told: 1,
};

#[test]
fn the_examples_are_read_as_an_officer_would() {
    let measured = Measured::of(&Tip::all(EXAMPLES));
    println!("{}", measured.table("examples", &ON_EXAMPLES));
    measured.keep(&ON_EXAMPLES);
}

#[test]
fn tellers_of_one_event_are_found_and_strangers_are_not_joined() {
    let tips = Tip::all(EXAMPLES);
    let (found, right, all) = measure::duplicates(&tips);
    let (recall, precision) = (right as f64 / all as f64, right as f64 / found as f64);
    println!(
        "pairs of one event: {all}, found {found}, right {right}: recall {recall:.2}, precision {precision:.2}"
    );
    assert!(recall >= 0.95 && precision >= 0.9, "recall {recall:.2}, precision {precision:.2}");
}

#[test]
fn tips_nobody_has_seen_are_read_well_enough() {
    let measured = Measured::of(&Tip::all(UNSEEN));
    println!("{}", measured.table("unseen", &ON_UNSEEN));
    measured.keep(&ON_UNSEEN);
}
