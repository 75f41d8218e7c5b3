//! The keys of one tip in the hands of one officer. Owns opening them from the officer's own key, and
//! sealing them anew when the tip's readers change; refuses deciding who reads (`placement`).
//!
//! One invariant: after a change, exactly the named holders have an envelope; nobody gets one for a
//! compartment that the tip does not have.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::placement::Placement;
use crate::people::directory::Directory;
use crate::people::enrol::{KeyKind, open_granted};
use crate::people::officer::Officer;
use crate::plan::AgencyCode;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::Entropy;
use crate::vault::pair::{EnvelopeFor, PrivateKey, Recipient, envelop_to, open_envelope};
use crate::vault::seal::{self, SymKey};
use crate::vault::uid::Uid;

/// Whose envelope is the reporter's.
pub const REPORTER: &str = "reporter";

/// An envelope as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The compartment whose key it holds.
    pub compartment: Compartment,
    /// Whom it is sealed to: an agency's code, or `reporter`.
    pub recipient: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
}

/// The keys an officer opened for one tip: one for each compartment, and those that a compartment had before
/// it began anew, which open what was written until then.
#[derive(Clone, Default)]
pub struct TipKeys {
    present: BTreeMap<Compartment, SymKey>,
    before: Vec<(Compartment, SymKey)>,
}

/// A key is needed that the officer does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the officer holds no {0} key of this tip")]
pub struct NoKey(pub Compartment);

/// Somebody is to get a key and has none to seal it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ResealError {
    /// The officer who acts cannot open what is to be sealed.
    #[error(transparent)]
    NoKey(#[from] NoKey),
    /// The agency holds no pair.
    #[error("{0} holds no key to seal to")]
    NoPair(AgencyCode),
}

impl TipKeys {
    /// Opens what `officer` can: the agency's private keys from the grants, the tip's keys from the
    /// envelopes. What does not open is not there.
    pub fn open(
        private: &PrivateKey,
        officer: &Officer,
        grants: &[(KeyKind, Vec<u8>)],
        tip: &Uid,
        envelopes: &[Envelope],
    ) -> Self {
        let present = open_all(private, officer, grants, tip, envelopes);
        Self { present: present.into_iter().collect(), before: Vec::new() }
    }

    /// These keys, and what `officer` can open of the keys that compartments had before they began anew.
    #[must_use]
    pub fn and_before(
        mut self,
        private: &PrivateKey,
        officer: &Officer,
        grants: &[(KeyKind, Vec<u8>)],
        tip: &Uid,
        envelopes: &[Envelope],
    ) -> Self {
        self.before = open_all(private, officer, grants, tip, envelopes);
        self
    }

    /// Keys given one by one.
    pub fn of(keys: impl IntoIterator<Item = (Compartment, SymKey)>) -> Self {
        Self { present: keys.into_iter().collect(), before: Vec::new() }
    }

    /// These keys and one more.
    #[must_use]
    pub fn with(mut self, compartment: Compartment, key: SymKey) -> Self {
        self.present.insert(compartment, key);
        self
    }

    /// The key of a compartment.
    pub fn get(&self, compartment: Compartment) -> Result<&SymKey, NoKey> {
        self.present.get(&compartment).ok_or(NoKey(compartment))
    }

    /// Every key that may open something in a compartment, the present one first.
    pub fn all(&self, compartment: Compartment) -> impl Iterator<Item = &SymKey> {
        let before = self.before.iter().filter(move |(of, _)| *of == compartment).map(|(_, key)| key);
        self.present.get(&compartment).into_iter().chain(before)
    }
}

/// What of these envelopes the officer's agency can open, by the private keys granted to the officer.
fn open_all(
    private: &PrivateKey,
    officer: &Officer,
    grants: &[(KeyKind, Vec<u8>)],
    tip: &Uid,
    envelopes: &[Envelope],
) -> Vec<(Compartment, SymKey)> {
    let recipient = officer.agency.to_string();
    let privates: Vec<(KeyKind, PrivateKey)> = grants
        .iter()
        .filter_map(|(kind, sealed)| {
            let opened = open_granted(private, &officer.agency, *kind, &officer.uid, sealed);
            Some((*kind, opened.ok()?))
        })
        .collect();
    let open = |envelope: &Envelope| {
        let what = EnvelopeFor { tip, compartment: envelope.compartment, recipient: &recipient };
        let of_kind = privates.iter().filter(|(kind, _)| *kind == opens(envelope.compartment));
        let key = of_kind.filter_map(|(_, key)| open_envelope(key, &what, &envelope.sealed).ok()).next()?;
        Some((envelope.compartment, key))
    };
    envelopes.iter().filter(|e| e.recipient == recipient).filter_map(open).collect()
}

/// Which of an agency's pairs opens a compartment.
pub const fn opens(compartment: Compartment) -> KeyKind {
    match compartment {
        Compartment::Report | Compartment::Case | Compartment::Life | Compartment::Excerpt => KeyKind::Work,
        Compartment::Identity => KeyKind::Identity,
    }
}

