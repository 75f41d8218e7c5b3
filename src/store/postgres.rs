//! The rows in PostgreSQL: two pools of connections, one that writes and one that cannot, and this node's
//! turn at the sequencer. Owns waiting, retrying and giving up; refuses SQL.
//!
//! PostgreSQL gathers commits itself, so commands run beside each other, each in a transaction of its own.
//! Invariant: nobody is answered "done" before the COMMIT of their transaction has returned.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::r2d2::{Pool, PooledConnection, R2D2Connection as _};
use diesel::result::{DatabaseErrorKind, Error};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

mod dialled;

use dialled::{Dialled, check_version, pool, without_address};

use super::audit::pen;
use super::command::{Command, Queued, WriteError};
use super::connection::{Db, Purpose, open_postgres};
use super::lanes::Lane;
use super::writer::fault_name;
use super::{Abort, OpenError, Options, ReadError, dialect, migrate, sequencer};
use crate::audit::chain::Chain;

/// How long a request waits for a free connection.
const WAIT: Duration = Duration::from_secs(2);

/// How long a request waits for its answer at most. A database that stands still answers nobody; past this
/// the person is told the truth, and what was begun is ended by the database's own limits.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a command is run at most, when the database asks for it to be run again.
const ATTEMPTS: u32 = 5;

/// Past this no attempt begins any more: it might succeed after the person was told that it did not.
const LAST_START: Duration = Duration::from_secs(1);

/// How many wait for a connection at most, in each lane.
const LINE: usize = 1024;

/// How often this node asks for its turn at the sequencer.
const TURN: Duration = Duration::from_millis(250);

/// A PostgreSQL store.
pub(super) struct Postgres {
    url: String,
    nodes: Arc<Nodes>,
    tips: Line,
    desk: Line,
    reading: Line,
    sequencer: Mutex<Option<JoinHandle<()>>>,
}

/// What threads share.
struct Nodes {
    chain: Chain,
    writers: Pool<Dialled>,
    readers: Pool<Dialled>,
    healthy: AtomicBool,
    /// How often a command has paused before it was run again.
    pauses: AtomicU64,
    closing: Mutex<bool>,
    closed: Condvar,
}

/// Those who wait for a connection, and those who have one.
#[derive(Clone)]
struct Line {
    waiting: Arc<Semaphore>,
    running: Arc<Semaphore>,
    /// How many run at most.
    size: usize,
}

impl Line {
    fn of(connections: u32) -> Self {
        let running = usize::try_from(connections).unwrap_or(1).max(1);
        Self {
            waiting: Arc::new(Semaphore::new(LINE)),
            running: Arc::new(Semaphore::new(running)),
            size: running,
        }
    }

    /// A place among those who run; none when the line is full or does not move.
    async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        let _standing = self.waiting.try_acquire().ok()?;
        tokio::time::timeout(WAIT, Arc::clone(&self.running).acquire_owned()).await.ok()?.ok()
    }
}

impl Line {
    /// Nobody enters from now on; returns when all have left, or patience has run out.
    fn close(&self) {
        self.waiting.close();
        let begun = Instant::now();
        while self.running.available_permits() < self.size && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running.close();
    }
}

impl Postgres {
    pub(super) fn open(url: &str, place: &str, options: Options) -> Result<Self, OpenError> {
        let mut db = open_postgres(url, Purpose::Write)
            .map_err(|said| OpenError::Connect { place: place.to_owned(), said: without_address(said) })?;
        check_version(&mut db)?;
        // Nobody waits for an answer here: a step over a million tips may take its time, and so may the node
        // that is at it already.
        dialect::unhurried(&mut db).map_err(|e| OpenError::Migrate(e.to_string()))?;
        dialect::own_migrations(&mut db).map_err(|e| OpenError::Migrate(e.to_string()))?;
        let migrated = migrate::up(&mut db, &options.chain);
        dialect::release_migrations(&mut db).map_err(|e| OpenError::Migrate(e.to_string()))?;
        migrated?;
        let all = options.connections.max(4);
        let (desk, reading) = ((all / 4).max(1), (all / 2).max(2));
        let nodes = Arc::new(Nodes {
            chain: options.chain,
            writers: pool(url, Purpose::Write, all, WAIT),
            readers: pool(url, Purpose::Read, reading, WAIT),
            healthy: AtomicBool::new(true),
            pauses: AtomicU64::new(0),
            closing: Mutex::new(false),
            closed: Condvar::new(),
        });
        let thread = {
            let nodes = Arc::clone(&nodes);
            std::thread::Builder::new().name("sequencer".into()).spawn(move || nodes.sequence())?
        };
        Ok(Self {
            url: url.to_owned(),
            nodes,
            tips: Line::of(all - desk),
            desk: Line::of(desk),
            reading: Line::of(reading),
            sequencer: Mutex::new(Some(thread)),
        })
    }

