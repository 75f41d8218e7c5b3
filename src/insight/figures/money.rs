//! Sums of money, roughly in yuan where it is dollars. Owns units and multiples.

use super::numbers::Number;
use super::words;
use crate::insight::fold::{Folded, spelled};
use crate::insight::lexicon::is_lettered;

/// The words from one to ten of a language, and its large units.
type RunOn = (&'static [&'static str], &'static [(&'static str, u64)]);

/// Numbers in words before a unit, in the scripts without blanks, and the units.
const RUN_ON: [RunOn; 4] = [
    (
        &["တစ်", "နှစ်", "သုံး", "လေး", "ငါး", "ခြောက်", "ခုနစ်", "ရှစ်", "ကိုး", "ဆယ်"],
        &[("ထောင်", 1_000), ("သောင်း", 10_000), ("သိန်း", 100_000)],
    ),
    (
        &["មួយ", "ពីរ", "បី", "បួន", "ប្រាំ", "ប្រាំមួយ", "ប្រាំពីរ", "ប្រាំបី", "ប្រាំបួន", "ដប់"],
        &[("ពាន់", 1_000), ("ម៉ឺន", 10_000), ("សែន", 100_000)],
    ),
    (
        &["ໜຶ່ງ", "ສອງ", "ສາມ", "ສີ່", "ຫ້າ", "ຫົກ", "ເຈັດ", "ແປດ", "ເກົ້າ", "ສິບ"],
        &[("ພັນ", 1_000), ("ໝື່ນ", 10_000), ("ຫມື່ນ", 10_000), ("ແສນ", 100_000)],
    ),
    (
        &["หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ"],
        &[("พัน", 1_000), ("หมื่น", 10_000), ("แสน", 100_000)],
    ),
];

pub(super) fn sum(number: &Number, before: &str, after: &str) -> Option<u64> {
    let next = after.trim_start_matches([' ', '多', '来', '几', '.', '余']);
    if before.ends_with('$') || before.ends_with('¥') || before.ends_with("￥") {
        return Some(number.value);
    }
    let named = before.trim_end_matches(' ').ends_with("ယွမ်")
        && !["သောင်း", "သိန်း", "ထောင်"].iter().any(|unit| next.starts_with(unit));
    if named && number.value > 0 {
        return Some(number.value);
    }
    let (word, times) = words::valued("money").find(|(word, _)| next.starts_with(word))?;
    let latin = |c: char| is_lettered(c) && ((c as u32) < 0x370 || (c as u32) >= 0x1e00);
    let glued =
        next[word.len()..].starts_with(latin) && !word.ends_with("юан") && word != "dollar" && word != "kuai";
    if (word == "k" && (glued || number.value > 999))
        || (times == 1_000 && word == "千" && next.starts_with("千克"))
    {
        return None;
    }
    let people = ["人", "名", "个人"].iter().any(|word| next.trim_start_matches('万').starts_with(word));
    let sum = number.value.saturating_mul(times);
    // 18万8 is eighteen ten thousands and eight thousand.
    let rest = next[word.len()..].chars().next().filter(|_| times == 10_000);
    let rest =
        rest.and_then(|c| spelled(c).unwrap_or(c).to_digit(10)).map_or(0, |digit| u64::from(digit) * 1_000);
    (!people && number.value > 0).then(|| sum.saturating_add(rest))
}

/// Sums in words of the scripts without blanks.
pub(super) fn run_on(text: &Folded) -> Vec<u64> {
    let (plain, _) = crate::insight::fold::run_on(text);
    let mut sums = Vec::new();
    for (numbers, units) in RUN_ON {
        for (unit, times) in units.iter().filter(|(unit, _)| plain.contains(unit)) {
            let said = numbers.iter().zip(1..).filter(|(word, _)| plain.contains(&format!("{word}{unit}")));
            sums.extend(said.map(|(_, value)| value * *times));
        }
    }
    sums
}
