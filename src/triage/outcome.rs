//! How a tip ended (办理结果). Owns the short list that officers choose from; refuses the reason, which is
//! typed and sealed. Invariant: an outcome, once written, never changes its meaning.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How a tip ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Somebody was freed or found.
    Rescued,
    /// A criminal case was opened.
    CaseOpened,
    /// An authority ordered, fined or closed.
    Administrative,
    /// Somebody was housed, supported or returned home.
    Supported,
    /// A question was answered.
    Answered,
    /// Looked into, and nothing was found.
    Unfounded,
    /// The same matter is handled under another tip.
    Duplicate,
    /// Not a matter of this portal; the reporter was told where to turn.
    NotOurs,
}

/// The text names no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an outcome from the list")]
pub struct UnknownOutcome;

impl Outcome {
    /// Every outcome, in the order shown.
    pub const ALL: [Self; 8] = [
        Self::Rescued,
        Self::CaseOpened,
        Self::Administrative,
        Self::Supported,
        Self::Answered,
        Self::Unfounded,
        Self::Duplicate,
        Self::NotOurs,
    ];

    /// The word in forms and in what is sealed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rescued => "rescued",
            Self::CaseOpened => "case_opened",
            Self::Administrative => "administrative",
            Self::Supported => "supported",
            Self::Answered => "answered",
            Self::Unfounded => "unfounded",
            Self::Duplicate => "duplicate",
            Self::NotOurs => "not_ours",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    fn from_str(text: &str) -> Result<Self, UnknownOutcome> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text).ok_or(UnknownOutcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_reads_back() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.to_string().parse(), Ok(outcome));
        }
        assert_eq!("solved".parse::<Outcome>(), Err(UnknownOutcome));
    }
}
