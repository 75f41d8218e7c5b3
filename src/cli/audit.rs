//! `homeward audit`: looks after the record of who did and read what. Owns the commands' arguments; each command
//! has a file of its own.

mod prune;
mod report;
mod verify;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::settings::Settings;
use crate::app::App;
use crate::clock::SystemClock;
use crate::vault::entropy::OsEntropy;

/// Looks after the audit record.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Names every place where the record is not what was written.
    Verify(verify::Verify),
    /// Removes whole blocks of rows that are older than the record must be kept.
    Prune(prune::Prune),
    /// Counts the readings that somebody should be able to explain.
    Report(report::Report),
}

/// Runs the command.
pub fn run(args: &Audit) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Verify(args) => verify::run(args),
        Command::Prune(args) => prune::run(args),
        Command::Report(args) => report::run(args),
    }
}

/// Opens the portal that the settings name; never makes one.
fn open(settings: &Settings) -> anyhow::Result<App> {
    let config = settings.config()?;
    anyhow::ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    Ok(App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?.0)
}
