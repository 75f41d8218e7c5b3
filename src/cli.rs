//! The command line. Owns argument parsing and exit codes (0 done, 1 refused or failed, 2 wrong usage);
//! each command lives in its own file under `cli/`. Results go to stdout, errors to stderr.

mod audit;
mod backup;
mod demo;
mod doctor;
mod key;
mod live;
mod notices;
mod plan;
mod proof;
mod recovery;
mod restore;
mod retention;
mod route;
mod seed;
mod serve;
mod settings;
mod suggest;
mod user;

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
enum Command {
    /// Runs the portal (also without a command).
    Serve(serve::Serve),
    /// Runs a portal with made-up officers and tips, to look at and to test.
    Demo(demo::Demo),
    /// Makes officers.
    User(user::User),
    /// Looks at the action plan that routes the reports.
    Plan(plan::PlanArgs),
    /// Fills a portal with synthetic tips, to see how it works at size.
    Seed(seed::Seed),
    /// Verifies the record of who did and read what, prunes it, and counts readings to explain.
    Audit(audit::Audit),
    /// Checks proofs out of the public record of tips, and the record itself.
    Proof(proof::ProofArgs),
    /// Backs up a running portal, or checks a backup.
    Backup(backup::Backup),
    /// Says what is erased when, what was, and runs a round by hand.
    Retention(retention::Retention),
    /// Restores a backup to an empty place, and verifies it.
    Restore(restore::Restore),
    /// Looks at everything a portal stands on, and says what to do.
    Doctor(doctor::Doctor),
    /// Counts notices that have not left, and lets held ones go.
    Notices(notices::Notices),
    /// Looks after the deployment's key file, and hands on what was left sealed.
    Key(key::Key),
    /// Shows where a report with these facts would go, and why.
    Route(route::RouteArgs),
    /// Says what the words of reports say: place, numbers, what they are about, how pressing.
    Suggest(suggest::SuggestArgs),
}

/// Parses the arguments, runs the command, and says how it went by exit code.
#[expect(clippy::print_stderr, reason = "the command line speaks to a person on stderr")]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    #[cfg(feature = "planted")]
    crate::store::planted::plant_named(std::env::var_os("HOMEWARD_PLANTED").as_deref());
    let outcome = match &cli.command {
        None => serve::run(&serve::Serve::default()),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Demo(args)) => demo::run(args),
        Some(Command::User(args)) => user::run(args),
        Some(Command::Plan(args)) => plan::run(args),
        Some(Command::Seed(args)) => seed::run(args),
        Some(Command::Audit(args)) => audit::run(args),
        Some(Command::Proof(args)) => proof::run(args),
        Some(Command::Key(args)) => key::run(args),
        Some(Command::Backup(args)) => backup::run(args),
        Some(Command::Retention(args)) => retention::run(args),
        Some(Command::Doctor(args)) => doctor::run(args),
        Some(Command::Notices(args)) => notices::run(args),
        Some(Command::Restore(args)) => restore::run(args),
        Some(Command::Route(args)) => route::run(args),
        Some(Command::Suggest(args)) => suggest::run(args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("homeward: {error:#}");
        ExitCode::FAILURE
    })
}
