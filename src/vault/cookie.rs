//! A random secret that lives in a browser's cookie only. Owns its shape and what follows from it; refuses what it
//! is for: sessions and challenges each derive under names of their own.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::entropy::{self, Entropy};
use super::suite;

/// The secret in a cookie. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct CookieSecret([u8; 32]);

/// The cookie holds no such secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cookie is no session")]
pub struct BadCookie;

impl CookieSecret {
    /// A fresh secret.
    pub(super) fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy::bytes(entropy))
    }

    /// The cookie's value: base64url without padding.
    pub(super) fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The secret in a cookie's value.
    pub(super) fn parse(cookie: &str) -> Result<Self, BadCookie> {
        let mut bytes = Zeroizing::new([0; 32]);
        match URL_SAFE_NO_PAD.decode_slice(cookie, bytes.as_mut_slice()) {
            Ok(32) => Ok(Self(*bytes)),
            _ => Err(BadCookie),
        }
    }

    /// Key material for one purpose.
    pub(super) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        suite::current().derive(&self.0, purpose)
    }
}
