//! A folder of backups: what a new one is called, and which old ones go once it is whole. Owns names and removal;
//! refuses everything in the folder that is not a whole backup under a name of ours.
//!
//! Invariant: what is removed is exactly what a manifest names, the manifest last, so that a removal that was cut
//! off is gone on with the next time.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::manifest::{DIGEST, MANIFEST, Manifest, listing};
use super::{BackupError, FILES, at, flush};
use crate::clock::Minute;

/// The name of a backup that begins now, in China Standard Time: names in order are backups in order.
pub fn name(now: Minute) -> String {
    format!("{}T{}", now.local().date(), now.local().time().replace(':', ""))
}

/// Makes the folder of backups for its owner only, where there is none.
pub fn folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(at(path))
}

/// Removes the oldest whole backups in `folder` until `keep` are left; gives those that went.
pub fn prune(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, BackupError> {
    let mut whole = backups(folder)?;
    let surplus = whole.len().saturating_sub(keep.max(1));
    whole.truncate(surplus);
    let mut gone = Vec::new();
    for (_, dir, manifest) in whole {
        if remove(&dir, &manifest)? {
            gone.push(dir);
        }
    }
    Ok(gone)
}

/// When the newest whole backup in `folder` was begun, if there is one.
pub fn newest(folder: &Path) -> Result<Option<Minute>, BackupError> {
    Ok(backups(folder)?.last().map(|(taken, ..)| *taken))
}

/// The backups in `folder` that have a manifest and a name of ours, oldest first.
fn backups(folder: &Path) -> Result<Vec<(Minute, PathBuf, Manifest)>, BackupError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        // A link leads elsewhere: not ours to follow.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder || !is_name(&entry.file_name().to_string_lossy()) {
            continue;
        }
        if let Ok(manifest) = Manifest::read(&entry.path()) {
            found.push((manifest.taken_minute, entry.path(), manifest));
        }
    }
    found.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    Ok(found)
}

/// `2026-11-23T1420`
fn is_name(name: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00T0000";
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
    name.len() == SHAPE.len() && name.bytes().zip(SHAPE).all(fits)
}

/// Removes one backup; false, and nothing is touched, where something lies in it that it did not bring.
fn remove(dir: &Path, manifest: &Manifest) -> Result<bool, BackupError> {
    let named: BTreeSet<String> = manifest.files.iter().map(|entry| entry.path.clone()).collect();
    if !listing(dir)?.is_subset(&named) {
        return Ok(false);
    }
    for name in named.iter().map(String::as_str) {
        gone(fs::remove_file(dir.join(name)), &dir.join(name))?;
    }
    gone(fs::remove_dir(dir.join(FILES)), &dir.join(FILES))?;
    flush(dir)?;
    for name in [MANIFEST, DIGEST] {
        gone(fs::remove_file(dir.join(name)), &dir.join(name))?;
    }
    fs::remove_dir(dir).map_err(at(dir))?;
    Ok(true)
}

/// What is gone already is as it should be.
fn gone(removed: io::Result<()>, path: &Path) -> Result<(), BackupError> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(at(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_minute_on_the_wall_and_only_such_names_are_ours() {
        let name = name(Minute(29_923_580));
        assert!(is_name(&name), "{name}");
        assert_eq!(name, "2026-11-23T1420");
        for other in
            ["2026-11-23", "2026-11-23T1420 ", "2026-11-23T14:20", "before-upgrade", "x026-11-23T1420"]
        {
            assert!(!is_name(other), "{other}");
        }
    }
}
