//! From concepts to what a tip is about (判读规则). Owns the table `assets/insight/readings.tsv`: a row says what must stand in a
//! text, and what not, for something to be read from it. Refuses weights that nobody can explain: a row is a sentence.
//!
//! | kind | value | weight |
//! |---|---|---|
//! | `category` | a category | how strongly it speaks for (or against) it |
//! | `second` | main category `+` second one | none: the second matter is carried where its own rows score |
//! | `urgency` | `immediate`, `urgent`, `normal` | which of several counts: the highest |
//! | `disposition` | `redirect`, `spam`, `abuse`, `triage` | the same |
//!
//! Needs are joined by `+`: a concept, `!concept` (must not stand there), `a|b` (either), `no:concept` (is denied),
//! `@category` (is what the tip is about).

use super::lexicon::{Concept, Lexicon};
use crate::plan::{CategoryCode, Urgency};

/// The readable table.
const TABLE: &str = include_str!("../../assets/insight/readings.tsv");

/// What is done with a tip, as a suggestion to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It goes to whoever leads.
    Route,
    /// A person finds out what it is.
    Triage,
    /// It is another service's matter, which is named in the answer.
    Redirect,
    /// It looks like an advert; a person looks.
    Spam,
    /// It insults and says nothing else; a person looks.
    Abuse,
}

impl Disposition {
    /// The word in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Triage => "triage",
            Self::Redirect => "redirect",
            Self::Spam => "spam",
            Self::Abuse => "abuse",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Route, Self::Triage, Self::Redirect, Self::Spam, Self::Abuse]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

/// What a row needs of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Has(Concept),
    Lacks(Concept),
    Denies(Concept),
    Is(CategoryCode),
    IsNot(CategoryCode),
}

/// Needs of which one is enough.
type Either = Vec<Need>;

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// For or against a category.
    Category(CategoryCode),
    /// That the second category may stand beside the first.
    Second(CategoryCode, CategoryCode),
    /// How pressing it is.
    Urgency(Urgency),
    /// What is done with it.
    Disposition(Disposition),
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    needs: Vec<Either>,
    /// What it says.
    pub says: Says,
    /// How strongly.
    pub weight: i32,
}

/// Which concepts stand in a text, and which are denied in it.
#[derive(Clone, Debug)]
pub struct Present {
    has: Vec<bool>,
    denied: Vec<bool>,
}

impl Present {
    /// Nothing yet.
    pub fn none(lexicon: &Lexicon) -> Self {
        Self { has: vec![false; lexicon.len()], denied: vec![false; lexicon.len()] }
    }

    /// Marks a concept.
    pub fn mark(&mut self, concept: Concept, denied: bool) {
        let of = if denied { &mut self.denied } else { &mut self.has };
        of[usize::from(concept.0)] = true;
    }

    /// Whether it stands there.
    pub fn has(&self, concept: Concept) -> bool {
        self.has[usize::from(concept.0)]
    }

    /// Whether it is denied, and does not stand there besides.
    pub fn denies(&self, concept: Concept) -> bool {
        self.denied[usize::from(concept.0)] && !self.has(concept)
    }

    fn meets(&self, need: Need, category: Option<CategoryCode>) -> bool {
        match need {
            Need::Has(concept) => self.has(concept),
            Need::Lacks(concept) => !self.has(concept),
            Need::Denies(concept) => self.denies(concept),
            Need::Is(code) => category == Some(code),
            Need::IsNot(code) => category != Some(code),
        }
    }
}

impl Row {
    /// Whether the row speaks, of a text that is about `category`.
    pub fn speaks(&self, present: &Present, category: Option<CategoryCode>) -> bool {
        self.needs.iter().all(|either| either.iter().any(|need| present.meets(*need, category)))
    }

    /// The concepts that it rests on.
    pub fn rests_on(&self) -> impl Iterator<Item = Concept> {
        self.needs.iter().flatten().filter_map(|need| match need {
            Need::Has(concept) => Some(*concept),
            _ => None,
        })
    }
}

/// Every row of the table.
///
/// # Panics
///
/// Where the table built into the program is damaged; a test reads all of it.
pub fn embedded(lexicon: &Lexicon) -> Vec<Row> {
    let rows = TABLE.lines().skip(1).filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| row(lexicon, line).unwrap_or_else(|| panic!("readings.tsv: {line}"))).collect()
}

fn row(lexicon: &Lexicon, line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [kind, value, needs, weight] = cells[..] else { return None };
    let says = match kind {
        "category" => Says::Category(value.parse().ok()?),
        "second" => {
            let (main, second) = value.split_once('+')?;
            Says::Second(main.parse().ok()?, second.parse().ok()?)
        }
        "urgency" => Says::Urgency(value.parse().ok()?),
        "disposition" => Says::Disposition(Disposition::named(value)?),
        _ => return None,
    };
    let needs = needs.split('+').filter(|need| *need != "-");
    let needs =
        needs.map(|need| need.split('|').map(|one| self::need(lexicon, one)).collect::<Option<Either>>());
    Some(Row { needs: needs.collect::<Option<_>>()?, says, weight: weight.parse().ok()? })
}

fn need(lexicon: &Lexicon, word: &str) -> Option<Need> {
    Some(match word.split_at_checked(1)? {
        ("!", rest) if rest.starts_with('@') => Need::IsNot(rest[1..].parse().ok()?),
        ("!", rest) => Need::Lacks(lexicon.concept(rest)?),
        ("@", rest) => Need::Is(rest.parse().ok()?),
        _ => match word.strip_prefix("no:") {
            Some(rest) => Need::Denies(lexicon.concept(rest)?),
            None => Need::Has(lexicon.concept(word)?),
        },
    })
}
