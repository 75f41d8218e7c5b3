//! The words by which people say things (线索词): concepts and their forms in every language, found in a text. Owns the
//! tables `assets/insight/concepts.tsv` and, one a language, `assets/insight/cues/`; refuses what follows from a concept.
//!
//! A form may have a gap, `不让…出门`: up to [`GAP`] characters of the same sentence stand between its pieces. A form in
//! letters begins where a word begins; one of up to four letters is a whole word, and so is one that ends in `=`.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::denial;
use super::fold::{Folded, bare, is_hanging, is_leading, is_run_on, places, run_on};

/// The concepts, each with whether it can be denied and how it is said to an officer.
const CONCEPTS: &str = include_str!("../../assets/insight/concepts.tsv");

/// Their forms, a table for each language, so that one speaker can read one table.
const CUES: [(&str, &str); 9] = [
    ("zh", include_str!("../../assets/insight/cues/zh.tsv")),
    ("en", include_str!("../../assets/insight/cues/en.tsv")),
    ("vi", include_str!("../../assets/insight/cues/vi.tsv")),
    ("ko", include_str!("../../assets/insight/cues/ko.tsv")),
    ("ru", include_str!("../../assets/insight/cues/ru.tsv")),
    ("my", include_str!("../../assets/insight/cues/my.tsv")),
    ("km", include_str!("../../assets/insight/cues/km.tsv")),
    ("lo", include_str!("../../assets/insight/cues/lo.tsv")),
    ("th", include_str!("../../assets/insight/cues/th.tsv")),
];

/// How many characters may stand in a form's gap.
const GAP: usize = 8;

/// Words of Vietnamese that telephones shorten.
const SHORTENED: [(&str, &str); 7] = [
    ("không ", "ko "),
    ("không ", "k "),
    ("không ", "hông "),
    ("được", "đc"),
    ("được", "dc"),
    ("người", "ng"),
    ("với", "vs"),
];

/// The place of a concept in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Concept(pub u16);

/// A concept that stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub concept: Concept,
    /// Its first character's place.
    pub from: usize,
    /// The place after its last character.
    pub to: usize,
    /// Whether the text says that it is not so: “nobody locks us in”.
    pub denied: bool,
}

/// A concept in words.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    /// Whether it can be denied. A cry for help cannot.
    deniable: bool,
    zh: String,
    en: String,
}

/// A piece of a form, by what the finder finds.
#[derive(Clone, Copy, Debug)]
struct Piece {
    form: usize,
    at: usize,
}

/// A form of a concept.
#[derive(Clone, Debug)]
struct Form {
    concept: Concept,
    pieces: usize,
    whole: bool,
    /// Written without the marks of Vietnamese: counts only where the whole text is.
    bare: bool,
}

/// Every concept, ready to be looked for.
pub struct Lexicon {
    finder: AhoCorasick,
    found: Vec<Vec<Piece>>,
    forms: Vec<Form>,
    entries: Vec<Entry>,
}

static SHARED: LazyLock<Lexicon> = LazyLock::new(Lexicon::embedded);

impl Lexicon {
    /// One lexicon for the whole program: the tables are compiled in, and twenty-five thousand forms are made ready once.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// The table built into the program.
    ///
    /// # Panics
    ///
    /// Where that table is damaged; a test reads all of it.
    pub fn embedded() -> Self {
        let mut building = Building::default();
        for line in rows(CONCEPTS) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [name, denied, zh, en] = cells[..] else { panic!("concepts.tsv: {line}") };
            let deniable = denied == "y";
            building.entries.push(Entry {
                name: name.to_owned(),
                deniable,
                zh: zh.to_owned(),
                en: en.to_owned(),
            });
        }
        for (language, table) in CUES {
            rows(table).for_each(|line| building.row(language, line));
        }
        building.finish()
    }

    /// A concept by its name.
    pub fn concept(&self, name: &str) -> Option<Concept> {
        let at = self.entries.iter().position(|entry| entry.name == name)?;
        u16::try_from(at).ok().map(Concept)
    }

    /// A concept's name in the tables.
    pub fn name(&self, concept: Concept) -> &str {
        &self.entries[usize::from(concept.0)].name
    }

    /// A concept in Chinese and in English.
    pub fn words(&self, concept: Concept) -> (&str, &str) {
        let entry = &self.entries[usize::from(concept.0)];
        (&entry.zh, &entry.en)
    }

    /// How many concepts there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every concept that stands in the text, with where; `unmarked`: the text is Vietnamese without its marks.
    pub fn find(&self, text: &Folded, unmarked: bool) -> Vec<Hit> {
        let (plain, kept) = run_on(text);
        let places = places(&plain);
        let mut hits = Vec::new();
        let mut begun: HashMap<usize, (usize, usize, usize)> = HashMap::new();
        for found in self.finder.find_overlapping_iter(&plain) {
            let (from, to) = (kept[places[found.start()]], kept[places[found.end()] - 1] + 1);
            for piece in &self.found[found.pattern().as_usize()] {
                let form = &self.forms[piece.form];
                if (form.bare && !unmarked) || !stands(text, from, to, form.whole) {
                    continue;
                }
                let start = if piece.at == 0 {
                    from
                } else {
                    let Some((next, start, end)) = begun.get(&piece.form).copied() else { continue };
                    if next != piece.at || !within(text, end, from) {
                        continue;
                    }
                    start
                };
                if piece.at + 1 < form.pieces {
                    begun.insert(piece.form, (piece.at + 1, start, to));
                } else {
                    let deniable = self.entries[usize::from(form.concept.0)].deniable;
                    let denied = deniable && denial::denied(text, start, to);
                    hits.push(Hit { concept: form.concept, from: start, to, denied });
                }
            }
        }
        hits
    }
}

