//! Rows of the record leave the portal only when two people agree: asked for by an auditor with a reason and for one
//! selection, agreed to by the security administrator or another auditor, good for a day. Owns who may, and what
//! goes on record; refuses the rows themselves (`store::audit::list`) and what was selected, which is sealed.
//!
//! One invariant: no file is sent unless the request that lets it out is granted, to whoever takes it, in time, and
//! the taking is on record.

use serde_json::Value;

use super::requests::{self, Asked, RequestRefused, with};
use crate::audit::reading::{EXPORT_ASKED, EXPORT_GRANTED, EXPORT_REFUSED, RECORD_EXPORTED};
use crate::audit::{Actor, AuditRow};
use crate::clock::Timestamp;
use crate::people::approval::Matter;
use crate::people::officer::Officer;
use crate::people::roles::Right;
use crate::store::audit;
use crate::store::command::Abort;
use crate::store::connection::Db;
use crate::vault::uid::Uid;

type Outcome<T> = Result<T, Abort<RequestRefused>>;

/// Asks; `detail` is the selection in codes, for the record.
pub fn ask(
    db: &mut Db,
    plan: i64,
    by: &Officer,
    (uid, sealed, detail): (&Uid, &[u8], &Value),
    now: Timestamp,
) -> Outcome<()> {
    let by = with(db, by, &[Right::ReadRecord])?;
    let asked = Asked { matter: Matter::Export, uid, agency: &by.agency, sealed };
    requests::insert(db, plan, &by, &asked, now.minute())?;
    record(db, &by, EXPORT_ASKED, detail, now)
}

/// Another person says yes or no to a selection.
pub fn decide(
    db: &mut Db,
    by: &Officer,
    (uid, yes, detail): (&Uid, bool, &Value),
    now: Timestamp,
) -> Outcome<()> {
    let by = with(db, by, &[Right::ReadRecord, Right::ReleaseRecord])?;
    requests::decide(db, &by, Matter::Export, (uid, yes), now.minute())?;
    record(db, &by, if yes { EXPORT_GRANTED } else { EXPORT_REFUSED }, detail, now)
}

/// Puts on record that what was granted is taken now; refuses whoever it was not granted to.
pub fn take(db: &mut Db, by: &Officer, uid: &Uid, detail: &Value, now: Timestamp) -> Outcome<()> {
    let by = with(db, by, &[Right::ReadRecord])?;
    let found = requests::find(db, Matter::Export, uid)?;
    let good = found.is_some_and(|it| it.approval.is_good_for(&by, now.minute()));
    if !good {
        return Err(Abort::Refused(RequestRefused::NotGranted));
    }
    record(db, &by, RECORD_EXPORTED, detail, now)
}

fn record(db: &mut Db, by: &Officer, act: &'static str, detail: &Value, at: Timestamp) -> Outcome<()> {
    let (actor, detail) = (Actor::Officer(by.id), detail.clone());
    Ok(audit::append(db, &AuditRow { at, actor, act, tip_id: None, detail })?)
}
