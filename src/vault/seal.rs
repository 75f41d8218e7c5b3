//! A sealed value: a piece of a tip that is stored, and opens only under its key and in its place. Owns the
//! format and the padding; refuses to know what it seals. One invariant: a value moved to another table, row,
//! tip, field or sequence does not open, so whoever can write rows still cannot swap them.
//!
//! Format: version (1) · suite (1) · key id (8) · nonce (24) · ciphertext and tag. The clear text is padded
//! before sealing (length (4) · data · zeros), to steps of 256 bytes up to 4 KiB and of 4 KiB above, because
//! the length of a message tells who wrote it and what about.

use zeroize::Zeroizing;

pub use super::header::OpenError;
pub use super::key::{KeyId, SymKey};

use super::context::Context;
use super::entropy::{self, Entropy};
use super::header::{self, Parts};
use super::suite;
use super::uid::Uid;

const NONCE: usize = 24;
const LENGTH: usize = 4;
const SMALL_STEP: usize = 256;
const LARGE_STEP: usize = 4096;

/// Where a sealed value stands: its associated data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The public id of the row.
    pub row: &'a Uid,
    /// The tip it belongs to.
    pub tip: &'a Uid,
    /// The column.
    pub field: &'a str,
    /// The version of the value, or its number in a list; 0 where there is only one.
    pub seq: u32,
}

impl Place<'_> {
    /// The place as bytes; no two places look alike.
    pub(crate) fn encode(&self) -> Vec<u8> {
        Context::new("homeward/place/1")
            .text(self.table)
            .bytes(self.row.as_bytes())
            .bytes(self.tip.as_bytes())
            .text(self.field)
            .number(self.seq)
            .into_bytes()
    }
}

/// Seals `clear` under `key` for `place`, padded.
pub fn seal(key: &SymKey, place: &Place<'_>, clear: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    seal_padded_in(key, &place.encode(), clear, entropy)
}

/// Opens what [`seal`] sealed under the same key for the same place.
pub fn open(key: &SymKey, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_padded_in(key, &place.encode(), sealed)
}

/// The size that a value of `clear` bytes has once sealed.
pub const fn sealed_size(clear: usize) -> usize {
    header::HEADER + NONCE + padded_size(clear) + 16
}

/// Like [`seal()`], in a context that is not a place.
pub(crate) fn seal_padded_in(key: &SymKey, context: &[u8], clear: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    seal_in(key, context, &pad(clear), entropy)
}

/// Opens what [`seal_padded_in`] sealed under the same key in the same context.
pub(crate) fn open_padded_in(
    key: &SymKey,
    context: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    unpad(open_in(key, context, sealed)?)
}

/// Seals `clear` in a context that is not a place, without padding: for values of a fixed size.
pub(crate) fn seal_in(key: &SymKey, context: &[u8], clear: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    seal_with_nonce(key, context, clear, &entropy::bytes(entropy))
}

/// Seals with a nonce of the caller's, who answers for never using it twice for different values.
pub(crate) fn seal_with_nonce(key: &SymKey, context: &[u8], clear: &[u8], nonce: &[u8; NONCE]) -> Vec<u8> {
    let suite = suite::current();
    let header = header::write(suite, key.id());
    let sealed = suite.seal(key.expose(), nonce, &[&header, context].concat(), clear);
    [&header, nonce.as_slice(), &sealed].concat()
}

/// Opens what [`seal_in`] sealed under the same key in the same context.
pub(crate) fn open_in(key: &SymKey, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let Parts { suite, header, rest } = header::read_for(key.id(), sealed)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Short)?;
    suite.open(key.expose(), nonce, &[header, context].concat(), rest).ok_or(OpenError::Refused)
}

const fn padded_size(clear: usize) -> usize {
    let whole = LENGTH + clear;
    let step = if whole <= LARGE_STEP { SMALL_STEP } else { LARGE_STEP };
    whole.div_ceil(step) * step
}

fn pad(clear: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = u32::try_from(clear.len()).expect("forms bound every value far below 4 GiB");
    let mut out = Zeroizing::new(Vec::with_capacity(padded_size(clear.len())));
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(clear);
    out.resize(padded_size(clear.len()), 0);
    out
}

/// Takes the padding off. A length that does not fit can only be written by a holder of the key.
fn unpad(mut padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let length = padded.first_chunk::<LENGTH>().ok_or(OpenError::Refused)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| OpenError::Refused)?;
    if length > padded.len() - LENGTH {
        return Err(OpenError::Refused);
    }
    padded.copy_within(LENGTH..LENGTH + length, 0);
    padded.truncate(length);
    Ok(padded)
}

#[cfg(test)]
#[path = "seal_test.rs"]
mod tests;
