//! All of one officer's factors, in one value that is sealed under a key which follows from the officer's own
//! private key. Owns what may be added and taken away; refuses proving (`proof`) and storing.
//!
//! The database and the key file together neither mint a code nor learn a passkey: the password opens this value
//! and nothing else does. One invariant: whatever changes moves the version on, and of two changes from one
//! version only one can be stored.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::app_code::App;
use super::passkey::Key;
use super::recovery::Codes;
use super::{Account, Change, Summary};
use crate::config::SecondFactor;
use crate::vault::entropy::Entropy;
use crate::vault::own::{OwnFor, open_own, seal_own};
use crate::vault::pair::PrivateKey;
use crate::vault::seal::OpenError;
use crate::vault::uid::Uid;

const PURPOSE: &str = "second factors";

/// The most passkeys of one officer.
pub const MOST_PASSKEYS: usize = 8;

/// The longest name of a factor, in characters.
const LONGEST_NAME: usize = 40;

/// Everything that proves one officer besides the password. Serialised only into what is sealed at once.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Factors {
    /// The authenticator app.
    pub app: Option<App>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<Key>,
    /// What is left of the recovery codes.
    pub codes: Codes,
}

/// One of an officer's factors, to be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The authenticator app.
    App,
    /// This passkey.
    Passkey(Uid),
}

/// Why a factor is not added or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactorRefused {
    /// There is no such factor.
    #[error("there is no such factor")]
    Unknown,
    /// It is the last one, and one is required.
    #[error("the last factor cannot be removed where one is required")]
    Last,
    /// There are too many passkeys.
    #[error("an officer has at most 8 passkeys")]
    Many,
    /// The passkey is enrolled already.
    #[error("this passkey is enrolled already")]
    There,
}

impl Factors {
    /// Opens an officer's factors with the officer's own key; none where none were ever enrolled.
    pub fn open(private: &PrivateKey, owner: &Uid, account: &Account) -> Result<Self, OpenError> {
        let Some(sealed) = &account.sealed else { return Ok(Self::default()) };
        let what = OwnFor { purpose: PURPOSE, owner, version: account.version };
        let clear = open_own(private, &what, sealed)?;
        serde_json::from_slice(&clear).map_err(|_| OpenError::Refused)
    }

    /// Seals them in place of the version they were opened from.
    pub fn change(&self, private: &PrivateKey, owner: &Uid, before: i64, entropy: &dyn Entropy) -> Change {
        let clear = Zeroizing::new(serde_json::to_vec(self).expect("factors hold text, numbers and bytes"));
        let what = OwnFor { purpose: PURPOSE, owner, version: before + 1 };
        Change { before, sealed: seal_own(private, &what, &clear, entropy), summary: self.summary() }
    }

    /// What is there, counted.
    pub fn summary(&self) -> Summary {
        Summary { has_app: self.app.is_some(), passkeys: self.passkeys.len(), codes: self.codes.left() }
    }

    /// Adds a passkey.
    pub fn add_passkey(&mut self, key: Key) -> Result<(), FactorRefused> {
        if self.passkeys.iter().any(|known| known.is_same(&key)) {
            return Err(FactorRefused::There);
        }
        if self.passkeys.len() >= MOST_PASSKEYS {
            return Err(FactorRefused::Many);
        }
        self.passkeys.push(key);
        Ok(())
    }

    /// Takes a factor away.
    pub fn remove(&mut self, which: Which, policy: SecondFactor) -> Result<(), FactorRefused> {
        let before = self.summary();
        match which {
            Which::App => self.app = None,
            Which::Passkey(id) => self.passkeys.retain(|key| key.id != id),
        }
        let after = self.summary();
        match (before == after, after.is_enrolled(), policy) {
            (true, _, _) => Err(FactorRefused::Unknown),
            (_, false, SecondFactor::Required) => Err(FactorRefused::Last),
            _ => Ok(()),
        }
    }

    /// Puts ten fresh recovery codes in place of those that were left; gives them as they are written.
    pub fn renew_codes(&mut self, entropy: &dyn Entropy) -> Vec<Zeroizing<String>> {
        let (codes, written) = Codes::fresh(entropy);
        self.codes = codes;
        written
    }
}

/// A name for a factor as it was typed: trimmed, cut, without control characters; `otherwise` where it is empty.
pub fn name_of(typed: &str, otherwise: &str) -> String {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Minute;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;

    fn with_app() -> Factors {
        Factors { app: Some(App::new(&[7; 20], "手机", Minute(1), 0)), ..Factors::default() }
    }

    #[test]
    fn they_open_with_the_officers_own_key_at_their_version_only() {
        let entropy = SeededEntropy::new(1);
        let (mine, other) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
        let me = Uid::generate(&entropy);
        let change = with_app().change(&mine.private, &me, 4, &entropy);
        let account = Account { version: 5, sealed: Some(change.sealed), ..Account::default() };

        let opened = Factors::open(&mine.private, &me, &account).ok().unwrap();
        assert_eq!(opened.summary(), Summary { has_app: true, passkeys: 0, codes: 0 });
        assert!(Factors::open(&other.private, &me, &account).is_err());
        assert!(Factors::open(&mine.private, &Uid::generate(&entropy), &account).is_err());
        assert!(Factors::open(&mine.private, &me, &Account { version: 6, ..account }).is_err());
        assert!(
            !Factors::open(&mine.private, &me, &Account::default()).ok().unwrap().summary().is_enrolled()
        );
    }

    #[test]
    fn the_last_factor_stays_where_one_is_required() {
        assert_eq!(with_app().remove(Which::App, SecondFactor::Required), Err(FactorRefused::Last));
        assert_eq!(with_app().remove(Which::App, SecondFactor::Optional), Ok(()));
        let unknown = Which::Passkey(Uid::from_bytes([0; 16]));
        assert_eq!(with_app().remove(unknown, SecondFactor::Optional), Err(FactorRefused::Unknown));
    }

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(name_of("  我的\u{7}手机 ", "x"), "我的手机");
        assert_eq!(name_of(" ", "x"), "x");
        assert_eq!(name_of(&"长".repeat(60), "x").chars().count(), LONGEST_NAME);
    }
}
