//! The rows of a running portal as of one moment: SQLite copies itself into a fresh file, PostgreSQL's own
//! program writes an archive. Owns both ways; refuses waiting for or stopping whoever writes meanwhile.
//!
//! Invariant: no password stands on a command line.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::Text;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{BackupError, at, make_file};
use crate::store::Location;
use crate::store::connection::{Purpose, on_each, open_sqlite};

/// The copy of the rows.
pub(super) struct Rows {
    /// The file's name in the backup.
    pub(super) name: &'static str,
    /// Which database it is for.
    pub(super) database: &'static str,
    /// The last migration in it.
    pub(super) schema: String,
}

/// The copied SQLite database.
pub(super) const SQLITE: &str = "homeward.db";
/// PostgreSQL's archive, in `pg_dump`'s custom format.
#[cfg(feature = "postgres")]
const POSTGRES: &str = "homeward.dump";

/// Copies the rows at `location` into `dir`.
pub(super) fn copy(location: &Location, dir: &Path) -> Result<Rows, BackupError> {
    match location {
        Location::Sqlite(path) => copy_sqlite(path, dir),
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => postgres::dump(url, dir),
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
    let schema = inspect(&copy)?;
    Ok(Rows { name: SQLITE, database: "sqlite", schema })
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Opens a copied database without touching it, looks through all of it, and gives its last migration.
pub(super) fn inspect(copy: &Path) -> Result<String, BackupError> {
    let mut db = SqliteConnection::establish(&untouched(copy)).map_err(said)?;
    let lines: Vec<Line> = diesel::sql_query("pragma integrity_check").load(&mut db).map_err(damaged)?;
    match lines.first() {
        Some(line) if line.integrity_check == "ok" => {}
        line => {
            return Err(BackupError::Damaged(line.map_or_else(String::new, |l| l.integrity_check.clone())));
        }
    }
    diesel::select(last_step()).get_result(&mut db).map_err(damaged)
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

#[cfg(feature = "postgres")]
mod postgres {
    //! PostgreSQL's own program does it: `pg_dump` reads one snapshot, and `pg_restore` knows what it wrote.

    use std::process::{Command, Stdio};

    use percent_encoding::percent_decode_str;

    use super::{
        BackupError, Location, POSTGRES, Path, Purpose, Rows, RunQueryDsl as _, last_step, make_file, said,
    };
    use crate::store::connection::{on_each, open_postgres};

    pub(super) fn dump(url: &str, dir: &Path) -> Result<Rows, BackupError> {
        let schema = step(url)?;
        let archive = dir.join(POSTGRES);
        make_file(&archive)?;
        let (address, password) = without_password(url);
        let mut program = Command::new("pg_dump");
        program.args(["--format=custom", "--no-password", "--file"]).arg(&archive);
        program.arg("--dbname").arg(address).stdin(Stdio::null());
        if let Some(password) = password {
            // The environment of a process is for its owner and root; its command line is for everybody.
            program.env("PGPASSWORD", password);
        }
        let done = program.output().map_err(BackupError::NoDump)?;
        if done.status.success() {
            return Ok(Rows { name: POSTGRES, database: "postgresql", schema });
        }
        Err(BackupError::Dump(String::from_utf8_lossy(&done.stderr).trim().to_owned()))
    }

    fn step(url: &str) -> Result<String, BackupError> {
        let place = Location::Postgres(url.to_owned()).to_string();
        // What libpq says of a failed connection may quote the address.
        let db = open_postgres(url, Purpose::Read);
        let mut db = db.map_err(|_| BackupError::Database(format!("cannot connect to {place}")))?;
        on_each!(&mut db, |c| diesel::select(last_step()).get_result(c)).map_err(said)
    }

    /// A connection address taken apart: without its password, and the password. libpq takes one in either of
    /// two places, and of both the parameter.
    fn without_password(url: &str) -> (String, Option<String>) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
        let (place, parameters) = rest.split_once('?').map_or((rest, None), |(p, q)| (p, Some(q)));
        let (place, from_place) = match place.rsplit_once('@') {
            Some((who, place)) => {
                let (user, password) = who.split_once(':').map_or((who, None), |(u, p)| (u, Some(p)));
                (format!("{user}@{place}"), password)
            }
            None => (place.to_owned(), None),
        };
        let pairs = || parameters.iter().flat_map(|all| all.split('&'));
        let from_parameter = pairs().filter_map(|pair| pair.strip_prefix("password=")).next_back();
        // The passphrase of a client's key has no way beside the command line: such a key is not for backups.
        let kept: Vec<&str> = pairs().filter(|pair| !is_secret(pair)).collect();
        let end = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let password =
            from_parameter.or(from_place).map(|p| percent_decode_str(p).decode_utf8_lossy().into_owned());
        (format!("{scheme}://{place}{end}"), password)
    }

    fn is_secret(parameter: &str) -> bool {
        let name = parameter.split('=').next().unwrap_or_default();
        percent_decode_str(name).decode_utf8_lossy().ends_with("password")
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_password_leaves_the_address_wherever_it_stood() {
            let apart = |url| {
                let (address, password) = without_password(url);
                (address, password.unwrap_or_default())
            };
            let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
            assert_eq!(
                apart("postgresql://u:p%40ss@db:5432/x?sslmode=verify-full"),
                pair("postgresql://u@db:5432/x?sslmode=verify-full", "p@ss")
            );
            assert_eq!(apart("postgres://u@/x?host=/run&password=s"), pair("postgres://u@/x?host=/run", "s"));
            assert_eq!(apart("postgres://u:old@h/x?password=new"), pair("postgres://u@h/x", "new"));
            assert_eq!(apart("postgres://u:a@b@h/x"), pair("postgres://u@h/x", "a@b"));
            assert_eq!(
                apart("postgres://u@h/x?sslpassword=s&a=1&pass%77ord=t"),
                pair("postgres://u@h/x?a=1", "")
            );
            assert_eq!(apart("postgresql:///x"), pair("postgresql:///x", ""));
        }
    }
}
