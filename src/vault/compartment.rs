//! The compartments a tip is kept in. Owns their names, which are part of what is sealed; refuses who holds
//! which: that is routing's. One invariant: a name, once written, never changes its meaning.

use std::fmt;
use std::str::FromStr;

/// One of the separately sealed parts of a tip; each has its own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compartment {
    /// The text, the thread and the files: the lead, the first responder, the ladder, those the rule gives
    /// content, and the reporter.
    Report,
    /// Notes, decisions and typed reasons: the handling agencies only.
    Case,
    /// Who the reporter is: entitled members of the lead only.
    Identity,
    /// Danger, place and safe contact of a tip that accuses police: their command, and nothing else of it.
    Life,
    /// A text that the lead released to one body that is told: that body, and nothing else of the tip. Each has a key of
    /// its own.
    Excerpt,
}

/// The text names no compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a compartment is report, case, identity, life or excerpt")]
pub struct UnknownCompartment;

impl Compartment {
    /// Every compartment.
    pub const ALL: [Self; 5] = [Self::Report, Self::Case, Self::Identity, Self::Life, Self::Excerpt];

    /// The name stored and sealed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Case => "case",
            Self::Identity => "identity",
            Self::Life => "life",
            Self::Excerpt => "excerpt",
        }
    }
}

impl fmt::Display for Compartment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Compartment {
    type Err = UnknownCompartment;

    fn from_str(text: &str) -> Result<Self, UnknownCompartment> {
        Self::ALL.into_iter().find(|c| c.as_str() == text).ok_or(UnknownCompartment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back_to_its_compartment() {
        for compartment in Compartment::ALL {
            assert_eq!(compartment.as_str().parse(), Ok(compartment));
        }
        assert_eq!("Report".parse::<Compartment>(), Err(UnknownCompartment));
    }
}
