//! What a restored portal is held to before it is put in place: its manifest's numbers, its own bond, every tip's
//! way back, every row's file, the record up to the manifest's head. Owns the judgement; refuses repairing.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{RestoreError, Steps, number};
use crate::audit::chain::Chain;
use crate::store::backup::Manifest;
use crate::store::backup::snapshot::Snapshot;
use crate::store::backup::verify::{link_at, sealed_files, unplaced, without_way_back};
use crate::store::{Store, audit, bond};
use crate::vault::file::{HEAD, check_shape};
use crate::vault::hex;
use crate::vault::recovery::RecoveryPublic;

/// How long rows that the snapshot caught without a place may take to get it.
const PLACED_WITHIN: Duration = Duration::from_secs(60);

/// Numbers, bond and receipts; `building` holds the recovery key's public half.
pub(super) fn rows(
    store: &Store,
    manifest: &Manifest,
    building: &Path,
    steps: &mut Steps,
) -> Result<(), RestoreError> {
    let (found, wanted) = (store.read_blocking(Snapshot::read)?, &manifest.snapshot);
    for ((what, found), (_, wanted)) in found.counts.named().into_iter().zip(wanted.counts.named()) {
        if found != wanted {
            return Err(broken(format!("{what}: {found} instead of {wanted}")));
        }
    }
    steps.done("counts", found.counts.named().iter().map(|(_, n)| n).sum());
    if found.key != wanted.key {
        return Err(broken("the rows are bound to another key file than the manifest says"));
    }
    same_recovery(store, building)?;
    steps.done("bond", 1);
    match store.read_blocking(without_way_back)? {
        (0, 0) => steps.done("receipts", found.counts.tips),
        (rows, envelopes) => {
            return Err(broken(format!(
                "{rows} tips have no receipt, {envelopes} have no envelope for their reporter"
            )));
        }
    }
    Ok(())
}

fn same_recovery(store: &Store, building: &Path) -> Result<(), RestoreError> {
    let public = RecoveryPublic::load(&building.join("recovery.pub"));
    let public = public.map_err(|why| broken(format!("recovery.pub: {why}")))?;
    let known = store.read_blocking(bond::known)?.map(|bond| bond.recovery);
    if known == Some(hex::encode(public.0.as_bytes())) {
        return Ok(());
    }
    Err(broken("recovery.pub is not the one that the rows are bound to"))
}

/// Every row's file is there, and its beginning and length are those of a sealed file.
pub(super) fn sealed(
    store: &Store,
    manifest: &Manifest,
    files: &Path,
    steps: &mut Steps,
) -> Result<(), RestoreError> {
    let names = store.read_blocking(sealed_files)?;
    for name in names.iter().filter(|name| !manifest.missing.contains(*name)) {
        look_into(&files.join(name)).map_err(|why| broken(format!("files/{name}: {why}")))?;
    }
    steps.done("sealed", number(names.len()));
    Ok(())
}

fn look_into(path: &Path) -> Result<(), String> {
    let mut file = File::open(path).map_err(|e| e.to_string())?;
    let mut head = [0; HEAD];
    file.read_exact(&mut head).map_err(|e| e.to_string())?;
    let length = file.metadata().map_err(|e| e.to_string())?.len();
    check_shape(&head, length).map_err(|e| e.to_string())
}

/// The record is whole, and the manifest's head is in it.
pub(super) fn record(
    store: &Store,
    manifest: &Manifest,
    chain: &Chain,
    steps: &mut Steps,
) -> Result<(), RestoreError> {
    let (begun, head) = (Instant::now(), &manifest.snapshot.head);
    // PostgreSQL's snapshot may have caught rows between their commit and their place.
    while store.read_blocking(unplaced)? > 0 && begun.elapsed() < PLACED_WITHIN {
        std::thread::sleep(Duration::from_millis(50));
    }
    let link = store.read_blocking(|db| link_at(db, head.seq))?;
    if head.seq > 0 && link.map(|link| hex::encode(&link)).as_deref() != Some(head.link.as_str()) {
        return Err(broken(format!("the record's row {} is not the one the manifest names", head.seq)));
    }
    let chain = chain.clone();
    let verdict = store.read_blocking(move |db| audit::verify::verify(db, &chain, &[]))?;
    if let Some(fault) = verdict.faults.list.first() {
        return Err(broken(fault));
    }
    if !verdict.waiting.is_empty() {
        return Err(broken(format!("{} rows without a place", verdict.waiting.len())));
    }
    steps.done("record", verdict.last.seq);
    Ok(())
}

fn broken(why: impl std::fmt::Display) -> RestoreError {
    RestoreError::NotWhole(why.to_string())
}
