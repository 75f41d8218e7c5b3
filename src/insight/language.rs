//! In which language a text is: by its script first, by a few marks and small words where scripts are shared. Owns that;
//! refuses judging the text by it: a language outside the tables is read by a person, soon.

use super::fold::Folded;

/// A language, as ISO 639 names it; `und` where nothing was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(pub &'static str);

/// Nothing to be recognised.
pub const UNKNOWN: Language = Language("und");

/// Scripts and the language most people here write with them.
const SCRIPTS: [(&str, &[(char, char)]); 11] = [
    ("zh", &[('\u{4e00}', '\u{9fff}'), ('\u{3400}', '\u{4dbf}')]),
    ("ko", &[('\u{ac00}', '\u{d7a3}'), ('\u{1100}', '\u{11ff}'), ('\u{3130}', '\u{318f}')]),
    ("ja", &[('\u{3040}', '\u{30ff}')]),
    ("my", &[('\u{1000}', '\u{109f}'), ('\u{aa60}', '\u{aa7f}')]),
    ("km", &[('\u{1780}', '\u{17ff}')]),
    ("lo", &[('\u{e80}', '\u{eff}')]),
    ("th", &[('\u{e00}', '\u{e7f}')]),
    ("bo", &[('\u{f00}', '\u{fff}')]),
    ("ug", &[('\u{600}', '\u{6ff}')]),
    ("mn", &[('\u{1800}', '\u{18af}')]),
    ("ru", &[('\u{400}', '\u{4ff}')]),
];

/// Letters that only Vietnamese has among the languages written here.
pub(super) const VIETNAMESE: &str = "ăắằẳẵặâấầẩẫậđêếềểễệơớờởỡợưứừửữựạảẹẻẽỉĩịọỏốồổỗộụủũỳỵỷỹ";

/// Small words of English; two of them are enough.
const ENGLISH: [&str; 34] = [
    "the", "is", "are", "and", "to", "of", "in", "my", "me", "i", "he", "she", "they", "a", "an", "for",
    "not", "please", "help", "we", "was", "at", "this", "there", "pls", "come", "cant", "you", "your",
    "with", "from", "have", "has", "today",
];

/// Small words of Vietnamese without marks that are none of English.
const UNMARKED: [&str; 40] = [
    "toi", "bi", "khong", "duoc", "nguoi", "cua", "chi", "em", "anh", "nha", "cho", "giup", "con", "trong",
    "ngoai", "va", "la", "o", "ho", "mot", "hai", "ba", "dang", "voi", "nay", "nhung", "lam", "ban", "tien",
    "thang", "roi", "gai", "trai", "cuu", "duong", "xin", "ve", "ra", "viec", "trung",
];

/// The language of a text.
pub fn of(text: &str) -> Language {
    let count = |ranges: &[(char, char)]| {
        text.chars().filter(|c| ranges.iter().any(|(from, to)| (*from..=*to).contains(c))).count()
    };
    let latin =
        text.chars().filter(|c| c.is_alphabetic() && (*c as u32) < 0x250 || VIETNAMESE.contains(*c)).count();
    let counts: Vec<(&str, usize)> = SCRIPTS.iter().map(|(code, ranges)| (*code, count(ranges))).collect();
    let of = |code: &str| counts.iter().find(|(it, _)| *it == code).map_or(0, |(_, n)| *n);
    // Japanese has Chinese characters too; one kana in ten letters tells.
    if of("ja") * 10 >= of("zh").max(1) && of("ja") > 1 {
        return Language("ja");
    }
    // A word takes several letters of an alphabet, and one or two Chinese characters.
    let weighed = counts.iter().map(|(code, n)| (*code, if *code == "zh" { n * 3 } else { *n }));
    let best = weighed.max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0);
    match best {
        Some((code, n)) if n >= latin => Language(code),
        _ if latin > 0 => of_latin(text),
        _ => UNKNOWN,
    }
}

/// Languages that the lexicons speak. A text in another one is read by a person, soon.
const READ: [&str; 9] = ["zh", "en", "vi", "ko", "ru", "my", "km", "lo", "th"];

/// Whether the lexicons speak a language. Where none was recognised, the words that stand there count.
pub(super) fn is_read(language: Language) -> bool {
    language == UNKNOWN || READ.contains(&language.0)
}

fn of_latin(text: &str) -> Language {
    let lower = text.to_lowercase();
    if lower.chars().filter(|c| VIETNAMESE.contains(*c)).count() >= 2 {
        return Language("vi");
    }
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let of = |small: &[&str]| words.iter().filter(|word| small.contains(word)).count();
    let (english, vietnamese) = (of(&ENGLISH), of(&UNMARKED));
    if vietnamese > english && vietnamese >= 2 {
        Language("vi")
    } else if english >= 2 || (english == 1 && words.len() <= 6) {
        Language("en")
    } else {
        UNKNOWN
    }
}

/// Whether a text is Vietnamese that was typed without its marks, as on a foreign keyboard.
pub(super) fn is_unmarked_vietnamese(text: &Folded, language: Language) -> bool {
    // A few marks that a telephone put by itself make no marked text: in one, every second word has a mark.
    let marked = text.chars.iter().filter(|c| VIETNAMESE.contains(**c)).count();
    let words = text.chars.iter().filter(|c| **c == ' ').count();
    language.0 == "vi" && (marked < 2 || marked * 6 < words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_is_known_by_a_sentence_also_with_names_of_places_in_it() {
        for (text, code) in [
            ("我在工地上看见几个孩子在搬砖", "zh"),
            ("KTV四楼 救命", "zh"),
            ("Please help, my friend is locked in a room in 塘沽", "en"),
            ("친구가 톈진 河西 에서 돌아오지 못해요", "ko"),
            ("Меня держат в Тяньцзине, 滨江道", "ru"),
            ("Tôi bị bán sang đây, ở 宝坻", "vi"),
            ("ကျွန်မကို ကူညီပါ Tianjin 天津", "my"),
            ("ຊ່ວຍແດ່", "lo"),
            ("សូមជួយខ្ញុំ", "km"),
            ("ช่วยด้วย", "th"),
            ("助けてください、閉じ込められています", "ja"),
            ("12345 !!!", "und"),
            ("", "und"),
            ("zzz qqq", "und"),
        ] {
            assert_eq!(of(text).0, code, "{text}");
        }
    }
}
