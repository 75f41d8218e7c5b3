//! Sealed files in a folder of their own. Owns names, durability and sweeping; refuses clear bytes: what
//! comes here is already sealed.
//!
//! Invariant: a name is returned only after the file and its folder are on the disk.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::time::Duration;

use crate::vault::uid::Uid;

/// The folder of sealed files.
#[derive(Debug)]
pub struct Blobs {
    dir: PathBuf,
}

impl Blobs {
    /// Opens the folder, making it for its owner only.
    pub fn open(dir: PathBuf) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        Ok(Self { dir })
    }

    /// Writes one sealed file through `fill` and makes it durable; returns its size in bytes. A failure
    /// leaves nothing behind.
    pub fn put(&self, uid: &Uid, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<u64> {
        let unfinished = self.dir.join(format!("{uid}.part"));
        let written = write_through(&unfinished, fill).and_then(|size| {
            fs::rename(&unfinished, self.path(uid))?;
            File::open(&self.dir)?.sync_all()?;
            Ok(size)
        });
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    /// Opens one sealed file for reading.
    pub fn get(&self, uid: &Uid) -> io::Result<File> {
        File::open(self.path(uid))
    }

    /// Removes these files for good; one that is gone already is no error. On the disk before it returns.
    pub fn remove(&self, names: &[String]) -> io::Result<()> {
        for name in names {
            match fs::remove_file(self.dir.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        File::open(&self.dir)?.sync_all()
    }

    /// Removes files older than `age` that no row knows: left behind by submissions that never committed.
    pub fn sweep(&self, age: Duration, known: &HashSet<String>) -> io::Result<usize> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let old = entry.metadata()?.modified()?.elapsed().is_ok_and(|a| a > age);
            if old && !known.contains(&name) {
                fs::remove_file(entry.path())?;
                swept += 1;
            }
        }
        Ok(swept)
    }

    fn path(&self, uid: &Uid) -> PathBuf {
        self.dir.join(uid.to_string())
    }
}

fn write_through(path: &PathBuf, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<u64> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let mut out = BufWriter::with_capacity(128 * 1024, file);
    fill(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::vault::entropy::OsEntropy;

    #[test]
    fn a_file_comes_back_and_an_orphan_goes() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().join("files")).unwrap();
        let (kept, lost) = (Uid::generate(&OsEntropy), Uid::generate(&OsEntropy));
        for uid in [&kept, &lost] {
            blobs.put(uid, |out| out.write_all(b"sealed")).unwrap();
        }

        let swept = blobs.sweep(Duration::ZERO, &HashSet::from([kept.to_string()])).unwrap();

        let mut text = String::new();
        blobs.get(&kept).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((swept, text.as_str()), (1, "sealed"));
        assert!(blobs.get(&lost).is_err());
    }

    #[test]
    fn a_failed_write_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path().join("files")).unwrap();

        let failed = blobs.put(&Uid::generate(&OsEntropy), |_| Err(io::Error::other("disk full")));

        assert!(failed.is_err());
        assert_eq!(fs::read_dir(dir.path().join("files")).unwrap().count(), 0);
    }
}
