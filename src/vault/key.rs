//! A symmetric key and its id. Owns making, wiping and naming it; refuses printing, comparing and storing it.
//! One invariant: the id follows from the key alone and tells nothing that helps to guess it.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::entropy::{self, Entropy};
use super::{hex, suite};

/// A symmetric key of 256 bits. Wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SymKey([u8; 32]);

/// The short public name of a key, in the header of all that is sealed under it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 8]);

impl SymKey {
    /// A fresh key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy::bytes(entropy))
    }

    /// The key with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key, for sealing it to somebody.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        KeyId::derive(&self.0, "homeward/key id/1")
    }
}

impl KeyId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// The first bytes of what follows from `key`. Always by the first suite: an id must stay when the
    /// ciphers change.
    pub(crate) fn derive(key: &[u8], purpose: &str) -> Self {
        let long = suite::Suite::derive(&suite::International, key, purpose);
        let mut id = [0; 8];
        id.copy_from_slice(&long[..8]);
        Self(id)
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyId({self})")
    }
}
