//! Seals an agency's envelopes anew after its pairs were replaced, in its members' sessions: the only place where
//! the old private keys can be opened. Owns the walk, one for each agency in this process; refuses ciphers
//! (`triage::resealing`) and rows (`store::people::rotation`).
//!
//! A request of a signed-in member starts it. Its keys are in memory while it runs and wiped when it ends. What it
//! leaves, because the process stopped or the member held not every key, the next member's request takes up, here or
//! on another node; two at once do no harm, because each envelope is written only over the bytes that were read.
//!
//! One invariant: it ends only after a whole walk that found nothing sealed to a replaced pair.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{App, PLAN_ID};
use crate::clock::Timestamp;
use crate::people::enrol::KeyKind;
use crate::people::keys::Opened;
use crate::people::officer::Officer;
use crate::plan::AgencyCode;
use crate::store::people::pairs;
use crate::store::people::rotation::{self, Over, Rotation, Sealed};
use crate::store::{Lane, ReadError, WriteError, officers};
use crate::triage::resealing::{Anew, Lying, Present, seal_anew};
use crate::vault::pair::{PrivateKey, PublicKey};

/// Envelopes in one transaction.
const BATCH: i64 = 100;

/// How often a batch is tried that was not written.
const PATIENCE: usize = 20;

/// How long is waited before it is tried again.
const REST: Duration = Duration::from_millis(250);

/// How long nobody looks again where there was nothing to do, in seconds: another node may have begun.
const QUIET: i64 = 30;

/// Where envelopes are being sealed anew, and where nothing is to be done.
#[derive(Default)]
pub struct Resealing(Mutex<State>);

#[derive(Default)]
struct State {
    running: BTreeSet<AgencyCode>,
    /// By officer, when there was nothing to do for them, and the directory's version then.
    quiet: BTreeMap<i64, (i64, Timestamp)>,
}

impl Resealing {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the agency, unless somebody has it or there is nothing to do.
    fn take(&self, officer: &Officer, version: Option<i64>, now: Timestamp) -> bool {
        let mut state = self.state();
        let looked = state.quiet.get(&officer.id).filter(|(_, at)| now.0 < at.plus_seconds(QUIET).0);
        let quiet = version.is_some() && looked.map(|(version, _)| *version) == version;
        !quiet && state.running.insert(officer.agency)
    }

    fn leave(&self, officer: &Officer, quiet: Option<(i64, Timestamp)>) {
        let mut state = self.state();
        state.running.remove(&officer.agency);
        if let Some(quiet) = quiet {
            state.quiet.insert(officer.id, quiet);
        }
    }
}

/// Why a walk stopped. Whatever it was, the next request goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stopped {
    /// The database did not answer.
    Down,
    /// Another replacement has begun, or somebody else has finished this one.
    Over,
    /// What is left is sealed to pairs that this member was never given.
    Locked,
}

impl From<ReadError> for Stopped {
    fn from(_: ReadError) -> Self {
        Self::Down
    }
}

/// Lets a member's request seal on, where something is to be done. Costs nothing where nothing is.
pub fn nudge(app: &Arc<App>, officer: &Officer, private: impl FnOnce() -> Option<PrivateKey>) {
    let (version, now) = (app.directory.last().map(|directory| directory.version), app.clock.now());
    if !officer.role.holds_keys() || !app.resealing.take(officer, version, now) {
        return;
    }
    let Some(private) = private() else { return app.resealing.leave(officer, None) };
    let (app, officer) = (Arc::clone(app), officer.clone());
    tokio::spawn(async move {
        let version = app.directory.get(&app.store).await.ok().map(|directory| directory.version);
        let done = run(&app, &officer, &private).await;
        drop(private);
        let quiet = version.filter(|_| matches!(done, Ok(()) | Err(Stopped::Locked))).map(|it| (it, now));
        app.resealing.leave(&officer, quiet);
    });
}

/// Seals until nothing is left, or nothing that this member can open.
async fn run(app: &Arc<App>, officer: &Officer, private: &PrivateKey) -> Result<(), Stopped> {
    let agency = officer.agency;
    let Some(rotation) = app.store.read(move |db| rotation::under_way(db, PLAN_ID, &agency)).await? else {
        return Ok(());
    };
    let walk = Arc::new(prepare(app, officer, private, rotation.id).await?);
    let mut from = rotation.walked;
    loop {
        let pass = pass(app, &walk, from).await?;
        if from == 0 && pass.sealed == 0 {
            return if pass.locked == 0 { finish(app, &walk, &rotation).await } else { Err(Stopped::Locked) };
        }
        // Once more from the beginning: what was missed, or came in between, shows there.
        from = 0;
    }
}

