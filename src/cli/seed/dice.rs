//! Choices that follow from a seed: for each tip a source of its own, so that a tip is the same whichever
//! thread makes it. Owns the drawing; refuses what is chosen.
//!
//! Invariant: the same seed and number give the same draws, and two numbers under one seed different ones.

use crate::vault::entropy::{Entropy, SeededEntropy, bytes};

/// A source of choices and of random bytes.
pub(super) struct Dice(pub(super) SeededEntropy);

impl Dice {
    /// The source of number `n` under `seed`.
    pub(super) const fn of(seed: u64, n: u64) -> Self {
        Self(SeededEntropy::new(spread(spread(seed).wrapping_add(n))))
    }

    /// A number from 0 to `most - 1`; 0 where `most` is 0.
    pub(super) fn below(&self, most: u64) -> u64 {
        u64::from_be_bytes(bytes(&self.0)).checked_rem(most).unwrap_or(0)
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// One of these.
    pub(super) fn one<'a, T: ?Sized>(&self, of: &[&'a T]) -> &'a T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap_or(0)]
    }

    /// Where a draw falls among these running sums of weights.
    pub(super) fn weighted(&self, sums: &[u64]) -> usize {
        let drawn = self.below(sums.last().copied().unwrap_or(0));
        sums.partition_point(|sum| *sum <= drawn)
    }
}

impl Entropy for Dice {
    fn fill(&self, out: &mut [u8]) {
        self.0.fill(out);
    }
}

/// Every number to another one, neighbours far apart (the finaliser of SplitMix64, a bijection).
const fn spread(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_repeat_under_their_number_only() {
        let draws = |seed, n| {
            let dice = Dice::of(seed, n);
            [0; 4].map(|_| dice.below(1 << 60))
        };

        assert_eq!(draws(1, 7), draws(1, 7));
        assert_ne!(draws(1, 7), draws(1, 8));
        assert_ne!(draws(1, 7), draws(2, 7));
    }

    #[test]
    fn a_weight_of_nothing_is_never_drawn() {
        let dice = Dice::of(3, 3);
        let drawn: Vec<usize> = (0..4_000).map(|_| dice.weighted(&[0, 3, 3, 4])).collect();

        assert!(drawn.iter().all(|at| *at == 1 || *at == 3));
        let ones = drawn.iter().filter(|at| **at == 1).count();
        assert!((2_800..3_200).contains(&ones), "{ones} of 4000 with a weight of three in four");
    }

    #[test]
    fn ends_are_drawn_too() {
        let dice = Dice::of(5, 1);
        let drawn: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.between(-1, 1)).collect();

        assert_eq!(drawn, [-1, 0, 1].into());
        assert_eq!(dice.below(0), 0);
    }
}
