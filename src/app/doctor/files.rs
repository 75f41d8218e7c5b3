//! The data folder and the key file: who may read them, what lies where it must not, what is missing. Owns these
//! findings.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use super::{Finding, Said};
use crate::config::{Config, Data};
use crate::store::{Db, survey};
use crate::vault::deployment::{DeploymentKey, KeyFileError};

/// Less than this many times the reserve free on the disk, and somebody should make room.
const RESERVES: u64 = 4;

/// Less than this is too little for photos whatever the reserve is, in bytes.
const LEAST: u64 = 1 << 30;

/// An unfinished or unknown file older than this should have been swept, in seconds.
const SWEPT_AFTER: u64 = 26 * 3600;

/// Looks at both; gives the key for what needs it.
pub(super) fn look(config: &Config, found: &mut Vec<Finding>) -> Option<DeploymentKey> {
    let data = &config.data;
    let Ok(folder) = fs::metadata(&data.dir) else {
        found.push(Finding::wrong("data-none").with("path", &data.dir.display()));
        return None;
    };
    found.push(match folder.permissions().mode() & 0o077 {
        0 => Finding::ok("data-rights"),
        _ => Finding::wrong("data-open").with("path", &data.dir.display()),
    });
    let left = data.dir.join("recovery.key");
    if left.exists() {
        found.push(Finding::wrong("recovery-left").with("path", &left.display()));
    }
    found.extend(room(data));
    key(data, folder.dev(), found)
}

fn key(data: &Data, device: u64, found: &mut Vec<Finding>) -> Option<DeploymentKey> {
    let path = data.key_path();
    let key = match DeploymentKey::load(&path) {
        Ok(key) => key,
        Err(error) => {
            let code = match error {
                KeyFileError::Exposed { .. } => "key-open",
                KeyFileError::Damaged { .. } => "key-damaged",
                KeyFileError::Io { .. } => "key-none",
            };
            found.push(Finding::wrong(code).with("path", &path.display()));
            return None;
        }
    };
    found.push(Finding::ok("key"));
    let beside = fs::metadata(&path).is_ok_and(|meta| meta.dev() == device);
    found.push(if beside { Finding::attention("key-beside") } else { Finding::ok("key-apart") });
    Some(key)
}

fn room(data: &Data) -> Vec<Finding> {
    let reserve = data.reserve_mib.saturating_mul(1 << 20);
    let mut found = Vec::new();
    if let Ok(disk) = rustix::fs::statvfs(&data.dir) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let is_enough = free >= LEAST.max(reserve.saturating_mul(RESERVES));
        let finding = if is_enough { Finding::ok("room") } else { Finding::attention("room-little") };
        found.push(finding.with("mib", &(free >> 20)));
    }
    if data.database.is_none() && reserve > 0 {
        let held = fs::metadata(data.database().with_extension("reserve")).is_ok_and(|m| m.len() == reserve);
        found.push(if held { Finding::ok("reserve") } else { Finding::wrong("reserve-gone") });
    }
    found
}

/// Rows whose file is gone, and files that no row knows although they have had their time.
pub(super) fn sealed(db: &mut Db, config: &Config) -> Result<Vec<Finding>, Said> {
    let known = survey::sealed_files(db)?;
    let folder = config.data.dir.join("files");
    let missing: Vec<&String> = known.iter().filter(|name| !folder.join(name).exists()).collect();
    let mut found = vec![match missing.first() {
        None => Finding::ok("files").with("n", &known.len()),
        Some(first) => Finding::wrong("files-missing").with("n", &missing.len()).with("first", first),
    }];
    let orphans = listing(&folder).filter(|(name, old)| *old && !known.contains(name)).count();
    if orphans > 0 {
        found.push(Finding::attention("files-orphans").with("n", &orphans));
    }
    Ok(found)
}

/// The names in a folder, and whether each should have been swept by now.
fn listing(folder: &Path) -> impl Iterator<Item = (String, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        let old = age.is_some_and(|age| age.as_secs() > SWEPT_AFTER);
        (entry.file_name().to_string_lossy().into_owned(), old)
    })
}
