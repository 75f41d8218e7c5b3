//! What is left of a text: pairs of Chinese characters, words, stretches of the scripts without blanks; what families
//! and children are called; codes of letters and figures. Owns that; refuses small words, which every text has.

use super::lexicon::is_spelled;
use super::{Aspect, Gram, Taken, hash};
use crate::insight::fold::Folded;

/// The commonest characters of reports: two of them together tell nothing.
const COMMON: &str = "的一是了不在有我他她它这那个人孩子们上下来去说到就都也还要没会能好看见听知道什么怎么样嘛呢吧啊呀哦\
    很太最更又再才只从把被让给跟和与或但因为所以如果可以应该后前里外内中间边头面天年月日时分点钟今明昨早晚夜家\
    大小多少几两三四五六七八九十百千万零男女老爸妈爹娘爷奶哥姐弟妹儿娃婴生活死打电话手机钱元块收卖买送带走跑\
    回进出开关住找问想叫告诉请帮救命快急急谁别您你自己咱俺己过着得地做干事情门口路车站号房间楼院学校医院厂店\
    公司工作老板身份证照片微信抖音视频网群派所警察报案立登记办手户口本名字姓岁时候现刚已经常每次对方另位些此之\
    于其及并等将向以由而且无非真正直接真是不像样起用发放拿抱睡吃喝穿哭喊怕敢愿意肯定可能感觉附近旁边村镇区县市\
    天津街道东西南北新礼拜星期周末种处理提实话完全部份经济连忙干净各管许多重意思往哪听讲眼睛头脸身体色黑白红黄\
    衣服车辆坐停火汽公交司机店铺老师课校园班级朋友亲戚邻居租户社区物业保安客服信息消息内容情况结果原因办法\
    关系年轻漂亮高矮胖瘦瞧嫂姨舅叔伯姑婆媳妇嫁娶妻丈夫离婚孕产护士大夫药病伤血疼骗逼控制锁屋窗床饭水茶酒\
    菜米面油肉鱼鸡狗猫钥匙桌椅纸笔写字读书念考试放假暑寒冬春夏秋天气冷热雨雪风夜晚午早晨刻秒岁月份号";

/// Small words of English, Russian and Vietnamese of five letters and more.
const SMALL: [&str; 56] = [
    "there",
    "their",
    "about",
    "which",
    "where",
    "please",
    "people",
    "could",
    "would",
    "should",
    "after",
    "before",
    "other",
    "another",
    "again",
    "still",
    "never",
    "always",
    "every",
    "because",
    "today",
    "think",
    "really",
    "police",
    "woman",
    "women",
    "child",
    "children",
    "someone",
    "somebody",
    "something",
    "number",
    "phone",
    "called",
    "tianjin",
    "district",
    "china",
    "chinese",
    "через",
    "очень",
    "когда",
    "потому",
    "чтобы",
    "пожалуйста",
    "здравствуйте",
    "может",
    "меня",
    "здесь",
    "сейчас",
    "помогите",
    "тяньцзин",
    "người",
    "không",
    "những",
    "thiên",
    "được",
];

/// Words for where people come from and how they are called for it: never counted.
pub(super) fn origins() -> impl Iterator<Item = String> {
    include_str!("../../../assets/links/origins.tsv").lines().skip(1).map(str::to_owned)
}

/// What two rare characters, one, a word and a stretch of a script without blanks tell, in tenths of a bit.
const RARE: u16 = 55;
const HALF: u16 = 15;
const WORD: u16 = 30;
const STRETCH: u16 = 5;

/// How long a stretch is.
const STRETCH_LENGTH: usize = 6;

/// How much of a word counts: endings differ.
const STEM: usize = 6;

/// Whether a number is a hotline's, which any report may name.
pub(super) const fn is_hotline(number: u64) -> bool {
    matches!(
        number,
        110 | 119
            | 120
            | 122
            | 123
            | 114
            | 911
            | 12110
            | 12338
            | 12333
            | 12345
            | 12309
            | 12367
            | 12389
            | 12355
            | 12348
            | 12320
            | 12306
            | 12315
            | 12385
            | 12388
    )
}

const fn is_han(c: char) -> bool {
    matches!(c as u32, 0x4e00..=0x9fff | 0x3400..=0x4dbf)
}

const fn is_southern(c: char) -> bool {
    matches!(c as u32, 0xe00..=0x109f | 0x1780..=0x17ff)
}

/// The stretches that no fact took, each key once.
pub(super) fn grams(text: &Folded, taken: &Taken) -> Vec<Gram> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        let c = text.chars[at];
        if taken.marks[at] || !c.is_alphanumeric() {
            at += 1;
        } else if is_han(c) {
            all.extend(han(text, taken, at));
            at += 1;
        } else if is_southern(c) {
            all.extend(stretch(text, taken, at));
            at += 1;
        } else {
            let end =
                (at..text.chars.len()).find(|at| !is_of_word(text.chars[*at])).unwrap_or(text.chars.len());
            all.extend(word(text, at, end));
            at = end.max(at + 1);
        }
    }
    all.sort_by_key(|gram: &Gram| (gram.key, gram.from));
    all.dedup_by_key(|gram| gram.key);
    all
}

const fn is_of_word(c: char) -> bool {
    is_spelled(c) && !matches!(c, ' '..='/' | ':'..='@' | '['..='`' | '{'..='\u{bf}')
}

fn gram(kind: u8, chars: &[char], tells: u16, from: usize, to: usize) -> Gram {
    let name: String = chars.iter().collect();
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Gram { key: hash(kind, name.as_bytes()), tells, from: place(from), to: place(to) }
}

