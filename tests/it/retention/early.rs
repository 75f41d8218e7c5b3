//! Erasing before the time, as two people have agreed to it: whatever its state, unless it is held.

use homeward::app::PLAN_ID;
use homeward::clock::Clock as _;
use homeward::retention::erasure::{Erasure, Why};
use homeward::retention::terms::Due;
use homeward::store::retention::erase::{Pen, step};
use homeward::store::retention::{Kept, Step, erase_early};
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

/// Does one step of a round as if it had been found due.
fn found_due(scene: &Scene, uid: &str) -> Result<(), Kept> {
    let (deployment, at) = (scene.app().deployment.clone(), scene.bench.site.clock.now());
    let due = Due::at(at.minute(), &scene.app().config.retention);
    let work = (Step::Tip, scene.row(uid));
    let written: Result<_, WriteError<()>> =
        scene.app().store.write_blocking("step", Lane::Desk, move |db| {
            let erasure = Erasure { why: Why::Due, at, backups_days: 90 };
            Ok(step(db, &Pen { plan: PLAN_ID, deployment: &deployment, erasure }, &due, work)?)
        });
    written.unwrap()
}

#[test]
fn what_a_round_found_due_is_asked_once_more_where_it_is_erased() {
    let scene = Scene::open();
    let (closed_again, _) = scene.closed("一", "not_ours", &[]);
    let (held, receipt) = scene.closed("二", "not_ours", &[]);
    let (open, _) = scene.tip("三", &[]);
    assert_eq!(found_due(&scene, &closed_again), Err(Kept::NotDue), "closed a moment ago");
    assert_eq!(found_due(&scene, &open), Err(Kept::NotDue));

    // Between the walk and the step somebody held the one, and the other's time came.
    let officer = scene.lead(&held);
    let page = officer.tip(&held);
    assert_eq!(officer.fill(&page, "hold", &[("reason", "法院来函")]).status, 303);
    scene.pass(201 * 86_400);
    assert_eq!(found_due(&scene, &held), Err(Kept::NotDue));
    assert_eq!(scene.follow_up(&receipt).status, 200);
    assert_eq!(found_due(&scene, &closed_again), Ok(()));
    assert_eq!(scene.tips().len(), 2);
}
