//! What a comparison needs of a text, read once (比对要素): numbers by which people are reached, places, ages, sums,
//! hours, floors, what is worn, marks, settings, concepts that do not depend on the language, and the rest of its words.
//! Owns reading; refuses weighing two texts.
//!
//! A profile holds words of the text: it lives in memory as long as a comparison, and is neither stored nor logged.
//! Nationality, ethnicity and region of origin are no facts here.

use jiff::civil::Date;

use crate::insight::entities::{self, Kind};
use crate::insight::fold::Folded;
use crate::insight::place::Gazetteer;
use crate::plan::{DistrictCode, Plan};

mod beside;
pub mod lexicon;
mod looks;
pub mod measures;
pub mod numerals;
mod person;
mod tables;
mod taken;
mod words;

use lexicon::{Bytes, Found, Lexicon, Sign};
use measures::{Meaning, Measure};
pub use person::{Person, Sex};
use taken::Taken;

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// A number or name by which somebody is reached.
    Entity(Kind),
    /// All of its words: a report sent twice, an advert.
    Text,
    /// A particular place: a landmark, a street, a town.
    Spot,
    /// A few streets that particular places lie in.
    Area,
    /// A setting or an object.
    Thing,
    /// An object or circumstance that reports of one kind have in common.
    Topic,
    /// Clothes, hair or a vehicle, with its colour where one is said; a mark, with its part of the body.
    Look,
    /// A mark on the body.
    Mark,
    /// How somebody speaks.
    Speech,
    /// What somebody is called.
    Name,
    /// A train, a flight, a code of letters and figures.
    Code,
    /// What it is about, in the names of the table of cues.
    Concept,
}

/// A fact: its key is one for all languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub aspect: Aspect,
    /// Its one spelling.
    pub name: String,
    /// The words that say it, as they were typed.
    pub said: String,
    /// Where the words stand: the first character's place and the place after the last.
    pub at: (usize, usize),
    /// What two texts tell by sharing it, in tenths of a bit.
    pub tells: u16,
    /// The name and aspect as a number.
    pub key: u64,
}

/// A number with what it counts, and the words that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it counts.
    pub meaning: Meaning,
    /// The least.
    pub low: u64,
    /// The most.
    pub high: u64,
    /// The words, as they were typed.
    pub said: String,
}

/// A stretch of letters that is neither a fact nor a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gram {
    pub(crate) key: u64,
    pub(crate) tells: u16,
    pub(crate) from: u32,
    pub(crate) to: u32,
}

/// What a text says, for comparing.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Facts, by key.
    pub facts: Vec<Fact>,
    /// Numbers with what they count.
    pub figures: Vec<Figure>,
    /// The one district.
    pub district: Option<DistrictCode>,
    /// The person it is about.
    pub person: Person,
    /// Kinds of event it may be, with how much marks each.
    pub themes: Vec<(String, u16)>,
    pub(crate) grams: Vec<Gram>,
    pub(crate) typed: Vec<char>,
}

/// Everything that reading needs, made once.
pub struct Reader {
    gazetteer: Gazetteer,
    lexicon: Lexicon,
    numerals: numerals::Numerals,
    units: measures::Units,
    no_words: aho_corasick::AhoCorasick,
}

impl Reader {
    /// The tables over the plan compiled in.
    ///
    /// # Panics
    ///
    /// Where a table or the plan built into the program is damaged; a test reads all of them.
    pub fn shared() -> Self {
        Self::of(&Plan::embedded().expect("the plan compiled in is read by the tests"))
    }

    /// Of a plan, whose districts it knows.
    ///
    /// # Panics
    ///
    /// Where a table built into the program is damaged; a test reads all of them.
    pub fn of(plan: &Plan) -> Self {
        let names = plan.districts().iter().flat_map(|d| [d.short.clone(), d.pinyin.to_lowercase()]);
        let city = ["天津", "tianjin", "тяньцзин", "톈진", "thiên tân"].map(str::to_owned);
        let names: Vec<String> = names.chain(city).chain(words::origins()).collect();
        Self {
            no_words: aho_corasick::AhoCorasick::new(names).expect("the names of districts fit a finder"),
            gazetteer: Gazetteer::of(plan),
            lexicon: Lexicon::new(),
            numerals: numerals::Numerals::new(),
            units: measures::Units::new(),
        }
    }

    /// Where the names of districts and of the city stand, which are counted as the place, and words for where people
    /// come from, which are not counted.
    fn no_words(&self, text: &Bytes) -> Vec<(usize, usize)> {
        text.places(self.no_words.find_iter(text.plain()).map(|hit| (hit.start(), hit.end())))
    }
}

/// What the number of a telephone, a document or the like tells: it may be the number of a source, or of one gang in
/// two events, so that it alone is strong but not everything.
const fn entity_tells(kind: Kind) -> u16 {
    match kind {
        Kind::Id | Kind::Card => 150,
        Kind::Phone | Kind::Plate => 140,
        Kind::Account | Kind::Url => 130,
    }
}

/// From how many letters on a text is told apart by all of it, what that tells, and how much of it is shown.
const WHOLE: usize = 12;
const WHOLE_TELLS: u16 = 130;
const SHOWN: usize = 30;

/// What a few streets tell, the district in it.
const AREA: u16 = 55;

