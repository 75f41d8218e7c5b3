//! `homeward notices`: how many notices wait, are held or were given up, and letting held ones go.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::settings::Settings;
use crate::app::App;
use crate::clock::SystemClock;
use crate::store::backup::settle::{held, release_held};
use crate::store::{Lane, outbox};
use crate::vault::entropy::OsEntropy;

/// Counts the notices that have not left; lets those go that a restore held back.
#[derive(Debug, Args)]
pub struct Notices {
    /// Lets the notices leave that `homeward restore --hold-notices` held back.
    #[arg(long)]
    release: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub fn run(args: &Notices) -> anyhow::Result<ExitCode> {
    let config = args.settings.config()?;
    anyhow::ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    let mut released = 0;
    if args.release {
        let now = app.clock.now();
        released = app
            .store
            .write_blocking("notices.release", Lane::Desk, move |db| -> Result<_, crate::store::Abort<()>> {
                Ok(release_held(db, now)?)
            })
            .map_err(|e| anyhow::anyhow!("{e}"))?;
    }
    let ((waiting, dead), held) = app.store.read_blocking(|db| Ok((outbox::waiting(db)?, held(db)?)))?;
    if args.json {
        println!("{}", json!({ "waiting": waiting, "held": held, "dead": dead, "released": released }));
    } else {
        println!(
            "待发 {waiting}，暂扣 {held}，已放弃 {dead}，本次放行 {released} / waiting {waiting}, held {held}, given up {dead}, released now {released}"
        );
    }
    Ok(ExitCode::SUCCESS)
}
