use super::super::numerals::Numerals;
use super::*;

fn read(text: &str) -> Vec<(Meaning, u64, u64)> {
    let text = Folded::of(text);
    let numbers = Numerals::new().find(&text);
    Units::new().read(&text, &numbers).iter().map(|m| (m.meaning, m.low, m.high)).collect()
}

fn has(text: &str, meaning: Meaning, low: u64, high: u64) {
    assert!(read(text).contains(&(meaning, low, high)), "{text}: {:?}", read(text));
}

#[test]
fn ages_are_read_in_every_language_and_years_gone_by_are_not() {
    for text in [
        "女孩，十六岁",
        "我16 救我",
        "闺女16，",
        "a girl of 16 years old",
        "16-year-old",
        "she is 16",
        "cô bé 16 tuổi",
        "열여섯 살 딸",
        "девушке 16 лет",
        "အသက် ၁၆ နှစ်",
        "ອາຍຸ 16 ປີ",
        "អាយុ ១៦ ឆ្នាំ",
    ] {
        has(text, Meaning::Age, 192, 192);
    }
    has("看着也就十四五", Meaning::Age, 168, 180);
    has("男宝三个月", Meaning::Age, 3, 3);
    has("bé trai 2 tháng", Meaning::Age, 2, 2);
    for text in ["结婚八年没孩子", "16 лет назад", "五年前从外地", "住了16年", "欠了三个月工资"]
    {
        assert!(read(text).iter().all(|(meaning, ..)| *meaning != Meaning::Age), "{text}: {:?}", read(text));
    }
}

#[test]
fn hours_floors_rooms_sums_people_and_years_are_told_apart() {
    for text in ["九点半", "9:30", "9h30", "9点半", "lúc 9 giờ 30", "9시 반", "21:30"] {
        has(text, Meaning::Clock, 570, 570);
    }
    for text in [
        "四楼",
        "4楼",
        "4层",
        "4th floor",
        "fourth floor",
        "tầng 4",
        "4층",
        "на 4 этаже",
        "на четвертом этаже",
    ] {
        has(text, Meaning::Floor, 4, 4);
    }
    for text in ["302房", "302室", "room 302", "phòng 302", "302호"] {
        has(text, Meaning::Room, 302, 302);
    }
    has("3号楼", Meaning::House, 3, 3);
    for text in ["彩礼18万8", "18万8", "十八万八千块", "188000元", "188,000 yuan"] {
        has(text, Meaning::Money, 188_000, 188_000);
    }
    for text in
        ["6个人", "六个人", "six people", "6 người", "여섯 명", "6 человек", "၆ ယောက်", "៦ នាក់", "нас шестеро"]
    {
        has(text, Meaning::People, 6, 6);
    }
    has("7月12号丢的", Meaning::Day, 712, 712);
    has("1988年腊月", Meaning::Year, 1988, 1988);
    has("坐602路公交", Meaning::Line, 602, 602);
    assert_eq!(read("有一点不对劲"), []);
}

#[test]
fn the_table_is_whole() {
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 3, "{line}");
        assert!(unit(cells[0]).is_some() && matches!(cells[1], "after" | "before"), "{line}");
    }
}
