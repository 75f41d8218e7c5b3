//! Ages in Korean words: 열여섯 살, 열일곱이에요.

use crate::insight::fold::Folded;

/// Ages in Korean words, 열여섯 살 and 열일곱이에요, with where they begin; of two numbers, 네다섯, the first.
pub(super) fn korean_ages(text: &Folded) -> Vec<(usize, u32)> {
    const TENS: &[(&str, u32)] = &[
        ("열", 10),
        ("스물", 20),
        ("스무", 20),
        ("서른", 30),
        ("마흔", 40),
        ("쉰", 50),
        ("예순", 60),
        ("일흔", 70),
    ];
    const ONES: &[(&str, u32)] = &[
        ("서너", 3),
        ("너댓", 4),
        ("네댓", 4),
        ("대여섯", 5),
        ("예닐곱", 6),
        ("일고여덟", 7),
        ("일여덟", 7),
        ("하나", 1),
        ("한", 1),
        ("두어", 2),
        ("둘", 2),
        ("두", 2),
        ("셋", 3),
        ("세", 3),
        ("넷", 4),
        ("네", 4),
        ("다섯", 5),
        ("여섯", 6),
        ("일곱", 7),
        ("여덟", 8),
        ("여덜", 8),
        ("아홉", 9),
    ];
    const SAID: &[&str] = &["이에요", "이예요", "입니다", "이고", "인데", "이래", "이라", "밖에", "짜리"];
    let plain: String = text.chars.iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < plain.len() {
        let rest = &plain[at..];
        let ten = TENS.iter().find(|(word, _)| rest.starts_with(word));
        let (mut value, mut end) = ten.map_or((0, 0), |(word, ten)| (*ten, word.len()));
        let mut ones = 0;
        while let Some((word, one)) =
            ONES.iter().find(|(word, _)| rest[end..].starts_with(word)).filter(|_| ones < 2)
        {
            value += if ones == 0 { *one } else { 0 };
            end += word.len();
            ones += 1;
        }
        if end == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let next = rest[end..].trim_start();
        let age = next.starts_with('살') && !next.starts_with("살려") && !next.starts_with("살고");
        if age || (ten.is_some() && ones > 0 && SAID.iter().any(|word| rest[end..].starts_with(word))) {
            found.push((plain[..at].chars().count(), value));
        }
        at += end;
    }
    found
}
