//! From an opened tip to what the public record says of it. Owns the kinds of answer, and that asking is on
//! record like every use of a receipt; refuses pages.

use std::sync::Arc;

use super::opening::{Opened, OpeningError, by_ticket};
use crate::app::App;
use crate::audit::commitment::{Day, Head};
use crate::audit::record_file::{PROOF, Proof, Step};
use crate::audit::{Actor, AuditRow};
use crate::store::commitments::{Found, Kept, find, numbered, path, sealed_report};
use crate::store::{Abort, Lane, ReadError, audit};
use crate::vault::commitment::{content, leaf, name};
use crate::vault::key::SymKey;
use crate::vault::receipt::Receipt;
use crate::vault::ticket::FollowUpTicket;
use crate::vault::uid::Uid;

/// What the record says of a tip.
pub enum Standing {
    /// It stands in the record.
    Included(Box<Proof>),
    /// It will be in the record of this day, which is not over or not closed yet.
    Waiting(Day),
    /// It was erased on purpose; its leaf is still there.
    Erased(Day),
    /// It came in before there was a record.
    Before,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
    /// The tip was not opened.
    #[error(transparent)]
    Opening(#[from] OpeningError),
    /// Tip, leaf and head do not agree.
    #[error("the public record does not agree with the tip")]
    Wrong,
}

impl From<ReadError> for ProvingError {
    fn from(error: ReadError) -> Self {
        Self::Opening(error.into())
    }
}

/// What was read at once.
struct Rows {
    kept: Option<Kept>,
    head: Option<Head>,
    found: Option<Found>,
    sealed: Option<Vec<u8>>,
}

/// The answer for the tip behind a valid ticket.
pub async fn of_ticket(app: &Arc<App>, ticket: &FollowUpTicket) -> Result<Standing, ProvingError> {
    match by_ticket(app, ticket).await {
        Ok(opened) => of_tip(app, &opened, &ticket.report_key, None).await,
        Err(OpeningError::Unknown) => of_gone(app, &ticket.report_key).await,
        Err(error) => Err(error.into()),
    }
}

/// The answer for an opened tip. With the receipt the leaf is reckoned again from what lies sealed now.
pub async fn of_tip(
    app: &Arc<App>,
    tip: &Opened,
    key: &SymKey,
    receipt: Option<&Receipt>,
) -> Result<Standing, ProvingError> {
    asked(app, tip.standing.id).await;
    let rows = rows(app, &tip.standing.uid, key).await?;
    let Some(kept) = &rows.kept else { return Ok(Standing::Before) };
    if let (Some(receipt), Some(sealed)) = (receipt, &rows.sealed)
        && leaf(receipt, &content(&tip.standing.uid, sealed)) != kept.leaf
    {
        return Err(wrong());
    }
    match (kept.erased, kept.head, &rows) {
        (Some(day), ..) => Ok(Standing::Erased(day)),
        (None, None, _) => Ok(Standing::Waiting(Day::of(tip.received))),
        (None, Some(_), Rows { head: Some(head), found: Some(found), .. }) => {
            let proof = proof(kept, head, found);
            proof.check().map_err(|_| wrong())?;
            Ok(Standing::Included(Box::new(proof)))
        }
        (None, Some(_), _) => Err(wrong()),
    }
}

/// A tip that is gone: erased on purpose, or the record says that it should be there.
async fn of_gone(app: &Arc<App>, key: &SymKey) -> Result<Standing, ProvingError> {
    let own = name(key);
    match app.store.read(move |db| find(db, &own)).await? {
        None => Err(OpeningError::Unknown.into()),
        Some(kept) => kept.erased.map(Standing::Erased).ok_or_else(wrong),
    }
}

async fn rows(app: &Arc<App>, tip: &Uid, key: &SymKey) -> Result<Rows, ReadError> {
    let (own, uid) = (name(key), tip.to_string());
    let query = move |db: &mut crate::store::Db| {
        let kept = find(db, &own)?;
        let number = kept.as_ref().and_then(|kept| kept.head);
        let head = number.map_or(Ok(None), |number| numbered(db, number))?;
        let found = match (&kept, &head) {
            (Some(kept), Some(head)) => path(db, head, &kept.leaf)?,
            _ => None,
        };
        Ok(Rows { kept, head, found, sealed: sealed_report(db, &uid)? })
    };
    app.store.read(query).await
}

fn proof(kept: &Kept, head: &Head, found: &Found) -> Proof {
    Proof {
        format: PROOF.into(),
        head: head.clone(),
        index: found.index,
        leaf: kept.leaf,
        opening: kept.opening,
        path: found.path.iter().map(|hash| Step(*hash)).collect(),
    }
}

fn wrong() -> ProvingError {
    tracing::error!("a tip and the public record do not agree: run `homeward proof audit`");
    ProvingError::Wrong
}

/// Puts it on record that proof was asked for. A reporter is not shut out because this could not be written.
async fn asked(app: &Arc<App>, tip: i64) {
    let row = AuditRow {
        at: app.clock.now().minute().start(),
        actor: Actor::Reporter,
        act: "receipt.proof",
        tip_id: Some(tip),
        detail: serde_json::json!({}),
    };
    let written = app
        .store
        .write("receipt.proof", Lane::Tips, move |db| audit::append(db, &row).map_err(Abort::<()>::Db));
    if written.await.is_err() {
        tracing::warn!("that proof was asked for was not recorded");
    }
}
