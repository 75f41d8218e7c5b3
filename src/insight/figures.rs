//! Numbers with a meaning (数字): how old, how much, how long ago. Owns reading them in every language of the portal; refuses
//! whose they are.

use super::fold::{Folded, spelled};

/// What the numbers of a text say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Ages in years, in the order in which they stand; a baby's is zero.
    pub ages: Vec<u32>,
    /// Sums of money; dollars roughly in yuan, the money of neighbours as it stands.
    pub sums: Vec<u64>,
    /// Whole years that something is past.
    pub years_ago: Option<u32>,
}

/// Words right after a number that make it an age.
const AGE_AFTER: [&str; 26] = [
    "周岁",
    "岁",
    "歲",
    "虚岁",
    "生日",
    "years old",
    "year old",
    "years-old",
    "year-old",
    "yrs old",
    "yo",
    "y/o",
    "tuổi",
    "tuoi",
    "살",
    "세",
    "лет",
    "год",
    "года",
    "-летн",
    "ປີ",
    "ឆ្នាំ",
    "ขวบ",
    "နှစ်",
    "နှစ်အရွယ်",
    "岁数",
];

/// Words right before a number that make it an age, where nothing after it says otherwise.
const AGE_BEFORE: [&str; 40] = [
    "虚岁",
    "顶多",
    "也就",
    "我",
    "才",
    "今年",
    "刚满",
    "刚",
    "年龄",
    "看着",
    "大概",
    "最小的",
    "最小",
    "最大",
    "儿子",
    "女儿",
    "闺女",
    "孩子",
    "侄女",
    "外甥女",
    "妹妹",
    "弟弟",
    "小的",
    "自称",
    "未满",
    "不满",
    "aged",
    "age",
    "i am",
    "i'm",
    "is",
    "just",
    "only",
    "အသက်",
    "ອາຍຸ",
    "អាយុ",
    "she's",
    "he's",
    "男孩",
    "女孩",
];

/// Words after a number that make it something else than an age.
const OTHER: [&str; 38] = [
    "万", "元", "块", "年", "月", "号", "点", "个", "楼", "层", "天", "人", "名", "次", "回", "路", "小时",
    "分", "斤", "公里", "米", "千", "栋", "室", "户", "克", "%", "家", "位", "口", "度", "站", "台", "间",
    "day", "month", "people", "hour",
];

/// Words that make a number a sum of money, with what it is multiplied by.
const MONEY_AFTER: [(&str, u64); 39] = [
    ("万", 10_000),
    ("萬", 10_000),
    ("千", 1_000),
    ("百块", 100),
    ("元", 1),
    ("块", 1),
    ("rmb", 1),
    ("yuan", 1),
    ("cny", 1),
    ("usd", 7),
    ("dollar", 7),
    ("бакс", 7),
    ("달러", 7),
    ("美元", 7),
    ("美金", 7),
    ("đô", 7),
    ("юан", 1),
    ("тысяч", 1_000),
    ("тыс", 1_000),
    ("доллар", 7),
    ("рубл", 1),
    ("nghìn", 1_000),
    ("ngàn", 1_000),
    ("triệu", 1_000_000),
    ("tệ", 1),
    ("nhân dân tệ", 1),
    ("vạn", 10_000),
    ("만", 10_000),
    ("위안", 1),
    ("원", 1),
    ("천", 1_000),
    ("သောင်း", 10_000),
    ("ယွမ်", 1),
    ("ကျပ်", 1),
    ("ລ້ານ", 1_000_000),
    ("ຢວນ", 1),
    ("យ័ន", 1),
    ("ដុល្លារ", 7),
    ("k", 1_000),
];

/// Words after a number that say how long ago.
const AGO: [&str; 12] = [
    "年前",
    "年了",
    "years ago",
    "year ago",
    "лет назад",
    "năm trước",
    "năm rồi",
    "년 전",
    "လွန်ခဲ့",
    "ឆ្នាំមុន",
    "ປີກ່ອນ",
    "来年前",
];

/// The figures of a text. `this_year` is the year it is read in.
pub fn read(text: &Folded, this_year: u32) -> Figures {
    let mut figures = Figures::default();
    for number in numbers(text) {
        let after = next(text, number.to);
        let before = last(text, number.from);
        if let Some(age) = age(&number, &before, &after) {
            figures.ages.push(age);
        }
        figures.sums.extend(sum(&number, &before, &after));
        let ago = years_ago(&number, &before, &after, this_year);
        figures.years_ago = figures.years_ago.max(ago);
    }
    figures
}

