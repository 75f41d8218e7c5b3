//! Numbers as people say them: digits of any script, Chinese numerals, words of nine languages, `18万8`, `五六个`,
//! `28 သောင်း`, `90 nghìn`. Owns their value; refuses what is counted.

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::is_spelled;
use crate::insight::fold::Folded;

const TABLE: &str = include_str!("../../../assets/links/numerals.tsv");

/// A number, where it stands; `low` and `high` differ where two are said (`十四五`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// The least it may be.
    pub low: u64,
    /// The most.
    pub high: u64,
    /// Its first character's place.
    pub from: usize,
    /// The place after its last.
    pub to: usize,
    /// Whether it was said with ten thousands, thousands or the like.
    pub scaled: bool,
    /// How many figures were written, none for words.
    pub figures: usize,
}

/// The words for numbers.
pub struct Numerals {
    words: AhoCorasick,
    values: Vec<u64>,
    times: Vec<(Vec<char>, u64)>,
}

impl Default for Numerals {
    fn default() -> Self {
        Self::new()
    }
}

impl Numerals {
    /// Reads the table built into the program.
    ///
    /// # Panics
    ///
    /// Where the table is damaged; a test reads all of it.
    pub fn new() -> Self {
        let (mut forms, mut values, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [kind, value, words] = cells[..] else { continue };
            let value = value.parse().unwrap_or(0);
            for word in words.split(';') {
                if kind == "times" {
                    times.push((word.chars().collect(), value));
                } else {
                    forms.push(word);
                    values.push(value);
                }
            }
        }
        times.sort_by_key(|(word, _): &(Vec<char>, u64)| std::cmp::Reverse(word.len()));
        let words = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(forms)
            .expect("the numerals fit a finder");
        Self { words, values, times }
    }

    /// Every number of the text, in order.
    pub fn find(&self, text: &Folded) -> Vec<Number> {
        let mut all = Vec::new();
        let mut at = 0;
        while at < text.chars.len() {
            match figures(text, at).or_else(|| chinese(text, at)) {
                Some(number) => {
                    let number = self.scaled(text, number);
                    at = number.to;
                    all.push(number);
                }
                None => at += 1,
            }
        }
        all.extend(self.words(text));
        all.sort_by_key(|number| number.from);
        join_ranges(text, all)
    }

    /// Numbers in the words of other languages.
    fn words(&self, text: &Folded) -> Vec<Number> {
        let plain: String = text.chars.iter().collect();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let mut found = Vec::new();
        for hit in self.words.find_iter(&plain) {
            let (before, after) = (&plain[..hit.start()], &plain[hit.end()..]);
            let spelled = plain[hit.start()..hit.end()].chars().next().is_some_and(is_spelled);
            let hangul = after.chars().next().is_some_and(|c| (0xac00..0xd7b0).contains(&(c as u32)));
            let stem = hangul || after.starts_with("лет");
            if spelled && (letter(before.chars().next_back()) || (letter(after.chars().next()) && !stem)) {
                continue;
            }
            let from = before.chars().count();
            let to = from + plain[hit.start()..hit.end()].chars().count();
            let value = self.values[hit.pattern().as_usize()];
            let number = Number { low: value, high: value, from, to, scaled: false, figures: 0 };
            found.push(self.scaled(text, number));
        }
        found
    }

    /// The number with what multiplies it behind: `28万`, `18万8`, `40 тысяч`, `3千`.
    fn scaled(&self, text: &Folded, number: Number) -> Number {
        let mut at = number.to;
        while text.chars.get(at) == Some(&' ') && at < number.to + 1 {
            at += 1;
        }
        let stands = |word: &[char]| text.chars.get(at..at + word.len()) == Some(word);
        let Some((word, times)) = self.times.iter().find(|(word, _)| stands(word)) else { return number };
        let end = at + word.len();
        let letters = word[0].is_ascii_alphabetic();
        let next = text.chars.get(end).copied();
        if (letters && next.is_some_and(|c| c.is_ascii_alphanumeric())) || number.high > 100_000 {
            return number;
        }
        let (tail, to) = tail(text, end, *times);
        let grow = |value: u64| value.saturating_mul(*times).saturating_add(tail);
        let (low, high) = match fraction(text, number) {
            Some(tenths) if number.low == number.high => {
                let value = grow(number.low).saturating_add(times / 10 * tenths);
                (value, value)
            }
            _ => (grow(number.low), grow(number.high)),
        };
        Number { low, high, to, scaled: true, ..number }
    }
}

/// The first decimal of a number that has one.
fn fraction(text: &Folded, number: Number) -> Option<u64> {
    let inside = text.chars.get(number.from..number.to)?;
    let dot = inside.iter().position(|c| *c == '.')?;
    inside.get(dot + 1)?.to_digit(10).map(u64::from)
}

