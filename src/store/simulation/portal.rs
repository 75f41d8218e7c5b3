//! The portal as far as it stores: the real writer, lanes, reader and bell on one database, driven step by
//! step on the thread of the simulation. Owns how a command is stood in line, committed and answered; refuses
//! threads and time.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::BigInt;
use tokio::sync::oneshot::Receiver;
use tokio::sync::oneshot::error::TryRecvError;

use super::city::city;
use super::disk::{Disk, RESERVE};
use crate::store::bell::Bell;
use crate::store::command::{Abort, Command, Queued, WriteError};
use crate::store::connection::{Db, Purpose, open_sqlite};
use crate::store::lanes::{Lane, Lanes};
use crate::store::reserve::Reserve;
use crate::store::sqlite::stand_in_line;
use crate::store::writer::Writer;

type Answer<T, E> = Result<T, WriteError<E>>;

/// What a caller of `Store::write` waits for.
pub(super) enum Pending<T, E> {
    InLine(Receiver<Answer<T, E>>),
    TurnedAway(Option<WriteError<E>>),
}

impl<T, E> Pending<T, E> {
    /// The answer, if it has come.
    pub(super) fn poll(&mut self) -> Option<Answer<T, E>> {
        match self {
            Self::InLine(receiver) => match receiver.try_recv() {
                Ok(answer) => Some(answer),
                Err(TryRecvError::Empty) => None,
                Err(TryRecvError::Closed) => Some(Err(WriteError::NotConfirmed)),
            },
            Self::TurnedAway(why) => Some(Err(why.take().unwrap_or(WriteError::NotConfirmed))),
        }
    }
}

/// One process that serves.
pub(super) struct Portal {
    lanes: Lanes,
    writer: Writer,
    reader: Db,
    spent: Arc<AtomicBool>,
    /// How many commands stand in line.
    in_line: Cell<usize>,
    /// How the connection that writes flushes, as it said at the start.
    pub(super) synchronous: i64,
    pub(super) bell: Bell,
}

#[derive(diesel::QueryableByName)]
struct Setting {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

impl Portal {
    /// Starts on what the disk holds.
    pub(super) fn start(disk: &Disk) -> Self {
        let (healthy, spent) = (Arc::new(AtomicBool::new(true)), Arc::<AtomicBool>::default());
        let mut open = disk.opener();
        let mut db = open().unwrap();
        let synchronous = synchronous(&mut db).unwrap();
        let reserve = Reserve::keep(disk.reserve(), RESERVE, Arc::clone(&spent));
        let writer = Writer::new(open, db, city().chain(), healthy).with_reserve(reserve);
        let mut reader = open_sqlite(&disk.path(), Purpose::Read).unwrap();
        reader.batch_execute("PRAGMA busy_timeout=0").unwrap();
        Self {
            lanes: Lanes::default(),
            writer,
            reader,
            spent,
            in_line: Cell::new(0),
            synchronous,
            bell: Bell::default(),
        }
    }

    /// Stands a command in line, as `Store::write` does.
    pub(super) fn write<T, E, F>(&self, label: &'static str, lane: Lane, act: F) -> Pending<T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        let (command, answer) = Queued::new(label, act);
        match stand_in_line(&self.lanes, &self.spent, lane, Box::new(command)) {
            Ok(()) => {
                self.in_line.set(self.in_line.get() + 1);
                Pending::InLine(answer)
            }
            Err(why) => Pending::TurnedAway(Some(why)),
        }
    }

    /// Asks the reader.
    pub(super) fn read<T>(
        &mut self,
        query: impl FnOnce(&mut Db) -> diesel::QueryResult<T>,
    ) -> diesel::QueryResult<T> {
        query(&mut self.reader)
    }

    /// Whether nobody stands in line.
    pub(super) const fn is_idle(&self) -> bool {
        self.in_line.get() == 0
    }

    /// Whether the space kept back has been given up.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::SeqCst)
    }

    /// Commits one batch of at most `most` commands from the lanes, `besides`, and one that asks how commits are
    /// flushed; before all of them `room` is said to the connection. Gives the `synchronous` of the connection
    /// if the batch was answered as done.
    pub(super) fn step(
        &mut self,
        most: usize,
        room: Option<&'static str>,
        besides: Option<Box<dyn Command>>,
    ) -> Option<i64> {
        let mut batch: Vec<Box<dyn Command>> = room.map(says).into_iter().collect();
        let line = self.lanes.next_batch(most, Duration::ZERO).unwrap_or_default();
        self.in_line.set(self.in_line.get() - line.len());
        let (flushing, mut answer) =
            Queued::new("flushing", |db: &mut Db| Ok::<_, Abort<()>>(synchronous(db)?));
        batch.extend(line.into_iter().chain(besides));
        batch.push(Box::new(flushing));
        self.writer.step(batch);
        answer.try_recv().ok().and_then(Result::ok)
    }

    /// Lets the writer look after itself.
    pub(super) fn idle(&mut self) {
        self.writer.idle();
    }
}

/// A command that says this to the connection.
fn says(pragma: &'static str) -> Box<dyn Command> {
    let (command, _) = Queued::new("room", move |db: &mut Db| Ok::<_, Abort<()>>(db.batch_execute(pragma)?));
    Box::new(command)
}

/// How this connection flushes: 2 and more, every commit.
pub(super) fn synchronous(db: &mut Db) -> diesel::QueryResult<i64> {
    let asked = diesel::sql_query("select synchronous as value from pragma_synchronous");
    asked.get_result::<Setting>(db).map(|setting| setting.value)
}
