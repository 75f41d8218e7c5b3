//! `homeward proof`: checks what people keep of the public record, without a portal; and walks a portal's whole
//! record against its tips. Owns arguments, reading files and what is said of them; refuses the checks
//! themselves (`audit::record_file`, `store::commitments::checking`).

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;
use serde_json::json;

use super::settings::Settings;
use crate::app::App;
use crate::audit::commitment::Ties;
use crate::audit::record_file::{Consistency, Heads, Proof, Refused, check_head};
use crate::clock::SystemClock;
use crate::store::commitments::checking::{Verdict, check};
use crate::vault::entropy::OsEntropy;
use crate::vault::receipt::Receipt;

/// Looks after the public record of tips.
#[derive(Debug, Args)]
pub struct ProofArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a proof that a reporter kept. Needs no portal and no data folder.
    Verify(Verify),
    /// Walks the whole record against tips and heads, and names each place where they do not agree.
    Audit(Audit),
}

#[derive(Debug, Args)]
struct Verify {
    /// The proof, as it was saved.
    file: PathBuf,
    /// Heads that somebody kept, from an earlier day or another place; may be repeated.
    #[arg(long, value_name = "FILE")]
    heads: Vec<PathBuf>,
    /// What joins a kept head to the proof's, from /api/v1/record/consistency; may be repeated.
    #[arg(long, value_name = "FILE")]
    consistency: Vec<PathBuf>,
    /// Reads the receipt from standard input (`-`), and checks that the proof is this receipt's.
    #[arg(long, value_name = "-", value_parser = ["-"])]
    receipt: Option<String>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Audit {
    #[command(flatten)]
    settings: Settings,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &ProofArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Verify(args) => verify(args),
        Command::Audit(args) => audit(args),
    }
}

/// Longest file that is read, in bytes: heads of centuries.
const MOST_BYTES: u64 = 64 << 20;

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let size = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
    anyhow::ensure!(size <= MOST_BYTES, "{} is too long to be such a file", path.display());
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&text).with_context(|| format!("{} cannot be read as such a file", path.display()))
}

fn verify(args: &Verify) -> anyhow::Result<ExitCode> {
    let proof: Proof = read(&args.file)?;
    let kept: Vec<Heads> = args.heads.iter().map(|path| read(path)).collect::<anyhow::Result<_>>()?;
    let joins: Vec<Consistency> =
        args.consistency.iter().map(|path| read(path)).collect::<anyhow::Result<_>>()?;
    let receipt = args.receipt.as_ref().map(|_| typed()).transpose()?;
    let outcome = checked(&proof, &kept, &joins, receipt.as_ref());
    say_verified(&proof, outcome.as_ref().err(), args);
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn checked(
    proof: &Proof,
    kept: &[Heads],
    joins: &[Consistency],
    receipt: Option<&Receipt>,
) -> Result<(), Refused> {
    proof.check()?;
    kept.iter().try_for_each(Heads::check)?;
    joins.iter().try_for_each(Consistency::check)?;
    if !kept.is_empty() {
        check_head(&proof.head, kept, joins)?;
    }
    receipt.map_or(Ok(()), |receipt| proof.check_receipt(receipt))
}

/// The receipt on standard input.
fn typed() -> anyhow::Result<Receipt> {
    let text = zeroize::Zeroizing::new(std::io::read_to_string(std::io::stdin())?);
    // Not the typo itself: it quotes what was typed.
    Receipt::parse(text.trim()).map_err(|_| anyhow::anyhow!("what was given is no receipt"))
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_verified(proof: &Proof, refused: Option<&Refused>, args: &Verify) {
    let (heads, receipt) = (!args.heads.is_empty(), args.receipt.is_some());
    if args.json {
        let refused = refused.map(ToString::to_string);
        let line = json!({ "holds": refused.is_none(), "refused": refused, "head": proof.head,
            "checked": { "path": true, "heads": heads, "receipt": receipt } });
        println!("{line}");
        return;
    }
    if let Some(refused) = refused {
        println!("证明不成立 / the proof does not hold: {refused}");
        return;
    }
    let day = proof.head.day;
    println!("证明成立：在 {day} 的记录里 / the proof holds: in the record of {day}");
    if !heads {
        println!("没有和保存过的封存码核对（--heads） / not compared with kept heads (--heads)");
    }
    if !receipt {
        println!("没有和回执核对（--receipt -） / not compared with a receipt (--receipt -)");
    }
}

fn audit(args: &Audit) -> anyhow::Result<ExitCode> {
    let config = args.settings.config()?;
    anyhow::ensure!(config.data.key_path().exists(), "{} holds no portal", config.data.dir.display());
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    let ties = Ties::of(&app.deployment);
    let verdict = app.store.read_blocking(move |db| check(db, &ties))?;
    say_audited(&verdict, args.json);
    Ok(if verdict.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_audited(verdict: &Verdict, as_json: bool) {
    let Verdict { size, tips, waiting, erased, faults, wrong } = verdict;
    if as_json {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let line = json!({ "whole": verdict.is_whole(), "size": size, "tips": tips, "waiting": waiting,
            "erased": erased, "wrong": wrong, "faults": faults });
        println!("{line}");
        return;
    }
    if verdict.is_whole() {
        println!("公开记录完整：线索 {tips} 条，待封存 {waiting} 条，已删除 {erased} 条");
        println!("the public record is whole: {tips} tips, {waiting} of them waiting, {erased} erased");
        return;
    }
    println!("公开记录不完整，共 {wrong} 处 / the public record is wrong in {wrong} places:");
    for fault in faults {
        println!("- {fault}");
    }
}
