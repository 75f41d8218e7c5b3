//! `homeward restore`: a backup back to an empty machine, verified. Owns what is asked and said in a terminal;
//! refuses how it is done, which is `app::restore`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use zeroize::Zeroizing;

use crate::app::restore::{Job, Report, restore};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, Data};
use crate::i18n::{Locale, Texts};
use crate::vault::entropy::OsEntropy;
use crate::vault::pair::KeyPair;
use crate::vault::recovery::parse_recovery;

/// Restores a backup to an empty place, and verifies what came back.
///
/// Nothing is ever restored over a portal: the data folder and the database must be empty. The key file is taken
/// from its place (data.key_file), from a copy, or out of the backup with the recovery key.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup's folder.
    #[arg(value_name = "DIR")]
    backup: PathBuf,
    /// The data folder to make.
    #[arg(long, value_name = "NEW")]
    data: Option<PathBuf>,
    /// Configuration file (TOML) of the portal that is to run there.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// PostgreSQL connection address of an empty database, for a backup of one.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A copy of the key file; without --config the place where it stays.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A file with the recovery key as it was printed: gives the key file back when there is no copy.
    #[arg(long, value_name = "FILE")]
    recovery_key: Option<PathBuf>,
    /// Holds back the notices that had not left when the backup was taken. Without it they leave again, some
    /// perhaps for the second time.
    #[arg(long)]
    hold_notices: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

impl Restore {
    fn data(&self) -> anyhow::Result<Data> {
        let mut data = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?.data;
        if let Some(dir) = &self.data {
            data.dir.clone_from(dir);
        }
        if let Some(url) = &self.database {
            data.database = Some(url.clone());
        }
        if self.config.is_none() {
            data.key_file.clone_from(&self.key_file);
        }
        Ok(data)
    }
}

fn recovery(path: &Path) -> anyhow::Result<KeyPair> {
    let text = Zeroizing::new(std::fs::read_to_string(path).context("recovery key file")?);
    parse_recovery(text.trim()).context("recovery key")
}

/// Runs the command.
pub fn run(args: &Restore) -> anyhow::Result<ExitCode> {
    let data = args.data()?;
    let recovery = args.recovery_key.as_deref().map(recovery).transpose()?;
    let report = restore(&Job {
        backup: &args.backup,
        data: &data,
        key_copy: args.key_file.as_deref().filter(|_| args.config.is_some()),
        recovery: recovery.as_ref(),
        hold_notices: args.hold_notices,
        now: SystemClock.now(),
        entropy: &OsEntropy,
    })?;
    say(args, &report)?;
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say(args: &Restore, report: &Report) -> anyhow::Result<()> {
    if args.json {
        println!("{}", serde_json::to_string(report)?);
        return Ok(());
    }
    for step in &report.steps {
        let id = format!("restore-{}", step.name);
        let [zh, en] = both(&id, &[("n", step.items.to_string())]);
        println!("{:>8} ms  {zh} / {en}", step.ms);
    }
    let facts = [
        ("taken", report.taken.clone()),
        ("data", report.data.display().to_string()),
        ("key", report.key_file.display().to_string()),
        ("seconds", format!("{}.{:03}", report.ms / 1000, report.ms % 1000)),
        ("sessions", report.ended.sessions.to_string()),
        ("notices", report.ended.notices.to_string()),
    ];
    let notices = match (report.ended.notices, report.ended.held) {
        (0, _) => None,
        (_, true) => Some("restore-notices-held"),
        (_, false) => Some("restore-notices-again"),
    };
    let key = if report.key_recovered { "restore-key-recovered" } else { "restore-key-kept" };
    for id in ["restore-done", key, "restore-sessions", "restore-people"].into_iter().chain(notices) {
        let [zh, en] = both(id, &facts);
        println!("{zh}\n{en}");
    }
    for name in &report.missing {
        let [zh, en] = both("restore-missing", &[("name", name.clone())]);
        println!("{zh}\n{en}");
    }
    Ok(())
}

fn both(id: &str, args: &[(&'static str, String)]) -> [String; 2] {
    let args: Vec<(&'static str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Locale::ALL.map(|locale| Texts(locale).with(id, &args))
}
