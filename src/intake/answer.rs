//! What the receipt page is made from. Owns the value that is sealed beside the sending's key, so that the
//! same page can be shown again when the first answer was lost; refuses wording. No `Debug`: it holds the
//! receipt.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::report::IdentityLevel;
use crate::clock::Minute;
use crate::plan::{AgencyCode, DistrictCode, Urgency, Whereabouts};
use crate::vault::receipt::Receipt;

/// The answer to an accepted report.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    code: String,
    /// When it was received.
    pub received: Minute,
    /// When somebody must have acted at the latest.
    pub due: Minute,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who answers for it.
    pub lead: AgencyCode,
    /// Who acts first, where somebody is in danger.
    #[serde(default)]
    pub first_responder: Option<AgencyCode>,
    /// How much of themselves the reporter gave.
    pub identity: IdentityLevel,
    /// Whether a picture came with it.
    pub has_photo: bool,
    /// The districts that the shared point may be in, where nobody said which.
    #[serde(default)]
    pub between: Vec<DistrictCode>,
    /// Whether the shared point lies outside the city, and nobody named a district.
    #[serde(default)]
    pub outside: bool,
}

/// The stored answer cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored answer cannot be read")]
pub struct Unreadable;

/// What an answer says besides the receipt.
pub struct Facts {
    /// When it was received.
    pub received: Minute,
    /// When somebody must have acted at the latest.
    pub due: Minute,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who answers for it.
    pub lead: AgencyCode,
    /// Who acts first.
    pub first_responder: Option<AgencyCode>,
    /// How much of themselves the reporter gave.
    pub identity: IdentityLevel,
    /// Whether a picture came with it.
    pub has_photo: bool,
    /// Where the shared point lies, where nobody said which district.
    pub unplaced: Option<Whereabouts>,
}

impl Answer {
    /// The answer that hands out `receipt`.
    pub fn new(receipt: &Receipt, facts: &Facts) -> Self {
        Self {
            code: receipt.code().to_string(),
            received: facts.received,
            due: facts.due,
            urgency: facts.urgency,
            lead: facts.lead,
            first_responder: facts.first_responder,
            identity: facts.identity,
            has_photo: facts.has_photo,
            between: match &facts.unplaced {
                Some(Whereabouts::Between(districts)) => districts.clone(),
                _ => Vec::new(),
            },
            outside: facts.unplaced == Some(Whereabouts::Outside),
        }
    }

    /// The receipt.
    pub fn receipt(&self) -> Result<Receipt, Unreadable> {
        Receipt::parse(&self.code).map_err(|_| Unreadable)
    }

    /// As bytes, for sealing.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).expect("strings, numbers and codes always become JSON"))
    }

    /// From opened bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        serde_json::from_slice(bytes).map_err(|_| Unreadable)
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.code);
    }
}
