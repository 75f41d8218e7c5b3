//! Old blocks go, the record verifies from there on, and a pruning that was stopped goes on.

use homeward::app::record::prune::{NotPruned, Pruned, prune};
use homeward::audit::chain::Chain;
use homeward::audit::fault::Fault;
use homeward::clock::{Clock as _, Timestamp};
use homeward::store::Lane;
use homeward::store::audit::{anchors, prune as rows};

use super::scene::Scene;

const YEAR: i64 = 366 * 86_400;

/// A record with three blocks of four years ago and one of today.
fn aged() -> Scene {
    let scene = Scene::of(60);
    scene.clock.advance(4 * YEAR);
    scene.fill(20);
    scene
}

fn go(scene: &Scene, before: Timestamp) -> Result<Pruned, NotPruned> {
    prune(&scene.app, before)
}

#[test]
fn whole_blocks_that_are_old_enough_go_and_the_rest_verifies() {
    let scene = aged();
    let now = scene.clock.now();

    let pruned = go(&scene, now).unwrap();

    // The walk of the day and the row of the pruning itself stand behind them.
    assert_eq!(pruned, Pruned { upto: 60, rows: 60 });
    assert_eq!(scene.count("select min(seq) as n from audit"), 61);
    assert_eq!(scene.count("select min(number) as n from audit_anchors"), 3);
    let on_record = scene.text("select detail from audit where act = 'record.pruned'");
    assert!(on_record.contains("\"first\":1") && on_record.contains("\"last\":60"), "{on_record}");
    scene.settle();
    assert_eq!(scene.faults(true), []);
    assert_eq!(go(&scene, now).unwrap(), Pruned { upto: 60, rows: 0 }, "and again is nothing");
    scene.fill(30);
    assert_eq!(scene.faults(true), []);
}

#[test]
fn nothing_goes_that_must_be_kept_or_is_in_no_second_place_or_not_whole() {
    let scene = Scene::of(60);
    scene.clock.advance(3 * YEAR - 3600);
    let before = |scene: &Scene| scene.clock.now();
    assert_eq!(go(&scene, before(&scene)).unwrap(), Pruned::default(), "not three years old");
    scene.clock.advance(7200);
    assert_eq!(go(&scene, Timestamp(0)).unwrap(), Pruned::default(), "not before that day");

    let heads = scene.app.config.heads();
    let text = std::fs::read_to_string(&heads).unwrap();
    std::fs::write(&heads, text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    assert_eq!(go(&scene, before(&scene)).unwrap(), Pruned { upto: 20, rows: 20 });
    std::fs::write(&heads, text).unwrap();

    scene.execute("update audit set act = 'tip.listed' where seq = 33");
    let refused = go(&scene, before(&scene));
    assert!(matches!(refused, Err(NotPruned::NotWhole(Fault::Changed(33)))), "{refused:?}");
    assert_eq!(scene.count("select count(*) as n from audit where seq = 33"), 1);
}

#[test]
fn a_pruning_that_was_stopped_goes_on() {
    let scene = aged();
    let chain = Chain::of(&scene.app.deployment);
    let all = scene.app.store.read_blocking(|db| anchors::all(db, &chain)).unwrap();
    let (anchor, now) = (all[2].anchor, scene.clock.now());
    crate::support::wait_until("the mark is moved", || {
        let chain = chain.clone();
        let begun = scene
            .app
            .store
            .write_blocking("test", Lane::Record, move |db| rows::begin(db, &chain, &anchor, now));
        begun.is_ok()
    });
    // As if it had been stopped in the middle of its first step's successor.
    scene.execute("delete from audit where seq <= 37");
    scene.settle();
    assert_eq!(scene.faults(true), [Fault::Leftover(23)]);

    assert_eq!(go(&scene, now).unwrap(), Pruned { upto: 60, rows: 23 });

    assert_eq!(scene.faults(true), []);
    assert_eq!(scene.count("select count(*) as n from audit where act = 'record.pruned'"), 1);
}

#[test]
fn a_mark_of_pruning_that_was_put_there_is_named() {
    let scene = Scene::of(60);
    scene.keep_copy("kept");
    scene.execute(
        "delete from audit where seq <= 20; insert into meta values ('audit_floor', '1 20 00 1 00')",
    );
    let named = scene.faults(false);
    assert!(
        named.contains(&Fault::Floor) && named.contains(&Fault::Missing { first: 1, last: 20 }),
        "{named:?}"
    );
}