/// The rows of a table, without its heading and remarks.
fn rows(table: &str) -> impl Iterator<Item = &str> {
    table.lines().skip(1).filter(|line| !line.starts_with('#') && !line.is_empty())
}

#[derive(Default)]
struct Building {
    patterns: Vec<String>,
    places: HashMap<String, usize>,
    found: Vec<Vec<Piece>>,
    forms: Vec<Form>,
    entries: Vec<Entry>,
}

impl Building {
    fn row(&mut self, language: &str, line: &str) {
        let named = line.split_once('\t').and_then(|(name, forms)| {
            let at = self.entries.iter().position(|entry| entry.name == name)?;
            Some((Concept(u16::try_from(at).ok()?), forms))
        });
        let Some((concept, forms)) = named else { panic!("cues/{language}.tsv: {line}") };
        forms.split(';').filter(|form| !form.is_empty()).for_each(|form| self.form(concept, form));
    }

    fn form(&mut self, concept: Concept, typed: &str) {
        let folded: String = Folded::of(typed.trim_start()).chars.iter().collect();
        let whole = folded.ends_with('=');
        let form = folded.trim_end_matches('=');
        let pieces: Vec<String> = form.split('…').map(|piece| run_on(&Folded::of(piece)).0).collect();
        let form = &pieces.join("…");
        for spelling in spellings(form) {
            self.add(concept, &spelling, whole, false);
        }
        let vietnamese = form.chars().any(|c| super::language::VIETNAMESE.contains(c));
        let unmarked: String = form.chars().map(bare).collect();
        if vietnamese && unmarked.chars().count() > 3 {
            self.add(concept, &unmarked, true, true);
        }
        // As it is typed on a telephone: `ko cho ra`, `k đc về`.
        for (word, short) in
            SHORTENED.into_iter().filter(|(word, _)| form.contains(word) && form.len() > word.len() + 3)
        {
            let typed = form.replace(word, short);
            self.add(concept, &typed, true, false);
            let unmarked: String = typed.chars().map(bare).collect();
            if unmarked != typed {
                self.add(concept, &unmarked, true, true);
            }
        }
    }

    fn add(&mut self, concept: Concept, form: &str, whole: bool, bare: bool) {
        let pieces: Vec<&str> = form.split('…').filter(|piece| !piece.is_empty()).collect();
        let short = is_short(form);
        self.forms.push(Form { concept, pieces: pieces.len(), whole: whole || short, bare });
        for (at, piece) in pieces.into_iter().enumerate() {
            let next = self.patterns.len();
            let place = *self.places.entry(piece.to_owned()).or_insert(next);
            if place == next {
                self.patterns.push(piece.to_owned());
                self.found.push(Vec::new());
            }
            self.found[place].push(Piece { form: self.forms.len() - 1, at });
        }
    }

    fn finish(self) -> Lexicon {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&self.patterns)
            .expect("the forms fit a finder");
        Lexicon { finder, found: self.found, forms: self.forms, entries: self.entries }
    }
}

/// Whether a form is so short that only the whole word is meant: syllables of Vietnamese, four letters of English, three of
/// Russian.
fn is_short(form: &str) -> bool {
    let length = form.chars().count();
    let latin = |c: char| is_lettered(c) && ((c as u32) < 0x370 || (c as u32) >= 0x1e00);
    let marked = form.chars().any(|c| latin(c) && !c.is_ascii());
    marked || (form.is_ascii() && length <= 4) || (length <= 3 && form.chars().all(is_lettered))
}

/// Whether letters of an alphabet with blanks between words begin (and, where asked, end) a word here.
fn stands(text: &Folded, from: usize, to: usize, whole: bool) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| text.chars.get(at)).copied().is_some_and(is_lettered);
    let begins = !letter(Some(from)) || !letter(from.checked_sub(1));
    let ends = !whole || !letter(to.checked_sub(1)) || !letter(Some(to));
    begins && ends && stands_alone(text, from, to)
}

