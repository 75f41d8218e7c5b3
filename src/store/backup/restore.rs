//! Rows back to where a portal will look for them: a SQLite file is copied, PostgreSQL's own program fills an empty
//! database. Owns the way there and back to an empty place; refuses any place where something is, and judging
//! what was restored (`verify`, `app::restore`).
//!
//! Invariant: a PostgreSQL database that is being filled says so, and no portal starts on it, until
//! [`Rows::release`].

use std::path::{Path, PathBuf};

use super::{BackupError, FILES, Manifest, RECOVERY, at, copy, flush, rows};
use crate::store::connection::Db;
use crate::store::dialect::backups;
use crate::store::{Location, migrate};

/// Whether a restore into this database began and did not end.
pub fn is_unfinished(db: &mut Db) -> diesel::QueryResult<bool> {
    backups::is_marked(db)
}

/// The last migration that this version knows.
pub fn newest_step() -> String {
    migrate::newest()
}

/// What a place for rows was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing is there; from now on it is taken.
    Empty,
    /// A restore for this very data folder had come to its last step.
    Ready,
    /// Somebody's tables.
    Used,
}

/// The rows' new place.
pub struct Rows {
    location: Location,
}

impl Rows {
    /// The place that a portal's settings name; `building` is where a data folder is being made, and with it the
    /// SQLite file.
    pub fn at(location: &Location, building: &Path) -> Self {
        let location = match location {
            Location::Sqlite(_) => Location::Sqlite(building.join(rows::SQLITE)),
            Location::Postgres(url) => Location::Postgres(url.clone()),
        };
        Self { location }
    }

    /// Where to open them.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Takes the place, if it is empty or holds what an earlier restore left half done. `folder` is the data
    /// folder that the rows are for.
    pub fn take(&self, folder: &Path) -> Result<Found, BackupError> {
        match &self.location {
            Location::Sqlite(_) => Ok(Found::Empty),
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => postgres::take(url, &folder.to_string_lossy()),
            #[cfg(not(feature = "postgres"))]
            Location::Postgres(_) => {
                let _ = folder;
                Err(BackupError::NotBuiltIn)
            }
        }
    }

    /// Puts the rows of the backup in `dir` there.
    pub fn fill(&self, dir: &Path) -> Result<(), BackupError> {
        match &self.location {
            Location::Sqlite(path) => {
                let into = path.parent().unwrap_or(path);
                copy(&dir.join(rows::SQLITE), into, rows::SQLITE)?.ok_or_else(super::gone(path)).map(|_| ())
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => postgres::fill(url, &dir.join(rows::POSTGRES)),
            #[cfg(not(feature = "postgres"))]
            Location::Postgres(_) => Err(BackupError::NotBuiltIn),
        }
    }

    /// Empties the place again. A SQLite file goes with the folder that it was built in.
    pub fn give_up(&self) {
        #[cfg(feature = "postgres")]
        if let Location::Postgres(url) = &self.location {
            let _ = postgres::open(url).and_then(|mut db| backups::clear(&mut db).map_err(postgres::said));
        }
    }

    /// Lets portals start on the rows.
    pub fn release(&self) -> Result<(), BackupError> {
        match &self.location {
            Location::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => backups::unmark(&mut postgres::open(url)?).map_err(postgres::said),
            #[cfg(not(feature = "postgres"))]
            Location::Postgres(_) => Err(BackupError::NotBuiltIn),
        }
    }
}

/// Copies the sealed files and the recovery key's public half of a whole backup into a data folder that is being
/// made; gives how many files there were.
pub fn copy_files(dir: &Path, manifest: &Manifest, building: &Path) -> Result<usize, BackupError> {
    use std::os::unix::fs::DirBuilderExt as _;
    let files = building.join(FILES);
    std::fs::DirBuilder::new().mode(0o700).create(&files).map_err(at(&files))?;
    let is_ours = |path: &&str| *path == RECOVERY || path.starts_with("files/");
    let paths: Vec<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).filter(is_ours).collect();
    for path in &paths {
        copy(&dir.join(path), building, path)?.ok_or_else(super::gone(&dir.join(path)))?;
    }
    flush(&files)?;
    Ok(paths.len().saturating_sub(1))
}

/// Puts a finished data folder in its place, which is empty or not there yet.
pub fn put_in_place(building: &Path, data: &Path) -> Result<(), BackupError> {
    flush(building)?;
    std::fs::rename(building, data).map_err(at(data))?;
    flush(&above(data))
}

/// The folder that holds this one.
pub fn above(path: &Path) -> PathBuf {
    path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(feature = "postgres")]
mod postgres {
    //! Taking an empty PostgreSQL database.

    use std::path::Path;
    use std::time::Duration;

    use super::super::programs;
    use super::{BackupError, Db, Found, Location, backups};
    use crate::store::connection::{Purpose, open_postgres};
    use crate::store::dialect;

    /// How often something is tried that another restore's program may be in the way of.
    const ATTEMPTS: usize = 3;

    pub(super) fn open(url: &str) -> Result<Db, BackupError> {
        let place = Location::Postgres(url.to_owned());
        // What libpq says of a failed connection may quote the address.
        let db = open_postgres(url, Purpose::Write);
        let mut db = db.map_err(|_| BackupError::Database(format!("cannot connect to {place}")))?;
        dialect::unhurried(&mut db).map_err(said)?;
        Ok(db)
    }

    pub(super) fn said(error: impl std::fmt::Display) -> BackupError {
        BackupError::Database(error.to_string())
    }

    pub(super) fn take(url: &str, folder: &str) -> Result<Found, BackupError> {
        let mut db = open(url)?;
        if backups::is_marked(&mut db).map_err(said)? {
            if backups::ready_for(&mut db).map_err(said)?.as_deref() == Some(folder) {
                return Ok(Found::Ready);
            }
            empty(&mut db)?;
        }
        if backups::things(&mut db).map_err(said)? > 0 {
            return Ok(Found::Used);
        }
        backups::mark(&mut db).map_err(said)?;
        Ok(Found::Empty)
    }

    /// Empties a database with a restore's mark: that was set when nothing else was there. A killed restore does not
    /// take PostgreSQL's program with it: that one may still be at it, or only about to begin.
    fn empty(db: &mut Db) -> Result<(), BackupError> {
        for _ in 0..ATTEMPTS {
            while backups::end_others(db, programs::RESTORING).map_err(said)? > 0 {
                std::thread::sleep(Duration::from_millis(50));
            }
            backups::clear(db).map_err(said)?;
            if backups::things(db).map_err(said)? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// All of an archive or nothing of it. Tried again where the program of a killed restore came between.
    pub(super) fn fill(url: &str, archive: &Path) -> Result<(), BackupError> {
        let mut turn = 1;
        while let Err(error) = programs::restore(url, archive) {
            if turn == ATTEMPTS {
                return Err(error);
            }
            turn += 1;
            let mut db = open(url)?;
            empty(&mut db)?;
            backups::mark(&mut db).map_err(said)?;
        }
        Ok(())
    }
}
