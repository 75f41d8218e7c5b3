//! Signing in: the password opens the officer's private key, and that key opens what proves the second factor.
//! Owns the attempt and how long a session lives; refuses rows and cookies.
//!
//! One invariant: a name nobody has costs the same work as a wrong password, a wrong password the same as a wrong
//! code, and all are the same answer.

use super::officer::Officer;
use super::second_factor::factors::Factors;
use super::second_factor::proof::{Offered, prove, spend_alike as spend_alike_on_factors};
use super::second_factor::{Account, Change, Factor};
use crate::clock::Timestamp;
use crate::config::Session;
use crate::vault::entropy::Entropy;
use crate::vault::pair::PrivateKey;
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

/// [`Known`], and the account beside the password.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// Who it would be.
    pub known: Known,
    /// Generation and sealed factors.
    pub account: Account,
}

/// Name, password and second factor do not go together. There is only one way to be refused that anybody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("name, password and second factor do not go together")]
pub struct SignInRefused {
    /// Whether only the second factor was wrong: to be counted, never to be shown.
    pub by_factor: bool,
}

impl SignInRefused {
    const BY_PASSWORD: Self = Self { by_factor: false };
    const BY_FACTOR: Self = Self { by_factor: true };
}

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
    /// What came with the password.
    pub factor: Factor,
    /// The factors without what was spent.
    pub spent: Option<Change>,
    /// The officer's generation that was looked at: another one by now means another password.
    pub generation: i64,
    /// The version of the factors that were looked at: another one by now means other factors.
    pub version: i64,
}

/// The longest password that is looked at, in bytes: more is work for nothing.
const LONGEST: usize = 1024;

/// Tries a password and a second factor. Slow on purpose, and equally slow whether anybody has the name.
pub fn sign_in(
    applicant: Option<Applicant>,
    password: &str,
    offered: &Offered<'_>,
    cost: KdfCost,
    entropy: &dyn Entropy,
) -> Result<NewSession, SignInRefused> {
    let Some((Applicant { known, account }, private)) = opened(applicant, password, cost) else {
        spend_alike_on_factors(offered);
        return Err(SignInRefused::BY_PASSWORD);
    };
    let uid = known.officer.uid;
    let mut factors = Factors::open(&private, &uid, &account).map_err(|_| SignInRefused::BY_FACTOR)?;
    let factor = prove(&mut factors, &uid, offered).ok_or(SignInRefused::BY_FACTOR)?;
    let spent = match factor {
        Factor::Password => None,
        Factor::App | Factor::Passkey | Factor::Recovery => {
            Some(factors.change(&private, &uid, account.version, entropy))
        }
    };
    let secret = SessionSecret::generate(entropy);
    let (lookup, wrapped) = (secret.lookup(), secret.wrap(&private));
    let Account { generation, version, .. } = account;
    Ok(NewSession { secret, lookup, wrapped, officer: known.officer, factor, spent, generation, version })
}

