//! A key pair: its public half, to which anybody may seal, and its private half, which opens. Owns making and
//! checking them; refuses storing: the private half leaves only sealed (see `envelope`, `password`,
//! `session`). One invariant: a `PublicKey` is always one that something can be secretly sealed to.

use std::fmt;
use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop};

pub use super::envelope::{
    EnvelopeFor, GrantFor, RECOVERY, REPORTER, envelop, envelop_own, envelop_to, grant_private,
    open_envelope, open_grant,
};

use super::entropy::{self, Entropy};
use super::key::KeyId;
use super::{hex, suite};

/// The public half of a pair.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

/// A public key that much is sealed to, with what makes that quick. Clones share it.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub(super) public: PublicKey,
    pub(super) multiples: Arc<suite::Multiples>,
}

/// The private half of a pair. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey {
    secret: [u8; 32],
    #[zeroize(skip)]
    public: PublicKey,
}

/// Both halves.
#[derive(Clone)]
pub struct KeyPair {
    /// The half to give away.
    pub public: PublicKey,
    /// The half to keep.
    pub private: PrivateKey,
}

/// The bytes are no public key that can be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes are not a usable public key")]
pub struct UnusableKey;

impl PublicKey {
    /// The key with these bytes. Refuses the degenerate points: what is sealed to one, anybody opens.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, UnusableKey> {
        if suite::current().is_usable(&bytes) { Ok(Self(bytes)) } else { Err(UnusableKey) }
    }

    /// The bytes of the key.
    pub const fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The bytes of the key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's name in the header of what is sealed to it.
    pub fn id(&self) -> KeyId {
        KeyId::derive(&self.0, "homeward/public key id/1")
    }
}

impl From<PublicKey> for Recipient {
    fn from(public: PublicKey) -> Self {
        Self { public, multiples: Arc::default() }
    }
}

impl Recipient {
    /// The key itself.
    pub const fn public(&self) -> PublicKey {
        self.public
    }
}

impl TryFrom<&[u8]> for PublicKey {
    type Error = UnusableKey;

    fn try_from(bytes: &[u8]) -> Result<Self, UnusableKey> {
        Self::from_bytes(bytes.try_into().map_err(|_| UnusableKey)?)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex::encode(&self.0))
    }
}

impl PrivateKey {
    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { public: PublicKey(suite::current().public_of(&bytes)), secret: bytes }
    }

    /// The bytes of the key, for sealing it to somebody.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The other half.
    pub const fn public(&self) -> PublicKey {
        self.public
    }
}

impl KeyPair {
    /// A fresh pair.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::from_seed(&zeroize::Zeroizing::new(entropy::bytes(entropy)))
    }

    /// The pair that follows from `seed` (RFC 9180, `DeriveKeyPair`).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let (secret, public) = suite::current().pair_from_seed(seed);
        let public = PublicKey(public);
        Self { public, private: PrivateKey { secret: *secret, public } }
    }
}

impl From<PrivateKey> for KeyPair {
    fn from(private: PrivateKey) -> Self {
        Self { public: private.public(), private }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    /// The points of small order on Curve25519 and its twist, canonical: 0, 1, the two of order eight, -1.
    const DEGENERATE: [&str; 5] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    #[test]
    fn nothing_can_be_sealed_to_a_degenerate_point() {
        for point in DEGENERATE {
            assert_eq!(PublicKey::from_bytes(hex::decode(point).unwrap()), Err(UnusableKey), "{point}");
        }
    }

    #[test]
    fn both_halves_belong_together_however_they_are_made() {
        let entropy = SeededEntropy::new(3);
        for _ in 0..20 {
            let pair = KeyPair::generate(&entropy);
            let again = PrivateKey::from_bytes(*pair.private.expose());

            assert_eq!(again.public(), pair.public);
            assert_eq!(PublicKey::from_bytes(pair.public.bytes()), Ok(pair.public));
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        assert_eq!(PublicKey::try_from([9_u8; 31].as_slice()), Err(UnusableKey));
        assert_eq!(PublicKey::try_from([9_u8; 33].as_slice()), Err(UnusableKey));
    }
}
