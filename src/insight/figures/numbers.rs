//! Numbers as they stand: digits of every script, Chinese, English and Vietnamese words. Owns their value and place; refuses what they
//! count.

use super::words;
use crate::insight::fold::{Folded, spelled};
use crate::insight::lexicon::is_lettered;

/// A number as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) value: u64,
    pub(super) from: usize,
    pub(super) to: usize,
    /// How many characters.
    pub(super) signs: usize,
    /// Whether in words.
    pub(super) words: bool,
}

/// Numbers in digits, and in Chinese words up to hundreds: 十六, 二十来.
pub(super) fn numbers(text: &Folded) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        let end =
            (at..text.chars.len()).find(|at| !text.chars[*at].is_ascii_digit()).unwrap_or(text.chars.len());
        if end > at {
            let end = with_thousands(text, end);
            let digits: String = text.chars[at..end].iter().filter(|c| c.is_ascii_digit()).take(12).collect();
            let value = digits.parse().unwrap_or(u64::MAX);
            found.push(Number { value, from: at, to: end, signs: end - at, words: false });
            at = end;
            continue;
        }
        let end = (at..text.chars.len()).find(|at| !is_word(text.chars[*at])).unwrap_or(text.chars.len());
        if end > at {
            if let Some(value) = in_words(&text.chars[at..end]) {
                found.push(Number { value, from: at, to: end, signs: end - at, words: true });
            }
            at = end;
            continue;
        }
        if let Some((value, length)) = spelled_out(text, at) {
            found.push(Number { value, from: at, to: at + length, signs: 2, words: true });
            at += length;
            continue;
        }
        at += 1;
    }
    found
}

/// The number whose word stands at a place, with how long it is.
fn spelled_out(text: &Folded, at: usize) -> Option<(u64, usize)> {
    let letter = |at: usize| text.chars.get(at).copied().is_some_and(is_lettered);
    if at > 0 && letter(at - 1) {
        return None;
    }
    let stands = |word: &str| {
        let length = word.chars().count();
        let same = text.chars.get(at..at + length).is_some_and(|said| word.chars().eq(said.iter().copied()));
        (same && !letter(at + length)).then_some(length)
    };
    words::valued("spelled")
        .filter_map(|(word, value)| stands(word).map(|length| (value, length)))
        .max_by_key(|(_, length)| *length)
}

/// Where a number ends whose thousands are set apart: 9,000, 30.000, 320 000.
fn with_thousands(text: &Folded, mut end: usize) -> usize {
    let digit = |at: usize| text.chars.get(at).is_some_and(char::is_ascii_digit);
    while matches!(text.chars.get(end), Some(' ' | ',' | '.'))
        && (1..=3).all(|n| digit(end + n))
        && !digit(end + 4)
    {
        end += 4;
    }
    end
}

fn is_word(c: char) -> bool {
    c == '十'
        || c == '百'
        || (spelled(c).is_some() && !matches!(c, '拐' | '洞' | '勾' | '么' | '俩' | '仨' | '幺'))
}

/// 六, 十六, 二十, 二十三, 一百二, and years spelled out: 一九八八, 二零零三.
fn in_words(chars: &[char]) -> Option<u64> {
    let digit = |c: char| spelled(c).and_then(|d| d.to_digit(10)).map(u64::from);
    if chars.len() >= 2 && chars.iter().all(|c| digit(*c).is_some()) {
        // Two digits in a row without a ten are a guess: 十二三 aside, 七八 is seven or eight.
        return match chars.len() {
            2 => digit(chars[0]),
            _ => chars.iter().try_fold(0_u64, |sum, c| Some(sum.checked_mul(10)? + digit(*c)?)),
        };
    }
    let mut total = 0;
    let mut ones = None;
    for c in chars {
        match c {
            '百' => total += ones.take().unwrap_or(1) * 100,
            '十' => total += ones.take().unwrap_or(1) * 10,
            c => {
                // 十四五: fourteen or fifteen; the first counts.
                if ones.is_none() {
                    ones = digit(*c);
                }
            }
        }
    }
    Some(total + ones.unwrap_or(0))
}
