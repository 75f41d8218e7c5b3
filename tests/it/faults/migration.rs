//! The portal is killed while it brings a database with people's tips up to date, at one point after another.
//! Whatever the point: it starts afterwards, the database is whole, every receipt opens.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::trace;
use crate::support::db;
use crate::support::pg;
use crate::support::process::{self, Process};
use crate::unavailable::{WORDS, filled};

/// The steps that came after the first, newest first.
fn later_steps(dialect: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(dialect);
    let mut steps: Vec<String> =
        std::fs::read_dir(folder).unwrap().flatten().map(|e| e.file_name().into_string().unwrap()).collect();
    steps.sort();
    steps.into_iter().skip(1).rev().collect()
}

/// Makes the database what the first version of the portal left.
fn make_old(path: &Path) {
    let dialect = if pg::is_wanted() { "postgres" } else { "sqlite" };
    for step in later_steps(dialect) {
        let down = format!("{}/migrations/{dialect}/{step}/down.sql", env!("CARGO_MANIFEST_DIR"));
        let version = step.split('_').next().unwrap().to_owned();
        let forget = format!("delete from __diesel_schema_migrations where version = '{version}'");
        db::execute(
            path,
            &format!(
                "{};\n{forget}",
                std::fs::read_to_string(down).unwrap().trim_end().trim_end_matches(';')
            ),
        );
    }
}

/// Starts the portal so that it dies at its `nth` write to the database; false when it listened instead.
fn dies_at(folder: &Path, nth: usize) -> bool {
    let call = if pg::is_wanted() { "sendto" } else { "pwrite64" };
    let log = folder.join("died.log");
    let file = std::fs::File::create(&log).unwrap();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    command.args(["-e", &format!("inject={call}:signal=KILL:when={nth}")]);
    command.arg(env!("CARGO_BIN_EXE_homeward"));
    command.args(process::arguments(&process::settings_of(folder), &folder.join("data")));
    command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file).env("RUST_LOG", "info");
    has_died(&mut command.spawn().unwrap(), &log)
}

fn has_died(child: &mut Child, log: &Path) -> bool {
    for _ in 0..3_000 {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        if std::fs::read_to_string(log).unwrap().contains("listening") {
            // Asked, strace would leave the portal running: it is the portal that must end.
            let _ = Command::new("pkill").args(["-KILL", "-P", &child.id().to_string()]).status();
            let _ = child.wait();
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it neither died nor listened");
}

#[test]
fn a_migration_that_is_killed_is_taken_up_again() {
    if !trace::is_allowed() {
        return trace::say_not_allowed();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/homeward.db");
    let mut first = Process::start(folder.path());
    let visitor = first.visitor("198.18.14.1");
    let receipt = visitor.submit(&filled(&visitor)).code();
    first.stop();
    let (mut nth, mut kills) = (1, 0);
    loop {
        make_old(&path);
        let died = dies_at(folder.path(), nth);
        let mut process = Process::quietly(folder.path());
        let visitor = process.visitor("198.18.14.2");
        assert!(visitor.open_receipt(&receipt).body.contains(WORDS), "killed at write {nth}");
        process.stop();
        if !pg::is_wanted() {
            let faults = "select count(*) as n from pragma_integrity_check where integrity_check <> 'ok'";
            assert_eq!(db::count(&path, faults), 0, "killed at write {nth}");
        }
        if !died {
            break;
        }
        kills += 1;
        nth += 1 + nth / 3;
    }
    println!("killed at {kills} points of the migration, the last of {nth} writes; taken up each time");
    assert!(kills >= 4, "{kills}");
}
