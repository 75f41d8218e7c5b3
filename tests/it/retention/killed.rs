//! A round is killed at every step, in this process and as one of its own, and another goes on: complete, nothing half;
//! and reports that come in while a round runs are all received.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use homeward::app::purge;
use homeward::store::retention::rounds;

use super::scene::{DAY, Scene, terms};
use crate::site::Part;
use crate::support::failpoint::Failpoint;
use crate::support::{db, picture};

/// Of every tip either all rows are there, or none; and every file has its row or is named as to go.
fn assert_nothing_half(scene: &Scene) {
    for (table, of_each) in [("receipts", 1), ("tip_agencies", 1), ("envelopes", 2), ("entries", 1)] {
        let lost = format!("{table} where tip_id not in (select id from tips)");
        assert_eq!(scene.count(&lost), 0, "{table} without a tip");
        let bare =
            format!("tips where (select count(*) from {table} x where x.tip_id = tips.id) < {of_each}");
        assert_eq!(scene.count(&bare), 0, "tips without {table}");
    }
    let known = scene.count("files") + scene.count("doomed_files");
    let folder = scene.app().config.data.dir.join("files");
    let there = i64::try_from(std::fs::read_dir(folder).unwrap().count()).unwrap();
    assert!(there <= known, "{there} files, {known} names");
    assert!(there >= scene.count("files"), "a row without its file");
    let erased = scene.bench.audited("tip.erased");
    assert_eq!(scene.count("erasures"), erased, "each erasure is on record once");
}

#[test]
fn killed_at_each_step_a_round_is_brought_to_its_end_by_the_next() {
    for point in ["purge.begun", "purge.erased", "purge.unlinked", "purge.scrubbed"] {
        let failpoint = Failpoint::at(point);
        let scene = Scene::with(terms(), |app| app.halt = Some(failpoint.halt()));
        let photo = picture::jpeg(30_000, b"none");
        for n in 0..3 {
            scene.closed(&format!("第{n}条"), "not_ours", &[Part::file("photo", "IMG_1.jpg", &photo)]);
        }
        scene.tip("还没有办完", &[]);
        scene.days(199);
        scene.pass(DAY);
        failpoint.arm();
        // The round stands at the point and is dropped there: what was under way is never gone on with.
        let cut = actix_web::rt::System::new().block_on(async {
            tokio::time::timeout(Duration::from_secs(3), purge::round(scene.app(), false)).await
        });
        assert!(cut.is_err() && failpoint.fired() == 1, "{point}");
        assert_nothing_half(&scene);

        // Its turn runs out; on PostgreSQL by the database's own clock.
        scene.pass(rounds::TURN_SECONDS);
        scene.bench.change("update meta set value = 'killed 1' where key = 'retention_turn'");
        scene.round().unwrap();

        assert_eq!(scene.tips().len(), 1, "{point}");
        assert_nothing_half(&scene);
        let folder = scene.app().config.data.dir.join("files");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "{point}");
        assert_eq!(scene.count("doomed_files"), 0, "{point}");
        assert_eq!(
            scene.count("meta where key = 'retention_unclean'"),
            0,
            "{point}: the database was cleaned"
        );
        scene.assert_record_whole();
        scene.assert_queues_right();
    }
}

/// Makes tips that were closed long ago, past the portal: as many as a proof of load wants.
pub fn old_tips(scene: &Scene, many: usize) {
    for (n, token) in scene.tokens(many).iter().enumerate() {
        assert_eq!(scene.report_from(n, token, &format!("第{n}条旧的")).status, 200);
    }
    scene.bench.change(
        "update tips set status = 'closed', kept_as = 'set_aside', closed_minute = 100, received_minute = 100",
    );
    scene.bench.change("update tip_agencies set open = false, closed = true");
    scene.bench.change("delete from queue_counts");
}

#[test]
fn killed_as_a_process_again_and_again_it_comes_to_its_end() {
    let scene = Scene::open();
    old_tips(&scene, 120);
    let data = &scene.app().config.data;
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(["retention", "purge", "--now", "--yes-all", "--data"]).arg(&data.dir);
        if let Some(url) = &data.database {
            command.args(["--database", url]);
        }
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let mut cut = 0;
    for n in 0..12_u64 {
        let mut child = start();
        std::thread::sleep(Duration::from_millis(150 + 20 * n));
        if child.try_wait().unwrap().is_none() {
            cut += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_nothing_half(&scene);
        db::execute(&data.database(), "delete from meta where key = 'retention_turn'");
    }
    assert!(start().wait().unwrap().success());
    assert_eq!(scene.tips().len(), 0);
    assert_eq!(scene.count("erasures"), 120);
    assert_nothing_half(&scene);
    scene.assert_record_whole();
    println!("killed {cut} times of 12 before its end");
}

#[test]
fn reports_that_come_in_while_a_round_runs_are_all_received() {
    let scene = Scene::open();
    old_tips(&scene, 150);
    let (done, received, refused) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    // Drawn beforehand: a clock that is moved takes the round's turn away.
    let tokens: Vec<(usize, String)> = scene.tokens(900).into_iter().enumerate().collect();
    std::thread::scope(|scope| {
        for mine in tokens.chunks(300) {
            let (scene, done, received, refused) = (&scene, &done, &received, &refused);
            scope.spawn(move || {
                for (n, token) in mine.iter().take_while(|_| !done.load(Ordering::SeqCst)) {
                    let answer = scene.report_from(1000 + n, token, "正在销毁时");
                    let counter = if answer.status == 200 { received } else { refused };
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        scene.sure_round();
        done.store(true, Ordering::SeqCst);
    });
    let (received, refused) = (received.into_inner(), refused.into_inner());
    println!("{received} reports received during a round over 150 tips, {refused} refused");
    assert_eq!(refused, 0);
    assert!(received > 0);
    assert_eq!(scene.tips().len(), received);
    scene.assert_record_whole();
    scene.assert_queues_right();
}
