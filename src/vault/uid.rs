//! The random public id of a thing that the outside may name. Owns its two spellings; refuses meaning: an id
//! carries no time, no order and no kind. One invariant: an id has exactly one text form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::entropy::{self, Entropy};
use super::hex;

/// A random public id, written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid([u8; 16]);

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 lower-case hexadecimal digits")]
pub struct BadUid;

impl Uid {
    /// A fresh id.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy::bytes(entropy))
    }

    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of this id.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TryFrom<&[u8]> for Uid {
    type Error = BadUid;

    fn try_from(bytes: &[u8]) -> Result<Self, BadUid> {
        bytes.try_into().map(Self).map_err(|_| BadUid)
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({self})")
    }
}

impl FromStr for Uid {
    type Err = BadUid;

    fn from_str(text: &str) -> Result<Self, BadUid> {
        hex::decode(text).map(Self).ok_or(BadUid)
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn text_json_and_bytes_lead_back_to_the_same_id() {
        let uid = Uid::generate(&SeededEntropy::new(1));

        assert_eq!(uid.to_string().parse(), Ok(uid));
        assert_eq!(serde_json::from_str::<Uid>(&serde_json::to_string(&uid).unwrap()).unwrap(), uid);
        assert_eq!(Uid::try_from(uid.as_bytes().as_slice()), Ok(uid));
    }

    #[test]
    fn a_second_spelling_is_refused() {
        let text = Uid::from_bytes([0xab; 16]).to_string();

        assert_eq!(text, "ab".repeat(16));
        assert_eq!(text.to_uppercase().parse::<Uid>(), Err(BadUid));
        assert_eq!(format!(" {text}").parse::<Uid>(), Err(BadUid));
        assert!(serde_json::from_str::<Uid>("\"ab\"").is_err());
        assert_eq!(Uid::try_from([0_u8; 15].as_slice()), Err(BadUid));
    }
}
