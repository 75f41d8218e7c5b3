//! The tree of the public record: RFC 6962 and 9162 with SHA-256. Owns roots, paths to a leaf, and proofs that
//! a later tree begins with an earlier one; refuses knowing what a leaf is, and storing anything.
//!
//! Everything here works on the hashes of leaves. The root of an aligned run of 2^k leaves stands for the run:
//! where every size is a multiple of 64, the same functions work on the roots of blocks of 64 as on leaves.
//!
//! Invariant: what verifies was built by these rules from the very leaves that the root was built from.

use sha2::{Digest as _, Sha256};

/// A hash in the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: told apart from a node by its first byte, so that no node passes for a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}

/// The hash of a node over two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root over these hashes (RFC 9162, 2.1.1).
pub fn root(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Sha256::digest([]).into(),
        [only] => *only,
        _ => {
            let (left, right) = halves(hashes);
            node_hash(&root(left), &root(right))
        }
    }
}

/// A tree that grows: keeps the roots of the whole runs of 2^k only, so that the root after each of many steps
/// costs no second look at what came before.
#[derive(Clone, Debug, Default)]
pub struct Growing {
    /// Exponent and root of each run, longest first.
    runs: Vec<(u32, Hash)>,
    size: u64,
}

impl Growing {
    /// Adds a hash at the end.
    pub fn push(&mut self, hash: Hash) {
        let mut run = (0, hash);
        while let Some((exponent, left)) = self.runs.pop_if(|(exponent, _)| *exponent == run.0) {
            run = (exponent + 1, node_hash(&left, &run.1));
        }
        self.runs.push(run);
        self.size += 1;
    }

    /// How many there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over all of them.
    pub fn root(&self) -> Hash {
        let joined =
            self.runs.iter().rev().map(|(_, root)| *root).reduce(|right, left| node_hash(&left, &right));
        joined.unwrap_or_else(|| root(&[]))
    }
}

/// The path from the hash at `index` to the root, lowest first (RFC 9162, 2.1.3.1); none where there is no
/// such hash.
pub fn inclusion(hashes: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= hashes.len() {
        return None;
    }
    let (mut path, mut within, mut at) = (Vec::new(), hashes, index);
    while within.len() > 1 {
        let (left, right) = halves(within);
        let (own, sibling) = if at < left.len() { (left, right) } else { (right, left) };
        path.push(root(sibling));
        at -= if at < left.len() { 0 } else { left.len() };
        within = own;
    }
    path.reverse();
    Some(path)
}

/// What shows that the tree over `hashes` begins with the tree over the first `older` of them (RFC 9162,
/// 2.1.4.1); none unless `older` lies between 1 and their number. Empty where both are the same tree.
pub fn consistency(hashes: &[Hash], older: usize) -> Option<Vec<Hash>> {
    if older == 0 || older > hashes.len() {
        return None;
    }
    let (mut path, mut within, mut older, mut whole) = (Vec::new(), hashes, older, true);
    while older < within.len() {
        let (left, right) = halves(within);
        if older <= left.len() {
            path.push(root(right));
            within = left;
        } else {
            path.push(root(left));
            (within, older, whole) = (right, older - left.len(), false);
        }
    }
    if !whole {
        path.push(root(within));
    }
    path.reverse();
    Some(path)
}

/// Cut where the largest power of two below the length falls.
fn halves(hashes: &[Hash]) -> (&[Hash], &[Hash]) {
    hashes.split_at(hashes.len().next_power_of_two() / 2)
}

/// Whether `path` leads from the hash at `index` to the root of a tree of `size` (RFC 9162, 2.1.3.2).
pub fn includes(hash: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut reached) = (index, size - 1, *hash);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            reached = node_hash(sibling, &reached);
            climb_to_left(&mut at, &mut last);
        } else {
            reached = node_hash(&reached, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && reached == *root
}

/// Whether `path` shows that a tree of `newer` hashes with one root begins with a tree of `older` hashes with
/// the other (RFC 9162, 2.1.4.2).
pub fn extends(older: (u64, &Hash), newer: (u64, &Hash), path: &[Hash]) -> bool {
    let ((older, older_root), (newer, newer_root)) = (older, newer);
    if older == 0 || older > newer {
        return false;
    }
    if older == newer {
        return path.is_empty() && older_root == newer_root;
    }
    let (first, rest) = match path.split_first() {
        _ if older.is_power_of_two() => (*older_root, path),
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let (mut at, mut last) = (older - 1, newer - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old, mut new) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (old, new) = (node_hash(sibling, &old), node_hash(sibling, &new));
            climb_to_left(&mut at, &mut last);
        } else {
            new = node_hash(&new, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *older_root && new == *newer_root
}

/// Goes up past the levels where the run ends without a sibling of its own.
const fn climb_to_left(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        *at >>= 1;
        *last >>= 1;
    }
}

#[cfg(test)]
#[path = "merkle_test.rs"]
mod tests;
