//! `homeward user end` and `homeward user list`. Owns what is asked and said in a terminal; refuses what ending an
//! account means, which is `app::rehomer`.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use crate::app::rehomer::{self, Outcome};
use crate::app::{App, PLAN_ID};
use crate::cli::settings::Settings;
use crate::clock::SystemClock;
use crate::people::officer::login_of;
use crate::store::WriteError;
use crate::store::officers;
use crate::store::people::members::{self, By, Member, MemberRefused};
use crate::vault::entropy::OsEntropy;

#[derive(Debug, Args)]
pub(super) struct End {
    /// The name the officer signs in with.
    #[arg(long)]
    login: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

fn open(settings: &Settings) -> anyhow::Result<App> {
    let (app, fresh) = App::open(settings.config()?, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    if let Some(recovery) = &fresh {
        crate::cli::serve::show_recovery(recovery)?;
    }
    Ok(app)
}

/// Ends an account.
pub(super) fn end(args: &End) -> anyhow::Result<ExitCode> {
    let app = Arc::new(open(&args.settings)?);
    let login = login_of(&args.login).with_context(|| format!("nobody signs in as {}", args.login))?;
    let known = app.store.read_blocking(move |db| officers::known(db, PLAN_ID, &login))?;
    let known = known.filter(|known| known.active);
    let officer = known.with_context(|| format!("nobody signs in as {}", args.login))?.officer;
    actix_web::rt::System::new().block_on(async {
        let (outcome, leaving) = rehomer::end(&app, By::Portal, officer.uid).await.map_err(said)?;
        let ended = match (outcome, leaving) {
            (Outcome::Leaving, Some(leaving)) => rehomer::walk(&app, &leaving).await.map_err(said)?,
            _ => true,
        };
        anyhow::ensure!(ended, "{NOWHERE}");
        writeln!(std::io::stdout().lock(), "{}\t{}", officer.login, officer.agency)?;
        Ok(ExitCode::SUCCESS)
    })
}

const NOWHERE: &str = "nobody else could open the agency's tips and no body above can take them: add somebody first \
    (homeward user add, homeward user grant), then end this account";

fn said(error: WriteError<MemberRefused>) -> anyhow::Error {
    match error {
        WriteError::Refused(MemberRefused::Last) => anyhow::anyhow!(NOWHERE),
        WriteError::Refused(why) => why.into(),
        error => anyhow::anyhow!("{error}"),
    }
}

/// Lists everybody, those whose account has ended too.
pub(super) fn list(args: &List) -> anyhow::Result<ExitCode> {
    let app = open(&args.settings)?;
    let mut out = std::io::stdout().lock();
    let mut after = 0;
    loop {
        let batch = app.store.read_blocking(move |db| members::all(db, PLAN_ID, after))?;
        let Some(last) = batch.last() else { return Ok(ExitCode::SUCCESS) };
        after = last.officer.id;
        for member in &batch {
            if args.json { writeln!(out, "{}", json(member))? } else { writeln!(out, "{}", line(member))? }
        }
    }
}

fn json(member: &Member) -> serde_json::Value {
    let officer = &member.officer;
    serde_json::json!({
        "login": officer.login, "name": officer.name, "agency": officer.agency, "role": officer.role.as_str(),
        "active": member.active, "holds_keys": member.holds, "since_minute": member.since.0,
        "ended_minute": member.ended.map(|minute| minute.0),
    })
}

fn line(member: &Member) -> String {
    let officer = &member.officer;
    let state = match (member.active, member.ended, member.holds) {
        (false, ..) => "ended",
        (true, Some(_), _) => "leaving",
        (true, None, true) => "holds keys",
        (true, None, false) if officer.role.holds_keys() => "waits for keys",
        _ => "active",
    };
    format!("{}\t{}\t{}\t{}\t{state}", officer.login, officer.name, officer.agency, officer.role)
}