impl Profile {
    /// Reads a text that was told on a day.
    pub fn of(text: &str, told: Date, reader: &Reader) -> Self {
        let folded = Folded::of(text);
        let bytes = Bytes::of(&folded);
        let mut taken = Taken::of(&folded);
        let mut profile = Self { district: reader.gazetteer.find(&folded).district, ..Self::default() };
        for entity in entities::find(&folded) {
            let at = (entity.from, entity.to);
            profile.add(
                &mut taken,
                Aspect::Entity(entity.kind),
                &entity.value,
                at,
                entity_tells(entity.kind),
            );
        }
        let entities = taken.clone();
        profile.read_whole(&folded);
        for spot in reader.lexicon.spots(&bytes) {
            profile.add(&mut taken, Aspect::Spot, &spot.what.0, (spot.from, spot.to), spot.what.1);
            if let Some(area) = reader.lexicon.area(&spot.what.0) {
                profile.add(&mut taken, Aspect::Area, area, (spot.from, spot.to), AREA);
            }
        }
        let spots = taken.clone();
        let signs = reader.lexicon.signs(&bytes);
        let numbers = reader.numerals.find(&folded);
        let numbers: Vec<_> = numbers.into_iter().filter(|n| spots.is_free(n.from, n.to)).collect();
        let measures = reader.units.read(&folded, &numbers);
        profile.read_signs(&signs, &folded, &spots, &mut taken);
        profile.read_figures(&measures, &mut taken);
        profile.read_concepts(reader, &folded, &mut taken);
        for (aspect, name, from, to, tells) in words::names(&folded, &entities) {
            profile.add(&mut taken, aspect, &name, (from, to), tells);
        }
        for (from, to) in reader.no_words(&bytes) {
            taken.take(from, to);
        }
        profile.person = Person::of(&signs, &profile.figures, &folded, told);
        profile.grams = words::grams(&folded, &taken);
        profile.typed = folded.typed;
        profile.facts.sort_by_key(|fact| (fact.key, fact.said.len()));
        profile.facts.dedup_by_key(|fact| fact.key);
        profile
    }

    fn add(&mut self, taken: &mut Taken, aspect: Aspect, name: &str, at: (usize, usize), tells: u16) {
        let said = taken.take(at.0, at.1);
        self.facts.push(Fact { aspect, name: name.to_owned(), said, at, tells, key: key(aspect, name) });
    }

    /// The text itself as a fact, where it is long enough that two people would not type it.
    fn read_whole(&mut self, text: &Folded) {
        let letters: String = text.chars.iter().filter(|c| c.is_alphanumeric()).collect();
        let length = letters.chars().count();
        if length >= WHOLE {
            let said = text.said(0, text.typed.len().min(SHOWN));
            let (aspect, at) = (Aspect::Text, (0, 0));
            let (key, name) = (key(aspect, &letters), length.to_string());
            self.facts.push(Fact { aspect, name, said, at, tells: WHOLE_TELLS, key });
        }
    }

    fn read_signs(&mut self, signs: &[Found<Sign>], text: &Folded, spots: &Taken, taken: &mut Taken) {
        for look in looks::of(signs, text) {
            if spots.is_free(look.from, look.to) {
                self.add(taken, look.aspect, &look.name, (look.from, look.to), look.tells);
            }
        }
    }

    fn read_figures(&mut self, measures: &[Measure], taken: &mut Taken) {
        for one in measures {
            let said = taken.take(one.from, one.to);
            if one.meaning == Meaning::Plain && words::is_hotline(one.low) {
                continue;
            }
            let figure = Figure { meaning: one.meaning, low: one.low, high: one.high, said };
            if !self
                .figures
                .iter()
                .any(|it| (it.meaning, it.low, it.high) == (one.meaning, one.low, one.high))
            {
                self.figures.push(figure);
            }
        }
    }

    fn read_concepts(&mut self, reader: &Reader, text: &Folded, taken: &mut Taken) {
        for cue in reader.lexicon.cues(text) {
            self.add(taken, Aspect::Concept, &cue.what.name, (cue.from, cue.to), cue.what.tells);
            let Some(theme) = &cue.what.theme else { continue };
            match self.themes.iter_mut().find(|(name, _)| name == theme) {
                Some((_, tells)) => *tells += cue.what.tells,
                None => self.themes.push((theme.clone(), cue.what.tells)),
            }
        }
    }

    /// The names of the concepts it has.
    pub fn concepts(&self) -> impl Iterator<Item = &str> {
        self.facts.iter().filter(|fact| fact.aspect == Aspect::Concept).map(|fact| fact.name.as_str())
    }
}

/// A number for a name: the same on every machine (FNV-1a).
pub(crate) fn hash(kind: u8, name: &[u8]) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.iter().fold(step(0xcbf2_9ce4_8422_2325, kind), |sum, byte| step(sum, *byte))
}

fn key(aspect: Aspect, name: &str) -> u64 {
    let kind = match aspect {
        Aspect::Entity(kind) => 100 + kind as u8,
        Aspect::Spot => 1,
        Aspect::Thing => 2,
        Aspect::Look => 3,
        Aspect::Mark => 4,
        Aspect::Speech => 5,
        Aspect::Name => 6,
        Aspect::Code => 7,
        Aspect::Concept => 8,
        Aspect::Area => 9,
        Aspect::Topic => 10,
        Aspect::Text => 11,
    };
    hash(kind, name.as_bytes())
}

#[cfg(test)]
#[path = "profile_test.rs"]
mod tests;
