//! A legal hold (依法保留): while it stands, nothing of the tip is erased. Owns who may set and lift one and what
//! stands in history and record of it; refuses the permission to decide on the tip (`people::roles`) and rows.
//!
//! Invariant: whoever set a hold does not lift it.

use serde_json::json;
use thiserror::Error;

use super::terms::DAY;
use crate::audit::{Actor, AuditRow, reason};
use crate::clock::Minute;
use crate::triage::acts::{ActRefused, Hand, LONGEST_REASON, NewEvent, typed};
use crate::triage::keys::{TipKeys, reason_place};
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::seal::seal;
use crate::vault::uid::Uid;

/// After so many days somebody looks whether a hold is still needed.
pub const REVIEW_DAYS: i64 = 365;

/// A hold that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Row id.
    pub id: i64,
    /// Who set it, by row id.
    pub set_by: i64,
    /// When.
    pub set: Minute,
}

impl Hold {
    /// Whether somebody should look whether it is still needed.
    pub const fn wants_review(&self, now: Minute) -> bool {
        now.0.saturating_sub(self.set.0) > REVIEW_DAYS * DAY
    }
}

/// Why a hold was not set or lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HoldRefused {
    /// One stands already.
    #[error("a hold stands already")]
    Stands,
    /// None stands.
    #[error("no hold stands")]
    None,
    /// Whoever set it wants to lift it.
    #[error("a hold is lifted by another officer than the one who set it")]
    Own,
    /// The reason, or the key to seal it.
    #[error(transparent)]
    Act(#[from] ActRefused),
}

/// What setting or lifting a hold writes.
#[derive(Clone, Debug)]
pub struct HoldAct {
    /// The hold that is lifted; none where one is set.
    pub lifts: Option<i64>,
    /// The line in the tip's history, with the reason sealed under the case key.
    pub event: NewEvent,
    /// The line in the audit record.
    pub audit: AuditRow,
}

/// Sets a hold. It changes no version: nobody's decision goes stale by it.
pub fn set(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    standing: Option<&Hold>,
    reason: &str,
) -> Result<HoldAct, HoldRefused> {
    if standing.is_some() {
        return Err(HoldRefused::Stands);
    }
    Ok(lines(hand, tip, keys, ("hold_set", "tip.hold_set"), reason)?)
}

/// Lifts the hold that stands.
pub fn lift(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    standing: Option<&Hold>,
    reason: &str,
) -> Result<HoldAct, HoldRefused> {
    let hold = standing.ok_or(HoldRefused::None)?;
    if hold.set_by == hand.officer.id {
        return Err(HoldRefused::Own);
    }
    let act = lines(hand, tip, keys, ("hold_lifted", "tip.hold_lifted"), reason)?;
    Ok(HoldAct { lifts: Some(hold.id), ..act })
}

fn lines(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    (kind, act): (&'static str, &'static str),
    why: &str,
) -> Result<HoldAct, ActRefused> {
    let why = typed(why, LONGEST_REASON)?;
    let uid = Uid::generate(hand.entropy);
    let why = json!({ "reason": why }).to_string();
    let sealed =
        seal(keys.get(Compartment::Case)?, &reason_place(&tip.uid, &uid), why.as_bytes(), hand.entropy);
    let detail = json!({ "agency": hand.officer.agency });
    let mut bound = detail.clone();
    reason::bind(&mut bound, &uid, &sealed);
    let event = NewEvent { uid, kind, detail, sealed: Some(sealed) };
    let actor = Actor::Officer(hand.officer.id);
    let audit = AuditRow { at: hand.now, actor, act, tip_id: Some(tip.id), detail: bound };
    Ok(HoldAct { lifts: None, event, audit })
}

#[cfg(test)]
#[path = "hold_test.rs"]
mod tests;
