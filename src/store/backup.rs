//! A backup of a portal that goes on running: its rows as of one moment, its sealed files, the public half of
//! the recovery key, the key file's spare that only the recovery key opens, and a manifest of all of them. Owns
//! the order and the flushing; refuses the key file itself, which a backup must not lie beside, and any change to
//! the portal's own data but the lease.
//!
//! Invariant: the manifest is written last, so a folder with one is whole, and every file a row of it names
//! was on the disk before that row was.

pub mod keep;
pub mod lease;
mod manifest;
#[cfg(feature = "postgres")]
mod programs;
pub mod restore;
mod rows;
pub mod settle;
pub mod snapshot;
pub mod verify;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use sha2::{Digest as _, Sha256};

pub use manifest::{Entry, Fault, MANIFEST, Manifest, check};

use super::Location;
use crate::clock::Minute;

/// The folder of sealed files, in the data folder and in a backup.
const FILES: &str = "files";
/// The public half of the recovery key: without it a portal would make itself another.
const RECOVERY: &str = "recovery.pub";
/// The key file, sealed to the recovery key.
pub const SPARE: &str = "key.sealed";

/// Why there is no backup. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error("{0} holds no portal")]
    NoPortal(PathBuf),
    /// The folder has something in it.
    #[error("{0} is not empty: a backup wants a new or an empty folder")]
    NotEmpty(PathBuf),
    /// The folder holds no finished backup.
    #[error("{0} has no {MANIFEST}: it is no backup, or one that did not end")]
    Unfinished(PathBuf),
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database could not be reached or read.
    #[error("the database: {0}")]
    Database(String),
    /// The copy of the database is not what a database should be.
    #[error("the copy of the database is damaged: {0}; the portal's own may be: look at the disk")]
    Damaged(String),
    /// One of PostgreSQL's programs is not there.
    #[error("{0} cannot be started ({1}): install PostgreSQL's client programs, as new as the server")]
    NoProgram(&'static str, io::Error),
    /// One of PostgreSQL's programs gave up.
    #[error("{0} failed: {1}")]
    Program(&'static str, String),
    /// The lease ran out while the backup was taken.
    #[error(
        "the database did not renew the backup's lease, so something may have been erased meanwhile: take it again"
    )]
    LeaseLost,
    /// This program was built without PostgreSQL.
    #[error("this program was built without PostgreSQL: build it with --features postgres")]
    NotBuiltIn,
    /// The manifest cannot be read.
    #[error("{MANIFEST}: {0}")]
    Manifest(String),
}

/// Names a file in an error.
fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}

/// What is to be backed up, and where to.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Where the rows are.
    pub location: &'a Location,
    /// The portal's data folder.
    pub data: &'a Path,
    /// The backup's folder; made for its owner only.
    pub dir: &'a Path,
    /// When it begins.
    pub now: Minute,
    /// A name for its lease that nobody else has.
    pub token: &'a str,
}

/// Takes a backup, under a lease.
///
/// Rows first, then files: a file is on the disk before its row, so every file that a copied row names is
/// still to come. Whoever erases waits for the lease.
pub fn take(job: &Job<'_>) -> Result<Manifest, BackupError> {
    let (begun, dir) = (Instant::now(), job.dir);
    let recovery = job.data.join(RECOVERY);
    if !recovery.exists() {
        return Err(BackupError::NoPortal(job.data.to_owned()));
    }
    let lease = lease::Kept::take(job.location, job.token)?;
    make_private(dir)?;
    let rows = rows::copy(job.location, dir)?;
    flush(&dir.join(rows.name))?;
    let mut files =
        vec![describe(dir, rows.name)?, copy(&recovery, dir, RECOVERY)?.ok_or_else(gone(&recovery))?];
    if let Some(spare) = &rows.seen.spare {
        put(&dir.join(SPARE), spare)?;
        files.push(describe(dir, SPARE)?);
    }
    files.extend(copy_sealed(&job.data.join(FILES), dir)?);
    lease.give_back()?;
    let manifest = Manifest::new(rows, job.now, begun.elapsed(), files);
    manifest.write(dir)?;
    Ok(manifest)
}

fn gone(path: &Path) -> impl FnOnce() -> BackupError + use<> {
    let error = at(path);
    move || error(io::ErrorKind::NotFound.into())
}

/// Makes the folder for its owner only, or takes an empty one.
fn make_private(dir: &Path) -> Result<(), BackupError> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(at(dir)(error)),
        _ => {}
    }
    if fs::read_dir(dir).map_err(at(dir))?.next().is_some() {
        return Err(BackupError::NotEmpty(dir.to_owned()));
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(at(dir))?;
    let above = dir.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    flush(above)
}

/// Flushes a file that another program wrote, or a folder.
fn flush(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|open| open.sync_all()).map_err(at(path))
}

/// An empty file of its owner's only, for a database to be written into.
fn make_file(path: &Path) -> Result<File, BackupError> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at(path))
}

/// Writes a small file of its owner's only, and flushes it.
fn put(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let mut file = make_file(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at(path))
}

/// Copies every sealed file that is whole.
fn copy_sealed(from: &Path, dir: &Path) -> Result<Vec<Entry>, BackupError> {
    let into = dir.join(FILES);
    DirBuilder::new().mode(0o700).create(&into).map_err(at(&into))?;
    let mut entries = Vec::new();
    for name in whole_files(from)? {
        entries.extend(copy(&from.join(&name), dir, &format!("{FILES}/{name}"))?);
    }
    flush(&into)?;
    Ok(entries)
}

/// The names of finished files, in order. A portal that never took a photo may have no folder.
fn whole_files(from: &Path) -> Result<Vec<String>, BackupError> {
    let listing = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listing => listing.map_err(at(from))?,
    };
    let mut names = Vec::new();
    for entry in listing {
        names.push(entry.map_err(at(from))?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| !name.ends_with(".part"));
    names.sort();
    Ok(names)
}

/// Copies one file and flushes it; none when it is no longer there.
fn copy(from: &Path, dir: &Path, name: &str) -> Result<Option<Entry>, BackupError> {
    let source = match File::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        source => source.map_err(at(from))?,
    };
    let to = dir.join(name);
    let mut out = make_file(&to)?;
    let (sha256, bytes) = digest(source, |chunk| out.write_all(chunk)).map_err(at(&to))?;
    out.sync_all().map_err(at(&to))?;
    Ok(Some(Entry { path: name.to_owned(), bytes, sha256 }))
}

/// Describes a file as it lies there.
fn describe(dir: &Path, name: &str) -> Result<Entry, BackupError> {
    let path = dir.join(name);
    let file = File::open(&path).map_err(at(&path))?;
    let (sha256, bytes) = digest(file, |_| Ok(())).map_err(at(&path))?;
    Ok(Entry { path: name.to_owned(), bytes, sha256 })
}

/// The SHA-256 of a file, in hexadecimal, and its size; `see` gets every chunk on the way.
fn digest(
    mut file: impl io::Read,
    mut see: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<(String, u64)> {
    let (mut sum, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let read = match file.read(&mut chunk) {
            Ok(0) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        sum.update(&chunk[..read]);
        see(&chunk[..read])?;
        bytes += read as u64;
    }
    Ok((sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), bytes))
}
