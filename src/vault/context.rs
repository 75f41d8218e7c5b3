//! What a secret is bound to, as bytes: the associated data of every sealed thing. Owns an encoding in which
//! no two different lists of fields look alike; refuses secrets. One invariant: each field is preceded by its
//! length, and the list by its purpose, so moving a byte from one field to the next changes the encoding.

/// A list of fields under a named purpose.
pub(crate) struct Context(Vec<u8>);

impl Context {
    /// Starts the list for `purpose`, one of the constants beside its single user.
    pub(crate) fn new(purpose: &str) -> Self {
        Self(Vec::with_capacity(128)).text(purpose)
    }

    /// Adds a text field.
    pub(crate) fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// Adds a field of bytes.
    pub(crate) fn bytes(mut self, field: &[u8]) -> Self {
        self.0.extend_from_slice(&(field.len() as u64).to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// Adds a number.
    pub(crate) fn number(self, field: u32) -> Self {
        self.bytes(&field.to_be_bytes())
    }

    /// The encoding.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encode(fields: &[String]) -> Vec<u8> {
        fields.iter().fold(Context::new("test"), |c, f| c.text(f)).into_bytes()
    }

    proptest! {
        #[test]
        fn different_fields_never_look_alike(
            a in prop::collection::vec("[ab\\x00]{0,3}", 0..4),
            b in prop::collection::vec("[ab\\x00]{0,3}", 0..4),
        ) {
            prop_assert_eq!(a == b, encode(&a) == encode(&b));
        }
    }
}
