//! The key file of a restored portal: the one in its place, a copy from elsewhere, or its spare, opened with the
//! recovery key. Owns finding it and putting it where the settings say; refuses another deployment's, and
//! replacing a file that is there.

use std::path::{Path, PathBuf};

use super::{Job, RestoreError};
use crate::app::bond::fingerprint;
use crate::store::backup::{Manifest, SPARE};
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::pair::KeyPair;
use crate::vault::recovery::RecoveryPublic;
use crate::vault::spare::open_spare;

/// The key, and where its file belongs.
pub(super) struct Keys {
    pub(super) key: DeploymentKey,
    /// Where the portal will look for it.
    pub(super) place: PathBuf,
    /// Whether it came out of its spare.
    pub(super) recovered: bool,
    /// Its place inside the data folder, if it belongs there.
    inside: Option<PathBuf>,
    /// Whether the file is there already.
    there: bool,
}

/// Finds the key of the backup's deployment.
pub(super) fn find(job: &Job<'_>, manifest: &Manifest) -> Result<Keys, RestoreError> {
    let place = job.data.key_path();
    let (wanted, there) = (&manifest.snapshot.key, place.exists());
    if let Some(pair) = job.recovery {
        same_recovery(job.backup, pair)?;
    }
    // A file in its place must be the right one whatever else is given: it is never replaced.
    let placed = if there { Some(load(&place, wanted)?) } else { None };
    let copied = job.key_copy.map(|copy| load(copy, wanted)).transpose()?;
    let (key, recovered) = match (placed.or(copied), job.recovery) {
        (Some(key), _) => (key, false),
        (None, Some(pair)) => (unseal(job.backup, pair, manifest)?, true),
        (None, None) => return Err(RestoreError::NoKey(place)),
    };
    let inside = place.strip_prefix(&job.data.dir).ok().map(Path::to_owned);
    Ok(Keys { key, place, recovered, inside, there })
}

fn load(path: &Path, wanted: &str) -> Result<DeploymentKey, RestoreError> {
    let key = DeploymentKey::load(path).map_err(|e| RestoreError::KeyFile(e.to_string()))?;
    if fingerprint(&key) == wanted { Ok(key) } else { Err(RestoreError::OtherKey(path.to_owned())) }
}

fn same_recovery(backup: &Path, pair: &KeyPair) -> Result<(), RestoreError> {
    let public = RecoveryPublic::load(&backup.join("recovery.pub"));
    let public = public.map_err(|e| RestoreError::Damaged(format!("recovery.pub: {e}")))?;
    if public.0 == pair.public { Ok(()) } else { Err(RestoreError::OtherRecovery) }
}

fn unseal(backup: &Path, pair: &KeyPair, manifest: &Manifest) -> Result<DeploymentKey, RestoreError> {
    if !manifest.has_spare() {
        return Err(RestoreError::NoSpare);
    }
    let damaged = |e: &dyn std::fmt::Display| RestoreError::Damaged(format!("{SPARE}: {e}"));
    let sealed = std::fs::read(backup.join(SPARE)).map_err(|e| damaged(&e))?;
    let key = open_spare(&pair.private, &manifest.snapshot.key, &sealed).map_err(|e| damaged(&e))?;
    if fingerprint(&key) == manifest.snapshot.key { Ok(key) } else { Err(damaged(&"it holds another key")) }
}

impl Keys {
    /// Puts the file in its place, or where it belongs in the data folder that is being built.
    pub(super) fn put(&self, building: &Path, entropy: &dyn Entropy) -> Result<(), RestoreError> {
        if self.there {
            return Ok(());
        }
        let path = self.inside.as_ref().map_or_else(|| self.place.clone(), |inside| building.join(inside));
        self.key.create(&path, entropy).map_err(|e| RestoreError::KeyFile(e.to_string()))
    }

    /// Takes back what [`put`](Self::put) made outside the data folder.
    pub(super) fn take_back(&self) {
        let ours = !self.there && self.inside.is_none();
        if ours && DeploymentKey::load(&self.place).is_ok_and(|key| key.expose() == self.key.expose()) {
            let _ = std::fs::remove_file(&self.place);
        }
    }
}
