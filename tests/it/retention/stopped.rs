//! What keeps a round from beginning: a clock that jumped, a number nobody expects, a backup, another round.

use homeward::app::purge::Unfinished;
use homeward::clock::Clock as _;
use homeward::config::Retention;
use homeward::retention::brake::Stopped;
use homeward::store::Lane;
use homeward::store::retention::rounds::{self, Wish};

use super::scene::{DAY, Scene, terms};
use crate::site::Part;

fn why(scene: &Scene) -> Option<Stopped> {
    match scene.round() {
        Err(Unfinished::Stopped(stopped)) => Some(stopped),
        Ok(_) => None,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_clock_that_is_a_year_ahead_for_an_hour_erases_nothing() {
    let scene = Scene::open();
    for n in 0..5 {
        scene.closed(&format!("第{n}条"), "not_ours", &[]);
    }
    assert_eq!(why(&scene), None);

    scene.pass(365 * DAY);
    // Under the wrong clock people go on: newer rows are no proof that it is right.
    scene.tip("钟错了的时候", &[]);
    scene.bench.officer("psb");
    assert!(matches!(why(&scene), Some(Stopped::Clock { hours: 8760 })));
    assert_eq!(scene.app().purge.as_str(), "clock");
    scene.pass(3600);
    assert!(matches!(why(&scene), Some(Stopped::Clock { .. })), "nor is waiting");
    assert_eq!(scene.tips().len(), 6);
    let now = scene.bench.site.clock.now();
    let status = scene.app().store.read_blocking(|db| rounds::status(db, now)).unwrap();
    assert_eq!(status.stopped.as_deref(), Some("clock"));

    scene.pass(-365 * DAY);
    assert_eq!(why(&scene), None, "the right time goes on by itself");
    assert_eq!((scene.tips().len(), scene.app().purge.as_str()), (6, "running"));
}

#[test]
fn a_person_may_say_that_the_clock_is_right() {
    let scene = Scene::open();
    scene.closed("一", "not_ours", &[]);
    assert_eq!(why(&scene), None);
    scene.pass(400 * DAY);
    assert!(why(&scene).is_some());
    assert_eq!(scene.sure_round().tips, 1);
    scene.pass(DAY);
    assert_eq!(why(&scene), None, "and rounds go on by themselves");
}

#[test]
fn before_the_first_round_the_newest_row_is_asked() {
    let scene = Scene::open();
    scene.closed("一", "not_ours", &[]);
    scene.pass(400 * DAY);
    assert!(matches!(why(&scene), Some(Stopped::Clock { .. })));
}

#[test]
fn more_than_a_share_or_a_number_waits_for_a_person() {
    let few = Retention { most_per_round: 4, ..terms() };
    let scene = Scene::with(few, |_| {});
    for n in 0..5 {
        scene.closed(&format!("第{n}条"), "not_ours", &[]);
    }
    scene.days(199);
    scene.pass(DAY);
    assert_eq!(why(&scene), Some(Stopped::Many { due: 5, all: 5 }));
    assert_eq!((scene.tips().len(), scene.app().purge.as_str()), (5, "many"));
    assert_eq!(scene.sure_round().tips, 5);
    assert_eq!(why(&scene), None);
}

#[test]
fn contacts_count_like_tips() {
    let scene = Scene::with(Retention { most_per_round: 1, ..terms() }, |_| {});
    let contact = [Part::text("identity", "confidential"), Part::text("contact_phone", "13900000007")];
    for n in 0..2 {
        scene.closed(&format!("第{n}条"), "case_opened", &contact);
    }
    scene.days(89);
    scene.pass(DAY);
    assert_eq!(why(&scene), Some(Stopped::Many { due: 2, all: 2 }));
    assert_eq!(scene.count("entries where compartment = 'identity'"), 2);
}

#[test]
fn while_a_backup_is_taken_nothing_is_erased() {
    let scene = Scene::open();
    scene.closed("一", "not_ours", &[]);
    scene.days(199);
    scene.pass(DAY);
    let lease = |what: fn(&mut homeward::store::Db) -> diesel::QueryResult<()>| {
        let written: Result<(), homeward::store::WriteError<()>> =
            scene.app().store.write_blocking("lease", Lane::Desk, move |db| Ok(what(db)?));
        assert!(written.is_ok());
    };
    lease(|db| homeward::store::backup::lease::hold(db, "copy"));
    assert_eq!(why(&scene), Some(Stopped::Backup));
    assert_eq!((scene.tips().len(), scene.app().purge.as_str()), (1, "running"));
    lease(|db| homeward::store::backup::lease::release(db, "copy").map(drop));
    assert_eq!(scene.round().unwrap().tips, 1);
}

#[test]
fn of_two_rounds_one_waits_and_a_turn_that_was_lost_runs_out() {
    let scene = Scene::open();
    scene.closed("一", "not_ours", &[]);
    scene.days(199);
    scene.pass(DAY);
    let wish = Wish { token: "another".into(), now: scene.bench.site.clock.now(), set: terms(), sure: false };
    let begun: Result<_, homeward::store::WriteError<()>> =
        scene.app().store.write_blocking("purge.begin", Lane::Desk, move |db| Ok(rounds::begin(db, &wish)?));
    assert_eq!(begun.unwrap(), Ok(()));
    assert_eq!(why(&scene), Some(Stopped::Busy));

    // The other was killed: its turn ends by itself. On PostgreSQL by the database's clock, which no test moves.
    scene.pass(rounds::TURN_SECONDS);
    let until = "update meta set value = 'another 1' where key = 'retention_turn'";
    scene.bench.change(until);
    assert_eq!(scene.round().unwrap().tips, 1);
}
