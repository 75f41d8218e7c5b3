//! A receipt as somebody typed, pasted or dictated it. Owns telling its forms apart and cutting it into
//! words; refuses lists and checksums. One invariant: what it forgives never turns one receipt into another.
//!
//! Forgiven: full-width and upper-case forms, invisible characters, any spacing, line breaks and punctuation,
//! Chinese words run together or pulled apart, numbers before the words, and in the digits o, i and l for 0
//! and 1. No receipt of twelve words fits into 32 letters, so the two forms cannot be mistaken.

use zeroize::Zeroizing;

use super::WordList;

const DIGITS: usize = 32;
/// Of twelve Chinese words.
const CHARACTERS: usize = 24;

/// What was typed.
pub(super) enum Typed {
    /// Nothing that could be part of a receipt.
    Nothing,
    /// Hexadecimal digits, perhaps not 32.
    Code(Zeroizing<String>),
    /// Words, perhaps unlisted, perhaps not twelve.
    Words(WordList, Zeroizing<Vec<String>>),
}

/// Reads what was typed.
pub(super) fn read(text: &str) -> Typed {
    let runs = Zeroizing::new(runs(text));
    if runs.is_empty() {
        return Typed::Nothing;
    }
    match code(&runs) {
        Some(code) => Typed::Code(code),
        None => words(&runs),
    }
}

/// The digits, if these runs are the digits form.
fn code(runs: &[String]) -> Option<Zeroizing<String>> {
    let joined = Zeroizing::new(runs.concat());
    let has_digit = joined.bytes().any(|b| b.is_ascii_digit());
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hex(&joined) && (has_digit || joined.len() == DIGITS) {
        return Some(joined);
    }
    let mended = Zeroizing::new(joined.replace('o', "0").replace(['i', 'l'], "1"));
    (is_hex(&mended) && mended.len() == DIGITS).then_some(mended)
}

fn words(runs: &[String]) -> Typed {
    let runs: Zeroizing<Vec<String>> =
        Zeroizing::new(runs.iter().filter_map(|run| without_number(run)).map(str::to_owned).collect());
    if runs.is_empty() {
        // Numbers alone, too few or too many to be a code with letters in it.
        return Typed::Words(WordList::English, Zeroizing::default());
    }
    if runs.iter().any(|run| is_han(run)) {
        return Typed::Words(WordList::Chinese, Zeroizing::new(pairs(&runs)));
    }
    Typed::Words(WordList::English, runs)
}

/// The run without the number before it, as people number their words.
fn without_number(run: &str) -> Option<&str> {
    Some(run.trim_start_matches(|c: char| c.is_ascii_digit())).filter(|rest| !rest.is_empty())
}

/// Chinese words have two characters each. The spacing is followed where it agrees with that; where it does
/// not, but there are as many characters as a receipt has, it is ignored.
fn pairs(runs: &[String]) -> Vec<String> {
    let runs = without_numerals(runs);
    let agrees = |run: &&str| !is_han(run) || run.chars().count().is_multiple_of(2);
    if !runs.iter().all(agrees) && runs.iter().all(|run| is_han(run)) && total(&runs) == CHARACTERS {
        return cut(&Zeroizing::new(runs.concat()));
    }
    runs.into_iter().flat_map(|run| if is_han(run) { cut(run) } else { vec![run.to_owned()] }).collect()
}

/// The runs without Chinese numbers before the words, if just a receipt remains; otherwise they may be words.
fn without_numerals(runs: &[String]) -> Vec<&str> {
    let all: Vec<&str> = runs.iter().map(String::as_str).collect();
    let is_number = |run: &str| run.chars().all(|c| "一二三四五六七八九十".contains(c));
    let words: Vec<&str> = all.iter().copied().filter(|run| !is_number(run)).collect();
    if total(&all) != CHARACTERS && total(&words) == CHARACTERS { words } else { all }
}

fn total(runs: &[&str]) -> usize {
    runs.iter().map(|run| run.chars().count()).sum()
}

fn cut(run: &str) -> Vec<String> {
    let characters: Vec<char> = run.chars().collect();
    characters.chunks(2).map(|pair| pair.iter().collect()).collect()
}

/// The runs of letters and digits; a run never mixes Chinese characters with others.
fn runs(text: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut last: Option<bool> = None;
    for character in text.chars().filter(|c| !is_invisible(*c)).flat_map(|c| narrow(c).to_lowercase()) {
        let kind = character.is_alphanumeric().then(|| is_han_char(character));
        match (kind, runs.last_mut()) {
            (None, _) => {}
            (Some(_), Some(run)) if kind == last => run.push(character),
            (Some(_), _) => runs.push(character.to_string()),
        }
        last = kind;
    }
    runs
}

/// The narrow form of a full-width letter or digit.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).expect("the block lies 0xfee0 above ASCII")
        }
        other => other,
    }
}

/// Characters that come along when text is pasted and that nobody sees.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

fn is_han(run: &str) -> bool {
    run.chars().next().is_some_and(is_han_char)
}

const fn is_han_char(character: char) -> bool {
    matches!(
        character,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}
