//! Draft -> accepted tip, exactly once per key. Owns the order: was it received before, can it be read,
//! clean and seal the picture, decide and seal, write; refuses pages, so that the API walks the same way.
//!
//! Invariant: an [`Answer`] leaves only after its tip is committed, and the same key and body always get the
//! same answer.

use std::sync::Arc;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::app::{App, PLAN_ID};
use crate::i18n::Locale;
use crate::intake::accept::{AcceptedTip, Closed, Fresh, SealedPhoto, Sending, World, accept};
use crate::intake::answer::Answer;
use crate::intake::canonical;
use crate::intake::draft::Draft;
use crate::intake::facts;
use crate::intake::parse::{Arrival, FieldError, Parsed, parse};
use crate::intake::photo::{self, PhotoRefused};
use crate::intake::report::Via;
use crate::people::directory::Directory;
use crate::plan::Plan;
use crate::routing;
use crate::store::intake::{Earlier, Written, earlier, put};
use crate::store::{Lane, ReadError, WriteError};
use crate::vault::file::seal_stream;
use crate::vault::submit_key::SubmitKey;

/// A report on its way in.
pub struct Submission<'a> {
    /// What was typed.
    pub draft: &'a Draft,
    /// The picture as it came.
    pub photo: Option<&'a [u8]>,
    /// The idempotency key.
    pub key: &'a SubmitKey,
    /// The page's language.
    pub language: Locale,
    /// Through which door.
    pub via: Via,
}

