//! The secret of an officer's session, which lives in the cookie only. Owns what follows from it: the row's
//! name, the key that wraps the officer's private key, the token against forged requests; refuses times and
//! rows. One invariant: the database alone opens nothing: from the stored name no way leads back to the secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::context::Context;
use super::cookie::{BadCookie, CookieSecret};
use super::entropy::Entropy;
use super::key::SymKey;
use super::pair::PrivateKey;
use super::seal::{self, OpenError};
use super::suite;

/// The random secret in a session's cookie. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SessionSecret(CookieSecret);

impl SessionSecret {
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

    /// The name of the session's row.
    pub fn lookup(&self) -> [u8; 32] {
        *self.derive("homeward/session/lookup/1")
    }

    /// The token that a form of this session carries.
    pub fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derive("homeward/session/csrf/1").as_slice())
    }

    /// Whether `token` is this session's, told in constant time.
    pub fn csrf_matches(&self, token: &str) -> bool {
        self.csrf().as_bytes().ct_eq(token.as_bytes()).into()
    }

    /// Wraps a private key for the session's row.
    ///
    /// The nonce follows from the key that is wrapped: the same key gives the same bytes, another key another
    /// nonce, so no nonce is ever used for two values.
    pub fn wrap(&self, private: &PrivateKey) -> Vec<u8> {
        let mac_key = self.derive("homeward/session/nonce/1");
        let long = suite::current().mac(&mac_key, private.expose());
        let mut nonce = [0; 24];
        nonce.copy_from_slice(&long[..24]);
        seal::seal_with_nonce(&self.key(), &Self::context(), private.expose(), &nonce)
    }

    /// Opens what [`wrap`](Self::wrap) wrapped in the same session.
    pub fn unwrap(&self, wrapped: &[u8]) -> Result<PrivateKey, OpenError> {
        let clear = seal::open_in(&self.key(), &Self::context(), wrapped)?;
        let secret: &[u8; 32] = clear.as_slice().try_into().map_err(|_| OpenError::Refused)?;
        Ok(PrivateKey::from_bytes(*secret))
    }

    /// Twenty secret bytes for a factor that is being enrolled in this session: the form carries `nonce` and
    /// nothing that could be chosen by whoever made the form.
    pub fn seed(&self, nonce: &[u8; 16]) -> Zeroizing<[u8; 20]> {
        let key = self.derive("homeward/session/seed/1");
        let long = Zeroizing::new(suite::current().mac(&key, nonce));
        let mut seed = Zeroizing::new([0; 20]);
        seed.copy_from_slice(&long[..20]);
        seed
    }

    fn key(&self) -> SymKey {
        SymKey::from_bytes(*self.derive("homeward/session/wrap/1"))
    }

    fn context() -> Vec<u8> {
        Context::new("homeward/session/private key/1").into_bytes()
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.0.derive(purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;

    #[test]
    fn the_cookie_leads_back_to_the_session() {
        let entropy = SeededEntropy::new(1);
        let session = SessionSecret::generate(&entropy);
        let officer = KeyPair::generate(&entropy);
        let row = session.wrap(&officer.private);

        let again = SessionSecret::parse(&session.to_cookie()).ok().unwrap();

        assert_eq!(again.lookup(), session.lookup());
        assert!(again.unwrap(&row).ok().unwrap().public() == officer.public);
        assert!(again.csrf_matches(&session.csrf()));
    }

    #[test]
    fn another_session_opens_nothing_of_it() {
        let entropy = SeededEntropy::new(2);
        let (mine, other) = (SessionSecret::generate(&entropy), SessionSecret::generate(&entropy));
        let row = mine.wrap(&KeyPair::generate(&entropy).private);

        assert_eq!(other.unwrap(&row).err(), Some(OpenError::OtherKey));
        assert!(!other.csrf_matches(&mine.csrf()));
        assert!(!mine.csrf_matches(""));
        assert_ne!(other.lookup(), mine.lookup());
    }

    #[test]
    fn the_stored_name_is_not_the_secret_nor_the_token() {
        let session = SessionSecret::generate(&SeededEntropy::new(3));
        let lookup = URL_SAFE_NO_PAD.encode(session.lookup());

        assert_ne!(lookup, session.to_cookie());
        assert_ne!(lookup, session.csrf());
        assert_ne!(session.to_cookie(), session.csrf());
    }

    #[test]
    fn a_cookie_that_is_no_session_is_refused() {
        let cookie = SessionSecret::generate(&SeededEntropy::new(4)).to_cookie();

        for bad in
            ["", "a", &cookie[1..], &format!("{cookie}="), &format!("{cookie}A"), &cookie.replace('_', "/")]
        {
            if bad != cookie {
                assert_eq!(SessionSecret::parse(bad).err(), Some(BadCookie), "{bad}");
            }
        }
    }

    #[test]
    fn two_keys_in_one_session_never_share_a_nonce() {
        let entropy = SeededEntropy::new(5);
        let session = SessionSecret::generate(&entropy);
        let (a, b) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));

        assert_ne!(session.wrap(&a.private)[10..34], session.wrap(&b.private)[10..34]);
        assert_eq!(session.wrap(&a.private), session.wrap(&a.private));
    }

    #[test]
    fn every_flipped_bit_of_a_wrapped_key_is_noticed() {
        let entropy = SeededEntropy::new(6);
        let session = SessionSecret::generate(&entropy);
        let row = session.wrap(&KeyPair::generate(&entropy).private);

        for bit in 0..row.len() * 8 {
            let mut changed = row.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(session.unwrap(&changed).is_err(), "bit {bit}");
        }
    }
}
