//! One spelling of what people type: width, digits of every script, case, invisible marks. Owns that; refuses meaning.
//!
//! Invariant: one character becomes one character, so that a place in the folded text is the same place in the typed one.

/// A text as it is read: each character with its plain form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The plain characters.
    pub chars: Vec<char>,
    /// The characters as they were typed, in the same places.
    pub typed: Vec<char>,
}

impl Folded {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let typed: Vec<char> = text.chars().collect();
        let chars = typed.iter().map(|c| fold(*c)).collect();
        Self { chars, typed }
    }

    /// The plain text of a stretch.
    pub fn plain(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }

    /// The stretch as it was typed.
    pub fn said(&self, from: usize, to: usize) -> String {
        self.typed.get(from..to).unwrap_or_default().iter().collect()
    }
}

/// The first digit of each script's ten, for those whose speakers write here.
const ZEROS: [char; 10] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ed0}', '\u{1040}', '\u{1090}', '\u{17e0}',
    '\u{ff10}',
];

/// A character's plain form. What cannot be seen and what controls becomes a blank.
pub fn fold(c: char) -> char {
    if c.is_ascii() {
        return if c.is_ascii_control() { ' ' } else { c.to_ascii_lowercase() };
    }
    if let Some(digit) = ZEROS.iter().find_map(|zero| digit_from(c, *zero)) {
        return digit;
    }
    if let Some(digit) = circled(c) {
        return digit;
    }
    match c {
        '\u{3000}'
        | '\u{a0}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'
        | '\u{feff}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => wide(c),
        '。' => '.',
        '、' => ',',
        '·' | '•' | '・' | '‧' => '·',
        '–' | '—' | '−' | '‐' | '‑' => '-',
        _ => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    }
}

/// A letter of Vietnamese without its marks; others stay.
pub fn bare(c: char) -> char {
    const LETTERS: [(&str, char); 7] = [
        ("àáảãạăằắẳẵặâầấẩẫậ", 'a'),
        ("èéẻẽẹêềếểễệ", 'e'),
        ("ìíỉĩị", 'i'),
        ("òóỏõọôồốổỗộơờớởỡợ", 'o'),
        ("ùúủũụưừứửữự", 'u'),
        ("ỳýỷỹỵ", 'y'),
        ("đ", 'd'),
    ];
    LETTERS.iter().find(|(marked, _)| marked.contains(c)).map_or(c, |(_, plain)| *plain)
}

/// A digit in a circle or brackets: ① ⓪ ⑴ ❶.
fn circled(c: char) -> Option<char> {
    const ONES: [char; 7] =
        ['\u{2460}', '\u{2474}', '\u{2488}', '\u{2776}', '\u{2780}', '\u{278a}', '\u{24f5}'];
    if matches!(c, '\u{24ea}' | '\u{24ff}' | '\u{1f10b}') {
        return Some('0');
    }
    let value = ONES.iter().find_map(|one| u32::from(c).checked_sub(u32::from(*one)).filter(|n| *n < 9))?;
    char::from_digit(value + 1, 10)
}

fn digit_from(c: char, zero: char) -> Option<char> {
    let value = u32::from(c).checked_sub(u32::from(zero))?;
    char::from_digit(value, 10)
}

/// A full-width character of ASCII, as it is without the width.
fn wide(c: char) -> char {
    let plain = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
    plain.to_ascii_lowercase()
}

/// The digit that a Chinese numeral stands for when numbers are spelled out one by one.
pub const fn spelled(c: char) -> Option<char> {
    Some(match c {
        '零' | '〇' | '○' | '洞' => '0',
        '一' | '幺' | '壹' | '么' => '1',
        '二' | '两' | '贰' | '俩' => '2',
        '三' | '叁' | '仨' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_the_digits_of_every_script_are_one() {
        let all = Folded::of("ＡＢ１　١๒໓၄៥\u{200b}Ж·Ｗ");
        assert_eq!(all.plain(0, all.chars.len()), "ab1 12345 ж·w");
        assert_eq!(all.chars.len(), all.typed.len());
        assert_eq!(all.said(0, 2), "ＡＢ");
    }

    #[test]
    fn no_place_moves_whatever_is_typed() {
        for text in ["İstanbul", "ǅ ﬁ ẞ", "\u{0}\u{7}\r\n", "👩‍👧", "é e\u{301}"] {
            let folded = Folded::of(text);
            assert_eq!(folded.chars.len(), text.chars().count(), "{text:?}");
        }
    }
}
