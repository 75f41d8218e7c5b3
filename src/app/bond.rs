//! Whether the key file and the recovery key of a data folder are those that its database was made with. Owns
//! the comparison at each start, and taking other ones on purpose; refuses making keys (`keeper`).
//!
//! Invariant: nobody serves a database whose key file is another's.

use std::path::Path;

use serde_json::json;

use super::keeper::{self, Recovery, file};
use super::plans::seal;
use super::{PLAN_ID, StartError};
use crate::audit::commitment::{Day, Ties};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::store::bond::{self, Bond, Spare};
use crate::store::{Lane, Store, WriteError, audit, commitments, plans};
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::Entropy;
use crate::vault::hex;
use crate::vault::pair::PublicKey;
use crate::vault::recovery::RecoveryPublic;
use crate::vault::spare::{is_sealed_to, seal_spare};

/// What is said of a key file that the database does not know.
const WRONG_KEY: &str = "this key file is not the one the database was made with: put that one back, or name it with data.key_file. If it was missing, a new one has just been made in its place: remove that first. If it is lost for good, see `homeward key accept --help`";

/// What is said of a recovery key that the database does not know.
const WRONG_RECOVERY: &str = "recovery.pub in the data folder is not the one the database was made with: put that one back, from a backup or from another node's folder";

/// The recovery key's public half, once it is sure that both are the database's own; the printed form where
/// both have just been made. A folder that has no `recovery.pub` gets it from the database.
pub(super) fn check(
    store: &Store,
    deployment: &DeploymentKey,
    dir: &Path,
    entropy: &dyn Entropy,
) -> Result<(PublicKey, Option<Recovery>), StartError> {
    let key = fingerprint(deployment);
    let known = store.read_blocking(bond::known).map_err(|e| StartError::Key(e.to_string()))?;
    if let Some(bond) = &known {
        same_key(bond, &key)?;
        bring_recovery(dir, &bond.recovery)?;
    }
    let (recovery, fresh) = keeper::recovery(dir, entropy)?;
    let ours = Bond { key, recovery: hex::encode(recovery.as_bytes()) };
    // Of two nodes that start together on an empty database the second finds the first one's bond.
    let bound = known.map_or_else(|| write(store, &ours), Ok)?;
    same_key(&bound, &ours.key)?;
    if bound.recovery != ours.recovery {
        return Err(StartError::Key(WRONG_RECOVERY.into()));
    }
    keep_spare(store, deployment, &ours.key, &recovery, entropy);
    Ok((recovery, fresh))
}

/// Sees to it that the database holds this key file's spare, so that every backup has it although whoever takes
/// one never sees the key file. Nobody is kept from starting by a spare that could not be written.
fn keep_spare(
    store: &Store,
    deployment: &DeploymentKey,
    key: &str,
    recovery: &PublicKey,
    entropy: &dyn Entropy,
) {
    let is_right = |spare: &Spare| spare.key == key && is_sealed_to(&spare.sealed, recovery);
    if store.read_blocking(bond::spare).ok().flatten().is_some_and(|spare| is_right(&spare)) {
        return;
    }
    let sealed = seal_spare(recovery, key, deployment, entropy);
    let spare = Spare { key: key.to_owned(), sealed };
    let kept: Result<(), WriteError<()>> =
        store.write_blocking("spare", Lane::Record, move |db| Ok(bond::put_spare(db, &spare)?));
    if kept.is_err() {
        tracing::warn!("the key file's spare was not kept: backups come without it until the next start");
    }
}

/// Binds a database to the key file that is there now, because the one before is lost for good. On record.
/// False where it was this one already.
pub(super) fn accept(store: &Store, deployment: &DeploymentKey, now: Timestamp) -> Result<bool, StartError> {
    let key = fingerprint(deployment);
    let own = deployment.clone();
    let (ties, today) = (Ties::of(deployment), Day::of(now.minute()));
    let changed: Result<bool, WriteError<()>> = store.write_blocking("bind", Lane::Record, move |db| {
        let changed = bond::change_key(db, &key)?;
        if changed {
            let row = AuditRow {
                at: now,
                actor: Actor::System,
                act: "key.accepted",
                tip_id: None,
                detail: json!({}),
            };
            audit::append(db, &row)?;
            commitments::untie(db, &ties, today)?;
            plans::reseal(db, PLAN_ID, |text| seal(&own, text))?;
        }
        Ok(changed)
    });
    changed.map_err(|_| StartError::Key("the database did not confirm it: run the command again".into()))
}

/// The name of a deployment's key, which does not give it away.
pub(super) fn fingerprint(deployment: &DeploymentKey) -> String {
    hex::encode(&deployment.mac("bond", b"the key of this deployment"))
}

fn same_key(bond: &Bond, key: &str) -> Result<(), StartError> {
    if bond.key == key { Ok(()) } else { Err(StartError::Key(WRONG_KEY.into())) }
}

fn write(store: &Store, ours: &Bond) -> Result<Bond, StartError> {
    let ours = ours.clone();
    let bound: Result<Bond, WriteError<()>> =
        store.write_blocking("bind", Lane::Record, move |db| Ok(bond::bind(db, &ours)?));
    bound.map_err(|_| {
        StartError::Key(
            "the database could not be bound to its key file; nothing was saved: start again".into(),
        )
    })
}

fn bring_recovery(dir: &Path, known: &str) -> Result<(), StartError> {
    let path = dir.join("recovery.pub");
    if path.exists() {
        return Ok(());
    }
    let bytes = hex::decode(known).ok_or_else(|| StartError::Key("the database's bond is damaged".into()))?;
    let public = PublicKey::from_bytes(bytes).map_err(|e| StartError::Key(e.to_string()))?;
    RecoveryPublic(public).create(&path).map_err(file("cannot write recovery.pub"))
}
