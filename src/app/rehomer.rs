//! Ending an account, whoever it is: where nobody else could open what the agency leads, that is handed on first,
//! batch by batch, each in a transaction of its own. Owns the walk and going on with one that was broken off;
//! refuses where a tip goes (`triage::acts::rehoming`) and the rows (`store::people`).
//!
//! One invariant: a walk may end at any moment and be taken up by anybody: all it knows stands in the rows.

use std::sync::Arc;
use std::time::Duration;

use super::{App, PLAN_ID};
use crate::people::directory::Directory;
use crate::people::officer::Officer;
use crate::plan::AgencyCode;
use crate::store::acts::ActNotWritten;
use crate::store::people::members::{self, By, MemberRefused};
use crate::store::people::rehome as rows;
use crate::store::{Lane, ReadError, WriteError};
use crate::triage::acts::Decided;
use crate::triage::acts::rehoming::{Leaving, home, rehome};
use crate::vault::uid::Uid;

/// Tips in one transaction: some twenty statements each, and on PostgreSQL every one is a journey.
const BATCH: i64 = 20;

/// How often a step that met somebody else, or a database that did not answer, is tried.
const PATIENCE: usize = 40;

/// How long is waited before it is tried again.
const REST: Duration = Duration::from_millis(250);

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has ended.
    Ended,
    /// It is ending: the agency's tips are being handed on.
    Leaving,
}

type Failed = WriteError<MemberRefused>;

/// Ends an account, or begins to.
pub async fn end(app: &Arc<App>, by: By, whom: Uid) -> Result<(Outcome, Option<Officer>), Failed> {
    match close(app, by.clone(), whom).await {
        Ok(_) => return Ok((Outcome::Ended, None)),
        Err(WriteError::Refused(MemberRefused::Last)) => {}
        Err(error) => return Err(error),
    }
    let member =
        app.store.read(move |db| members::find(db, PLAN_ID, &whom)).await.map_err(|_| Failed::Busy)?;
    let agency = member.ok_or(WriteError::Refused(MemberRefused::Gone))?.officer.agency;
    if !has_homes(app, agency).await.map_err(|_| Failed::Busy)? {
        return Err(WriteError::Refused(MemberRefused::Last));
    }
    let now = app.clock.now();
    let begun =
        app.store.write("officer.leaving", Lane::Desk, move |db| rows::begin(db, PLAN_ID, &by, &whom, now));
    Ok((Outcome::Leaving, Some(begun.await?)))
}

/// Ends an account that nothing hangs on; once more where its officer took a tip at that moment.
async fn close(app: &Arc<App>, by: By, whom: Uid) -> Result<usize, Failed> {
    let mut tried = 0;
    loop {
        let (now, entropy, by) = (app.clock.now(), Arc::clone(&app.entropy), by.clone());
        let ended = app
            .store
            .write("officer.end", Lane::Desk, move |db| {
                members::end(db, PLAN_ID, &by, &whom, (now, entropy.as_ref()))
            })
            .await;
        tried += 1;
        match ended {
            Err(WriteError::Refused(MemberRefused::Again)) if tried < PATIENCE => {}
            other => return other,
        }
    }
}

/// Whether each of an agency's tips has a body to go to, as far as can be seen now. Nothing is begun otherwise.
async fn has_homes(app: &Arc<App>, agency: AgencyCode) -> Result<bool, ReadError> {
    let directory = app.directory.get(&app.store).await?;
    let directory = without(&directory, &agency);
    let mut seen = 0;
    loop {
        let batch = app.store.read(move |db| rows::batch(db, PLAN_ID, &agency, seen, BATCH)).await?;
        if batch.is_empty() {
            return Ok(true);
        }
        if batch.iter().any(|leaving| home(leaving, &agency, &directory).is_err()) {
            return Ok(false);
        }
        seen += BATCH;
    }
}

