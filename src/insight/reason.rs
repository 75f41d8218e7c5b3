//! Why something is read from a text, in words (理由): the concept in the officer's languages and the text's own words. Owns the
//! telling; refuses a reading that cannot be told.

use super::accused::Accused;
use super::fold::Folded;
use super::lexicon::{Concept, Hit, Lexicon};
use super::reader::Reading;
use super::readings::{Present, Row, Says};

/// How many concepts and how many pieces of wording are told for a category.
const MOST: usize = 5;

/// Concepts that number and marks stand for: they weigh, and tell a person nothing.
const SILENT: [&str; 8] =
    ["short", "place", "outside", "phone", "account", "foreign_language", "sum", "large_sum"];

/// Why something is read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What for: `category`, `secondary`, `urgency`, `disposition`, `district`, `excluded`.
    pub of: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The words of the text, as typed; none where a number or the whole says it.
    pub said: String,
}

impl Reason {
    /// As one line in English: `category: locked in, cannot leave (“锁着”)`.
    pub fn line(&self) -> String {
        match self.said.is_empty() {
            true => format!("{}: {}", self.of, self.en),
            false => format!("{}: {} (“{}”)", self.of, self.en, self.said),
        }
    }
}

/// What is needed to tell.
pub(super) struct Telling<'t> {
    pub(super) text: &'t Folded,
    pub(super) hits: &'t [Hit],
    pub(super) lexicon: &'t Lexicon,
}

impl Telling<'_> {
    /// The concepts and the wording that speak most for the category; `features` the strongest first.
    pub(super) fn leaning(&self, reading: &mut Reading, features: &[&str]) {
        let concepts = features.iter().filter_map(|it| self.lexicon.concept(it.strip_prefix('@')?));
        let telling = concepts.filter(|concept| !SILENT.contains(&self.lexicon.name(*concept)));
        for concept in telling.take(MOST).collect::<Vec<_>>() {
            self.concept(reading, "category", concept);
        }
        let pieces = features.iter().filter(|it| !it.starts_with(['@', '%', '*'])).take(MOST);
        let said = pieces.copied().collect::<Vec<_>>().join(" / ");
        if !said.is_empty() {
            let (zh, en) = ("此类线索常见的说法", "wording that such tips often use");
            reading.reasons.push(Reason { of: "category", zh: zh.to_owned(), en: en.to_owned(), said });
        }
    }

    /// What rows say of the second matter, of urgency and disposition.
    pub(super) fn rows<'r>(
        &self,
        reading: &mut Reading,
        rows: impl Iterator<Item = &'r Row>,
        present: &Present,
    ) {
        for row in rows {
            let of = match row.says {
                Says::Second(_, second) if Some(second) == reading.secondary => "secondary",
                Says::Urgency(urgency) if urgency == reading.urgency => "urgency",
                Says::Disposition(it) if it == reading.disposition => "disposition",
                _ => continue,
            };
            for concept in row.rests_on().filter(|concept| present.has(*concept)) {
                self.concept(reading, of, concept);
            }
        }
    }

    /// Where, and whom the text speaks against.
    pub(super) fn place_and_accused(&self, reading: &mut Reading, accused: &[Accused]) {
        let named = |of, zh: &str, en: &str, said: &String| Reason {
            of,
            zh: zh.to_owned(),
            en: en.to_owned(),
            said: said.clone(),
        };
        let places = reading.place.said.iter().map(|said| named("district", "地名", "names the place", said));
        let against =
            accused.iter().map(|(_, said)| named("excluded", "反映该单位", "speaks against this body", said));
        let mut more: Vec<Reason> = places.chain(against).collect();
        more.dedup();
        reading.reasons.extend(more);
    }

    fn concept(&self, reading: &mut Reading, of: &'static str, concept: Concept) {
        let hit = self.hits.iter().find(|hit| hit.concept == concept && !hit.denied);
        let (zh, en) = self.lexicon.words(concept);
        if reading.reasons.iter().any(|it| it.of == of && it.zh == zh) {
            return;
        }
        let said = hit.map_or_else(String::new, |hit| self.text.said(hit.from, hit.to));
        reading.reasons.push(Reason { of, zh: zh.to_owned(), en: en.to_owned(), said });
    }
}
