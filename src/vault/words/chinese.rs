//! The Chinese list: 2,048 everyday words of two characters, no two sounding alike. Owns finding them in
//! simplified, traditional and mixed writing; refuses pronunciation.

use std::collections::HashMap;
use std::sync::LazyLock;

const SIMPLIFIED: &str = include_str!("../../../assets/words/zh.txt");
const TRADITIONAL: &str = include_str!("../../../assets/words/zh-hant.txt");

/// Further written forms that keyboards and dictionaries give for characters on the list.
const VARIANTS: &str = "裏里 裡里 臺台 檯台 颱台 爲为 綫线 線线 峯峰 羣群 牀床 麪面 麵面 雞鸡 鷄鸡 牆墙 墻墙 \
    綉绣 繡绣 痲麻 蔴麻 腳脚 喫吃 溫温 鐘钟 鍾钟 鎚锤 錘锤 煙烟 盃杯 糉粽 鼈鳖 鱉鳖 啓启 \
    啟启 產产 産产 砲炮 礮炮 菓果 錶表 慄栗 蕃番 傢家 鬆松 鬍胡 鬚须 闆板 穀谷 麯曲 麴曲 \
    捲卷 鹹咸 瞭了 彙汇 髮发 發发 後后 併并 並并 週周 祇只 隻只 製制 係系 繫系 儘尽 籲吁 \
    佈布 託托 纔才 誌志 塗涂";

struct List {
    words: Vec<&'static str>,
    places: HashMap<&'static str, u16>,
    /// The simpler characters that a character may stand for: 鍊 is written for 链 and for 炼.
    simple: HashMap<char, Vec<char>>,
}

static LIST: LazyLock<List> = LazyLock::new(|| {
    let words: Vec<&str> = SIMPLIFIED.lines().collect();
    let traditional = || TRADITIONAL.lines();
    let mut places: HashMap<_, _> = traditional().zip(0..).collect();
    // Where a traditional form is also a simplified word of its own, the simplified one is meant.
    places.extend(words.iter().copied().zip(0..));
    let pairs = traditional().zip(&words).flat_map(|(t, s)| t.chars().zip(s.chars()));
    let variants = VARIANTS.split_whitespace().filter_map(|v| v.chars().next().zip(v.chars().nth(1)));
    let mut simple: HashMap<char, Vec<char>> = HashMap::new();
    for (from, to) in pairs.chain(variants).filter(|(t, s)| t != s) {
        let known = simple.entry(from).or_default();
        if !known.contains(&to) {
            known.push(to);
        }
    }
    List { words, places, simple }
});

/// All words in their order.
pub(super) fn words() -> &'static [&'static str] {
    &LIST.words
}

/// The place of a word, whichever way it is written.
pub(super) fn find(typed: &str) -> Option<u16> {
    let place = |word: &str| LIST.places.get(word).copied();
    place(typed).or_else(|| {
        let mut places = readings(typed).into_iter().filter_map(|reading| place(&reading));
        let first = places.next()?;
        places.all(|other| other == first).then_some(first)
    })
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
    typed.chars().map(|c| LIST.simple.get(&c).map_or(c, |simpler| simpler[0])).collect()
}

/// A word of two characters in every way its characters can be read: as themselves or as simpler ones.
fn readings(typed: &str) -> Vec<String> {
    let mut characters = typed.chars();
    let (Some(first), Some(second), None) = (characters.next(), characters.next(), characters.next()) else {
        return Vec::new();
    };
    let pairs = read_as(first).flat_map(|a| read_as(second).map(move |b| [a, b]));
    pairs.map(|pair| pair.iter().collect()).collect()
}

fn read_as(character: char) -> impl Iterator<Item = char> {
    let simpler = LIST.simple.get(&character).map_or(&[][..], Vec::as_slice);
    std::iter::once(character).chain(simpler.iter().copied())
}
