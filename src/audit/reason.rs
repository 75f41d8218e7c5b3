//! What binds a typed reason to the record: its ciphertext lies in the tip's history, a digest of it in the
//! detail of the row, so that the links go over it. Owns the words in the detail; refuses the clear text.

use serde_json::{Value, json};

use crate::vault::digest::sha256;
use crate::vault::hex;
use crate::vault::uid::Uid;

/// The act that says that a tip's sealed parts were erased on purpose.
pub const ERASED: &str = "tip.erased";

/// Puts into a row's detail which event holds the sealed reason, and the digest of its bytes.
pub fn bind(detail: &mut Value, event: &Uid, sealed: &[u8]) {
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("reason".into(), json!({ "event": event, "sha256": digest(sealed) }));
    }
}

/// A reason that a row speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The event that holds it.
    pub event: String,
    /// The digest of its sealed bytes, in hexadecimal.
    pub sha256: String,
}

/// The reason that a row's detail binds, if it binds one.
pub fn bound(detail: &str) -> Option<Bound> {
    // Most rows have none: they are not parsed.
    if !detail.contains("\"reason\"") {
        return None;
    }
    let detail: Value = serde_json::from_str(detail).ok()?;
    let word = |name: &str| detail["reason"][name].as_str().map(str::to_owned);
    Some(Bound { event: word("event")?, sha256: word("sha256")? })
}

/// The digest that is bound.
pub fn digest(sealed: &[u8]) -> String {
    hex::encode(&sha256(sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn what_is_bound_is_found_again() {
        let event = Uid::generate(&SeededEntropy::new(1));
        let mut detail = json!({ "agency": "psb" });
        bind(&mut detail, &event, b"sealed");

        let found = bound(&detail.to_string()).unwrap();

        assert_eq!((found.event, found.sha256), (event.to_string(), digest(b"sealed")));
        assert_ne!(digest(b"sealed"), digest(b"Sealed"));
        assert_eq!(bound("{}"), None);
        assert_eq!(bound(r#"{"reason":"x"}"#), None);
    }
}
