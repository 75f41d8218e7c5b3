//! The lessor: every half minute takes back claims whose time has run out, so that no tip waits in the hands of somebody
//! who has gone home, and tells the bodies above of second looks that are overdue. Owns the round; refuses how long a claim holds (`triage::lease`).

use std::sync::Arc;
use std::time::Duration;

use super::{App, PLAN_ID};
use crate::store::acts::ActNotWritten;
use crate::store::{Lane, ReadError, WriteError, leases, looks};
use crate::triage::acts::lapse;

/// Time between two rounds.
const OFTEN: Duration = Duration::from_secs(30);

/// Takes back until the process ends.
pub async fn watch(app: Arc<App>) {
    loop {
        match round(&app).await {
            Ok(0) => {}
            Ok(tips) => tracing::info!(tips, "claims have run out"),
            Err(error) => {
                tracing::warn!(%error, "not every claim that ran out was taken back; the next round will");
            }
        }
        tokio::time::sleep(OFTEN).await;
    }
}

/// Why a round did not end.
#[derive(Debug, thiserror::Error)]
pub enum Unfinished {
    /// The store did not answer.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store did not confirm.
    #[error("a claim was not taken back: {0}")]
    Write(#[from] WriteError<ActNotWritten>),
}

/// One round; gives how many were taken back. A tip that somebody acted on in between is left to them.
pub async fn round(app: &Arc<App>) -> Result<usize, Unfinished> {
    let now = app.clock.now();
    let out = app.store.read(move |db| leases::run_out(db, PLAN_ID, now.minute())).await?;
    let (mut taken, mut failed) = (0, None);
    for tip in out {
        let Ok(act) = lapse(&tip, now, app.entropy.as_ref()) else { continue };
        let uid = tip.uid;
        let write =
            app.store.write("tip.lapsed", Lane::Desk, move |db| leases::take_back(db, PLAN_ID, &uid, &act));
        match write.await {
            Ok(()) => taken += 1,
            Err(WriteError::Refused(_)) => {}
            // The others do not wait for this one.
            Err(error) => failed = Some(error),
        }
    }
    let rung = ring(app).await?;
    if taken + rung > 0 {
        app.bell.ring();
    }
    failed.map_or(Ok(taken), |error| Err(error.into()))
}

/// Tells the bodies above of second looks that are overdue; gives how many were told.
async fn ring(app: &Arc<App>) -> Result<usize, WriteError<ActNotWritten>> {
    let (now, entropy) = (app.clock.now().minute(), Arc::clone(&app.entropy));
    let ring = move |db: &mut _| Ok(looks::ring(db, PLAN_ID, now, entropy.as_ref())?);
    app.store.write("looks.rung", Lane::Desk, ring).await
}
