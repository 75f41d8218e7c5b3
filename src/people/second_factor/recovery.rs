//! Recovery codes: ten, on paper, each good for one sign-in when telephone and passkey are out of reach. Owns
//! making, spelling and spending them; refuses keeping a code itself. One invariant: a code is kept as a keyed
//! digest only; with 125 random bits nothing slower is needed.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::vault::entropy::{Entropy, bytes};
use crate::vault::suite;

/// How many there are at once.
pub const COUNT: usize = 10;

/// Letters of a code, five bits each.
const LETTERS: usize = 25;

/// Thirty-two that are hard to take for each other on paper.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// The codes that are left, as digests, and what keys them. Serialised only into what is sealed at once.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Codes {
    key: [u8; 32],
    digests: Vec<[u8; 32]>,
}

impl Codes {
    /// Ten fresh ones, and how they are written: to be shown once.
    pub fn fresh(entropy: &dyn Entropy) -> (Self, Vec<Zeroizing<String>>) {
        let key = bytes(entropy);
        let written: Vec<_> = (0..COUNT).map(|_| code(entropy)).collect();
        let digests = written.iter().map(|code| digest(&key, &plain(code))).collect();
        (Self { key, digests }, written)
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.digests.len()
    }

    /// Spends a code, however it was typed; false where it is none that is left.
    pub fn spend(&mut self, typed: &str) -> bool {
        let sent = digest(&self.key, &plain(typed));
        // All of them, so that the time does not tell which.
        let kept: Vec<[u8; 32]> =
            self.digests.iter().filter(|own| !bool::from(own.ct_eq(&sent))).copied().collect();
        let found = kept.len() < self.digests.len();
        self.digests = kept;
        found
    }
}

/// Five groups of five.
fn code(entropy: &dyn Entropy) -> Zeroizing<String> {
    let random = Zeroizing::new(bytes::<LETTERS>(entropy));
    let mut out = Zeroizing::new(String::with_capacity(LETTERS + 4));
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 5 == 0 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    out
}

/// A code without what people put between its letters; the letter o is a nought, as there is no o.
fn plain(typed: &str) -> Zeroizing<String> {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(2 * LETTERS);
    Zeroizing::new(kept.flat_map(char::to_lowercase).map(|c| if c == 'o' { '0' } else { c }).collect())
}

fn digest(key: &[u8; 32], plain: &str) -> [u8; 32] {
    suite::current().mac(key, plain.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn each_code_counts_once_however_it_is_typed() {
        let (mut codes, written) = Codes::fresh(&SeededEntropy::new(1));
        assert_eq!((codes.left(), written.len()), (COUNT, COUNT));

        let shouted = written[3].to_uppercase().replace('-', " ");
        assert!(codes.spend(&shouted));
        assert!(!codes.spend(&written[3]));
        assert_eq!(codes.left(), COUNT - 1);
        for (at, code) in written.iter().enumerate() {
            assert_eq!(codes.spend(code), at != 3);
        }
        assert_eq!(codes.left(), 0);
        assert!(!codes.spend("") && !Codes::default().spend(""));
    }

    #[test]
    fn codes_have_at_least_120_bits_and_differ() {
        let (_, written) = Codes::fresh(&SeededEntropy::new(2));
        let all: std::collections::BTreeSet<&str> = written.iter().map(|code| code.as_str()).collect();

        assert_eq!(all.len(), COUNT);
        assert!(written.iter().all(|code| plain(code).len() * 5 >= 120 && code.len() == 29));
    }

    #[test]
    fn every_letter_is_drawn_and_none_that_is_not_in_the_alphabet() {
        let entropy = SeededEntropy::new(3);
        let seen: std::collections::BTreeSet<u8> =
            (0..60).flat_map(|_| plain(&code(&entropy)).bytes().collect::<Vec<_>>()).collect();

        assert_eq!(seen, ALPHABET.iter().copied().collect());
    }
}
