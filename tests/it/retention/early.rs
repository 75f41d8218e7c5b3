//! Erasing before the time, as two people have agreed to it: whatever its state, unless it is held.

use homeward::app::PLAN_ID;
use homeward::clock::Clock as _;
use homeward::store::retention::{Kept, erase_early};
use homeward::store::{Lane, WriteError};

use super::scene::Scene;

fn erase(scene: &Scene, row: i64) -> Result<(), Kept> {
    let (deployment, at) = (scene.app().deployment.clone(), scene.bench.site.clock.now());
    let written: Result<_, WriteError<()>> =
        scene.app().store.write_blocking("erase", Lane::Desk, move |db| {
            Ok(erase_early(db, PLAN_ID, &deployment, row, (at, 90))?)
        });
    written.unwrap()
}

#[test]
fn an_open_tip_goes_whole_and_the_queues_stay_right() {
    let scene = Scene::open();
    let (uid, receipt) = scene.tip("一", &[]);
    let (other, _) = scene.tip("二", &[]);
    let lead = scene.bench.text(&format!("select lead as v from tips where uid = '{uid}'"));
    let queue = || scene.bench.officer(&lead).get("/desk?l=zh");
    assert!(queue().has(&format!("tr[data-tip=\"{uid}\"]")));

    assert_eq!(erase(&scene, scene.row(&uid)), Ok(()));

    assert_eq!(scene.tips().into_iter().collect::<Vec<_>>(), [other.as_str()]);
    scene.assert_queues_right();
    let page = queue();
    assert!(page.status == 200 && !page.has(&format!("tr[data-tip=\"{uid}\"]")));
    assert!(page.has(&format!("tr[data-tip=\"{other}\"]")));
    assert_eq!(scene.lead(&other).tip(&uid).status, 404, "like one that was never given out");
    assert_eq!(scene.count("erasures where why = 'asked'"), 1);

    // Its receipt is one that opens nothing.
    let gone = scene.follow_up(&receipt);
    let unknown = scene.follow_up("00000000000000000000000000000000");
    assert_eq!((gone.status, gone.body), (unknown.status, unknown.body));
    assert_eq!(erase(&scene, 1), Err(Kept::Gone), "a second time there is nothing");
    scene.assert_record_whole();
}

#[test]
fn a_held_tip_is_not_erased_whoever_asks() {
    let scene = Scene::open();
    let (uid, _) = scene.tip("一", &[]);
    let officer = scene.lead(&uid);
    let page = officer.open(&uid);
    assert_eq!(officer.fill(&page, "hold", &[("reason", "法院来函")]).status, 303);
    assert_eq!(erase(&scene, scene.row(&uid)), Err(Kept::Held));
    assert_eq!(scene.tips().len(), 1);
}

#[test]
fn a_number_of_the_feed_is_never_given_out_twice() {
    let scene = Scene::open();
    let (uid, _) = scene.tip("一", &[]);
    let placed = || scene.count("tip_events where feed is null") == 0;
    crate::support::wait_until("events have their numbers", placed);
    let before = scene.bench.number("select max(feed) as v from tip_events");
    assert_eq!(erase(&scene, scene.row(&uid)), Ok(()));

    scene.tip("二", &[]);
    crate::support::wait_until("events have their numbers", placed);
    let after = scene.bench.number("select min(feed) as v from tip_events");
    assert_eq!(after, before + 1);
}
