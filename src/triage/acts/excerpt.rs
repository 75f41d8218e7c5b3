//! Releasing a text to a body that is told of a tip (plan/README, rule 4): the lead cuts the report down to what the body
//! needs, and the body opens this text and nothing else. Owns who may get one and its sealing; refuses choosing the
//! words.
//!
//! One invariant: a text goes only to a body that is told or may be told, takes tips and is not excluded; each text has
//! a key of its own.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;

use super::{ActRefused, Decided, Draft, Hand, LONGEST_TEXT, typed};
use crate::clock::Timestamp;
use crate::notify::{Notice, NoticeKind};
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, Plan};
use crate::routing::{Coverage, TipFacts, decide};
use crate::triage::keys::{ResealError, TipKeys, seal_to};
use crate::triage::status::Act;
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::seal::{Place, SymKey, seal};
use crate::vault::uid::Uid;

/// Why a text is not released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ExcerptRefused {
    /// No body was chosen.
    #[error("no body was chosen")]
    Nobody,
    /// One that was chosen may not get it; an excluded one reads like any other.
    #[error("a body that was chosen may not get it")]
    NotOffered,
}

/// What is to be released, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a> {
    /// The bodies.
    pub to: &'a BTreeSet<AgencyCode>,
    /// The text, as the officer cut it.
    pub text: &'a str,
}

/// A released text before it is a row.
#[derive(Clone, Debug)]
pub struct NewExcerpt {
    /// Public id.
    pub uid: Uid,
    /// Who gets it.
    pub agency: AgencyCode,
    /// Its key, sealed to that body.
    pub envelope: Vec<u8>,
    /// The text, sealed under that key.
    pub sealed: Vec<u8>,
}

/// What a body opens.
#[derive(Serialize, Deserialize)]
pub struct ExcerptBody {
    /// The text.
    pub text: String,
    /// Who released it.
    pub from: AgencyCode,
    /// When.
    pub at: Timestamp,
}

/// What the handling agencies keep of it, under the case key.
#[derive(Serialize, Deserialize)]
pub struct ExcerptNote {
    /// The text.
    pub text: String,
    /// Who got it.
    pub to: BTreeSet<AgencyCode>,
}

/// The desks that may get a text about this tip: those that were told, and the bodies that the plan lets know besides
/// and that have no desk in it yet.
///
/// Reckoned from the clear facts alone, as if no consent were given: where it was, the police are told already.
pub fn offered(tip: &Tip, plan: &Plan, coverage: &dyn Coverage) -> BTreeSet<AgencyCode> {
    let placement = &tip.placement;
    let facts = TipFacts {
        secondary: tip.secondary,
        district: tip.district,
        urgency: Some(placement.urgency),
        minor: tip.has_minor,
        exclude: placement.excluded.clone(),
        ..TipFacts::of(tip.category)
    };
    let may = decide(plan, &facts, coverage).map(|decision| decision.may_be_told).unwrap_or_default();
    let readers = placement.holders(Compartment::Report);
    let has_part =
        |body: &AgencyCode| placement.told.iter().chain(&readers).any(|desk| desk.body() == body.body());
    let besides = may.into_iter().filter(|body| !has_part(body));
    let can_get = |agency: &AgencyCode| {
        !placement.excludes(agency)
            && !readers.contains(agency)
            && plan.agency(agency).is_some_and(|body| body.can_take_tips)
            && coverage.can_lead(agency)
    };
    placement.told.iter().copied().chain(besides).filter(can_get).collect()
}

/// Releases a text to bodies; one that a body was given before goes.
pub fn send_excerpt(
    hand: &Hand<'_>,
    tip: &Tip,
    keys: &TipKeys,
    (directory, plan): (&Directory, &Plan),
    excerpt: &Excerpt<'_>,
) -> Result<Decided, ActRefused> {
    let text = typed(excerpt.text, LONGEST_TEXT)?;
    if excerpt.to.is_empty() {
        return Err(ExcerptRefused::Nobody.into());
    }
    if !excerpt.to.is_subset(&offered(tip, plan, directory)) {
        return Err(ExcerptRefused::NotOffered.into());
    }
    let case = keys.get(Compartment::Case)?;
    let detail = json!({ "agency": hand.officer.agency, "to": excerpt.to });
    let mut decided = Decided::of(hand, tip, Act::SendExcerpt, detail)?;
    let sealed = |to: &AgencyCode| sealed(hand, tip, *to, text, directory);
    decided.excerpts = excerpt.to.iter().map(sealed).collect::<Result<_, _>>()?;
    let notice = |to: &AgencyCode| {
        let urgency = tip.placement.urgency;
        Notice::now(*to, NoticeKind::Excerpt, urgency, hand.now.minute(), hand.entropy)
    };
    decided.notices = excerpt.to.iter().map(notice).collect();
    let note = ExcerptNote { text: text.to_owned(), to: excerpt.to.clone() };
    let body = serde_json::to_vec(&note).expect("strings and codes always become JSON");
    let entry = Draft { kind: "excerpt", compartment: Compartment::Case, body: &body };
    Ok(decided.with_entry(hand, tip, case, &entry))
}

fn sealed(
    hand: &Hand<'_>,
    tip: &Tip,
    agency: AgencyCode,
    text: &str,
    directory: &Directory,
) -> Result<NewExcerpt, ResealError> {
    let (uid, key) = (Uid::generate(hand.entropy), SymKey::generate(hand.entropy));
    let body = ExcerptBody { text: text.to_owned(), from: hand.officer.agency, at: hand.now };
    let clear = serde_json::to_vec(&body).expect("strings, numbers and codes always become JSON");
    let clear = zeroize::Zeroizing::new(clear);
    let sealed = seal(&key, &excerpt_place(&tip.uid, &uid), &clear, hand.entropy);
    let keys = TipKeys::of([(Compartment::Excerpt, key)]);
    let envelope = seal_to(&tip.uid, Compartment::Excerpt, &agency, &keys, directory, hand.entropy)?.sealed;
    Ok(NewExcerpt { uid, agency, envelope, sealed })
}

/// Takes back what a body was given: from then on it opens nothing.
pub fn withdraw_excerpt(hand: &Hand<'_>, tip: &Tip, from: AgencyCode) -> Result<Decided, ActRefused> {
    let detail = json!({ "agency": hand.officer.agency, "to": from });
    let mut decided = Decided::of(hand, tip, Act::WithdrawExcerpt, detail)?;
    decided.withdrawn = Some(from);
    Ok(decided)
}

/// The place of a released text.
pub const fn excerpt_place<'a>(tip: &'a Uid, excerpt: &'a Uid) -> Place<'a> {
    Place { table: "excerpts", row: excerpt, tip, field: "body", seq: 0 }
}

#[cfg(test)]
#[path = "excerpt_test.rs"]
mod tests;
