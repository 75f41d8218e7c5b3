//! The algorithms, behind one trait. Owns the list of suites and which one seals today; refuses formats and
//! meaning: it sees keys, nonces and bytes. One invariant: a suite id, once used, always means the same
//! algorithms, so that old values open for ever.
//!
//! A second suite (SM2, SM3, SM4) is one more file here and one more arm in [`by_id`]. It takes the same
//! 32-byte keys and derives from them what its ciphers want; a public key longer than 32 bytes widens
//! [`PublicKey`](super::pair::PublicKey), whose stored form is told apart by the suite id.

mod international;
mod known;
mod shared;

use zeroize::Zeroizing;

pub use international::International;
pub use known::{Beforehand, Multiples};
pub use shared::Encapsulated;

use super::entropy::Entropy;

/// Where a chunk stands in a sealed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkAt {
    /// Its number, from 0.
    pub index: u32,
    /// Whether the file ends with it.
    pub last: bool,
}

/// One set of algorithms: a cipher, a hash with what is built on it, and a key encapsulation.
pub trait Suite: Send + Sync {
    /// The id written into every sealed value.
    fn id(&self) -> u8;

    /// Seals `clear`; only the same key, nonce and context open it.
    fn seal(&self, key: &[u8; 32], nonce: &[u8; 24], context: &[u8], clear: &[u8]) -> Vec<u8>;

    /// What [`seal`](Self::seal) sealed, or nothing if a bit differs.
    fn open(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>>;

    /// Seals one chunk of a file.
    fn seal_chunk(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 19],
        at: ChunkAt,
        context: &[u8],
        clear: &[u8],
    ) -> Vec<u8>;

    /// What [`seal_chunk`](Self::seal_chunk) sealed at the same place, or nothing.
    fn open_chunk(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 19],
        at: ChunkAt,
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>>;

    /// Thirty-two bytes that follow from `secret` for one `purpose` and tell nothing about any other. The
    /// secret must hold enough randomness by itself: nothing here slows down guessing.
    fn derive(&self, secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]>;

    /// A keyed fingerprint of `data`.
    fn mac(&self, key: &[u8; 32], data: &[u8]) -> [u8; 32];

    /// The private and public half that follow from `seed`.
    fn pair_from_seed(&self, seed: &[u8; 32]) -> (Zeroizing<[u8; 32]>, [u8; 32]);

    /// The public half of `private`.
    fn public_of(&self, private: &[u8; 32]) -> [u8; 32];

    /// Whether something sealed to `public` would be secret: false for the few degenerate points.
    fn is_usable(&self, public: &[u8; 32]) -> bool;

    /// Seals `clear` to the holder of a usable `public`; nothing if it is degenerate. What is known of the key
    /// `beforehand` makes it quicker, and what is sealed is the same.
    fn seal_to(
        &self,
        public: &[u8; 32],
        beforehand: Beforehand<'_>,
        info: &[u8],
        context: &[u8],
        clear: &[u8],
        entropy: &dyn Entropy,
    ) -> Option<Vec<u8>>;

    /// What [`seal_to`](Self::seal_to) sealed, or nothing.
    fn open_from(
        &self,
        private: &[u8; 32],
        info: &[u8],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>>;
}

/// The suite that seals today.
pub fn current() -> &'static dyn Suite {
    &International
}

/// The suite with this id.
pub fn by_id(id: u8) -> Option<&'static dyn Suite> {
    match id {
        International::ID => Some(&International),
        _ => None,
    }
}
