//! Where random bytes come from; passed in everywhere, so that tests and simulations own them. Owns the
//! trait and its two sources; refuses distributions and choices: callers ask for bytes only. One invariant:
//! `fill` fills the whole slice or does not return.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's generator: the only source for a portal that serves people.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// Stops the thread if the system gives no random bytes: a key made without them would be a lie.
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out).expect("every supported system gives random bytes once it has booted");
    }
}

/// The same bytes for the same seed: for tests, simulations and synthetic tips, never for people's tips.
///
/// Safe to share between threads, but then the order of the callers decides who gets which bytes.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    next: AtomicU64,
}

impl SeededEntropy {
    /// A source that starts at the beginning of `seed`'s bytes.
    pub const fn new(seed: u64) -> Self {
        Self { seed, next: AtomicU64::new(0) }
    }

    fn block(&self) -> [u8; 32] {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(b"homeward/seeded entropy/1");
        hash.update(self.seed.to_be_bytes());
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        for part in out.chunks_mut(32) {
            part.copy_from_slice(&self.block()[..part.len()]);
        }
    }
}

/// `N` random bytes.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut out = [0; N];
    entropy.fill(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// A run of 256 Ki bytes in which every value appears about as often as it should: six standard
    /// deviations of the chi-squared statistic with 255 degrees of freedom.
    fn looks_uniform(entropy: &dyn Entropy) -> bool {
        let mut sample = vec![0_u8; 256 * 1024];
        entropy.fill(&mut sample);
        let mut counts = [0_f64; 256];
        for byte in sample {
            counts[usize::from(byte)] += 1.0;
        }
        let chi: f64 = counts.iter().map(|n| (n - 1024.0).powi(2) / 1024.0).sum();
        (chi - 255.0).abs() < 6.0 * (2.0_f64 * 255.0).sqrt()
    }

    #[test]
    fn the_system_never_gives_the_same_bytes_twice() {
        let drawn: HashSet<[u8; 16]> = (0..10_000).map(|_| bytes(&OsEntropy)).collect();

        assert_eq!(drawn.len(), 10_000);
    }

    #[test]
    fn both_sources_give_every_value_equally_often() {
        assert!(looks_uniform(&OsEntropy));
        assert!(looks_uniform(&SeededEntropy::new(7)));
    }

    #[test]
    fn a_seed_repeats_itself_and_no_other_seed() {
        let (a, b, c) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));

        let first: [u8; 100] = bytes(&a);

        assert_eq!(first, bytes::<100>(&b));
        assert_ne!(first, bytes::<100>(&c));
        assert_ne!(first, bytes::<100>(&a));
    }

    #[test]
    fn every_length_is_filled_to_its_end() {
        for length in 0..100 {
            let mut seen = vec![0_u8; length];
            for _ in 0..40 {
                let mut out = vec![0_u8; length];
                SeededEntropy::new(length as u64).fill(&mut out);
                OsEntropy.fill(&mut out);
                seen.iter_mut().zip(out).for_each(|(s, o)| *s |= o);
            }
            assert!(seen.iter().all(|b| *b != 0), "a byte stayed zero at length {length}");
        }
    }

    #[test]
    fn the_seeded_bytes_are_frozen() {
        let first: [u8; 8] = bytes(&SeededEntropy::new(42));

        assert_eq!(crate::vault::hex::encode(&first), "6900ca560bf09c6c");
    }
}
