//! The writer seen by whoever writes: what shares a commit, who is answered when, who is turned away, and
//! what a failure takes with it. Every test holds the writer still with a command of its own.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use homeward::audit::chain::Chain;
use homeward::store::{Abort, Db, Lane, Location, Options, Store, WriteError};
use homeward::vault::deployment::DeploymentKey;

use crate::support::db;

type Outcome = Result<(), WriteError<&'static str>>;
type Pending = LocalBoxFuture<'static, Outcome>;

struct Scene {
    _folder: tempfile::TempDir,
    path: PathBuf,
    store: Arc<Store>,
}

impl Scene {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("homeward.db");
        let chain = Chain::of(&DeploymentKey::from_bytes([1; 32]));
        let store = Store::open(&Location::Sqlite(path.clone()), Options::new(chain)).unwrap();
        Self { _folder: folder, path, store }
    }

    /// Stands a command in line; it is not waited for.
    fn push(
        &self,
        lane: Lane,
        act: impl Fn(&mut Db) -> Result<(), Abort<&'static str>> + Send + 'static,
    ) -> Pending {
        let store = Arc::clone(&self.store);
        let mut pending = async move { store.write("test", lane, act).await }.boxed_local();
        match pending.as_mut().now_or_never() {
            None => pending,
            Some(outcome) => futures_util::future::ready(outcome).boxed_local(),
        }
    }

    /// Stands a command in line that says when it runs and waits to be let go.
    fn hold(&self, lane: Lane) -> (Pending, Hold) {
        let (tell, running) = channel();
        let (go, wait) = channel();
        let wait = Mutex::new(wait);
        let tell = Mutex::new(tell);
        let pending = self.push(lane, move |_| {
            tell.lock().unwrap().send(()).unwrap();
            wait.lock().unwrap().recv().unwrap();
            Ok(())
        });
        (pending, Hold { running, go })
    }

    /// What a reader of its own sees.
    fn seen(&self) -> i64 {
        db::count(&self.path, "select count(*) as n from meta where key like 'test-%'")
    }
}

struct Hold {
    running: Receiver<()>,
    go: Sender<()>,
}

impl Hold {
    fn wait(&self) {
        self.running.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
    }

    fn release(&self) {
        self.go.send(()).unwrap();
    }
}

fn put(db: &mut Db, key: &str) -> Result<(), Abort<&'static str>> {
    diesel::sql_query(format!("insert into meta values ('test-{key}', '1')")).execute(db)?;
    Ok(())
}

fn finish(pending: Pending) -> Outcome {
    block_on(pending)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn nobody_is_answered_before_the_commit_of_their_batch() {
    let scene = Scene::open();
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    let mut waiting =
        vec![scene.push(Lane::Tips, |db| put(db, "a")), scene.push(Lane::Tips, |db| put(db, "b"))];
    let (last, end) = scene.hold(Lane::Tips);
    gate.release();
    // The second batch has run two commands and stands in its third: all is done but the commit.
    end.wait();

    assert!(waiting.iter_mut().all(|pending| pending.as_mut().now_or_never().is_none()));
    assert_eq!(scene.seen(), 0, "nothing is visible before the commit");
    end.release();
    for pending in waiting.into_iter().chain([first, last]) {
        assert!(finish(pending).is_ok());
    }
    assert_eq!(scene.seen(), 2);
}

#[test]
fn a_command_that_panics_or_refuses_loses_its_own_rows_only() {
    let scene = Scene::open();
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    let before = scene.push(Lane::Desk, |db| put(db, "before"));
    let panics = scene.push(Lane::Desk, |db| {
        put(db, "panics")?;
        panic!("this test panics on purpose")
    });
    let refuses = scene.push(Lane::Desk, |db| {
        put(db, "refuses")?;
        Err(Abort::Refused("by rule"))
    });
    let violates = scene.push(Lane::Desk, |db| {
        put(db, "violates")?;
        put(db, "before")
    });
    let after = scene.push(Lane::Desk, |db| put(db, "after"));
    gate.release();

    assert!(finish(first).is_ok() && finish(before).is_ok() && finish(after).is_ok());
    assert!(matches!(finish(panics), Err(WriteError::Broken)));
    assert!(matches!(finish(refuses), Err(WriteError::Refused("by rule"))));
    assert!(matches!(finish(violates), Err(WriteError::NotConfirmed)));
    assert_eq!(scene.seen(), 2, "the others of the batch stand");
    assert!(scene.store.is_healthy());
}

/// A foreign key that is checked at the commit and does not hold there.
fn poison(db: &mut Db) -> Result<(), Abort<&'static str>> {
    db.batch_execute(
        "pragma defer_foreign_keys = on;
         insert into sessions (lookup, officer_id, wrapped_key, created_at, seen_at) values (x'00', 4711, x'00', 0, 0)",
    )?;
    Ok(())
}

