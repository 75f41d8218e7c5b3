//! How old somebody is said to be. Owns telling an age from a while and from other numbers.

use super::numbers::Number;
use super::words;
use crate::insight::lexicon::is_lettered;

/// The age that a number is, if it is one: by what stands right after it, else by what stands right before.
pub(super) fn age(number: &Number, before: &str, after: &str, this_year: u32) -> Option<u32> {
    if let Some(age) = by_birth(number, before, this_year) {
        return Some(age);
    }
    if number.value > 99 || (number.value == 0 && !number.words) {
        return None;
    }
    let value = u32::try_from(number.value).ok()?;
    let next = unit(after);
    if is_month_old(next) {
        return Some(0);
    }
    if let Some(age) = run_on_age(value, before, next) {
        return age;
    }
    if words::of("age_after").any(|word| next.starts_with(word)) {
        let ago = words::of("ago").any(|word| next.starts_with(word)) || lasts(before, next);
        return (!ago).then_some(value);
    }
    let counts = words::of("no_age_after").any(|word| next.starts_with(word))
        || words::valued("money").any(|(word, _)| next.starts_with(word))
        || tight(after).starts_with(|c: char| c.is_ascii_alphanumeric());
    let bare = (!number.words || number.value >= 10) && number.signs <= 3;
    let said = is_announced(before, after) || (is_set_off(before, after) && value >= 3);
    (bare && said && !counts && (1..=80).contains(&value)).then_some(value)
}

/// A year of birth.
fn by_birth(number: &Number, before: &str, this_year: u32) -> Option<u32> {
    let born = ["sinh năm", "sinh nam", "sn", "born in", "born"];
    let born = born.iter().any(|word| before.trim_end().ends_with(word)) && number.signs == 4;
    let year = u32::try_from(number.value).ok().filter(|year| born && year + 90 > this_year)?;
    this_year.checked_sub(year)
}

/// What follows a number, without what only makes it vague: 来, 多, a second number.
fn tight(after: &str) -> &str {
    after.trim_start_matches([' ', '来', '多', '几', '左', '右', '-', '~', ',', '、', '၊'])
}

fn unit(after: &str) -> &str {
    let second = |c: char| c.is_ascii_digit() || "一二三四五六七八九十到至".contains(c);
    tight(after).trim_start_matches(second).trim_start().trim_start_matches(['来', '多', '左'])
}

/// So many months old, where it is said of a child.
fn is_month_old(next: &str) -> bool {
    let month = ["个月", "个多月", "months", "month-", "tháng", "개월", "месяц"];
    let child = ["大", " old", "-old", " tuổi", "的男", "的女", "婴", "宝", "된", "男", "女"];
    month.iter().any(|word| next.starts_with(word)) && child.iter().any(|word| next.contains(word))
}

/// Whether a word right before the number says that an age follows. “About 5 men” is no age: after most words of an
/// alphabet the number ends what is said.
fn is_announced(before: &str, after: &str) -> bool {
    let tail = before.trim_end_matches([' ', ',', '、', ':', '(', '-']);
    let ends = |word: &str| tail.ends_with(word) && (!is_cyrillic(word) || ends_a_word(tail, word));
    let sure = ["aged", "age", "i am", "i'm", "she's", "he's"].iter().any(|word| tail.ends_with(word));
    let latin = |c: char| is_lettered(c) && ((c as u32) < 0x370 || (c as u32) >= 0x1e00);
    let marks = [',', '.', ')', ';', '!', '?', '\n', '"', '\'', '”'];
    let closed = tight(after).is_empty() || after.starts_with(marks) || after.starts_with(" and ");
    words::of("age_before").any(ends) && (sure || !tail.ends_with(latin) || closed)
}

/// Aigerim, 22, was; a pupil (14).
fn is_set_off(before: &str, after: &str) -> bool {
    let opens = before.ends_with(", ") || before.ends_with('(');
    let named = before.trim_end_matches([',', ' ', '(']).ends_with(is_lettered);
    opens && named && (after.is_empty() || after.starts_with([',', ')', ';']))
}

/// Whether a Russian number of years is how long something lasts: уже 5 лет, 3 года не платят.
fn lasts(before: &str, next: &str) -> bool {
    const BEFORE: &[&str] = &[
        "уже",
        "за",
        "более",
        "больше",
        "через",
        "течение",
        "почти",
        "последние",
        "около",
        "свыше",
        "срок",
        "на",
    ];
    const AFTER: &[&str] = &[
        "не ",
        "назад",
        "работ",
        "жив",
        "подряд",
        "как ",
        "без ",
        "в китае",
        "прошло",
        "тюрьм",
        "замужем",
        "жду",
    ];
    let Some(rest) = ["лет", "года", "год"].iter().find_map(|word| next.strip_prefix(word)) else {
        return false;
    };
    let tail = before.trim_end();
    BEFORE.iter().any(|word| ends_a_word(tail, word))
        || AFTER.iter().any(|word| rest.trim_start().starts_with(word))
}

fn is_cyrillic(word: &str) -> bool {
    word.chars().all(|c| ('\u{400}'..='\u{4ff}').contains(&c))
}

/// Whether the word ends the text as a whole one.
fn ends_a_word(tail: &str, word: &str) -> bool {
    tail.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphabetic))
}

/// An age in the scripts without blanks, where the same word counts the years of a while: `Some(None)` for a while.
fn run_on_age(value: u32, before: &str, next: &str) -> Option<Option<u32>> {
    let since = before.rsplit(|c: char| c.is_ascii_digit()).next().unwrap_or(before);
    let tail = since.trim_end_matches([' ', ',', '(', ':', '-', '~', '။', '၊']);
    let person = words::of("run_on_persons").any(|word| tail.ends_with(word));
    if let Some(rest) = words::of("run_on_years").find_map(|word| next.strip_prefix(word)) {
        let rest = rest.trim_start();
        let aged = words::of("run_on_aged").any(|word| since.contains(word))
            || ["အရွယ်", "သား", "သမီး", "ကလေး", "လောက်ပဲ", "ပဲ"].iter().any(|word| rest.starts_with(word));
        let passed = words::of("run_on_passed").any(|word| rest.starts_with(word)) || since.contains("လွန်ခဲ့");
        let bracket = since.ends_with('(') && rest.starts_with(')');
        return Some((aged || ((person || bracket) && !passed)).then_some(value));
    }
    if let Some(rest) = words::of("run_on_months").find_map(|word| next.strip_prefix(word)) {
        let passed = words::of("run_on_passed").any(|word| rest.trim_start().starts_with(word))
            || rest.starts_with('ေ')
            || rest.starts_with('ူ');
        return Some((person && !passed && value < 24).then_some(0));
    }
    None
}
