//! `homeward key`: says that the key file which is there now is the deployment's, because the one before is lost for
//! good; and hands on what an agency without people kept sealed.

mod hand_on;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::settings::Settings;
use crate::app::App;
use crate::clock::SystemClock;

/// Looks after the deployment's key file.
#[derive(Debug, Args)]
pub struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Takes the key file that is there now for the database's own, when the one before is lost for good.
    ///
    /// No report is lost. Forms and threads that are open begin again, a report that was sent twice around this
    /// moment may become two, and the part of the record that was written before can no longer be verified.
    /// Stop every process that serves the database first. It is put on record.
    Accept(Accept),
    /// Hands notes and identities that stayed sealed to an agency without people to whoever leads those tips now.
    ///
    /// Takes the recovery key, and two people where both administrators work here. It is put on record, and the agency's
    /// mailbox is told.
    HandOn(hand_on::HandOn),
}

#[derive(Debug, Args)]
struct Accept {
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: &Key) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Accept(args) => accept(args),
        Command::HandOn(args) => hand_on::run(args),
    }
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn accept(args: &Accept) -> anyhow::Result<ExitCode> {
    let config = args.settings.config()?;
    let path = config.data.key_path();
    anyhow::ensure!(
        path.exists(),
        "there is no key file at {}: start the portal once to make one",
        path.display()
    );
    let _alone = crate::app::alone(&config.data)?;
    if App::accept_key(&config, &SystemClock)? {
        println!("已改用这把密钥 / this key file is the deployment's from now on: {}", path.display());
    } else {
        println!("本来就是这把密钥 / it was this one already: {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}
