//! The deployment's key: 32 bytes in a file of its own, kept on another medium than the database. Owns the
//! file and what follows from the key; refuses opening tips: no tip is sealed under it, so that a lost key
//! file costs guesses at linked entities and open cookies, never a report. One invariant: the file is made
//! once, whole or not at all, and never written again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use super::recovery::{RecoveryPublic, RecoveryTypo, new_recovery, parse_recovery};

use super::entropy::{self, Entropy};
use super::hex;
use super::key::SymKey;
use super::suite;

/// The deployment's key. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DeploymentKey([u8; 32]);

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Reading or writing failed.
    #[error("the key file {path} cannot be read or made: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file does not hold exactly 32 bytes, or only zeros.
    #[error("the key file {path} is damaged: it must hold 32 random bytes")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner can read or change the file.
    #[error("the key file {path} is open to others (mode {mode:o}): allow its owner only")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
}

impl DeploymentKey {
    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key, for sealing it into a backup.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in the file at `path`; if there is no file, makes one with a fresh key.
    pub fn load_or_create(path: &Path, entropy: &dyn Entropy) -> Result<Self, KeyFileError> {
        match Self::load(path) {
            Err(KeyFileError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let fresh = Zeroizing::new(entropy::bytes::<32>(entropy));
                match create(path, &fresh, entropy) {
                    // Of two processes that start together the second finds the first one's key.
                    Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                        Err(io_error(path, source))
                    }
                    _ => Self::load(path),
                }
            }
            loaded => loaded,
        }
    }

    /// The key in the file at `path`.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let file = File::open(path).map_err(|source| io_error(path, source))?;
        refuse_exposed(path, &file)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(33).read_to_end(&mut bytes).map_err(|source| io_error(path, source))?;
        match <[u8; 32]>::try_from(bytes.as_slice()) {
            // Zeros are what a file system leaves of a file that was never flushed.
            Ok(key) if key != [0; 32] => Ok(Self(key)),
            _ => Err(KeyFileError::Damaged { path: path.to_owned() }),
        }
    }

    /// Writes the key to a new file of its owner's only, whole or not at all; refuses to replace one.
    pub fn create(&self, path: &Path, entropy: &dyn Entropy) -> Result<(), KeyFileError> {
        create(path, &self.0, entropy).map_err(|source| io_error(path, source))
    }

    /// A keyed fingerprint of `data` for one purpose.
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let key = suite::current().derive(&self.0, &format!("homeward/deployment/mac/1/{purpose}"));
        suite::current().mac(&key, data)
    }

    /// A key for one purpose.
    pub fn derive(&self, purpose: &str) -> SymKey {
        let key = suite::current().derive(&self.0, &format!("homeward/deployment/key/1/{purpose}"));
        SymKey::from_bytes(*key)
    }
}

/// Writes the key beside its place, flushes it and links it there: a crash leaves no half key, and what is there is
/// never replaced.
fn create(path: &Path, key: &[u8; 32], entropy: &dyn Entropy) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = folder.join(format!(".key-{}", hex::encode(&entropy::bytes::<8>(entropy))));
    write_draft(&draft, key)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    linked?;
    File::open(folder)?.sync_all()
}

fn write_draft(draft: &Path, key: &[u8; 32]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(draft)?;
    file.write_all(key)?;
    file.sync_all()
}

/// Group reading is let through: that is how a service manager shows a credential that it hands over.
#[cfg(unix)]
fn refuse_exposed(path: &Path, file: &File) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|source| io_error(path, source))?.permissions().mode() & 0o777;
    if mode & 0o027 == 0 { Ok(()) } else { Err(KeyFileError::Exposed { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path, _: &File) -> Result<(), KeyFileError> {
    Ok(())
}

fn io_error(path: &Path, source: io::Error) -> KeyFileError {
    KeyFileError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
#[path = "deployment_test.rs"]
mod tests;
