//! The manifest of a backup: what it holds, with the size and digest of each file, and the comparison of a
//! folder with it. Owns the format; refuses repairing anything.
//!
//! Digests tell of a disk or a copy gone wrong. Somebody who may write in the folder can write another
//! manifest too: the audit record, checked under the key file's key, is what tells of that.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Component, Path};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::rows::{self, Rows};
use super::snapshot::Snapshot;
use super::{BackupError, SPARE, at, describe, digest, flush, put};
use crate::clock::Minute;

/// The manifest's name.
pub const MANIFEST: &str = "manifest.json";
/// The manifest's own digest, as `sha256sum` writes and checks it.
pub const DIGEST: &str = "manifest.sha256";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the program that took it.
    pub version: String,
    /// `sqlite` or `postgresql`.
    pub database: String,
    /// The last migration in it: a version that knows this step can open it.
    pub schema: String,
    /// When it began, to the minute, in China Standard Time.
    pub taken: String,
    /// The same in minutes since 1970, UTC.
    pub taken_minute: Minute,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What the rows held.
    pub snapshot: Snapshot,
    /// Sealed files that rows name and that were not in the portal's folder: lost there before.
    pub missing: BTreeSet<String>,
    /// Every file but this one.
    pub files: Vec<Entry>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from the backup's folder.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

/// What is wrong with a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A file that the manifest names is not there or cannot be read.
    Missing(String),
    /// A file is not what it was.
    Altered(String),
    /// A file that the manifest does not name.
    Unlisted(String),
    /// The database in it does not hold together.
    Database(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "{path} is missing"),
            Self::Altered(path) => write!(f, "{path} is not what was written"),
            Self::Unlisted(path) => write!(f, "{path} is not in the manifest"),
            Self::Database(what) => write!(f, "{what}"),
        }
    }
}

impl Manifest {
    pub(super) fn new(rows: Rows, now: Minute, took: Duration, files: Vec<Entry>) -> Self {
        let there: BTreeSet<&str> =
            files.iter().filter_map(|entry| entry.path.strip_prefix("files/")).collect();
        let missing = rows.seen.files.into_iter().filter(|name| !there.contains(name.as_str())).collect();
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            database: rows.database.into(),
            schema: rows.seen.schema,
            taken: format!("{} +08:00", now.local()),
            taken_minute: now,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            snapshot: rows.seen.snapshot,
            missing,
            files,
        }
    }

    /// Whether the key file's sealed spare is among its files.
    pub fn has_spare(&self) -> bool {
        self.files.iter().any(|entry| entry.path == SPARE)
    }

    /// The size of everything it names, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|entry| entry.bytes).sum()
    }

    /// Writes it whole or not at all, after everything it names; its digest goes before it.
    pub(super) fn write(&self, dir: &Path) -> Result<(), BackupError> {
        let text = format!(
            "{}\n",
            serde_json::to_string_pretty(self).map_err(|e| BackupError::Manifest(e.to_string()))?
        );
        let (sha256, _) = digest(text.as_bytes(), |_| Ok(())).map_err(at(&dir.join(MANIFEST)))?;
        put(&dir.join(DIGEST), format!("{sha256}  {MANIFEST}\n").as_bytes())?;
        flush(dir)?;
        let draft = dir.join("manifest.part");
        put(&draft, text.as_bytes())?;
        fs::rename(&draft, dir.join(MANIFEST)).map_err(at(&draft))?;
        flush(dir)
    }

    /// The manifest of the backup in `dir`, if it is as it was written.
    pub fn read(dir: &Path) -> Result<Self, BackupError> {
        let path = dir.join(MANIFEST);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(BackupError::Unfinished(dir.to_owned()));
            }
            text => text.map_err(at(&path))?,
        };
        let (sha256, _) = digest(text.as_slice(), |_| Ok(())).map_err(at(&path))?;
        let kept = fs::read_to_string(dir.join(DIGEST)).unwrap_or_default();
        if kept != format!("{sha256}  {MANIFEST}\n") {
            return Err(BackupError::Manifest(format!("it is not what was written, or {DIGEST} is not")));
        }
        serde_json::from_slice(&text).map_err(|e| BackupError::Manifest(e.to_string()))
    }
}

/// Compares the backup in `dir` with its manifest, and looks through a SQLite database in it. Changes nothing.
pub fn check(dir: &Path) -> Result<(Manifest, Vec<Fault>), BackupError> {
    let manifest = Manifest::read(dir)?;
    let mut faults: Vec<Fault> = manifest.files.iter().filter_map(|entry| compare(dir, entry)).collect();
    let named: BTreeSet<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    let strangers = listing(dir)?.into_iter().filter(|path| !named.contains(path.as_str()));
    faults.extend(strangers.map(Fault::Unlisted));
    if faults.is_empty() && named.contains(rows::SQLITE) {
        faults.extend(rows::inspect(&dir.join(rows::SQLITE)).err().map(|e| Fault::Database(e.to_string())));
    }
    Ok((manifest, faults))
}

fn compare(dir: &Path, entry: &Entry) -> Option<Fault> {
    // A manifest from elsewhere may not lead out of its folder.
    if !Path::new(&entry.path).components().all(|part| matches!(part, Component::Normal(_))) {
        return Some(Fault::Altered(MANIFEST.into()));
    }
    match describe(dir, &entry.path) {
        Ok(found) if found == *entry => None,
        Ok(_) => Some(Fault::Altered(entry.path.clone())),
        Err(_) => Some(Fault::Missing(entry.path.clone())),
    }
}

/// Every file in the folder and the folders in it but the manifest and its digest, from the folder, in order.
pub(super) fn listing(dir: &Path) -> Result<BTreeSet<String>, BackupError> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![dir.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let path = entry.map_err(at(&folder))?.path();
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().into_owned();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if name != MANIFEST && name != DIGEST {
                found.insert(name);
            }
        }
    }
    Ok(found)
}
