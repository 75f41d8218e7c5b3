//! What a write is: a closure over owned input that runs inside its own savepoint, and a promise of an
//! answer that is only kept after the commit. Owns the refusal types every caller sees.
//!
//! Commands are `Fn`, so that a database that asks for a retry can run them again.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::connection::Db;

/// Why a command stopped: its own rule, or the database.
#[derive(Debug)]
pub enum Abort<E> {
    /// The act's own rule said no; its savepoint is rolled back, nothing else is touched.
    Refused(E),
    /// The database failed underneath.
    Db(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Abort<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error)
    }
}

/// Why a write gave no result. Only [`WriteError::Refused`] is certain that nothing was saved for a rule's
/// reason; after any other, sending again with the same key is safe.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// The act's own rule said no.
    #[error("refused: {0:?}")]
    Refused(E),
    /// The lane is full; nothing was tried.
    #[error("the writer's lane is full")]
    Busy,
    /// The commit was not confirmed.
    #[error("the commit was not confirmed")]
    NotConfirmed,
    /// The command panicked; only its own savepoint was lost.
    #[error("the command failed inside")]
    Broken,
}

/// One queued write, as the writer sees it.
pub(crate) trait Command: Send {
    /// A name for metrics.
    fn label(&self) -> &'static str;
    /// Runs inside a savepoint and keeps the outcome; an error rolls the savepoint back. Returns the
    /// database's error when it was the database that failed.
    fn run(&mut self, db: &mut Db) -> Result<(), diesel::result::Error>;
    /// Answers the waiter, once the commit is known to have succeeded or not.
    fn settle(self: Box<Self>, committed: bool);
}

/// A closure waiting for its turn, and whoever waits for it.
pub(crate) struct Queued<T, E, F> {
    label: &'static str,
    act: F,
    outcome: Option<Result<T, WriteError<E>>>,
    answer: oneshot::Sender<Result<T, WriteError<E>>>,
}

impl<T, E, F> Queued<T, E, F> {
    pub(crate) fn new(label: &'static str, act: F) -> (Self, oneshot::Receiver<Result<T, WriteError<E>>>) {
        let (answer, receiver) = oneshot::channel();
        (Self { label, act, outcome: None, answer }, receiver)
    }
}

/// Carries a refusal through diesel's transaction, which wants its own error type.
enum Stop<E> {
    Refused(E),
    Panicked,
    Db(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Stop<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error)
    }
}

impl<T, E, F> Command for Queued<T, E, F>
where
    T: Send + 'static,
    E: Send + 'static,
    F: Fn(&mut Db) -> Result<T, Abort<E>> + Send,
{
    fn label(&self) -> &'static str {
        self.label
    }

    fn run(&mut self, db: &mut Db) -> Result<(), diesel::result::Error> {
        let act = &self.act;
        let done = diesel::Connection::transaction::<T, Stop<E>, _>(db, |db| {
            match catch_unwind(AssertUnwindSafe(|| act(db))) {
                Ok(Ok(value)) => Ok(value),
                Ok(Err(Abort::Refused(why))) => Err(Stop::Refused(why)),
                Ok(Err(Abort::Db(error))) => Err(Stop::Db(error)),
                Err(payload) => Err(panicked(payload)),
            }
        });
        let (outcome, failed) = match done {
            Ok(value) => (Ok(value), None),
            Err(Stop::Refused(why)) => (Err(WriteError::Refused(why)), None),
            Err(Stop::Panicked) => (Err(WriteError::Broken), None),
            Err(Stop::Db(error)) => (Err(WriteError::NotConfirmed), Some(error)),
        };
        self.outcome = Some(outcome);
        failed.map_or(Ok(()), Err)
    }

    fn settle(self: Box<Self>, committed: bool) {
        let outcome = match (self.outcome, committed) {
            // A refusal stands whether or not the rest of the batch was committed: nothing of it was kept.
            (Some(Err(refused @ WriteError::Refused(_))), _) => Err(refused),
            (Some(outcome), true) => outcome,
            (_, false) | (None, _) => Err(WriteError::NotConfirmed),
        };
        // The request may have gone away; the row stands, and sending again gives the same answer.
        let _ = self.answer.send(outcome);
    }
}

fn panicked<E>(payload: Box<dyn Any + Send>) -> Stop<E> {
    // The payload may quote input: it is dropped unread. The panic hook has said where.
    drop(payload);
    Stop::Panicked
}
