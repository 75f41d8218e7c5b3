//! The rows of a running portal as of one moment: SQLite copies itself into a fresh file, PostgreSQL's own
//! program writes an archive. Owns both ways; refuses waiting for or stopping whoever writes meanwhile.
//!
//! Invariant: no password stands on a command line.

use std::collections::HashSet;
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::Text;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

#[cfg(feature = "postgres")]
use super::programs;
use super::snapshot::Snapshot;
use super::{BackupError, at, make_file};
use crate::store::connection::{Db, Purpose, on_each, open_sqlite};
use crate::store::{Location, bond, intake};

/// The copy of the rows.
pub(super) struct Rows {
    /// The file's name in the backup.
    pub(super) name: &'static str,
    /// Which database it is for.
    pub(super) database: &'static str,
    /// What was looked at in the same moment.
    pub(super) seen: Seen,
}

/// What the copied rows say of themselves.
pub(super) struct Seen {
    /// The last migration.
    pub(super) schema: String,
    /// How much there is, and where the record ends.
    pub(super) snapshot: Snapshot,
    /// The key file's spare.
    pub(super) spare: Option<Vec<u8>>,
    /// The sealed files that rows name.
    pub(super) files: HashSet<String>,
}

fn look(db: &mut Db) -> QueryResult<Seen> {
    Ok(Seen {
        schema: on_each!(db, |c| diesel::select(last_step()).get_result(c))?,
        snapshot: Snapshot::read(db)?,
        spare: bond::spare(db)?.map(|spare| spare.sealed),
        files: intake::file_names(db)?,
    })
}

/// The copied SQLite database.
pub(crate) const SQLITE: &str = "homeward.db";
/// PostgreSQL's archive, in `pg_dump`'s custom format.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: &str = "homeward.dump";

/// Copies the rows at `location` into `dir`.
pub(super) fn copy(location: &Location, dir: &Path) -> Result<Rows, BackupError> {
    match location {
        Location::Sqlite(path) => copy_sqlite(path, dir),
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => dump_postgres(url, dir),
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(BackupError::NotBuiltIn),
    }
}

/// `VACUUM INTO` reads one moment of the database while others write on, and leaves out what was erased.
fn copy_sqlite(path: &Path, dir: &Path) -> Result<Rows, BackupError> {
    if !path.exists() {
        return Err(BackupError::NoPortal(path.to_owned()));
    }
    let copy = dir.join(SQLITE);
    make_file(&copy)?;
    // A connection that may write: one that may not is refused this command too.
    let mut from = open_sqlite(path, Purpose::Write).map_err(said)?;
    let name = copy.to_str().ok_or_else(|| at(&copy)(std::io::ErrorKind::InvalidFilename.into()))?;
    on_each!(&mut from, |c| diesel::sql_query("vacuum into ?").bind::<Text, _>(name).execute(c))
        .map_err(said)?;
    let mut db = inspect(&copy)?;
    Ok(Rows { name: SQLITE, database: "sqlite", seen: look(&mut db).map_err(damaged)? })
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Opens a copied database without touching it and looks through all of it.
pub(super) fn inspect(copy: &Path) -> Result<Db, BackupError> {
    let mut db = SqliteConnection::establish(&untouched(copy)).map_err(said)?;
    let lines: Vec<Line> = diesel::sql_query("pragma integrity_check").load(&mut db).map_err(damaged)?;
    match lines.first() {
        Some(line) if line.integrity_check == "ok" => {}
        line => {
            return Err(BackupError::Damaged(line.map_or_else(String::new, |l| l.integrity_check.clone())));
        }
    }
    Ok(Db::Sqlite(db))
}

/// The last migration, in either database.
fn last_step() -> diesel::expression::SqlLiteral<Text> {
    diesel::dsl::sql("(select max(version) from __diesel_schema_migrations)")
}

/// The address under which SQLite opens a file as it lies: no lock, no write-ahead log beside it.
fn untouched(path: &Path) -> String {
    const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%').add(b'?').add(b'#');
    format!("file:{}?mode=ro&immutable=1", utf8_percent_encode(&path.to_string_lossy(), ESCAPED))
}

fn said(error: impl std::fmt::Display) -> BackupError {
    BackupError::Database(error.to_string())
}

fn damaged(error: impl std::fmt::Display) -> BackupError {
    BackupError::Damaged(error.to_string())
}

/// `pg_dump` reads the moment that another connection of ours has named and keeps open, in which the rows are
/// counted too.
#[cfg(feature = "postgres")]
fn dump_postgres(url: &str, dir: &Path) -> Result<Rows, BackupError> {
    use crate::store::connection::open_postgres;
    use crate::store::dialect::{self, backups};
    let place = Location::Postgres(url.to_owned()).to_string();
    // What libpq says of a failed connection may quote the address.
    let db = open_postgres(url, Purpose::Read);
    let mut db = db.map_err(|_| BackupError::Database(format!("cannot connect to {place}")))?;
    let moment = backups::begin_snapshot(&mut db).map_err(said)?;
    let seen = look(&mut db).map_err(said)?;
    let archive = dir.join(POSTGRES);
    make_file(&archive)?;
    programs::dump(url, &moment, &archive)?;
    dialect::rollback(&mut db).map_err(said)?;
    Ok(Rows { name: POSTGRES, database: "postgresql", seen })
}
