//! An officer's private key under the officer's password. Owns the Argon2id cost, its bounds and the format;
//! refuses password rules and counting of attempts: those are `people`'s. One invariant: an unknown user
//! costs exactly as much work as a known one with a wrong password.
//!
//! Format: version (1) · suite (1) · public key id (8) · memory in KiB (4) · passes (4) · lanes (4) ·
//! salt (16) · nonce (24) · ciphertext and tag. Everything before the nonce is authenticated.
//!
//! The password is taken byte for byte as it arrives: no trimming and no Unicode normalisation (NFC, NFKC).
//! Whoever types it on a system that composes characters differently types another password; `people` may
//! normalise before it calls, for good and from the first password on.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::entropy::{self, Entropy};
use super::header::{self, Parts};
use super::pair::PrivateKey;
use super::suite;

const COST: usize = 12;
const SALT: usize = 16;
const NONCE: usize = 24;
const PURPOSE: &str = "homeward/password/1";

/// How much work one guess at a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes in it.
    pub lanes: u32,
}

impl Default for KdfCost {
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 }
    }
}

/// Why a wrapped key did not open. To whoever signs in the first two are the same answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongPassword {
    /// The password is another one, or the row was changed: the two cannot be told apart.
    #[error("the password does not open the key")]
    Mismatch,
    /// The row is no wrapped key, or asks for work beyond the bounds.
    #[error("the wrapped key is unreadable")]
    Unreadable,
    /// The machine has not the memory for the work now; trying again later may help.
    #[error("there is not enough memory to check the password")]
    NoMemory,
}

impl KdfCost {
    /// The most that a stored row may ask for: 256 MiB, 10 passes, 4 lanes. Above it, a row written by an
    /// intruder could take the machine down at each sign-in.
    pub const MOST: Self = Self { memory_kib: 256 * 1024, passes: 10, lanes: 4 };

    fn is_bearable(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib
            && (1..=Self::MOST.passes).contains(&self.passes)
            && (1..=Self::MOST.lanes).contains(&self.lanes)
            && self.memory_kib >= 8 * self.lanes
    }

    fn encode(self) -> [u8; COST] {
        let mut out = [0; COST];
        out[..4].copy_from_slice(&self.memory_kib.to_be_bytes());
        out[4..8].copy_from_slice(&self.passes.to_be_bytes());
        out[8..].copy_from_slice(&self.lanes.to_be_bytes());
        out
    }

    fn decode(bytes: &[u8; COST]) -> Self {
        let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        Self { memory_kib: number(0), passes: number(4), lanes: number(8) }
    }
}

/// Wraps `private` under `password`. A cost beyond the bounds is brought within them.
pub fn wrap_private(password: &str, private: &PrivateKey, cost: KdfCost, entropy: &dyn Entropy) -> Vec<u8> {
    let suite = suite::current();
    let cost = bearable(cost);
    let salt: [u8; SALT] = entropy::bytes(entropy);
    let nonce: [u8; NONCE] = entropy::bytes(entropy);
    let head = [&header::write(suite, private.public().id()), cost.encode().as_slice(), &salt].concat();
    let stretched =
        stretch(password.as_bytes(), &salt, cost).expect("whoever makes keys holds a permit for the memory");
    let key = suite.derive(stretched.as_slice(), PURPOSE);
    let sealed = suite.seal(&key, &nonce, &head, private.expose());
    [head.as_slice(), &nonce, &sealed].concat()
}

/// Unwraps what [`wrap_private`] wrapped under the same password.
pub fn unwrap_private(password: &str, wrapped: &[u8]) -> Result<PrivateKey, WrongPassword> {
    let unreadable = WrongPassword::Unreadable;
    let Parts { suite, rest, .. } = header::read(wrapped).map_err(|_| unreadable)?;
    let (cost, rest) = rest.split_first_chunk::<COST>().ok_or(unreadable)?;
    let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(unreadable)?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(unreadable)?;
    let cost = KdfCost::decode(cost);
    if !cost.is_bearable() {
        return Err(unreadable);
    }
    let stretched = stretch(password.as_bytes(), salt, cost).ok_or(WrongPassword::NoMemory)?;
    let key = suite.derive(stretched.as_slice(), PURPOSE);
    let head = &wrapped[..header::HEADER + COST + SALT];
    let clear = suite.open(&key, nonce, head, sealed).ok_or(WrongPassword::Mismatch)?;
    let secret: &[u8; 32] = clear.as_slice().try_into().map_err(|_| unreadable)?;
    Ok(PrivateKey::from_bytes(*secret))
}

/// The cost a wrapped key was made with: after a sign-in, tells whether to wrap it anew.
pub fn cost_of(wrapped: &[u8]) -> Option<KdfCost> {
    header::read(wrapped).ok()?.rest.first_chunk::<COST>().map(KdfCost::decode)
}

/// Does the work of [`unwrap_private`] and forgets the result: for a user who does not exist, so that the
/// time of the answer does not tell.
pub fn spend_alike(password: &str, cost: KdfCost) {
    std::hint::black_box(stretch(password.as_bytes(), &[0; SALT], bearable(cost)));
}

fn bearable(cost: KdfCost) -> KdfCost {
    let lanes = cost.lanes.clamp(1, KdfCost::MOST.lanes);
    KdfCost {
        lanes,
        passes: cost.passes.clamp(1, KdfCost::MOST.passes),
        memory_kib: cost.memory_kib.clamp(8 * lanes, KdfCost::MOST.memory_kib),
    }
}

/// Argon2id; nothing if the memory is not to be had.
fn stretch(password: &[u8], salt: &[u8], cost: KdfCost) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))
        .expect("the cost is within bounds that Argon2 takes");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = Zeroizing::new([0; 32]);
    match argon.hash_password_into(password, salt, out.as_mut_slice()) {
        Ok(()) => {
            #[cfg(test)]
            tests::note(cost);
            Some(out)
        }
        Err(argon2::Error::OutOfMemory) => None,
        Err(error) => unreachable!("salt, password and output are of lengths that Argon2 takes: {error}"),
    }
}

#[cfg(test)]
#[path = "password_test.rs"]
mod tests;