/// What a walk needs. No `Debug`: it holds an agency's keys.
struct Walk {
    rotation: i64,
    agency: AgencyCode,
    opened: Opened,
    present: Present,
}

async fn prepare(
    app: &Arc<App>,
    officer: &Officer,
    private: &PrivateKey,
    rotation: i64,
) -> Result<Walk, Stopped> {
    let of = officer.clone();
    let read = app.store.read(move |db| {
        Ok((officers::grants_of(db, PLAN_ID, &of)?, pairs::pairs(db, PLAN_ID, &of.agency, false)?))
    });
    let (grants, pairs) = read.await?;
    let of_kind = |kind: KeyKind| {
        let pair = pairs.iter().rfind(|pair| pair.kind == kind.as_str())?;
        PublicKey::try_from(pair.public.as_slice()).ok()
    };
    let present = of_kind(KeyKind::Work).zip(of_kind(KeyKind::Identity)).ok_or(Stopped::Down)?;
    Ok(Walk {
        rotation,
        agency: officer.agency,
        opened: Opened::of(private, officer, &grants),
        present: Present { work: present.0.into(), identity: present.1.into() },
    })
}

/// What one pass over an agency's envelopes did.
#[derive(Default)]
struct Pass {
    sealed: usize,
    locked: usize,
}

async fn pass(app: &Arc<App>, walk: &Arc<Walk>, from: i64) -> Result<Pass, Stopped> {
    let (mut done, mut after) = (Pass::default(), from);
    loop {
        let agency = walk.agency;
        let batch = app.store.read(move |db| rotation::batch(db, &agency, after, BATCH)).await?;
        let Some(last) = batch.last().map(|lying| lying.id) else { return Ok(done) };
        let (fresh, locked) = sealed(app, walk, batch).await?;
        app.reach("reseal.batch").await;
        done.locked += locked;
        done.sealed += fresh.len();
        write(app, walk.rotation, last, fresh).await?;
        after = last;
    }
}

/// Seals a batch, off the async workers.
async fn sealed(
    app: &Arc<App>,
    walk: &Arc<Walk>,
    batch: Vec<Lying>,
) -> Result<(Vec<Sealed>, usize), Stopped> {
    let (walk, entropy) = (Arc::clone(walk), Arc::clone(&app.entropy));
    let sealing = tokio::task::spawn_blocking(move || {
        let agency = walk.agency.to_string();
        let (mut fresh, mut locked) = (Vec::new(), 0);
        for lying in batch {
            match seal_anew(&lying, &agency, (&walk.opened, &walk.present), entropy.as_ref()) {
                Anew::Already => {}
                Anew::Sealed(is) => fresh.push(Sealed { id: lying.id, was: lying.sealed, is }),
                Anew::Locked => locked += 1,
            }
        }
        (fresh, locked)
    });
    sealing.await.map_err(|_| Stopped::Down)
}

async fn write(app: &Arc<App>, rotation: i64, last: i64, fresh: Vec<Sealed>) -> Result<(), Stopped> {
    let fresh = Arc::new(fresh);
    for _ in 0..PATIENCE {
        let batch = Arc::clone(&fresh);
        let written = app
            .store
            .write("keys.reseal", Lane::Desk, move |db| rotation::reseal(db, rotation, last, &batch))
            .await;
        match written {
            Ok(_) => return Ok(()),
            Err(WriteError::Refused(Over)) => return Err(Stopped::Over),
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
    Err(Stopped::Down)
}

async fn finish(app: &Arc<App>, walk: &Walk, rotation: &Rotation) -> Result<(), Stopped> {
    let (agency, id, now) = (walk.agency, rotation.id, app.clock.now());
    let finished = app
        .store
        .write("keys.resealed", Lane::Desk, move |db| rotation::finish(db, PLAN_ID, id, &agency, now))
        .await;
    match finished {
        Ok(()) => Ok(()),
        Err(WriteError::Refused(Over)) => Err(Stopped::Over),
        Err(_) => Err(Stopped::Down),
    }
}
