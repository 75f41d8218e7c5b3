//! The store: the only place that knows diesel. Owns connections, the writer, migrations and the SQL of
//! every aggregate; refuses rules, which live in the mission modules.
//!
//! Writes go through [`Store::write`]: one closure, one savepoint, one commit shared with whoever else is
//! writing, and the answer only after it. Reads go through [`Store::read`] and cannot write.

pub mod acts;
pub mod audit;
pub mod blobs;
mod command;
pub(crate) mod connection;
pub mod directory;
pub mod follow_up;
pub mod intake;
mod lanes;
mod migrate;
pub mod officers;
pub mod outbox;
mod pool;
pub mod queue;
pub(crate) mod schema;
pub mod sessions;
pub mod tip_page;
mod tip_row;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::r2d2::Pool;

pub use command::{Abort, WriteError};
pub use connection::Db;
pub use lanes::Lane;

use command::Queued;
use connection::{Purpose, open_sqlite};
use lanes::Lanes;
use pool::Readers;
use writer::{BATCH, Writer};

/// How often the writer looks after itself while nothing comes: a checkpoint when idle, a probe when sick.
const IDLE: Duration = Duration::from_secs(5);

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder cannot be opened.
    #[error("cannot open the database at {path}: {source}")]
    Connect {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: diesel::ConnectionError,
    },
    /// A migration failed; the database stands at the last whole step.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(String),
    /// The writer's thread could not be started.
    #[error("cannot start the writer: {0}")]
    Thread(#[from] std::io::Error),
}

/// Why a read gave no result.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No reader came free in time, or the database cannot be opened.
    #[error("no reader is free")]
    Busy,
    /// The query failed.
    #[error("the query failed")]
    Failed(#[from] diesel::result::Error),
}

/// The portal's rows. Cheap to share; closing waits for what was already in line.
pub struct Store {
    lanes: Arc<Lanes>,
    readers: Pool<Readers>,
    healthy: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Opens (or creates) the SQLite database at `path`, brings it up to date and starts its writer.
    pub fn open(path: &Path) -> Result<Arc<Self>, OpenError> {
        let mut db = open_sqlite(path, Purpose::Write)
            .map_err(|source| OpenError::Connect { path: path.to_owned(), source })?;
        migrate::up(&mut db).map_err(OpenError::Migrate)?;
        let healthy = Arc::new(AtomicBool::new(true));
        let lanes = Arc::new(Lanes::default());
        let writer = Writer::new(path.to_owned(), db, Arc::clone(&healthy));
        let thread = {
            let lanes = Arc::clone(&lanes);
            std::thread::Builder::new().name("writer".into()).spawn(move || drive(writer, &lanes))?
        };
        let readers = pool::readers(path.to_owned(), 4);
        Ok(Arc::new(Self { lanes, readers, healthy, thread: Mutex::new(Some(thread)) }))
    }

    /// Runs `act` in the next batch and answers after its commit. `label` names the act in metrics.
    ///
    /// `act` must be quick and pure but for the database: no ciphers, no files, no waiting. A caller that
    /// goes away does not cancel it.
    pub async fn write<T, E, F>(&self, label: &'static str, lane: Lane, act: F) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        let (command, answer) = Queued::new(label, act);
        self.lanes.push(lane, Box::new(command)).map_err(|_| WriteError::Busy)?;
        answer.await.unwrap_or(Err(WriteError::NotConfirmed))
    }

    /// [`Store::write`] for threads outside the async runtime: command line, seed, tests.
    pub fn write_blocking<T, E, F>(&self, label: &'static str, lane: Lane, act: F) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        let (command, answer) = Queued::new(label, act);
        self.lanes.push(lane, Box::new(command)).map_err(|_| WriteError::Busy)?;
        answer.blocking_recv().unwrap_or(Err(WriteError::NotConfirmed))
    }

    /// Runs a query on a read-only connection of the calling thread.
    pub fn read_blocking<T>(
        &self,
        query: impl FnOnce(&mut Db) -> Result<T, diesel::result::Error>,
    ) -> Result<T, ReadError> {
        let mut db = self.readers.get().map_err(|_| ReadError::Busy)?;
        Ok(query(&mut db)?)
    }

    /// Runs a query on a read-only connection, off the async workers.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&mut Db) -> Result<T, diesel::result::Error> + Send + 'static,
    ) -> Result<T, ReadError> {
        let store = Arc::clone(self);
        tokio::task::spawn_blocking(move || store.read_blocking(query)).await.map_err(|_| ReadError::Busy)?
    }

    /// Whether the writer's last commit or probe succeeded.
    pub fn is_healthy(&self) -> bool {
        self.healthy.load(Ordering::SeqCst)
    }

    /// Takes no more writes, finishes those in line, and waits for the writer to end.
    pub fn close(&self) {
        self.lanes.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
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