/// A number as it stands.
#[derive(Clone, Copy, Debug)]
struct Number {
    value: u64,
    from: usize,
    to: usize,
    /// How many characters.
    signs: usize,
    /// Whether in words.
    words: bool,
}

/// Numbers in digits, and in Chinese words up to hundreds: 十六, 二十来.
fn numbers(text: &Folded) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        let end =
            (at..text.chars.len()).find(|at| !text.chars[*at].is_ascii_digit()).unwrap_or(text.chars.len());
        if end > at {
            let value = text.plain(at, end.min(at + 12)).parse().unwrap_or(u64::MAX);
            found.push(Number { value, from: at, to: end, signs: end - at, words: false });
            at = end;
            continue;
        }
        let end = (at..text.chars.len()).find(|at| !is_word(text.chars[*at])).unwrap_or(text.chars.len());
        if end > at {
            if let Some(value) = in_words(&text.chars[at..end]) {
                found.push(Number { value, from: at, to: end, signs: end - at, words: true });
            }
            at = end;
            continue;
        }
        at += 1;
    }
    found
}

fn is_word(c: char) -> bool {
    c == '十'
        || c == '百'
        || (spelled(c).is_some() && !matches!(c, '拐' | '洞' | '勾' | '么' | '俩' | '仨' | '幺'))
}

/// 六, 十六, 二十, 二十三, 一百二, and years spelled out: 一九八八, 二零零三.
fn in_words(chars: &[char]) -> Option<u64> {
    let digit = |c: char| spelled(c).and_then(|d| d.to_digit(10)).map(u64::from);
    if chars.len() >= 2 && chars.iter().all(|c| digit(*c).is_some()) {
        // Two digits in a row without a ten are a guess: 十二三 aside, 七八 is seven or eight.
        return match chars.len() {
            2 => digit(chars[0]),
            _ => chars.iter().try_fold(0_u64, |sum, c| Some(sum.checked_mul(10)? + digit(*c)?)),
        };
    }
    let mut total = 0;
    let mut ones = None;
    for c in chars {
        match c {
            '百' => total += ones.take().unwrap_or(1) * 100,
            '十' => total += ones.take().unwrap_or(1) * 10,
            c => {
                // 十四五: fourteen or fifteen; the first counts.
                if ones.is_none() {
                    ones = digit(*c);
                }
            }
        }
    }
    Some(total + ones.unwrap_or(0))
}

fn next(text: &Folded, to: usize) -> String {
    text.chars.iter().skip(to).take(14).collect::<String>()
}

fn last(text: &Folded, from: usize) -> String {
    text.chars[from.saturating_sub(10)..from].iter().collect()
}

fn age(number: &Number, before: &str, after: &str) -> Option<u32> {
    if number.value > 99 || (number.value == 0 && !number.words) {
        return None;
    }
    let after = after.trim_start_matches([' ', '来', '多', '几', '左', '右', '-', '~', ',', '、']);
    let mut next = after
        .trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十到至".contains(c))
        .trim_start();
    next = next.trim_start_matches(['来', '多', '左']);
    let value = u32::try_from(number.value).ok()?;
    let month = ["个月", "个多月", "months", "month-", "tháng", "개월", "месяц"];
    if month.iter().any(|word| next.starts_with(word))
        && ["大", " old", "-old", " tuổi", "的男", "的女", "婴", "宝", "된", "男", "女"]
            .iter()
            .any(|w| next.contains(w))
    {
        return Some(0);
    }
    if AGE_AFTER.iter().any(|word| next.starts_with(word)) {
        let ago = AGO.iter().any(|word| next.starts_with(word)) || next.starts_with("лет назад");
        let burmese = next.starts_with("နှစ်")
            && !before.contains("အသက်")
            && !next.starts_with("နှစ်အရွယ်")
            && !next.starts_with("နှစ် သမီး");
        let khmer = (next.starts_with("ឆ្នាំ") && !before.contains("អាយុ"))
            || (next.starts_with("ປີ") && !before.contains("ອາຍຸ"));
        return (!ago && !burmese && !khmer).then_some(value);
    }
    let bare = !number.words || number.value >= 10;
    let tail = before.trim_end_matches([' ', ',', '、', ':', '(', '-']);
    let said = AGE_BEFORE.iter().any(|word| tail.ends_with(word));
    let other = OTHER.iter().any(|word| next.starts_with(word))
        || MONEY_AFTER.iter().any(|(word, _)| next.starts_with(word));
    let glued = after.starts_with(|c: char| c.is_ascii_alphanumeric());
    (bare && said && !other && !glued && (1..=80).contains(&value) && number.signs <= 3).then_some(value)
}

