//! The sweeper: once an hour removes what has had its time. Owns the round and the ages; refuses tips.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::clock::Minute;
use crate::retention::terms::DAY;
use crate::store::{self, Lane, WriteError};

/// Answers of accepted submissions are kept this long for a resend, in minutes.
const SUBMISSION_MINUTES: i64 = 24 * 60;

/// Unreferenced files are swept after this long, in seconds.
const ORPHAN: Duration = Duration::from_secs(24 * 3600);

/// Sweeps every hour until the process ends.
pub async fn sweep(app: Arc<App>) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "a sweep did not finish; the next one will");
        }
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
}

/// One round.
pub async fn round(app: &Arc<App>) -> Result<(), WriteError<()>> {
    let now = app.clock.now();
    let before = Minute(now.minute().0 - SUBMISSION_MINUTES);
    app.store
        .write("sweep.submissions", Lane::Desk, move |db| Ok(store::intake::forget_submissions(db, before)?))
        .await?;
    let kept = app.config.retention;
    let [sent, lost] = [kept.notices_days, kept.lost_notices_days].map(|days| now.minute().plus(-days * DAY));
    app.store
        .write("sweep.outbox", Lane::Desk, move |db| {
            Ok(store::outbox::forget(db, "sent", sent)? + store::outbox::forget(db, "dead", lost)?)
        })
        .await?;
    let session = app.config.session;
    app.store
        .write("sweep.sessions", Lane::Desk, move |db| Ok(store::sessions::forget_ended(db, now, session)?))
        .await?;
    let app = Arc::clone(app);
    let _ = tokio::task::spawn_blocking(move || orphans(&app)).await;
    Ok(())
}

fn orphans(app: &App) {
    let known = app.store.read_blocking(store::intake::file_names);
    if let Ok(known) = known {
        let _ = app.blobs.sweep(ORPHAN, &known);
    }
}
