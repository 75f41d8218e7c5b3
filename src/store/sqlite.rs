//! The rows in one SQLite file: a writer thread that owns the only writing connection, and a small pool of
//! connections that cannot write. Owns their life; refuses SQL.
//!
//! Invariant: everything that is written goes through the writer's lanes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::r2d2::{ManageConnection, Pool, R2D2Connection as _};

use super::command::{Command, WriteError};
use super::connection::{Db, Purpose, open_sqlite};
use super::lanes::{Lane, Lanes};
use super::reserve::Reserve;
use super::writer::{BATCH, Writer};
use super::{OpenError, Options, migrate};

/// How often the writer looks after itself while nothing comes: a checkpoint when idle, a probe when sick.
const IDLE: Duration = Duration::from_secs(5);

/// How long a request waits for a free reader before it is told that the portal is busy.
const WAIT: Duration = Duration::from_secs(2);

/// Connections that read.
const READERS: u32 = 4;

/// The writer's lanes and the readers.
pub(super) struct Sqlite {
    path: PathBuf,
    lanes: Arc<Lanes>,
    readers: Pool<Readers>,
    healthy: Arc<AtomicBool>,
    /// Whether the space kept back for a full disk has been given up.
    spent: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let mut db = open_sqlite(path, Purpose::Write).map_err(|said| cannot_open(path, said))?;
        migrate::up(&mut db, &options.chain)?;
        let (healthy, spent) = (Arc::new(AtomicBool::new(true)), Arc::<AtomicBool>::default());
        let lanes = Arc::new(Lanes::default());
        let reserve =
            Reserve::keep(path.with_extension("reserve"), options.reserve_bytes, Arc::clone(&spent));
        let again = path.to_owned();
        let open = Box::new(move || open_sqlite(&again, Purpose::Write));
        let writer = Writer::new(open, db, options.chain, Arc::clone(&healthy)).with_reserve(reserve);
        let thread = {
            let lanes = Arc::clone(&lanes);
            std::thread::Builder::new().name("writer".into()).spawn(move || drive(writer, &lanes))?
        };
        Ok(Self {
            path: path.to_owned(),
            lanes,
            readers: readers(path.to_owned()),
            healthy,
            spent,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) fn push<E>(&self, lane: Lane, command: Box<dyn Command>) -> Result<(), WriteError<E>> {
        stand_in_line(&self.lanes, &self.spent, lane, command)
    }

    pub(super) fn reader(&self) -> Option<impl std::ops::DerefMut<Target = Db> + use<>> {
        self.readers.get().ok()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn takes_reports(&self) -> bool {
        !self.spent.load(Ordering::SeqCst)
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::SeqCst) && self.takes_reports()
    }

    /// Takes no more writes, finishes those in line, and waits for the writer to end.
    pub(super) fn close(&self) {
        self.lanes.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// Stands a command in line. While the disk is full (`spent`) only sign-ins and the record of readings may: a
/// report would not be kept, and whoever sends it is told so at once.
pub(super) fn stand_in_line<E>(
    lanes: &Lanes,
    spent: &AtomicBool,
    lane: Lane,
    command: Box<dyn Command>,
) -> Result<(), WriteError<E>> {
    if lane != Lane::Record && spent.load(Ordering::SeqCst) {
        return Err(WriteError::NotConfirmed);
    }
    lanes.push(lane, command).map_err(|_| WriteError::Busy)
}

fn drive(mut writer: Writer, lanes: &Lanes) {
    while let Some(batch) = lanes.next_batch(BATCH, IDLE) {
        if batch.is_empty() {
            writer.idle();
        } else {
            writer.step(batch);
        }
    }
}

fn cannot_open(path: &Path, said: diesel::ConnectionError) -> OpenError {
    let text = said.to_string();
    if text.contains("readonly") || text.contains("read-only") || text.contains("unable to open") {
        return OpenError::NotWritable(path.to_owned());
    }
    OpenError::Connect { place: path.display().to_string(), said }
}

/// Makes read-only connections to one database file.
#[derive(Debug)]
struct Readers(PathBuf);

impl ManageConnection for Readers {
    type Connection = Db;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Db, Self::Error> {
        open_sqlite(&self.0, Purpose::Read).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut Db) -> Result<(), Self::Error> {
        conn.ping().map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Db) -> bool {
        conn.is_broken()
    }
}

/// Readers of the database at `path`; made lazily, so that a sick disk shows at the first read rather than
/// hiding the health page.
fn readers(path: PathBuf) -> Pool<Readers> {
    Pool::builder()
        .max_size(READERS)
        .min_idle(Some(1))
        .connection_timeout(WAIT)
        .test_on_check_out(false)
        .build_unchecked(Readers(path))
}
