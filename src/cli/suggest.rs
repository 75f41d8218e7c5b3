//! `homeward suggest`: what the words of reports say, line by line. Owns reading JSON lines and writing them; the reading is
//! `insight`'s, the comparing `links`'. Needs no data folder and opens none.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::i18n::{Locale, Texts};
use crate::insight::{Reader, suggest};
use crate::links::likeness::pairs;
use crate::links::{profile, say};
use crate::plan::Plan;

use super::plan::PlanSource;

/// Read reports as JSON lines, `{"id","text"}`, from standard input, and say what their words say.
#[derive(Debug, Args)]
pub struct SuggestArgs {
    /// Afterwards name pairs that are likely the same event, a line each.
    #[arg(long)]
    duplicates: bool,
    /// Print what the reading rests on instead: every feature with its strength in hundredths, to learn the leanings from.
    #[arg(long, conflicts_with = "duplicates")]
    features: bool,
    #[command(flatten)]
    source: PlanSource,
}

/// A report as it is read. Other members are ignored.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
}

/// Runs `homeward suggest`. A line that cannot be read is answered with its number and why, and makes the exit code 1; the
/// others are read all the same.
pub fn run(args: &SuggestArgs) -> anyhow::Result<ExitCode> {
    let plan = args.source.load()?;
    let reader = Reader::new(&plan);
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    let mut output = io::BufWriter::new(output);
    let mut all_read = true;
    let mut compared = args.duplicates.then(|| Compared::new(&plan));
    for (number, line) in input.split(b'\n').enumerate() {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = if args.features { features(&reader, &line) } else { answer(&plan, &reader, &line) };
        if let (Some(compared), Ok(answer)) = (&mut compared, &answer) {
            compared.add(answer["id"].clone(), &line);
        }
        let answer = answer.unwrap_or_else(|error| {
            all_read = false;
            json!({ "line": number + 1, "error": error.to_string() })
        });
        writeln!(output, "{answer}")?;
    }
    if let Some(compared) = compared {
        compared.write(&plan, &mut output)?;
    }
    output.flush()?;
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is kept of each report until all are read, to be compared: facts, not texts.
struct Compared {
    reader: profile::Reader,
    told: Date,
    ids: Vec<Value>,
    profiles: Vec<profile::Profile>,
}

impl Compared {
    fn new(plan: &Plan) -> Self {
        let (ids, profiles) = Default::default();
        Self { reader: profile::Reader::of(plan), told: plan.day(), ids, profiles }
    }

    fn add(&mut self, id: Value, line: &[u8]) {
        let Ok(line) = serde_json::from_slice::<Line>(line) else { return };
        self.ids.push(id);
        self.profiles.push(profile::Profile::of(&line.text, self.told, &self.reader));
    }

    fn write(&self, plan: &Plan, output: &mut impl Write) -> io::Result<()> {
        for pair in pairs::pairs(&self.profiles) {
            let said = pair.likeness.reasons.iter().map(|reason| say::event(Texts(Locale::En), plan, reason));
            let ids = [&self.ids[pair.left], &self.ids[pair.right]];
            writeln!(output, "{}", json!({ "pair": ids, "reasons": said.collect::<Vec<_>>() }))?;
        }
        Ok(())
    }
}

fn answer(plan: &Plan, reader: &Reader, line: &[u8]) -> serde_json::Result<Value> {
    let line: Line = serde_json::from_slice(line)?;
    let mut answer = suggest::suggest(plan, &reader.read(&line.text));
    answer["id"] = line.id;
    Ok(answer)
}

fn features(reader: &Reader, line: &[u8]) -> serde_json::Result<Value> {
    let line: Line = serde_json::from_slice(line)?;
    let (said, features) = reader.explain(&line.text);
    Ok(json!({ "id": line.id, "concepts": said, "features": features }))
}
