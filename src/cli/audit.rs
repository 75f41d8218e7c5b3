//! `homeward audit verify`: walks the record of who did and read what, and names the first place where it is
//! not what was written.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use serde_json::json;

use super::settings::Settings;
use crate::app::App;
use crate::audit::chain::Chain;
use crate::clock::SystemClock;
use crate::store::audit::{Verdict, verify};
use crate::vault::entropy::OsEntropy;

/// Looks after the audit record.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verifies that no row of the record was changed, removed, moved or cut off.
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    settings: Settings,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// How old a row may be before it must have its place, in seconds: ten, and the minute that a row about a
/// reporter is cut down to, which makes it look older than it is.
const PLACED_WITHIN: i64 = 10 + 60;

/// Runs the command.
pub fn run(args: &Audit) -> anyhow::Result<ExitCode> {
    let Command::Verify(args) = &args.command;
    let config = args.settings.config()?;
    anyhow::ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    let chain = Chain::of(&app.deployment);
    let placed_by = app.clock.now().plus_seconds(-PLACED_WITHIN);
    let verdict = app.store.read_blocking(move |db| verify(db, &chain, placed_by))?;
    say(&verdict, args.json);
    let whole = verdict.chain.is_ok() && verdict.unplaced == 0;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say(verdict: &Verdict, as_json: bool) {
    let (rows, broken) = match &verdict.chain {
        Ok(head) => (head.seq, None),
        Err(broken) => (0, Some(broken.to_string())),
    };
    if as_json {
        let line = json!({ "whole": broken.is_none() && verdict.unplaced == 0, "rows": rows,
            "broken": broken, "unplaced": verdict.unplaced });
        println!("{line}");
        return;
    }
    match broken {
        None => println!("操作留痕完整，共 {rows} 条 / the record is whole: {rows} rows"),
        Some(broken) => println!("操作留痕不完整 / the record is not whole: {broken}"),
    }
    if verdict.unplaced > 0 {
        println!("{} 条尚未编号 / rows without a place: {}", verdict.unplaced, verdict.unplaced);
    }
}
