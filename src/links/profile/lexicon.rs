//! The readable tables under the comparison (`assets/links`), ready to be looked for. Owns reading them; refuses what
//! they mean for two texts.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::tables;
use crate::insight::fold::{Folded, places};
use crate::insight::lexicon::Lexicon as Cues;

/// What kind of sign a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A setting or an object: brick kiln, dog, carousel.
    Thing,
    /// What reports of one kind have in common: a surrogate, a lock.
    Topic,
    /// Clothes, hair, what is worn.
    Garment,
    /// A colour.
    Colour,
    /// What people travel in.
    Vehicle,
    /// A mark on the body.
    Mark,
    /// A part of the body.
    Body,
    /// Left or right.
    Side,
    /// How somebody speaks.
    Speech,
    /// A boy is spoken of.
    Boy,
    /// A girl is spoken of.
    Girl,
    /// A man is spoken of.
    Man,
    /// A woman is spoken of.
    Woman,
    /// A child in its first weeks.
    Newborn,
}

impl Class {
    /// By its word in the table.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "thing" => Self::Thing,
            "topic" => Self::Topic,
            "garment" => Self::Garment,
            "colour" => Self::Colour,
            "vehicle" => Self::Vehicle,
            "mark" => Self::Mark,
            "body" => Self::Body,
            "side" => Self::Side,
            "speech" => Self::Speech,
            "boy" => Self::Boy,
            "girl" => Self::Girl,
            "man" => Self::Man,
            "woman" => Self::Woman,
            "newborn" => Self::Newborn,
            _ => return None,
        })
    }
}

/// A word of one of the tables, where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What the table says.
    pub what: T,
    /// Its first character's place.
    pub from: usize,
    /// The place after its last character.
    pub to: usize,
}

/// A sign of the table: its key, its class, and how much it tells, in tenths of a bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// One key for all its forms in all languages.
    pub key: String,
    /// What kind it is.
    pub class: Class,
    /// Tenths of a bit that two texts tell by sharing it.
    pub tells: u16,
}

/// A concept of the cues: how much it tells, and the kind of event it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concept {
    /// Its name in the table of cues.
    pub name: String,
    /// The kind of event, where it marks one.
    pub theme: Option<String>,
    /// Tenths of a bit.
    pub tells: u16,
}

impl Concept {
    /// One without a row: the table of cues grows before this one does.
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), theme: None, tells: 8 }
    }
}

/// Forms of one table and what they stand for.
struct Finder<T> {
    finder: AhoCorasick,
    values: Vec<T>,
}

impl<T: Clone> Finder<T> {
    fn of(forms: Vec<(String, T)>) -> Self {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(forms.iter().map(|(form, _)| form.as_str()))
            .expect("the tables fit a finder");
        Self { finder, values: forms.into_iter().map(|(_, value)| value).collect() }
    }

    /// The longest forms, none inside another.
    fn longest(&self, at: &Bytes) -> Vec<Found<T>> {
        self.finder
            .find_iter(&at.plain)
            .filter(|hit| at.is_whole(hit.start(), hit.end()))
            .map(|hit| {
                let what = self.values[hit.pattern().as_usize()].clone();
                Found { what, from: at.place(hit.start()), to: at.place(hit.end()) }
            })
            .collect()
    }
}

/// A folded text as bytes, with the place of each byte's character.
pub struct Bytes {
    plain: String,
    places: Vec<usize>,
}

impl Bytes {
    /// Of a folded text.
    pub fn of(text: &Folded) -> Self {
        let plain: String = text.chars.iter().collect();
        Self { places: places(&plain), plain }
    }

    /// The text.
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// Stretches of bytes as places of characters.
    pub fn places(&self, hits: impl Iterator<Item = (usize, usize)>) -> Vec<(usize, usize)> {
        hits.map(|(from, to)| (self.place(from), self.place(to))).collect()
    }

    fn place(&self, byte: usize) -> usize {
        self.places.get(byte).copied().unwrap_or_default()
    }

    /// Whether what stands there begins, and where its script asks for it ends, as a word does. A stem of five letters
    /// may have an ending; Chinese and the scripts of the south write no blanks.
    fn is_whole(&self, from: usize, to: usize) -> bool {
        let (before, form, after) = (&self.plain[..from], &self.plain[from..to], &self.plain[to..]);
        let (Some(first), Some(last)) = (form.chars().next(), form.chars().next_back()) else { return false };
        let starts = !is_spelled(first) || !before.chars().next_back().is_some_and(char::is_alphabetic);
        let stem = (last as u32) >= 0x400 || form.chars().count() >= 5;
        let mut rest = after.chars().skip_while(|c| *c == 's');
        let ends = !is_spelled(last) || stem || !rest.next().is_some_and(char::is_alphabetic);
        starts && ends
    }
}

/// Whether the character is of a script that puts blanks between words.
pub const fn is_spelled(c: char) -> bool {
    let code = c as u32;
    code < 0x530 || (code >= 0x1e00 && code < 0x2000) || (code >= 0xac00 && code < 0xd7b0)
}

/// Every table.
pub struct Lexicon {
    signs: Finder<Sign>,
    cues: &'static Cues,
    concepts: BTreeMap<String, Concept>,
    spots: Finder<(String, u16)>,
    areas: BTreeMap<String, String>,
    origins: AhoCorasick,
}

impl Default for Lexicon {
    fn default() -> Self {
        Self::new()
    }
}

impl Lexicon {
    /// Reads the tables built into the program.
    ///
    /// # Panics
    ///
    /// Where a table is damaged; a test reads all of it.
    pub fn new() -> Self {
        Self {
            signs: Finder::of(tables::signs()),
            cues: Cues::shared(),
            concepts: tables::concepts(),
            spots: Finder::of(tables::spots()),
            areas: tables::areas(),
            origins: AhoCorasick::new(super::words::origins()).expect("the words fit a finder"),
        }
    }

    /// The signs of a text.
    pub fn signs(&self, text: &Bytes) -> Vec<Found<Sign>> {
        self.signs.longest(text)
    }

    /// The concepts of a text that it does not deny, each with the first words that say it.
    pub fn cues(&self, text: &Folded) -> Vec<Found<Concept>> {
        let mut first: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for hit in self.cues.find(text, false) {
            // What somebody's origin says is not said.
            if !hit.denied && !self.origins.is_match(&text.plain(hit.from, hit.to)) {
                first.entry(self.cues.name(hit.concept)).or_insert((hit.from, hit.to));
            }
        }
        let concept = |name: &str| self.concepts.get(name).cloned().unwrap_or_else(|| Concept::new(name));
        first.into_iter().map(|(name, (from, to))| Found { what: concept(name), from, to }).collect()
    }

    /// The area of a few streets that a place lies in, if it has one.
    pub fn area(&self, place: &str) -> Option<&str> {
        self.areas.get(place).map(String::as_str)
    }

    /// The particular places of a text, by their Chinese names, with what each tells.
    pub fn spots(&self, text: &Bytes) -> Vec<Found<(String, u16)>> {
        self.spots.longest(text)
    }
}
