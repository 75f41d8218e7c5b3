//! Connections to one PostgreSQL: how they are made, asked whether they live, and kept. Owns their life; refuses
//! what is done with them.
//!
//! Invariant: no log line holds what libpq says, which may quote the address.

use std::time::{Duration, Instant};

use diesel::r2d2::{ManageConnection, Pool, R2D2Connection as _};
use diesel::result::Error;

use crate::store::OpenError;
use crate::store::connection::{Db, Purpose, open_postgres};

/// A connection this long unused is asked whether it lives before it is used.
const STALE: Duration = Duration::from_secs(1);

/// The oldest PostgreSQL that is supported.
const OLDEST: i32 = 150_000;

/// Refuses a PostgreSQL that is too old or does not speak UTF-8.
pub(super) fn check_version(db: &mut Db) -> Result<(), OpenError> {
    use diesel::RunQueryDsl as _;
    use diesel::sql_types::{Integer, Text};
    let Db::Postgres(c) = db else { return Ok(()) };
    let ask = |e: Error| OpenError::Migrate(e.to_string());
    let version = diesel::dsl::sql::<Integer>("current_setting('server_version_num')::int");
    let version: i32 = diesel::select(version).get_result(c).map_err(ask)?;
    let encoding = diesel::dsl::sql::<Text>("current_setting('server_encoding')");
    let encoding: String = diesel::select(encoding).get_result(c).map_err(ask)?;
    match (version < OLDEST, encoding.as_str()) {
        (true, _) => Err(OpenError::TooOld(version / 10_000)),
        (_, "UTF8") => Ok(()),
        (_, other) => Err(OpenError::Encoding(other.to_owned())),
    }
}

/// A connection and when it was last used.
pub(super) struct Node {
    pub(super) db: Db,
    used: Instant,
}

/// Opens connections to one database.
pub(super) struct Dialled {
    url: String,
    purpose: Purpose,
}

impl ManageConnection for Dialled {
    type Connection = Node;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Node, Self::Error> {
        let db = open_postgres(&self.url, self.purpose).map_err(diesel::r2d2::Error::ConnectionError)?;
        Ok(Node { db, used: Instant::now() })
    }

    fn is_valid(&self, node: &mut Node) -> Result<(), Self::Error> {
        if node.used.elapsed() > STALE {
            node.db.ping().map_err(diesel::r2d2::Error::QueryError)?;
        }
        node.used = Instant::now();
        Ok(())
    }

    fn has_broken(&self, node: &mut Node) -> bool {
        node.db.is_broken()
    }
}

/// What libpq says of a connection that could not be made, without what it may quote of the address.
pub(super) fn without_address(said: diesel::ConnectionError) -> diesel::ConnectionError {
    let text = said.to_string();
    let quotes = ["URI", "percent-encoded", "connection string", "connection option", "parameter"];
    if quotes.iter().any(|word| text.contains(word)) {
        let why = "the address cannot be read: is every special character of its password percent-encoded?";
        return diesel::ConnectionError::BadConnection(why.into());
    }
    said
}

/// A pool of at most `size` connections, in which nobody waits longer than `patience` for one.
pub(super) fn pool(url: &str, purpose: Purpose, size: u32, patience: Duration) -> Pool<Dialled> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(patience)
        .error_handler(Box::new(Quiet))
        .build_unchecked(Dialled { url: url.to_owned(), purpose })
}

/// The pool's own error handler logs what libpq says, which may quote the connection address.
#[derive(Debug)]
struct Quiet;

impl<E> diesel::r2d2::HandleError<E> for Quiet {
    fn handle_error(&self, _: E) {
        tracing::warn!("a connection to the database could not be made or is gone");
    }
}