/// Why a report was not received.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Something must be changed.
    #[error("some fields must be changed")]
    Fields(Vec<FieldError>),
    /// The picture cannot be taken.
    #[error(transparent)]
    Photo(#[from] PhotoRefused),
    /// Another report was received under this key before.
    #[error("another report was received under this key")]
    Changed,
    /// It was received under this key, and its receipt was used since.
    #[error("received before, and its receipt was used since")]
    Opened,
    /// Nobody is left whom the reporter does not want kept out.
    #[error("everybody who could take it now is excluded")]
    AllExcluded,
    /// Nobody can take it now.
    #[error("intake is closed: {0}")]
    Closed(#[from] Closed),
    /// Too much at once; nothing was tried.
    #[error("too much at once")]
    Busy,
    /// It was not confirmed; sending again is safe.
    #[error("not confirmed")]
    Down,
}

impl From<ReadError> for SubmitError {
    fn from(error: ReadError) -> Self {
        match error {
            // It is not known whether an earlier sending was received.
            ReadError::Busy | ReadError::Failed(_) => Self::Down,
        }
    }
}

impl<E> From<WriteError<E>> for SubmitError {
    fn from(error: WriteError<E>) -> Self {
        match error {
            WriteError::Busy => Self::Busy,
            WriteError::Refused(_) | WriteError::NotConfirmed | WriteError::Broken => Self::Down,
        }
    }
}

/// Receives a report, or says why not.
pub async fn submit(app: &Arc<App>, submission: &Submission<'_>) -> Result<Answer, SubmitError> {
    let body_mac = fingerprint(submission);
    let row_mac = submission.key.row_mac(&app.deployment);
    if let Some(before) = app.store.read(move |db| earlier(db, &row_mac)).await? {
        return answer_of(submission.key, &before, &body_mac);
    }
    let arrival = Arrival {
        language: submission.language,
        at: app.clock.now(),
        via: submission.via,
        has_photo: submission.photo.is_some(),
    };
    let parsed = parse(submission.draft, &app.plan(), arrival).map_err(SubmitError::Fields)?;
    let fresh = Arc::new(Fresh::draw(app.entropy.as_ref()));
    if submission.photo.is_some() && !app.store.takes_reports() {
        // A picture whose report is then refused would only fill the disk further.
        return Err(SubmitError::Down);
    }
    let photo = match submission.photo {
        Some(bytes) => Some(seal_photo(app, &fresh, bytes).await?),
        None => None,
    };
    let sending = Sending { key: submission.key, body_mac };
    write(app, &fresh, &parsed, photo, &sending).await
}

fn fingerprint(submission: &Submission<'_>) -> [u8; 32] {
    let fields = canonical::bytes(submission.draft);
    submission.key.body_mac_of(&[&fields, submission.photo.unwrap_or_default()])
}

/// The answer given before, if it was to the same body.
fn answer_of(key: &SubmitKey, before: &Earlier, body_mac: &[u8; 32]) -> Result<Answer, SubmitError> {
    if !bool::from(before.body_mac.ct_eq(body_mac)) {
        return Err(SubmitError::Changed);
    }
    if before.sealed_answer.is_empty() {
        return Err(SubmitError::Opened);
    }
    let clear = key.open_answer(&before.sealed_answer).map_err(|_| SubmitError::Down)?;
    Answer::from_bytes(&clear).map_err(|_| SubmitError::Down)
}

/// Cleans the picture and streams it into encryption; on the disk there is only ever the sealed file.
async fn seal_photo(app: &Arc<App>, fresh: &Arc<Fresh>, bytes: &[u8]) -> Result<SealedPhoto, SubmitError> {
    let (app, fresh, bytes) = (Arc::clone(app), Arc::clone(fresh), Zeroizing::new(bytes.to_vec()));
    let sealed = tokio::task::spawn_blocking(move || {
        let photo = photo::clean(&bytes)?;
        drop(bytes);
        let place = fresh.file_place();
        let written = app.blobs.put(&fresh.file, |out| {
            seal_stream(&fresh.report_key, &place, app.entropy.as_ref(), photo.bytes.as_slice(), out)?;
            Ok(())
        });
        let padded = written.map_err(|error| {
            tracing::error!(error.kind = %error.kind(), "a picture could not be stored");
            SubmitError::Down
        })?;
        Ok(SealedPhoto { kind: photo.kind, bytes: photo.bytes.len(), padded })
    });
    sealed.await.map_err(|_| SubmitError::Down)?
}

/// Decides, seals and writes; once more if the directory has just changed.
async fn write(
    app: &Arc<App>,
    fresh: &Fresh,
    parsed: &Parsed,
    photo: Option<SealedPhoto>,
    sending: &Sending<'_>,
) -> Result<Answer, SubmitError> {
    for _ in 0..3 {
        let accepted = decide(app, fresh, parsed, photo, sending).await?;
        match put_tip(app, &accepted).await {
            Ok(Written::New) => {
                app.bell.ring();
                let sealed_answer = accepted.submission.sealed_answer.clone();
                let own = Earlier { body_mac: sending.body_mac.to_vec(), sealed_answer };
                return answer_of(sending.key, &own, &sending.body_mac);
            }
            Ok(Written::Before(before)) => return answer_of(sending.key, &before, &sending.body_mac),
            Err(WriteError::Refused(_)) => app.directory.forget(accepted.directory_version),
            Err(error) => return Err(error.into()),
        }
    }
    Err(SubmitError::Busy)
}

/// Decides by the directory as it was last read: the write refuses one that has moved on. But nobody is sent
/// away by it unless it is the present one.
async fn decide(
    app: &Arc<App>,
    fresh: &Fresh,
    parsed: &Parsed,
    photo: Option<SealedPhoto>,
    sending: &Sending<'_>,
) -> Result<Arc<AcceptedTip>, SubmitError> {
    if let Some(directory) = app.directory.last()
        && let Ok(accepted) = accept(&world(app, &app.plan(), &directory), fresh, parsed, photo, sending)
    {
        return Ok(Arc::new(accepted));
    }
    let directory = app.directory.get(&app.store).await?;
    let accepted = accept(&world(app, &app.plan(), &directory), fresh, parsed, photo, sending);
    accepted.map(Arc::new).map_err(|closed| refusal(app, &directory, parsed, closed))
}

/// Whether it is the exclusions that leave nobody: then sending it again would not help.
fn refusal(app: &App, directory: &Directory, parsed: &Parsed, closed: Closed) -> SubmitError {
    let mut facts = facts::of(&parsed.report);
    let excluded = !std::mem::take(&mut facts.exclude).is_empty();
    let would_do = || routing::decide(&app.plan(), &facts, directory).is_ok();
    if excluded && matches!(closed, Closed::NoLead(_)) && would_do() {
        return SubmitError::AllExcluded;
    }
    SubmitError::Closed(closed)
}

fn world<'a>(app: &'a App, plan: &'a Plan, directory: &'a Directory) -> World<'a> {
    World { plan, directory, deployment: &app.deployment, entropy: app.entropy.as_ref() }
}

async fn put_tip(
    app: &Arc<App>,
    accepted: &Arc<AcceptedTip>,
) -> Result<Written, WriteError<crate::store::directory::Stale>> {
    let rows = Arc::clone(accepted);
    app.store.write("tip.put", Lane::Tips, move |db| put(db, PLAN_ID, &rows)).await
}
