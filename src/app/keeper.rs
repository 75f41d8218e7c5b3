//! The data folder's own keys: the deployment key and the recovery key's public half. Owns files and their
//! permissions; the recovery key itself is printed once and never written.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use super::StartError;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::pair::PublicKey;
use crate::vault::recovery::{new_recovery, RecoveryPublic};

/// The recovery key as it is printed, once.
pub struct Recovery(pub zeroize::Zeroizing<String>);

fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::File { what, source }
}

/// Makes the folder for its owner only.
pub(super) fn private_dir(dir: &Path) -> Result<(), StartError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(file("cannot make the data folder"))?;
    // A folder that was there before may be open to others; the database inside has the system's default rights.
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(file("cannot close the data folder to others"))
}

/// Reads the key file, or makes it at the first start.
pub(super) fn deployment_key(path: &Path) -> Result<DeploymentKey, StartError> {
    DeploymentKey::load_or_create(path, &crate::vault::entropy::OsEntropy).map_err(|e| StartError::Key(format!("key file: {e}")))
}

/// The recovery key's public half; the printed form comes along when both have just been made.
pub(super) fn recovery(dir: &Path, entropy: &dyn Entropy) -> Result<(PublicKey, Option<Recovery>), StartError> {
    let path = dir.join("recovery.pub");
    match RecoveryPublic::load(&path) {
        Ok(RecoveryPublic(public)) => Ok((public, None)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let (public, printed) = new_recovery(entropy);
            RecoveryPublic(public).create(&path).map_err(file("cannot write recovery.pub"))?;
            Ok((public, Some(Recovery(printed))))
        }
        Err(e) => Err(file("cannot read recovery.pub")(e)),
    }
}
