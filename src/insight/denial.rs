//! Whether a text says that something is not so (否定): “没有人逼”, “nobody is locked in”, “никто не держит”. Owns that for the
//! few words right before a thing, and right after it in Korean. Refuses to guess further: where a denial is read too widely a
//! danger is not seen, and that is the worst error.

use std::sync::LazyLock;

use super::fold::{Folded, is_run_on};
use super::words::Words;

/// What denies, what may stand between, for each script: `assets/insight/denials.tsv`.
static TABLE: LazyLock<Words> =
    LazyLock::new(|| Words::of_table(include_str!("../../assets/insight/denials.tsv")));

/// How many fillers may stand between.
const MOST: usize = 4;

/// Whether what stands from `from` to `to` is denied.
pub(super) fn denied(text: &Folded, from: usize, to: usize) -> bool {
    if text.chars.get(from).copied().is_some_and(is_run_on) {
        return run_on(text, from, to);
    }
    before(text, from) || after(text, to)
}

/// In the scripts without blanks. Blanks that cannot be seen are none.
fn run_on(text: &Folded, from: usize, to: usize) -> bool {
    let seen = |at: &usize| text.chars[*at] != ' ' || text.typed[*at] == ' ';
    let head: String = (from.saturating_sub(24)..from).filter(seen).map(|at| text.chars[at]).collect();
    let tail: String = (to..text.chars.len())
        .filter(|at| text.chars[*at] != ' ')
        .take(24)
        .map(|at| text.chars[at])
        .collect();
    if TABLE.of("run_on").map(Folded::of).any(|word| head.ends_with(&word.plain(0, word.chars.len()))) {
        return true;
    }
    // Burmese မ stands before the verb and ဘူး after it; ကျွန်မ, မိန်းမ and ညီမ are women.
    let verb = head.ends_with('မ')
        && !["ျွန်မ", "ကျမ", "န်းမ", "ညီမ", "အမ", "စ်မ", "ရှင်မ", "သမ", "တူမ", "ချွေးမ"]
            .iter()
            .any(|it| head.ends_with(it));
    let denies = |word: &&str| ["ဘူး", "ပါဘူး", "နဲ့"].iter().any(|end| word.contains(end));
    (verb && denies(&tail.as_str()))
        || (TABLE.of("burmese_after").any(|word| tail.starts_with(word)) && !tail.starts_with("မရှိရင်"))
}

fn before(text: &Folded, from: usize) -> bool {
    let mut end = from;
    for _ in 0..=MOST {
        end = without_blanks(text, end);
        if TABLE.of("before").any(|word| ends(text, end, word).is_some()) || is_korean_not(text, end) {
            return true;
        }
        let Some(next) = TABLE.of("between").filter_map(|word| ends(text, end, word)).min() else {
            return false;
        };
        end = next;
    }
    false
}

/// 안 때려요: a word of its own, not the end of 동안.
fn is_korean_not(text: &Folded, end: usize) -> bool {
    let Some(at) = end.checked_sub(1).filter(|at| text.chars[*at] == '안') else { return false };
    text.chars.get(end) == Some(&' ') && (at == 0 || matches!(text.chars[at - 1], ' ' | ',' | '.'))
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

/// 때리지는 않아요, 감금이나 협박은 없었고, 때리거나 가두는 일은 없어요; not 갇혀 있고 여권은 없어요.
fn after(text: &Folded, to: usize) -> bool {
    let next: String = text
        .chars
        .iter()
        .skip(to)
        .take(18)
        .take_while(|c| !super::lexicon::is_end(**c) && !matches!(c, '.' | ','))
        .collect();
    let Some(at) = TABLE.of("korean_after").filter_map(|word| next.find(word)).min() else { return false };
    let mut words = next[..at].split(' ');
    let ending = words.next().unwrap_or_default();
    let or = ending.ends_with('나') && ending.chars().count() <= 2;
    ending.chars().count() <= 4
        && !ending.ends_with(['고', '서', '면', '데', '는', '도'])
        && words.all(|word| or || word.is_empty() || TABLE.of("korean_between").any(|it| it == word))
        || next[..at].is_empty()
        || (matches!(ending, "하는" | "되는" | "당하는" | "는" | "리는")
            && next[ending.len()..at]
                .split(' ')
                .all(|word| word.is_empty() || TABLE.of("korean_between").any(|it| it == word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_denies_after_the_thing_but_only_that_thing() {
        for (text, thing, is) in [
            ("때리지는 않아요", "때리", true),
            ("감금이나 협박은 없었고요", "감금", true),
            ("때리거나 가두는 일은 없어요", "때리", true),
            ("갇혀 있는 건 아니에요", "갇혀", true),
            ("아무도 안 때려요", "때려", true),
            ("그동안 때려서 아파요", "때려", false),
            ("갇혀 있고 여권은 없어요", "갇혀", false),
            ("여권을 빼앗고 돌려주지 않아요", "빼앗고", false),
        ] {
            let at = text.find(thing).unwrap();
            let from = text[..at].chars().count();
            assert_eq!(denied(&Folded::of(text), from, from + thing.chars().count()), is, "{text}");
        }
    }
}