fn sum(number: &Number, before: &str, after: &str) -> Option<u64> {
    let next = after.trim_start_matches([' ', '多', '来', '几', '.', '余']);
    if before.ends_with('$') || before.ends_with('¥') || before.ends_with("￥") {
        return Some(number.value);
    }
    let (word, times) = MONEY_AFTER.iter().find(|(word, _)| next.starts_with(word))?;
    let glued = next[word.len()..].starts_with(|c: char| c.is_ascii_alphabetic());
    if (*word == "k" && (glued || number.value > 999))
        || (*times == 1_000 && *word == "千" && next.starts_with("千克"))
    {
        return None;
    }
    let people = ["人", "名", "个人"].iter().any(|word| next.trim_start_matches('万').starts_with(word));
    let sum = number.value.saturating_mul(*times);
    // 18万8 is eighteen ten thousands and eight thousand.
    let rest = next[word.len()..].chars().next().filter(|_| *times == 10_000);
    let rest =
        rest.and_then(|c| spelled(c).unwrap_or(c).to_digit(10)).map_or(0, |digit| u64::from(digit) * 1_000);
    (!people && number.value > 0).then(|| sum.saturating_add(rest))
}

fn years_ago(number: &Number, before: &str, after: &str, this_year: u32) -> Option<u32> {
    let next = after.trim_start_matches([' ', '多', '来', '几']);
    let value = u32::try_from(number.value).ok()?;
    if number.signs == 4 && (1900..=this_year).contains(&value) {
        let year = ["年", "г", "년", ")", ",", " ", ".", "-", "/"].iter().any(|word| after.starts_with(word))
            || after.is_empty();
        let named = ["năm ", "in ", "since ", "в ", "с ", "từ ", "sinh ", "ឆ្នាំ ", "ປີ ", "နှစ် "]
            .iter()
            .any(|word| before.ends_with(word));
        return (after.starts_with('年')
            || after.starts_with('년')
            || after.starts_with(" г")
            || (year && named))
            .then(|| this_year - value);
    }
    (value <= 80 && AGO.iter().any(|word| next.starts_with(word))).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Figures {
        read(&Folded::of(text), 2026)
    }

    #[test]
    fn ages_are_read_however_they_are_said() {
        for (text, ages) in [
            ("男孩 六岁", vec![6]),
            ("我闺女13，前天", vec![13]),
            ("我16 被骗来", vec![16]),
            ("看着也就十四五", vec![14]),
            ("约5岁女童", vec![5]),
            ("虚岁15", vec![15]),
            ("a girl of about 6 years old", vec![6]),
            ("다섯 살, 12살", vec![12]),
            ("အသက် ၁၆ နှစ်", vec![16]),
            ("ອາຍຸ 16 ປີ", vec![16]),
            ("девочка 9 лет", vec![9]),
            ("两个月大的男孩", vec![0]),
            ("3个月宝宝", vec![0]),
            ("给了我3000块，住了15天", vec![]),
            ("十年前丢的", vec![]),
        ] {
            assert_eq!(of(text).ages, ages, "{text}");
        }
    }

    #[test]
    fn sums_and_years_are_read() {
        assert_eq!(of("收了人家18万彩礼").sums, [180_000]);
        assert_eq!(of("要我5000元").sums, [5_000]);
        assert_eq!(of("说的18万8").sums, [188_000]);
        assert_eq!(of("900 долларов").sums, [6_300], "in yuan");
        assert_eq!(of("90 nghìn tệ").sums, [90_000]);
        assert_eq!(of("2003年在塘沽丢的").years_ago, Some(23));
        assert_eq!(of("二十年前").years_ago, Some(20));
        assert_eq!(of("sinh năm 1999").years_ago, Some(27));
        assert_eq!(of("今天丢的").years_ago, None);
    }
}
