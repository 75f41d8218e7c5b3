//! The one writer of a SQLite store: group commit. Owns the write connection and the order
//! savepoint -> commit (fsync) -> answer; refuses timers and threads in [`Writer::step`], so that a
//! simulation can drive it command by command.
//!
//! Invariant: nobody is answered "done" before the COMMIT of their batch has returned.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::result::{DatabaseErrorKind, Error};

use super::command::Command;
use super::connection::{Db, Purpose, open_sqlite};

/// How many commands at most share one commit.
pub(crate) const BATCH: usize = 256;

/// The writer's state between batches.
pub(crate) struct Writer {
    path: PathBuf,
    db: Option<Db>,
    healthy: Arc<AtomicBool>,
    /// Whether anything was written since the last checkpoint.
    dirty: bool,
}

impl Writer {
    pub(crate) fn new(path: PathBuf, db: Db, healthy: Arc<AtomicBool>) -> Self {
        Self { path, db: Some(db), healthy, dirty: true }
    }

    /// Commits one batch and answers everybody in it.
    pub(crate) fn step(&mut self, mut batch: Vec<Box<dyn Command>>) {
        let committed = self.commit(&mut batch);
        self.dirty |= committed;
        for command in batch {
            command.settle(committed);
        }
    }

    /// Looks after itself while nothing comes: probes when sick; when well, moves the log into the database
    /// and cuts it off, so that what was erased does not live on in it.
    pub(crate) fn idle(&mut self) {
        if !self.healthy.load(Ordering::SeqCst) || self.db.is_none() {
            self.heal();
        } else if std::mem::take(&mut self.dirty) {
            self.dirty = self.db.as_mut().is_none_or(|db| checkpoint(db).is_err());
        }
    }

    /// Tries to get a working connection again after a fault; true when there is one.
    pub(crate) fn heal(&mut self) -> bool {
        if self.db.is_none() {
            self.db = open_sqlite(&self.path, Purpose::Write).ok();
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
        match run_batch(db, batch) {
            Ok(()) => {
                metrics::histogram!("store_batch_size")
                    .record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
                true
            }
            Err(error) => {
                tracing::error!(
                    error.kind = fault_name(&error),
                    "commit failed; nothing of this batch was acknowledged"
                );
                if !is_lock(&error) {
                    // After an I/O error the page cache may lie about what is on the disk: start afresh.
                    self.db = None;
                    self.healthy.store(false, Ordering::SeqCst);
                }
                false
            }
        }
    }
}

fn run_batch(db: &mut Db, batch: &mut [Box<dyn Command>]) -> Result<(), Error> {
    begin(db)?;
    for command in batch.iter_mut() {
        let label = command.label();
        if let Err(error) = command.run(db) {
            tracing::error!(
                command = label,
                error.kind = fault_name(&error),
                "the database refused a command"
            );
            if is_fault(&error) {
                let _ = rollback(db);
                return Err(error);
            }
        }
    }
    commit(db).inspect_err(|_| {
        let _ = rollback(db);
    })
}

fn checkpoint(db: &mut Db) -> Result<(), Error> {
    match db {
        Db::Sqlite(c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        #[cfg(feature = "postgres")]
        Db::Postgres(_) => Ok(()),
    }
}

fn begin(db: &mut Db) -> Result<(), Error> {
    match db {
        // IMMEDIATE: a deferred transaction that reads first can fail at its first write, whatever the timeout.
        Db::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        #[cfg(feature = "postgres")]
        Db::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

fn commit(db: &mut Db) -> Result<(), Error> {
    super::connection::on_each!(db, |c| AnsiTransactionManager::commit_transaction(c))
}

fn rollback(db: &mut Db) -> Result<(), Error> {
    super::connection::on_each!(db, |c| AnsiTransactionManager::rollback_transaction(c))
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

/// A fault by its kind only: messages of the database can quote values.
fn fault_name(error: &Error) -> &'static str {
    match error {
        Error::DatabaseError(_, info) if info.message().contains("full") => "disk full",
        Error::DatabaseError(_, info) if info.message().contains("locked") => "locked",
        Error::DatabaseError(_, info) if info.message().contains("I/O") => "input/output",
        Error::DatabaseError(_, info) if info.message().contains("readonly") => "read only",
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => "unique violation",
        Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => "foreign key violation",
        Error::NotFound => "not found",
        _ => "other",
    }
}
