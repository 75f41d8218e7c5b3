//! The offline recovery key: printed once when the data folder is made, then kept on paper. Owns its printed
//! form and the public half stored beside the database; refuses using it. One invariant: a mistyped recovery
//! key is refused, never taken for another key.
//!
//! Printed form: the 32-byte seed and 3 bytes of its SHA-256, in Crockford's base 32 (no I, L, O, U), in
//! fourteen groups of four.

use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::entropy::{self, Entropy};
use super::hex;
use super::pair::{KeyPair, PublicKey};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SEED: usize = 32;
const CHECK: usize = 3;
/// Characters of a printed key: 35 bytes are exactly 56 times five bits.
const CHARACTERS: usize = 56;

/// The public half of the recovery key, as stored in the data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryPublic(pub PublicKey);

/// What is wrong with a typed recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryTypo {
    /// A character that no recovery key has.
    #[error("character {position} of the recovery key is not a digit or letter it can have")]
    Character {
        /// Which one, from 1, not counting spaces and hyphens.
        position: usize,
    },
    /// Too many or too few characters.
    #[error("a recovery key has 56 characters, not {found}")]
    Length {
        /// How many there are, not counting spaces and hyphens.
        found: usize,
    },
    /// A character is wrong or two changed places.
    #[error("the recovery key does not add up: a character is wrong")]
    Checksum,
}

/// A fresh recovery key: the half to store, and the other as it is printed.
pub fn new_recovery(entropy: &dyn Entropy) -> (PublicKey, Zeroizing<String>) {
    let seed = Zeroizing::new(entropy::bytes::<SEED>(entropy));
    (KeyPair::from_seed(&seed).public, print(&seed))
}

/// The pair of a printed recovery key, however it is spaced and cased.
pub fn parse_recovery(text: &str) -> Result<KeyPair, RecoveryTypo> {
    let values = Zeroizing::new(read_characters(text)?);
    if values.len() != CHARACTERS {
        return Err(RecoveryTypo::Length { found: values.len() });
    }
    let bytes = pack(&values);
    let (seed, check) = bytes.split_first_chunk::<SEED>().expect("56 times five bits are 35 bytes");
    if !bool::from(checksum(seed).ct_eq(check)) {
        return Err(RecoveryTypo::Checksum);
    }
    Ok(KeyPair::from_seed(seed))
}

impl RecoveryPublic {
    /// Writes the key to a new file; refuses to replace one.
    pub fn create(self, path: &Path) -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        io::Write::write_all(&mut file, format!("{}\n", hex::encode(self.0.as_bytes())).as_bytes())?;
        file.sync_all()
    }

    /// The key in the file at `path`.
    pub fn load(path: &Path) -> io::Result<Self> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the file holds no recovery public key");
        let bytes = hex::decode(fs::read_to_string(path)?.trim_end()).ok_or_else(damaged)?;
        PublicKey::from_bytes(bytes).map(Self).map_err(|_| damaged())
    }
}

fn print(seed: &[u8; SEED]) -> Zeroizing<String> {
    let bytes = Zeroizing::new([seed.as_slice(), &checksum(seed)].concat());
    let mut out = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / 4));
    for at in 0..CHARACTERS {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        let value = (at * 5..at * 5 + 5).fold(0, |v, bit| v << 1 | (bytes[bit / 8] >> (7 - bit % 8) & 1));
        out.push(char::from(ALPHABET[usize::from(value)]));
    }
    out
}

fn read_characters(text: &str) -> Result<Vec<u8>, RecoveryTypo> {
    let mut values = Vec::with_capacity(CHARACTERS);
    for character in text.chars().filter(|c| !c.is_whitespace() && !"-‐‑‒–—".contains(*c)) {
        let position = values.len() + 1;
        values.push(value(character).ok_or(RecoveryTypo::Character { position })?);
    }
    Ok(values)
}

/// The letters that the alphabet leaves out are read as the digits they look like.
fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|c| char::from(*c) == character).and_then(|at| u8::try_from(at).ok())
}

fn pack(values: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; SEED + CHECK]);
    for bit in 0..values.len() * 5 {
        bytes[bit / 8] |= (values[bit / 5] >> (4 - bit % 5) & 1) << (7 - bit % 8);
    }
    bytes
}

fn checksum(seed: &[u8; SEED]) -> [u8; CHECK] {
    let mut hash = Sha256::new();
    hash.update(b"homeward/recovery/1");
    hash.update(seed);
    let mut out = [0; CHECK];
    out.copy_from_slice(&hash.finalize()[..CHECK]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn the_printed_key_leads_back_to_the_pair() {
        for seed in 0..50 {
            let (public, printed) = new_recovery(&SeededEntropy::new(seed));

            assert_eq!(printed.split('-').count(), 14);
            assert_eq!(parse_recovery(&printed).ok().unwrap().public, public);
        }
    }

    #[test]
    fn spacing_case_and_look_alikes_are_forgiven() {
        let (public, printed) = new_recovery(&SeededEntropy::new(1));
        let typed =
            format!("  {}\n", printed.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));

        assert_eq!(parse_recovery(&typed).ok().unwrap().public, public);
    }

    #[test]
    fn every_wrong_character_is_noticed() {
        let (_, printed) = new_recovery(&SeededEntropy::new(2));
        for at in (0..printed.len()).filter(|at| printed.as_bytes()[*at] != b'-') {
            let old = printed.as_bytes()[at];
            let new = ALPHABET[(ALPHABET.iter().position(|c| *c == old).unwrap() + 7) % 32];
            let mut typed = printed.as_bytes().to_vec();
            typed[at] = new;

            let typo = parse_recovery(std::str::from_utf8(&typed).unwrap()).err();

            assert_eq!(typo, Some(RecoveryTypo::Checksum), "character {at}");
        }
    }

    #[test]
    fn what_is_no_key_says_why() {
        let (_, printed) = new_recovery(&SeededEntropy::new(3));

        assert_eq!(parse_recovery("").err(), Some(RecoveryTypo::Length { found: 0 }));
        assert_eq!(parse_recovery(&printed[5..]).err(), Some(RecoveryTypo::Length { found: 52 }));
        assert_eq!(parse_recovery("12-3U").err(), Some(RecoveryTypo::Character { position: 4 }));
    }

    #[test]
    fn the_stored_half_comes_back_and_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("recovery.pub");
        let stored = RecoveryPublic(new_recovery(&SeededEntropy::new(4)).0);

        stored.create(&path).unwrap();

        assert_eq!(RecoveryPublic::load(&path).unwrap(), stored);
        assert!(stored.create(&path).is_err());
        fs::write(&path, "00".repeat(32)).unwrap();
        assert!(RecoveryPublic::load(&path).is_err(), "a degenerate key was taken");
    }

    #[test]
    fn the_printed_form_is_frozen() {
        assert_eq!(
            print(&[7; 32]).as_str(),
            "0W3G-E1R7-0W3G-E1R7-0W3G-E1R7-0W3G-E1R7-0W3G-E1R7-0W3G-E1R7-0W3X-696K"
        );
    }
}
