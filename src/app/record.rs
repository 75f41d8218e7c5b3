//! The record's keeper: anchors, the file of heads, the auditor's daily mail, the daily walk, and pruning. Owns
//! the round; refuses judging rows (`audit`) and SQL (`store::audit`).
//!
//! Invariant: nothing here is in intake's way. A file that cannot be written, a mail that does not leave, a
//! record that is not whole: each is said in health and log, and reports are received all the same.

pub mod check;
pub mod file;
pub mod prune;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::json;

use super::{App, PLAN_ID};
use crate::audit::AuditRow;
use crate::audit::chain::{Anchor, Chain};
use crate::audit::reading::{DAY, RECORD_VERIFIED};
use crate::clock::Timestamp;
use crate::notify::Notice;
use crate::store::audit::anchors::{self, Blocks};
use crate::store::{Lane, WriteError, audit, daily, outbox};

/// How often the keeper looks.
const LOOK: Duration = Duration::from_secs(5);

/// What health says of the record.
#[derive(Debug)]
pub struct State {
    /// Whether the last line could be written to the file of heads.
    heads: AtomicBool,
    /// Whether the last walk found nothing wrong.
    whole: AtomicBool,
}

impl Default for State {
    fn default() -> Self {
        Self { heads: AtomicBool::new(true), whole: AtomicBool::new(true) }
    }
}

impl State {
    /// Whether the last line could be written to the file of heads.
    pub fn heads_are_kept(&self) -> bool {
        self.heads.load(Ordering::SeqCst)
    }

    /// Whether the last walk, if there was one since the start, found nothing wrong.
    pub fn is_whole(&self) -> bool {
        self.whole.load(Ordering::SeqCst)
    }
}

/// Keeps the record until the process ends.
pub async fn keep(app: Arc<App>) {
    loop {
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "the record's keeper did not finish a round; the next one comes");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// One round.
pub async fn round(app: &Arc<App>) -> Result<(), WriteError<()>> {
    let blocks = Blocks { rows: app.config.record.block_rows, minutes: app.config.record.block_minutes };
    // One that fails keeps none of the others from being tried.
    let done = [anchor(app, blocks).await.map(drop), carry_over(app).await, mail(app).await, walk(app).await];
    done.into_iter().collect()
}

/// Keeps the head where it is time.
async fn anchor(app: &Arc<App>, blocks: Blocks) -> Result<Option<Anchor>, WriteError<()>> {
    let (chain, now) = (Chain::of(&app.deployment), app.clock.now().minute());
    let look = chain.clone();
    let due = app.store.read(move |db| anchors::is_due(db, &look, blocks, now)).await;
    match due.map_err(|_| WriteError::Busy)? {
        Some(true) => {}
        Some(false) => return Ok(None),
        None => {
            note_whole(app, false);
            return Ok(None);
        }
    }
    app.store
        .write("record.anchor", Lane::Record, move |db| Ok(anchors::make(db, &chain, blocks, now)?))
        .await
}

/// Writes anchors to the file that are not there yet.
async fn carry_over(app: &Arc<App>) -> Result<(), WriteError<()>> {
    let chain = Chain::of(&app.deployment);
    let waiting = app.store.read(move |db| anchors::waiting(db, &chain)).await;
    let waiting = waiting.map_err(|_| WriteError::Busy)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let numbers: Vec<i64> = waiting.iter().map(|anchor| anchor.number).collect();
    let (path, chain) = (app.config.heads(), Chain::of(&app.deployment));
    // Another medium may hang: nobody else waits for it.
    let written = tokio::task::spawn_blocking(move || file::append(&path, &waiting, &chain)).await;
    let kept = matches!(written, Ok(Ok(())));
    note_heads(app, written.ok().and_then(Result::err));
    if !kept {
        return Ok(());
    }
    app.store.write("record.elsewhere", Lane::Record, move |db| Ok(anchors::mark(db, &numbers)?)).await
}

fn note_heads(app: &App, error: Option<std::io::Error>) {
    let was = app.record.heads.swap(error.is_none(), Ordering::SeqCst);
    metrics::gauge!("record_heads_kept").set(f64::from(u8::from(error.is_none())));
    match error {
        Some(error) if was => tracing::error!(
            error.kind = %error.kind(),
            "the file of heads cannot be written (record.heads): the record is only as safe as the database"
        ),
        None if !was => tracing::info!("the file of heads can be written again"),
        _ => {}
    }
}

/// Once a day, the head to the auditor's mailbox.
async fn mail(app: &Arc<App>) -> Result<(), WriteError<()>> {
    let now = app.clock.now();
    if app.config.record.mail.is_none() {
        return Ok(());
    }
    let day = now.minute().local().date();
    let (seen, today) = (app.store.read(|db| daily::last(db, daily::MAILED)).await, day.clone());
    if seen.map_err(|_| WriteError::Busy)?.as_deref() == Some(today.as_str()) {
        return Ok(());
    }
    anchor(app, Blocks::NOW).await?;
    let notice = Notice::head(now.minute());
    let sent = app
        .store
        .write("record.mail", Lane::Desk, move |db| {
            if daily::begin(db, daily::MAILED, &day)? {
                outbox::enqueue(db, PLAN_ID, std::slice::from_ref(&notice))?;
            }
            Ok(())
        })
        .await;
    app.bell.ring();
    sent
}

/// Once a day, the walk over the whole record; what it found is on record itself.
async fn walk(app: &Arc<App>) -> Result<(), WriteError<()>> {
    let now = app.clock.now();
    let last = app.store.read(|db| audit::list::last_of(db, RECORD_VERIFIED)).await;
    if last.map_err(|_| WriteError::Busy)?.is_some_and(|last| now.0 - last.0 < DAY && last.0 <= now.0) {
        return Ok(());
    }
    let own = Arc::clone(app);
    let walked = tokio::task::spawn_blocking(move || check::verify(&own, &check::Heads::usual(&own))).await;
    let Ok(Ok(report)) = walked else { return Err(WriteError::Busy) };
    note_whole(app, report.verdict.faults.is_empty());
    let row = verified(now, &report);
    app.store.write("record.verified", Lane::Record, move |db| Ok(audit::append(db, &row)?)).await
}

/// Said once, until it is well again.
fn note_whole(app: &App, whole: bool) {
    let was = app.record.whole.swap(whole, Ordering::SeqCst);
    metrics::gauge!("record_whole").set(f64::from(u8::from(whole)));
    if was && !whole {
        tracing::error!("the record is not what was written: run `homeward audit verify`");
    }
}

fn verified(now: Timestamp, report: &check::Report) -> AuditRow {
    let verdict = &report.verdict;
    let detail = json!({ "last": verdict.last.seq, "rows": verdict.rows, "faults": verdict.faults.count });
    AuditRow::system(now, RECORD_VERIFIED, detail)
}
