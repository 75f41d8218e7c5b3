//! An envelope sealed anew, because its agency's pair was replaced: opened with the old private key, in the hands
//! of a member, and sealed to the new public one. Owns that one step; refuses rows and walking through them.
//!
//! One invariant: what comes out opens as what went in, for the same tip, compartment and recipient.

use crate::people::enrol::KeyKind;
use crate::people::keys::Opened;
use crate::triage::keys::opens;
use crate::vault::compartment::Compartment;
use crate::vault::entropy::Entropy;
use crate::vault::header::key_id;
use crate::vault::pair::{EnvelopeFor, Recipient, envelop_to, open_envelope};
use crate::vault::seal::SymKey;
use crate::vault::uid::Uid;

/// An envelope of an agency, as it lies there.
#[derive(Clone, Debug)]
pub struct Lying {
    /// Its row.
    pub id: i64,
    /// The tip.
    pub tip: Uid,
    /// The compartment whose key it holds.
    pub compartment: Compartment,
    /// The sealed key.
    pub sealed: Vec<u8>,
}

/// An agency's present pairs, to seal to.
#[derive(Clone, Debug)]
pub struct Present {
    /// Opens reports and notes.
    pub work: Recipient,
    /// Opens identities.
    pub identity: Recipient,
}

impl Present {
    /// The one that opens this compartment.
    const fn of(&self, compartment: Compartment) -> &Recipient {
        match opens(compartment) {
            KeyKind::Work => &self.work,
            KeyKind::Identity => &self.identity,
        }
    }
}

/// What became of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anew {
    /// It is sealed to the present pair.
    Already,
    /// Sealed to the present pair just now.
    Sealed(Vec<u8>),
    /// This member cannot open it.
    Locked,
}

/// Seals an envelope of `agency` to its present pair.
pub fn seal_anew(
    lying: &Lying,
    agency: &str,
    (opened, present): (&Opened, &Present),
    entropy: &dyn Entropy,
) -> Anew {
    let to = present.of(lying.compartment);
    if key_id(&lying.sealed) == Ok(to.public().id()) {
        return Anew::Already;
    }
    let what = EnvelopeFor { tip: &lying.tip, compartment: lying.compartment, recipient: agency };
    key_of(lying, agency, opened)
        .map_or(Anew::Locked, |key| Anew::Sealed(envelop_to(to, &what, &key, entropy)))
}

/// Seals an envelope that `from` kept behind to `to`, who handles the tip now; none where these keys do not open it.
pub fn seal_on(
    lying: &Lying,
    (from, opened): (&str, &Opened),
    (to, present): (&str, &Present),
    entropy: &dyn Entropy,
) -> Option<Vec<u8>> {
    let key = key_of(lying, from, opened)?;
    let what = EnvelopeFor { tip: &lying.tip, compartment: lying.compartment, recipient: to };
    Some(envelop_to(present.of(lying.compartment), &what, &key, entropy))
}

/// The tip's key in an envelope of an agency.
fn key_of(lying: &Lying, agency: &str, opened: &Opened) -> Option<SymKey> {
    let what = EnvelopeFor { tip: &lying.tip, compartment: lying.compartment, recipient: agency };
    opened
        .of_kind(opens(lying.compartment))
        .find_map(|private| open_envelope(private, &what, &lying.sealed).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::{KeyPair, envelop};

    #[test]
    fn what_is_sealed_anew_opens_with_the_new_key_only_and_holds_the_same() {
        let entropy = SeededEntropy::new(1);
        let pairs: Vec<KeyPair> = (0..4).map(|_| KeyPair::generate(&entropy)).collect();
        let [old, old_identity, new, new_identity] = &pairs[..] else { unreachable!() };
        let present = Present { work: new.public.into(), identity: new_identity.public.into() };
        let opened = Opened::from_keys(vec![
            (KeyKind::Work, old.private.clone()),
            (KeyKind::Identity, old_identity.private.clone()),
        ]);
        let (tip, key) = (Uid::generate(&entropy), SymKey::generate(&entropy));
        for compartment in Compartment::ALL {
            let (from, to) = match compartment {
                Compartment::Identity => (old_identity, new_identity),
                _ => (old, new),
            };
            let what = EnvelopeFor { tip: &tip, compartment, recipient: "psb" };
            let lying =
                Lying { id: 1, tip, compartment, sealed: envelop(&from.public, &what, &key, &entropy) };

            let Anew::Sealed(sealed) = seal_anew(&lying, "psb", (&opened, &present), &entropy) else {
                panic!("{compartment}")
            };

            assert!(open_envelope(&to.private, &what, &sealed).unwrap().expose() == key.expose());
            assert!(open_envelope(&from.private, &what, &sealed).is_err());
            let again = Lying { sealed, ..lying.clone() };
            assert_eq!(seal_anew(&again, "psb", (&opened, &present), &entropy), Anew::Already);
            let nobody = Opened::from_keys(Vec::new());
            assert_eq!(seal_anew(&lying, "psb", (&nobody, &present), &entropy), Anew::Locked);
            assert_eq!(seal_anew(&lying, "civil", (&opened, &present), &entropy), Anew::Locked);
            let on = seal_on(&lying, ("psb", &opened), ("civil", &present), &entropy).unwrap();
            let theirs = EnvelopeFor { recipient: "civil", ..what };
            assert!(open_envelope(&to.private, &theirs, &on).unwrap().expose() == key.expose());
            assert!(open_envelope(&to.private, &what, &on).is_err());
            assert!(seal_on(&lying, ("civil", &opened), ("psb", &present), &entropy).is_none());
            assert!(seal_on(&lying, ("psb", &nobody), ("civil", &present), &entropy).is_none());
        }
    }
}
