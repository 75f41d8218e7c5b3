//! Signing in: the password opens the officer's private key, and nothing else is a verifier. Owns the
//! attempt and how long a session lives; refuses rows and cookies.
//!
//! One invariant: a name nobody has costs the same work as a wrong password, and both are the same answer.

use super::officer::Officer;
use crate::clock::Timestamp;
use crate::config::Session;
use crate::vault::entropy::Entropy;
use crate::vault::password::{KdfCost, spend_alike, unwrap_private};
use crate::vault::session::SessionSecret;

/// An officer as the table knows them, before anything is proved.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who it would be.
    pub officer: Officer,
    /// The private key under the password.
    pub wrapped: Vec<u8>,
    /// Whether the officer may sign in at all.
    pub active: bool,
}

/// Name and password do not go together. There is only one way to be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("name and password do not go together")]
pub struct SignInRefused;

/// A session's row before it is one, and the secret that stays in the cookie.
pub struct NewSession {
    /// What the cookie holds.
    pub secret: SessionSecret,
    /// The row's name.
    pub lookup: [u8; 32],
    /// The officer's private key under the secret.
    pub wrapped: Vec<u8>,
    /// Whose it is.
    pub officer: Officer,
}

/// The longest password that is looked at, in bytes: more is work for nothing.
const LONGEST: usize = 1024;

/// Tries a password. Slow on purpose, and equally slow whether anybody has the name.
pub fn sign_in(
    known: Option<Known>,
    password: &str,
    cost: KdfCost,
    entropy: &dyn Entropy,
) -> Result<NewSession, SignInRefused> {
    let Some(known) = known.filter(|known| known.active && password.len() <= LONGEST) else {
        spend_alike(password.get(..LONGEST).unwrap_or(password), cost);
        return Err(SignInRefused);
    };
    let private = unwrap_private(password, &known.wrapped).map_err(|_| SignInRefused)?;
    let secret = SessionSecret::generate(entropy);
    let (lookup, wrapped) = (secret.lookup(), secret.wrap(&private));
    Ok(NewSession { secret, lookup, wrapped, officer: known.officer })
}

/// How far ahead of now a session's times may lie, in seconds: clocks are set right by a little all the time.
/// Past it they were written under a wrong clock, and would hold for as long as that clock was wrong.
const AHEAD: i64 = 300;

/// Whether a session opened and last seen at these times still lives.
pub const fn is_alive(life: Session, opened: Timestamp, seen: Timestamp, now: Timestamp) -> bool {
    let idle = life.idle_minutes.saturating_mul(60);
    let absolute = life.absolute_hours.saturating_mul(3600);
    let ahead = now.plus_seconds(AHEAD).0;
    now.0 < seen.plus_seconds(idle).0
        && now.0 < opened.plus_seconds(absolute).0
        && seen.0 <= ahead
        && opened.0 <= ahead
}

/// Whether the time last seen should be written again: at most once a minute.
pub const fn is_due(seen: Timestamp, now: Timestamp) -> bool {
    now.0 >= seen.plus_seconds(60).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::roles::Role;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;
    use crate::vault::password::wrap_private;
    use crate::vault::uid::Uid;

    const CHEAP: KdfCost = KdfCost { memory_kib: 8, passes: 1, lanes: 1 };

    fn known(password: &str, active: bool, entropy: &SeededEntropy) -> (Known, KeyPair) {
        let pair = KeyPair::generate(entropy);
        let officer = Officer {
            id: 7,
            uid: Uid::generate(entropy),
            login: "psb".into(),
            name: "王丽".into(),
            agency: "psb".parse().unwrap(),
            role: Role::AgencyLead,
        };
        (Known { officer, wrapped: wrap_private(password, &pair.private, CHEAP, entropy), active }, pair)
    }

    #[test]
    fn the_right_password_gives_a_session_that_opens_the_officers_key() {
        let entropy = SeededEntropy::new(1);
        let (known, pair) = known("correct horse battery", true, &entropy);

        let session = sign_in(Some(known), "correct horse battery", CHEAP, &entropy).ok().unwrap();

        assert_eq!(session.officer.id, 7);
        assert_eq!(session.secret.unwrap(&session.wrapped).ok().unwrap().public(), pair.public);
        assert!(SessionSecret::generate(&entropy).unwrap(&session.wrapped).is_err());
    }

    #[test]
    fn every_other_way_is_refused_alike() {
        let entropy = SeededEntropy::new(2);
        let attempt = |known, password: &str| sign_in(known, password, CHEAP, &entropy).err();
        let (active, _) = known("correct horse battery", true, &entropy);
        let (disabled, _) = known("correct horse battery", false, &entropy);

        assert_eq!(attempt(Some(active.clone()), "correct horse batterz"), Some(SignInRefused));
        assert_eq!(attempt(Some(active), &"x".repeat(2000)), Some(SignInRefused));
        assert_eq!(attempt(Some(disabled), "correct horse battery"), Some(SignInRefused));
        assert_eq!(attempt(None, "correct horse battery"), Some(SignInRefused));
    }

    #[test]
    fn a_session_ends_when_idle_and_ends_in_any_case() {
        let life = Session { idle_minutes: 30, absolute_hours: 12 };
        let opened = Timestamp(0);
        let at = |seconds: i64| opened.plus_seconds(seconds);

        assert!(is_alive(life, opened, opened, at(30 * 60 - 1)));
        assert!(!is_alive(life, opened, opened, at(30 * 60)));
        assert!(is_alive(life, opened, at(12 * 3600 - 60), at(12 * 3600 - 1)));
        assert!(!is_alive(life, opened, at(12 * 3600 - 60), at(12 * 3600)));
    }
}
