//! The store: the only place that knows diesel. Owns connections, the writer, migrations and the SQL of
//! every aggregate; refuses rules, which live in the mission modules.
//!
//! Writes go through [`Store::write`]: one closure, one savepoint, one commit shared with whoever else is
//! writing, and the answer only after it. Reads go through [`Store::read`] and cannot write.

pub mod accounts;
pub mod acts;
pub mod audit;
pub mod backup;
pub mod bell;
pub mod blobs;
pub mod bond;
pub mod challenges;
mod command;
pub mod commitments;
pub(crate) mod connection;
mod counters;
pub mod daily;
mod dialect;
pub mod directory;
pub mod excerpts;
pub mod figures;
pub mod follow_up;
pub mod intake;
mod lanes;
pub mod leases;
pub mod links;
mod location;
pub mod looks;
mod meta;
mod migrate;
pub mod next;
pub mod officers;
pub mod outbox;
pub mod people;
pub mod plans;
pub mod planted;
#[cfg(feature = "postgres")]
mod postgres;
mod prepared;
pub mod queue;
mod reserve;
pub mod retention;
pub mod rounds;
pub(crate) mod schema;
mod scrub;
pub mod seed;
mod sequencer;
pub mod sessions;
pub mod setup;
#[cfg(test)]
#[cfg(feature = "planted")]
mod simulation;
mod sqlite;
pub mod survey;
pub mod tip_page;
mod tip_row;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

pub use command::{Abort, WriteError};
pub use connection::Db;
pub use diesel::QueryResult;
pub use lanes::Lane;
pub use location::{Location, NoLocation};

use crate::audit::chain::Chain;
use command::Queued;

/// Why the store could not be opened. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The setting names no database.
    #[error(transparent)]
    Location(#[from] NoLocation),
    /// This program was built without PostgreSQL.
    #[error(
        "this program was built without PostgreSQL: build it with --features postgres, or leave data.database out"
    )]
    NotBuiltIn,
    /// The database cannot be reached or opened.
    #[error("cannot open the database at {place}: {said}")]
    Connect {
        /// The file, or host and name; never a password.
        place: String,
        /// What the database said.
        said: diesel::ConnectionError,
    },
    /// The file or its folder may not be written.
    #[error(
        "{0} cannot be written: the portal needs a data folder that its own user may write, on a disk that is not mounted read-only"
    )]
    NotWritable(PathBuf),
    /// A migration failed; the database stands at the last whole step.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(String),
    /// A newer version has changed the database.
    #[error(
        "the database has step {0}, which this version does not know: a newer version wrote it; start that one, or restore a backup from before it"
    )]
    Newer(String),
    /// PostgreSQL is too old.
    #[error("PostgreSQL {0} is too old: 15 or newer is needed")]
    TooOld(i32),
    /// The database has another encoding.
    #[error("the database's encoding is {0}: create it with encoding UTF8")]
    Encoding(String),
    /// A thread could not be started.
    #[error("cannot start the store's thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// What links the audit record.
    pub chain: Chain,
    /// Connections to PostgreSQL at most.
    pub connections: u32,
    /// Disk space kept back on SQLite, in bytes.
    pub reserve_bytes: u64,
}

impl Options {
    /// The usual, under this chain.
    pub const fn new(chain: Chain) -> Self {
        Self { chain, connections: 16, reserve_bytes: 0 }
    }
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
pub struct Store(Engine);

enum Engine {
    Sqlite(sqlite::Sqlite),
    #[cfg(feature = "postgres")]
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens (or creates) the database, brings it up to date and starts what writes it.
    pub fn open(location: &Location, options: Options) -> Result<Arc<Self>, OpenError> {
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(sqlite::Sqlite::open(path, options)?),
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => {
                Engine::Postgres(postgres::Postgres::open(url, &location.to_string(), options)?)
            }
            #[cfg(not(feature = "postgres"))]
            Location::Postgres(_) => return Err(OpenError::NotBuiltIn),
        };
        Ok(Arc::new(Self(engine)))
    }

    /// Runs `act` in a transaction and answers after its commit. `label` names the act in metrics.
    ///
    /// `act` must be quick and pure but for the database: no ciphers, no files, no waiting; it may be run
    /// again. A caller that goes away does not cancel it.
    pub async fn write<T, E, F>(&self, label: &'static str, lane: Lane, act: F) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let (command, answer) = Queued::new(label, act);
                sqlite.push(lane, Box::new(command))?;
                answer.await.unwrap_or(Err(WriteError::NotConfirmed))
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.write(label, lane, act).await,
        }
    }

    /// [`Store::write`] for threads outside the async runtime: command line, seed, tests.
    pub fn write_blocking<T, E, F>(&self, label: &'static str, lane: Lane, act: F) -> Result<T, WriteError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
        F: Fn(&mut Db) -> Result<T, Abort<E>> + Send + 'static,
    {
        let (command, answer) = Queued::new(label, act);
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.push(lane, Box::new(command))?,
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.perform(Box::new(command)),
        }
        answer.blocking_recv().unwrap_or(Err(WriteError::NotConfirmed))
    }

    /// Runs a query on a read-only connection of the calling thread.
    pub fn read_blocking<T>(
        &self,
        query: impl FnOnce(&mut Db) -> Result<T, diesel::result::Error>,
    ) -> Result<T, ReadError> {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let mut db = sqlite.reader().ok_or(ReadError::Busy)?;
                Ok(query(&mut db)?)
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.read_blocking(query),
        }
    }

    /// Runs a query on a read-only connection, off the async workers.
    pub async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&mut Db) -> Result<T, diesel::result::Error> + Send + 'static,
    ) -> Result<T, ReadError> {
        match &self.0 {
            Engine::Sqlite(_) => {
                let store = Arc::clone(self);
                let reading = tokio::task::spawn_blocking(move || store.read_blocking(query));
                reading.await.map_err(|_| ReadError::Busy)?
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.read(query).await,
        }
    }

    /// Cleans the database of what was erased, on a connection of its own and beside whoever writes; waits, so off the
    /// async workers. `thorough`: see [`scrub`]. False where somebody was reading all the time: try again later.
    pub fn scrub(&self, thorough: bool) -> Result<bool, ReadError> {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let _ = thorough;
                scrub::sqlite(sqlite.path())
            }
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => scrub::postgres(postgres.url(), thorough),
        }
    }

    /// Whether the last commit or probe succeeded and there is room to write.
    pub fn is_healthy(&self) -> bool {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.is_healthy(),
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.is_healthy(),
        }
    }

    /// Whether a report would be kept now, as far as is known: not while the disk is full.
    pub fn takes_reports(&self) -> bool {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.takes_reports(),
            #[cfg(feature = "postgres")]
            Engine::Postgres(_) => true,
        }
    }

    /// Takes no more writes, finishes those in line, and waits for the store's thread to end.
    pub fn close(&self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close(),
            #[cfg(feature = "postgres")]
            Engine::Postgres(postgres) => postgres.close(),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}
