//! Accounts: the name of a service, and a little after it a name or number that can only be one.

use super::{Entity, Kind};
use crate::insight::fold::Folded;

/// Services, by the words that people use for them.
const SERVICES: &[(&str, &[&str])] = &[
    ("vk", &["вконтакте", "vkontakte", "вк"]),
    (
        "wechat",
        &[
            "微信",
            "薇信",
            "威信",
            "薇芯",
            "微芯",
            "薇心",
            "微xin",
            "绿泡泡",
            "徽信",
            "vx",
            "v:",
            "威芯",
            "weixin",
            "wechat",
            "v信",
            "加v",
            "+v",
            "wx",
            "위챗",
            "вичат",
            "wichat",
        ],
    ),
    ("qq", &["qq", "扣扣", "企鹅号", "企鹅"]),
    ("douyin", &["抖音", "douyin", "tiktok", "틱톡"]),
    ("kuaishou", &["快手", "kuaishou"]),
    ("weibo", &["微博", "weibo"]),
    ("xiaohongshu", &["小红书", "xiaohongshu"]),
    ("alipay", &["支付宝", "alipay"]),
    ("facebook", &["facebook", "fb", "페이스북", "фейсбук", "脸书"]),
    ("telegram", &["telegram", "纸飞机", "телеграм", "тг", "텔레그램", "tele"]),
    ("whatsapp", &["whatsapp", "ватсап", "вотсап"]),
    ("kakao", &["kakaotalk", "kakao", "카카오톡", "카톡"]),
    ("line", &["line id", "라인 아이디"]),
    ("zalo", &["zalo"]),
    ("viber", &["viber", "вайбер"]),
    ("instagram", &["instagram", "인스타"]),
];

/// Words between a service and a name that are no name.
const FILLERS: [&str; 12] =
    ["id", "nick", "nickname", "name", "no", "number", "account", "acc", "is", "called", "user", "username"];

/// No name is longer; what goes on is none.
const LONGEST: usize = 64;

/// How far after the service's word a name is looked for.
const REACH: usize = 16;

/// What stands for QQ only right before its number.
const SHORT: char = '扣';

/// Words that say that an account's name follows, when the service stands further away.
const NAMED: &[&str] = &[
    "@",
    "主播号",
    "群号",
    "管理员",
    "客服",
    "页面",
    "аккаунт ",
    "группа ",
    "группе ",
    "id是",
    "id:",
    "id ",
    "账号",
    "帐号",
    "昵称",
    "号是",
    "用户名",
    "nick ",
    "ник ",
    "аккаунт ",
    "아이디는",
    "아이디 ",
    "tài khoản ",
    "គណនី ",
    "ບັນຊີ ",
];

/// How far back the service's word may stand from a name that is announced by one of [`NAMED`].
const FAR: usize = 200;

pub(super) fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut last: Option<(usize, &'static str)> = None;
    for at in 0..text.chars.len() {
        let short = text.chars[at] == SHORT && text.chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if short {
            push(&mut found, spaced_number(text, at + 1, "qq"));
        } else if let Some((service, end)) = service_at(text, at) {
            last = Some((at, service));
            push(&mut found, spaced_number(text, end, service).or_else(|| name_after(text, end, service)));
        } else if let Some(end) =
            NAMED.iter().find(|word| stands(text, at, word)).map(|word| at + word.chars().count())
        {
            let service = last.filter(|(from, _)| at - from <= FAR);
            push(&mut found, service.and_then(|(_, service)| announced(text, end, service)));
        }
    }
    found
}

fn push(found: &mut Vec<Entity>, one: Option<Entity>) {
    found.extend(one.filter(|one| found.iter().all(|it| one.to <= it.from || it.to <= one.from)));
}

/// The name right after a word that announces one.
fn announced(text: &Folded, from: usize, service: &str) -> Option<Entity> {
    let at = (from..from + 4).find(|at| text.chars.get(*at).copied().is_some_and(is_of_name))?;
    let limit = text.chars.len().min(at + LONGEST);
    let end = (at..limit).find(|at| !is_of_name(text.chars[*at])).unwrap_or(limit);
    let word = text.plain(at, end);
    let word = word.trim_end_matches(['.', '-']);
    let to = at + word.chars().count();
    is_name(word, service, false).then(|| Entity {
        kind: Kind::Account,
        value: format!("{service}:{word}"),
        from: at,
        to,
    })
}

