//! Runs the simulation: a range of seeds that must hold, the planted bugs that must be found, and a seed that
//! must replay itself.
//!
//! - `HOMEWARD_SEED=7` runs that one seed and tells what happened in it.
//! - `HOMEWARD_SEEDS=5000..7000` runs another range.
//! - `HOMEWARD_PLANTED=no-fencing` plants a bug first; only in a process of its own.

use std::ops::Range;
use std::panic::catch_unwind;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::{Ended, run};
use crate::store::planted::{Bug, plant};

/// The seeds that are run unless others are asked for.
const SEEDS: Range<u64> = 1_000..3_000;

/// Threads that run seeds.
const THREADS: usize = 2;

const BUGS: [(&str, Bug); 4] = [
    ("answer-before-commit", Bug::AnswerBeforeCommit),
    ("no-fencing", Bug::NoFencing),
    ("lost-wake-up", Bug::LostWakeUp),
    ("unflushed", Bug::Unflushed),
];

const HOLD: &str = "store::simulation::tests::two_thousand_seeds_hold";

fn asked(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok())
}

fn range() -> Range<u64> {
    if let Some(seed) = asked("HOMEWARD_SEED") {
        let seed = seed.parse().expect("HOMEWARD_SEED is a number");
        return seed..seed + 1;
    }
    let Some(text) = asked("HOMEWARD_SEEDS") else { return SEEDS };
    let (from, to) = text.split_once("..").expect("HOMEWARD_SEEDS is two numbers, as in 5000..7000");
    from.parse().expect("the first seed")..to.parse().expect("the seed after the last")
}

/// Plants what was asked for; gives its name.
fn planted() -> Option<String> {
    let name = asked("HOMEWARD_PLANTED")?;
    let bug = BUGS.iter().find(|bug| bug.0 == name).expect("a bug that can be planted").1;
    plant(&[bug]);
    Some(name)
}

/// A seed that broke a promise, or panicked.
fn fails(seed: u64, lines: usize) -> Option<Ended> {
    let panicked = |_| Ended {
        broken: Some("the simulation itself panicked".into()),
        fingerprint: String::new(),
        last: Vec::new(),
    };
    let ended = catch_unwind(|| run(seed, lines)).unwrap_or_else(panicked);
    ended.broken.is_some().then_some(ended)
}

/// The lowest of these seeds that fails among those that were begun before the first was found.
fn first_failure(seeds: Range<u64>) -> Option<(u64, Ended)> {
    let next = AtomicU64::new(seeds.start);
    let end = AtomicU64::new(seeds.end);
    let work = || {
        let mut found = None;
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= end.load(Ordering::SeqCst) {
                return found;
            }
            if let Some(ended) = fails(seed, 40) {
                end.fetch_min(seed, Ordering::SeqCst);
                found = Some((seed, ended));
            }
        }
    };
    let found = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    found.into_iter().min_by_key(|(seed, _)| *seed)
}

fn replay(seed: u64, bug: Option<&str>) -> String {
    let planted = bug.map(|bug| format!("HOMEWARD_PLANTED={bug} ")).unwrap_or_default();
    format!(
        "{planted}HOMEWARD_SEED={seed} cargo test --features postgres,planted --lib -- --exact {HOLD} --nocapture"
    )
}

#[test]
fn two_thousand_seeds_hold() {
    let (bug, seeds, begun) = (planted(), range(), Instant::now());
    if asked("HOMEWARD_SEED").is_some() {
        let ended = run(seeds.start, usize::MAX);
        ended.last.iter().for_each(|line| println!("{line}"));
        println!("fingerprint {}", ended.fingerprint);
    }
    let failure = first_failure(seeds.clone());
    if let Some((seed, ended)) = failure {
        ended.last.iter().for_each(|line| println!("  {line}"));
        let broken = ended.broken.unwrap_or_default();
        panic!("seed {seed}: {broken}; replay with {}", replay(seed, bug.as_deref()));
    }
    println!(
        "{} seeds from {} hold, {:.1} s",
        seeds.end - seeds.start,
        seeds.start,
        begun.elapsed().as_secs_f64()
    );
}

/// Each in a process of its own, because a bug is planted in the whole process.
#[test]
fn each_planted_bug_is_found() {
    for (name, _) in BUGS {
        let seeds = range();
        let ran = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", HOLD, "--nocapture"])
            .env("HOMEWARD_PLANTED", name)
            .env_remove("HOMEWARD_SEED")
            .env("HOMEWARD_SEEDS", format!("{}..{}", seeds.start, seeds.end))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
        let found = said.lines().find(|line| line.starts_with("seed "));
        assert!(!ran.status.success(), "{name} was not found within {seeds:?}");
        let found = found.expect("a failing seed says so");
        let seed: u64 = found[5..].split(':').next().unwrap().parse().unwrap();
        println!("{name}: found after {} seeds: {found}", seed + 1 - seeds.start);
    }
}

#[test]
fn a_seed_replays_itself() {
    for seed in SEEDS.take(20) {
        assert_eq!(run(seed, 0).fingerprint, run(seed, 0).fingerprint, "seed {seed}");
    }
    let all: std::collections::BTreeSet<String> =
        SEEDS.take(20).map(|seed| run(seed, 0).fingerprint).collect();
    assert_eq!(all.len(), 20, "each seed tells its own story");
}
