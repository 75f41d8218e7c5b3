//! What an officer keeps for themselves: a value sealed under a key that follows from the officer's own private
//! key, so that only the password (or a living session) opens it. Owns the derivation and what the value is
//! bound to; refuses knowing what is sealed. One invariant: a value of another officer, purpose or version does
//! not open, so whoever can write rows cannot bring an old one back under a new version.

use zeroize::Zeroizing;

use super::context::Context;
use super::entropy::Entropy;
use super::key::SymKey;
use super::pair::PrivateKey;
use super::seal::{OpenError, open_padded_in, seal_padded_in};
use super::suite;
use super::uid::Uid;

/// Whose value it is, what for, and which version of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnFor<'a> {
    /// One of the constants beside its single user.
    pub purpose: &'a str,
    /// The officer.
    pub owner: &'a Uid,
    /// Moves with each change of the value.
    pub version: i64,
}

impl OwnFor<'_> {
    fn context(&self) -> Vec<u8> {
        Context::new("homeward/own value/1")
            .text(self.purpose)
            .bytes(self.owner.as_bytes())
            .bytes(&self.version.to_be_bytes())
            .into_bytes()
    }
}

/// Seals `clear` for the holder of `private`, padded.
pub fn seal_own(private: &PrivateKey, what: &OwnFor<'_>, clear: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    seal_padded_in(&key(private, what.purpose), &what.context(), clear, entropy)
}

/// Opens what [`seal_own`] sealed under the same key for the same place.
pub fn open_own(
    private: &PrivateKey,
    what: &OwnFor<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_padded_in(&key(private, what.purpose), &what.context(), sealed)
}

fn key(private: &PrivateKey, purpose: &str) -> SymKey {
    let key = suite::current().derive(private.expose(), &format!("homeward/own key/1/{purpose}"));
    SymKey::from_bytes(*key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;

    #[test]
    fn it_opens_for_its_owner_purpose_and_version_only() {
        let entropy = SeededEntropy::new(1);
        let (mine, other) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
        let (me, you) = (Uid::generate(&entropy), Uid::generate(&entropy));
        let what = OwnFor { purpose: "test", owner: &me, version: 3 };
        let sealed = seal_own(&mine.private, &what, b"a secret", &entropy);

        assert_eq!(open_own(&mine.private, &what, &sealed).ok().unwrap().as_slice(), b"a secret");
        for wrong in [
            OwnFor { purpose: "rest", ..what },
            OwnFor { owner: &you, ..what },
            OwnFor { version: 4, ..what },
        ] {
            assert!(open_own(&mine.private, &wrong, &sealed).is_err(), "{wrong:?}");
        }
        assert_eq!(open_own(&other.private, &what, &sealed).err(), Some(OpenError::OtherKey));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let entropy = SeededEntropy::new(2);
        let mine = KeyPair::generate(&entropy);
        let me = Uid::generate(&entropy);
        let what = OwnFor { purpose: "test", owner: &me, version: 1 };
        let sealed = seal_own(&mine.private, &what, b"a secret", &entropy);

        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open_own(&mine.private, &what, &changed).is_err(), "bit {bit}");
        }
    }
}
