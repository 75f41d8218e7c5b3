//! An agency's keys in the hands of a member: passing them on to a colleague who waits, and replacing the pairs.
//! Owns what is opened and sealed for that; refuses rows, and deciding who is a member.
//!
//! One invariant: a private key is in clear only while it is sealed to somebody else.

use super::enrol::{AgencyPrivates, Grant, KeyKind, NewAgencyKey, fresh_pairs, open_granted, pass_on};
use super::officer::Officer;
use crate::plan::AgencyCode;
use crate::vault::entropy::Entropy;
use crate::vault::pair::{GrantFor, PrivateKey, PublicKey, grant_private};
use crate::vault::uid::Uid;

/// The private keys of an agency that a member could open, those of replaced pairs among them.
pub struct Opened(Vec<(KeyKind, PrivateKey)>);

/// Somebody to whom keys are sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct To {
    /// The officer's row.
    pub officer: i64,
    /// What grants are bound to.
    pub uid: Uid,
    /// What they are sealed to.
    pub public: PublicKey,
}

/// Keys sealed to somebody.
#[derive(Clone, Debug)]
pub struct Passed {
    /// To whom.
    pub to: To,
    /// The keys.
    pub grants: Vec<Grant>,
}

/// Fresh pairs of an agency, in everybody's hands who is to hold them.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The pairs, each sealed to the recovery key.
    pub keys: Vec<NewAgencyKey>,
    /// Their private halves, sealed to the members.
    pub passed: Vec<Passed>,
}

impl Opened {
    /// Opens what was granted to `officer`. What does not open is not there.
    pub fn of(private: &PrivateKey, officer: &Officer, grants: &[(KeyKind, Vec<u8>)]) -> Self {
        let open = |(kind, sealed): &(KeyKind, Vec<u8>)| {
            Some((*kind, open_granted(private, &officer.agency, *kind, &officer.uid, sealed).ok()?))
        };
        Self(grants.iter().filter_map(open).collect())
    }

    /// Of keys that were opened in another way.
    pub const fn from_keys(keys: Vec<(KeyKind, PrivateKey)>) -> Self {
        Self(keys)
    }

    /// The keys of a kind.
    pub fn of_kind(&self, kind: KeyKind) -> impl Iterator<Item = &PrivateKey> {
        self.0.iter().filter(move |(it, _)| *it == kind).map(|(_, key)| key)
    }

    /// Whether the private half of this pair is among them.
    pub fn has(&self, public: &[u8]) -> bool {
        self.0.iter().any(|(_, key)| key.public().as_bytes() == public)
    }

    /// Seals every key to somebody.
    pub fn pass_on(&self, agency: &AgencyCode, to: To, entropy: &dyn Entropy) -> Passed {
        let (agency, officer) = (agency.to_string(), to.uid.to_string());
        let grant = |(kind, private): &(KeyKind, PrivateKey)| {
            let what = GrantFor { agency: &agency, kind: kind.as_str(), to: &officer };
            let sealed = grant_private(&to.public, &what, private, entropy);
            Grant { kind: *kind, public: private.public(), sealed }
        };
        Passed { grants: self.0.iter().map(grant).collect(), to }
    }
}

/// Makes fresh pairs for an agency and seals them to its members and to the recovery key. What the one who does
/// it holds is passed on too: until every envelope is sealed anew, whoever is a member opens with the old pairs.
pub fn rotate(
    agency: &AgencyCode,
    recovery: &PublicKey,
    held: &Opened,
    members: &[To],
    entropy: &dyn Entropy,
) -> Rotated {
    let (keys, privates): (_, AgencyPrivates) = fresh_pairs(agency, recovery, entropy);
    let passed = |to: &To| {
        let mut passed = held.pass_on(agency, to.clone(), entropy);
        passed.grants.extend(pass_on(agency, &to.uid, &to.public, &privates, entropy));
        passed
    };
    Rotated { passed: members.iter().map(passed).collect(), keys }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::enrol::open_recovered;
    use crate::people::roles::Role;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;

    fn officer(id: i64, entropy: &SeededEntropy) -> (Officer, KeyPair) {
        let uid = Uid::generate(entropy);
        let agency = "psb-120114".parse().unwrap();
        let officer = Officer { id, uid, login: "x".into(), name: "x".into(), agency, role: Role::Handler };
        (officer, KeyPair::generate(entropy))
    }

    fn to(of: &(Officer, KeyPair)) -> To {
        To { officer: of.0.id, uid: of.0.uid, public: of.1.public }
    }

    fn opened(of: &(Officer, KeyPair), passed: &Passed) -> Opened {
        let grants: Vec<_> = passed.grants.iter().map(|g| (g.kind, g.sealed.clone())).collect();
        Opened::of(&of.1.private, &of.0, &grants)
    }

    #[test]
    fn fresh_pairs_open_for_each_member_and_for_recovery_and_are_others_than_before() {
        let entropy = SeededEntropy::new(1);
        let (one, two) = (officer(1, &entropy), officer(2, &entropy));
        let recovery = KeyPair::generate(&entropy);
        let agency = one.0.agency;
        let members = [to(&one), to(&two)];

        let none = Opened::from_keys(Vec::new());
        let first = rotate(&agency, &recovery.public, &none, &members, &entropy);
        let second = rotate(&agency, &recovery.public, &none, &members, &entropy);

        for (who, passed) in [(&one, &first.passed[0]), (&two, &first.passed[1])] {
            let held = opened(who, passed);
            assert!(first.keys.iter().all(|key| held.has(key.public.as_bytes())));
            assert!(!second.keys.iter().any(|key| held.has(key.public.as_bytes())));
        }
        for key in &first.keys {
            let private = open_recovered(&recovery.private, &agency, key.kind, &key.recovery_grant);
            assert_eq!(private.ok().unwrap().public(), key.public);
        }
        assert!(opened(&two, &first.passed[0]).0.is_empty(), "a grant opens for its officer only");
    }

    #[test]
    fn a_member_passes_on_all_that_it_holds_and_nothing_more() {
        let entropy = SeededEntropy::new(2);
        let (one, two) = (officer(1, &entropy), officer(2, &entropy));
        let recovery = KeyPair::generate(&entropy);
        let agency = one.0.agency;
        let none = Opened::from_keys(Vec::new());
        let made = rotate(&agency, &recovery.public, &none, &[to(&one)], &entropy);

        let passed = opened(&one, &made.passed[0]).pass_on(&agency, to(&two), &entropy);

        let held = opened(&two, &passed);
        assert!(made.keys.iter().all(|key| held.has(key.public.as_bytes())));
        assert_eq!(held.0.len(), 2);
        assert!(Opened::from_keys(Vec::new()).pass_on(&agency, to(&two), &entropy).grants.is_empty());
    }
}
