//! The receipt: 128 random bits that a reporter keeps and nobody else has. Owns its written forms (twelve
//! words, 32 digits) and what follows from it: the name of the row and the reporter's key pair; refuses any
//! server key, so that a lost key file locks no reporter out. One invariant: the lists' order and everything
//! derived here are frozen; a receipt written on paper opens for ever.
//!
//! Words follow the layout of BIP-39 for every list: 128 bits and the first 4 bits of their SHA-256, cut into
//! twelve groups of 11 bits. Reading forgives what hands and keyboards do: see `receipt/typed.rs`.

mod layout;
mod typed;

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

pub use super::words::WordList;

use super::entropy::{self, Entropy};
use super::hex;
use super::pair::KeyPair;
use super::suite::{International, Suite};
use typed::Typed;

/// A reporter's receipt. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Receipt([u8; 16]);

/// What is wrong with a typed receipt. Told without asking the database.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptTypo {
    /// Nothing was typed.
    #[error("the receipt is empty")]
    Empty,
    /// A word that is on no list.
    #[error("word {position} is not on the list")]
    UnlistedWord {
        /// Which one, from 1.
        position: usize,
        /// As it was typed, at most 24 characters of it. For the page only, never for a log.
        word: String,
        /// The listed word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Too many or too few words.
    #[error("a receipt has 12 words, not {found}")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// Too many or too few digits, where the digits form was typed.
    #[error("a receipt has 32 digits, not {found}")]
    CodeLength {
        /// How many there are.
        found: usize,
    },
    /// All words are listed, but together they are no receipt: one is another word, or two changed places.
    #[error("the words do not add up to a receipt")]
    Checksum,
}

/// Leaves the typed word out: an error that is logged by mistake must not tell a part of a receipt.
impl fmt::Debug for ReceiptTypo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptTypo({self})")
    }
}

impl Receipt {
    /// A fresh receipt.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy::bytes(entropy))
    }

    /// The receipt as 32 hexadecimal digits.
    pub fn code(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(&self.0))
    }

    /// The receipt as twelve words of `list`.
    pub fn words(&self, list: WordList) -> Vec<&'static str> {
        layout::split(&self.0).iter().map(|index| list.word(*index)).collect()
    }

    /// The receipt in what somebody typed, in any of its forms.
    pub fn parse(text: &str) -> Result<Self, ReceiptTypo> {
        match typed::read(text) {
            Typed::Nothing => Err(ReceiptTypo::Empty),
            Typed::Code(digits) => Self::from_code(&digits),
            Typed::Words(list, words) => Self::from_words(list, &words),
        }
    }

    /// The name of the row that holds the reporter's envelope.
    pub fn lookup(&self) -> [u8; 32] {
        *International.derive(&self.0, "homeward/receipt/lookup/1")
    }

    /// The reporter's key pair.
    pub fn key_pair(&self) -> KeyPair {
        KeyPair::from_seed(&International.derive(&self.0, "homeward/receipt/key seed/1"))
    }

    /// What hides the tip's leaf in the public record from everybody else.
    pub fn blinding(&self) -> Zeroizing<[u8; 32]> {
        International.derive(&self.0, "homeward/receipt/record blinding/1")
    }

    /// What covers the opening of that leaf, wherever it lies.
    pub fn cover(&self) -> Zeroizing<[u8; 32]> {
        International.derive(&self.0, "homeward/receipt/record cover/1")
    }

    fn from_code(digits: &str) -> Result<Self, ReceiptTypo> {
        hex::decode(digits).map(Self).ok_or(ReceiptTypo::CodeLength { found: digits.len() })
    }

    fn from_words(list: WordList, words: &[String]) -> Result<Self, ReceiptTypo> {
        let mut indices = Zeroizing::new(Vec::with_capacity(words.len()));
        for (at, word) in words.iter().enumerate() {
            indices.push(list.find(word).ok_or_else(|| unlisted(list, at + 1, word))?);
        }
        let twelve = indices.as_slice().try_into();
        let twelve = twelve.map_err(|_| ReceiptTypo::Length { found: words.len() })?;
        layout::join(twelve).map(|bits| Self(*bits)).ok_or(ReceiptTypo::Checksum)
    }
}

fn unlisted(list: WordList, position: usize, word: &str) -> ReceiptTypo {
    const SHOWN: usize = 24;
    let word: String = word.chars().take(SHOWN).collect();
    ReceiptTypo::UnlistedWord { position, nearest: list.nearest(&word), word }
}

#[cfg(test)]
#[path = "receipt_test.rs"]
mod tests;
