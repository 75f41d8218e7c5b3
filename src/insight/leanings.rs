//! What wordings lean to (倾向): how strongly a piece of text, a concept or a rule has spoken for a category in tips whose reading
//! is known. Owns the readable table `assets/insight/leanings.tsv` and the sums; refuses learning, which happens beforehand
//! (`tests/insight/learn.py`) from tips written for that purpose.
//!
//! Rules say what must be so; leanings say what is likely where no rule speaks. Both are added up, so that a person who asks can
//! be shown every summand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fold::Folded;
use super::lexicon::is_lettered;
use crate::plan::CategoryCode;

/// The readable table: a feature, then `category=hundredths` for each category it leans to or away from.
const TABLE: &str = include_str!("../../assets/insight/leanings.tsv");

/// How many letters of a word count: a crude stem.
const STEM: usize = 6;

/// From which share a feature is told as a reason: a quarter of what makes an even chance nearly three to one.
const CLEAR: i64 = 2_500;

/// How much a tip leans to immediate danger, and to each category; in hundredths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaning {
    /// To each category.
    pub categories: BTreeMap<CategoryCode, i64>,
    /// To immediate danger.
    pub immediate: i64,
}

/// The table, ready.
pub struct Leanings {
    rows: HashMap<&'static str, Vec<(To, i32)>>,
    all: Vec<CategoryCode>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    Category(CategoryCode),
    Immediate,
}

impl Leanings {
    /// The table built into the program.
    ///
    /// # Panics
    ///
    /// Where that table is damaged; a test reads all of it.
    pub fn embedded() -> Self {
        let mut rows = HashMap::new();
        let mut all = BTreeSet::new();
        for line in TABLE.lines().skip(1) {
            let (feature, weights) = line.split_once('\t').unwrap_or_else(|| panic!("leanings.tsv: {line}"));
            let weights: Vec<(To, i32)> = weights
                .split(' ')
                .map(|cell| weight(cell).unwrap_or_else(|| panic!("leanings.tsv: {line}")))
                .collect();
            all.extend(weights.iter().filter_map(|(to, _)| match to {
                To::Category(code) => Some(*code),
                To::Immediate => None,
            }));
            rows.insert(feature, weights);
        }
        Self { rows, all: all.into_iter().collect() }
    }

    /// How much a category of itself leans to immediate danger, in the same measure as [`Leaning`].
    pub fn immediate_of(&self, category: CategoryCode) -> i64 {
        self.weight(&format!("%={category}"), To::Immediate).unwrap_or_default() * 100
    }

    /// How a text with these features leans. A feature counts once, and as much as it is strong (in hundredths).
    pub fn of<'a>(&self, features: impl Iterator<Item = (&'a str, i64)>) -> Leaning {
        let mut leaning =
            Leaning { categories: self.all.iter().map(|code| (*code, 0)).collect(), immediate: 0 };
        for (feature, strength) in features {
            for (to, weight) in self.rows.get(feature).into_iter().flatten() {
                let sum = match to {
                    To::Category(code) => leaning.categories.entry(*code).or_default(),
                    To::Immediate => &mut leaning.immediate,
                };
                *sum += i64::from(*weight) * strength;
            }
        }
        leaning
    }

    /// How much a feature leans to something, where it does.
    fn weight(&self, feature: &str, to: To) -> Option<i64> {
        let row = self.rows.get(feature)?;
        row.iter().find(|(it, _)| *it == to).map(|(_, weight)| i64::from(*weight))
    }

    /// The features that speak clearly for a category, the strongest first.
    pub fn why<'a>(
        &self,
        category: CategoryCode,
        features: impl Iterator<Item = (&'a str, i64)>,
    ) -> Vec<&'a str> {
        let share = |(feature, strength): (&'a str, i64)| {
            Some((self.weight(feature, To::Category(category))? * strength, feature))
        };
        let mut all: Vec<(i64, &str)> =
            features.filter_map(share).filter(|(share, _)| *share >= CLEAR).collect();
        all.sort_by(|a, b| b.cmp(a));
        all.into_iter().map(|(_, feature)| feature).collect()
    }
}

fn weight(cell: &str) -> Option<(To, i32)> {
    let (name, weight) = cell.split_once('=')?;
    let to = if name == "!" { To::Immediate } else { To::Category(name.parse().ok()?) };
    Some((to, weight.parse().ok()?))
}

/// Pieces of the wording: two and three Chinese characters or Korean syllables in a row, the beginnings of words in alphabets.
/// What stands in `without` (names of places, numbers) is left out: where something happens says nothing of what it is.
pub fn pieces(text: &Folded, without: &[(usize, usize)]) -> BTreeSet<String> {
    let mut pieces = BTreeSet::new();
    let mut chars = text.chars.clone();
    for (from, to) in without {
        chars[*from..*to].fill(' ');
    }
    for (at, c) in chars.iter().enumerate() {
        if is_block(*c) {
            for length in 2..=3 {
                let piece = chars.get(at..at + length).filter(|piece| piece.iter().all(|c| is_block(*c)));
                pieces.extend(piece.map(|piece| piece.iter().collect::<String>()));
            }
        } else if is_lettered(*c) && (at == 0 || !is_lettered(chars[at - 1])) {
            let word: String = chars[at..].iter().take(STEM).take_while(|c| is_lettered(**c)).collect();
            if word.chars().count() > 2 {
                pieces.insert(word);
            }
        }
    }
    pieces
}

const fn is_block(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{ac00}'..='\u{d7a3}')
}
