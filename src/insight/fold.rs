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
        let mut chars: Vec<char> = typed.iter().map(|c| fold(*c)).collect();
        one_tone_style(&mut chars);
        one_spelling(&typed, &mut chars);
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

/// From the place of a byte at which a character begins or ends to the place of that character, or of the next.
pub fn places(plain: &str) -> Vec<usize> {
    let mut places = vec![0; plain.len() + 1];
    for (at, (byte, c)) in plain.char_indices().enumerate() {
        places[byte] = at;
        places[byte + c.len_utf8()] = at + 1;
    }
    places
}

/// The first digit of each script's ten, for those whose speakers write here.
const ZEROS: [char; 10] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{ed0}', '\u{1040}', '\u{1090}', '\u{17e0}',
    '\u{ff10}',
];

/// Letters of Burmese, Khmer, Lao and Thai that are typed in more than one order or with a look-alike; each keeps its place.
fn one_spelling(typed: &[char], chars: &mut [char]) {
    let is = |c: Option<&char>, from: char, to: char| c.is_some_and(|c| (from..=to).contains(c));
    for at in 0..chars.len() {
        let before = at.checked_sub(1).and_then(|at| typed.get(at)).copied();
        let digit = |c: Option<&char>| is(c, '\u{1040}', '\u{1049}') || c.is_some_and(char::is_ascii_digit);
        match typed[at] {
            // The Burmese digits zero and seven typed for the letters wa and ra.
            '၀' | '၇'
                if is(typed.get(at + 1), '\u{102b}', '\u{103e}')
                    || (typed[at] == '၀'
                        && !digit(before.as_ref())
                        && !digit(typed.get(at + 1))
                        && is(typed.get(at + 1), '\u{1000}', '\u{1021}')) =>
            {
                chars[at] = if typed[at] == '၀' { 'ဝ' } else { 'ရ' };
            }
            // Asat before the dot below, as most keyboards type it.
            '\u{103a}' if typed.get(at + 1) == Some(&'\u{1037}') => chars.swap(at, at + 1),
            // Khmer ឲ្យ, ឱ្យ and អោយ; the subscripts of ដ and ត look alike.
            'ឲ' | 'ឱ' if typed.get(at + 1) == Some(&'\u{17d2}') && typed.get(at + 2) == Some(&'យ') => {
                (chars[at], chars[at + 1]) = ('អ', 'ោ');
            }
            'ដ' if before == Some('\u{17d2}') => chars[at] = 'ត',
            // Lao and Thai: a tone typed before the vowel that it stands on.
            '\u{ec8}'..='\u{ecb}'
                if is(typed.get(at + 1), '\u{eb4}', '\u{ebb}')
                    || is(typed.get(at + 1), '\u{eb1}', '\u{eb1}')
                    || is(typed.get(at + 1), '\u{ecd}', '\u{ecd}') =>
            {
                chars.swap(at, at + 1);
            }
            '\u{e48}'..='\u{e4b}'
                if is(typed.get(at + 1), '\u{e34}', '\u{e39}')
                    || is(typed.get(at + 1), '\u{e31}', '\u{e31}') =>
            {
                chars.swap(at, at + 1);
            }
            _ => {}
        }
    }
}

/// Letters of scripts that set no blanks between words: Thai, Lao, Burmese, Khmer.
pub(super) const fn is_run_on(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{103f}' | '\u{104c}'..='\u{109f}' | '\u{1780}'..='\u{17d3}')
}

/// Marks of those scripts that stand on, under or behind a letter and belong to it.
pub(super) const fn is_hanging(c: char) -> bool {
    matches!(c, '\u{102b}'..='\u{103e}' | '\u{17b6}'..='\u{17d3}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ecd}')
}

/// What a letter of those scripts cannot begin a word after: the sign of a subscript, a vowel written before its consonant.
pub(super) const fn is_leading(c: char) -> bool {
    matches!(c, '\u{1039}' | '\u{17d2}' | '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}')
}

/// A text without the blanks, seen or not, that stand between letters of those scripts, with the place of each character.
pub(super) fn run_on(text: &Folded) -> (String, Vec<usize>) {
    let chars = &text.chars;
    let mut plain = String::with_capacity(chars.len() * 3);
    let mut kept = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let blanks = chars[at..].iter().take_while(|c| **c == ' ').count();
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let inner = [before, chars.get(at + blanks)].iter().all(|c| c.is_some_and(|c| is_run_on(*c)));
        let end = at + blanks.max(1);
        if blanks == 0 || !inner {
            plain.extend(&chars[at..end]);
            kept.extend(at..end);
        }
        at = end;
    }
    (plain, kept)
}

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
        '’' | '‘' | 'ʼ' | '´' | '`' => '\'',
        '·' | '•' | '・' | '‧' => '·',
        '\u{ebc}' => 'ລ',
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

/// Vietnamese has two ways to place the mark of a tone at a syllable's end, khoá and khóa: the second is kept.
fn one_tone_style(chars: &mut [char]) {
    const PAIRS: [(&str, char, &str); 3] =
        [("àáảãạ", 'o', "òóỏõọ"), ("èéẻẽẹ", 'o', "òóỏõọ"), ("ỳýỷỹỵ", 'u', "ùúủũụ")];
    for at in 1..chars.len() {
        let ends = chars.get(at + 1).is_none_or(|c| !c.is_alphabetic());
        let after_q = at > 1 && chars[at - 2] == 'q';
        for (marked, first, moved) in PAIRS {
            if ends
                && !after_q
                && chars[at - 1] == first
                && let Some(tone) = marked.chars().position(|c| c == chars[at])
            {
                chars[at - 1] = moved.chars().nth(tone).unwrap_or(first);
                chars[at] = bare(chars[at]);
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
