//! What can be asked of a database from outside by somebody who changes nothing: beside a portal that serves, or of one
//! that does not start. Owns these questions; refuses migrations, writing, and judging (`app::doctor`).
//!
//! Invariant: every connection is one that cannot write, and no SQLite file is made by asking for it.

mod engine;
mod notices;
mod people;
mod record;

use std::io::Read as _;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::connection::{Db, Purpose, on_each, open_sqlite};
use super::schema::{audit, tips};
use super::{Location, bond, dialect, intake, migrate};
use crate::clock::{Minute, Timestamp};

pub use bond::{Bond, known as bond, spare};
pub use engine::{Engine, engine};
pub use intake::file_names as sealed_files;
pub use notices::{Notices, notices};
pub use people::{Members, members, waiting};
pub use record::{Tail, tail};

/// Why a database could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// There is no database yet.
    None,
    /// The file is no SQLite database that a portal has opened.
    NotOurs,
    /// What the database said.
    Said(String),
}

/// Opens the database at `location` to look at it.
pub fn open(location: &Location) -> Result<Db, Closed> {
    match location {
        Location::Sqlite(path) => {
            is_ours(path)?;
            open_sqlite(path, Purpose::Read).map_err(|e| Closed::Said(e.to_string()))
        }
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => super::connection::open_postgres(url, Purpose::Read)
            // What libpq says of a failed connection may quote the address.
            .map_err(|_| Closed::Said(format!("cannot connect to {location}"))),
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(Closed::Said("built without PostgreSQL".into())),
    }
}

/// A file in WAL mode, by its own head: opening any other would change it.
fn is_ours(path: &Path) -> Result<(), Closed> {
    let mut head = [0; 20];
    match std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Closed::None),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(Closed::NotOurs),
        Err(error) => Err(Closed::Said(error.to_string())),
        Ok(()) if head.starts_with(b"SQLite format 3\0") && head[18..] == [2, 2] => Ok(()),
        Ok(()) => Err(Closed::NotOurs),
    }
}

/// The last migration in the database, and the last that this version knows.
pub fn steps(db: &mut Db) -> QueryResult<(String, String)> {
    let last = diesel::dsl::sql::<Text>("(select max(version) from __diesel_schema_migrations)");
    Ok((on_each!(db, |c| diesel::select(last).get_result(c))?, migrate::newest()))
}

/// The time by the database's clock.
pub fn time(db: &mut Db) -> QueryResult<Timestamp> {
    dialect::backups::database_time(db)
}

/// The newest time that a row about staff and the newest minute that a tip was written with.
pub fn newest(db: &mut Db) -> QueryResult<(Option<Timestamp>, Option<Minute>)> {
    let at: Option<i64> = audit::table.select(diesel::dsl::max(audit::at)).get_result(db)?;
    let minute: Option<i64> = tips::table.select(diesel::dsl::max(tips::received_minute)).get_result(db)?;
    Ok((at.map(Timestamp), minute.map(Minute)))
}
