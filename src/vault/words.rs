//! The word lists that receipts are written in. Owns their words, finding a typed one and guessing a
//! misspelt one; refuses layout and checksums. One invariant: a list has 2,048 words, and its order never
//! changes: the place of a word is eleven bits of somebody's receipt.
//!
//! English is BIP-39's list: four letters tell its words apart. Chinese is a list of our own, because
//! BIP-39's holds characters that sound alike (see `assets/words/README.md`).

mod chinese;
mod spelling;

use bip39::Language;

/// A list of 2,048 words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordList {
    /// Two-character words of our own list.
    Chinese,
    /// The English list of BIP-39.
    English,
}

impl WordList {
    /// Every list.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The word at `index`, below 2,048.
    pub fn word(self, index: u16) -> &'static str {
        self.words()[usize::from(index)]
    }

    /// All words in their order.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Chinese => chinese::words(),
            Self::English => Language::English.word_list(),
        }
    }

    /// The place of a typed word. Takes traditional forms of Chinese words, and of English words the first
    /// four letters or more.
    pub fn find(self, typed: &str) -> Option<u16> {
        match self {
            Self::Chinese => chinese::find(typed),
            Self::English => find_english(typed),
        }
    }

    /// The one listed word that somebody who typed `typed` probably meant; none if several are as likely.
    pub fn nearest(self, typed: &str) -> Option<&'static str> {
        match self {
            Self::Chinese => chinese::nearest(typed),
            Self::English => spelling::nearest(self.words(), typed),
        }
    }
}

fn find_english(typed: &str) -> Option<u16> {
    const TELLING: usize = 4;
    let words = Language::English.word_list();
    // The list is sorted, so whatever starts with the typed letters stands together.
    let at = words.partition_point(|word| *word < typed);
    let mut fits = words[at..].iter().take_while(|word| word.starts_with(typed));
    let first = *fits.next()?;
    let tells = first == typed || (typed.len() >= TELLING && fits.next().is_none());
    tells.then(|| u16::try_from(at).expect("the list has 2,048 words"))
}

#[cfg(test)]
#[path = "words_test.rs"]
mod tests;
