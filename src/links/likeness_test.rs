use std::sync::LazyLock;

use jiff::civil::date;

use super::*;
use crate::links::profile::Reader;
use crate::plan::Plan;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::of(&Plan::embedded().unwrap()));

fn score(left: &str, right: &str) -> i32 {
    like(left, right).map_or(0, |it| it.score)
}

fn like(left: &str, right: &str) -> Option<Likeness> {
    let of = |text: &str| Profile::of(text, date(2025, 6, 1), &READER);
    compare(&of(left), &of(right))
}

fn has(left: &str, right: &str, what: impl Fn(&What) -> bool) -> bool {
    like(left, right).is_some_and(|it| it.reasons.iter().any(|reason| what(&reason.what)))
}

#[test]
fn likeness_is_the_same_from_both_sides() {
    let texts = [
        "洋货市场边上四楼KTV有个姑娘，16岁，出不来",
        "Girl of 16 on the 4th floor by Yanghuo market, they lock the door, room 302",
        "西青张家窝有人卖孩子，18万8，明天九点半",
        "Мальчик 5 лет, желтая куртка, потерялся у Биньцзян Дао",
    ];
    for left in texts {
        for right in texts {
            assert_eq!(score(left, right), score(right, left), "{left} / {right}");
        }
    }
}

#[test]
fn two_tellers_in_two_languages_are_found_by_place_floor_and_age() {
    let (left, right) = (
        "王顶堤这边四楼有个16岁的女孩出不来，门锁着",
        "A girl of 16 cannot get out, 4th floor, Wangdingdi, the door is locked.",
    );
    assert!(like(left, right).unwrap().is_likely());
    assert!(has(
        left,
        right,
        |what| matches!(what, What::Same(Aspect::Spot, said) if said.right == "Wangdingdi")
    ));
    assert!(has(left, right, |what| matches!(what, What::Figure(Meaning::Floor, (4, 4), _))));
    assert!(has(left, right, |what| matches!(what, What::Figure(Meaning::Age, (192, 192), _))));
}

#[test]
fn a_telephone_alone_is_strong_and_another_district_takes_it_below() {
    let phone = "电话15400176620";
    assert!(score(phone, "154-0017-6620") >= LIKELY);
    assert!(score("武清杨村，15400176620", "静海子牙，15400176620") < LIKELY);
}

#[test]
fn one_place_alone_is_not_one_event() {
    assert!(score("天津南站有人交孩子", "天津南站厕所里有人晕倒了") < LIKELY);
}

#[test]
fn a_boy_and_a_girl_are_two_children_and_so_are_two_ages() {
    let one = "水上公园丢了个男孩，五岁";
    assert!(score(one, "水上公园男孩找不到了，五岁") > score(one, "水上公园女孩找不到了，五岁") + 30);
    assert!(score(one, "水上公园男孩找不到了，五岁") > score(one, "水上公园男孩找不到了，十二岁") + 60);
    assert!(has(one, "水上公园女孩找不到了，五岁", |what| matches!(what, What::OtherSex(..))));
    assert!(has(one, "水上公园男孩找不到了，十二岁", |what| matches!(
        what,
        What::OtherFigure(Meaning::Age, _)
    )));
}

#[test]
fn another_kind_of_event_tells_against() {
    let sale = "有人要卖孩子，交孩子，送养要营养费";
    let kiln = "砖窑里的工人不给工钱，老板雇童工干活";
    assert!(has(
        &format!("滨江道百货大楼，{sale}"),
        &format!("滨江道百货大楼，{kiln}"),
        |what| matches!(what, What::OtherKind(..)),
    ));
}

#[test]
fn where_somebody_comes_from_tells_nothing() {
    let plain = score("武清杨村一个女人被锁着", "杨村有女人被锁屋里");
    for from in ["越南", "新疆", "河南", "外地"] {
        let said = score(&format!("武清杨村一个{from}女人被锁着"), &format!("杨村有{from}女人被锁屋里"));
        assert!((said - plain).abs() <= 2, "{from}: {said} {plain}");
    }
}

#[test]
fn nothing_in_common_is_nothing() {
    assert_eq!(like("", ""), None);
    assert_eq!(like("救命", "他们又来了"), None);
}
