//! The secret of a challenge to a passkey, which lives in the browser's cookie for five minutes. Owns the row's
//! name and the key that seals what the server must remember; refuses times and rows. One invariant: neither
//! the row nor the cookie alone answers a challenge.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::context::Context;
use super::cookie::{BadCookie, CookieSecret};
use super::entropy::Entropy;
use super::key::SymKey;
use super::seal::{OpenError, open_padded_in, seal_padded_in};

/// The random secret in a challenge's cookie. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ChallengeSecret(CookieSecret);

impl ChallengeSecret {
    /// A fresh secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(CookieSecret::generate(entropy))
    }

    /// The cookie's value.
    pub fn to_cookie(&self) -> String {
        self.0.to_cookie()
    }

    /// The secret in a cookie's value.
    pub fn parse(cookie: &str) -> Result<Self, BadCookie> {
        CookieSecret::parse(cookie).map(Self)
    }

    /// The name of the challenge's row.
    pub fn lookup(&self) -> [u8; 32] {
        *self.0.derive("homeward/challenge/lookup/1")
    }

    /// Seals what the server must remember for `purpose`.
    pub fn seal(&self, purpose: &str, state: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        seal_padded_in(&self.key(), &context(purpose), state, entropy)
    }

    /// Opens what [`seal`](Self::seal) sealed under the same secret for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        open_padded_in(&self.key(), &context(purpose), sealed)
    }

    fn key(&self) -> SymKey {
        SymKey::from_bytes(*self.0.derive("homeward/challenge/key/1"))
    }
}

fn context(purpose: &str) -> Vec<u8> {
    Context::new("homeward/challenge/1").text(purpose).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn a_challenge_opens_with_its_own_cookie_for_its_own_purpose() {
        let entropy = SeededEntropy::new(1);
        let (mine, other) = (ChallengeSecret::generate(&entropy), ChallengeSecret::generate(&entropy));
        let sealed = mine.seal("sign-in", b"state", &entropy);

        let again = ChallengeSecret::parse(&mine.to_cookie()).ok().unwrap();

        assert_eq!(again.lookup(), mine.lookup());
        assert_eq!(again.open("sign-in", &sealed).ok().unwrap().as_slice(), b"state");
        assert!(mine.open("enrol", &sealed).is_err());
        assert!(other.open("sign-in", &sealed).is_err());
        assert_ne!(other.lookup(), mine.lookup());
        assert_ne!(URL_SAFE_NO_PAD.encode(mine.lookup()), mine.to_cookie());
    }
}
