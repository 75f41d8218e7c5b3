//! The next tip of an agency's queue, given to exactly one officer. Owns finding and claiming in one
//! transaction; refuses the order, which is the queue's own, and what a claim means (`triage::acts`).
//!
//! Invariant: of any number of officers who ask at once no two get the same tip.

use diesel::QueryResult;

use super::acts::{ActNotWritten, Warrant, apply};
use super::command::Abort;
use super::connection::Db;
use super::dialect;
use super::tip_page::standing;
use super::tip_row::{by_uid, word};
use crate::clock::{Minute, Timestamp};
use crate::people::officer::Officer;
use crate::people::roles::Permission;
use crate::triage::acts::{Hand, claim};
use crate::triage::lease;
use crate::vault::entropy::Entropy;
use crate::vault::uid::Uid;

/// The best tip that nobody has and the officer has not just passed by; where those are all there is, the best of them,
/// but none from which the officer must stand back.
fn best(db: &mut Db, officer: &Officer, now: Minute) -> QueryResult<Option<String>> {
    let agency = officer.agency.to_string();
    match dialect::best_free(db, &agency, officer.id, now.plus(-lease::MINUTES))? {
        Some(uid) => Ok(Some(uid)),
        None => dialect::best_free(db, &agency, officer.id, now),
    }
}

/// Takes the best tip that nobody has; none where all are taken, or the officer may not take any.
///
/// The claim's version fences it: whatever was prepared against the tip before is refused from here on.
pub fn take_next(
    db: &mut Db,
    plan: i64,
    officer: &Officer,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Option<Uid>, Abort<ActNotWritten>> {
    let Some(uid) = best(db, officer, now.minute())? else { return Ok(None) };
    let Some(tip) = by_uid(db, plan, &word(&uid)?)? else { return Ok(None) };
    if !standing(&tip, &officer.agency).allows(officer.role, Permission::Claim) {
        return Ok(None);
    }
    let claimed = claim(&Hand { officer, now, entropy }, &tip, false)
        .map_err(|_| Abort::Refused(ActNotWritten::Changed))?;
    let warrant =
        Warrant { officer: officer.clone(), tip: tip.uid, permission: Permission::Claim, directory: None };
    apply(db, plan, &warrant, &claimed)?;
    Ok(Some(tip.uid))
}
