//! What is guessed first. Owns the words and the patterns; refuses length.
//!
//! The list was composed for this portal by rule, from what such passwords are made of, and copies no published
//! one: words for a secret, for power, for love and for luck in English, Chinese and pinyin, the portal's own
//! words, keys that lie beside each other, counting, repeating, dates. A password is refused when too little is
//! left of it once all of that is taken out, so that one word stands for every way of dressing it up.

/// Characters that must be left, and how many different ones.
const LEFT: usize = 6;
const DIFFERENT: usize = 4;

/// The shortest run that counts as counting, repeating or lying beside each other.
const RUN: usize = 3;

const WORDS: &str = include_str!("../../../assets/words/guessed.txt");

/// Keys in the order they lie in, by row and by column.
const KEYS: [&str; 9] = [
    "1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "!qaz@wsx#edc$rfv%tgb^yhn&ujm*ik<(ol>)p:?",
    "147258369",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
];

/// Whether too little of a password is left beside what everybody guesses and `own`, the words of whoever it is for.
pub(super) fn is_guessed(password: &str, own: &[&str]) -> bool {
    let plain = password.to_lowercase();
    [plain.clone(), undressed(&plain)].iter().any(|text| {
        let left = without_patterns(&without_words(text, own));
        let kept: Vec<char> = left.chars().filter(|c| c.is_alphanumeric()).collect();
        let different: std::collections::BTreeSet<&char> = kept.iter().collect();
        // One sign of a script that writes words says more than one letter.
        let weight: usize = kept.iter().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        weight < LEFT || different.len() < DIFFERENT
    })
}

/// Letters in place of the figures and signs that people write instead of them.
fn undressed(text: &str) -> String {
    let letter = |c: char| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

fn without_words(text: &str, own: &[&str]) -> String {
    let own = own.iter().flat_map(|word| {
        let word = word.to_lowercase();
        let parts: Vec<String> = word.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
        std::iter::once(word).chain(parts)
    });
    let listed = WORDS.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let mut words: Vec<String> =
        own.chain(listed.map(str::to_owned)).filter(|w| w.chars().count() > 1).collect();
    // Longer ones first, so that none is left in two halves.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.iter().fold(text.to_owned(), |text, word| text.replace(word.as_str(), " "))
}

fn without_patterns(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let run = [repeated(&chars[at..]), beside(&chars[at..]), figures(&chars[at..])].into_iter().max();
        match run.filter(|run| *run >= RUN) {
            Some(run) => at += run,
            None => {
                out.push(chars[at]);
                at += 1;
            }
        }
    }
    out
}

/// How many characters from the start repeat a piece of one to four.
fn repeated(chars: &[char]) -> usize {
    let of = |piece: usize| {
        let same = chars.iter().skip(piece).zip(chars).take_while(|(a, b)| a == b).count();
        if same >= piece.max(RUN - 1) { same + piece } else { 0 }
    };
    (1..=4).map(of).max().unwrap_or(0)
}

/// How many from the start lie beside each other on a keyboard or in the alphabet, either way.
fn beside(chars: &[char]) -> usize {
    let along = |row: &[char]| {
        let starts = (0..row.len()).filter(|at| Some(&row[*at]) == chars.first());
        starts.map(|at| row[at..].iter().zip(chars).take_while(|(a, b)| a == b).count()).max().unwrap_or(0)
    };
    let rows = KEYS.iter().flat_map(|row| {
        let forth: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.chars().rev().collect();
        [forth, back]
    });
    rows.map(|row| along(&row)).max().unwrap_or(0)
}

/// How many figures from the start are a year or a day: four, six or eight of them with a plausible beginning.
fn figures(chars: &[char]) -> usize {
    let count = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    let text: String = chars.iter().take(count.min(4)).collect();
    let year = text.parse::<u16>().is_ok_and(|year| (1900..=2099).contains(&year));
    match count {
        8.. if year => 8,
        6.. if year => 6,
        4.. if year => 4,
        _ => 0,
    }
}
