//! The place of a data folder: whether it is free, and a folder beside it in which the new one is built. Owns the
//! folder's life; refuses knowing what goes into it.
//!
//! Invariant: the name of the folder that is built in is used for nothing else, so what an earlier restore left
//! there is removed.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::RestoreError;
use crate::store::backup::restore::{above, put_in_place};

/// Whether nothing is there: no folder, or an empty one.
pub(super) fn is_free(data: &Path) -> Result<bool, RestoreError> {
    match fs::read_dir(data) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        listing => {
            Ok(listing.map_err(|e| RestoreError::NoPlace(data.to_owned(), e.to_string()))?.next().is_none())
        }
    }
}

/// Whether a folder without a SQLite file is there, as a restore beside PostgreSQL leaves it.
pub(super) fn has_files(data: &Path) -> bool {
    data.join("files").is_dir() && data.join("recovery.pub").is_file() && !data.join("homeward.db").exists()
}

/// A folder that is being filled; removed with everything in it unless it was put in place.
pub(super) struct Building(PathBuf);

impl Building {
    /// A fresh folder beside `data`, of its owner's only.
    pub(super) fn beside(data: &Path) -> Result<Self, RestoreError> {
        let no_place = |e: io::Error| RestoreError::NoPlace(data.to_owned(), e.to_string());
        let name = data.file_name().ok_or_else(|| no_place(io::ErrorKind::InvalidFilename.into()))?;
        let path = above(data).join(format!(".{}.restoring", name.to_string_lossy()));
        if path.exists() {
            fs::remove_dir_all(&path).map_err(no_place)?;
        }
        DirBuilder::new().recursive(true).mode(0o700).create(above(data)).map_err(no_place)?;
        DirBuilder::new().mode(0o700).create(&path).map_err(no_place)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Gives the folder its name.
    pub(super) fn put_in_place(self, data: &Path) -> Result<(), RestoreError> {
        put_in_place(&self.0, data).map_err(|e| RestoreError::NoPlace(data.to_owned(), e.to_string()))
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        if self.0.exists() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
