//! The courier: takes due notices out of the outbox under a lease, sends them, and settles each. Owns the
//! round; at least once, never holding a transaction while a relay thinks.

use std::sync::Arc;

use lettre::Message;

use super::{App, PLAN_ID};
use crate::audit::chain::Chain;
use crate::notify::mail::{Carrier, Facts, Undelivered, compose};
use crate::notify::{CONFIRM, MOVED, head};
use crate::plan::AgencyCode;
use crate::store::audit::anchors;
use crate::store::bell::Watch;
use crate::store::outbox::{self, Leased, Settled};
use crate::store::people::mailboxes;
use crate::store::rounds::{LEASE_SECONDS, ROUND, judge};
use crate::store::{Lane, WriteError};
use crate::vault::entropy::bytes;

/// Carries notices until the process ends.
pub async fn carry(app: Arc<App>, carrier: Arc<Carrier>) {
    if matches!(*carrier, Carrier::None) {
        tracing::warn!("no mail relay is set: notices wait in the outbox");
        return;
    }
    let mut watch = Watch::over(&app.bell);
    loop {
        watch.begin();
        let found = round(&app, &carrier).await.ok();
        if let Some(longest) = watch.end(found) {
            watch.rest(longest).await;
        }
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

/// Tries one notice once; gives what became of it.
async fn send(app: &Arc<App>, carrier: &Arc<Carrier>, notice: &Leased) -> Settled {
    let sent = hand_over(app, carrier, notice).await;
    let chance = bytes::<1>(app.entropy.as_ref())[0];
    let how = judge(sent, notice.attempts, app.clock.now().minute(), chance);
    if let Settled::Dead(why) = how {
        tracing::error!(outbox.id = notice.id, reason = why, "a notice was given up");
    }
    how
}

async fn hand_over(app: &Arc<App>, carrier: &Arc<Carrier>, notice: &Leased) -> Result<(), Undelivered> {
    let mail = match notice.kind.as_str() {
        head::KIND => of_head(app, notice).await,
        CONFIRM => of_code(app, notice).await,
        MOVED => of_moved(app, notice).await,
        _ => of_notice(app, notice).await,
    };
    let (mail, carrier) = (mail?, Arc::clone(carrier));
    let sending = tokio::task::spawn_blocking(move || carrier.send(&mail)).await;
    sending.unwrap_or(Err(Undelivered::Later("panic")))
}

/// Who the mails come from.
fn from(app: &App) -> &str {
    app.config.mail.from.as_deref().unwrap_or("duty@homeward.invalid")
}

/// The newest head that is kept, for the auditor.
async fn of_head(app: &Arc<App>, notice: &Leased) -> Result<Message, Undelivered> {
    let chain = Chain::of(&app.deployment);
    let last = app.store.read(move |db| anchors::last(db, &chain)).await;
    let last = last.map_err(|_| Undelivered::Later("store"))?.filter(|found| found.is_ours);
    let anchor = last.ok_or(Undelivered::Later("no-head"))?.anchor;
    let link = hex(&anchor.head.link);
    let said = head::Said { seq: anchor.head.seq, link, minute: anchor.minute };
    let to = app.config.record.mail.as_deref().ok_or(Undelivered::Later("no-mailbox"))?;
    head::compose(from(app), to, notice.id, &said, &app.deployment).map_err(|_| Undelivered::Later("address"))
}

async fn of_notice(app: &Arc<App>, notice: &Leased) -> Result<Message, Undelivered> {
    let agency = notice.agency.clone();
    let mailbox = app.store.read(move |db| outbox::mailbox(db, PLAN_ID, &agency)).await;
    let to = mailbox.map_err(|_| Undelivered::Later("store"))?.ok_or(Undelivered::Later("no-mailbox"))?;
    written(app, notice, (&to, ""))
}

/// The code of a mailbox that is to be confirmed, to that mailbox; none where it is no longer wanted.
async fn of_code(app: &Arc<App>, notice: &Leased) -> Result<Message, Undelivered> {
    let agency: AgencyCode = notice.agency.parse().map_err(|_| Undelivered::Never("agency"))?;
    let wanted = app.store.read(move |db| mailboxes::wanted(db, PLAN_ID, &agency)).await;
    let wanted = wanted.map_err(|_| Undelivered::Later("store"))?.ok_or(Undelivered::Never("not-wanted"))?;
    written(app, notice, (&wanted.address, &wanted.code(&app.deployment)))
}

/// Word of another mailbox, to the one that was in use when it was named, whichever is by now.
async fn of_moved(app: &Arc<App>, notice: &Leased) -> Result<Message, Undelivered> {
    let agency: AgencyCode = notice.agency.parse().map_err(|_| Undelivered::Never("agency"))?;
    let former = app.store.read(move |db| mailboxes::former(db, PLAN_ID, &agency)).await;
    let to = former.map_err(|_| Undelivered::Later("store"))?.ok_or(Undelivered::Never("no-mailbox"))?;
    written(app, notice, (&to, ""))
}

fn written(app: &App, notice: &Leased, (to, code): (&str, &str)) -> Result<Message, Undelivered> {
    let desk = app.desk_address();
    let facts = Facts { id: notice.id, kind: &notice.kind, urgency: &notice.urgency, desk: &desk, code };
    compose(from(app), to, &facts, &app.deployment).map_err(|_| Undelivered::Later("address"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
