//! How 128 bits lie in twelve words. Owns the cut into groups of eleven bits and the checksum (BIP-39); knows
//! no words. One invariant: `join` takes exactly what `split` gives.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub(super) const WORDS: usize = 12;
const BITS: usize = 11;
const BYTES: usize = 16;

/// The twelve indices of `secret`.
pub(super) fn split(secret: &[u8; BYTES]) -> Zeroizing<[u16; WORDS]> {
    let mut long = Zeroizing::new([0; BYTES + 1]);
    long[..BYTES].copy_from_slice(secret);
    long[BYTES] = checksum(secret) << 4;
    let bit = |at: usize| u16::from(long[at / 8] >> (7 - at % 8) & 1);
    Zeroizing::new(std::array::from_fn(|word| {
        (word * BITS..(word + 1) * BITS).fold(0, |index, at| index << 1 | bit(at))
    }))
}

/// The secret that gives these indices, if the checksum holds.
pub(super) fn join(indices: &[u16; WORDS]) -> Option<Zeroizing<[u8; BYTES]>> {
    let mut long = Zeroizing::new([0_u8; BYTES + 1]);
    for at in 0..WORDS * BITS {
        let bit = indices[at / BITS] >> (BITS - 1 - at % BITS) & 1;
        long[at / 8] |= u8::from(bit == 1) << (7 - at % 8);
    }
    let mut secret = Zeroizing::new([0; BYTES]);
    secret.copy_from_slice(&long[..BYTES]);
    (checksum(&secret) == long[BYTES] >> 4).then_some(secret)
}

/// The first four bits of the SHA-256 of `secret`.
fn checksum(secret: &[u8; BYTES]) -> u8 {
    Sha256::digest(secret)[0] >> 4
}
