//! The connection to PostgreSQL: stopped, dropped, slow. Everybody gets an answer within a bound, nobody a
//! receipt that is not kept, and the portal comes back by itself.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::disk::opens;
use crate::support::pg::{self, Cluster, Flush};
use crate::support::process::{self, Process};
use crate::support::{db, wait_until};
use crate::unavailable::{WORDS, assert_honest, filled};

/// How long anybody waits for an answer at most while the database gives none: the store's own bound, and
/// the time for a page.
const BOUND: Duration = Duration::from_secs(8);

/// A wire to the database that can be cut: what is sent goes nowhere, and nothing says so.
struct Wire {
    at: SocketAddr,
    cut: Arc<AtomicBool>,
}

impl Wire {
    fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (at, cut) = (listener.local_addr().unwrap(), Arc::<AtomicBool>::default());
        let shared = Arc::clone(&cut);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let Ok(far) = UnixStream::connect(&socket) else { continue };
                let (near2, far2) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                let (one, two) = (Arc::clone(&shared), Arc::clone(&shared));
                std::thread::spawn(move || carry(near, far, &one));
                std::thread::spawn(move || carry(far2, near2, &two));
            }
        });
        Self { at, cut }
    }
}

/// Carries bytes while the wire is whole. What came while it was cut is lost, and so is the connection after.
fn carry(mut from: impl Read, mut to: impl Write + Ends, cut: &AtomicBool) {
    let mut buffer = [0; 16 << 10];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        if cut.load(Ordering::SeqCst) {
            while cut.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(20));
            }
            break;
        }
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    to.end();
}

trait Ends {
    fn end(&self);
}

impl Ends for TcpStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

impl Ends for UnixStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

struct Scene {
    folder: tempfile::TempDir,
    cluster: Cluster,
    process: Process,
}

impl Scene {
    /// A portal that reaches its database at `address`.
    fn start(address: impl Fn(&Cluster) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(Flush::On);
        db::stand_on(&folder.path().join("data"), &address(&cluster));
        process::prepare(folder.path());
        Self { process: Process::quietly(folder.path()), folder, cluster }
    }

    /// What people see while `fault` lasts, and after `mend`.
    fn fails_and_heals(&self, fault: impl Fn(&Cluster), mend: impl Fn(&Cluster)) {
        let visitor = self.process.visitor("198.18.13.1");
        let mut first = filled(&visitor);
        first.set("text", "第一份");
        let before = visitor.submit(&first).code();
        let form = filled(&visitor);
        fault(&self.cluster);
        let mut longest = Duration::ZERO;
        for _ in 0..4 {
            let asked = Instant::now();
            assert_honest(&visitor.submit(&form), &form);
            longest = longest.max(asked.elapsed());
        }
        assert!(longest < BOUND, "{longest:?}");
        assert!(!self.process.is_ready(), "health is red");
        mend(&self.cluster);
        let mended = Instant::now();
        wait_until("it is ready again", || self.process.is_ready());
        println!("longest answer {longest:?}, ready again after {:?}", mended.elapsed());
        let page = visitor.submit(&form);
        assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
        assert!(opens(&self.process, &page.code(), WORDS));
        assert!(opens(&self.process, &before, "第一份"));
        let path = self.folder.path().join("data/homeward.db");
        assert_eq!(db::count(&path, "select count(*) as n from tips"), 2);
    }
}

#[test]
fn a_database_that_stands_still_is_waited_for_no_longer_than_a_person_waits() {
    if !pg::is_wanted() {
        return;
    }
    let scene = Scene::start(Cluster::database);
    scene.fails_and_heals(|cluster| cluster.signal("-STOP"), |cluster| cluster.signal("-CONT"));
}

#[test]
fn a_connection_that_is_dropped_is_made_again() {
    if !pg::is_wanted() {
        return;
    }
    let cut = std::sync::OnceLock::new();
    let scene = Scene::start(|cluster| {
        let name = cluster.fresh_name();
        let wire = cut.get_or_init(|| Wire::to(cluster.socket()));
        format!("postgresql://homeward@{}/{name}", wire.at)
    });
    let wire = cut.get().unwrap();
    scene.fails_and_heals(
        |_| wire.cut.store(true, Ordering::SeqCst),
        |_| wire.cut.store(false, Ordering::SeqCst),
    );
}

#[test]
fn a_database_that_was_ended_and_started_again_is_found_again() {
    if !pg::is_wanted() {
        return;
    }
    let mut scene = Scene::start(Cluster::database);
    let visitor = scene.process.visitor("198.18.13.2");
    let before = visitor.submit(&filled(&visitor)).code();
    scene.cluster.kill();
    let form = filled(&visitor);
    assert_honest(&visitor.submit(&form), &form);
    scene.cluster.restart(Flush::On);
    wait_until("it is ready again", || scene.process.is_ready());
    assert!(opens(&scene.process, &before, WORDS));
    assert_eq!(visitor.submit(&form).words().len(), 12);
}