#[test]
fn a_commit_that_fails_fails_everybody_in_it_and_the_next_one_succeeds() {
    let scene = Scene::open();
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    let good = [scene.push(Lane::Tips, |db| put(db, "a")), scene.push(Lane::Tips, |db| put(db, "b"))];
    let refused = scene.push(Lane::Tips, |_| Err(Abort::Refused("by rule")));
    let poisoned = scene.push(Lane::Desk, poison);
    gate.release();

    assert!(finish(first).is_ok(), "the batch before is not touched");
    for pending in good.into_iter().chain([poisoned]) {
        assert!(matches!(finish(pending), Err(WriteError::NotConfirmed)));
    }
    assert!(
        matches!(finish(refused), Err(WriteError::Refused("by rule"))),
        "a refusal is certain either way"
    );
    assert_eq!(scene.seen(), 0);
    assert!(finish(scene.push(Lane::Tips, |db| put(db, "again"))).is_ok());
    assert_eq!(scene.seen(), 1);
    assert!(scene.store.is_healthy());
}

#[test]
fn tips_are_written_before_whatever_the_desk_had_in_line() {
    let scene = Scene::open();
    let order = Arc::new(Mutex::new(Vec::new()));
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    let note = |lane, name: &'static str| {
        let order = Arc::clone(&order);
        scene.push(lane, move |_| {
            order.lock().unwrap().push(name);
            Ok(())
        })
    };
    let all = [
        note(Lane::Desk, "desk 1"),
        note(Lane::Desk, "desk 2"),
        note(Lane::Tips, "tip 1"),
        note(Lane::Desk, "desk 3"),
        note(Lane::Tips, "tip 2"),
    ];
    gate.release();
    for pending in all.into_iter().chain([first]) {
        assert!(finish(pending).is_ok());
    }
    assert_eq!(*order.lock().unwrap(), ["tip 1", "tip 2", "desk 1", "desk 2", "desk 3"]);
}

#[test]
fn a_full_lane_turns_away_at_once_and_the_other_lane_stays_open() {
    let scene = Scene::open();
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    let mut line = Vec::new();
    let refused = loop {
        let mut next = scene.push(Lane::Desk, |_| Ok(()));
        if let Some(outcome) = next.as_mut().now_or_never() {
            break outcome;
        }
        line.push(next);
        assert!(line.len() <= 10_000, "the lane has no end");
    };
    assert!(matches!(refused, Err(WriteError::Busy)));
    let tip = scene.push(Lane::Tips, |db| put(db, "tip"));
    gate.release();

    assert!(finish(first).is_ok() && finish(tip).is_ok());
    let written = line.into_iter().map(finish).filter(Result::is_ok).count();
    println!("a lane holds {written} commands");
    assert_eq!(written, 1024, "whoever stood in line is written");
    assert_eq!(scene.seen(), 1);
}

#[test]
fn a_caller_who_goes_away_does_not_undo_what_stands_in_line() {
    let scene = Scene::open();
    let (first, gate) = scene.hold(Lane::Desk);
    gate.wait();
    drop(scene.push(Lane::Tips, |db| put(db, "gone")));
    gate.release();
    assert!(finish(first).is_ok());
    scene.store.close();
    assert_eq!(scene.seen(), 1);
    let late = scene.push(Lane::Tips, |db| put(db, "late"));
    assert!(matches!(finish(late), Err(WriteError::Busy)), "a closed store takes nothing");
}

#[test]
fn readers_cannot_write() {
    let scene = Scene::open();
    let tried = scene
        .store
        .read_blocking(|db| diesel::sql_query("insert into meta values ('test-r', '1')").execute(db));
    assert!(tried.is_err());
    assert_eq!(scene.seen(), 0);
}

#[test]
fn a_database_held_by_another_process_is_waited_for_and_then_reported() {
    let scene = Scene::open();
    let lock = db::Lock::take(&scene.path);
    let refused = finish(scene.push(Lane::Tips, |db| put(db, "locked")));
    assert!(matches!(refused, Err(WriteError::NotConfirmed)));
    drop(lock);
    assert!(finish(scene.push(Lane::Tips, |db| put(db, "free"))).is_ok());
    assert_eq!(scene.seen(), 1);
}

#[test]
fn a_record_whose_head_is_damaged_keeps_nobody_from_being_received() {
    let scene = Scene::open();
    assert!(finish(scene.push(Lane::Desk, |db| put(db, "before"))).is_ok());
    db::execute(&scene.path, "insert into meta values ('audit_head', 'nonsense')");
    let with_record = scene.push(Lane::Tips, |db| {
        put(db, "tip")?;
        diesel::sql_query("insert into audit (at, actor, act, detail) values (1, 'portal', 'test', '{}')")
            .execute(db)?;
        Ok(())
    });
    assert!(finish(with_record).is_ok());
    assert_eq!(scene.seen(), 2);
    let unplaced = "select count(*) as n from audit where seq is null";
    assert_eq!(db::count(&scene.path, unplaced), 1, "it is kept, without a place");
}
