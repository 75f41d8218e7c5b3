//! The acts that leave a tip with its agency: claim, accept, note, reply, close.

use serde_json::json;

use super::{ActRefused, Decided, Draft, Hand, LONGEST_REASON, LONGEST_TEXT, typed};
use crate::triage::keys::TipKeys;
use crate::triage::outcome::Outcome;
use crate::triage::status::Act;
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;

/// Takes a tip to work on.
///
/// A colleague of the same agency is not displaced. The lead may take over from whoever acted first; nobody
/// takes it out of the hands of the lead.
/// `holder_is_colleague` says whether the present holder works for the same agency.
pub fn claim(hand: &Hand<'_>, tip: &Tip, holder_is_colleague: bool) -> Result<Decided, ActRefused> {
    match tip.claimed_by {
        Some(holder) if holder == hand.officer.id => return Err(ActRefused::Unchanged),
        Some(_) if holder_is_colleague || !leads(hand, tip) => return Err(ActRefused::HeldByColleague),
        _ => {}
    }
    let mut decided = Decided::of(hand, tip, Act::Claim, json!({ "agency": hand.officer.agency }))?;
    decided.claimed_by = Some(hand.officer.id);
    Ok(decided)
}

fn leads(hand: &Hand<'_>, tip: &Tip) -> bool {
    hand.officer.agency == tip.placement.lead
}

/// Takes a tip on for good.
pub fn accept(hand: &Hand<'_>, tip: &Tip) -> Result<Decided, ActRefused> {
    Ok(Decided::of(hand, tip, Act::Accept, json!({ "agency": hand.officer.agency }))?)
}

/// Writes a note for the handling agencies.
pub fn note(hand: &Hand<'_>, tip: &Tip, keys: &TipKeys, text: &str) -> Result<Decided, ActRefused> {
    let text = typed(text, LONGEST_TEXT)?;
    let key = keys.get(Compartment::Case)?;
    let decided = Decided::of(hand, tip, Act::Note, json!({}))?;
    let entry = Draft { kind: "note", compartment: Compartment::Case, body: &said(hand, text, false) };
    Ok(decided.with_entry(hand, tip, key, &entry))
}

/// Writes to the reporter; with `ask`, the tip waits for an answer.
pub fn reply(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    text: &str,
    ask: bool,
) -> Result<Decided, ActRefused> {
    let text = typed(text, LONGEST_TEXT)?;
    let key = keys.get(Compartment::Report)?;
    let act = if ask { Act::Ask } else { Act::Reply };
    let decided = Decided::of(hand, tip, act, json!({ "agency": hand.officer.agency }))?;
    Ok(decided.with_entry(hand, tip, key, &answer(&said(hand, text, ask))))
}

const fn answer(body: &[u8]) -> Draft<'_> {
    Draft { kind: "reply", compartment: Compartment::Report, body }
}

/// The body of an entry, in the shape of `dialogue`'s message: the agency speaks, never the officer.
fn said(hand: &Hand<'_>, text: &str, ask: bool) -> Vec<u8> {
    let said = json!({ "text": text, "at": hand.now, "agency": hand.officer.agency, "ask": ask });
    said.to_string().into_bytes()
}

/// How a tip is closed.
#[derive(Clone, Copy)]
pub struct Closing<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// Why; for the handling agencies.
    pub reason: &'a str,
    /// A last word to the reporter; may be empty.
    pub reply: &'a str,
}

/// Closes a tip. Outcome and reason are sealed under the case key.
pub fn close(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    closing: &Closing<'_>,
) -> Result<Decided, ActRefused> {
    let reason = typed(closing.reason, LONGEST_REASON)?;
    let case = keys.get(Compartment::Case)?;
    let why = json!({ "outcome": closing.outcome.as_str(), "reason": reason });
    let detail = json!({ "agency": hand.officer.agency });
    let mut decided = Decided::of(hand, tip, Act::Close, detail)?.with_reason(hand, tip, case, &why);
    decided.outcome = Some(closing.outcome);
    if closing.reply.trim().is_empty() {
        return Ok(decided);
    }
    let text = typed(closing.reply, LONGEST_TEXT)?;
    Ok(decided.with_entry(hand, tip, keys.get(Compartment::Report)?, &answer(&said(hand, text, false))))
}
