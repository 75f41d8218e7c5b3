use std::sync::LazyLock;

use jiff::civil::date;

use super::*;
use crate::links::profile::Reader;
use crate::plan::Plan;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(&Plan::embedded().unwrap()));

fn found(texts: &[String]) -> Vec<(usize, usize)> {
    let all: Vec<Profile> = texts.iter().map(|text| Profile::of(text, date(2025, 6, 1), &READER)).collect();
    pairs(&all).iter().map(|pair| (pair.left, pair.right)).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn two_tellers_are_a_pair_and_strangers_are_not() {
    let texts = strings(&[
        "北辰小淀一个鞋厂，二楼锁着五个女工，不给工钱",
        "河西尖山小区足疗店半夜拉客",
        "5 women locked on the second floor of a shoe factory in Xiaodian, no pay",
        "宝坻大口屯有人卖孩子",
    ]);
    assert_eq!(found(&texts), [(0, 2)]);
}

#[test]
fn what_everybody_has_leads_to_nobody() {
    let texts: Vec<String> = (0..300).map(|n| format!("塘沽，孩子不见了，{n}")).collect();
    assert_eq!(found(&texts), []);
}

#[test]
fn a_number_that_all_have_tells_less() {
    let texts: Vec<String> = (0..200).map(|_| "护士站15406612098上报".to_owned()).collect();
    let all: Vec<Profile> = texts.iter().map(|text| Profile::of(text, date(2025, 6, 1), &READER)).collect();
    let counted = Counted::of(&all);
    let phone = all[0]
        .facts
        .iter()
        .find(|fact| matches!(fact.aspect, crate::links::profile::Aspect::Entity(_)))
        .unwrap();
    assert!(counted.worth(phone.key, phone.tells) < 80);
}

#[test]
fn a_third_report_joins_two_that_have_little_of_their_own() {
    let texts = strings(&[
        "王串场公园丢了个男孩，六岁，蓝书包，电话15400176620",
        "王串场公园门口有人拽着一个男孩，六岁上下，背蓝书包，往桥那边走",
        "15400176620 王串场公园丢的男孩找着了，不用来了",
    ]);
    assert_eq!(found(&texts), [(0, 1), (0, 2), (1, 2)]);
}

#[test]
fn more_reports_ask_for_more() {
    assert_eq!(likely_among(10), LIKELY);
    assert_eq!(likely_among(256), LIKELY + 10);
    assert_eq!(likely_among(8192), LIKELY + 60);
}

#[test]
fn the_same_reports_give_the_same_pairs_in_any_order() {
    let texts = strings(&[
        "洋货市场四楼有个16岁女孩",
        "静海子牙砖窑关着六个人，有狗",
        "Yanghuo market, 4th floor, a girl of 16",
        "子牙砖厂6个人有狼狗",
    ]);
    let turned: Vec<String> = texts.iter().rev().cloned().collect();
    let mut other: Vec<(usize, usize)> = found(&turned).iter().map(|(a, b)| (3 - b, 3 - a)).collect();
    other.sort_unstable();
    assert_eq!(found(&texts), other);
    assert_eq!(other.len(), 2);
}

#[test]
fn a_report_sent_twice_is_found_and_a_cry_of_two_people_is_not() {
    let twice = "你们好我想问一下这个事情应该找谁说才行";
    assert_eq!(
        found(&strings(&[twice, "救命", "你好，我想问一下这个事情应该找谁", "救命", twice])),
        [(0, 4)]
    );
}
