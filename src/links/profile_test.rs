use std::sync::LazyLock;

use jiff::civil::date;

use super::*;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(&Plan::embedded().unwrap()));

fn read(text: &str) -> Profile {
    Profile::of(text, date(2025, 6, 1), &READER)
}

fn names(text: &str, aspect: Aspect) -> Vec<String> {
    let mut all: Vec<String> =
        read(text).facts.into_iter().filter(|fact| fact.aspect == aspect).map(|fact| fact.name).collect();
    all.sort();
    all
}

#[test]
fn one_thing_has_one_key_in_every_language() {
    for (texts, key) in [
        (vec!["一个砖窑", "a brick kiln", "lò gạch", "벽돌 공장", "кирпичный завод"], "brick_kiln"),
        (vec!["旋转木马", "the carousel", "회전목마", "карусель"], "carousel"),
        (vec!["有狼狗", "two dogs", "con chó", "собаки"], "dog"),
    ] {
        for text in texts {
            assert!(names(text, Aspect::Thing).contains(&key.to_owned()), "{text}");
        }
    }
}

#[test]
fn colours_belong_to_what_they_colour_and_marks_to_where_they_are() {
    for text in ["黄马甲", "a yellow vest", "желтый жилет", "노란 조끼"] {
        assert!(names(text, Aspect::Look).contains(&"vest:yellow".to_owned()), "{text}");
    }
    for text in ["左眉毛有颗痣", "a mole on the left eyebrow", "родинка на левой брови"]
    {
        assert!(names(text, Aspect::Mark).contains(&"mole:brow:left".to_owned()), "{text}");
    }
    assert_eq!(names("姓黄的，红的", Aspect::Look), Vec::<String>::new());
}

#[test]
fn a_place_has_one_name_in_every_alphabet() {
    for text in ["王串场", "Wangchuanchang", "Wang Chuan Chang", "Ванчуаньчан", "왕촨창"] {
        assert_eq!(names(text, Aspect::Spot), ["王串场"], "{text}");
    }
}

#[test]
fn families_pet_names_and_trains_are_named() {
    assert_eq!(names("老赵家二小子", Aspect::Name), ["赵"]);
    assert_eq!(names("小名叫铁蛋", Aspect::Name), ["铁蛋"]);
    assert_eq!(names("坐G1709来的", Aspect::Code), ["g1709"]);
    assert_eq!(names("老人家和老大家", Aspect::Name), Vec::<String>::new());
}

#[test]
fn years_of_birth_follow_from_an_age_then_and_now() {
    assert!(read("1988年丢的，那年四岁").person.born.contains(&(1983, 1985)));
    assert!(read("女孩，十岁").person.born.contains(&(2014, 2016)));
    assert!(read("con gái sinh năm 1999").person.born.contains(&(1999, 1999)));
}

#[test]
fn a_hotline_is_nobodys_number() {
    assert_eq!(read("打了12345和12110").figures, []);
}

#[test]
fn no_text_breaks_the_reading() {
    for text in [
        "",
        " ",
        "👩‍👧\u{200b}",
        "。。。",
        "18万",
        "十",
        "九点",
        "e\u{301}\u{301}",
        "1:",
        "零零零零零零零零零零零零零零零零零零零零零",
    ] {
        read(text);
    }
    read(&"九十万八千点半岁楼".repeat(2000));
}

#[test]
fn no_place_in_two_rows_of_the_tables() {
    for (name, table, cells) in [
        ("signs", include_str!("../../assets/links/signs.tsv"), 4),
        ("spots", include_str!("../../assets/links/spots.tsv"), 2),
        ("areas", include_str!("../../assets/links/areas.tsv"), 2),
        ("concepts", include_str!("../../assets/links/concepts.tsv"), 3),
    ] {
        let mut seen = std::collections::BTreeSet::new();
        for line in table.lines().skip(1) {
            let row: Vec<&str> = line.split('\t').collect();
            assert_eq!(row.len(), cells, "{name}: {line}");
            assert!(seen.insert(row[0].to_owned()), "{name}: {line} stands twice");
        }
    }
}
