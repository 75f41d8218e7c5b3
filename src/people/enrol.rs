//! Making an officer: a key pair under a password, and the agency's keys passed on. Owns what is made and
//! sealed; refuses storing it.
//!
//! The agency's two pairs are made with its first member. Whoever comes later waits until somebody who
//! holds the agency's private keys, a member or the recovery key, passes them on.
//!
//! One invariant: no private key leaves this module but wrapped or sealed.

use zeroize::Zeroizing;

use super::officer::login_of;
use super::roles::Role;
use crate::clock::Minute;
use crate::plan::AgencyCode;
use crate::vault::entropy::Entropy;
use crate::vault::pair::{GrantFor, KeyPair, PrivateKey, PublicKey, grant_private, open_grant};
use crate::vault::password::{KdfCost, wrap_private};
use crate::vault::seal::OpenError;
use crate::vault::uid::Uid;

/// Which of an agency's two pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// Opens reports and case keys.
    Work,
    /// Opens sealed identities.
    Identity,
}

impl KeyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Work, Self::Identity];

    /// The word in the tables and in what is sealed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Identity => "identity",
        }
    }
}

/// Who is to be made an officer.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The name to sign in with.
    pub login: &'a str,
    /// The name colleagues know.
    pub name: &'a str,
    /// The agency.
    pub agency: AgencyCode,
    /// The role.
    pub role: Role,
    /// The first password.
    pub password: &'a str,
}

/// The private halves of an agency's pairs, in the hands of somebody who may pass them on.
pub struct AgencyPrivates {
    /// The work pair's.
    pub work: PrivateKey,
    /// The identity pair's.
    pub identity: PrivateKey,
}

/// Where the agency's keys come from.
#[derive(Clone, Copy)]
pub enum Keys<'a> {
    /// They are made now, with the first member, and sealed to the recovery key as well.
    Fresh {
        /// The deployment's recovery key.
        recovery: &'a PublicKey,
    },
    /// Somebody who holds them passes them on.
    Held(&'a AgencyPrivates),
    /// The officer waits: can sign in, can open nothing yet.
    Waiting,
}

/// An officer's row before it is one.
#[derive(Clone, Debug)]
pub struct NewOfficer {
    /// Public id.
    pub uid: Uid,
    /// The name to sign in with, in its stored shape.
    pub login: String,
    /// The name colleagues know.
    pub name: String,
    /// The agency.
    pub agency: AgencyCode,
    /// The role.
    pub role: Role,
    /// The public half of the officer's pair.
    pub public: PublicKey,
    /// The private half, wrapped under the password.
    pub wrapped: Vec<u8>,
    /// When.
    pub created: Minute,
}

/// One of an agency's pairs, made just now.
#[derive(Clone, Debug)]
pub struct NewAgencyKey {
    /// Which pair.
    pub kind: KeyKind,
    /// Its public half.
    pub public: PublicKey,
    /// Its private half, sealed to the recovery key.
    pub recovery_grant: Vec<u8>,
}

/// A private key of the agency, sealed to an officer.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Which pair.
    pub kind: KeyKind,
    /// The public half, by which the pair's row is found.
    pub public: PublicKey,
    /// The sealed private half.
    pub sealed: Vec<u8>,
}

/// Everything a new officer brings into the database.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// The officer.
    pub officer: NewOfficer,
    /// The agency's pairs, where they were made just now.
    pub keys: Vec<NewAgencyKey>,
    /// What the officer can open.
    pub grants: Vec<Grant>,
}

/// Why nobody is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The sign-in name has another shape.
    #[error("a sign-in name has 2 to 64 letters, digits, dots, hyphens, underscores or @")]
    Login,
    /// Nobody could call this officer by name.
    #[error("the name is empty or longer than 60 characters")]
    Name,
    /// The password is too short or too long.
    #[error("a password has at least 12 characters and at most 256")]
    Password,
}

/// The shortest and longest password, in characters. What a person may choose is `people::password`'s, which asks for
/// more where there is no second factor.
const PASSWORD: std::ops::RangeInclusive<usize> = 12..=256;

