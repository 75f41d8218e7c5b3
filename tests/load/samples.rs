//! What is sent: the demo's forty made-up reports, each with a number of its own in front, so that no two are
//! alike and each can be looked for again. Owns the mix; every category, danger and exclusion in it stays as
//! it is, because they decide how many keys a report is sealed to.

use anyhow::Context as _;
use serde::Deserialize;

/// One made-up report.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    category: String,
    district: String,
    urgency: String,
    minor: String,
    exclude: String,
    consent: String,
    /// Its words.
    pub text: String,
}

impl Sample {
    /// The names and values of the form's fields, but for the text; those left alone are not among them.
    pub fn values(&self) -> Vec<(&'static str, &str)> {
        let danger = if self.urgency == "immediate" { "yes" } else { "no" };
        // These two stand for "could not say": the form's own way is to choose nothing.
        let unsure = matches!(self.category.as_str(), "undetermined" | "out_of_scope");
        let category = if unsure { "" } else { &self.category };
        let all = [
            ("place_district", self.district.as_str()),
            ("category", category),
            ("danger", danger),
            ("minor", &self.minor),
            ("exclude", &self.exclude),
            ("consent_police", &self.consent),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Its words under a number.
    pub fn numbered(&self, n: usize) -> String {
        format!("[{n:08}] {}", self.text)
    }
}

/// All of them.
pub fn all() -> anyhow::Result<Vec<Sample>> {
    let file = include_bytes!("../../assets/demo/tips.tsv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(&file[..]);
    reader.deserialize().collect::<Result<_, _>>().context("assets/demo/tips.tsv")
}
