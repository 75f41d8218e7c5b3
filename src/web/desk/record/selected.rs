//! What a request for rows of the record is about, as it lies sealed beside the request: the reason, what was chosen in the
//! table, and how far the record reached then.

use serde_json::{Map, Value, json};

use super::filter::Chosen;
use crate::app::App;
use crate::store::people::requests::Request;
use crate::web::desk::requests;

/// What one request is about.
pub(super) struct Selected {
    pub(super) reason: String,
    /// What was chosen in the table, in codes.
    pub(super) chosen: Map<String, Value>,
    /// The newest row when it was asked for, by row id: no later one is in the file.
    pub(super) upto: i64,
}

impl Selected {
    /// As it is sealed.
    pub(super) fn to_text(&self) -> String {
        json!({ "reason": self.reason, "chosen": self.chosen, "upto": self.upto }).to_string()
    }

    /// Out of a request; none where it does not open.
    pub(super) fn of(app: &App, request: &Request) -> Option<Self> {
        let all: Value = serde_json::from_str(&requests::opened(app, request)?).ok()?;
        let reason = all["reason"].as_str()?.to_owned();
        Some(Self { reason, chosen: all["chosen"].as_object()?.clone(), upto: all["upto"].as_i64()? })
    }

    /// For the table.
    pub(super) fn choice(&self) -> Chosen {
        Chosen::of(|name| self.chosen.get(name).and_then(Value::as_str).unwrap_or_default().to_owned())
    }
}
