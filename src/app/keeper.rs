//! The data folder's own keys: the deployment key and the recovery key's public half. Owns files and their
//! permissions; the recovery key itself is printed once, and written only where there is no terminal.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::StartError;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::pair::PublicKey;
use crate::vault::recovery::{RecoveryPublic, new_recovery};

/// The recovery key as it is printed, once, and the data folder it was made for.
pub struct Recovery(pub zeroize::Zeroizing<String>, PathBuf);

/// The name of the file that holds the recovery key where there was no terminal to show it on.
const LEFT_BEHIND: &str = "recovery.key";

impl Recovery {
    /// Leaves the key in a file of its owner's only, in the data folder; gives the path. Where that cannot be
    /// done the public half goes too: the next start makes another pair, and nothing is sealed to a key that
    /// nobody has seen.
    pub fn leave_behind(&self) -> std::io::Result<PathBuf> {
        let path = self.1.join(LEFT_BEHIND);
        let written = write_private(&path, self.0.as_bytes());
        if let Err(error) = written {
            fs::remove_file(self.1.join("recovery.pub"))?;
            return Err(error);
        }
        Ok(path)
    }
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Says something on the terminal, where it is shown once.
#[expect(clippy::print_stderr, reason = "shown once on a terminal, never in a log")]
pub(super) fn say(text: &str) {
    eprintln!("{text}");
}

pub(super) fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |said| StartError::File { what, said }
}

/// Makes the folder for its owner only.
pub(super) fn private_dir(dir: &Path) -> Result<(), StartError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(file("cannot make the data folder"))?;
    // A folder that was there before may be open to others; the database inside has the system's default rights.
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
        .map_err(file("cannot close the data folder to others"))
}

/// Holds the data folder for one serving process, until it is dropped or the process ends.
#[derive(Debug)]
pub struct Alone(
    #[expect(dead_code, reason = "the lock lives as long as the file is open")] Option<fs::File>,
);

/// Takes the data folder for this process to serve. With SQLite one process serves a folder; commands may
/// run beside it. With PostgreSQL any number of nodes may.
pub fn alone(data: &crate::config::Data) -> Result<Alone, StartError> {
    if data.database.is_some() {
        return Ok(Alone(None));
    }
    private_dir(&data.dir)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let lock =
        options.open(data.dir.join("serving.lock")).map_err(file("cannot write in the data folder"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Alone(Some(lock))),
        Err(fs::TryLockError::WouldBlock) => Err(StartError::Served(data.dir.clone())),
        Err(fs::TryLockError::Error(error)) => Err(file("cannot lock the data folder")(error)),
    }
}

/// Reads the key file, or makes it at the first start.
pub(super) fn deployment_key(path: &Path) -> Result<DeploymentKey, StartError> {
    DeploymentKey::load_or_create(path, &crate::vault::entropy::OsEntropy)
        .map_err(|e| StartError::Key(format!("key file: {e}")))
}

/// The recovery key's public half; the printed form comes along when both have just been made.
pub(super) fn recovery(
    dir: &Path,
    entropy: &dyn Entropy,
) -> Result<(PublicKey, Option<Recovery>), StartError> {
    let path = dir.join("recovery.pub");
    match RecoveryPublic::load(&path) {
        Ok(RecoveryPublic(public)) => Ok((public, None)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let (public, printed) = new_recovery(entropy);
            RecoveryPublic(public).create(&path).map_err(file("cannot write recovery.pub"))?;
            Ok((public, Some(Recovery(printed, dir.to_owned()))))
        }
        Err(e) => Err(file("cannot read recovery.pub")(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::recovery::parse_recovery;

    fn fresh(dir: &Path) -> (PublicKey, Recovery) {
        let (public, made) = recovery(dir, &SeededEntropy::new(1)).unwrap();
        (public, made.unwrap())
    }

    #[test]
    fn a_key_left_behind_is_its_owners_only_and_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let (public, made) = fresh(dir.path());

        let path = made.leave_behind().unwrap();

        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let printed = fs::read_to_string(path).unwrap();
        assert_eq!(parse_recovery(&printed).ok().unwrap().public, public);
        assert!(recovery(dir.path(), &SeededEntropy::new(2)).unwrap().1.is_none());
    }

    #[test]
    fn a_key_that_could_not_be_left_is_no_key_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let (_, made) = fresh(dir.path());
        fs::write(dir.path().join(LEFT_BEHIND), "somebody else's").unwrap();

        made.leave_behind().unwrap_err();

        assert_eq!(fs::read_to_string(dir.path().join(LEFT_BEHIND)).unwrap(), "somebody else's");
        assert!(
            recovery(dir.path(), &SeededEntropy::new(2)).unwrap().1.is_some(),
            "the next start makes one"
        );
    }
}
