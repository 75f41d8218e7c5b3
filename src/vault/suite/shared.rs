//! One key encapsulation for many messages to the same recipient, in the international suite. Owns the calls
//! into the HPKE crate for it; refuses being used for people's tips, where each message has its own.
//!
//! Invariant: two messages with different `info` are sealed under keys that follow from it and tell nothing
//! of each other; the recipient opens each like any other.

use hpke::aead::{AeadCtxS, ChaCha20Poly1305};
use hpke::hybrid_array::Array;
use hpke::kdf::{HkdfSha256, Kdf as _};
use hpke::kem::{Kem, SharedSecret, X25519HkdfSha256};
use hpke::{Deserializable as _, OpModeS, Serializable as _};
use zeroize::Zeroizing;

use super::international::Drawn;
use crate::vault::entropy::Entropy;

/// What a recipient and we share after one encapsulation.
pub struct Encapsulated {
    secret: Zeroizing<[u8; 32]>,
    encapsulated: [u8; 32],
}

impl Encapsulated {
    /// Encapsulates to the holder of a usable `public`; nothing if it is degenerate.
    pub fn to(public: &[u8; 32], entropy: &dyn Entropy) -> Option<Self> {
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(public).ok()?;
        let (secret, encapsulated) =
            X25519HkdfSha256::encap_with_rng(&public, None, &mut Drawn(entropy)).ok()?;
        let mut kept = Zeroizing::new([0; 32]);
        kept.copy_from_slice(&secret.0);
        Some(Self { secret: kept, encapsulated: encapsulated.to_bytes().into() })
    }

    /// Seals `clear`. The same `info` must never be used for two values: key and nonce follow from it.
    pub fn seal(&self, info: &[u8], context: &[u8], clear: &[u8]) -> Option<Vec<u8>> {
        let secret = SharedSecret::<X25519HkdfSha256>(Array::from(*self.secret));
        let keys = HkdfSha256::combine_secrets(&OpModeS::<X25519HkdfSha256>::Base, secret, info);
        let mut keys: AeadCtxS<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256> = keys.into();
        let sealed = keys.seal(clear, context).ok()?;
        Some([self.encapsulated.as_slice(), &sealed].concat())
    }
}
