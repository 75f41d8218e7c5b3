//! A report as its readers will see it. Owns the value that is sealed under the report key, and the contact
//! sealed apart from it; refuses printing: neither has `Debug`. Invariant: what is sealed today is read back
//! by later versions, so fields are added with a default and never renamed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::suggested::Suggested;
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Point};

/// A text that is not one of the offered answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of the offered answers")]
pub struct NotOffered;

macro_rules! answers {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every answer, in the order shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The value in the form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl FromStr for $name {
            type Err = NotOffered;

            fn from_str(text: &str) -> Result<Self, NotOffered> {
                Self::ALL.iter().copied().find(|a| a.as_str() == text).ok_or(NotOffered)
            }
        }
    };
}

answers!(
    /// An answer to a question about facts.
    YesNo {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Not known, or not answered.
        #[default]
        Unknown = "unknown",
    }
);
answers!(
    /// Whether the police may read this, as far as that is the reporter's to say.
    Consent {
        /// They may.
        Yes = "yes",
        /// Not before somebody has asked.
        #[default]
        Ask = "ask",
        /// They may not.
        No = "no",
    }
);
answers!(
    /// How much of themselves reporters give.
    IdentityLevel {
        /// Nothing.
        #[default]
        Anonymous = "anonymous",
        /// A way to be reached, for those who handle the tip only.
        Confidential = "confidential",
        /// A name that may stand with the report.
        Named = "named",
    }
);
answers!(
    /// Which door it came through.
    Via {
        /// The pages.
        #[default]
        Web = "web",
        /// A program.
        Api = "api",
    }
);

/// Who must not see a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Avoid {
    /// The police of the place, wherever the place turns out to be.
    PoliceHere,
    /// One agency; a municipal body stands for its branches too.
    Agency(AgencyCode),
}

const POLICE_HERE: &str = "psb_branch";

impl fmt::Display for Avoid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PoliceHere => f.write_str(POLICE_HERE),
            Self::Agency(code) => write!(f, "{code}"),
        }
    }
}

impl FromStr for Avoid {
    type Err = NotOffered;

    fn from_str(text: &str) -> Result<Self, NotOffered> {
        if text == POLICE_HERE {
            return Ok(Self::PoliceHere);
        }
        text.parse().map(Self::Agency).map_err(|_| NotOffered)
    }
}

impl Serialize for Avoid {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Avoid {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What was reported.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The reporter's own words, verbatim.
    pub text: String,
    /// Where, as chosen, or as the shared point says; none where neither does.
    #[serde(default)]
    pub district: Option<DistrictCode>,
    /// Where, in their words.
    #[serde(default)]
    pub place_words: String,
    /// Where, as a device or a map shared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// What it is about, as chosen; none where they were not sure.
    #[serde(default)]
    pub category: Option<CategoryCode>,
    /// Whether somebody is in danger now.
    #[serde(default)]
    pub danger: YesNo,
    /// Whether the person is under eighteen.
    #[serde(default)]
    pub minor: YesNo,
    /// Who must not see it.
    #[serde(default)]
    pub exclude: Vec<Avoid>,
    /// Who must not see it, in their words: for the officer who reads it.
    #[serde(default)]
    pub exclude_words: String,
    /// The desks that stand back for the sake of those words, or because the place is not known.
    #[serde(default)]
    pub stand_back: Vec<AgencyCode>,
    /// Whether the police may read it.
    #[serde(default)]
    pub consent_police: Consent,
    /// How much of themselves they give.
    #[serde(default)]
    pub identity: IdentityLevel,
    /// The language of the page it was written on.
    pub language: Locale,
    /// When it came in, exactly.
    pub received_at: Timestamp,
    /// Which door it came through.
    #[serde(default)]
    pub via: Via,
    /// Whether a field that people do not see was filled in.
    #[serde(default)]
    pub suspicious: bool,
    /// What the words suggest where a question was left open.
    #[serde(default)]
    pub suggested: Suggested,
}

impl Report {
    /// Everything that was typed in it.
    pub const fn words(&self) -> [&str; 3] {
        [self.text.as_str(), self.place_words.as_str(), self.exclude_words.as_str()]
    }
}

/// How the reporter can be reached.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// What they call themselves.
    #[serde(default)]
    pub name: String,
    /// Telephone, or another way.
    #[serde(default)]
    pub phone: String,
    /// When and how it is safe.
    #[serde(default)]
    pub note: String,
}

impl Contact {
    /// Whether nothing was left.
    pub const fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phone.is_empty() && self.note.is_empty()
    }
}

/// The little that reaches a police command about a tip that accuses police: enough to save a life, and
/// nothing of what was said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LifeFacts {
    /// Whether somebody is in danger now.
    pub danger: YesNo,
    /// Whether the person is under eighteen.
    pub minor: YesNo,
    /// Where.
    pub district: Option<DistrictCode>,
    /// Where, in their words.
    pub place_words: String,
    /// Where, as a device or a map shared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// A safe way to reach somebody, if one was left; never a name.
    pub safe_contact: String,
}

impl LifeFacts {
    /// The extract of a report.
    pub fn of(report: &Report, contact: Option<&Contact>) -> Self {
        let safe = contact.map(|c| [c.phone.as_str(), c.note.as_str()].join(" ").trim().to_owned());
        Self {
            danger: report.danger,
            minor: report.minor,
            district: report.district,
            place_words: report.place_words.clone(),
            point: report.point,
            safe_contact: safe.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_was_ever_sealed_still_reads() {
        let report: Report =
            serde_json::from_str(r#"{"text":"一句话","language":"zh","received_at":1800000000000}"#).unwrap();

        assert!(report.danger == YesNo::Unknown && report.consent_police == Consent::Ask);
        assert!(report.point.is_none());
        assert!(
            report.exclude.is_empty() && !report.suspicious && report.identity == IdentityLevel::Anonymous
        );
    }

    #[test]
    fn who_must_not_see_it_reads_back() {
        for text in ["psb_branch", "psb", "psb-120117"] {
            let avoid: Avoid = text.parse().unwrap();
            assert_eq!(avoid.to_string(), text);
            assert_eq!(
                serde_json::from_str::<Avoid>(&serde_json::to_string(&avoid).unwrap()).unwrap(),
                avoid
            );
        }
        assert_eq!("公安".parse::<Avoid>(), Err(NotOffered));
    }

    #[test]
    fn the_police_command_gets_no_name_and_no_words_of_the_report() {
        let report = Report {
            text: "CANARY-TEXT".into(),
            district: "120117".parse().ok(),
            place_words: "芦台镇".into(),
            point: None,
            category: None,
            danger: YesNo::Yes,
            minor: YesNo::Yes,
            exclude: vec![],
            exclude_words: "CANARY-WHO".into(),
            stand_back: vec![],
            consent_police: Consent::No,
            identity: IdentityLevel::Confidential,
            language: Locale::Zh,
            received_at: Timestamp(0),
            via: Via::Web,
            suspicious: false,
            suggested: Suggested::default(),
        };
        let contact = Contact { name: "CANARY-NAME".into(), phone: "139".into(), note: "晚上".into() };

        let sealed = serde_json::to_string(&LifeFacts::of(&report, Some(&contact))).unwrap();

        assert!(!sealed.contains("CANARY"), "{sealed}");
        assert!(sealed.contains("芦台镇") && sealed.contains("139 晚上"));
    }
}
