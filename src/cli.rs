//! The command line. Owns argument parsing and exit codes (0 done, 1 refused or failed, 2 wrong usage);
//! each command lives in its own file under `cli/`. Results go to stdout, errors to stderr.

mod audit;
mod backup;
mod demo;
mod key;
mod live;
mod plan;
mod route;
mod seed;
mod serve;
mod settings;
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
    /// Backs up a running portal, or checks a backup.
    Backup(backup::Backup),
    /// Looks after the deployment's key file.
    Key(key::Key),
    /// Shows where a report with these facts would go, and why.
    Route(route::RouteArgs),
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
        Some(Command::Key(args)) => key::run(args),
        Some(Command::Backup(args)) => backup::run(args),
        Some(Command::Route(args)) => route::run(args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("homeward: {error:#}");
        ExitCode::FAILURE
    })
}
