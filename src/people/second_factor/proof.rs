//! Whether what was offered at sign-in is enough beside the password. Owns the rule: whoever has a factor shows
//! one, and what was shown is spent. Refuses the password (`people::sign_in`).
//!
//! One invariant: whoever guessed the password wrongly costs the same work as whoever guessed it and not the code.

use std::sync::LazyLock;

use super::app_code::App;
use super::factors::Factors;
use super::passkey::{Answer, RelyingParty};
use super::{Account, Factor};
use crate::clock::{Minute, Timestamp};
use crate::vault::entropy::SeededEntropy;
use crate::vault::pair::{KeyPair, PrivateKey};
use crate::vault::uid::Uid;

/// What came with name and password.
pub struct Offered<'a> {
    /// The code field as it was typed: of an app or for recovery.
    pub code: &'a str,
    /// A passkey's answer, with this portal as it was asked for.
    pub passkey: Option<(&'a RelyingParty, &'a Answer)>,
    /// Whether codes of an app are looked at: not for a while after too many wrong ones.
    pub app_codes: bool,
    /// Now.
    pub now: Timestamp,
}

/// Digits of an app's code.
const DIGITS: usize = 6;

/// What proves the officer, once it is spent; nothing where it is not enough.
pub fn prove(factors: &mut Factors, officer: &Uid, offered: &Offered<'_>) -> Option<Factor> {
    let enrolled = factors.summary().is_enrolled();
    let by_passkey = match offered.passkey {
        Some((portal, answer)) => portal.accepts(answer, officer, &mut factors.passkeys),
        None => false,
    };
    if !enrolled {
        return Some(Factor::Password);
    }
    if by_passkey {
        return Some(Factor::Passkey);
    }
    by_code(factors, offered)
}

fn by_code(factors: &mut Factors, offered: &Offered<'_>) -> Option<Factor> {
    let digits: String = offered.code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if digits.len() == DIGITS {
        let app = factors.app.as_mut().filter(|_| offered.app_codes)?;
        return app.spend(&digits, offered.now).then_some(Factor::App);
    }
    factors.codes.spend(offered.code).then_some(Factor::Recovery)
}

/// Does the work of opening and proving with factors that are nobody's, and forgets the result.
pub fn spend_alike(offered: &Offered<'_>) {
    let nobody = &*NOBODY;
    if let Ok(mut factors) = Factors::open(&nobody.private, &nobody.uid, &nobody.account) {
        std::hint::black_box(prove(&mut factors, &nobody.uid, offered));
    }
}

struct Nobody {
    private: PrivateKey,
    uid: Uid,
    account: Account,
}

/// The same in every process: what it seals is no secret.
static NOBODY: LazyLock<Nobody> = LazyLock::new(|| {
    let entropy = SeededEntropy::new(0);
    let (pair, uid) = (KeyPair::generate(&entropy), Uid::generate(&entropy));
    let mut factors =
        Factors { app: Some(App::new(&[0; 20], "", Minute(0), u64::MAX)), ..Factors::default() };
    factors.renew_codes(&entropy);
    let change = factors.change(&pair.private, &uid, 0, &entropy);
    let account = Account { version: 1, sealed: Some(change.sealed), ..Account::default() };
    Nobody { private: pair.private, uid, account }
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::second_factor::app_code::shown;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const SECRET: [u8; 20] = [5; 20];
    const ME: Uid = Uid::from_bytes([1; 16]);

    fn factors() -> Factors {
        Factors { app: Some(App::new(&SECRET, "", Minute(0), 0)), ..Factors::default() }
    }

    fn offered(code: &str) -> Offered<'_> {
        Offered { code, passkey: None, app_codes: true, now: NOW }
    }

    #[test]
    fn whoever_has_a_factor_shows_it() {
        let code = shown(&SECRET, NOW);
        let spaced = format!("{} {}", &code[..3], &code[3..]);

        assert_eq!(prove(&mut factors(), &ME, &offered(&code)), Some(Factor::App));
        assert_eq!(prove(&mut factors(), &ME, &offered(&spaced)), Some(Factor::App));
        assert_eq!(prove(&mut factors(), &ME, &offered("")), None);
        assert_eq!(prove(&mut factors(), &ME, &offered("000000")), None);
        assert_eq!(prove(&mut Factors::default(), &ME, &offered("")), Some(Factor::Password));
    }

    #[test]
    fn a_recovery_code_stands_in_and_counts_once() {
        let mut factors = factors();
        let written = factors.renew_codes(&SeededEntropy::new(2));

        assert_eq!(prove(&mut factors, &ME, &offered(&written[0])), Some(Factor::Recovery));
        assert_eq!(prove(&mut factors, &ME, &offered(&written[0])), None);
        assert_eq!(factors.summary().codes, 9);
    }

    #[test]
    fn codes_alone_are_no_enrolment() {
        let mut only_codes = Factors::default();
        only_codes.renew_codes(&SeededEntropy::new(3));

        assert_eq!(prove(&mut only_codes, &ME, &offered("")), Some(Factor::Password));
    }

    #[test]
    fn nobody_is_proved_by_nothing() {
        let nobody = &*NOBODY;
        let mut factors = Factors::open(&nobody.private, &nobody.uid, &nobody.account).ok().unwrap();

        assert_eq!(prove(&mut factors, &nobody.uid, &offered(&shown(&[0; 20], NOW))), None);
        spend_alike(&offered("000000"));
    }
}
