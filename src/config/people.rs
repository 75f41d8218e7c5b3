//! Who becomes an officer.

use serde::Deserialize;

/// Who becomes an officer.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct People {
    /// Which new accounts and resets wait for the security administrator. Default `others`.
    pub confirm: Confirm,
}

/// Which new accounts and resets wait for the security administrator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confirm {
    /// All but those by which an agency's head, or a district's administrator, lets in their own people.
    #[default]
    Others,
    /// Those too: then two accounts are two people, and no head approves a request of an account made up alone.
    Everybody,
}
