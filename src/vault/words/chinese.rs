//! The Chinese list: 2,048 everyday words of two characters, no two sounding alike. Owns finding them in
//! simplified, traditional and mixed writing; refuses pronunciation.

use std::collections::HashMap;
use std::sync::LazyLock;

const SIMPLIFIED: &str = include_str!("../../../assets/words/zh.txt");
const TRADITIONAL: &str = include_str!("../../../assets/words/zh-hant.txt");

/// Further written forms of characters on the list, each before the one on the list: what OpenCC's tables of
/// general traditional and Hong Kong writing add to the Taiwan forms in `zh-hant.txt`.
const VARIANTS: &str = "\
    佈布 凈净 剋克 剷铲 劃划 厤历 喫吃 嘗尝 囌苏 垻坝 埰采 墰坛 墻墙 壜坛 奬奖 寀采 峯峰 崑昆 \
    巖岩 幾几 廕荫 弔吊 彆别 彔录 彫雕 慄栗 拚拼 搧扇 擡抬 敎教 旂旗 朮术 枱台 棊棋 榦干 樑梁 \
    煉炼 牀床 獲获 琱雕 畵画 痠酸 皁皂 眞真 竈灶 竪竖 簑蓑 簽签 綉绣 綫线 綵彩 緑绿 罈坛 罎坛 \
    羣群 翫玩 脩修 舘馆 菸烟 葯药 衕同 衚胡 袷夹 裏里 襬摆 覈核 託托 説说 謡谣 谿溪 貍狸 迴回 \
    醣糖 釦扣 鈎钩 鈡钟 鉅巨 鉆钻 録录 鍊链 鍼针 鍾钟 鎭镇 鏇旋 閤合 閲阅 闆板 顔颜 颱台 餬糊 \
    鬥斗 鵰雕 鷄鸡 鹵卤 麪面 麫面 麯曲 麴曲 鼕冬 齣出";

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

/// Every way to write a word with the characters known here.
#[cfg(test)]
pub(super) fn written_forms(word: &str) -> Vec<String> {
    let forms = |listed: char| {
        let others = LIST.simple.iter().filter(move |(_, simpler)| simpler.contains(&listed));
        std::iter::once(listed).chain(others.map(|(form, _)| *form)).collect::<Vec<_>>()
    };
    let characters: Vec<Vec<char>> = word.chars().map(forms).collect();
    characters[0].iter().flat_map(|a| characters[1].iter().map(move |b| [*a, *b].iter().collect())).collect()
}
