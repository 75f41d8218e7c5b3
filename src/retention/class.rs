//! As what a closed tip is kept. Owns which end leads to which class; refuses the times (`terms`).
//!
//! Invariant: a tip about a minor is never kept for a shorter time than one that led to a case.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::triage::outcome::Outcome;

/// As what a closed tip is kept: the word in `tips.kept_as`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// No matter of this portal.
    SetAside,
    /// Looked into and answered; no case came of it.
    WithoutCase,
    /// A case, an order or help came of it, or it concerns a minor.
    WithCase,
}

/// The text is no word for a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a class of retention")]
pub struct UnknownClass;

impl Class {
    /// Every class, the shortest kept first.
    pub const ALL: [Self; 3] = [Self::SetAside, Self::WithoutCase, Self::WithCase];

    /// The class of a tip that ended so.
    ///
    /// A duplicate counts as a case: the other tip may be one, and this one is part of its evidence. A reporter or
    /// victim who was helped may need the record years later.
    pub const fn of(outcome: Outcome, has_minor: bool) -> Self {
        match outcome {
            _ if has_minor => Self::WithCase,
            Outcome::NotOurs => Self::of_noise(has_minor),
            Outcome::Answered | Outcome::Unfounded => Self::WithoutCase,
            Outcome::Rescued | Outcome::CaseOpened | Outcome::Administrative => Self::WithCase,
            Outcome::Supported | Outcome::Duplicate => Self::WithCase,
        }
    }

    /// The class of a tip that was set aside for good.
    pub const fn of_noise(has_minor: bool) -> Self {
        if has_minor { Self::WithCase } else { Self::SetAside }
    }

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SetAside => "set_aside",
            Self::WithoutCase => "without_case",
            Self::WithCase => "with_case",
        }
    }
}

impl FromStr for Class {
    type Err = UnknownClass;

    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        Self::ALL.into_iter().find(|class| class.as_str() == text).ok_or(UnknownClass)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_class_and_a_minor_the_longest() {
        let table = [
            (Outcome::Rescued, Class::WithCase),
            (Outcome::CaseOpened, Class::WithCase),
            (Outcome::Administrative, Class::WithCase),
            (Outcome::Supported, Class::WithCase),
            (Outcome::Answered, Class::WithoutCase),
            (Outcome::Unfounded, Class::WithoutCase),
            (Outcome::Duplicate, Class::WithCase),
            (Outcome::NotOurs, Class::SetAside),
        ];
        assert_eq!(table.map(|(outcome, _)| outcome), Outcome::ALL);
        for (outcome, class) in table {
            assert_eq!(Class::of(outcome, false), class, "{outcome}");
            assert_eq!(Class::of(outcome, true), Class::WithCase, "{outcome}, about a minor");
        }
        assert_eq!((Class::of_noise(false), Class::of_noise(true)), (Class::SetAside, Class::WithCase));
    }

    #[test]
    fn words_read_back() {
        for class in Class::ALL {
            assert_eq!(class.to_string().parse(), Ok(class));
        }
        assert_eq!("forever".parse::<Class>(), Err(UnknownClass));
    }
}
