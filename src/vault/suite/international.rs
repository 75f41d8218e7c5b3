//! The international suite: XChaCha20-Poly1305 for values, STREAM (BE32) over it for files, HKDF and HMAC
//! with SHA-256, HPKE base mode (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) for envelopes. Owns the
//! calls into the crates; refuses anything of its own: no construction here is ours.

use std::convert::Infallible;

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem, X25519HkdfSha256};
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::known::{Beforehand, Known, To};
use super::{ChunkAt, Suite};
use crate::vault::entropy::Entropy;

/// XChaCha20-Poly1305, STREAM, SHA-256 and X25519.
#[derive(Clone, Copy, Debug)]
pub struct International;

impl International {
    /// Its suite id.
    pub const ID: u8 = 1;
}

type Stream = StreamBE32<XChaCha20Poly1305>;
const ENCAPSULATED: usize = 32;
const TAG: usize = 16;

impl Suite for International {
    fn id(&self) -> u8 {
        Self::ID
    }

    fn seal(&self, key: &[u8; 32], nonce: &[u8; 24], context: &[u8], clear: &[u8]) -> Vec<u8> {
        XChaCha20Poly1305::new(&Key::from(*key))
            .encrypt(&XNonce::from(*nonce), Payload { msg: clear, aad: context })
            .expect("sealing fails only beyond 256 GiB, which no machine holds in one slice here")
    }

    fn open(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 24],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        XChaCha20Poly1305::new(&Key::from(*key))
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: context })
            .ok()
            .map(Zeroizing::new)
    }

    fn seal_chunk(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 19],
        at: ChunkAt,
        context: &[u8],
        clear: &[u8],
    ) -> Vec<u8> {
        let mut buffer = Vec::with_capacity(clear.len() + TAG);
        buffer.extend_from_slice(clear);
        Stream::new(&Key::from(*key), &(*nonce).into())
            .encrypt_in_place(at.index, at.last, context, &mut buffer)
            .expect("sealing fails only beyond 256 GiB, and a chunk has 64 KiB");
        buffer
    }

    fn open_chunk(
        &self,
        key: &[u8; 32],
        nonce: &[u8; 19],
        at: ChunkAt,
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(sealed.to_vec());
        Stream::new(&Key::from(*key), &(*nonce).into())
            .decrypt_in_place(at.index, at.last, context, &mut *buffer)
            .ok()?;
        Some(buffer)
    }

    fn derive(&self, secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, secret)
            .expand(purpose.as_bytes(), out.as_mut_slice())
            .expect("32 bytes are within the 8,160 that HKDF-SHA256 gives");
        out
    }

    fn mac(&self, key: &[u8; 32], data: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(key)
            .expect("HMAC takes a key of any length")
            .chain_update(data)
            .finalize()
            .into_bytes()
            .into()
    }

    fn pair_from_seed(&self, seed: &[u8; 32]) -> (Zeroizing<[u8; 32]>, [u8; 32]) {
        let (private, public) = X25519HkdfSha256::derive_keypair(seed);
        (Zeroizing::new(private.to_bytes().into()), public.to_bytes().into())
    }

    fn public_of(&self, private: &[u8; 32]) -> [u8; 32] {
        x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(*private)).to_bytes()
    }

    /// A clamped scalar is a multiple of the cofactor, so any of them sends a point of small order, and no
    /// other, to zero: one multiplication tells, whichever scalar is used.
    fn is_usable(&self, public: &[u8; 32]) -> bool {
        x25519_dalek::StaticSecret::from([1; 32])
            .diffie_hellman(&x25519_dalek::PublicKey::from(*public))
            .was_contributory()
    }

    fn seal_to(
        &self,
        public: &[u8; 32],
        beforehand: Beforehand<'_>,
        info: &[u8],
        context: &[u8],
        clear: &[u8],
        entropy: &dyn Entropy,
    ) -> Option<Vec<u8>> {
        let to = To::new(public, beforehand);
        let (encapsulated, sealed) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Known<'_>>(
                &OpModeS::Base,
                &to,
                info,
                clear,
                context,
                &mut Drawn(entropy),
            )
            .ok()?;
        Some([encapsulated.to_bytes().as_slice(), &sealed].concat())
    }

    fn open_from(
        &self,
        private: &[u8; 32],
        info: &[u8],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (encapsulated, sealed) = sealed.split_at_checked(ENCAPSULATED)?;
        hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &<X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(private).ok()?,
            &<X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).ok()?,
            info,
            sealed,
            context,
        )
        .ok()
        .map(Zeroizing::new)
    }
}

/// Our entropy as the generator that the HPKE crate asks for.
pub(super) struct Drawn<'a>(pub(super) &'a dyn Entropy);

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(crate::vault::entropy::bytes(self.0)))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(crate::vault::entropy::bytes(self.0)))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(out);
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}

#[cfg(test)]
#[path = "international_test.rs"]
mod tests;
