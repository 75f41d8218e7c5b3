//! The courier: takes due notices out of the outbox under a lease, sends them, and settles each. Owns the
//! round; at least once, never holding a transaction while a relay thinks.

use std::sync::Arc;
use std::time::Duration;

use super::{App, PLAN_ID};
use crate::notify::backoff;
use crate::notify::mail::{Carrier, Facts, Undelivered, compose};
use crate::store::outbox::{self, Leased, Settled};
use crate::store::{Lane, WriteError};
use crate::vault::entropy::bytes;

/// How long a lease lasts, in seconds: longer than all mails of one round together may take.
const LEASE_SECONDS: i64 = 15 * 60;

/// Mails of one round.
const ROUND: i64 = 20;

/// After this many refusals "for good" a notice is believed refused.
const REFUSALS: i64 = 6;

/// How long the courier rests when nothing is due and nobody rings; other nodes' notices, and those whose
/// minute has come, are found by looking.
const REST: Duration = Duration::from_secs(1);

/// Carries notices until the process ends.
pub async fn carry(app: Arc<App>, carrier: Arc<Carrier>) {
    if matches!(*carrier, Carrier::None) {
        tracing::warn!("no mail relay is set: notices wait in the outbox");
        return;
    }
    let mut ear = app.bell.listener();
    loop {
        // Listen first, then look: what is put in while we look ends the rest.
        ear.listen();
        let rest = match round(&app, &carrier).await {
            Ok(n) if n > 0 => continue,
            Ok(_) => REST,
            Err(_) => REST * 5,
        };
        let _ = tokio::time::timeout(rest, ear.rung()).await;
    }
}

/// One round: leases what is due, sends it, settles it. Returns how many notices were tried.
pub async fn round(app: &Arc<App>, carrier: &Arc<Carrier>) -> Result<usize, WriteError<()>> {
    let token = hex(&bytes::<16>(app.entropy.as_ref()));
    let leased = lease(app, token.clone()).await?;
    let tried = leased.len();
    for notice in leased {
        let how = send(app, carrier, &notice).await;
        // One that cannot be settled is sent again when its lease has run out; the others go on.
        if settle(app, notice.id, token.clone(), how).await.is_err() {
            tracing::warn!(outbox.id = notice.id, "a notice could not be settled; it may be sent again");
        }
    }
    Ok(tried)
}

async fn lease(app: &Arc<App>, token: String) -> Result<Vec<Leased>, WriteError<()>> {
    let now = app.clock.now();
    // An idle outbox costs a read, not a commit each second.
    let due = app.store.read(move |db| outbox::is_due(db, now)).await.map_err(|_| WriteError::Busy)?;
    if !due {
        return Ok(Vec::new());
    }
    app.store
        .write("outbox.lease", Lane::Desk, move |db| {
            Ok(outbox::lease(db, now, LEASE_SECONDS, &token, ROUND)?)
        })
        .await
}

async fn settle(app: &Arc<App>, id: i64, token: String, how: Settled) -> Result<(), WriteError<()>> {
    let kept = app
        .store
        .write("outbox.settle", Lane::Desk, move |db| Ok(outbox::settle(db, id, &token, &how)?))
        .await?;
    if !kept {
        tracing::warn!(outbox.id = id, "a lease ran out before its mail was settled; it may be sent again");
    }
    Ok(())
}

async fn send(app: &Arc<App>, carrier: &Arc<Carrier>, notice: &Leased) -> Settled {
    let agency = notice.agency.clone();
    let mailbox = app.store.read(move |db| outbox::mailbox(db, PLAN_ID, &agency)).await;
    let to = match mailbox {
        Ok(Some(to)) => to,
        Ok(None) => return later(app, notice, "no-mailbox"),
        Err(_) => return later(app, notice, "store"),
    };
    let desk = app.desk_address();
    let facts = Facts { id: notice.id, kind: &notice.kind, urgency: &notice.urgency, desk: &desk };
    let from = app.config.mail.from.as_deref().unwrap_or("duty@homeward.invalid");
    let Ok(mail) = compose(from, &to, &facts, &app.deployment) else { return later(app, notice, "address") };
    let carrier = Arc::clone(carrier);
    match tokio::task::spawn_blocking(move || carrier.send(&mail)).await {
        Ok(Ok(())) => Settled::Sent,
        // A relay that refuses today may have been set up wrongly: try a few times before giving up.
        Ok(Err(Undelivered::Never(why))) if notice.attempts + 1 >= REFUSALS => {
            tracing::error!(outbox.id = notice.id, reason = why, "a notice was refused for good");
            Settled::Dead(why)
        }
        Ok(Err(Undelivered::Never(why))) => later(app, notice, why),
        Ok(Err(Undelivered::Later(why))) => later(app, notice, why),
        Err(_) => later(app, notice, "panic"),
    }
}

fn later(app: &Arc<App>, notice: &Leased, why: &'static str) -> Settled {
    if notice.attempts + 1 >= backoff::MOST_ATTEMPTS {
        tracing::error!(outbox.id = notice.id, reason = why, "a notice was given up");
        return Settled::Dead(why);
    }
    let wait = backoff::minutes(notice.attempts, bytes::<1>(app.entropy.as_ref())[0]);
    Settled::Again(app.clock.now().minute().plus(wait), why)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
