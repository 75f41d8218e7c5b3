//! What stands beside a number: minutes behind an hour, a person before an age, years that have passed. Owns looking;
//! refuses what the number counts.

use super::numerals::Number;
use crate::insight::fold::Folded;

/// `9:30`, also `9h30`.
pub(super) fn colon(text: &Folded, number: &Number, next: Option<&Number>) -> Option<(u64, usize)> {
    let next = next.filter(|next| next.from == number.to + 1 && next.figures == 2 && next.low < 60)?;
    let mark = matches!(text.chars.get(number.to), Some(':' | 'h' | '：'));
    (mark && number.low < 25 && number.figures > 0).then_some(((number.low * 60 + next.low) % 720, next.to))
}

/// The minutes behind an hour: half, a quarter, a number.
pub(super) fn minutes(text: &Folded, to: usize, next: Option<&Number>) -> (u64, usize) {
    if to > 0 && text.chars.get(to - 1) == Some(&'半') {
        return (30, to);
    }
    let rest: String = text.plain(to, (to + 8).min(text.chars.len()));
    for half in ["半", " rưỡi", " 반", " с половиной", "ခွဲ", "ເຄິ່ງ", "ครึ่ง"]
    {
        if rest.starts_with(half) {
            return (30, to + half.chars().count());
        }
    }
    if rest.starts_with("一刻") {
        return (15, to + 2);
    }
    let near = next.filter(|next| next.from <= to + 1 && (10..60).contains(&next.low) && !next.scaled);
    let near = near.filter(|next| !matches!(text.chars.get(next.to), Some('个' | '岁' | '人' | '块' | '万')));
    near.map_or((0, to), |next| (next.low, next.to))
}

/// Whether what stands behind says that years have passed.
pub(super) fn is_past(text: &Folded, to: usize) -> bool {
    const PAST: [&str; 14] = [
        " назад",
        " ago",
        "ကြာ",
        "က ",
        "အတွင်း",
        "လုံး",
        "ຜ່ານມາ",
        "ກ່ອນ",
        "ແລ້ວ",
        "មុន",
        "ហើយ",
        "ที่แล้ว",
        "ก่อน",
        "前",
    ];
    let rest = text.plain(to, (to + 10).min(text.chars.len()));
    PAST.iter().any(|word| rest.starts_with(word) || rest.trim_start().starts_with(word.trim()))
}

/// Whether the person whose age it is stands right before.
pub(super) fn is_person_before(text: &Folded, from: usize) -> bool {
    const PEOPLE: [&str; 47] = [
        "都",
        "student",
        "woman",
        "man",
        "boyfriend",
        "我",
        "女",
        "女儿",
        "儿子",
        "娃",
        "妹",
        "妹妹",
        "弟",
        "弟弟",
        "姐",
        "姑娘",
        "孩子",
        "女孩",
        "男孩",
        "自称",
        "看着",
        "也就",
        "才",
        "刚",
        "满",
        "小的",
        "大的",
        "养的",
        "今年",
        "顶多",
        "撑死",
        "最多也就",
        "侄女",
        "外甥",
        "孙子",
        "孙女",
        " about",
        "age",
        "only",
        "girl",
        "boy",
        "girl of",
        "boy of",
        "woman of",
        "man of",
        "daughter of",
        "son of",
    ];
    let mut end = from;
    while end > 0 && matches!(text.chars[end - 1], ' ' | ',' | '(' | '，') {
        end -= 1;
    }
    // `Maya, 15, told me`: between commas, behind a word in letters.
    let letters = end > 0 && text.chars[end - 1].is_ascii_alphabetic();
    let comma = text.plain(end, from).trim_end() == ",";
    if letters && comma && is_closed(text, from) {
        return true;
    }
    let before = text.plain(end.saturating_sub(12), end);
    PEOPLE.iter().any(|word| before.ends_with(word))
}

/// Whether a child stands right before, so that months are its age.
pub(super) fn is_child_before(text: &Folded, from: usize) -> bool {
    const CHILDREN: [&str; 14] = [
        "宝",
        "孩",
        "婴",
        "娃",
        "孩子",
        "bé",
        "bé trai",
        "bé gái",
        "trai",
        "gái",
        "baby",
        "boy",
        "girl",
        "ребенку",
    ];
    let mut end = from;
    while end > 0 && matches!(text.chars[end - 1], ' ' | ',' | '才' | '刚' | '满') {
        end -= 1;
    }
    let before = text.plain(end.saturating_sub(8), end);
    CHILDREN.iter().any(|word| before.ends_with(word))
}

pub(super) fn says_month(text: &Folded, to: usize) -> bool {
    let before = text.plain(to.saturating_sub(6), to);
    ["月", "tháng", "month", "months", "개월"].iter().any(|word| before.ends_with(word))
}

/// Whether the figures that begin here end in a comma, a full stop or a bracket.
fn is_closed(text: &Folded, from: usize) -> bool {
    let end = (from..text.chars.len()).find(|at| !text.chars[*at].is_ascii_digit());
    end.is_none_or(|at| matches!(text.chars[at], ',' | '.' | ')' | ';'))
}
