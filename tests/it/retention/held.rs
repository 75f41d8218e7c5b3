//! Legal holds at the desk: one officer sets one, another lifts it, both with a reason; it stands above every term.

use super::scene::Scene;

#[test]
fn a_hold_is_set_by_one_and_lifted_by_another_and_stops_everything_between() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    let lead = scene.bench.text("select lead as v from tips");
    scene.bench.colleague("third", &lead);

    let first = scene.lead(&uid);
    let page = first.tip(&uid);
    assert!(!page.has("#held"));
    assert_eq!(first.fill(&page, "hold", &[("reason", " ")]).status, 422, "a reason is needed");
    assert_eq!(first.fill(&page, "hold", &[("reason", "检察院来函")]).status, 303);
    let page = first.tip(&uid);
    assert!(page.has("#held") && page.body.contains("检察院来函"), "{}", page.body);
    assert!(!page.has("form#lift"), "whoever set it is not offered to lift it");
    assert_eq!(first.force(&uid, "lift", &[("reason", "不用了")]).status, 422);
    assert_eq!(first.force(&uid, "hold", &[("reason", "再来")]).status, 422, "one at a time");
    assert_eq!(scene.count("holds where lifted_minute is null"), 1);

    assert!(!scene.days(300), "its time was over after two hundred days");
    assert!(scene.tips().contains(&uid));

    let third = scene.bench.officer("third");
    let page = third.tip(&uid);
    assert_eq!(third.fill(&page, "lift", &[("reason", "案件已经终结")]).status, 303);
    assert!(!third.tip(&uid).has("#held"));
    assert_eq!((scene.bench.audited("tip.hold_set"), scene.bench.audited("tip.hold_lifted")), (1, 1));
    assert!(scene.days(1) && !scene.tips().contains(&uid));
    scene.assert_record_whole();
}

#[test]
fn only_who_may_decide_on_the_tip_sets_a_hold() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    let stranger = scene.bench.officer("women");
    assert_eq!(stranger.force(&uid, "hold", &[("reason", "想看看")]).status, 404);
    assert_eq!(scene.count("holds"), 0);
}

#[test]
fn the_reason_lies_on_the_disk_for_nobody() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    let officer = scene.lead(&uid);
    let page = officer.tip(&uid);
    officer.fill(&page, "hold", &[("reason", "金丝雀依据某某号来函")]);
    let disk = scene.bench.site.everything_on_disk();
    let canary = "金丝雀依据某某号来函".as_bytes();
    assert!(!disk.windows(canary.len()).any(|w| w == canary));
}

#[test]
fn a_hold_that_is_a_year_old_is_to_be_looked_at_again() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    let officer = scene.lead(&uid);
    assert!(officer.get("/desk?l=zh").has("#to-holds"));
    assert!(officer.get("/desk/holds?l=zh").has("#empty"));
    let page = officer.tip(&uid);
    officer.fill(&page, "hold", &[("reason", "法院来函")]);
    assert!(!officer.get("/desk/holds?l=zh").has(".review"));

    scene.pass(366 * super::scene::DAY);

    let officer = scene.lead(&uid);
    let list = officer.get("/desk/holds?l=zh");
    assert!(list.has(".review") && list.has(&format!("#holds tr[data-tip=\"{uid}\"]")), "{}", list.body);
    assert!(officer.tip(&uid).body.contains("已满一年"));
    let status = scene.app().store.read_blocking(|db| {
        homeward::store::retention::rounds::status(db, homeward::clock::Clock::now(&*scene.bench.site.clock))
    });
    assert_eq!(status.unwrap().holds, (1, 1));
    // Another agency's list is its own.
    assert!(scene.bench.officer("women").get("/desk/holds?l=zh").has("#empty"));
}
