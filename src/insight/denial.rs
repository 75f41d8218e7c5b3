//! Whether a text says that something is not so (否定): “没有人逼”, “nobody is locked in”, “никто не держит”. Owns that for the
//! few words right before a thing, and right after it in Korean. Refuses to guess further: where a denial is read too widely a
//! danger is not seen, and that is the worst error.

use super::fold::Folded;

/// Words that deny what follows.
const DENIALS: [&str; 41] = [
    "没有",
    "没",
    "不是",
    "并非",
    "并不",
    "不",
    "未",
    "无",
    "没人",
    "没见",
    "没看见",
    "没听说",
    "不会",
    "不算",
    "谈不上",
    "莫得",
    "冇",
    "not",
    "no",
    "never",
    "nobody",
    "none",
    "without",
    "n't",
    "n’t",
    "не",
    "нет",
    "никто",
    "без",
    "không",
    "chưa",
    "chẳng",
    "khong",
    "chua",
    "안",
    "មិន",
    "ບໍ່",
    "ไม่",
    "isn't",
    "wasn't",
    "ain't",
];

/// Words that may stand between a denial and what it denies.
const FILLERS: [&str; 73] = [
    "有",
    "人",
    "谁",
    "被",
    "见",
    "到",
    "过",
    "什么",
    "再",
    "把",
    "他",
    "她",
    "我",
    "们",
    "受",
    "遭",
    "啥",
    "嘛",
    "也",
    "是",
    "真",
    "的",
    "会",
    "发现",
    "发生",
    "存在",
    "所谓",
    "any",
    "one",
    "been",
    "being",
    "be",
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "a",
    "an",
    "the",
    "me",
    "us",
    "by",
    "ever",
    "about",
    "меня",
    "нас",
    "никто",
    "не",
    "было",
    "был",
    "его",
    "её",
    "ее",
    "ai",
    "bị",
    "hề",
    "phải",
    "có",
    "bi",
    "phai",
    "co",
    "anyone",
    "really",
    "physically",
    "here",
    "of",
    "kept",
    "it",
    "this",
    "that",
    "someone",
];

/// What denies after the thing, in Korean.
const AFTER: [&str; 6] = ["지 않", "지는 않", "지도 않", "은 없", "는 없", "이 아니"];

/// How many fillers may stand between.
const MOST: usize = 4;

/// Whether what stands from `from` to `to` is denied.
pub(super) fn denied(text: &Folded, from: usize, to: usize) -> bool {
    before(text, from) || after(text, to)
}

fn before(text: &Folded, from: usize) -> bool {
    let mut end = from;
    for _ in 0..=MOST {
        end = without_blanks(text, end);
        if DENIALS.iter().any(|word| ends(text, end, word).is_some()) {
            return true;
        }
        let Some(next) = FILLERS.iter().filter_map(|word| ends(text, end, word)).min() else { return false };
        end = next;
    }
    false
}

/// Where the word begins that ends here.
fn ends(text: &Folded, end: usize, word: &str) -> Option<usize> {
    let length = word.chars().count();
    let from = end.checked_sub(length)?;
    let same = word.chars().zip(&text.chars[from..end]).all(|(a, b)| a == *b);
    let letter = |at: usize| text.chars.get(at).copied().is_some_and(super::lexicon::is_lettered);
    // A word in letters is a whole word; `n't` hangs on one.
    let whole = !letter(from)
        || word.starts_with('n') && word.contains('t') && word.len() < 6 && word.contains(['\'', '’'])
        || from == 0
        || !letter(from - 1);
    (same && whole).then_some(from)
}

fn without_blanks(text: &Folded, mut end: usize) -> usize {
    while end > 0 && text.chars[end - 1] == ' ' {
        end -= 1;
    }
    end
}

fn after(text: &Folded, to: usize) -> bool {
    let next: String = text.chars.iter().skip(to).take(7).collect();
    AFTER.iter().any(|word| next.contains(word))
}