/// Who has an envelope for which compartment, by the rows alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held(BTreeMap<Compartment, BTreeSet<String>>);

impl Held {
    /// From the recipients of a tip's envelopes.
    pub fn new(recipients: impl IntoIterator<Item = (Compartment, String)>) -> Self {
        let mut held: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (compartment, recipient) in recipients {
            held.entry(compartment).or_default().insert(recipient);
        }
        Self(held)
    }

    /// Who holds the key of a compartment.
    pub fn of(&self, compartment: Compartment) -> BTreeSet<String> {
        self.0.get(&compartment).cloned().unwrap_or_default()
    }

    /// The rows as if nobody held `compartment` yet, and the envelopes that go for it: what is sealed in it
    /// next gets a key of its own.
    pub fn begin_anew(&self, compartment: Compartment) -> (Self, Vec<(Compartment, String)>) {
        let mut rest = self.clone();
        let gone = rest.0.remove(&compartment).unwrap_or_default();
        (rest, gone.into_iter().map(|name| (compartment, name)).collect())
    }

    /// Whether the tip has this compartment at all.
    pub fn has(&self, compartment: Compartment) -> bool {
        self.0.get(&compartment).is_some_and(|recipients| !recipients.is_empty())
    }
}

/// What changes among a tip's envelopes when its readers change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Envelopes to write.
    pub added: Vec<Envelope>,
    /// Envelopes to remove.
    pub removed: Vec<(Compartment, String)>,
    /// Envelopes of a key that a compartment had until now. They open what was written before, for whoever
    /// still can, and for nothing else.
    pub kept: Vec<(Compartment, String)>,
}

/// Seals the keys of a tip to whoever `placement` names and is not yet a holder, and says whose envelopes
/// go. The reporter's stays.
///
/// A compartment without any holder does not exist in this tip: only the life compartment is made when it
/// is needed, by whoever passes its key in `keys`.
pub fn reseal(
    tip: &Uid,
    placement: &Placement,
    held: &Held,
    keys: &TipKeys,
    directory: &Directory,
    entropy: &dyn Entropy,
) -> Result<Resealed, ResealError> {
    let mut out = Resealed::default();
    for compartment in Compartment::ALL {
        let present = held.of(compartment);
        // What was released to a body stays with it, until somebody takes it back or the body is to be kept out.
        if compartment == Compartment::Excerpt || (present.is_empty() && compartment != Compartment::Life) {
            continue;
        }
        let wanted = placement.holders(compartment);
        let names: BTreeSet<String> = wanted.iter().map(ToString::to_string).collect();
        let gone = present.iter().filter(|name| *name != REPORTER && !names.contains(*name));
        out.removed.extend(gone.map(|name| (compartment, name.clone())));
        for agency in wanted.iter().filter(|agency| !present.contains(&agency.to_string())) {
            out.added.push(seal_to(tip, compartment, agency, keys, directory, entropy)?);
        }
    }
    Ok(out)
}

/// Seals the key of a compartment to an agency.
pub(super) fn seal_to(
    tip: &Uid,
    compartment: Compartment,
    agency: &AgencyCode,
    keys: &TipKeys,
    directory: &Directory,
    entropy: &dyn Entropy,
) -> Result<Envelope, ResealError> {
    let to = recipient_for(directory, agency, compartment).ok_or(ResealError::NoPair(*agency))?;
    let recipient = agency.to_string();
    let what = EnvelopeFor { tip, compartment, recipient: &recipient };
    let sealed = envelop_to(to, &what, keys.get(compartment)?, entropy);
    Ok(Envelope { compartment, recipient, sealed })
}

fn recipient_for<'a>(
    directory: &'a Directory,
    agency: &AgencyCode,
    compartment: Compartment,
) -> Option<&'a Recipient> {
    let entry = directory.get(agency)?;
    Some(match opens(compartment) {
        KeyKind::Work => &entry.work,
        KeyKind::Identity => &entry.identity,
    })
}

/// The place of an entry's body.
pub const fn entry_place<'a>(tip: &'a Uid, entry: &'a Uid) -> seal::Place<'a> {
    seal::Place { table: "entries", row: entry, tip, field: "body", seq: 0 }
}

/// The place of the reason typed with an event.
pub const fn reason_place<'a>(tip: &'a Uid, event: &'a Uid) -> seal::Place<'a> {
    seal::Place { table: "tip_events", row: event, tip, field: "reason", seq: 0 }
}

/// The place of what is known about a file.
pub const fn file_meta_place<'a>(tip: &'a Uid, file: &'a Uid) -> seal::Place<'a> {
    seal::Place { table: "files", row: file, tip, field: "meta", seq: 0 }
}

/// The place of a file's bytes.
pub const fn file_data_place<'a>(tip: &'a Uid, file: &'a Uid) -> seal::Place<'a> {
    seal::Place { table: "files", row: file, tip, field: "data", seq: 0 }
}

#[cfg(test)]
#[path = "keys_test.rs"]
mod tests;