fn han(text: &Folded, taken: &Taken, at: usize) -> Option<Gram> {
    let pair = text.chars.get(at..at + 2)?;
    let rare = pair.iter().filter(|c| !COMMON.contains(**c)).count();
    (is_han(pair[1]) && !taken.marks[at + 1] && rare > 0).then_some(())?;
    Some(gram(20, pair, if rare == 2 { RARE } else { HALF }, at, at + 2))
}

fn stretch(text: &Folded, taken: &Taken, at: usize) -> Option<Gram> {
    let end = at + STRETCH_LENGTH;
    let chars = text.chars.get(at..end)?;
    (chars.iter().all(|c| is_southern(*c)) && !taken.marks[at..end].contains(&true)).then_some(())?;
    Some(gram(21, chars, STRETCH, at, end))
}

fn word(text: &Folded, from: usize, to: usize) -> Option<Gram> {
    let word = text.chars.get(from..to)?;
    let hangul = word.iter().all(|c| (0xac00..0xd7b0).contains(&(*c as u32)));
    let (least, stem) = if hangul { (3, 3) } else { (5, STEM) };
    let plain: String = word.iter().collect();
    (word.len() >= least && !SMALL.contains(&plain.as_str())).then_some(())?;
    let latin: Vec<char> = word.iter().flat_map(|c| latin(*c).chars().collect::<Vec<char>>()).collect();
    Some(gram(22, &latin[..latin.len().min(stem)], if hangul { 20 } else { WORD }, from, to))
}

/// A letter in Latin, so that a name is one in both alphabets.
fn latin(c: char) -> String {
    const LETTERS: [(char, &str); 33] = [
        ('а', "a"),
        ('б', "b"),
        ('в', "v"),
        ('г', "g"),
        ('д', "d"),
        ('е', "e"),
        ('ё', "e"),
        ('ж', "zh"),
        ('з', "z"),
        ('и', "i"),
        ('й', "i"),
        ('к', "k"),
        ('л', "l"),
        ('м', "m"),
        ('н', "n"),
        ('о', "o"),
        ('п', "p"),
        ('р', "r"),
        ('с', "s"),
        ('т', "t"),
        ('у', "u"),
        ('ф', "f"),
        ('х', "kh"),
        ('ц', "ts"),
        ('ч', "ch"),
        ('ш', "sh"),
        ('щ', "shch"),
        ('ъ', ""),
        ('ы', "y"),
        ('ь', ""),
        ('э', "e"),
        ('ю', "yu"),
        ('я', "ya"),
    ];
    LETTERS
        .iter()
        .find(|(letter, _)| *letter == c)
        .map_or_else(|| c.to_string(), |(_, latin)| (*latin).to_owned())
}

/// Families and people as they are called in Chinese, and codes: `老赵家`, `姓冯`, `小名铁蛋`, `G1709`.
pub(super) fn names(text: &Folded, taken: &Taken) -> Vec<(Aspect, String, usize, usize, u16)> {
    let mut all = Vec::new();
    for at in 0..text.chars.len() {
        let rest = &text.chars[at..];
        let (from, length, tells) = match rest {
            ['老', c, '家', ..] if is_han(*c) && !"人大公婆".contains(*c) => (at + 1, 1, 35),
            ['老', c, next, ..] if is_surname(*c) && !is_han(*next) => (at + 1, 1, 35),
            ['阿', c, ..] if is_han(*c) && !"姨婆公妈爸哥弟姐妹里拉富".contains(*c) => {
                (at, 2, 50)
            }
            [
                '叫' | '被' | '个' | '，' | ' ' | ',' | '有' | '是' | '称',
                c,
                '哥' | '姐' | '总' | '叔' | '爷',
                ..,
            ] if is_han(*c) && !"大二三四五小表堂老我他她你哥姐叔爷的个帅".contains(*c) => {
                (at + 1, 2, 45)
            }
            ['姓', c, ..] if is_han(*c) && !"名氏什啥嘛".contains(*c) => (at + 1, 1, 35),
            ['小', '名', '叫' | '儿', a, b, ..] if is_han(*a) && is_han(*b) => (at + 3, 2, 55),
            ['小', '名', a, b, ..] if is_han(*a) && is_han(*b) => (at + 2, 2, 55),
            ['外', '号', '叫' | '是', a, b, ..] if is_han(*a) && is_han(*b) => (at + 3, 2, 55),
            ['“' | '"', a, b, '”' | '"', ..] if is_han(*a) && a == b => (at + 1, 2, 45),
            [c, ..] if c.is_ascii_alphanumeric() => {
                if let Some((end, name)) = code(text, at).filter(|(end, _)| taken.is_free(at, *end)) {
                    all.push((Aspect::Code, name, at, end, 50));
                }
                continue;
            }
            _ => continue,
        };
        all.push((Aspect::Name, text.plain(from, from + length), from, from + length, tells));
    }
    all
}

/// The commonest family names, the half of all people's.
fn is_surname(c: char) -> bool {
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜\
     戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪\
     翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄\
     项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边".contains(c)
}

/// A code of letters and figures, as of a train: at least one letter before two figures.
fn code(text: &Folded, from: usize) -> Option<(usize, String)> {
    let alone = from == 0 || !text.chars[from - 1].is_ascii_alphanumeric();
    let end = (from..text.chars.len()).find(|at| !text.chars[*at].is_ascii_alphanumeric());
    let end = end.unwrap_or(text.chars.len());
    let name = text.plain(from, end);
    let letters = name.chars().take_while(char::is_ascii_alphabetic).count();
    let figures = name.chars().skip(letters).take_while(char::is_ascii_digit).count();
    let whole = letters + figures == name.len() && (1..=2).contains(&letters) && (2..=5).contains(&figures);
    (alone && whole).then_some((end, name))
}
