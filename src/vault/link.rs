//! The name under which an entity (a telephone, a plate) is found again without being kept: an HMAC of its one
//! spelling under a key of the deployment's, each kind apart. Owns the name; refuses finding entities in texts, and
//! anything but equality: no prefix, no likeness, no order can be asked of a name.
//!
//! Invariant: without the key file a name is 32 random bytes, the same for the same entity. With it whoever guesses an
//! entity can see whether it is there: there are few enough telephone numbers to guess all. Frozen: names that are
//! stored are compared for as long as tips are kept.

use super::context::Context;
use super::deployment::DeploymentKey;

/// The name of an entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkName([u8; 32]);

/// Not the bytes: in a log they would tell which tips share something.
impl std::fmt::Debug for LinkName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkName")
    }
}

impl LinkName {
    /// The name of `value`, already in its one spelling, among entities of `kind`.
    pub fn of(deployment: &DeploymentKey, kind: &str, value: &str) -> Self {
        Self(deployment.mac("link", &Context::new("homeward/link/1").text(kind).text(value).into_bytes()))
    }

    /// The name in a row; none where the row holds something else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes that are stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::hex;

    const PHONE: &str = "15400176620";

    fn name(key: u8, kind: &str, value: &str) -> LinkName {
        LinkName::of(&DeploymentKey::from_bytes([key; 32]), kind, value)
    }

    #[test]
    fn the_name_is_frozen() {
        let name = hex::encode(name(7, "phone", PHONE).as_bytes());
        assert_eq!(name, "17dfc60f75cdb80799fd9736eac8fee0ff4a15b500100699941d2ed6c00df8d1");
    }

    #[test]
    fn only_the_same_entity_under_the_same_key_has_the_same_name() {
        assert!(name(1, "phone", PHONE) == name(1, "phone", PHONE));
        for other in [
            name(2, "phone", PHONE),
            name(1, "account", PHONE),
            name(1, "phone", "15400176621"),
            name(1, "phon", &format!("e{PHONE}")),
        ] {
            assert!(other != name(1, "phone", PHONE));
        }
    }

    #[test]
    fn a_name_reads_back_and_nothing_else_is_one() {
        let name = name(1, "plate", "津C0T7Q2");
        assert!(LinkName::read(name.as_bytes()) == Some(name));
        assert!(LinkName::read(b"short").is_none());
    }
}
