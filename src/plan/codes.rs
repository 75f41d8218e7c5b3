//! The codes by which the plan names things. Owns their spelling and their order; whether a code exists is
//! for [`Plan`](super::Plan) to say. Refuses anything but short ASCII, so a code can stand in an address,
//! a log line or a file name. Invariant: what `Display` writes, `FromStr` reads back as the same value.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::i18n::Locale;

/// A text that is not a code of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not a {kind}")]
pub struct BadCode {
    /// What was wanted.
    pub kind: &'static str,
    /// What was given.
    pub text: String,
}

const ROOM: usize = 24;

/// Up to 24 ASCII bytes in place: codes are copied into sets by the million while the plan is proved.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Short {
    bytes: [u8; ROOM],
}

impl Short {
    fn new(text: &str, kind: &'static str, allowed: fn(&str) -> bool) -> Result<Self, BadCode> {
        if text.is_empty() || text.len() > ROOM || !text.is_ascii() || !allowed(text) {
            return Err(BadCode { kind, text: text.to_owned() });
        }
        let mut bytes = [0; ROOM];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes })
    }

    fn as_str(&self) -> &str {
        let end = self.bytes.iter().position(|b| *b == 0).unwrap_or(ROOM);
        std::str::from_utf8(&self.bytes[..end]).expect("only ASCII was let in")
    }
}

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Short);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                Short::new(text, $kind, $allowed).map(Self)
            }
        }

        text_traits!($name);
    };
}

/// Display, Debug and serde, all through the text of the code.
macro_rules! text_traits {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

macro_rules! display_as_str {
    ($($name:ident)*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    )*};
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn is_clause(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_gb2260(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

code!(
    /// A body of the plan, as `psb`.
    BodyCode, "body code", is_word
);
code!(
    /// A kind of tip, as `missing_child`.
    CategoryCode, "category code", is_word
);
code!(
    /// A district by its GB/T 2260 code, as `120114`.
    DistrictCode, "district code (GB/T 2260)", is_gb2260
);
code!(
    /// A clause of the plan, as `2.2.1-d`.
    ClauseId, "clause id", is_clause
);
code!(
    /// A version of the plan, by its year: `2014`.
    PlanVersion, "plan version", is_year
);
display_as_str!(BodyCode CategoryCode DistrictCode ClauseId PlanVersion);

/// A body, or its branch in one district: `psb`, `psb-120114`. Orders the body before its branches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgencyCode {
    body: BodyCode,
    district: Option<DistrictCode>,
}

impl AgencyCode {
    /// The municipal body itself.
    pub const fn municipal(body: BodyCode) -> Self {
        Self { body, district: None }
    }

    /// The branch of `body` in `district`.
    pub const fn branch(body: BodyCode, district: DistrictCode) -> Self {
        Self { body, district: Some(district) }
    }

    /// The body this agency is, or is a branch of.
    pub const fn body(&self) -> BodyCode {
        self.body
    }

    /// The district of a branch; none for a municipal body.
    pub const fn district(&self) -> Option<DistrictCode> {
        self.district
    }

    /// Whether this is a district branch.
    pub const fn is_branch(&self) -> bool {
        self.district.is_some()
    }

    /// The municipal body above a branch, or the body itself.
    pub const fn parent(&self) -> Self {
        Self::municipal(self.body)
    }
}

impl fmt::Display for AgencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.district {
            None => write!(f, "{}", self.body),
            Some(district) => write!(f, "{}-{district}", self.body),
        }
    }
}

impl FromStr for AgencyCode {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let bad = |_| BadCode { kind: "agency code", text: text.to_owned() };
        match text.split_once('-') {
            None => text.parse().map(Self::municipal).map_err(bad),
            Some((body, district)) => {
                Ok(Self::branch(body.parse().map_err(bad)?, district.parse().map_err(bad)?))
            }
        }
    }
}

text_traits!(AgencyCode);

/// How soon somebody must act. Orders the most pressing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Somebody is in danger now.
    Immediate,
    /// Within hours.
    Urgent,
    /// Within working days.
    Normal,
}

impl Urgency {
    /// Every value, most pressing first.
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Urgent, Self::Normal];

    /// The word used in files, addresses and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::Urgent => "urgent",
            Self::Normal => "normal",
        }
    }
}

impl fmt::Display for Urgency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Urgency {
    type Err = BadCode;
    fn from_str(text: &str) -> Result<Self, BadCode> {
        let found = Self::ALL.into_iter().find(|u| u.as_str() == text);
        found.ok_or_else(|| BadCode { kind: "urgency", text: text.to_owned() })
    }
}

/// The two languages the plan itself is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, the language of the plan.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language of the plan's names on a page in `locale`.
    pub const fn of(locale: Locale) -> Self {
        match locale {
            Locale::Zh => Self::Zh,
            Locale::En => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_what_it_writes() {
        for text in ["psb", "psb-120114", "district_gov-120101", "hotline12345"] {
            assert_eq!(text.parse::<AgencyCode>().unwrap().to_string(), text);
        }
        let code: AgencyCode = serde_json::from_str("\"civil-120117\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"civil-120117\"");
        assert_eq!("2.1.2-0".parse::<ClauseId>().unwrap().as_str(), "2.1.2-0");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "PSB", "psb-", "psb-12011", "psb-120114-1", "市公安局", "a b", "-120114"] {
            assert!(text.parse::<AgencyCode>().is_err(), "{text:?} was taken");
        }
        assert!("0123456789012345678901234".parse::<BodyCode>().is_err());
        assert!("12011a".parse::<DistrictCode>().is_err());
    }

    #[test]
    fn a_body_stands_before_its_branches_and_danger_before_routine() {
        let order: Vec<AgencyCode> =
            ["psb", "psb-120101", "psb-120114", "women"].map(|c| c.parse::<AgencyCode>().unwrap()).to_vec();
        let mut sorted = order.clone();
        sorted.reverse();
        sorted.sort();
        assert_eq!(sorted, order);
        assert!(Urgency::Immediate < Urgency::Urgent && Urgency::Urgent < Urgency::Normal);
    }
}
