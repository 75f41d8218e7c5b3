//! Resident identity numbers (GB 11643) and bank cards: both have a check digit, so that no other number is one.

use super::digits::{Run, runs, stretches};
use super::{Entity, Kind};
use crate::insight::fold::Folded;

pub(super) fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for run in runs(text) {
        let fresh = ids(text, &run).into_iter().chain(cards(text, &run));
        for one in fresh {
            if found.iter().all(|it| one.to <= it.from || it.to <= one.from) {
                found.push(one);
            }
        }
    }
    found
}

fn ids(text: &Folded, run: &Run) -> Vec<Entity> {
    let of = |(digits, from, to): (String, usize, usize)| {
        let (value, to) = match digits.len() {
            18 => (digits, to),
            _ => (format!("{digits}X"), check_letter(text, to)?),
        };
        let whole = from == run[0].from && run.last().is_some_and(|last| last.to <= to);
        let named = whole && is_named(text, from, &ID_WORDS) && has_a_day(&value);
        (checks(&value) || named).then_some(Entity { kind: Kind::Id, value, from, to })
    };
    stretches(run, |n| n == 17 || n == 18).into_iter().filter_map(of).collect()
}

/// The place after an `x` that closes seventeen digits.
fn check_letter(text: &Folded, at: usize) -> Option<usize> {
    let next = (at..at + 2).find(|at| !matches!(text.chars.get(*at), Some(' ' | '-')))?;
    let closes = text.chars.get(next + 1).is_none_or(|c| !c.is_ascii_alphanumeric());
    (text.chars.get(next) == Some(&'x') && closes).then_some(next + 1)
}

/// GB 11643: weights and a sum modulo eleven; and a date that can be one.
fn checks(id: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &str = "10X98765432";
    let digits: Vec<u32> = id.chars().take(17).filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 17 || digits[0] == 0 {
        return false;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = CHECKS.chars().nth((sum % 11) as usize);
    has_a_day(id) && id.chars().nth(17) == check
}

/// Whether the eight digits in the middle can be a day of birth.
fn has_a_day(id: &str) -> bool {
    let part = |from: usize, to: usize| id.get(from..to).and_then(|it| it.parse::<u32>().ok());
    part(6, 10).is_some_and(|year| (1900..2100).contains(&year))
        && part(10, 12).is_some_and(|month| (1..=12).contains(&month))
        && part(12, 14).is_some_and(|day| (1..=31).contains(&day))
        && id.starts_with(['1', '2', '3', '4', '5', '6', '8', '9'])
}

/// Words by which people announce an identity number: one with a slip in it still helps to find the person.
const ID_WORDS: [&str; 15] = [
    "身份证",
    "登记",
    "证件",
    "证号",
    "身份号",
    "登记的证",
    "id card",
    "id number",
    "id no",
    "удостоверени",
    "паспорт",
    "신분증",
    "giấy tờ",
    "cccd",
    "身份",
];

/// Words by which people announce a bank card.
const CARD_WORDS: [&str; 14] = [
    "卡",
    "账户",
    "账号",
    "帐号",
    "户头",
    "card",
    "account",
    "tài khoản",
    "thẻ",
    "계좌",
    "카드",
    "карт",
    "счет",
    "счёт",
];

/// How far before a number such a word may stand.
const REACH: usize = 14;

fn is_named(text: &Folded, from: usize, words: &[&str]) -> bool {
    let before = text.plain(from.saturating_sub(REACH), from);
    words.iter().any(|word| before.contains(word))
}

fn cards(text: &Folded, run: &Run) -> Vec<Entity> {
    let of = |(value, from, to): (String, usize, usize)| {
        let whole = from == run[0].from && run.last().is_some_and(|last| last.to <= to);
        let fits = value.starts_with(['3', '4', '5', '6', '9']);
        let named = whole && is_named(text, from, &CARD_WORDS) && !is_named(text, from, &ID_WORDS);
        (fits && (named || luhn(&value))).then_some(Entity { kind: Kind::Card, value, from, to })
    };
    stretches(run, |n| (16..=19).contains(&n)).into_iter().filter_map(of).collect()
}

/// ISO/IEC 7812-1, annex B.
fn luhn(digits: &str) -> bool {
    let double = |n: u32| if n * 2 > 9 { n * 2 - 9 } else { n * 2 };
    let values = digits.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = values.enumerate().map(|(at, n)| if at % 2 == 1 { double(n) } else { n }).sum();
    sum.is_multiple_of(10)
}
