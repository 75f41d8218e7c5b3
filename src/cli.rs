//! The command line. Owns argument parsing and exit codes (0 done, 1 refused or failed, 2 wrong usage);
//! each command lives in its own file under `cli/`. Results go to stdout, errors to stderr.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Homeward (归途): a public hotline and reporting portal against human trafficking.
#[derive(Debug, Parser)]
#[command(name = "homeward", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// Parses the arguments, runs the command, and says how it went by exit code.
#[expect(clippy::print_stderr, reason = "the command line speaks to a person on stderr")]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome: anyhow::Result<ExitCode> = match cli.command {
        None => Ok(ExitCode::SUCCESS),
        Some(command) => match command {},
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("homeward: {error:#}");
        ExitCode::FAILURE
    })
}
