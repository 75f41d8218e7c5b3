//! The ten bytes every sealed thing starts with: format version, suite id, key id. Owns reading and writing
//! them, and why a sealed thing does not open; refuses what follows them. One invariant: the header is part
//! of what is authenticated, so no bit of it can be changed unnoticed.

use super::key::KeyId;
use super::suite::{self, Suite};

/// The only format version so far.
const VERSION: u8 = 1;

/// Bytes of a header.
pub const HEADER: usize = 10;

/// Why a sealed thing did not open. None of them tells more than whoever can read the row already knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Too short to be whole.
    #[error("the sealed value is cut short")]
    Short,
    /// Written by a version of the portal that this one does not know.
    #[error("format version {0} is not known")]
    Version(u8),
    /// Written with algorithms that this portal does not have.
    #[error("suite {0} is not known")]
    Suite(u8),
    /// Sealed under another key than the one offered.
    #[error("the value is sealed under another key")]
    OtherKey,
    /// Changed, moved to another place, or sealed for somebody else.
    #[error("the sealed value was changed or is not in its place")]
    Refused,
}

/// The header for `key` under `suite`.
pub(crate) fn write(suite: &dyn Suite, key: KeyId) -> [u8; HEADER] {
    let mut out = [0; HEADER];
    out[0] = VERSION;
    out[1] = suite.id();
    out[2..].copy_from_slice(key.as_bytes());
    out
}

/// A sealed thing taken apart.
pub(crate) struct Parts<'a> {
    /// The suite it names.
    pub(crate) suite: &'static dyn Suite,
    /// Its header, for the associated data.
    pub(crate) header: &'a [u8; HEADER],
    /// What follows the header.
    pub(crate) rest: &'a [u8],
}

/// Takes `sealed` apart.
pub(crate) fn read(sealed: &[u8]) -> Result<Parts<'_>, OpenError> {
    let (header, rest) = sealed.split_first_chunk::<HEADER>().ok_or(OpenError::Short)?;
    if header[0] != VERSION {
        return Err(OpenError::Version(header[0]));
    }
    let suite = suite::by_id(header[1]).ok_or(OpenError::Suite(header[1]))?;
    Ok(Parts { suite, header, rest })
}

/// The key id that a sealed thing names, without opening it: tells which key to fetch.
pub fn key_id(sealed: &[u8]) -> Result<KeyId, OpenError> {
    read(sealed).map(|parts| parts.key_id())
}

/// Like [`read`], and refuses what is sealed under another key than `key`.
pub(crate) fn read_for(key: KeyId, sealed: &[u8]) -> Result<Parts<'_>, OpenError> {
    let parts = read(sealed)?;
    if parts.key_id() == key { Ok(parts) } else { Err(OpenError::OtherKey) }
}

impl Parts<'_> {
    fn key_id(&self) -> KeyId {
        let mut id = [0; 8];
        id.copy_from_slice(&self.header[2..]);
        KeyId::from_bytes(id)
    }
}
