//! From a receipt, or from the ticket that stands for it, to the opened thread. Owns that a well-formed
//! receipt nobody holds costs what a held one costs until its envelope is open; refuses pages.

use std::sync::{Arc, LazyLock};

use crate::app::App;
use crate::audit::{Actor, AuditRow};
use crate::clock::Minute;
use crate::dialogue::add::Standing;
use crate::dialogue::kept_out::KeptOut;
use crate::dialogue::progress::{Step, is_unread, steps};
use crate::dialogue::thread::{Said, open_thread};
use crate::intake::accept::REPORTER;
use crate::store::follow_up::{Found, find, opened, thread};
use crate::store::{Lane, ReadError};
use crate::vault::compartment::Compartment;
use crate::vault::entropy::OsEntropy;
use crate::vault::pair::{EnvelopeFor, KeyPair, envelop, open_envelope};
use crate::vault::receipt::Receipt;
use crate::vault::seal::SymKey;
use crate::vault::ticket::FollowUpTicket;
use crate::vault::uid::Uid;

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// No tip answers to it: unknown, wrong or erased, all alike.
    #[error("no tip answers to this receipt")]
    Unknown,
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] ReadError),
    /// The rows are there but do not open.
    #[error("the tip does not open")]
    Damaged,
}

/// A tip as its reporter sees it.
pub struct Opened {
    /// Where it stands.
    pub standing: Standing,
    /// When it was received.
    pub received: Minute,
    /// When somebody must have acted.
    pub due: Minute,
    /// What was said.
    pub said: Vec<Said>,
    /// The steps so far.
    pub steps: Vec<Step>,
    /// Whether nobody has looked at the latest of it.
    pub unread: bool,
    /// How many pictures came with it.
    pub pictures: i64,
    /// Who was kept out of it.
    pub kept_out: KeptOut,
}

/// Opens a receipt: gives the tip's id and its report key.
pub async fn by_receipt(app: &Arc<App>, receipt: &Receipt) -> Result<(Uid, SymKey), OpeningError> {
    let (pair, lookup) = (receipt.key_pair(), receipt.lookup());
    let Some(found) = app.store.read(move |db| find(db, &lookup)).await? else {
        DECOY.open();
        return Err(OpeningError::Unknown);
    };
    let tip: Uid = found.uid.parse().map_err(|_| OpeningError::Damaged)?;
    let what = EnvelopeFor { tip: &tip, compartment: Compartment::Report, recipient: REPORTER };
    let key = open_envelope(&pair.private, &what, &found.sealed).map_err(|_| OpeningError::Damaged)?;
    used(app, &found).await;
    Ok((tip, key))
}

/// Records the use and forgets the answers that would hand the receipt out again. A reporter is not shut
/// out because this could not be written.
async fn used(app: &Arc<App>, found: &Found) {
    let (id, at) = (found.id, app.clock.now().minute().start());
    let row = AuditRow {
        at,
        actor: Actor::Reporter,
        act: "receipt.opened",
        tip_id: Some(id),
        detail: serde_json::json!({}),
    };
    let written = app.store.write("receipt.opened", Lane::Tips, move |db| {
        Ok::<_, crate::store::Abort<()>>(opened(db, id, &row)?)
    });
    if written.await.is_err() {
        tracing::warn!("the use of a receipt was not recorded");
    }
}

/// The thread of a tip, opened with its report key.
pub async fn by_key(app: &Arc<App>, tip: &Uid, key: &SymKey) -> Result<Opened, OpeningError> {
    let uid = tip.to_string();
    let rows = app.store.read(move |db| thread(db, &uid)).await?.ok_or(OpeningError::Unknown)?;
    let said = open_thread(tip, key, &rows.entries).map_err(|_| OpeningError::Damaged)?;
    let steps = steps(rows.history.iter().map(|(kind, minute)| (kind.as_str(), *minute)));
    Ok(Opened {
        unread: is_unread(rows.history.iter().map(|(kind, _)| kind.as_str())),
        standing: rows.standing,
        received: rows.received,
        due: rows.due,
        said,
        steps,
        pictures: rows.pictures,
        kept_out: rows.kept_out,
    })
}

/// The thread behind a valid ticket.
pub async fn by_ticket(app: &Arc<App>, ticket: &FollowUpTicket) -> Result<Opened, OpeningError> {
    by_key(app, &ticket.tip, &ticket.report_key).await
}

/// An envelope nobody needs: opened where there is none, so that the answer takes as long.
static DECOY: LazyLock<Decoy> = LazyLock::new(Decoy::make);

/// Makes the decoy before the first visitor: the first unknown receipt must not be the slowest.
pub fn prepare() {
    LazyLock::force(&DECOY);
}

struct Decoy {
    pair: KeyPair,
    tip: Uid,
    sealed: Vec<u8>,
}

impl Decoy {
    fn make() -> Self {
        let (pair, tip) = (KeyPair::generate(&OsEntropy), Uid::generate(&OsEntropy));
        let sealed = envelop(&pair.public, &Self::what(&tip), &SymKey::generate(&OsEntropy), &OsEntropy);
        Self { pair, tip, sealed }
    }

    const fn what(tip: &Uid) -> EnvelopeFor<'_> {
        EnvelopeFor { tip, compartment: Compartment::Report, recipient: REPORTER }
    }

    fn open(&self) {
        let opened = open_envelope(&self.pair.private, &Self::what(&self.tip), &self.sealed);
        std::hint::black_box(opened.is_ok());
    }
}
