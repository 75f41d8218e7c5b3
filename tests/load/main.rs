//! The load tool: how many reports a second the portal takes, how long each waits, and how near that comes to
//! what its store could do alone. Owns the order of a measurement and what is printed; refuses judging code:
//! a bar that fails is named, and only `--bars` makes it count.
//!
//! Everything is the thing itself: the built portal as a process of its own, forms as its pages give them
//! out, receipts opened again at its own door. One invariant: a report counts as accepted only when its
//! receipt was read from the answer.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line: lines for a program on one stream, words for a person on the other"
)]

mod ceiling;
mod clients;
mod disk;
mod figures;
mod form;
mod machine;
mod options;
#[path = "../it/support/pg.rs"]
#[cfg(feature = "postgres")]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which use all of it")]
mod pg;
mod portal;
mod rows;
mod samples;
mod wire;
mod workload;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser as _;

use options::Options;

/// Waits up to half a minute for something that another process does.
#[cfg(feature = "postgres")]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    // Batches are counted where the portal counts them.
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?;
    let mut failed = Vec::new();
    for database in options.databases() {
        let place = rows::Rows::prepare(&options, database)?;
        for clients in &options.clients {
            let figures = workload::run(&options, &place, *clients, &metrics)?;
            println!("{}", serde_json::to_string(&figures)?);
            failed.extend(figures.failures());
        }
    }
    for bar in &failed {
        eprintln!("below the bar: {bar}");
    }
    Ok(if options.bars && !failed.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
