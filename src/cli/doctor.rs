//! `homeward doctor`: whether a portal stands as it should, one line for each thing, worst last. Owns what is asked
//! and said in a terminal; refuses looking (`app::doctor`).

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::settings::Settings;
use crate::app::doctor::{Finding, Level, Look, examine};
use crate::clock::{Clock as _, SystemClock};
use crate::i18n::{Locale, Texts};

/// Looks at everything a portal stands on, and says what to do. Changes nothing.
///
/// Ends with 0 where nothing is wrong, with 1 otherwise; what wants attention alone is not wrong.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Sends one test mail to this address; without it the relay is only greeted.
    #[arg(long, value_name = "ADDRESS")]
    mail_test: Option<String>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs the command.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub fn run(args: &Doctor) -> anyhow::Result<ExitCode> {
    let config = args.settings.config()?;
    let look = Look { config: &config, now: SystemClock.now(), mail_test: args.mail_test.as_deref() };
    let mut found = examine(&look);
    found.sort_by_key(|finding| finding.level);
    let is_well = found.iter().all(|finding| finding.level < Level::Wrong);
    if args.json {
        let lines: Vec<Value> = found.iter().map(as_json).collect();
        println!("{}", json!({ "well": is_well, "findings": lines }));
    } else {
        found.iter().for_each(|finding| println!("{}", as_line(finding)));
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(finding: &Finding) -> Value {
    let facts: Value = finding.facts.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let [zh, en] = Locale::ALL.map(|locale| said(finding, locale));
    json!({ "level": finding.level, "code": finding.code, "facts": facts, "zh": zh, "en": en })
}

fn as_line(finding: &Finding) -> String {
    let [zh, en] = Locale::ALL.map(|locale| said(finding, locale));
    let [mark_zh, mark_en] = Locale::ALL.map(|locale| {
        Texts(locale).get(match finding.level {
            Level::Ok => "doctor-level-ok",
            Level::Attention => "doctor-level-attention",
            Level::Wrong => "doctor-level-wrong",
        })
    });
    format!("[{mark_zh} {mark_en}] {zh} / {en}")
}

/// What was found, and, unless all is well, what to do.
fn said(finding: &Finding, locale: Locale) -> String {
    let (texts, id) = (Texts(locale), format!("doctor-{}", finding.code));
    let facts: Vec<(&'static str, &str)> = finding.facts.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let what = texts.with(&id, &facts);
    if finding.level == Level::Ok {
        return what;
    }
    let to_do = texts.with(&format!("{id}-do"), &facts);
    format!("{what}{}{to_do}", if locale == Locale::Zh { "" } else { " " })
}
