//! Codes of an authenticator app (TOTP, RFC 6238). Owns the secret, the window and that a step counts once;
//! refuses pictures of it. One invariant: a step that was accepted, and every one before it, is never accepted
//! again.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret, Totp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::clock::{Minute, Timestamp};

/// How long a code is shown, in seconds.
pub const STEP_SECONDS: u64 = 30;

/// How many steps before and after the present one are accepted: clocks of telephones are not all right.
const SKEW: u16 = 1;

/// Letters that stand in an address as they are.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// An enrolled authenticator app. Serialised only into what is sealed at once. The secret is wiped when dropped.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct App {
    secret: String,
    /// What the officer calls it.
    #[zeroize(skip)]
    pub name: String,
    /// When it was enrolled.
    #[zeroize(skip)]
    pub added: Minute,
    #[zeroize(skip)]
    last_step: u64,
}

impl App {
    /// An app that has just shown that it holds the secret, with a code of this step.
    pub fn new(secret: &[u8; 20], name: &str, added: Minute, shown: u64) -> Self {
        Self { secret: spelled(secret).to_string(), name: name.to_owned(), added, last_step: shown }
    }

    /// Spends the step that `code` belongs to; false where it is no code, or of a step that was spent.
    pub fn spend(&mut self, code: &str, now: Timestamp) -> bool {
        let Ok(secret) = Secret::try_from_base32(&self.secret) else { return false };
        let Some(step) = checked(secret, code, now) else { return false };
        let fresh = step > self.last_step;
        if fresh {
            self.last_step = step;
        }
        fresh
    }
}

/// The step that `code` belongs to, if it is one of `secret` within the window.
pub fn check(secret: &[u8; 20], code: &str, now: Timestamp) -> Option<u64> {
    checked(Secret::from(*secret), code, now)
}

/// The code that an app with this secret shows.
pub fn shown(secret: &[u8; 20], now: Timestamp) -> String {
    totp(Secret::from(*secret)).generate(seconds(now)).to_string()
}

/// The secret as it is typed into an app by hand.
pub fn spelled(secret: &[u8; 20]) -> Zeroizing<String> {
    Zeroizing::new(Secret::from(*secret).to_base32())
}

/// The address that an app reads from a QR code.
pub fn address(secret: &[u8; 20], issuer: &str, login: &str) -> Zeroizing<String> {
    let (issuer, login) = (utf8_percent_encode(issuer, PLAIN), utf8_percent_encode(login, PLAIN));
    let secret = spelled(secret);
    Zeroizing::new(format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", secret.as_str()))
}

fn checked(secret: Secret, code: &str, now: Timestamp) -> Option<u64> {
    totp(secret).check(code, seconds(now))
}

fn totp(secret: Secret) -> Totp {
    let builder = Builder::new().with_secret(secret).with_skew(SKEW).with_step_duration(STEP_SECONDS);
    builder.with_digits(6).build_noncompliant()
}

fn seconds(now: Timestamp) -> u64 {
    u64::try_from(now.seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: [u8; 20] = *b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, the last six of eight digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(shown(&SECRET, Timestamp(seconds * 1000)), code);
        }
    }

    #[test]
    fn one_step_either_way_is_accepted_and_no_other() {
        let now = Timestamp(1_800_000_000_000);
        for (steps, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = shown(&SECRET, now.plus_seconds(30 * steps));
            assert_eq!(check(&SECRET, &code, now).is_some(), accepted, "{steps}");
        }
        assert_eq!(check(&SECRET, "", now), None);
        assert_eq!(check(&SECRET, "0x0000", now), None);
    }

    #[test]
    fn a_step_counts_once_and_so_do_all_before_it() {
        let now = Timestamp(1_800_000_000_000);
        let mut app = App::new(&SECRET, "手机", now.minute(), 0);
        let (before, present) = (shown(&SECRET, now.plus_seconds(-30)), shown(&SECRET, now));

        assert!(app.spend(&present, now));
        assert!(!app.spend(&present, now), "the same once more");
        assert!(!app.spend(&before, now), "one that was not used, but is older");
        assert!(app.spend(&shown(&SECRET, now.plus_seconds(30)), now));
    }

    #[test]
    fn the_code_that_enrols_an_app_is_spent_with_it() {
        let now = Timestamp(1_800_000_000_000);
        let code = shown(&SECRET, now);
        let step = check(&SECRET, &code, now).unwrap();

        assert!(!App::new(&SECRET, "", now.minute(), step).spend(&code, now));
    }

    #[test]
    fn the_address_names_issuer_and_officer() {
        assert_eq!(
            address(&SECRET, "归途", "wang.li@psb").as_str(),
            "otpauth://totp/%E5%BD%92%E9%80%94:wang.li%40psb?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%BD%92%E9%80%94"
        );
    }
}
