//! A backup back to an empty machine. Owns the order: look at everything first, build beside, verify, put in place
//! with one rename; refuses any place where something is.
//!
//! Invariant: until the last step nothing that looks like a portal is there, and whatever goes wrong before it
//! leaves the place as empty as it was. A key file that was put in its place stays after a kill: it opens
//! nothing.

mod key;
mod place;
mod verify;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use crate::audit::chain::Chain;
use crate::clock::Timestamp;
use crate::config::Data;
use crate::store::backup::restore::{self as rows, Found, Rows};
use crate::store::backup::settle::{Ended, Terms, settle};
use crate::store::backup::snapshot::Counts;
use crate::store::backup::{self, BackupError, Manifest};
use crate::store::{Lane, Location, NoLocation, OpenError, Options, ReadError, Store, WriteError};
use crate::vault::entropy::Entropy;
use crate::vault::pair::KeyPair;

use place::Building;

/// What is to be restored, and where to.
pub struct Job<'a> {
    /// The backup's folder.
    pub backup: &'a Path,
    /// Where the portal will look for its data: nothing may be there yet.
    pub data: &'a Data,
    /// A copy of the key file, where there is one somewhere else than in its place.
    pub key_copy: Option<&'a Path>,
    /// The recovery key.
    pub recovery: Option<&'a KeyPair>,
    /// Holds back the notices that had not left at the snapshot.
    pub hold_notices: bool,
    /// When.
    pub now: Timestamp,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

