//! One thing said in a thread after the report itself: the body of an entry of kind `added` or `reply`.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::plan::AgencyCode;

/// Something said. No `Debug`: it is somebody's words.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The words.
    pub text: String,
    /// When, exactly; only ever sealed.
    pub at: Timestamp,
    /// For whom an officer speaks. Never the officer: reporters learn the agency only.
    #[serde(default)]
    pub agency: Option<AgencyCode>,
    /// Whether the reporter is asked to answer.
    #[serde(default)]
    pub ask: bool,
}

impl Message {
    /// What a reporter adds.
    pub const fn from_reporter(text: String, at: Timestamp) -> Self {
        Self { text, at, agency: None, ask: false }
    }
}
