//! `homeward backup`: a backup of a portal that goes on running, and the check of one. Owns what is asked and
//! said in a terminal; refuses how it is made, which is `store::backup`.
//!
//! One invariant: it opens no key, so it needs none. The key file is in what it writes only as its sealed spare.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::settings::Settings;
use crate::clock::{Clock as _, Minute, SystemClock};
use crate::config::{ConfigError, Data};
use crate::store::Location;
use crate::store::backup::{self, Fault, Job, Manifest, keep};
use crate::vault::entropy::OsEntropy;
use crate::vault::uid::Uid;

/// Backs up a running portal. The key file is in it only sealed to the recovery key.
#[derive(Debug, Args)]
pub struct Backup {
    /// The backup's folder: new, or empty; of its owner's only. With --keep the folder in which each backup gets
    /// one of its own.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Compares a backup with its manifest instead of taking one.
    #[arg(long)]
    check: bool,
    /// Makes the backup in a folder of its own in DIR, named by the minute, checks it, and then removes the oldest
    /// whole ones there until N are left.
    #[arg(long, value_name = "N", conflicts_with = "check", value_parser = clap::value_parser!(u32).range(1..))]
    keep: Option<u32>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
pub fn run(args: &Backup) -> anyhow::Result<ExitCode> {
    if args.check {
        let (manifest, faults) = backup::check(&args.dir)?;
        say_checked(args, &manifest, &faults);
        return Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let (now, data) = (SystemClock.now().minute(), args.data()?);
    let Some(most) = args.keep else {
        let manifest = take(&data, &args.dir, now)?;
        say_taken(args, &args.dir, &manifest, &[]);
        return Ok(ExitCode::SUCCESS);
    };
    keep::folder(&args.dir)?;
    let dir = args.dir.join(keep::name(now));
    take(&data, &dir, now)?;
    let (manifest, faults) = backup::check(&dir)?;
    if !faults.is_empty() {
        say_checked(args, &manifest, &faults);
        return Ok(ExitCode::FAILURE);
    }
    let gone = keep::prune(&args.dir, usize::try_from(most).unwrap_or(usize::MAX))?;
    say_taken(args, &dir, &manifest, &gone);
    Ok(ExitCode::SUCCESS)
}

impl Backup {
    fn data(&self) -> Result<Data, ConfigError> {
        Ok(self.settings.config()?.data)
    }
}

fn take(data: &Data, dir: &Path, now: Minute) -> anyhow::Result<Manifest> {
    let (location, token) = (Location::of(data)?, Uid::generate(&OsEntropy).to_string());
    Ok(backup::take(&Job { location: &location, data: &data.dir, dir, now, token: &token })?)
}

fn facts(dir: &Path, manifest: &Manifest) -> serde_json::Value {
    json!({ "dir": dir, "taken": manifest.taken, "version": manifest.version, "database": manifest.database,
        "schema": manifest.schema, "files": manifest.files.len(), "bytes": manifest.bytes(),
        "took_ms": manifest.took_ms, "counts": manifest.snapshot.counts, "head": manifest.snapshot.head,
        "missing": manifest.missing, "key_sealed_in": manifest.has_spare() })
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_taken(args: &Backup, dir: &Path, manifest: &Manifest, gone: &[PathBuf]) {
    if args.json {
        let mut line = facts(dir, manifest);
        line["removed"] = json!(gone);
        println!("{line}");
        return;
    }
    let (at, files, bytes, tips) =
        (dir.display(), manifest.files.len(), manifest.bytes(), manifest.snapshot.counts.tips);
    println!(
        "已备份到 {at}：线索 {tips} 件，{files} 个文件，{bytes} 字节 / backed up to {at}: {tips} tips, {files} files, {bytes} bytes"
    );
    say_key(manifest);
    for name in &manifest.missing {
        println!("平台的文件夹里早已没有这个文件 / the portal itself has lost this file: files/{name}");
    }
    for old in gone {
        println!("已删除旧备份 / removed the old backup {}", old.display());
    }
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_key(manifest: &Manifest) {
    if manifest.has_spare() {
        println!(
            "密钥文件已用恢复密钥封存在内，只有恢复密钥能打开 / the key file is in it, sealed: only the recovery key opens it"
        );
    } else {
        println!(
            "密钥文件不在其中：请用这个版本启动一次平台，再做备份 / the key file is not in it: start the portal once with this version, then back up again"
        );
    }
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_checked(args: &Backup, manifest: &Manifest, faults: &[Fault]) {
    if args.json {
        let mut line = facts(&args.dir, manifest);
        line["whole"] = faults.is_empty().into();
        line["faults"] = faults.iter().map(ToString::to_string).collect();
        println!("{line}");
        return;
    }
    if faults.is_empty() {
        println!("备份完整，{0} / the backup is whole: {0}", manifest.taken);
    }
    for fault in faults {
        println!("备份有误 / {fault}");
    }
}
