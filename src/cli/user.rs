//! `homeward user`: makes officers, and passes an agency's keys on to them. The first officer of an agency
//! makes its keys; a later one gets them with the recovery key, at once or afterwards. Owns what is asked and
//! said in a terminal; refuses making and sealing, which is `people::enrol`.
//!
//! One invariant: an agency's keys are made once; whoever comes later is given the same.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};

mod staff;

use super::{recovery, settings::Settings};
use crate::app::{App, PLAN_ID};
use crate::clock::SystemClock;
use crate::people::enrol::{Candidate, Keys, enrol, first_password};
use crate::people::keys::{Opened, To};
use crate::people::officer::login_of;
use crate::people::roles::Role;
use crate::plan::AgencyCode;
use crate::store::Lane;
use crate::store::officers;
use crate::store::people::{pairs, rotation};
use crate::vault::entropy::OsEntropy;
use crate::vault::password::KdfCost;

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
    /// Passes the agency's keys on to an officer who waits for them.
    Grant(Grant),
    /// Ends an officer's account; what nobody else could open is handed on first.
    End(staff::End),
    /// Lists the officers.
    List(staff::List),
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
    /// What the officer is. Without it: the head of an agency that has no keys yet, a handler otherwise.
    #[arg(long)]
    role: Option<Role>,
    /// The agency's duty mailbox, confirmed by whoever runs this.
    #[arg(long)]
    mailbox: Option<String>,
    /// A file that holds the recovery key: passes an agency's existing keys on to this officer.
    #[arg(long, value_name = "FILE")]
    recovery_key: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Grant {
    /// The name the officer signs in with.
    #[arg(long)]
    login: String,
    /// A file that holds the recovery key.
    #[arg(long, value_name = "FILE")]
    recovery_key: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: &User) -> anyhow::Result<ExitCode> {
    match &args.act {
        Act::Add(add) => run_add(add),
        Act::Grant(grant) => run_grant(grant),
        Act::End(end) => staff::end(end),
        Act::List(list) => staff::list(list),
    }
}

