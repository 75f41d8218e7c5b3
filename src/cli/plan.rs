//! `homeward plan check`: the coverage proof of the plan, for a person and for another program. Owns how it
//! is printed; what is proved is in `routing::proof`.
//!
//! The proof takes any coverage. Here every desk is manned, as the plan promises; a running portal's own
//! coverage is proved by the same [`report`].
#![expect(clippy::print_stdout, reason = "a command prints its result")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::live;
use super::settings::Settings;
use crate::app::App;
use crate::clock::SystemClock;
use crate::plan::check::{ClauseCover, Finding};
use crate::plan::{CategoryCode, Plan, PlanError, PlanFiles};
use crate::routing::FullCoverage;
use crate::routing::proof::life::prove_later;
use crate::routing::proof::{Report, report};
use crate::vault::entropy::OsEntropy;

/// Look at the action plan that routes the reports.
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Prove that every report finds an owner and that nobody learns more than the plan allows.
    Check(CheckArgs),
}

/// What to check, and how to print it.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    source: PlanSource,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Check a portal's own directory: who is named to act must really open what is sealed to them.
    #[arg(long)]
    live: bool,
    /// With --live: names and passwords of officers; default: the demo's own in its data folder.
    #[arg(long, value_name = "FILE", requires = "live")]
    officers: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
}

/// Which plan is meant.
#[derive(Debug, Args)]
pub struct PlanSource {
    /// Read the plan's files from this folder instead of those compiled in.
    #[arg(long, value_name = "DIR")]
    plan: Option<PathBuf>,
    /// Read the plan as it is valid on this day instead of the day of its last review.
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<Date>,
}

impl PlanSource {
    fn files(&self) -> Result<PlanFiles, PlanError> {
        self.plan.as_deref().map_or_else(|| Ok(PlanFiles::embedded()), PlanFiles::from_dir)
    }

    /// The plan that is meant.
    pub fn load(&self) -> Result<Plan, PlanError> {
        let files = self.files()?;
        self.on.map_or_else(|| Plan::parse(&files), |day| Plan::parse_on(&files, day))
    }

    /// The proof of the plan that is meant, over its life: on its day, and on every later one on which its own dates
    /// change it.
    fn prove(&self) -> Result<Report, PlanError> {
        let plan = self.load()?;
        let mut whole = report(&plan, &FullCoverage::of(&plan));
        for (day, finding) in prove_later(&self.files()?, plan.day()).findings {
            whole.findings.push(Finding { says: format!("from {day} on: {}", finding.says), ..finding });
        }
        Ok(whole)
    }
}

/// Runs `homeward plan`.
pub fn run(args: &PlanArgs) -> anyhow::Result<ExitCode> {
    let Act::Check(check) = &args.act;
    if check.live {
        return run_live(check);
    }
    let outcome = check.source.prove();
    let green = outcome.as_ref().is_ok_and(Report::is_green);
    match outcome {
        Ok(report) if check.json => print_json(&serde_json::to_value(&report)?, green),
        Err(error) if check.json => print_json(&json!({ "findings": [unreadable(&error)] }), green),
        Ok(report) => print_report(&report),
        Err(error) => println!("RED {}", unreadable(&error)),
    }
    Ok(if green { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Proves the plan over the portal's own directory, and that whoever is named can read.
fn run_live(check: &CheckArgs) -> anyhow::Result<ExitCode> {
    let mut config = check.settings.config()?;
    if check.settings.data.is_none() && config.data.dir == std::path::Path::new("data") {
        config.data.dir = "demo-data".into();
    }
    let officers = check.officers.clone().unwrap_or_else(|| config.data.dir.join("demo-officers.json"));
    anyhow::ensure!(config.data.database().exists(), "{} holds no portal", config.data.dir.display());
    let (app, _) = App::open(config, Arc::new(SystemClock), Arc::new(OsEntropy))?;
    let mut live = live::check(&app, &officers)?;
    live.gaps.extend(in_force(&app, &mut live.plan_version));
    if check.json {
        println!("{}", serde_json::to_string(&live)?);
    } else {
        println!("plan {} routes here", live.plan_version);
        println!(
            "{} reports sealed; {} agencies named to act; opened {} times",
            live.reports,
            live.named.len(),
            live.opened
        );
        live.gaps.iter().for_each(|gap| println!("RED {gap}"));
        println!("{}", if live.gaps.is_empty() { "green: whoever is named to act can read" } else { "red" });
    }
    Ok(if live.gaps.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is wrong with the version that routes here, and with the one that should.
fn in_force(app: &App, label: &mut String) -> Vec<String> {
    let plan = app.plan();
    plan.label().clone_into(label);
    let findings = report(&plan, &FullCoverage::of(&plan)).findings;
    let broken = app.plans.refused().map(|it| format!("plan {}: {}", it.label, it.why));
    findings.iter().map(|finding| format!("plan {label}: {finding}")).chain(broken).collect()
}

/// A plan that cannot be read is a finding like any other: red, in one line.
fn unreadable(error: &PlanError) -> Finding {
    Finding::new("load", "plan", error.to_string())
}

fn print_json(report: &Value, green: bool) {
    let mut report = report.clone();
    report["green"] = green.into();
    println!("{report}");
}

fn print_report(report: &Report) {
    println!(
        "plan {} on {}: {} bodies, {} desks, {} districts, {} categories and dispositions",
        report.plan_version, report.day, report.bodies, report.agencies, report.districts, report.categories
    );
    report.clauses.iter().for_each(print_clause);
    println!(
        "{} tips of one category and {} of two decided; {} desks lead",
        report.single_cases,
        report.mixed_cases,
        report.leads.len()
    );
    for finding in &report.findings {
        println!("RED {finding}");
    }
    let verdict = match report.findings.len() {
        0 => "green: every tip has one lead that can take it, and nobody is told beyond the brackets"
            .to_owned(),
        count => format!("red: {count} findings"),
    };
    println!("{verdict}");
}

fn print_clause(cover: &ClauseCover) {
    let categories: Vec<&str> = cover.categories.iter().map(CategoryCode::as_str).collect();
    let served = match &cover.not_applicable {
        None => format!("covered by {}", categories.join(", ")),
        Some((_, reason)) => format!("not applicable: {reason}"),
    };
    println!("{:<8} {} | {served}", cover.clause, cover.zh);
}