/// Makes an officer. Slow on purpose: it stretches the password.
pub fn enrol(
    who: &Candidate<'_>,
    keys: Keys<'_>,
    cost: KdfCost,
    now: Minute,
    entropy: &dyn Entropy,
) -> Result<Enrolled, EnrolError> {
    let login = login_of(who.login).ok_or(EnrolError::Login)?;
    check_password(who.password)?;
    if who.name.trim().is_empty() || who.name.chars().count() > 60 {
        return Err(EnrolError::Name);
    }
    let pair = KeyPair::generate(entropy);
    let officer = NewOfficer {
        uid: Uid::generate(entropy),
        login,
        name: who.name.trim().to_owned(),
        agency: who.agency,
        role: who.role,
        public: pair.public,
        wrapped: wrap_private(who.password, &pair.private, cost, entropy),
        created: now,
    };
    let (keys, grants) = match keys {
        Keys::Fresh { recovery } => fresh_keys(&officer, recovery, entropy),
        Keys::Held(privates) => {
            (Vec::new(), pass_on(&officer.agency, &officer.uid, &officer.public, privates, entropy))
        }
        Keys::Waiting => (Vec::new(), Vec::new()),
    };
    Ok(Enrolled { officer, keys, grants })
}

/// Refuses a password that is too easy to guess for the only factor, or too long to be typed.
pub fn check_password(password: &str) -> Result<(), EnrolError> {
    if PASSWORD.contains(&password.chars().count()) { Ok(()) } else { Err(EnrolError::Password) }
}

fn fresh_keys(
    officer: &NewOfficer,
    recovery: &PublicKey,
    entropy: &dyn Entropy,
) -> (Vec<NewAgencyKey>, Vec<Grant>) {
    let (keys, privates) = fresh_pairs(&officer.agency, recovery, entropy);
    let grants = pass_on(&officer.agency, &officer.uid, &officer.public, &privates, entropy);
    (keys, grants)
}

/// Two fresh pairs for an agency, sealed to the recovery key, and their private halves.
pub(super) fn fresh_pairs(
    agency: &AgencyCode,
    recovery: &PublicKey,
    entropy: &dyn Entropy,
) -> (Vec<NewAgencyKey>, AgencyPrivates) {
    let [work, identity] = KeyKind::ALL.map(|_| KeyPair::generate(entropy));
    let privates = AgencyPrivates { work: work.private, identity: identity.private };
    let agency = agency.to_string();
    let keys =
        [(KeyKind::Work, &privates.work), (KeyKind::Identity, &privates.identity)].map(|(kind, private)| {
            let what = GrantFor { agency: &agency, kind: kind.as_str(), to: RECOVERY };
            NewAgencyKey {
                kind,
                public: private.public(),
                recovery_grant: grant_private(recovery, &what, private, entropy),
            }
        });
    (keys.into(), privates)
}

/// Whom a recovery grant is bound to.
pub const RECOVERY: &str = "recovery";

/// Seals an agency's private keys to one of its officers: what a member does for a colleague.
pub fn pass_on(
    agency: &AgencyCode,
    officer: &Uid,
    to: &PublicKey,
    privates: &AgencyPrivates,
    entropy: &dyn Entropy,
) -> Vec<Grant> {
    let (agency, officer) = (agency.to_string(), officer.to_string());
    [(KeyKind::Work, &privates.work), (KeyKind::Identity, &privates.identity)]
        .map(|(kind, private)| {
            let what = GrantFor { agency: &agency, kind: kind.as_str(), to: &officer };
            Grant { kind, public: private.public(), sealed: grant_private(to, &what, private, entropy) }
        })
        .into()
}

/// Opens one of an agency's private keys, as the officer it was granted to.
pub fn open_granted(
    private: &PrivateKey,
    agency: &AgencyCode,
    kind: KeyKind,
    officer: &Uid,
    sealed: &[u8],
) -> Result<PrivateKey, OpenError> {
    open_as(private, agency, kind, &officer.to_string(), sealed)
}

/// Opens one of an agency's private keys with the offline recovery key.
pub fn open_recovered(
    recovery: &PrivateKey,
    agency: &AgencyCode,
    kind: KeyKind,
    sealed: &[u8],
) -> Result<PrivateKey, OpenError> {
    open_as(recovery, agency, kind, RECOVERY, sealed)
}

fn open_as(
    private: &PrivateKey,
    agency: &AgencyCode,
    kind: KeyKind,
    to: &str,
    sealed: &[u8],
) -> Result<PrivateKey, OpenError> {
    open_grant(private, &GrantFor { agency: &agency.to_string(), kind: kind.as_str(), to }, sealed)
}

