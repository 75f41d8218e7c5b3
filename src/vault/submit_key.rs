//! The key of one sending: the nonce in a form, the `Idempotency-Key` of the API. Owns how random it must be
//! and what follows from it; refuses rows and times. One invariant: nobody who holds the database but not the
//! key can open the stored answer or test a guess at the body.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::context::Context;
use super::deployment::DeploymentKey;
use super::entropy::{self, Entropy};
use super::key::SymKey;
use super::seal::{self, OpenError};
use super::{hex, suite};

const LEAST_BITS: usize = 120;
const LONGEST: usize = 200;

/// The key of one sending. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SubmitKey(String);

/// Why a text is not taken as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShortKey {
    /// It cannot hold enough randomness.
    #[error("the key can hold at most {bits} bits, and 120 are needed")]
    TooShort {
        /// The most it can hold, from its length and the kinds of character it uses.
        bits: usize,
    },
    /// It is longer than any sensible key.
    #[error("the key has {found} characters, and 200 are the most")]
    TooLong {
        /// Its length.
        found: usize,
    },
    /// It has a character other than letters, digits and `-_+/=.~:`.
    #[error("character {position} of the key is not allowed")]
    Character {
        /// Which one, from 1.
        position: usize,
    },
}

impl SubmitKey {
    /// A fresh key, for a form: 32 hexadecimal digits.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(hex::encode(&entropy::bytes::<16>(entropy)))
    }

    /// The key in `text`, as sent.
    pub fn parse(text: &str) -> Result<Self, ShortKey> {
        if text.len() > LONGEST {
            return Err(ShortKey::TooLong { found: text.chars().count() });
        }
        if let Some(at) = text.chars().position(|c| !c.is_ascii_alphanumeric() && !"-_+/=.~:".contains(c)) {
            return Err(ShortKey::Character { position: at + 1 });
        }
        match most_bits(text) {
            bits if bits < LEAST_BITS => Err(ShortKey::TooShort { bits }),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text of the key, for the form's hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the idempotency row.
    pub fn row_mac(&self, deployment: &DeploymentKey) -> [u8; 32] {
        deployment.mac("submit row", self.0.as_bytes())
    }

    /// The fingerprint of a body in its canonical form: equal for the same body under the same key only.
    pub fn body_mac(&self, canonical: &[u8]) -> [u8; 32] {
        suite::current().mac(&self.derive("homeward/submit/body/1"), canonical)
    }

    /// Like [`body_mac`](Self::body_mac) over several parts (the fields, each file); their borders count.
    pub fn body_mac_of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let digests = parts.iter().map(|part| self.body_mac(part));
        let list = digests.fold(Context::new("homeward/submit/parts/1"), |list, mac| list.bytes(&mac));
        self.body_mac(&list.into_bytes())
    }

    /// Seals the answer given to this sending.
    pub fn seal_answer(&self, answer: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        seal::seal_padded_in(&self.answer_key(), &Self::context(), answer, entropy)
    }

    /// Opens what [`seal_answer`](Self::seal_answer) sealed under the same key.
    pub fn open_answer(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        seal::open_padded_in(&self.answer_key(), &Self::context(), sealed)
    }

    fn answer_key(&self) -> SymKey {
        SymKey::from_bytes(*self.derive("homeward/submit/answer/1"))
    }

    fn context() -> Vec<u8> {
        Context::new("homeward/submit/answer/1").into_bytes()
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        suite::current().derive(self.0.as_bytes(), purpose)
    }
}

/// The most bits a text of these kinds of character can hold; punctuation in a key of one kind (the hyphens
/// of a UUID) holds none.
fn most_bits(text: &str) -> usize {
    let all = |kind: fn(&u8) -> bool| text.bytes().filter(u8::is_ascii_alphanumeric).all(|b| kind(&b));
    let symbols = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let (characters, hundredths) = if all(u8::is_ascii_digit) {
        (symbols, 332)
    } else if all(u8::is_ascii_hexdigit) {
        (symbols, 400)
    } else if all(|b| !b.is_ascii_uppercase()) || all(|b| !b.is_ascii_lowercase()) {
        (symbols, 517)
    } else {
        (text.len(), 600)
    };
    characters * hundredths / 100
}

#[cfg(test)]
#[path = "submit_key_test.rs"]
mod tests;
