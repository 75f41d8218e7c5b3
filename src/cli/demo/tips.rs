//! The demo's tips: forty made-up reports in eight languages, sent in through the same act as the form's,
//! over the last two days.

use std::sync::Arc;

use anyhow::Context as _;
use serde::Deserialize;

use crate::app::App;
use crate::clock::ShiftedClock;
use crate::i18n::Locale;
use crate::intake::draft::{Draft, Field};
use crate::intake::report::Via;
use crate::vault::submit_key::SubmitKey;
use crate::web::public::submit::{Submission, submit};

#[derive(Deserialize)]
struct Sample {
    category: String,
    district: String,
    urgency: String,
    minor: String,
    exclude: String,
    consent: String,
    text: String,
}

fn samples() -> anyhow::Result<Vec<Sample>> {
    let file = include_bytes!("../../../assets/demo/tips.tsv");
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').quoting(false).from_reader(&file[..]);
    reader.deserialize().collect::<Result<_, _>>().context("assets/demo/tips.tsv")
}

/// Sends them, oldest first, each at its own time in the past.
pub async fn send(app: &Arc<App>, clock: &ShiftedClock) -> anyhow::Result<()> {
    let samples = samples()?;
    let count = i64::try_from(samples.len())?;
    for (n, sample) in (0_i64..).zip(&samples) {
        // The newest came a few minutes ago, the oldest two days ago; more of them lately.
        let back = (count - n) * (count - n) * 105 + 240;
        clock.shift_to(-back);
        one(app, sample).await.with_context(|| format!("sample tip {n}"))?;
    }
    clock.shift_to(0);
    Ok(())
}

async fn one(app: &Arc<App>, sample: &Sample) -> anyhow::Result<()> {
    let mut draft = Draft::default();
    let danger = if sample.urgency == "immediate" { "yes" } else { "no" };
    // These two stand for "could not say": the form's own way is to choose nothing.
    let category = if matches!(sample.category.as_str(), "undetermined" | "out_of_scope") {
        ""
    } else {
        &sample.category
    };
    for (field, value) in [
        (Field::Text, sample.text.as_str()),
        (Field::District, &sample.district),
        (Field::Category, category),
        (Field::Danger, danger),
        (Field::Minor, &sample.minor),
        (Field::Exclude, &sample.exclude),
        (Field::Consent, &sample.consent),
    ] {
        if !value.is_empty() {
            draft.put(field, value);
        }
    }
    let key = SubmitKey::generate(app.entropy.as_ref());
    let submission =
        Submission { draft: &draft, photo: None, key: &key, language: Locale::Zh, via: Via::Web };
    submit(app, &submission).await?;
    Ok(())
}
