//! A key sealed to one recipient: a tip's compartment key (an envelope) or a private key passed on (a grant).
//! Owns what each is bound to; refuses deciding who gets one. One invariant: an envelope opens only as what
//! it was made as: same tip, same compartment, same recipient; a grant never opens as an envelope.
//!
//! Format: version (1) · suite (1) · recipient's key id (8) · HPKE encapsulated key (32) · ciphertext and tag.

use super::compartment::Compartment;
use super::context::Context;
use super::entropy::Entropy;
use super::header::{self, OpenError, Parts};
use super::key::SymKey;
use super::pair::{KeyPair, PrivateKey, PublicKey, Recipient};
use super::suite::{self, Beforehand};
use super::uid::Uid;

/// The reporter as the recipient of an envelope.
pub const REPORTER: &str = "reporter";

/// The offline recovery key as the receiver of a grant.
pub const RECOVERY: &str = "recovery";

/// What an envelope is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvelopeFor<'a> {
    /// The tip.
    pub tip: &'a Uid,
    /// The compartment whose key it holds.
    pub compartment: Compartment,
    /// Whom it is sealed to: an agency's code, or [`REPORTER`].
    pub recipient: &'a str,
}

/// What a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantFor<'a> {
    /// The agency whose private key it holds.
    pub agency: &'a str,
    /// Which of the agency's pairs.
    pub kind: &'a str,
    /// Who may open it: an officer's id, or [`RECOVERY`].
    pub to: &'a str,
}

impl EnvelopeFor<'_> {
    pub(super) fn encode(&self) -> Vec<u8> {
        Context::new("homeward/envelope/1")
            .bytes(self.tip.as_bytes())
            .text(self.compartment.as_str())
            .text(self.recipient)
            .into_bytes()
    }
}

impl GrantFor<'_> {
    fn encode(&self) -> Vec<u8> {
        Context::new("homeward/grant/1").text(self.agency).text(self.kind).text(self.to).into_bytes()
    }
}

/// Seals a compartment's key to `public`.
pub fn envelop(public: &PublicKey, what: &EnvelopeFor<'_>, key: &SymKey, entropy: &dyn Entropy) -> Vec<u8> {
    seal_to(public, Beforehand::Nothing, &what.encode(), key.expose(), entropy)
}

/// [`envelop`] to a pair that was made a moment ago: quicker, and the envelope is the same.
pub fn envelop_own(pair: &KeyPair, what: &EnvelopeFor<'_>, key: &SymKey, entropy: &dyn Entropy) -> Vec<u8> {
    let beforehand = Beforehand::Private(pair.private.expose());
    seal_to(&pair.public, beforehand, &what.encode(), key.expose(), entropy)
}

/// [`envelop`] to a recipient who is met again and again: quicker, and the envelope is the same.
pub fn envelop_to(to: &Recipient, what: &EnvelopeFor<'_>, key: &SymKey, entropy: &dyn Entropy) -> Vec<u8> {
    seal_to(&to.public, Beforehand::Multiples(&to.multiples), &what.encode(), key.expose(), entropy)
}

/// Opens what [`envelop`] sealed for the same purpose.
pub fn open_envelope(
    private: &PrivateKey,
    what: &EnvelopeFor<'_>,
    sealed: &[u8],
) -> Result<SymKey, OpenError> {
    open_from(private, &what.encode(), sealed, SymKey::from_bytes)
}

/// Seals a private key to `public`.
pub fn grant_private(
    public: &PublicKey,
    what: &GrantFor<'_>,
    key: &PrivateKey,
    entropy: &dyn Entropy,
) -> Vec<u8> {
    seal_to(public, Beforehand::Nothing, &what.encode(), key.expose(), entropy)
}

/// Opens what [`grant_private`] sealed for the same purpose.
pub fn open_grant(private: &PrivateKey, what: &GrantFor<'_>, sealed: &[u8]) -> Result<PrivateKey, OpenError> {
    open_from(private, &what.encode(), sealed, PrivateKey::from_bytes)
}

pub(super) fn seal_to(
    public: &PublicKey,
    beforehand: Beforehand<'_>,
    info: &[u8],
    secret: &[u8; 32],
    entropy: &dyn Entropy,
) -> Vec<u8> {
    let suite = suite::current();
    let header = header::write(suite, public.id());
    let sealed = suite
        .seal_to(public.as_bytes(), beforehand, info, &[&header, info].concat(), secret, entropy)
        .expect("a `PublicKey` is checked to be usable when it is made");
    [header.as_slice(), &sealed].concat()
}

pub(super) fn open_from<T>(
    private: &PrivateKey,
    info: &[u8],
    sealed: &[u8],
    make: impl FnOnce([u8; 32]) -> T,
) -> Result<T, OpenError> {
    let Parts { suite, header, rest } = header::read_for(private.public().id(), sealed)?;
    let clear =
        suite.open_from(private.expose(), info, &[header, info].concat(), rest).ok_or(OpenError::Refused)?;
    let secret: &[u8; 32] = clear.as_slice().try_into().map_err(|_| OpenError::Refused)?;
    Ok(make(*secret))
}

#[cfg(test)]
#[path = "envelope_test.rs"]
mod tests;
