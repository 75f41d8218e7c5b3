//! `homeward audit verify`: walks the whole record and prints every place that is not what was written.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::open;
use crate::app::record::check::{self, Heads, Report};
use crate::audit::chain::Head;
use crate::audit::fault::{Fault, LISTED};
use crate::audit::heads;
use crate::cli::settings::Settings;

/// What to verify against.
#[derive(Debug, Args)]
pub(super) struct Verify {
    #[command(flatten)]
    settings: Settings,
    /// A file of heads, kept in a second place; may be said several times. The portal's own is always taken.
    #[arg(long, value_name = "FILE")]
    heads: Vec<PathBuf>,
    /// A head from a mail, as "PLACE LINK"; may be said several times.
    #[arg(long, value_name = "PLACE LINK", value_parser = said)]
    head: Vec<Head>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

fn said(text: &str) -> Result<Head, String> {
    heads::said(text).ok_or_else(|| "write it as in the mail: the place, a space, 64 digits".into())
}

/// Runs the command: 0 where the record is whole, 1 where it is not.
pub(super) fn run(args: &Verify) -> anyhow::Result<ExitCode> {
    let app = open(&args.settings)?;
    let mut heads = Heads::usual(&app);
    let more = args.heads.iter().filter(|path| !heads.files.contains(path)).cloned().collect::<Vec<_>>();
    heads.files.extend(more);
    heads.said.clone_from(&args.head);
    let report = check::verify(&app, &heads)?;
    if args.json {
        say_json(&report);
    } else {
        say(&report);
    }
    let whole = report.verdict.faults.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say_json(report: &Report) {
    let verdict = &report.verdict;
    let faults: Vec<_> = verdict.faults.list.iter().map(Fault::to_json).collect();
    let line = json!({
        "whole": verdict.faults.is_empty(), "rows": verdict.rows, "last": verdict.last.seq,
        "pruned": verdict.floor.map_or(0, |floor| floor.kept.head.seq),
        "anchors": verdict.anchors, "heads_agreed": verdict.agreed,
        "reasons": verdict.reasons, "reasons_erased": verdict.erased,
        "faults": verdict.faults.count, "listed": faults,
        "milliseconds": report.took.as_millis() as u64, "rows_per_second": report.rows_per_second(),
    });
    println!("{line}");
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say(report: &Report) {
    let verdict = &report.verdict;
    let (rows, faults) = (verdict.rows, &verdict.faults);
    if faults.is_empty() {
        println!("操作留痕完整，共 {rows} 条 / the record is whole: {rows} rows");
    } else {
        println!("操作留痕不完整，{} 处 / the record is not whole, faults: {}", faults.count, faults.count);
    }
    faults.list.iter().for_each(|fault| println!("  {}: {fault}", fault.kind()));
    if faults.count > faults.list.len() as u64 {
        println!("  (the first {LISTED})");
    }
    if let Some(floor) = verdict.floor {
        println!(
            "此前已按期清除 1–{} 条 / pruned before: rows up to {}",
            floor.kept.head.seq, floor.kept.head.seq
        );
    }
    println!(
        "{} anchors; {} heads agree; sealed reasons: {} as they were, {} erased on record; {} rows/s",
        verdict.anchors,
        verdict.agreed,
        verdict.reasons,
        verdict.erased,
        report.rows_per_second()
    );
}
