//! `homeward audit report`: the figures of the auditor's page. Asking for them is on record.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::open;
use crate::app::App;
use crate::audit::AuditRow;
use crate::audit::reading::{BACK, DAYS, RECORD_REPORTED, Span};
use crate::cli::settings::Settings;
use crate::clock::Timestamp;
use crate::store::audit::report::Answer;
use crate::store::{Lane, WriteError, audit};

/// Over what.
#[derive(Debug, Args)]
pub(super) struct Report {
    #[command(flatten)]
    settings: Settings,
    /// Days within which something must have been done with what was read.
    #[arg(long, default_value_t = DAYS, value_parser = clap::value_parser!(i64).range(0..=3_650))]
    days: i64,
    /// Days that the report goes back.
    #[arg(long, default_value_t = BACK, value_parser = clap::value_parser!(i64).range(1..=36_500))]
    back: i64,
    /// The day before which it ends (YYYY-MM-DD, China Standard Time). Default: now.
    #[arg(long, value_name = "DATE", value_parser = Timestamp::of_day)]
    until: Option<Timestamp>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub(super) fn run(args: &Report) -> anyhow::Result<ExitCode> {
    let app = open(&args.settings)?;
    let until = args.until.unwrap_or_else(|| app.clock.now());
    let span = Span::until(until.0, args.days, args.back);
    let answers = app.store.read_blocking(|db| audit::report::report(db, span))?;
    note(&app, span)?;
    if args.json {
        let mut all = json!({ "from": span.from, "to": span.to, "days": span.days });
        answers.iter().for_each(|answer| all[answer.question.as_str()] = answer.to_json());
        println!("{all}");
    } else {
        answers.iter().for_each(say);
    }
    Ok(ExitCode::SUCCESS)
}

/// Nothing is shown unless it is on record that it was asked for.
fn note(app: &App, span: Span) -> anyhow::Result<()> {
    let detail = json!({ "days": span.days, "from": span.from });
    let row = AuditRow::system(app.clock.now(), RECORD_REPORTED, detail);
    let noted: Result<(), WriteError<()>> =
        app.store.write_blocking("record.reported", Lane::Record, move |db| Ok(audit::append(db, &row)?));
    noted.map_err(|error| anyhow::anyhow!("this could not be put on record, so it is not shown: {error}"))
}

#[expect(clippy::print_stdout, reason = "the command's result")]
fn say(answer: &Answer) {
    println!("{}: {}", answer.question.as_str(), answer.readings());
    for count in &answer.counts {
        println!("  {} ({}): {} / {} tips", count.who.login, count.who.agency, count.readings, count.tips);
    }
}
