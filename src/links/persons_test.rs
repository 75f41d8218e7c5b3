use std::sync::LazyLock;

use jiff::civil::date;

use super::*;
use crate::links::profile::Reader;
use crate::plan::Plan;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(&Plan::embedded().unwrap()));

fn matched(missing: &str, found: &str) -> Option<Match> {
    let of = |text: &str| Profile::of(text, date(2025, 6, 1), &READER);
    match_persons(&of(missing), &of(found))
}

fn likely(missing: &str, found: &str) -> bool {
    matched(missing, found).is_some_and(|it| it.is_likely())
}

const LOST: &str = "我女儿2021年在菜市场走丢，那年两岁，左眉毛有颗痣，小名叫朵朵";

#[test]
fn sex_birth_and_a_mark_are_one_person_and_without_the_mark_are_not() {
    assert!(likely(LOST, "租户家一个女童，约六岁，没户口，左边眉毛上有黑痣"));
    assert!(!likely(LOST, "租户家一个女童，约六岁，没户口"));
}

#[test]
fn the_match_reaches_across_languages() {
    assert!(likely(LOST, "A girl of about 6 years old who came without papers, a mole on her left eyebrow."));
    assert!(likely(LOST, "В семье появилась девочка, 6 лет, родинка на левой брови."));
}

#[test]
fn another_sex_or_other_years_are_another_person() {
    assert!(!likely(LOST, "租户家一个男童，男孩约六岁，左边眉毛上有黑痣"));
    assert!(!likely(LOST, "租户家一个女童，约十五岁，左边眉毛上有黑痣"));
    let other = matched(LOST, "一个女童，约十五岁，左边眉毛上有黑痣").unwrap();
    assert!(other.reasons.iter().any(|it| matches!(it.what, What::OtherBirth(..)) && it.tells < 0));
}

#[test]
fn a_pet_name_tells_and_the_other_side_of_the_face_tells_against() {
    assert!(likely(LOST, "女童六岁，她说自己小名叫朵朵"));
    let other = matched(LOST, "一个女童，约六岁，右边眉毛上有黑痣").unwrap();
    assert!(other.reasons.iter().any(|it| matches!(it.what, What::OtherSide(_))));
}

#[test]
fn the_years_of_loss_and_arrival_tell() {
    let same = matched(LOST, "邻居家2021年抱来的女孩，今年六岁").unwrap();
    assert!(same.reasons.iter().any(|it| it.what == What::Year(2021)));
    let before = matched(LOST, "邻居家2018年抱来的女孩，左眉有痣").unwrap();
    assert!(before.reasons.iter().any(|it| it.what == What::ThereBefore(2021, 2018)));
}

#[test]
fn where_somebody_comes_from_tells_nothing() {
    let plain = matched("女孩，五岁，胎记在后背", "女孩，五岁，后背有胎记");
    for from in ["越南的", "新疆来的", "河南人，", "外地的", "朝鲜族", "缅甸"] {
        let said =
            matched(&format!("{from}女孩，五岁，胎记在后背"), &format!("{from}女孩，五岁，后背有胎记"));
        assert_eq!(said.map(|it| it.score), plain.as_ref().map(|it| it.score), "{from}");
    }
}

#[test]
fn speech_is_never_enough_and_never_against() {
    let score = |one: &str, other: &str| matched(one, other).map_or(0, |it| it.score);
    let plain = score("女孩，五岁", "女孩，五岁");
    assert!(!likely("女孩，五岁，四川口音", "女孩，五岁，一口四川话"));
    assert_eq!(score("女孩，五岁，四川口音", "女孩，五岁，东北口音"), plain);
}

#[test]
fn years_that_only_just_meet_tell_less_than_the_same_years() {
    let born = |found: &str| {
        let all = matched("男孩，六岁", found).unwrap().reasons;
        all.iter().find(|it| matches!(it.what, What::Born(..))).map_or(0, |it| it.tells)
    };
    assert!(born("男孩，六岁") > born("男孩，四岁") + 10);
}