/// The private key, where the password is the officer's own and the officer may sign in.
fn opened(applicant: Option<Applicant>, password: &str, cost: KdfCost) -> Option<(Applicant, PrivateKey)> {
    let Some(applicant) = applicant.filter(|one| one.known.active && password.len() <= LONGEST) else {
        spend_alike(password.get(..LONGEST).unwrap_or(password), cost);
        return None;
    };
    let private = unwrap_private(password, &applicant.known.wrapped).ok()?;
    Some((applicant, private))
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
    use crate::clock::Minute;
    use crate::people::roles::Role;
    use crate::people::second_factor::app_code::{App, shown};
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;
    use crate::vault::password::wrap_private;
    use crate::vault::uid::Uid;

    const CHEAP: KdfCost = KdfCost { memory_kib: 8, passes: 1, lanes: 1 };

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn offered(code: &str) -> Offered<'_> {
        Offered { code, passkey: None, app_codes: true, now: NOW }
    }

    fn known(password: &str, active: bool, entropy: &SeededEntropy) -> (Applicant, KeyPair) {
        let pair = KeyPair::generate(entropy);
        let officer = Officer {
            id: 7,
            uid: Uid::generate(entropy),
            login: "psb".into(),
            name: "王丽".into(),
            agency: "psb".parse().unwrap(),
            role: Role::AgencyLead,
        };
        let wrapped = wrap_private(password, &pair.private, CHEAP, entropy);
        (Applicant { known: Known { officer, wrapped, active }, account: Account::default() }, pair)
    }

    #[test]
    fn the_right_password_gives_a_session_that_opens_the_officers_key() {
        let entropy = SeededEntropy::new(1);
        let (known, pair) = known("correct horse battery", true, &entropy);

        let session =
            sign_in(Some(known), "correct horse battery", &offered(""), CHEAP, &entropy).ok().unwrap();

        assert_eq!(session.officer.id, 7);
        assert_eq!(session.secret.unwrap(&session.wrapped).ok().unwrap().public(), pair.public);
        assert!(SessionSecret::generate(&entropy).unwrap(&session.wrapped).is_err());
    }

    #[test]
    fn whoever_has_a_factor_needs_it_and_spends_it() {
        let entropy = SeededEntropy::new(3);
        let (mut known, pair) = known("correct horse battery", true, &entropy);
        let app = App::new(&[9; 20], "", Minute(0), 0);
        let factors = Factors { app: Some(app), ..Factors::default() };
        let change = factors.change(&pair.private, &known.known.officer.uid, 0, &entropy);
        known.account = Account { version: 1, sealed: Some(change.sealed), generation: 6, ..known.account };
        let attempt = |account: Account, password: &str, code: &str| {
            let applicant = Applicant { account, known: known.known.clone() };
            sign_in(Some(applicant), password, &offered(code), CHEAP, &entropy)
        };
        let code = shown(&[9; 20], NOW);
        let right = "correct horse battery";

        assert!(attempt(known.account.clone(), right, "").is_err());
        assert!(attempt(known.account.clone(), right, "000000").is_err());
        assert!(attempt(known.account.clone(), "wrong horse battery", &code).is_err());
        let session = attempt(known.account.clone(), right, &code).ok().unwrap();
        assert_eq!((session.factor, session.generation), (Factor::App, 6));

        let spent = session.spent.unwrap();
        assert_eq!(spent.before, 1);
        let after = Account { version: 2, sealed: Some(spent.sealed), ..known.account.clone() };
        assert!(attempt(after, right, &code).is_err(), "the same step once more");
    }

    #[test]
    fn every_other_way_is_refused_alike() {
        let entropy = SeededEntropy::new(2);
        let attempt = |known, password: &str| sign_in(known, password, &offered(""), CHEAP, &entropy).err();
        let (active, _) = known("correct horse battery", true, &entropy);
        let (disabled, _) = known("correct horse battery", false, &entropy);

        assert_eq!(attempt(Some(active.clone()), "correct horse batterz"), Some(SignInRefused::BY_PASSWORD));
        assert_eq!(attempt(Some(active), &"x".repeat(2000)), Some(SignInRefused::BY_PASSWORD));
        assert_eq!(attempt(Some(disabled), "correct horse battery"), Some(SignInRefused::BY_PASSWORD));
        assert_eq!(attempt(None, "correct horse battery"), Some(SignInRefused::BY_PASSWORD));
    }

    #[test]
    fn a_session_ends_when_idle_and_ends_in_any_case() {
        let life = Session { idle_minutes: 30, absolute_hours: 12, ..Session::default() };
        let opened = Timestamp(0);
        let at = |seconds: i64| opened.plus_seconds(seconds);

        assert!(is_alive(life, opened, opened, at(30 * 60 - 1)));
        assert!(!is_alive(life, opened, opened, at(30 * 60)));
        assert!(is_alive(life, opened, at(12 * 3600 - 60), at(12 * 3600 - 1)));
        assert!(!is_alive(life, opened, at(12 * 3600 - 60), at(12 * 3600)));
    }
}
