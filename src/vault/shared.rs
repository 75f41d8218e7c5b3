//! Envelopes to one recipient that share one key encapsulation: several times quicker to make, for synthetic
//! tips. Owns that shortcut; refuses people's tips, each of which gets encapsulations of its own.
//!
//! One invariant: each envelope has the form and the binding of any other and opens the same way. What is
//! given up: whoever learns the one shared secret opens all envelopes made from it.

use super::entropy::Entropy;
use super::envelope::EnvelopeFor;
use super::header;
use super::key::SymKey;
use super::pair::PublicKey;
use super::suite;
use super::suite::Encapsulated;

/// One recipient, to whom many envelopes will be made.
pub struct Shared {
    public: PublicKey,
    encapsulated: Encapsulated,
}

impl Shared {
    /// Encapsulates to the holder of `public`.
    pub fn to(public: PublicKey, entropy: &dyn Entropy) -> Self {
        let encapsulated = Encapsulated::to(public.as_bytes(), entropy)
            .expect("a `PublicKey` is checked to be usable when it is made");
        Self { public, encapsulated }
    }

    /// Seals a compartment's key. One envelope for each purpose, never two.
    pub fn envelop(&self, what: &EnvelopeFor<'_>, key: &SymKey) -> Vec<u8> {
        let (header, info) = (header::write(suite::current(), self.public.id()), what.encode());
        let sealed = self
            .encapsulated
            .seal(&info, &[&header, info.as_slice()].concat(), key.expose())
            .expect("sealing 32 bytes once under a fresh context has nothing to fail");
        [header.as_slice(), &sealed].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::compartment::Compartment;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::{KeyPair, open_envelope};
    use crate::vault::uid::Uid;

    #[test]
    fn each_of_many_opens_like_any_other_and_only_in_its_place() {
        let entropy = SeededEntropy::new(11);
        let (pair, key) = (KeyPair::generate(&entropy), SymKey::generate(&entropy));
        let shared = Shared::to(pair.public, &entropy);
        let tips = [Uid::generate(&entropy), Uid::generate(&entropy)];
        let what = |tip| EnvelopeFor { tip, compartment: Compartment::Report, recipient: "psb" };

        let [first, second] = [&tips[0], &tips[1]].map(|tip| shared.envelop(&what(tip), &key));

        for (tip, sealed) in [(&tips[0], &first), (&tips[1], &second)] {
            let opened = open_envelope(&pair.private, &what(tip), sealed).unwrap();
            assert!(opened.expose() == key.expose());
        }
        assert!(open_envelope(&pair.private, &what(&tips[1]), &first).is_err());
        assert_ne!(first[42..], second[42..], "the same key under two contexts");
    }
}