/// Why nothing was restored. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup is not what was written, by its own manifest.
    #[error("the backup is damaged: {0}. Nothing was restored: take another copy of it, or an older backup")]
    Damaged(String),
    /// A newer version took it.
    #[error(
        "the backup has step {0}, which this version does not know: version {1} took it; restore with that version or a newer one"
    )]
    Newer(String, String),
    /// It is of the other database.
    #[error("the backup is of {0}: {1}")]
    OtherDatabase(String, &'static str),
    /// The data folder has something in it.
    #[error(
        "{0} is not empty: restore to a folder that is not there yet, or move what is there aside; nothing is ever restored over a portal"
    )]
    Occupied(PathBuf),
    /// The database has something in it.
    #[error(
        "{0} is not empty: create an empty database, and rename the old one; nothing is ever restored over rows"
    )]
    UsedDatabase(String),
    /// No key.
    #[error(
        "there is no key file at {0}: give a copy of it (--key-file FILE), or the recovery key (--recovery-key FILE)"
    )]
    NoKey(PathBuf),
    /// The backup carries no spare.
    #[error(
        "this backup carries no sealed key file: it was taken before a portal with this version had started; give a copy of the key file (--key-file FILE)"
    )]
    NoSpare,
    /// A key file of another deployment.
    #[error("{0} is not the key file that this backup's database was made with: give that one")]
    OtherKey(PathBuf),
    /// A recovery key of another deployment.
    #[error(
        "this is not the recovery key of this backup's deployment: its public half does not belong to recovery.pub"
    )]
    OtherRecovery,
    /// The key file could not be read or written.
    #[error("{0}")]
    KeyFile(String),
    /// What was restored is not what was backed up.
    #[error(
        "what was restored is not whole: {0}. The place was emptied again: take another copy of the backup, or an older one"
    )]
    NotWhole(String),
    /// The folder cannot be put in its place.
    #[error(
        "{0} cannot be put in place ({1}): whoever restores must be able to write in the folder above it, and it must not be the root of a disk of its own; restore to a folder inside that disk, and say so with data.dir"
    )]
    NoPlace(PathBuf, String),
    /// A file, or PostgreSQL's program.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The setting names no database.
    #[error(transparent)]
    Location(#[from] NoLocation),
    /// The restored rows cannot be opened.
    #[error("the restored rows cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// They cannot be read.
    #[error("the restored rows cannot be read: {0}")]
    Read(#[from] ReadError),
    /// They could not be written.
    #[error("the restored rows could not be written: {0}")]
    Write(String),
}

/// One thing that was done or checked.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Which: `backup`, `key`, `rows`, `files`, `open`, `counts`, `bond`, `receipts`, `sealed`, `settle`, `record`, `place`.
    pub name: &'static str,
    /// How many things it looked at, where that is a number.
    pub items: i64,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// What was restored.
#[derive(Debug, Serialize)]
pub struct Report {
    /// When the backup was begun.
    pub taken: String,
    /// The data folder.
    pub data: PathBuf,
    /// The key file.
    pub key_file: PathBuf,
    /// Whether the key file was made from its spare, with the recovery key.
    pub key_recovered: bool,
    /// What the rows hold.
    pub counts: Counts,
    /// Sealed files that the portal had lost before it was backed up.
    pub missing: Vec<String>,
    /// What was not carried over alive.
    pub ended: Ended,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// How long all of it took, in milliseconds.
    pub ms: u64,
}

/// What is done step by step, with the clock beside it.
struct Steps(Vec<Step>, Instant);

impl Steps {
    fn done(&mut self, name: &'static str, items: i64) {
        let ms = u64::try_from(self.1.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.push(Step { name, items, ms: ms - self.total() });
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|step| step.ms).sum()
    }
}

/// Restores.
pub fn restore(job: &Job<'_>) -> Result<Report, RestoreError> {
    let mut steps = Steps(Vec::new(), Instant::now());
    let manifest = look(job)?;
    steps.done("backup", number(manifest.files.len()));
    let keys = key::find(job, &manifest)?;
    steps.done("key", 1);
    let building = Building::beside(&job.data.dir)?;
    let rows = Rows::at(&Location::of(job.data)?, building.path());
    match rows.take(&job.data.dir)? {
        Found::Empty if place::is_free(&job.data.dir)? => {}
        Found::Ready if place::has_files(&job.data.dir) => {
            return finish(job, &rows, &manifest, &keys, steps);
        }
        Found::Ready | Found::Used => return Err(RestoreError::UsedDatabase(rows.location().to_string())),
        Found::Empty => {
            rows.give_up();
            return Err(RestoreError::Occupied(job.data.dir.clone()));
        }
    }
    let built = build(job, &manifest, &keys, &rows, &building, &mut steps)
        .and_then(|ended| building.put_in_place(&job.data.dir).map(|()| ended));
    let ended = built.inspect_err(|_| {
        rows.give_up();
        keys.take_back();
    })?;
    rows.release()?;
    steps.done("place", 1);
    Ok(report(job, &manifest, &keys, ended, steps))
}

/// Everything that can be known before anything is written.
fn look(job: &Job<'_>) -> Result<Manifest, RestoreError> {
    let (manifest, faults) = backup::check(job.backup)?;
    if !faults.is_empty() {
        let named: Vec<String> = faults.iter().map(ToString::to_string).collect();
        return Err(RestoreError::Damaged(named.join("; ")));
    }
    if manifest.schema > rows::newest_step() {
        return Err(RestoreError::Newer(manifest.schema, manifest.version));
    }
    match (manifest.database.as_str(), Location::of(job.data)?) {
        ("sqlite", Location::Postgres(_)) => Err(RestoreError::OtherDatabase(
            manifest.database,
            "leave data.database out, and the rows come to lie in the data folder",
        )),
        ("postgresql", Location::Sqlite(_)) => Err(RestoreError::OtherDatabase(
            manifest.database,
            "name an empty database with data.database or --database",
        )),
        _ if !place::is_free(&job.data.dir)? && !place::has_files(&job.data.dir) => {
            Err(RestoreError::Occupied(job.data.dir.clone()))
        }
        _ => Ok(manifest),
    }
}

/// Everything but putting it in place.
fn build(
    job: &Job<'_>,
    manifest: &Manifest,
    keys: &key::Keys,
    rows: &Rows,
    building: &Building,
    steps: &mut Steps,
) -> Result<Ended, RestoreError> {
    keys.put(building.path(), job.entropy)?;
    rows.fill(job.backup)?;
    steps.done("rows", 1);
    let files = rows::copy_files(job.backup, manifest, building.path())?;
    steps.done("files", number(files));
    let store =
        Store::open(rows.location(), Options { connections: 4, ..Options::new(Chain::of(&keys.key)) })?;
    steps.done("open", 1);
    verify::rows(&store, manifest, building.path(), steps)?;
    verify::sealed(&store, manifest, &building.path().join("files"), steps)?;
    let ended = end(&store, job, manifest, keys.recovered)?;
    steps.done("settle", number(ended.sessions + ended.notices));
    verify::record(&store, manifest, &Chain::of(&keys.key), steps)?;
    store.close();
    Ok(ended)
}

fn end(store: &Store, job: &Job<'_>, manifest: &Manifest, recovered: bool) -> Result<Ended, RestoreError> {
    let terms = Terms {
        taken: manifest.taken.clone(),
        folder: job.data.dir.to_string_lossy().into_owned(),
        hold_notices: job.hold_notices,
        recovered,
    };
    let now = job.now;
    let ended: Result<Ended, WriteError<()>> =
        store.write_blocking("restored", Lane::Record, move |db| Ok(settle(db, &terms, now)?));
    ended.map_err(|e| RestoreError::Write(e.to_string()))
}

/// The last step of a restore that was cut off before it: rows and folder are ready.
fn finish(
    job: &Job<'_>,
    rows: &Rows,
    manifest: &Manifest,
    keys: &key::Keys,
    mut steps: Steps,
) -> Result<Report, RestoreError> {
    rows.release()?;
    steps.done("place", 1);
    Ok(report(job, manifest, keys, Ended::default(), steps))
}

fn report(job: &Job<'_>, manifest: &Manifest, keys: &key::Keys, ended: Ended, steps: Steps) -> Report {
    Report {
        taken: manifest.taken.clone(),
        data: job.data.dir.clone(),
        key_file: keys.place.clone(),
        key_recovered: keys.recovered,
        counts: manifest.snapshot.counts,
        missing: manifest.missing.iter().cloned().collect(),
        ended,
        ms: steps.total(),
        steps: steps.0,
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