fn run_grant(args: &Grant) -> anyhow::Result<ExitCode> {
    let (app, fresh) = App::open(args.settings.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &fresh {
        super::serve::show_recovery(recovery)?;
    }
    let agency = grant(&app, &args.login, &args.recovery_key)?;
    writeln!(std::io::stdout().lock(), "{}\t{agency}", args.login)?;
    Ok(ExitCode::SUCCESS)
}

/// Passes the keys of the officer's agency on; gives the agency. An officer who has them already keeps them. While
/// pairs are being replaced, the ones before are passed on as well: envelopes still name them.
fn grant(app: &App, login: &str, file: &Path) -> anyhow::Result<AgencyCode> {
    give(app, login, file, |agency| recovery::use_up(app, agency))
}

/// [`grant`], once `agreed` has said that the recovery key may be used for that agency.
fn give(
    app: &App,
    login: &str,
    file: &Path,
    agreed: impl Fn(AgencyCode) -> anyhow::Result<()>,
) -> anyhow::Result<AgencyCode> {
    let stored = login_of(login).with_context(|| format!("nobody signs in as {login}"))?;
    let known = app.store.read_blocking(move |db| officers::known(db, PLAN_ID, &stored))?;
    let known = known.filter(|known| known.active).with_context(|| format!("nobody signs in as {login}"))?;
    let officer = known.officer;
    anyhow::ensure!(officer.role.holds_keys(), "{login} is {}: the role holds no keys", officer.role);
    let (agency, id) = (officer.agency, officer.id);
    let (pairs, public) = app.store.read_blocking(move |db| {
        let replaced = rotation::under_way(db, PLAN_ID, &agency)?.is_some();
        Ok((pairs::pairs(db, PLAN_ID, &agency, replaced)?, officers::public_key(db, id)?))
    })?;
    anyhow::ensure!(!pairs.is_empty(), "{agency} has no keys yet: its first member makes them");
    let public = public.context("the officer has no readable key")?;
    let to = To { officer: id, uid: officer.uid, public };
    let passed = Opened::from_keys(recovery::opened(&pairs, &agency, file)?).pass_on(
        &agency,
        to,
        app.entropy.as_ref(),
    );
    let now = app.clock.now();
    agreed(agency)?;
    app.store
        .write_blocking("officer.grant", Lane::Desk, move |db| {
            pairs::recover(db, PLAN_ID, &officer, &passed, now)
        })
        .map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(agency)
}

fn run_add(add: &Add) -> anyhow::Result<ExitCode> {
    let (app, fresh) = App::open(add.settings.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &fresh {
        super::serve::show_recovery(recovery)?;
    }
    app.plan().agency(&add.agency).with_context(|| format!("the plan has no agency {}", add.agency))?;
    let password = first_password(app.entropy.as_ref());
    let waiting = make(&app, add, &password)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}\t{}", add.login, password.as_str())?;
    if waiting {
        writeln!(
            std::io::stderr(),
            "{} has its keys: this officer can open tips once they are passed on: homeward user grant --login {} --recovery-key FILE",
            add.agency,
            add.login
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Enrols the officer; true when they still wait for the agency's keys.
fn make(app: &App, add: &Add, password: &str) -> anyhow::Result<bool> {
    let agency = add.agency;
    let present = app.store.read_blocking(move |db| pairs::pairs(db, PLAN_ID, &agency, false))?;
    let has_keys = !present.is_empty();
    // A key that does not fit is said before anybody is entered.
    if let Some(file) = add.recovery_key.as_ref().filter(|_| has_keys) {
        recovery::opened(&present, &agency, file)?;
    }
    let role = add.role.unwrap_or(if has_keys { Role::Handler } else { Role::AgencyLead });
    let keys =
        if role.works() && !has_keys { Keys::Fresh { recovery: &app.recovery } } else { Keys::Waiting };
    let who = Candidate { login: &add.login, name: &add.name, agency, role, password };
    let now = app.clock.now();
    let enrolled = enrol(&who, keys, KdfCost::default(), now.minute(), app.entropy.as_ref())?;
    let file = add.recovery_key.as_ref().filter(|_| has_keys && role.holds_keys());
    if file.is_some() {
        recovery::use_up(app, agency)?;
    }
    let mailbox = add.mailbox.clone();
    app.store
        .write_blocking("officer.enrol", Lane::Desk, move |db| {
            if let Some(mailbox) = &mailbox {
                crate::store::directory::put_agency(db, PLAN_ID, &agency, Some((mailbox, now.minute())))?;
            }
            officers::enrol(db, PLAN_ID, &enrolled, now)
        })
        .map_err(|e| anyhow::anyhow!("{e}"))?;
    if !role.holds_keys() || !has_keys {
        return Ok(false);
    }
    match file {
        Some(file) => give(app, &add.login, file, |_| Ok(())).map(|_| false),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::people::enrol::{KeyKind, open_granted};
    use crate::people::officer::Officer;
    use crate::vault::password::unwrap_private;
    use crate::vault::recovery::new_recovery;

    const PASSWORD: &str = "correct horse battery";

    fn added(app: &App, login: &str) -> bool {
        let add = Add {
            login: login.into(),
            name: login.into(),
            agency: "psb".parse().unwrap(),
            mailbox: None,
            role: None,
            recovery_key: None,
            settings: Settings::default(),
        };
        make(app, &add, PASSWORD).unwrap()
    }

    /// The agency's keys that the officer's password opens.
    fn opened(app: &App, login: &'static str) -> Vec<Vec<u8>> {
        let known = app.store.read_blocking(move |db| officers::known(db, PLAN_ID, login)).unwrap().unwrap();
        let own = unwrap_private(PASSWORD, &known.wrapped).ok().unwrap();
        let officer: Officer = known.officer;
        let (agency, uid) = (officer.agency, officer.uid);
        let grants = app.store.read_blocking(move |db| officers::grants_of(db, PLAN_ID, &officer)).unwrap();
        let open =
            |(kind, sealed): &(KeyKind, Vec<u8>)| open_granted(&own, &agency, *kind, &uid, sealed).ok();
        grants.iter().filter_map(open).map(|private| private.public().bytes().to_vec()).collect()
    }

    #[test]
    fn an_officer_who_waits_is_given_the_keys_with_the_recovery_key_and_with_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        let (app, recovery) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        let (right, wrong) = (folder.path().join("recovery"), folder.path().join("another"));
        std::fs::write(&right, recovery.unwrap().0.as_bytes()).unwrap();
        std::fs::write(&wrong, new_recovery(&OsEntropy).1.as_bytes()).unwrap();
        assert!(!added(&app, "first") && added(&app, "second"), "only the second one waits");
        assert_eq!((opened(&app, "first").len(), opened(&app, "second").len()), (2, 0));

        assert!(grant(&app, "second", &wrong).is_err() && grant(&app, "third", &right).is_err());
        assert_eq!(opened(&app, "second").len(), 0);
        for _ in 0..2 {
            assert_eq!(grant(&app, " Second ", &right).unwrap().to_string(), "psb");
            assert_eq!(opened(&app, "second"), opened(&app, "first"));
        }
    }
}
