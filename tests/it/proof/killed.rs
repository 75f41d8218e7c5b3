//! The portal killed again and again while it makes up for missed days: no half head, no day twice, and in the
//! end every day has its head.

use std::process::Command;
use std::sync::Arc;

use homeward::app::App;
use homeward::clock::{Clock as _, SteppedClock, SystemClock};
use homeward::vault::entropy::OsEntropy;
use serde_json::Value;

use super::bench::DAY;
use crate::support::db;
use crate::support::portal::config_in;
use crate::support::process::{Process, prepare, settings_of};

/// Days that are made up.
const DAYS: i64 = 30;

/// How often the portal is killed at most.
const KILLS: usize = 8;

fn run(folder: &std::path::Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(arguments).arg("--json").arg("--config").arg(settings_of(folder));
    let output = command.arg("--data").arg(folder.join("data")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_head_that_is_killed_while_it_is_made_leaves_no_half() {
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());
    let path = config.data.database();
    let begun = Arc::new(SteppedClock::at(SystemClock.now().plus_seconds(-DAYS * DAY)));
    drop(App::open(config, begun, Arc::new(OsEntropy)).unwrap());
    prepare(folder.path());
    run(folder.path(), &["seed", "--tips", "700", "--seed", "5"]);
    let heads = || db::count(&path, "select count(*) as n from record_heads");

    let mut seen = vec![0];
    while seen.len() <= KILLS && seen.last().is_none_or(|last| *last < DAYS - 1) {
        let before = heads();
        let mut process = Process::quietly(folder.path());
        // At once when another head is there: the next one is being made.
        crate::support::wait_until("another head is there", || heads() > before);
        process.kill();
        seen.push(heads());
        let audit = run(folder.path(), &["proof", "audit"]);
        assert!(audit["whole"] == true && audit["size"].as_i64().unwrap() % 64 == 0, "{audit}");
    }
    assert!(seen.iter().any(|heads| (1..DAYS - 1).contains(heads)), "some were killed on the way: {seen:?}");
    assert!(seen.is_sorted());
    let mut last = Process::quietly(folder.path());
    // In the first minutes of a day the last one is not over yet.
    crate::support::wait_until("every day has its head", || heads() >= DAYS - 1);
    last.kill();
    println!("heads after each kill: {seen:?}, in the end {}", heads());
    let days = db::count(&path, "select count(distinct day) as n from record_heads");
    let span = db::count(&path, "select max(day) - min(day) + 1 as n from record_heads");
    assert_eq!((days, span), (heads(), heads()));
    let audit = run(folder.path(), &["proof", "audit"]);
    assert_eq!((&audit["whole"], &audit["tips"]), (&true.into(), &700.into()));
}