/// A QQ number that is typed with blanks: five to twelve digits.
fn spaced_number(text: &Folded, from: usize, service: &str) -> Option<Entity> {
    if service != "qq" {
        return None;
    }
    let start = (from..from + 8).find(|at| text.chars.get(*at).is_some_and(char::is_ascii_digit))?;
    let between = &text.chars[from..start];
    if between.iter().any(|c| c.is_ascii_alphanumeric() || super::super::lexicon::is_end(*c)) {
        return None;
    }
    let (mut digits, mut to, mut at) = (String::new(), start, start);
    while let Some(c) = text.chars.get(at).filter(|c| c.is_ascii_digit() || (**c == ' ' && at - to < 2)) {
        if c.is_ascii_digit() {
            digits.push(*c);
            to = at + 1;
        }
        at += 1;
    }
    let ends = text.chars.get(to).is_none_or(|c| !c.is_ascii_alphanumeric());
    let value = format!("{service}:{digits}");
    (ends && (5..=13).contains(&digits.len())).then_some(Entity {
        kind: Kind::Account,
        value,
        from: start,
        to,
    })
}

/// The service whose word stands here, and where the word ends; the longest word.
fn service_at(text: &Folded, at: usize) -> Option<(&'static str, usize)> {
    let of = |(service, words): &(&'static str, &[&'static str])| {
        let longest =
            words.iter().filter(|word| stands(text, at, word)).map(|word| word.chars().count()).max()?;
        Some((*service, at + longest))
    };
    SERVICES.iter().filter_map(of).max_by_key(|(_, end)| *end)
}

fn stands(text: &Folded, at: usize, word: &str) -> bool {
    let mut end = at;
    for c in word.chars() {
        if text.chars.get(end) != Some(&c) {
            return false;
        }
        end += 1;
    }
    // A Latin word begins and ends where letters do; a number may follow it at once.
    let latin = word.ends_with(|c: char| c.is_ascii_alphabetic());
    let before = at.checked_sub(1).and_then(|at| text.chars.get(at));
    let begins = !word.starts_with(|c: char| c.is_ascii_alphabetic())
        || !before.is_some_and(char::is_ascii_alphanumeric);
    let ends = !latin || !text.chars.get(end).is_some_and(char::is_ascii_alphabetic);
    begins && ends
}

fn name_after(text: &Folded, from: usize, service: &str) -> Option<Entity> {
    let mut at = from;
    while at < text.chars.len() && at - from <= REACH {
        let c = text.chars[at];
        if !is_of_name(c) || matches!(c, '.' | '-') {
            if matches!(c, '!' | '?') {
                return None;
            }
            at += 1;
            continue;
        }
        let limit = text.chars.len().min(at + LONGEST);
        let end = (at..limit).find(|at| !is_of_name(text.chars[*at])).unwrap_or(limit);
        let word = text.plain(at, end);
        let word = word.trim_end_matches(['.', '-']);
        let said = is_said(text, from, at);
        if is_name(word, service, said) {
            let (value, to) = (format!("{service}:{word}"), at + word.chars().count());
            return Some(Entity { kind: Kind::Account, value, from: at, to });
        }
        at = end;
    }
    None
}

const fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// Whether what stands right before says that a name follows: `：`, `号`, or the service's word itself.
fn is_said(text: &Folded, from: usize, at: usize) -> bool {
    let before = (from..at).rev().map(|at| text.chars[at]).find(|c| *c != ' ');
    before.map_or(at == from, |c| matches!(c, ':' | '号' | '码' | '是' | '叫' | '=' | '@'))
}

fn is_name(word: &str, service: &str, said: bool) -> bool {
    if FILLERS.contains(&word) {
        return false;
    }
    let digits = word.chars().all(|c| c.is_ascii_digit());
    if digits {
        // A telephone number beside the service's word is found as one.
        let phone = word.len() == 11 && word.starts_with('1') && service != "qq";
        return (5..=13).contains(&word.len()) && !phone && (said || service == "qq");
    }
    let marked = word.contains(['_', '.', '-']) || word.contains(|c: char| c.is_ascii_digit());
    (4..=40).contains(&word.len()) && (marked || said)
}
