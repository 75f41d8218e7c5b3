//! The Chinese list: 2,048 everyday words of two characters, no two sounding alike. Owns finding them in
//! simplified, traditional and mixed writing; refuses pronunciation.

use std::collections::HashMap;
use std::sync::LazyLock;

const SIMPLIFIED: &str = include_str!("../../../assets/words/placeholder/zh.txt");
const TRADITIONAL: &str = include_str!("../../../assets/words/placeholder/zh-hant.txt");

/// Further written forms that keyboards and dictionaries give for characters on the list.
const VARIANTS: &str = "裏里 裡里 臺台 檯台 颱台 爲为 綫线 線线 峯峰 羣群 牀床 麪面 麵面 雞鸡 鷄鸡 牆墙 墻墙 \
    綉绣 繡绣 痲麻 蔴麻 腳脚 喫吃 溫温 鐘钟 鍾钟 鎚锤 錘锤 煙烟 盃杯 糉粽 鼈鳖 鱉鳖 啓启 \
    啟启 產产 産产 砲炮 礮炮 菓果 錶表 慄栗 蕃番 傢家 鬆松 鬍胡 鬚须 闆板 穀谷 麯曲 麴曲 \
    捲卷 鹹咸 瞭了 彙汇 髮发 發发 後后 併并 並并 週周 祇只 隻只 製制 係系 繫系 儘尽 籲吁 \
    佈布 託托 纔才 誌志 塗涂";

struct List {
    words: Vec<&'static str>,
    places: HashMap<&'static str, u16>,
    simple: HashMap<char, char>,
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    let words: Vec<&str> = SIMPLIFIED.lines().collect();
    let traditional = || TRADITIONAL.lines();
    let mut places: HashMap<_, _> = traditional().zip(0..).collect();
    // Where a traditional form is also a simplified word of its own, the simplified one is meant.
    places.extend(words.iter().copied().zip(0..));
    let pairs = traditional().zip(&words).flat_map(|(t, s)| t.chars().zip(s.chars()));
    let variants = VARIANTS.split_whitespace().filter_map(|v| v.chars().next().zip(v.chars().nth(1)));
    let simple = variants.chain(pairs).filter(|(t, s)| t != s).collect();
    List { words, places, simple }
});

/// All words in their order.
pub(super) fn words() -> &'static [&'static str] {
    &LIST.words
}

/// The place of a word, whichever way it is written.
pub(super) fn find(typed: &str) -> Option<u16> {
    let place = |word: &str| LIST.places.get(word).copied();
    place(typed).or_else(|| readings(typed).iter().find_map(|reading| place(reading)))
}

/// The only word that has the same two characters swapped, or one of them in the same place.
pub(super) fn nearest(typed: &str) -> Option<&'static str> {
    let simple = simplified(typed);
    let swapped: String = simple.chars().rev().collect();
    find(&swapped).map(|place| LIST.words[usize::from(place)]).or_else(|| {
        let mut alike = LIST.words.iter().filter(|word| shares_a_place(word, &simple));
        alike.next().filter(|_| alike.next().is_none()).copied()
    })
}

fn shares_a_place(a: &str, b: &str) -> bool {
    a.chars().count() == b.chars().count() && a.chars().zip(b.chars()).any(|(a, b)| a == b)
}

fn simplified(typed: &str) -> String {
    typed.chars().map(simple).collect()
}

/// A word of mixed writing with the first, the second or both characters simplified: some characters stand
/// both for themselves and for a simpler one.
fn readings(typed: &str) -> Vec<String> {
    let mut characters = typed.chars();
    match (characters.next(), characters.next(), characters.next()) {
        (Some(a), Some(b), None) => [[simple(a), simple(b)], [simple(a), b], [a, simple(b)]]
            .map(|pair| pair.iter().collect())
            .to_vec(),
        _ => Vec::new(),
    }
}

fn simple(character: char) -> char {
    LIST.simple.get(&character).copied().unwrap_or(character)
}