/// The directory once nobody of the agency counts any more.
fn without(directory: &Directory, agency: &AgencyCode) -> Directory {
    let mut without = directory.clone();
    if let Some(entry) = without.entries.get_mut(agency) {
        entry.active_members = 0;
    }
    without
}

/// Hands on everything a leaving member's agency has, then ends the account. True where it has ended; false
/// where some tip found no home, so that the member stays.
pub async fn walk(app: &Arc<App>, officer: &Officer) -> Result<bool, Failed> {
    let (whom, agency) = (officer.uid, officer.agency);
    let mut tried = 0;
    loop {
        let step = step(app, whom, agency).await;
        match step {
            Ok(Step::Moved) => tried = 0,
            Ok(Step::Ended) => return Ok(true),
            Ok(Step::Stuck) => return stay(app, whom).await.map(|()| false),
            Err(error) if tried >= PATIENCE => return Err(error),
            Ok(Step::Met) | Err(_) => {
                tried += 1;
                tokio::time::sleep(REST).await;
            }
        }
    }
}

enum Step {
    /// Some went.
    Moved,
    /// None went, because of somebody else.
    Met,
    /// None can go.
    Stuck,
    /// Nothing was left, and the account has ended.
    Ended,
}

async fn step(app: &Arc<App>, whom: Uid, agency: AgencyCode) -> Result<Step, Failed> {
    app.reach("rehome.step").await;
    let directory = app.directory.get(&app.store).await.map_err(|_| Failed::Busy)?;
    let found = app
        .store
        .read(move |db| rows::batch(db, PLAN_ID, &agency, 0, BATCH))
        .await
        .map_err(|_| Failed::Busy)?;
    if found.is_empty() {
        return match close(app, By::Portal, whom).await {
            Ok(_) | Err(WriteError::Refused(MemberRefused::Gone)) => Ok(Step::Ended),
            Err(WriteError::Refused(MemberRefused::Last | MemberRefused::Again)) => Ok(Step::Met),
            Err(error) => Err(error),
        };
    }
    let (now, entropy) = (app.clock.now(), app.entropy.as_ref());
    let prepare =
        |leaving: &Leaving| Some((leaving.tip.uid, rehome(leaving, agency, &directory, now, entropy).ok()?));
    let batch: Vec<(Uid, Decided)> = found.iter().filter_map(prepare).collect();
    if batch.is_empty() {
        return Ok(Step::Stuck);
    }
    write(app, directory.version, batch).await
}

async fn write(app: &Arc<App>, directory: i64, batch: Vec<(Uid, Decided)>) -> Result<Step, Failed> {
    let written = app
        .store
        .write("tip.rehomed", Lane::Desk, move |db| rows::hand_on(db, PLAN_ID, directory, &batch))
        .await;
    match written {
        Ok(0) | Err(WriteError::Refused(ActNotWritten::Directory | ActNotWritten::Changed)) => Ok(Step::Met),
        Ok(_) => {
            app.bell.ring();
            Ok(Step::Moved)
        }
        Err(WriteError::Refused(ActNotWritten::Forbidden) | WriteError::Broken) => Err(Failed::Broken),
        Err(WriteError::Busy) => Err(Failed::Busy),
        Err(WriteError::NotConfirmed) => Err(Failed::NotConfirmed),
    }
}

async fn stay(app: &Arc<App>, whom: Uid) -> Result<(), Failed> {
    tracing::warn!("an account was not ended: some tip of its agency has nowhere to go");
    let now = app.clock.now();
    app.store.write("officer.stays", Lane::Desk, move |db| rows::stay(db, PLAN_ID, &whom, now)).await
}

/// Goes on with every account that was ending when the portal stopped.
pub async fn resume(app: Arc<App>) {
    let leaving = app.store.read(|db| rows::leaving(db, PLAN_ID)).await.unwrap_or_default();
    for officer in leaving {
        if walk(&app, &officer).await.is_err() {
            tracing::warn!(officer = officer.id, "an account could not be ended; the next start goes on");
        }
    }
}
