//! The purge: once an hour erases what is due. Owns the round and its order; refuses what is due (`retention`) and
//! which rows that is (`store::retention`).
//!
//! Each tip is one short transaction in the desk's lane, so that no report waits for a round. A file's bytes go
//! after the commit that took its row; killed between, the next round goes on from the names it finds. While a
//! backup is taken nothing is erased: what it copies must not vanish under it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::{App, PLAN_ID};
use crate::clock::Timestamp;
use crate::retention::brake::Stopped;
use crate::retention::erasure::{Erasure, Why};
use crate::retention::terms::Due;
use crate::store::retention::erase::{Pen, step};
use crate::store::retention::rounds::{self, Did, Wish};
use crate::store::retention::{self, Step, Work};
use crate::store::{Abort, Lane, ReadError, WriteError};
use crate::vault::entropy::bytes;

/// Time between two rounds.
const HOUR: Duration = Duration::from_secs(3600);

/// Steps that are looked for at once, of each kind.
const BATCH: i64 = 50;

/// Files that are unlinked at once.
const FILES: i64 = 100;

/// Why a round did not come to its end. What was erased until then is erased; the next round goes on.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// It did not begin, or had to give way.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The database did not answer or not confirm.
    #[error("the database did not confirm a step")]
    Database,
    /// A sealed file could not be unlinked.
    #[error("a sealed file could not be removed: {0}")]
    File(#[from] std::io::Error),
}

impl<E> From<WriteError<E>> for Unfinished {
    fn from(_: WriteError<E>) -> Self {
        Self::Database
    }
}

impl From<ReadError> for Unfinished {
    fn from(_: ReadError) -> Self {
        Self::Database
    }
}

/// How the purge of this process stands, for health.
#[derive(Debug, Default)]
pub struct Watch(AtomicU8);

impl Watch {
    /// `running`, or why no round begins until a person has looked: `clock`, `many`.
    pub fn as_str(&self) -> &'static str {
        match self.0.load(Ordering::SeqCst) {
            1 => "clock",
            2 => "many",
            _ => "running",
        }
    }

    fn saw(&self, round: &Result<Did, Unfinished>) {
        let code = match round {
            Err(Unfinished::Stopped(Stopped::Clock { .. })) => 1,
            Err(Unfinished::Stopped(Stopped::Many { .. })) => 2,
            Ok(_) => 0,
            Err(_) => return,
        };
        self.0.store(code, Ordering::SeqCst);
    }
}

/// Purges every hour until the process ends.
pub async fn purge(app: Arc<App>) {
    loop {
        match round(&app, false).await {
            Ok(did) if did.anything() => tracing::info!(
                erased.tips = did.tips,
                erased.identities = did.identities,
                erased.files = did.files,
                "a round of erasing has ended"
            ),
            Ok(_) => {}
            Err(Unfinished::Stopped(stopped)) if stopped.wants_a_person() => tracing::error!(
                reason = stopped.as_str(),
                "nothing is erased until a person has looked: {stopped}; see `homeward retention due` and `purge`"
            ),
            Err(error) => tracing::info!(%error, "a round of erasing did not end; the next one goes on"),
        }
        tokio::time::sleep(HOUR).await;
    }
}

/// One round. `sure`: a person has said that clock and number are right.
pub async fn round(app: &Arc<App>, sure: bool) -> Result<Did, Unfinished> {
    let token = crate::vault::hex::encode(&bytes::<16>(app.entropy.as_ref()));
    let done = run(app, &token, sure).await;
    app.purge.saw(&done);
    done
}

async fn run(app: &Arc<App>, token: &str, sure: bool) -> Result<Did, Unfinished> {
    begin(app, token, sure).await?;
    app.reach("purge.begun").await;
    let done = erase_all(app, token).await;
    let (did, now) = (done.as_ref().ok().copied(), app.clock.now());
    let ours = token.to_owned();
    let ended: Result<(), WriteError<()>> = app
        .store
        .write("purge.end", Lane::Desk, move |db| Ok(rounds::end(db, &ours, now, did.as_ref())?))
        .await;
    ended?;
    done
}

