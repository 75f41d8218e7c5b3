//! The spare of the key file: the deployment's key sealed to the recovery key. Owns the grant, a kind of its
//! own; refuses files and rows. One invariant: a spare opens only with the recovery key, only as the key of the
//! deployment it was made for, and never as an envelope or an agency's grant.

use super::context::Context;
use super::deployment::DeploymentKey;
use super::entropy::Entropy;
use super::envelope::{open_from, seal_to};
use super::header::{self, OpenError};
use super::pair::{PrivateKey, PublicKey};
use super::suite::Beforehand;

/// Seals the deployment's key to the recovery key; `fingerprint` names the deployment.
pub fn seal_spare(
    recovery: &PublicKey,
    fingerprint: &str,
    key: &DeploymentKey,
    entropy: &dyn Entropy,
) -> Vec<u8> {
    seal_to(recovery, Beforehand::Nothing, &encode(fingerprint), key.expose(), entropy)
}

/// Opens what [`seal_spare`] sealed for the same deployment.
pub fn open_spare(
    recovery: &PrivateKey,
    fingerprint: &str,
    sealed: &[u8],
) -> Result<DeploymentKey, OpenError> {
    open_from(recovery, &encode(fingerprint), sealed, DeploymentKey::from_bytes)
}

/// Whether a spare names this recovery key as the one that opens it.
pub fn is_sealed_to(sealed: &[u8], recovery: &PublicKey) -> bool {
    header::key_id(sealed) == Ok(recovery.id())
}

fn encode(fingerprint: &str) -> Vec<u8> {
    Context::new("homeward/spare/1").text(fingerprint).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::{GrantFor, KeyPair, open_grant};

    #[test]
    fn only_the_recovery_key_opens_it_and_only_as_this_deployments_key() {
        let entropy = SeededEntropy::new(8);
        let (recovery, other) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
        let key = DeploymentKey::from_bytes([7; 32]);
        let sealed = seal_spare(&recovery.public, "one", &key, &entropy);

        assert_eq!(open_spare(&recovery.private, "one", &sealed).ok().unwrap().expose(), key.expose());
        assert!(is_sealed_to(&sealed, &recovery.public) && !is_sealed_to(&sealed, &other.public));
        assert_eq!(open_spare(&recovery.private, "two", &sealed).err(), Some(OpenError::Refused));
        assert_eq!(open_spare(&other.private, "one", &sealed).err(), Some(OpenError::OtherKey));
        let grant = GrantFor { agency: "psb", kind: "work", to: "recovery" };
        assert!(open_grant(&recovery.private, &grant, &sealed).is_err());
    }

    #[test]
    fn no_bit_of_it_can_be_changed() {
        let entropy = SeededEntropy::new(9);
        let recovery = KeyPair::generate(&entropy);
        let sealed = seal_spare(&recovery.public, "one", &DeploymentKey::from_bytes([7; 32]), &entropy);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open_spare(&recovery.private, "one", &changed).is_err(), "byte {at}");
        }
    }
}
