//! `homeward key hand-on`: what an agency that has nobody left kept sealed goes to whoever leads those tips now. Owns the
//! walk, batch by batch, each in a transaction of its own, so that it may be broken off and begun again.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::app::{App, PLAN_ID};
use crate::cli::recovery;
use crate::cli::settings::Settings;
use crate::clock::SystemClock;
use crate::people::directory::Directory;
use crate::people::keys::Opened;
use crate::plan::AgencyCode;
use crate::store::people::left_behind::{Behind, Passed, batch, pass};
use crate::store::people::pairs;
use crate::store::{Lane, WriteError, directory};
use crate::triage::resealing::{Present, seal_on};
use crate::vault::entropy::OsEntropy;
use crate::vault::uid::Uid;

/// Envelopes in one transaction.
const BATCH: i64 = 100;

/// How often a batch is tried while people come and go.
const PATIENCE: usize = 10;

#[derive(Debug, Args)]
pub(super) struct HandOn {
    #[command(flatten)]
    settings: Settings,
    /// The agency that has nobody left: a code such as psb-120114.
    #[arg(long)]
    agency: AgencyCode,
    /// A file with the recovery key; remove it from this machine afterwards.
    #[arg(long)]
    recovery_key: PathBuf,
}

/// What became of the envelopes.
#[derive(Default)]
struct Done {
    passed: usize,
    /// Sealed with pairs that this recovery key does not open, or to a lead that has none.
    left: usize,
}

/// Runs the command.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub(super) fn run(args: &HandOn) -> anyhow::Result<ExitCode> {
    let (app, fresh) = App::open(args.settings.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    anyhow::ensure!(fresh.is_none(), "there is no portal there yet");
    let agency = args.agency;
    anyhow::ensure!(app.plan().agency(&agency).is_some(), "the plan has no agency {agency}");
    unmanned(&app, agency)?;
    let any = app.store.read_blocking(move |db| batch(db, PLAN_ID, &agency, 0, 1))?;
    if any.is_empty() {
        println!("没有留下需要移交的 / nothing of {agency} was left behind");
        return Ok(ExitCode::SUCCESS);
    }
    let pairs = app.store.read_blocking(move |db| pairs::pairs(db, PLAN_ID, &agency, true))?;
    let opened = Opened::from_keys(recovery::opened(&pairs, &agency, &args.recovery_key)?);
    recovery::use_up(&app, agency)?;
    let done = walk(&app, agency, &opened)?;
    println!("已移交 {} 份 / handed on: {}", done.passed, done.passed);
    if done.left > 0 {
        println!("打不开或现承办单位没有钥匙的 {} 份 / left where they are: {}", done.left, done.left);
    }
    Ok(ExitCode::SUCCESS)
}

/// The directory, if nobody works at the agency: nothing is taken from people who are there.
fn unmanned(app: &App, agency: AgencyCode) -> anyhow::Result<Directory> {
    let directory = app.store.read_blocking(|db| directory::load(db, PLAN_ID))?;
    let manned = directory.get(&agency).is_some_and(|entry| entry.active_members > 0);
    anyhow::ensure!(!manned, "somebody works at that agency and holds its keys: what it keeps is its own");
    Ok(directory)
}

fn walk(app: &App, agency: AgencyCode, opened: &Opened) -> anyhow::Result<Done> {
    let (mut done, mut after) = (Done::default(), 0);
    loop {
        let found = app.store.read_blocking(move |db| batch(db, PLAN_ID, &agency, after, BATCH))?;
        let Some(last) = found.last().map(|behind| behind.lying.id) else { return Ok(done) };
        let (all, passed) = (found.len(), step(app, agency, opened, &found)?);
        done.passed += passed;
        done.left += all - passed;
        after = last;
    }
}

/// One batch; sealed once more where the directory changed in between.
fn step(app: &App, agency: AgencyCode, opened: &Opened, found: &[Behind]) -> anyhow::Result<usize> {
    for _ in 0..PATIENCE {
        let directory = unmanned(app, agency)?;
        let all: Vec<Passed> =
            found.iter().filter_map(|behind| sealed(app, agency, opened, behind, &directory)).collect();
        let (now, version) = (app.clock.now(), directory.version);
        let written = app
            .store
            .write_blocking("key.hand_on", Lane::Desk, move |db| pass(db, version, &agency, &all, now));
        match written {
            Ok(passed) => return Ok(passed),
            Err(WriteError::Refused(directory::Stale)) => {}
            Err(error) => anyhow::bail!(
                "{error}; what was handed on stays so. Ask for the recovery key once more, and run it again"
            ),
        }
    }
    anyhow::bail!("people keep changing. Ask for the recovery key once more, and run it again")
}

fn sealed(
    app: &App,
    agency: AgencyCode,
    opened: &Opened,
    behind: &Behind,
    directory: &Directory,
) -> Option<Passed> {
    let entry = directory.get(&behind.lead)?;
    let present = Present { work: entry.work.clone(), identity: entry.identity.clone() };
    let (from, to, entropy) = (agency.to_string(), behind.lead.to_string(), app.entropy.as_ref());
    let sealed = seal_on(&behind.lying, (&from, opened), (&to, &present), entropy)?;
    Some(Passed { behind: behind.clone(), sealed, event: Uid::generate(entropy) })
}
