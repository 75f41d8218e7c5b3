//! `homeward backup`: a backup of a portal that goes on running, and the check of one. Owns what is asked and
//! said in a terminal; refuses how it is made, which is `store::backup`.
//!
//! One invariant: it opens no key, so it needs none, and the key file is never in what it writes.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::settings::Settings;
use crate::clock::{Clock as _, SystemClock};
use crate::store::Location;
use crate::store::backup::{self, Fault, Manifest};

/// Backs up a running portal, without its key file.
#[derive(Debug, Args)]
pub struct Backup {
    /// The backup's folder: new, or empty; of its owner's only.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Compares a backup with its manifest instead of taking one.
    #[arg(long)]
    check: bool,
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
    let data = args.settings.config()?.data;
    let manifest = backup::take(&Location::of(&data)?, &data.dir, &args.dir, SystemClock.now().minute())?;
    say_taken(args, &manifest, &data.key_path());
    Ok(ExitCode::SUCCESS)
}

fn facts(args: &Backup, manifest: &Manifest) -> serde_json::Value {
    json!({ "dir": args.dir, "taken": manifest.taken, "version": manifest.version, "database": manifest.database,
        "schema": manifest.schema, "files": manifest.files.len(), "bytes": manifest.bytes() })
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_taken(args: &Backup, manifest: &Manifest, key: &std::path::Path) {
    if args.json {
        println!("{}", facts(args, manifest));
        return;
    }
    let (dir, files, bytes) = (args.dir.display(), manifest.files.len(), manifest.bytes());
    println!(
        "已备份到 {dir}，{files} 个文件，{bytes} 字节 / backed up to {dir}: {files} files, {bytes} bytes"
    );
    println!(
        "密钥文件不在其中，请另行保管：{0} / the key file is not in it; keep a copy elsewhere: {0}",
        key.display()
    );
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_checked(args: &Backup, manifest: &Manifest, faults: &[Fault]) {
    if args.json {
        let mut line = facts(args, manifest);
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
