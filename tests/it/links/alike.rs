//! Tips of one event, or of one person, that share no number: found in the officer's session, on record, and only those.

use super::{compared, labour, lead, listed, report};
use crate::desk::bench::Bench;

/// Two tellers of one event: floor, landmark, age, the note.
const TELLERS: [&str; 2] = [
    "我16 被骗来天津 在ktv 不听话就打 手机一天只给一会 塘沽洋货市场附近 四楼 姐姐快点",
    "便利店店员，楼上四楼是KTV，在洋货市场边上。刚才有个小姑娘下来买水，俩男的跟着，她塞纸条写的“我16 救我 四楼”",
];

fn tip(bench: &Bench, text: &str, category: &str, district: &str) -> String {
    bench.tip(&report(text, category, district)).0
}

#[test]
fn two_tellers_of_one_event_are_shown_beside_each_other_and_a_stranger_is_not() {
    let bench = Bench::open();
    let first = tip(&bench, TELLERS[0], "sexual_exploitation", "120116");
    let second = tip(&bench, TELLERS[1], "sexual_exploitation", "120116");
    tip(&bench, "泰达一家洗浴中心天天半夜拉客，吵得睡不着", "sexual_exploitation", "120116");
    let officer = bench.officer(&lead(&bench, &first));

    let page = compared(&officer, &first);

    assert_eq!(listed(&page), [second.as_str()]);
    let said = page.text("#others");
    assert!(said.contains("疑似同一事件，请核对"), "{said}");
    assert!(said.contains("洋货市场") && said.contains("数字相符"), "{said}");
    assert_eq!(bench.audited("tip.read"), 3, "the tip and both near it were opened, each on record");
}

#[test]
fn a_lost_child_and_a_found_one_are_put_beside_each_other_by_sex_birth_and_mark() {
    let bench = Bench::open();
    let lost = "我女儿2015年在静海走丢的，当时三岁，女孩，左眉毛上有颗痣，小名叫妞妞，一直没找到";
    let found = "隔壁老两口家有个女孩，十四岁了，说小名叫妞妞，左眉毛上有颗痣，没户口，说是抱来的，独流的";
    let other = "村里有个男孩，五岁，没户口，右手六个指头，说是捡来的";
    let sought = tip(&bench, lost, "family_search", "120118");
    let there = tip(&bench, found, "child_unknown_origin", "120118");
    tip(&bench, other, "child_unknown_origin", "120118");
    let officer = bench.officer(&lead(&bench, &sought));

    let page = compared(&officer, &sought);

    assert_eq!(listed(&page), [there.as_str()], "{}", page.text("#others"));
    assert!(
        page.text("#others").contains("疑似同一人，请核对；不能仅凭文字认定"),
        "{}",
        page.text("#others")
    );
}

#[test]
fn what_another_agency_leads_is_not_opened_to_be_compared() {
    let bench = Bench::open();
    let first = tip(&bench, TELLERS[0], "sexual_exploitation", "120116");
    tip(&bench, TELLERS[1], "women_consult", "120116");
    let officer = bench.officer(&lead(&bench, &first));

    let page = compared(&officer, &first);

    assert_eq!(listed(&page), [""; 0]);
    assert_eq!(bench.audited("tip.read"), 1);
}

#[test]
fn the_words_give_a_second_opinion_beside_what_was_ticked() {
    let bench = Bench::open();
    let first = bench
        .tip(&report(
            "六个人被锁在砖厂里不让走，不给工钱，静海子牙，电话154 0017 6620",
            "illegal_job_agency",
            "120114",
        ))
        .0;
    let plain = labour(&bench, "砖厂有人不让走");
    let officer = bench.officer(&lead(&bench, &first));

    let page = officer.tip(&first);
    let said = page.text("#insight");

    assert!(
        said.contains("强迫劳动") && said.contains("与现在登记的不同") && said.contains("静海区"),
        "{said}"
    );
    assert!(said.contains("被关、不能离开，原文“被锁”") && said.contains("电话 15400176620"), "{said}");
    assert!(said.contains("是否采纳由经办人决定"), "{said}");
    let other = bench.officer(&lead(&bench, &plain)).tip(&plain);
    assert!(!other.text("#insight-category").contains("与现在登记的不同"), "{}", other.text("#insight"));
}
