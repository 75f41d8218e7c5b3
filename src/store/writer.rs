//! The one writer of a SQLite store: group commit. Owns the write connection and the order
//! savepoint -> place -> commit (fsync) -> answer; refuses timers and threads in [`Writer::step`], so that a
//! simulation can drive it command by command.
//!
//! Invariant: nobody is answered "done" before the COMMIT of their batch has returned.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::result::{DatabaseErrorKind, Error};

use super::audit::pen;
use super::command::Command;
use super::connection::Db;
use super::dialect::{begin, checkpoint, commit, rollback};
use super::planted::{self, Bug};
use super::reserve::Reserve;
use super::sequencer;
use crate::audit::chain::Chain;

/// How many commands at most share one commit.
pub(crate) const BATCH: usize = 256;

/// Opens the write connection, at the start and after a fault.
pub(crate) type Opener = Box<dyn FnMut() -> diesel::ConnectionResult<Db> + Send>;

/// The writer's state between batches.
pub(crate) struct Writer {
    open: Opener,
    db: Option<Db>,
    chain: Chain,
    reserve: Option<Reserve>,
    healthy: Arc<AtomicBool>,
    /// Whether anything was written since the last checkpoint.
    dirty: bool,
}

impl Writer {
    pub(crate) fn new(open: Opener, db: Db, chain: Chain, healthy: Arc<AtomicBool>) -> Self {
        Self { open, db: Some(db), chain, reserve: None, healthy, dirty: true }
    }

    /// The same writer with space kept back for a full disk.
    pub(crate) fn with_reserve(mut self, reserve: Reserve) -> Self {
        self.reserve = Some(reserve);
        self
    }

    /// Commits one batch and answers everybody in it.
    pub(crate) fn step(&mut self, mut batch: Vec<Box<dyn Command>>) {
        if planted::has(Bug::AnswerBeforeCommit) {
            return self.answer_first(batch);
        }
        let committed = self.commit(&mut batch);
        self.dirty |= committed;
        for command in batch {
            command.settle(committed);
        }
        if let Some(reserve) = self.reserve.as_ref().filter(|reserve| reserve.is_spent()) {
            reserve.recover();
        }
    }

    /// The planted bug: the answer goes out, and the commit may still fail.
    fn answer_first(&mut self, mut batch: Vec<Box<dyn Command>>) {
        let Some(db) = self.db.as_mut() else { return };
        let ran = begin(db).is_ok()
            && pen::lend(&self.chain, || batch.iter_mut().all(|command| command.run(db).is_ok()));
        batch.into_iter().for_each(|command| command.settle(ran));
        if !ran || sequencer::place(db, &self.chain).is_err() || commit(db).is_err() {
            let _ = rollback(db);
        }
    }

    /// Looks after itself while nothing comes: probes when sick; when well, moves the log into the database
    /// and cuts it off, so that what was erased does not live on in it.
    pub(crate) fn idle(&mut self) {
        if let Some(reserve) = &self.reserve {
            reserve.recover();
        }
        if !self.healthy.load(Ordering::SeqCst) || self.db.is_none() {
            self.heal();
        } else if std::mem::take(&mut self.dirty) {
            self.dirty = self.db.as_mut().is_none_or(|db| checkpoint(db).is_err());
        }
    }

    /// Tries to get a working connection again after a fault; true when there is one.
    pub(crate) fn heal(&mut self) -> bool {
        if self.db.is_none() {
            self.db = (self.open)().ok();
        }
        let probed = self.db.as_mut().is_some_and(|db| begin(db).and_then(|()| commit(db)).is_ok());
        if !probed {
            self.db = None;
        }
        self.healthy.store(probed, Ordering::SeqCst);
        probed
    }

    fn commit(&mut self, batch: &mut [Box<dyn Command>]) -> bool {
        let Some(db) = self.db.as_mut() else { return self.heal() && self.commit(batch) };
        match run_batch(db, batch, &self.chain) {
            Ok(()) => {
                metrics::histogram!("store_batch_size")
                    .record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
                true
            }
            Err(error) => {
                self.failed(&error);
                false
            }
        }
    }

    fn failed(&mut self, error: &Error) {
        tracing::error!(
            error.kind = fault_name(error),
            "commit failed; nothing of this batch was acknowledged"
        );
        if is_full(error)
            && let Some(reserve) = &self.reserve
        {
            reserve.give_up();
        }
        if !is_lock(error) {
            // After an I/O error the page cache may lie about what is on the disk: start afresh.
            self.db = None;
            self.healthy.store(false, Ordering::SeqCst);
        }
    }
}

fn run_batch(db: &mut Db, batch: &mut [Box<dyn Command>], chain: &Chain) -> Result<(), Error> {
    begin(db)?;
    let ran = pen::lend(chain, || run_all(db, batch)).and_then(|()| place_all(db, chain));
    let ran = ran.and_then(|()| commit(db));
    ran.inspect_err(|_| {
        let _ = rollback(db);
    })
}

/// Gives everything its place. A record that cannot be linked, because its head is damaged, must not keep a
/// report from being received: its rows stay without a place, and `homeward audit verify` says so.
fn place_all(db: &mut Db, chain: &Chain) -> Result<(), Error> {
    let placed = diesel::Connection::transaction(db, |db| {
        while sequencer::place(db, chain)? > 0 {}
        Ok(())
    });
    placed.or_else(|error: Error| {
        if is_fault(&error) {
            return Err(error);
        }
        tracing::error!(error.kind = fault_name(&error), "rows could not be given their place");
        metrics::counter!("store_unplaced_batches").increment(1);
        Ok(())
    })
}

fn run_all(db: &mut Db, batch: &mut [Box<dyn Command>]) -> Result<(), Error> {
    for command in batch.iter_mut() {
        let label = command.label();
        if let Err(error) = command.run(db) {
            tracing::error!(
                command = label,
                error.kind = fault_name(&error),
                "the database refused a command"
            );
            if is_fault(&error) {
                return Err(error);
            }
        }
    }
    Ok(())
}

/// A fault concerns the whole batch (disk, lock, connection); anything else only its own command.
fn is_fault(error: &Error) -> bool {
    match error {
        Error::DatabaseError(kind, _) => {
            matches!(
                kind,
                DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::ReadOnlyTransaction
                    | DatabaseErrorKind::Unknown
            )
        }
        Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => true,
        _ => false,
    }
}

/// Somebody else holds the lock: the connection itself is well.
fn is_lock(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, info) if info.message().contains("locked"))
}

fn is_full(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, info) if info.message().contains("full"))
}

/// A fault by its kind only: messages of the database can quote values.
pub(super) fn fault_name(error: &Error) -> &'static str {
    match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => "unique violation",
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => "foreign key violation",
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => "serialization",
        Error::DatabaseError(DatabaseErrorKind::ClosedConnection, _) => "connection lost",
        error if is_full(error) => "disk full",
        error if is_lock(error) => "locked",
        Error::DatabaseError(_, info) if info.message().contains("I/O") => "input/output",
        Error::DatabaseError(_, info) if info.message().contains("readonly") => "read only",
        Error::NotFound => "not found",
        _ => "other",
    }
}