/// What follows a multiplier as its next figure: the `8` of `18万8`, the `五` of `两万五`, the `8000` of `3万8000`.
fn tail(text: &Folded, at: usize, times: u64) -> (u64, usize) {
    // `三万八一张`: a figure in words is one figure, unless it has its own hundreds.
    let word = |at: usize| text.chars.get(at).copied().and_then(chinese_digit);
    if let (Some(digit), Some(_)) = (word(at), word(at + 1)) {
        return (digit * times / 10, at + 1);
    }
    let Some(next) = figures(text, at).or_else(|| chinese(text, at)) else { return (0, at) };
    let unit = text.chars.get(next.to).copied();
    if unit.is_some_and(|c| matches!(c, '个' | '岁' | '点' | '月' | '楼' | '口' | '天' | '年' | '名'))
    {
        return (0, at);
    }
    match (next.low, next.figures) {
        (value @ 1..=9, _) if unit != Some('千') && unit != Some('百') => (value * times / 10, next.to),
        (value @ 1..=9, _) => (value * if unit == Some('千') { 1000 } else { 100 }, next.to + 1),
        (value, _) if value < times => (value, next.to),
        _ => (0, at),
    }
}

/// Figures, with commas in thousands or one decimal.
fn figures(text: &Folded, from: usize) -> Option<Number> {
    let digit = |at: usize| text.chars.get(at).filter(|c| c.is_ascii_digit());
    digit(from)?;
    let mut to = from;
    let mut value: u64 = 0;
    let mut count = 0;
    loop {
        if let Some(c) = digit(to) {
            value = value.saturating_mul(10).saturating_add(u64::from(c.to_digit(10).unwrap_or(0)));
            count += 1;
            to += 1;
        } else if matches!(text.chars.get(to), Some(',' | '.' | ' '))
            && count <= 3
            && (1..=3).all(|n| digit(to + n).is_some())
            && digit(to + 4).is_none()
        {
            to += 1;
        } else {
            break;
        }
    }
    if text.chars.get(to) == Some(&'.') && digit(to + 1).is_some() && digit(to + 2).is_none() {
        to += 2;
    }
    Some(Number { low: value, high: value, from, to, scaled: false, figures: count })
}

fn chinese_digit(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn chinese_times(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// A Chinese numeral below ten thousand. Two figures side by side in rising order are "one or the other".
fn chinese(text: &Folded, from: usize) -> Option<Number> {
    let (mut value, mut open): (u64, Option<u64>) = (0, None);
    let mut spread = 0;
    let mut said = String::new();
    let mut at = from;
    while let Some(c) = text.chars.get(at).copied() {
        if let Some(digit) = chinese_digit(c) {
            said.push(char::from_digit(u32::try_from(digit).unwrap_or(0), 10)?);
            match open {
                Some(before) if digit == before + 1 && spread == 0 => spread = 1,
                Some(_) => spread = 9,
                None => open = Some(digit),
            }
        } else if let Some(times) = chinese_times(c) {
            if at == from && times != 10 {
                return None;
            }
            // `二三十`: between twenty and thirty.
            if spread == 1 {
                let low = open.unwrap_or(1) * times;
                return Some(Number { low, high: low + times, from, to: at + 1, scaled: false, figures: 0 });
            }
            value += open.take().unwrap_or(1) * times;
            said.push('x');
        } else {
            break;
        }
        at += 1;
    }
    if at == from {
        return None;
    }
    // Spelled one by one: a year, a room, a telephone number.
    if spread == 9 || (said.len() > 2 && !said.contains('x')) {
        let value = said.replace('x', "").parse().unwrap_or(0);
        let figures = said.len();
        return Some(Number { low: value, high: value, from, to: at, scaled: false, figures });
    }
    let low = value + open.unwrap_or(0);
    Some(Number { low, high: low + spread, from, to: at, scaled: false, figures: 0 })
}

/// `15-16`, `15~16`, `15到16`, `15 or 16`, and figures side by side with 、 become one.
fn join_ranges(text: &Folded, all: Vec<Number>) -> Vec<Number> {
    let mut joined: Vec<Number> = Vec::with_capacity(all.len());
    for number in all {
        if joined.last().is_some_and(|last| number.from < last.to) {
            continue;
        }
        let near = joined.last_mut().filter(|last| is_range(text, last, &number));
        match near {
            Some(last) => (last.high, last.to) = (number.high, number.to),
            None => joined.push(number),
        }
    }
    joined
}

fn is_range(text: &Folded, last: &Number, next: &Number) -> bool {
    let between: String = text.plain(last.to, next.from);
    let words = ["-", "~", "到", "至", " or ", " to ", " - ", ",", "或"].contains(&between.as_str());
    words && last.low == last.high && last.high < next.low && next.low <= last.high + 3 && next.low <= 99
}

#[cfg(test)]
#[path = "numerals_test.rs"]
mod tests;
