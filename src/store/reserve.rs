//! Disk space kept back for a full disk. Owns one file of zeros in the data folder; refuses deciding who may
//! write when it is spent (the store does).
//!
//! Invariant: the space is given up at most once until the disk has room for it again and more.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The space kept back, or the fact that it is spent.
pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
    spent: Arc<AtomicBool>,
}

impl Reserve {
    /// `bytes` kept back in a file at `path`; taken at once if the disk has room. `spent` is shared with
    /// whoever must know.
    pub(crate) fn keep(path: PathBuf, bytes: u64, spent: Arc<AtomicBool>) -> Self {
        let reserve = Self { path, bytes, spent };
        if !reserve.hold() {
            tracing::warn!("the disk has no room for the reserve: a full disk will stop sign-ins too");
        }
        reserve
    }

    /// Gives the space up; false when there is none to give.
    pub(crate) fn give_up(&self) -> bool {
        let held = self.bytes > 0 && std::fs::remove_file(&self.path).is_ok();
        if held {
            self.spent.store(true, Ordering::SeqCst);
            tracing::error!(
                "the disk is full: the reserve is given up for sign-ins and the record of readings"
            );
        }
        held
    }

    /// Takes the space back if the disk has room again, whoever gave it up: a command beside this process may
    /// have, or there was no room at the start.
    pub(crate) fn recover(&self) {
        if self.hold() && self.spent.swap(false, Ordering::SeqCst) {
            tracing::info!("the disk has room again");
        }
    }

    /// Whether the space has been given up.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::SeqCst)
    }

    fn hold(&self) -> bool {
        if self.bytes == 0 || std::fs::metadata(&self.path).is_ok_and(|m| m.len() == self.bytes) {
            return true;
        }
        self.has_room() && self.allocate().inspect_err(|_| drop(std::fs::remove_file(&self.path))).is_ok()
    }

    /// Twice the reserve must be free: taking it must not be what fills the disk.
    fn has_room(&self) -> bool {
        let folder = self.path.parent().unwrap_or(&self.path);
        rustix::fs::statvfs(folder)
            .is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) / 2 >= self.bytes)
    }

    fn allocate(&self) -> std::io::Result<()> {
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&self.path)?;
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, self.bytes)?;
        file.sync_all()?;
        self.path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_kept_given_up_once_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reserve");
        let reserve = Reserve::keep(path.clone(), 1 << 20, Arc::default());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 1 << 20);

        assert!(reserve.give_up() && reserve.is_spent() && !path.exists());
        assert!(!reserve.give_up(), "there is nothing left to give");
        reserve.recover();

        assert!(!reserve.is_spent() && path.exists());
    }

    #[test]
    fn no_reserve_is_never_spent() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::keep(folder.path().join("reserve"), 0, Arc::default());
        assert!(!reserve.give_up() && !reserve.is_spent());
    }
}
