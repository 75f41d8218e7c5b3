//! `homeward audit prune`: removes whole blocks of rows that are older than the record must be kept.

use std::process::ExitCode;

use clap::Args;

use super::open;
use crate::app::record::prune;
use crate::cli::settings::Settings;
use crate::clock::Timestamp;

/// Which blocks.
#[derive(Debug, Args)]
pub(super) struct Prune {
    #[command(flatten)]
    settings: Settings,
    /// Only blocks that ended before this day (YYYY-MM-DD, China Standard Time).
    #[arg(long, value_name = "DATE", value_parser = Timestamp::of_day)]
    before: Timestamp,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub(super) fn run(args: &Prune) -> anyhow::Result<ExitCode> {
    let app = open(&args.settings)?;
    let pruned = prune::prune(&app, args.before)?;
    if args.json {
        println!("{}", serde_json::json!({ "rows": pruned.rows, "pruned": pruned.upto }));
    } else {
        println!("清除 {} 条 / rows removed: {}", pruned.rows, pruned.rows);
    }
    Ok(ExitCode::SUCCESS)
}
