//! `homeward route`: how a tip with these facts would travel, and why. Owns the printed form only.
//!
//! `lead`, `first_responder`, `content_for`, `told` and `may_be_told` print bodies (`psb`); `lead_branch` is
//! the branch that leads (`psb-120114`) or null; `ladder` and `excluded` print desks, because there the
//! branch is the point. An excluded body stands for its branches.
#![expect(clippy::print_stdout, reason = "a command prints its result")]

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::plan::{AgencyCode, BodyCode, CategoryCode, DistrictCode, Lang, Plan, Urgency};
use crate::routing::{Decision, FullCoverage, TipFacts, bodies_of, decide};

use super::plan::PlanSource;

/// Show where a report with these facts would go, and why.
#[derive(Debug, Args)]
pub struct RouteArgs {
    /// What it is about, as `missing_child`.
    #[arg(long, required_unless_present = "all")]
    category: Option<CategoryCode>,
    /// Where: a GB/T 2260 code, or `unknown`.
    #[arg(long, required_unless_present = "all", value_parser = place)]
    district: Option<Place>,
    /// A second matter in the same report.
    #[arg(long, value_name = "CATEGORY")]
    secondary: Option<CategoryCode>,
    /// immediate, urgent or normal; without it, as the category says.
    #[arg(long)]
    urgency: Option<Urgency>,
    /// The category's pressing circumstance is given.
    #[arg(long)]
    sharp: bool,
    /// The person concerned is a minor.
    #[arg(long)]
    minor: bool,
    /// The report shows a crime.
    #[arg(long, value_enum, default_value_t = Answer::No)]
    crime: Answer,
    /// The person concerned agrees that the police read it.
    #[arg(long, value_enum, default_value_t = Answer::No)]
    consent_police: Answer,
    /// Who must not see it: a body (`psb`) or a branch (`psb-120114`); may be repeated.
    #[arg(long, value_name = "CODE")]
    exclude: Vec<AgencyCode>,
    /// Print one line for every category, place and urgency, under the other facts given.
    #[arg(long, requires = "json", conflicts_with_all = ["category", "district", "urgency"])]
    all: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: PlanSource,
}

/// A district, or none known.
#[derive(Clone, Copy, Debug)]
struct Place(Option<DistrictCode>);

fn place(text: &str) -> Result<Place, String> {
    match text {
        "unknown" => Ok(Place(None)),
        code => code.parse().map(|code| Place(Some(code))).map_err(|e| format!("{e}")),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Answer {
    Yes,
    No,
}

impl RouteArgs {
    fn facts(&self, category: CategoryCode) -> TipFacts {
        TipFacts {
            secondary: self.secondary,
            district: self.district.and_then(|place| place.0),
            urgency: self.urgency,
            sharp: self.sharp,
            minor: self.minor,
            crime: self.crime == Answer::Yes,
            consent_police: self.consent_police == Answer::Yes,
            exclude: self.exclude.iter().copied().collect(),
            ..TipFacts::of(category)
        }
    }
}

/// Runs `homeward route`.
pub fn run(args: &RouteArgs) -> anyhow::Result<ExitCode> {
    let plan = args.source.load()?;
    match args.category {
        Some(category) => one(&plan, args, &args.facts(category))?,
        None => all(&plan, args)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn one(plan: &Plan, args: &RouteArgs, facts: &TipFacts) -> anyhow::Result<()> {
    let decision = decide(plan, facts, &FullCoverage::of(plan))?;
    if args.json {
        println!("{}", json_of(&decision));
    } else {
        print!("{}", words_of(plan, &decision));
    }
    Ok(())
}

/// Every category, place and urgency, a line each, with the question beside the answer.
fn all(plan: &Plan, args: &RouteArgs) -> anyhow::Result<()> {
    let coverage = FullCoverage::of(plan);
    let places = || std::iter::once(None).chain(plan.districts().iter().map(|d| Some(d.code)));
    for category in plan.categories() {
        for (district, urgency) in places().flat_map(|d| Urgency::ALL.map(|u| (d, u))) {
            let facts = TipFacts { district, urgency: Some(urgency), ..args.facts(category.code) };
            let mut line = json_of(&decide(plan, &facts, &coverage)?);
            line["category"] = json!(category.code);
            line["district"] = district.map_or(json!("unknown"), |d| json!(d));
            println!("{line}");
        }
    }
    Ok(())
}

fn bodies(desks: &BTreeSet<AgencyCode>) -> BTreeSet<BodyCode> {
    bodies_of(desks)
}

fn json_of(decision: &Decision) -> Value {
    let because = |b: &crate::routing::Because| json!({ "rule": b.rule, "zh": b.text(Lang::Zh), "en": b.text(Lang::En) });
    json!({
        "lead": decision.lead.body(),
        "lead_branch": Some(decision.lead).filter(AgencyCode::is_branch),
        "first_responder": decision.first_responder.map(|desk| desk.body()),
        "access": decision.access,
        "ladder": decision.ladder,
        "content_for": bodies(&decision.content_for),
        "told": bodies(&decision.told),
        "may_be_told": bodies(&decision.may_be_told),
        "excluded": decision.excluded_in_short(),
        "urgency": decision.urgency,
        "first_action_minutes": decision.first_action_minutes,
        "clauses": decision.clauses,
        "rule": decision.rule,
        "plan_version": decision.plan_version,
        "because": decision.because.iter().map(because).collect::<Vec<_>>(),
    })
}

/// The decision for a person: names, then the reasons.
fn words_of(plan: &Plan, decision: &Decision) -> String {
    let name = |code: &AgencyCode| {
        plan.agency(code).map_or_else(|| code.to_string(), |agency| format!("{code} {}", agency.zh))
    };
    let names = |codes: Vec<&AgencyCode>| match codes.is_empty() {
        true => "-".to_owned(),
        false => codes.into_iter().map(name).collect::<Vec<_>>().join("; "),
    };
    let short = decision.excluded_in_short();
    let rows = [
        ("lead", name(&decision.lead)),
        ("first responder", names(decision.first_responder.iter().collect())),
        ("ladder", names(decision.ladder.iter().collect())),
        ("content for", names(decision.content_for.iter().collect())),
        ("told", names(decision.told.iter().collect())),
        ("may be told", names(decision.may_be_told.iter().collect())),
        ("excluded", names(short.iter().collect())),
        ("rule", format!("{} of plan {}", decision.rule, decision.plan_version)),
    ];
    let mut text: String = rows.iter().map(|(what, who)| format!("{what:<16}{who}\n")).collect();
    for because in &decision.because {
        text.push_str(&format!("[{}] {}\n", because.rule, because.text(Lang::Zh)));
        text.push_str(&format!("{:>7}{}\n", "", because.text(Lang::En)));
    }
    text
}
