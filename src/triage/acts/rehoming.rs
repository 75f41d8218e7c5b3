//! What becomes of tips when people go: whoever worked on one lets it go, and an agency that has nobody left
//! hands what it leads, or acts first on, to the next body that can. Owns both as acts of the portal itself;
//! refuses deciding who goes (`people`) and rows.
//!
//! Nobody's private key is at hand here: a body takes over only what it can open already, because it stands on
//! the ladder. Notes begin anew under a fresh key; the old ones, and who the reporter is, stay sealed to the
//! pair they were sealed to, for the recovery key.
//!
//! One invariant: whoever leads a tip afterwards holds its report key, and can lead.

use std::collections::BTreeSet;
use std::iter::once;

use serde_json::json;
use thiserror::Error;

use super::{Decided, Moved, notices};
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::people::directory::Directory;
use crate::plan::AgencyCode;
use crate::routing::{Access, Coverage};
use crate::triage::keys::{Held, ResealError, Resealed, TipKeys, seal_to};
use crate::triage::placement::Placement;
use crate::triage::status::{Act, NotNow};
use crate::triage::tip::Tip;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::Entropy;
use crate::vault::seal::SymKey;

/// Nobody on the tip's ladder could take it over and open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("nobody above could take the tip over and open it")]
pub struct NoHome;

/// Why a tip does not change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotRehomed {
    /// Nobody above could take it.
    #[error(transparent)]
    NoHome(#[from] NoHome),
    /// The life cycle does not allow it.
    #[error(transparent)]
    NotNow(#[from] NotNow),
    /// A fresh key could not be sealed to somebody.
    #[error(transparent)]
    Reseal(#[from] ResealError),
}

/// A tip that has to change hands, as it stands.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// The tip.
    pub tip: Tip,
    /// Who has an envelope.
    pub held: Held,
    /// For which agency its holder works.
    pub holder: Option<AgencyCode>,
}

/// The nearest body that may take over what `from` does with the tip: the one it is a branch of, else another
/// step of the ladder. It can lead, and holds the report key already.
pub fn home(leaving: &Leaving, from: &AgencyCode, coverage: &dyn Coverage) -> Result<AgencyCode, NoHome> {
    let placement = &leaving.tip.placement;
    // The life facts are for the one command that the tip accuses: nobody stands in for it.
    if placement.first_responder == Some(*from) && placement.access == Access::LifeFacts {
        return Err(NoHome);
    }
    let readers = leaving.held.of(Compartment::Report);
    let near = |body: &AgencyCode| {
        body != from
            && placement.ladder.contains(body)
            && !placement.excludes(body)
            && readers.contains(&body.to_string())
            && coverage.can_lead(body)
    };
    once(from.parent()).chain(placement.ladder.iter().copied()).find(near).ok_or(NoHome)
}

/// Hands on what `from` leads or acts first on.
pub fn rehome(
    leaving: &Leaving,
    from: AgencyCode,
    directory: &Directory,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Decided, NotRehomed> {
    let tip = &leaving.tip;
    let to = home(leaving, &from, directory)?;
    let placement = tip.placement.rehomed(from, to);
    let (resealed, fate) = reseal(leaving, &placement, from, directory, entropy)?;
    let detail = json!({ "from": from, "to": to, "notes": fate.notes, "identity": fate.identity });
    let mut decided = Decided::by(Actor::System, (now, entropy), tip, Act::Rehome, detail)?;
    let leads_anew = placement.lead != tip.placement.lead;
    if !leads_anew {
        decided.status = tip.status;
    }
    if leads_anew || leaving.holder == Some(from) {
        decided.claimed_by = None;
    }
    decided.notices = notices((now.minute(), entropy), &tip.placement, &placement);
    decided.moved = Some(Moved {
        category: tip.category,
        secondary: tip.secondary,
        district: tip.district,
        reasons: tip.reasons.clone(),
        due: tip.due,
        resealed,
        placement,
    });
    Ok(decided)
}

/// Lets go of a tip whose holder is gone: it stands in the queue again, for everybody.
pub fn release(
    actor: Actor,
    tip: &Tip,
    agency: AgencyCode,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Decided, NotNow> {
    let mut decided = Decided::by(actor, (now, entropy), tip, Act::Release, json!({ "agency": agency }))?;
    decided.claimed_by = None;
    Ok(decided)
}

/// What the new lead cannot open of what was there: `anew` where its notes begin anew, `behind` where the
/// reporter's identity stays sealed to the old pair.
#[derive(Default)]
struct Fate {
    notes: Option<&'static str>,
    identity: Option<&'static str>,
}

fn reseal(
    leaving: &Leaving,
    placement: &Placement,
    from: AgencyCode,
    directory: &Directory,
    entropy: &dyn Entropy,
) -> Result<(Resealed, Fate), NotRehomed> {
    let (mut out, mut fate) = (Resealed::default(), Fate::default());
    let (own, lead) = (from.to_string(), placement.lead.to_string());
    for compartment in Compartment::ALL {
        let present = leaving.held.of(compartment);
        if !present.contains(&own) {
            continue;
        }
        let lost = !present.contains(&lead);
        match compartment {
            Compartment::Case if lost => {
                fate.notes = Some("anew");
                begin_anew(&mut out, leaving, placement, &present, (directory, entropy))?;
            }
            Compartment::Identity if lost => {
                fate.identity = Some("behind");
                out.kept.push((compartment, own.clone()));
            }
            Compartment::Excerpt => {}
            _ => out.removed.push((compartment, own.clone())),
        }
    }
    Ok((out, fate))
}

/// A fresh key for the notes, for whoever handles the tip now; the envelopes of the old one are kept.
fn begin_anew(
    out: &mut Resealed,
    leaving: &Leaving,
    placement: &Placement,
    present: &BTreeSet<String>,
    (directory, entropy): (&Directory, &dyn Entropy),
) -> Result<(), NotRehomed> {
    let case = Compartment::Case;
    out.kept.extend(present.iter().map(|name| (case, name.clone())));
    let keys = TipKeys::of([(case, SymKey::generate(entropy))]);
    let holders = placement.holders(case);
    for agency in holders.iter().filter(|agency| **agency == placement.lead || directory.has_key(agency)) {
        out.added.push(seal_to(&leaving.tip.uid, case, agency, &keys, directory, entropy)?);
    }
    Ok(())
}

#[cfg(test)]
#[path = "rehoming_test.rs"]
mod tests;
