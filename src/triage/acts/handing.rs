//! The acts that may hand a tip on: correcting what it is, and referring it.

use serde_json::{Value, json};

use super::{ActRefused, Decided, Draft, Hand, LONGEST_REASON, Moved, has_new, notices, typed};
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, Calendar, CategoryCode, DistrictCode, Plan};
use crate::routing::Decision;
use crate::triage::deadline;
use crate::triage::keys::{Held, TipKeys, reseal};
use crate::triage::placement::Placement;
use crate::triage::status::Act;
use crate::triage::tip::{Reasons, Tip};
use crate::vault::compartment::Compartment;
use crate::vault::seal::SymKey;

/// What puts a tip right: the facts, and the decision that follows from them.
#[derive(Clone, Copy)]
pub struct Correction<'a> {
    /// What it is about.
    pub category: CategoryCode,
    /// Where.
    pub district: Option<DistrictCode>,
    /// What routing decides with these facts.
    pub decision: &'a Decision,
    /// The working calendar of the plan that decided.
    pub calendar: &'a Calendar,
    /// The extract for a police command that must save a life, as the body of an entry.
    pub life: &'a [u8],
}

/// Puts category, district or urgency right. Whoever leads then, reads; whoever no longer stands on the
/// ladder, does not. The time of receipt and the clock from it stay.
pub fn correct(
    hand: &Hand<'_>,
    tip: &Tip,
    held: &Held,
    keys: TipKeys,
    directory: &Directory,
    correction: &Correction<'_>,
) -> Result<Decided, ActRefused> {
    let decision = correction.decision;
    let placement = Placement::of(decision, |agency| directory.has_key(agency));
    let same_facts = (correction.category, correction.district, decision.urgency)
        == (tip.category, tip.district, tip.placement.urgency);
    if same_facts && placement == tip.placement {
        return Err(ActRefused::Unchanged);
    }
    let moved = Moved {
        category: correction.category,
        secondary: tip.secondary,
        district: correction.district,
        reasons: reasons_of(decision),
        due: deadline::due(correction.calendar, tip.received, decision.first_action_minutes),
        resealed: super::Resealed::default(),
        placement,
    };
    let act = if moved.placement.lead == tip.placement.lead { Act::Correct } else { Act::Reroute };
    let detail = json!({ "from": facts(tip), "to": facts_after(&moved) });
    let decided = Decided::of(hand, tip, act, detail)?;
    hand_over(hand, tip, decided, moved, Keys { held, keys, directory }, Some(correction.life))
}

fn reasons_of(decision: &Decision) -> Reasons {
    Reasons {
        rule: decision.rule.clone(),
        plan_version: decision.plan_version.clone(),
        clauses: decision.clauses.clone(),
        because: decision.because.clone(),
    }
}

fn facts(tip: &Tip) -> Value {
    json!({
        "category": tip.category, "district": tip.district,
        "urgency": tip.placement.urgency, "lead": tip.placement.lead,
    })
}

fn facts_after(moved: &Moved) -> Value {
    json!({
        "category": moved.category, "district": moved.district,
        "urgency": moved.placement.urgency, "lead": moved.placement.lead,
    })
}

/// Where a tip is to go, and why.
#[derive(Clone, Copy)]
pub struct Referral<'a> {
    /// The agency.
    pub to: AgencyCode,
    /// Why; for the handling agencies.
    pub reason: &'a str,
}

/// Hands a tip to another agency. The deadline goes with it.
pub fn refer(
    hand: &Hand<'_>,
    tip: &Tip,
    held: &Held,
    keys: TipKeys,
    (directory, plan): (&Directory, &Plan),
    referral: &Referral<'_>,
) -> Result<Decided, ActRefused> {
    let reason = typed(referral.reason, LONGEST_REASON)?;
    let placement = tip.placement.referred(referral.to, plan, directory)?;
    let case = keys.get(Compartment::Case)?.clone();
    let detail = json!({ "from": tip.placement.lead, "to": referral.to });
    let decided = Decided::of(hand, tip, Act::Refer, detail)?;
    let decided = decided.with_reason(hand, tip, &case, &json!({ "reason": reason }));
    let moved = Moved {
        category: tip.category,
        secondary: tip.secondary,
        district: tip.district,
        reasons: tip.reasons.clone(),
        due: tip.due,
        resealed: super::Resealed::default(),
        placement,
    };
    hand_over(hand, tip, decided, moved, Keys { held, keys, directory }, None)
}

struct Keys<'a> {
    held: &'a Held,
    keys: TipKeys,
    directory: &'a Directory,
}

/// Seals the keys to the new readers and writes to whoever has the tip before them now.
fn hand_over(
    hand: &Hand<'_>,
    tip: &Tip,
    mut decided: Decided,
    mut moved: Moved,
    keys: Keys<'_>,
    life: Option<&[u8]>,
) -> Result<Decided, ActRefused> {
    let Keys { held, keys, directory } = keys;
    // A fresh extract goes under a fresh key, and the old one goes: the lead does not hold the key to it,
    // and what has been put right must reach whoever saves a life.
    let (held, gone) = match life {
        Some(_) => held.begin_anew(Compartment::Life),
        None => (held.clone(), Vec::new()),
    };
    let life_key = SymKey::generate(hand.entropy);
    let keys =
        if held.has(Compartment::Life) { keys } else { keys.with(Compartment::Life, life_key.clone()) };
    moved.resealed = reseal(&tip.uid, &moved.placement, &held, &keys, directory, hand.entropy)?;
    moved.resealed.removed.extend(gone);
    if let Some(body) = life.filter(|_| has_new(&moved.resealed, Compartment::Life)) {
        let entry = Draft { kind: "life", compartment: Compartment::Life, body };
        decided = decided.with_entry(hand, tip, &life_key, &entry);
    }
    if moved.placement.lead != tip.placement.lead {
        decided.claimed_by = None;
    }
    decided.notices = notices((hand.now.minute(), hand.entropy), &tip.placement, &moved.placement);
    decided.moved = Some(moved);
    Ok(decided)
}