    pub(super) async fn write<T, E, F>(
        &self,
        label: &'static str,
        lane: Lane,
        act: F,
    ) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        let line = if lane == Lane::Tips { &self.tips } else { &self.desk };
        let place = line.enter().await.ok_or(WriteError::Busy)?;
        let (command, answer) = Queued::new(label, act);
        let nodes = Arc::clone(&self.nodes);
        // Not awaited: whoever goes away does not undo what has begun.
        drop(tokio::task::spawn_blocking(move || {
            nodes.perform(Box::new(command));
            drop(place);
        }));
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(outcome)) => outcome,
            _ => Err(WriteError::NotConfirmed),
        }
    }

    /// Runs a command on the calling thread.
    pub(super) fn perform(&self, command: Box<dyn Command>) {
        self.nodes.perform(command);
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Db) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ReadError> {
        let place = self.reading.enter().await.ok_or(ReadError::Busy)?;
        let nodes = Arc::clone(&self.nodes);
        let reading = tokio::task::spawn_blocking(move || {
            let read = nodes.read(query);
            drop(place);
            read
        });
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(read)) => read,
            _ => Err(ReadError::Busy),
        }
    }

    pub(super) fn read_blocking<T>(
        &self,
        query: impl FnOnce(&mut Db) -> Result<T, Error>,
    ) -> Result<T, ReadError> {
        self.nodes.read(query)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.nodes.healthy.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more, waits as long as anybody may for what is running, and ends this node's turns
    /// at the sequencer after a last one: what was written here has its place.
    pub(super) fn close(&self) {
        for line in [&self.tips, &self.desk, &self.reading] {
            line.close();
        }
        *self.nodes.closing.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.nodes.closed.notify_all();
        let thread = self.sequencer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Nodes {
    fn perform(&self, mut command: Box<dyn Command>) {
        let (label, begun) = (command.label(), Instant::now());
        for attempt in 1..=ATTEMPTS {
            let Ok(mut node) = self.writers.get() else {
                self.healthy.store(false, Ordering::SeqCst);
                return command.settle(false);
            };
            let Err(error) = pen::lend(&self.chain, || command.run(&mut node.db)) else {
                return command.settle(true);
            };
            let kind = fault_name(&error);
            let is_last = attempt == ATTEMPTS || begun.elapsed() > LAST_START;
            if !asks_again(&error) || node.db.is_broken() || is_last {
                tracing::error!(command = label, error.kind = kind, "the database refused a command");
                return command.settle(true);
            }
            tracing::debug!(command = label, error.kind = kind, attempt, "a command is run again");
            drop(node);
            std::thread::sleep(pause(attempt, self.pauses.fetch_add(1, Ordering::Relaxed)));
        }
    }

    fn read<T>(&self, query: impl FnOnce(&mut Db) -> Result<T, Error>) -> Result<T, ReadError> {
        let mut node = self.readers.get().map_err(|_| ReadError::Busy)?;
        Ok(query(&mut node.db)?)
    }

    /// Takes this node's turns at the sequencer until the store closes.
    fn sequence(&self) {
        loop {
            let closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
            let (closing, _) = self
                .closed
                .wait_timeout_while(closing, TURN, |closing| !*closing)
                .unwrap_or_else(PoisonError::into_inner);
            let last = *closing;
            drop(closing);
            let turn = self
                .writers
                .get()
                .map_err(|_| "no connection")
                .and_then(|mut node| turn(&mut node, &self.chain).map_err(|error| fault_name(&error)));
            if let Err(kind) = turn {
                tracing::warn!(error.kind = kind, "the sequencer's turn failed; the next one comes");
            }
            self.healthy.store(turn.is_ok(), Ordering::SeqCst);
            if last {
                return;
            }
        }
    }
}

/// One turn: everything that has no place yet gets one, if no other node is at it.
fn turn(node: &mut PooledConnection<Dialled>, chain: &Chain) -> Result<(), Error> {
    loop {
        let placed = diesel::Connection::transaction(&mut node.db, |db| {
            if !dialect::own_sequence(db)? {
                return Ok(0);
            }
            dialect::fold_counts(db)?;
            sequencer::place(db, chain)
        });
        // A damaged head is the record's trouble, and no reason to send anybody to another node.
        let placed = match placed {
            Err(error @ Error::DeserializationError(_)) => {
                tracing::error!(error.kind = fault_name(&error), "rows could not be given their place");
                metrics::counter!("store_unplaced_batches").increment(1);
                return Ok(());
            }
            placed => placed?,
        };
        if placed == 0 {
            return Ok(());
        }
    }
}

/// Whether running the command once more may do it: somebody was in its way, and nothing of it was kept.
/// A key that exists already counts: the command looks for it first, and finds it the second time.
fn asks_again(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(
            DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UniqueViolation
                // Deadlocks and waits for a lock have no kind of their own.
                | DatabaseErrorKind::Unknown,
            _
        )
    )
}

/// 5 to 10 ms after the first attempt, doubled after each; not the same for two that met: `turn` counts the
/// pauses of this node, and each of eight that follow each other gets an eighth more.
fn pause(attempt: u32, turn: u64) -> Duration {
    let step = 5_000_u64 << attempt.min(6);
    Duration::from_micros(step / 2 + step / 16 * (turn % 8))
}
