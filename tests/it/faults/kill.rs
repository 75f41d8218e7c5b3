//! The portal, or its PostgreSQL, is killed in the middle of receiving, again and again. What was answered
//! with a receipt opens afterwards; what was not can be sent again and is one tip.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use homeward::vault::entropy::{OsEntropy, bytes};

use super::reporter::{Acknowledged, Books, Reporters, opens, report};
use crate::support::db;
use crate::support::pg::{self, Cluster, Flush};
use crate::support::process::{self, Process};

/// How often something is killed, unless the run says otherwise.
fn rounds() -> usize {
    let wanted = std::env::var_os("HOMEWARD_KILLS").and_then(|n| n.to_str()?.parse().ok());
    wanted.unwrap_or(50)
}

/// What all rounds together came to.
#[derive(Default)]
struct Sum {
    acknowledged: usize,
    open: usize,
    at_the_database: usize,
}

struct Scene {
    folder: tempfile::TempDir,
    cluster: Option<Cluster>,
    sum: Sum,
}

impl Scene {
    fn prepare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cluster = pg::is_wanted().then(|| Cluster::start(Flush::On));
        if let Some(cluster) = &cluster {
            db::stand_on(&folder.path().join("data"), &cluster.database());
        }
        process::prepare(folder.path());
        Self { folder, cluster, sum: Sum::default() }
    }

    fn start(&self) -> Process {
        Process::quietly(self.folder.path())
    }

    /// Kills the portal with reports under way; gives it started again and the books.
    fn kill_portal(&self, mut process: Process) -> (Process, Arc<Books>) {
        let reporters = begin(&process);
        process.kill();
        let books = reporters.end();
        (self.start(), books)
    }

    /// Kills PostgreSQL with reports under way and starts it again; the portal goes on.
    fn kill_database(&mut self, process: Process, whole: bool) -> (Process, Arc<Books>) {
        let reporters = begin(&process);
        let cluster = self.cluster.as_mut().unwrap();
        if whole {
            cluster.kill();
            // What the portal answers while there is no database is in the books too.
            std::thread::sleep(Duration::from_millis(100));
            let books = reporters.end();
            cluster.restart(Flush::On);
            wait_until_received(&process);
            (process, books)
        } else {
            cluster.kill_one();
            std::thread::sleep(Duration::from_millis(100));
            let books = reporters.end();
            cluster.wait();
            wait_until_received(&process);
            (process, books)
        }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("data/homeward.db")
    }

    /// Every receipt opens, and every open report becomes one tip when it is sent again.
    fn settle(&mut self, process: &Process, books: &Books) {
        let acknowledged = std::mem::take(&mut *books.acknowledged.lock().unwrap());
        let open = std::mem::take(&mut *books.open.lock().unwrap());
        assert!(!open.is_empty(), "nothing was under way");
        self.sum.open += open.len();
        let again = open.into_iter().map(|key| {
            let receipt = patiently(|| report(process.public, &key)).expect("received when sent again");
            Acknowledged { key, receipt }
        });
        for one in acknowledged.into_iter().chain(again) {
            let opened = patiently(|| opens(process.public, &one).then_some(()));
            assert!(opened.is_some(), "an acknowledged tip is lost: {one:?}");
            self.sum.acknowledged += 1;
        }
    }
}

/// Tries for ten seconds: a connection from before may have to be found broken first, which is an honest 503.
fn patiently<T>(mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    (0..50).find_map(|_| {
        attempt().or_else(|| {
            std::thread::sleep(Duration::from_millis(200));
            None
        })
    })
}

/// Reports are under way: some were received, and a moment of its own has passed.
fn begin(process: &Process) -> Reporters {
    let reporters = Reporters::start(process.public, 6);
    reporters.wait_for(3);
    std::thread::sleep(Duration::from_millis(u64::from(bytes::<1>(&OsEntropy)[0])));
    reporters
}

/// A probe of its own; it is a tip too and therefore opened like the others.
fn wait_until_received(process: &Process) {
    let key = super::reporter::fresh_key();
    crate::support::wait_until("the portal receives again", || report(process.public, &key).is_some());
}

fn assert_whole(path: &Path) {
    if pg::is_wanted() {
        db::execute(path, "create extension if not exists amcheck");
        let all = "select count(bt_index_check(c.oid, true)) as n from pg_class c join pg_am a on a.oid = c.relam \
                   where a.amname = 'btree' and c.relkind = 'i' and c.relnamespace = 'public'::regnamespace";
        assert!(db::count(path, all) > 20, "every index was checked; one with a fault fails the query");
    } else {
        let faults = "select count(*) as n from pragma_integrity_check where integrity_check <> 'ok'";
        assert_eq!(db::count(path, faults), 0, "integrity");
        assert_eq!(db::count(path, "select count(*) as n from pragma_foreign_key_check"), 0, "references");
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let mut scene = Scene::prepare();
    let mut process = scene.start();
    for round in 0..rounds() {
        let at_the_database = scene.cluster.is_some() && round % 2 == 1;
        let (next, books) = if at_the_database {
            scene.sum.at_the_database += 1;
            scene.kill_database(process, round % 4 == 1)
        } else {
            scene.kill_portal(process)
        };
        process = next;
        scene.settle(&process, &books);
        if round % 10 == 9 {
            assert_whole(&scene.path());
        }
    }
    assert_whole(&scene.path());
    let sum = &scene.sum;
    let tips = db::count(&scene.path(), "select count(*) as n from tips");
    let probes = i64::try_from(sum.at_the_database).unwrap();
    assert_eq!(tips, i64::try_from(sum.acknowledged).unwrap() + probes, "one tip for each key");
    process.stop();
    process::assert_audit_whole(scene.folder.path());
    println!(
        "{} kills ({} at the database): {} acknowledged or sent again and all opened, {} had no answer, \
         {tips} tips, integrity clean",
        rounds(),
        sum.at_the_database,
        sum.acknowledged,
        sum.open
    );
}