/// A first password that somebody can type from paper: five groups of four, 100 bits.
pub fn first_password(entropy: &dyn Entropy) -> Zeroizing<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let bytes = Zeroizing::new(crate::vault::entropy::bytes::<20>(entropy));
    let mut out = Zeroizing::new(String::with_capacity(24));
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::password::unwrap_private;

    const CHEAP: KdfCost = KdfCost { memory_kib: 8, passes: 1, lanes: 1 };
    const PASSWORD: &str = "correct horse battery";

    fn candidate(login: &'static str) -> Candidate<'static> {
        let agency = "psb-120114".parse().unwrap();
        Candidate { login, name: "王丽", agency, role: Role::AgencyLead, password: PASSWORD }
    }

    fn opened(enrolled: &Enrolled, kind: KeyKind) -> Option<PrivateKey> {
        let private = unwrap_private(PASSWORD, &enrolled.officer.wrapped).ok()?;
        let grant = enrolled.grants.iter().find(|g| g.kind == kind)?;
        let officer = &enrolled.officer;
        open_granted(&private, &officer.agency, kind, &officer.uid, &grant.sealed).ok()
    }

    #[test]
    fn the_first_member_opens_both_keys_and_so_does_recovery() {
        let entropy = SeededEntropy::new(1);
        let recovery = KeyPair::generate(&entropy);
        let keys = Keys::Fresh { recovery: &recovery.public };
        let first = enrol(&candidate("first"), keys, CHEAP, Minute(1), &entropy).unwrap();

        for key in &first.keys {
            let mine = opened(&first, key.kind).unwrap();
            let agency = first.officer.agency;
            let recovered = open_recovered(&recovery.private, &agency, key.kind, &key.recovery_grant);
            assert_eq!(mine.public(), key.public);
            assert_eq!(recovered.ok().unwrap().public(), key.public);
        }
        assert_eq!(first.keys.len(), 2);
        assert_ne!(first.keys[0].public, first.keys[1].public);
    }

    #[test]
    fn a_colleague_gets_the_same_keys_and_one_who_waits_gets_none() {
        let entropy = SeededEntropy::new(2);
        let recovery = KeyPair::generate(&entropy);
        let keys = Keys::Fresh { recovery: &recovery.public };
        let first = enrol(&candidate("first"), keys, CHEAP, Minute(1), &entropy).unwrap();
        let [work, identity] = KeyKind::ALL.map(|kind| opened(&first, kind).unwrap());
        let privates = AgencyPrivates { work, identity };

        let second = enrol(&candidate("second"), Keys::Held(&privates), CHEAP, Minute(2), &entropy).unwrap();
        let third = enrol(&candidate("third"), Keys::Waiting, CHEAP, Minute(2), &entropy).unwrap();

        assert!(second.keys.is_empty() && third.keys.is_empty() && third.grants.is_empty());
        assert_eq!(opened(&second, KeyKind::Work).unwrap().public(), first.keys[0].public);
        assert_eq!(opened(&second, KeyKind::Identity).unwrap().public(), first.keys[1].public);
    }

    #[test]
    fn a_grant_opens_for_its_officer_and_kind_only() {
        let entropy = SeededEntropy::new(3);
        let recovery = KeyPair::generate(&entropy);
        let keys = Keys::Fresh { recovery: &recovery.public };
        let one = enrol(&candidate("one"), keys, CHEAP, Minute(1), &entropy).unwrap();
        let private = unwrap_private(PASSWORD, &one.officer.wrapped).ok().unwrap();
        let work = &one.grants[0].sealed;
        let (agency, uid) = (one.officer.agency, one.officer.uid);
        let other_agency = "psb-120117".parse().unwrap();

        assert!(open_granted(&private, &agency, KeyKind::Work, &uid, work).is_ok());
        assert!(open_granted(&private, &agency, KeyKind::Identity, &uid, work).is_err());
        assert!(open_granted(&private, &other_agency, KeyKind::Work, &uid, work).is_err());
        assert!(open_granted(&private, &agency, KeyKind::Work, &Uid::generate(&entropy), work).is_err());
        assert!(open_granted(&recovery.private, &agency, KeyKind::Work, &uid, work).is_err());
    }

    #[test]
    fn weak_passwords_and_odd_names_are_refused() {
        let entropy = SeededEntropy::new(4);
        let refused = |who: Candidate<'_>| enrol(&who, Keys::Waiting, CHEAP, Minute(1), &entropy).err();

        assert_eq!(
            refused(Candidate { password: "eleven char", ..candidate("a.b") }),
            Some(EnrolError::Password)
        );
        assert_eq!(
            refused(Candidate { password: &"x".repeat(257), ..candidate("a.b") }),
            Some(EnrolError::Password)
        );
        assert_eq!(refused(candidate("王丽")), Some(EnrolError::Login));
        assert_eq!(refused(Candidate { name: " ", ..candidate("a.b") }), Some(EnrolError::Name));
        assert_eq!(check_password(&first_password(&entropy)), Ok(()));
        assert_ne!(*first_password(&entropy), *first_password(&entropy));
    }
}