async fn begin(app: &Arc<App>, token: &str, sure: bool) -> Result<(), Unfinished> {
    let set = app.config.retention;
    let wish = Wish { token: token.to_owned(), now: app.clock.now(), set, sure };
    let begun: Result<_, WriteError<()>> =
        app.store.write("purge.begin", Lane::Desk, move |db| Ok(rounds::begin(db, &wish)?)).await;
    Ok(begun??)
}

async fn erase_all(app: &Arc<App>, token: &str) -> Result<Did, Unfinished> {
    let mut did = Did::default();
    // What an earlier round could not bring to its end.
    did.unlinked += unlink(app, token).await?;
    let due = Due::at(app.clock.now().minute(), &app.config.retention);
    loop {
        let next = app.store.read(move |db| retention::due::work(db, &due, BATCH)).await?;
        if next.is_empty() {
            break;
        }
        let mut went_on = false;
        for work in next {
            if erase(app, token, due, work).await? {
                went_on = true;
                match work.0 {
                    Step::Tip => did.tips += 1,
                    Step::Identity => did.identities += 1,
                    Step::Files => did.files += 1,
                }
            }
        }
        did.unlinked += unlink(app, token).await?;
        // What was found and could not be erased was opened or held in between, and is not found again.
        if !went_on {
            break;
        }
    }
    let unclean = app.store.read(rounds::is_unclean).await?;
    did.scrubbed = !unclean || scrub(app, false).await?;
    app.reach("purge.scrubbed").await;
    Ok(did)
}

/// One step in one transaction; false where it was no longer due.
async fn erase(app: &Arc<App>, token: &str, due: Due, work: Work) -> Result<bool, Unfinished> {
    let (token, now) = (token.to_owned(), app.clock.now());
    let deployment = Arc::clone(&app.deployment);
    let erasure = Erasure { why: Why::Due, at: now, backups_days: app.config.retention.backups_days };
    let written = app
        .store
        .write("purge.step", Lane::Desk, move |db| {
            rounds::go_on(db, &token, now)?.map_err(Abort::Refused)?;
            rounds::soil(db)?;
            let pen = Pen { plan: PLAN_ID, deployment: &deployment, erasure };
            Ok(step(db, &pen, &due, work)?)
        })
        .await;
    let erased = match written {
        Ok(erased) => erased.is_ok(),
        Err(WriteError::Refused(stopped)) => return Err(Unfinished::Stopped(stopped)),
        Err(_) => return Err(Unfinished::Database),
    };
    app.reach("purge.erased").await;
    Ok(erased)
}

/// Removes the bytes of files whose rows are gone, and then their names. A backup that began since may have rows that
/// name them: then they stay until it has ended.
async fn unlink(app: &Arc<App>, token: &str) -> Result<i64, Unfinished> {
    let mut gone = 0;
    loop {
        let doomed = app.store.read(|db| retention::doomed(db, FILES)).await?;
        if doomed.is_empty() {
            return Ok(gone);
        }
        keep_turn(app, token, app.clock.now()).await?;
        let (blobs, names) = (Arc::clone(&app.blobs), doomed.clone());
        let removed = tokio::task::spawn_blocking(move || blobs.remove(&names)).await;
        removed.map_err(|_| Unfinished::Database)??;
        app.reach("purge.unlinked").await;
        gone += i64::try_from(doomed.len()).unwrap_or(0);
        let forgotten: Result<(), WriteError<()>> = app
            .store
            .write("purge.unlinked", Lane::Desk, move |db| Ok(retention::unlinked(db, &doomed)?))
            .await;
        forgotten?;
    }
}

async fn keep_turn(app: &Arc<App>, token: &str, now: Timestamp) -> Result<(), Unfinished> {
    let token = token.to_owned();
    let kept: Result<_, WriteError<()>> =
        app.store.write("purge.turn", Lane::Desk, move |db| Ok(rounds::go_on(db, &token, now)?)).await;
    Ok(kept??)
}

/// Cleans the database of what was erased. False where somebody was in the way all the time: the next round tries
/// again.
pub async fn scrub(app: &Arc<App>, thorough: bool) -> Result<bool, Unfinished> {
    let store = Arc::clone(&app.store);
    let scrubbed = tokio::task::spawn_blocking(move || store.scrub(thorough)).await;
    Ok(scrubbed.map_err(|_| Unfinished::Database)??)
}
