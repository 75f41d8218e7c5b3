//! The same tips, written otherwise: the answers stay. Numbers in other digits, full width, other words of dialect, sentences in
//! another order, marks left out.

use serde_json::Value;

use super::measure::{Tip, entities, said};
use super::{EXAMPLES, UNSEEN};

/// A way to write a text otherwise.
type Paraphrase = (&'static str, fn(&str) -> String, f64);

/// With the share of answers that must stay.
const WAYS: [Paraphrase; 7] = [
    ("full width", wide, 1.0),
    ("telephone numbers in Chinese words", spelled, 1.0),
    ("telephone numbers in groups", grouped, 1.0),
    ("invisible marks between words", invisible, 0.99),
    ("sentences in another order", turned, 0.96),
    ("no marks between sentences", unmarked, 0.95),
    ("other words of dialect", dialect, 0.96),
];

#[test]
fn the_answers_stay_however_a_tip_is_written() {
    let tips: Vec<Tip> = Tip::all(EXAMPLES).into_iter().chain(Tip::all(UNSEEN)).collect();
    for (name, way, floor) in WAYS {
        let mut lost = Vec::new();
        for tip in &tips {
            let other = tip.with_text(way(tip.get("text")));
            let (before, after) = (said(tip.get("text")), said(other.get("text")));
            let stays = |of: &str| before[of] == after[of];
            if !(stays("category") && stays("district") && stays("urgency"))
                || entities(&before) != entities(&after)
            {
                lost.push(format!("{}: {} as {}", tip.get("id"), short(&before), short(&after)));
            }
        }
        let kept = 1.0 - lost.len() as f64 / tips.len() as f64;
        println!("{name:<36} {kept:.3}   floor {floor:.2}");
        lost.iter().for_each(|line| println!("    {line}"));
        assert!(kept >= floor, "{name}: only {kept:.3} of the answers stay");
    }
}

fn short(answer: &Value) -> String {
    format!("{} {} {} {:?}", answer["category"], answer["district"], answer["urgency"], entities(answer))
}

fn wide(text: &str) -> String {
    let one = |c: char| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c };
    text.chars().map(one).collect()
}

/// Every run of eleven digits that begins with 1, changed.
fn numbers(text: &str, change: fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_digit() {
            run.push(c);
            continue;
        }
        let number = run.len() == 11 && run.starts_with('1');
        out.push_str(&if number { change(&run) } else { run.clone() });
        run.clear();
        out.extend(Some(c).filter(|c| *c != '\0'));
    }
    out
}

fn spelled(text: &str) -> String {
    numbers(text, |run| {
        let word = |c: char| "零幺二三四五六七八九".chars().nth(c.to_digit(10).unwrap() as usize).unwrap();
        run.chars().map(word).collect()
    })
}

fn grouped(text: &str) -> String {
    numbers(text, |run| format!("{} {}-{}", &run[..3], &run[3..7], &run[7..]))
}

fn invisible(text: &str) -> String {
    text.replace(' ', "\u{a0}").replace('，', "\u{200b}，").replace(',', "\u{feff},")
}

fn sentences(text: &str) -> Vec<String> {
    text.split_inclusive(['。', '！', '!', '？', '?', '\n']).map(str::to_owned).collect()
}

fn turned(text: &str) -> String {
    let mut all = sentences(text);
    // The first opens with who speaks; the others may stand in any order.
    all[1..].reverse();
    all.concat()
}

fn unmarked(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '。' | '！' | '!' | '；') { ' ' } else { c }).collect()
}

fn dialect(text: &str) -> String {
    const WORDS: [(&str, &str); 10] = [
        ("什么", "嘛"),
        ("怎么", "咋"),
        ("我们", "俺们"),
        ("没有", "没"),
        ("孩子", "娃儿"),
        ("这里", "介儿"),
        ("那里", "那嘎达"),
        ("晚上", "黑下"),
        ("干活", "做活"),
        ("昨天", "昨儿"),
    ];
    WORDS.iter().fold(text.to_owned(), |text, (word, other)| text.replace(word, other))
}
