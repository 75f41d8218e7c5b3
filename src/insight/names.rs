//! What looks like a person's name (人名): a common surname beside a form of address, or after "is called". Owns finding
//! such stretches so that a person may look at them; refuses deciding that it is a name, and finding all: a name that
//! stands alone looks like any other word.
//!
//! Invariant: every stretch lies within the text, in order, and none overlaps another.

use super::fold::Folded;

/// The surnames of nine in ten people.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";

/// What stands after a surname, or after a name, when somebody is spoken of.
const AFTER: [&str; 22] = [
    "某某", "先生", "女士", "小姐", "师傅", "老板", "老师", "队长", "所长", "主任", "书记", "村长", "经理",
    "大哥", "大姐", "医生", "警官", "阿姨", "叔叔", "同志", "某", "总",
];

/// What stands before a surname.
const BEFORE: [char; 3] = ['老', '小', '阿'];

/// What stands before a whole name.
const CALLED: [&str; 7] = ["名叫", "叫做", "姓名", "名字是", "真名", "自称", "叫"];

/// Forms of address in letters.
const TITLES: [&str; 6] = ["mr", "mrs", "ms", "miss", "dr", "madam"];

/// The stretches that look like names: from, and the place after the last character.
pub fn find(text: &Folded) -> Vec<(usize, usize)> {
    let (chars, mut found, mut at) = (&text.chars, Vec::new(), 0);
    while at < chars.len() {
        match at_one(chars, at) {
            Some((from, to)) => {
                found.push((from, to));
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

fn at_one(chars: &[char], at: usize) -> Option<(usize, usize)> {
    titled(chars, at).or_else(|| called(chars, at)).or_else(|| addressed(chars, at))
}

fn is_surname(c: char) -> bool {
    SURNAMES.contains(c)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn follows(chars: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(ahead, c)| chars.get(at + ahead) == Some(&c))
}

/// 赵某, 赵老板, 赵建国先生; 老赵.
fn addressed(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let surname = |at: usize| chars.get(at).is_some_and(|c| is_surname(*c));
    if chars.get(at).is_some_and(|c| BEFORE.contains(c)) && surname(at + 1) {
        return Some((at, at + 2));
    }
    if !surname(at) {
        return None;
    }
    // Up to two characters of a given name may stand between.
    (0..=2).find_map(|given| {
        let end = at + 1 + given;
        let is_name = chars.get(at + 1..end)?.iter().all(|c| is_han(*c));
        let word = AFTER.iter().find(|word| is_name && follows(chars, end, word))?;
        Some((at, end + word.chars().count()))
    })
}

/// 叫赵建国: a surname and up to two more.
fn called(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let word = CALLED.iter().find(|word| follows(chars, at, word))?;
    let mut from = at + word.chars().count();
    while chars.get(from).is_some_and(|c| matches!(c, ':' | '：' | ' ')) {
        from += 1;
    }
    if !chars.get(from).is_some_and(|c| is_surname(*c)) {
        return None;
    }
    let given = chars[from + 1..].iter().take(2).take_while(|c| is_han(**c)).count();
    (given > 0).then_some((from, from + 1 + given))
}

/// Mr Smith: the title and the word behind it.
fn titled(chars: &[char], at: usize) -> Option<(usize, usize)> {
    if at > 0 && chars[at - 1].is_alphanumeric() {
        return None;
    }
    TITLES.iter().filter(|title| follows(chars, at, title)).find_map(|title| {
        let end = at + title.chars().count();
        let gap = chars[end..].iter().take_while(|c| matches!(c, '.' | ' ')).count();
        let letters = chars[end + gap..].iter().take_while(|c| c.is_alphabetic()).count();
        (gap > 0 && letters > 1).then_some((at, end + gap + letters))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<String> {
        let folded = Folded::of(text);
        find(&folded).into_iter().map(|(from, to)| folded.said(from, to)).collect()
    }

    #[test]
    fn people_who_are_spoken_of_are_found() {
        assert_eq!(found("厂长姓刘，刘某和老赵把人锁了，王建国先生看见了"), ["刘某", "老赵", "王建国先生"]);
        assert_eq!(found("他叫李小明，她名叫：陈芳"), ["李小明", "陈芳"]);
        assert_eq!(found("Ask Mr. Smith, not mrs Zhang"), ["Mr. Smith", "mrs Zhang"]);
    }

    #[test]
    fn other_words_are_left_alone() {
        for text in ["砖厂后院锁着三个人", "小饭店里有个孩子", "叫喊声", "msn chat", "drive", ""]
        {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn stretches_lie_within_the_text_and_apart(text in any::<String>(), more in "[王老叫先生mr .a]{0,20}") {
            let folded = Folded::of(&(text + &more));
            let mut last = 0;
            for (from, to) in find(&folded) {
                prop_assert!(last <= from && from < to && to <= folded.chars.len());
                last = to;
            }
        }
    }
}
