//! The recorder: some minutes after midnight in China closes the day of the public record, and makes up for
//! days that were missed. Owns when that is and what stops it; refuses SQL and trees.
//!
//! Invariant: no head is made over a record that the check has found wrong.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::App;
use crate::audit::commitment::{BLOCK, Day, Head, Ties};
use crate::audit::merkle::Hash;
use crate::store::commitments::checking::{Verdict, check};
use crate::store::commitments::closing::{Closing, NotClosed, close, due, is_waiting};
use crate::store::commitments::{is_begun, last, start};
use crate::store::{Abort, Lane, ReadError, WriteError};
use crate::vault::entropy;

/// A day is closed this many minutes after its end: whatever was received before midnight has been committed.
const AFTER: i64 = 7;

/// How often it is asked whether a day can be closed.
const OFTEN: Duration = Duration::from_secs(300);

/// Why a day was not closed.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// The record is not what was written.
    #[error("the public record is wrong in {0} places")]
    Wrong(usize),
    /// The store could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The head was not written; the next round tries again.
    #[error("the head was not written")]
    Write,
}

/// Closes days until the process ends.
pub async fn record(app: Arc<App>) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::error!(%error, "a day of the public record was not closed");
        }
        tokio::time::sleep(OFTEN).await;
    }
}

/// One round: closes whatever can be closed; gives the new heads.
pub async fn round(app: &Arc<App>) -> Result<Vec<Head>, NotMade> {
    let minute = app.clock.now().minute();
    let over = if Day::passed(minute) < AFTER { -2 } else { -1 };
    let latest = Day::of(minute).plus(over);
    let ties = Ties::of(&app.deployment);
    let own = ties.clone();
    let begun = app.store.read(move |db| start(db, &own)).await?.map_or(latest, |start| start.day);
    let days = app.store.read(move |db| due(db, begun, latest)).await?;
    if days.is_empty() {
        return Ok(Vec::new());
    }
    checked(app).await?;
    let mut made = Vec::new();
    for day in days {
        made.push(one(app, day, &ties).await?);
    }
    // More came in than one head takes.
    while app.store.read(move |db| is_waiting(db, latest)).await? {
        made.push(one(app, latest, &ties).await?);
    }
    Ok(made)
}

/// Looks through the record; turns the light red or green.
pub async fn checked(app: &Arc<App>) -> Result<Verdict, NotMade> {
    let (store, ties) = (Arc::clone(&app.store), Ties::of(&app.deployment));
    let looked = tokio::task::spawn_blocking(move || store.read_blocking(|db| check(db, &ties)));
    let verdict = looked.await.map_err(|_| ReadError::Busy)??;
    app.record_wrong.store(!verdict.is_whole(), Ordering::SeqCst);
    metrics::gauge!("record_wrong").set(f64::from(u32::try_from(verdict.wrong).unwrap_or(u32::MAX)));
    if verdict.is_whole() {
        return Ok(verdict);
    }
    for fault in &verdict.faults {
        tracing::error!(%fault, "the public record is not what was written");
    }
    Err(NotMade::Wrong(verdict.wrong))
}

async fn one(app: &Arc<App>, day: Day, ties: &Ties) -> Result<Head, NotMade> {
    app.reach("record.closing").await;
    let closing = Closing {
        day,
        follows: app.store.read(last).await?,
        filling: (0..BLOCK).map(|_| entropy::bytes(app.entropy.as_ref())).collect::<Vec<Hash>>(),
        minute: app.clock.now().minute(),
        ties: ties.clone(),
    };
    let written = app.store.write("record.close", Lane::Desk, move |db| close(db, &closing)).await;
    written.map_err(|error: WriteError<NotClosed>| match error {
        WriteError::Refused(NotClosed::Broken) => {
            app.record_wrong.store(true, Ordering::SeqCst);
            NotMade::Wrong(1)
        }
        _ => NotMade::Write,
    })
}

/// Begins the record at the first start after it became part of the portal.
pub(super) fn begin(app: &App) -> Result<(), super::StartError> {
    if app.store.read_blocking(is_begun).is_ok_and(|begun| begun) {
        return Ok(());
    }
    let (ties, today) = (Ties::of(&app.deployment), Day::of(app.clock.now().minute()));
    let begun: Result<(), WriteError<()>> =
        app.store.write_blocking("record.begin", Lane::Record, move |db| {
            crate::store::commitments::begin(db, &ties, today).map_err(Abort::Db)
        });
    begun.map_err(|_| super::StartError::Key("the public record could not be begun: start again".into()))
}
