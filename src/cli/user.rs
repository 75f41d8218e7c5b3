//! `homeward user add`: makes an officer. The first officer of an agency makes its keys; a later one waits
//! until a member passes them on, or gets them here with the recovery key.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::settings::Settings;
use crate::app::{App, PLAN_ID};
use crate::clock::SystemClock;
use crate::people::enrol::{AgencyPrivates, Candidate, KeyKind, Keys, enrol, first_password, open_recovered};
use crate::people::roles::Role;
use crate::plan::AgencyCode;
use crate::store::Lane;
use crate::store::officers::{self, PresentKey};
use crate::vault::entropy::OsEntropy;
use crate::vault::pair::PrivateKey;
use crate::vault::password::KdfCost;
use crate::vault::recovery::parse_recovery;

/// Officers.
#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Makes an officer and prints a first password.
    Add(Add),
}

#[derive(Debug, Args)]
struct Add {
    /// The name to sign in with.
    #[arg(long)]
    login: String,
    /// The name colleagues know.
    #[arg(long)]
    name: String,
    /// The agency, such as `psb` or `psb-120114`.
    #[arg(long)]
    agency: AgencyCode,
    /// The agency's duty mailbox, confirmed by whoever runs this.
    #[arg(long)]
    mailbox: Option<String>,
    /// A file that holds the recovery key: passes an agency's existing keys on to this officer.
    #[arg(long, value_name = "FILE")]
    recovery_key: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: &User) -> anyhow::Result<ExitCode> {
    let Act::Add(add) = &args.act;
    let (app, fresh) = App::open(add.settings.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &fresh {
        super::serve::show_recovery(recovery)?;
    }
    app.plan.agency(&add.agency).with_context(|| format!("the plan has no agency {}", add.agency))?;
    let password = first_password(app.entropy.as_ref());
    let waiting = make(&app, add, &password)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\t{}", add.login, password.as_str())?;
    if waiting {
        writeln!(
            std::io::stderr(),
            "{} has its keys: this officer can open tips once a member, or the recovery key, has passed them on",
            add.agency
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Enrols the officer; true when they still wait for the agency's keys.
fn make(app: &App, add: &Add, password: &str) -> anyhow::Result<bool> {
    let agency = add.agency;
    let present = app.store.read_blocking(move |db| officers::present_keys(db, PLAN_ID, &agency))?;
    let privates = match &add.recovery_key {
        Some(file) if !present.is_empty() => Some(recovered(&present, &agency, file)?),
        _ => None,
    };
    let keys = match (&privates, present.is_empty()) {
        (Some(privates), _) => Keys::Held(privates),
        (None, true) => Keys::Fresh { recovery: &app.recovery },
        (None, false) => Keys::Waiting,
    };
    let who = Candidate { login: &add.login, name: &add.name, agency, role: Role::Member, password };
    let now = app.clock.now();
    let enrolled = enrol(&who, keys, KdfCost::default(), now.minute(), app.entropy.as_ref())?;
    let mailbox = add.mailbox.clone();
    app.store
        .write_blocking("officer.enrol", Lane::Desk, move |db| {
            if let Some(mailbox) = &mailbox {
                crate::store::directory::put_agency(db, PLAN_ID, &agency, Some((mailbox, now.minute())))?;
            }
            officers::enrol(db, PLAN_ID, &enrolled, now)
        })
        .map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(privates.is_none() && !present.is_empty())
}

fn recovered(present: &[PresentKey], agency: &AgencyCode, file: &PathBuf) -> anyhow::Result<AgencyPrivates> {
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(file).context("recovery key file")?);
    let recovery = parse_recovery(text.trim()).context("recovery key")?;
    let open = |kind: KeyKind| -> anyhow::Result<PrivateKey> {
        let key = present.iter().rfind(|k| k.kind == kind.as_str()).context("the agency has no such key")?;
        open_recovered(&recovery.private, agency, kind, &key.recovery_grant)
            .context("this is not this deployment's recovery key")
    };
    Ok(AgencyPrivates { work: open(KeyKind::Work)?, identity: open(KeyKind::Identity)? })
}
