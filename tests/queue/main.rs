//! How the desk works at size: the same acts on a portal with many tips and on one with few, beside each other
//! in one run, through the real desk of the real binary. Owns the run, its bars and its lines; refuses judging
//! a database it did not fill itself.
//!
//! One JSON line for each act and each start. With `--bars` the exit code is 1 when one of them fails, and
//! the standard error names it.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement stops by panicking and says what it measured"
)]

mod cluster;
mod desk;
mod figures;
mod seeded;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde_json::{Value, json};

use desk::{Act, Officer, Portal};
use figures::Samples;
use seeded::{Cache, Database, Open};

/// Measures the desk at size.
#[derive(Parser)]
struct Options {
    /// Tips of the large portal: one in twenty is open, two in five of these in one queue.
    #[arg(long, default_value_t = 1_000_000)]
    tips: u32,
    /// Tips of the small one: one in five is open, so that there are enough to take, half of these in one queue.
    #[arg(long, default_value_t = 10_000)]
    against: u32,
    /// Which database.
    #[arg(long, value_enum, default_value_t = Which::Both)]
    database: Which,
    /// How often tips are taken on each portal; the small one must have as many to take.
    #[arg(long, default_value_t = 400)]
    rounds: usize,
    /// The program; the one built beside this measurement unless it is given.
    #[arg(long)]
    bin: Option<PathBuf>,
    /// Fails when a bar is not reached.
    #[arg(long)]
    bars: bool,
    /// What `cargo bench` says.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

impl Which {
    fn databases(self) -> Vec<Database> {
        match self {
            Self::Sqlite => vec![Database::Sqlite],
            Self::Postgres => vec![Database::Postgres],
            Self::Both => vec![Database::Sqlite, Database::Postgres],
        }
    }
}

/// A start may take so long until the first page is served, in milliseconds.
const START_MS: f64 = 150.0;
/// An act that is this quick at the 99th percentile is quick enough, however the small portal does.
const QUICK_MS: f64 = 5.0;
/// No act may take longer than this at the 99th percentile, in milliseconds …
const SLOW_MS: f64 = 25.0;
/// … nor so many times as long as on the small portal.
const RATIO: f64 = 1.3;

fn main() -> ExitCode {
    let options = Options::parse();
    let bin = options.bin.clone().unwrap_or_else(|| env!("CARGO_BIN_EXE_homeward").into());
    let mut failed = Vec::new();
    for database in options.database.databases() {
        for (name, line, good) in measure(&options, &Cache::open(&bin, database), database) {
            println!("{line}");
            if !good {
                failed.push(name);
            }
        }
    }
    for name in &failed {
        eprintln!("bar not reached: {name}");
    }
    if options.bars && !failed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// A measured thing: its name, its line, and whether it is good enough.
type Finding = (String, Value, bool);

fn measure(options: &Options, cache: &Cache, database: Database) -> Vec<Finding> {
    let shapes = [(options.against, Open::OneInFive), (options.tips, Open::OneInTwenty)];
    let mut work = shapes.map(|(tips, open)| cache.copy(tips, open));
    let mut portals: Vec<Portal> = Vec::new();
    let mut findings = Vec::new();
    for (tips, folder) in [options.against, options.tips].into_iter().zip(&work) {
        let portal = Portal::start(cache.bin(), folder);
        findings.push(start(database, tips, portal.first_page_ms));
        portals.push(portal);
    }
    let officers: Vec<Officer> =
        portals.iter().zip(&work).map(|(portal, folder)| portal.sign_in(folder)).collect();
    let mut samples = [Samples::default(), Samples::default()];
    rounds(options.rounds, officers, &mut samples);
    drop(portals);
    work.iter_mut().for_each(|folder| cache.forget(folder));
    let [small, large] = &samples;
    findings.extend(Act::ALL.map(|act| finding(options, database, act, small, large)));
    findings
}

/// Every act on both portals in turn, so that whatever else the machine does falls on both alike.
fn rounds(rounds: usize, mut officers: Vec<Officer>, samples: &mut [Samples; 2]) {
    for officer in &mut officers {
        (0..WARM_UP).for_each(|_| officer.look(&mut Samples::default()));
    }
    for round in 0..rounds {
        for turn in 0..2 {
            let at = (round + turn) % 2;
            officers[at].round(round, &mut samples[at]);
        }
    }
}

/// Pages that are looked at before anything counts.
const WARM_UP: usize = 20;

/// To three places: finer is noise.
fn round(figure: f64) -> f64 {
    (figure * 1_000.0).round() / 1_000.0
}

fn start(database: Database, tips: u32, ms: f64) -> Finding {
    let good = ms < START_MS;
    let line = json!({ "database": database.name(), "act": "start", "tips": tips, "first_page_ms": round(ms),
        "bar_ms": START_MS, "ok": good });
    (format!("{} start with {tips} tips: {ms:.0} ms", database.name()), line, good)
}

fn finding(options: &Options, database: Database, act: Act, small: &Samples, large: &Samples) -> Finding {
    let (few, many) = (small.of(act), large.of(act));
    let ratio = many.p99 / few.p99;
    let good = many.p99 < QUICK_MS || (many.p99 < SLOW_MS && ratio <= RATIO);
    let line = json!({ "database": database.name(), "act": act.name(), "tips": options.tips,
        "against": options.against, "times": many.times, "p50_ms": round(many.p50), "p99_ms": round(many.p99),
        "against_p50_ms": round(few.p50), "against_p99_ms": round(few.p99), "ratio": round(ratio), "ok": good });
    let name = format!(
        "{} {}: p99 {:.1} ms with {} tips, {:.1} ms with {}",
        database.name(),
        act.name(),
        many.p99,
        options.tips,
        few.p99,
        options.against
    );
    (name, line, good)
}