/// Whether no letter of a script without blanks is cut: no mark that belongs to the last one follows, no sign of a subscript and
/// no vowel written before its consonant precedes.
fn stands_alone(text: &Folded, from: usize, to: usize) -> bool {
    let first = text.chars.get(from).copied().is_some_and(is_run_on);
    let led = from.checked_sub(1).and_then(|at| text.chars.get(at)).copied().is_some_and(is_leading);
    let last = to.checked_sub(1).and_then(|at| text.chars.get(at)).copied().is_some_and(is_run_on);
    let hung = text.chars.get(to).copied().is_some_and(is_hanging);
    !(first && led || last && hung)
}

/// The ways in which Lao types the same: one sign or two for ໜ, ໝ and ຳ.
fn spellings(form: &str) -> Vec<String> {
    let mut all = vec![form.to_owned()];
    let mut also = |from: &str, to: &str| {
        let more: Vec<String> =
            all.iter().filter(|it| it.contains(from)).map(|it| it.replace(from, to)).collect();
        all.extend(more);
    };
    also("ໜ", "ຫນ");
    also("ໝ", "ຫມ");
    for tone in ["\u{ec8}", "\u{ec9}", "\u{eca}", "\u{ecb}"] {
        also(&format!("{tone}ຳ"), &format!("\u{ecd}{tone}າ"));
    }
    if !form.chars().any(|c| ('\u{ec8}'..='\u{ecb}').contains(&c)) || !form.contains("\u{ec8}ຳ") {
        also("ຳ", "\u{ecd}າ");
    }
    all
}

/// Letters of scripts that set words apart by blanks, Korean aside, whose endings hang on.
pub(super) fn is_lettered(c: char) -> bool {
    c.is_alphabetic() && ((c as u32) < 0x530 || (0x1e00..0x1f00).contains(&(c as u32)))
}

/// Whether a gap is small enough and within one sentence.
fn within(text: &Folded, end: usize, from: usize) -> bool {
    let limit = if text.chars.get(end).copied().is_some_and(|c| c == ' ' || is_lettered(c) || is_run_on(c)) {
        GAP * 3
    } else {
        GAP
    };
    let gap = text.chars.get(end..from);
    let ends = |at: usize| {
        let stop = text.chars[at] == '.'
            && (text.typed[at] != '.' || text.chars.get(at + 1).is_none_or(|c| *c == ' '));
        stop || is_end(text.chars[at])
    };
    gap.is_some_and(|gap| gap.len() <= limit && !(end..from).any(ends))
}

/// Marks that end a sentence, as they stand in a folded text.
pub(super) const fn is_end(c: char) -> bool {
    matches!(c, '!' | '?' | ';' | '\n' | '。' | '။' | '។')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let lexicon = Lexicon::embedded();
        let hits = lexicon.find(&Folded::of(text), false);
        hits.iter()
            .map(|hit| format!("{}{}", if hit.denied { "no " } else { "" }, lexicon.name(hit.concept)))
            .collect()
    }

    #[test]
    fn every_concept_stands_once_with_its_words_and_every_form_once_in_its_row() {
        let mut seen = std::collections::BTreeSet::new();
        for line in rows(CONCEPTS) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(cells.iter().all(|cell| !cell.is_empty()) && ["y", "n"].contains(&cells[1]), "{line}");
            assert!(seen.insert(cells[0]), "{} stands twice", cells[0]);
        }
        for (language, table) in CUES {
            let mut named = std::collections::BTreeSet::new();
            for line in rows(table) {
                let (name, forms) = line.split_once('\t').unwrap();
                assert!(seen.contains(name) && named.insert(name), "{language}: {name}");
                let all: Vec<&str> = forms.split(';').collect();
                let once: std::collections::BTreeSet<&&str> = all.iter().collect();
                assert_eq!(once.len(), all.len(), "{language}: {name} has a form twice");
                assert!(all.iter().all(|form| !form.trim().is_empty()), "{language}: {name}");
            }
        }
    }

    #[test]
    fn a_form_with_a_gap_stands_in_one_sentence_only() {
        assert!(names("他们不让我们几个出门").contains(&"confined".to_owned()));
        assert!(!names("他们不让。我们几个一起出门").contains(&"confined".to_owned()));
    }

    #[test]
    fn what_is_denied_is_so_marked() {
        assert!(names("没有人被关着").contains(&"no confined".to_owned()));
        assert!(names("nobody is locked in").contains(&"no confined".to_owned()));
        assert!(names("我们没钱，被关着").contains(&"confined".to_owned()));
    }
}
