use proptest::prelude::*;

use super::*;

/// The rules once more, written from the definition alone and without a thought for speed.
mod naive {
    use super::{Hash, leaf_hash, node_hash};

    fn cut(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    pub fn root(leaves: &[Vec<u8>]) -> Hash {
        match leaves.len() {
            1 => leaf_hash(&leaves[0]),
            n => node_hash(&root(&leaves[..cut(n)]), &root(&leaves[cut(n)..])),
        }
    }

    pub fn path(m: usize, leaves: &[Vec<u8>]) -> Vec<Hash> {
        let n = leaves.len();
        if n == 1 {
            return Vec::new();
        }
        let k = cut(n);
        if m < k {
            [path(m, &leaves[..k]), vec![root(&leaves[k..])]].concat()
        } else {
            [path(m - k, &leaves[k..]), vec![root(&leaves[..k])]].concat()
        }
    }

    pub fn subproof(m: usize, leaves: &[Vec<u8>], whole: bool) -> Vec<Hash> {
        let n = leaves.len();
        if m == n {
            return if whole { Vec::new() } else { vec![root(leaves)] };
        }
        let k = cut(n);
        if m <= k {
            [subproof(m, &leaves[..k], whole), vec![root(&leaves[k..])]].concat()
        } else {
            [subproof(m - k, &leaves[k..], false), vec![root(&leaves[..k])]].concat()
        }
    }
}

/// More than any test takes.
const MOST: usize = 200;

fn leaves(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| format!("leaf {i}").into_bytes()).collect()
}

fn hashes(leaves: &[Vec<u8>]) -> Vec<Hash> {
    leaves.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn long(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut other = *hash;
    other[bit / 8] ^= 1 << (bit % 8);
    other
}

/// The known answers that every implementation of RFC 6962 is tried with.
#[test]
fn the_roots_are_those_of_the_published_examples() {
    let examples: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let hashes: Vec<Hash> = examples.iter().map(|leaf| leaf_hash(leaf)).collect();
    let hex = |n: usize| crate::vault::hex::encode(&root(&hashes[..n]));

    assert_eq!(hex(0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(hex(1), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assert_eq!(hex(2), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    assert_eq!(hex(8), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

#[test]
fn every_leaf_of_every_size_is_proved_as_the_definition_says() {
    let all = leaves(MOST);
    for size in 1..=MOST {
        let (own, hashes) = (&all[..size], hashes(&all[..size]));
        let root = root(&hashes);
        assert_eq!(root, naive::root(own));
        for index in 0..size {
            let path = inclusion(&hashes, index).unwrap();
            assert_eq!(path, naive::path(index, own), "{index} of {size}");
            assert!(includes(&hashes[index], long(index), long(size), &path, &root), "{index} of {size}");
        }
        assert_eq!(inclusion(&hashes, size), None);
    }
}

#[test]
fn a_tree_that_grows_has_the_root_of_every_size() {
    let hashes = hashes(&leaves(MOST));
    let mut growing = Growing::default();
    assert_eq!(growing.root(), root(&[]));
    for size in 1..=MOST {
        growing.push(hashes[size - 1]);
        assert_eq!((growing.root(), growing.size()), (root(&hashes[..size]), long(size)));
    }
}

#[test]
fn every_two_sizes_are_consistent_as_the_definition_says() {
    let all = leaves(MOST);
    let hashes = hashes(&all);
    for size in 1..=MOST {
        for older in 1..=size {
            let path = consistency(&hashes[..size], older).unwrap();
            if size % 7 == 0 {
                assert_eq!(path, naive::subproof(older, &all[..size], true), "{older} of {size}");
            }
            let (one, other) = (root(&hashes[..older]), root(&hashes[..size]));
            assert!(extends((long(older), &one), (long(size), &other), &path), "{older} of {size}");
        }
        assert_eq!(consistency(&hashes[..size], size + 1), None);
    }
    assert_eq!(consistency(&hashes, 0), None);
}

/// Every bit of everything that goes into a check, for every leaf of every size to 200: one leaf of each size in
/// full, the others at bits that wander.
#[test]
fn every_single_changed_bit_of_an_inclusion_is_refused() {
    let all = hashes(&leaves(MOST));
    for size in 1..=MOST {
        let root = root(&all[..size]);
        for index in 0..size {
            let path = inclusion(&all[..size], index).unwrap();
            let bits: Vec<usize> =
                if index == size / 2 { (0..256).collect() } else { vec![(index * 7 + size) % 256] };
            for bit in bits {
                let (at, of) = (long(index), long(size));
                assert!(!includes(&flipped(&all[index], bit), at, of, &path, &root));
                assert!(!includes(&all[index], at, of, &path, &flipped(&root, bit)));
                for step in 0..path.len() {
                    let mut path = path.clone();
                    path[step] = flipped(&path[step], bit);
                    assert!(!includes(&all[index], at, of, &path, &root), "{index} of {size}, step {step}");
                }
            }
            for bit in 0..9 {
                let other = long(index) ^ (1 << bit);
                assert!(!includes(&all[index], other, long(size), &path, &root), "{other} for {index}");
            }
            assert!(!includes(&all[index], long(index), long(size), &[&path[..], &[root]].concat(), &root));
            if let Some((_, short)) = path.split_last() {
                assert!(!includes(&all[index], long(index), long(size), short, &root));
            }
        }
    }
}

#[test]
fn every_single_changed_bit_of_a_consistency_is_refused() {
    let all = hashes(&leaves(MOST));
    for size in 2..=MOST {
        for older in 1..size {
            let (one, other) = (root(&all[..older]), root(&all[..size]));
            let path = consistency(&all[..size], older).unwrap();
            let bits: Vec<usize> =
                if older == size / 2 { (0..256).collect() } else { vec![(older * 5 + size) % 256] };
            for bit in bits {
                let seen =
                    |a: &Hash, b: &Hash, path: &[Hash]| !extends((long(older), a), (long(size), b), path);
                assert!(seen(&flipped(&one, bit), &other, &path), "{older} of {size}");
                assert!(seen(&one, &flipped(&other, bit), &path), "{older} of {size}");
                for step in 0..path.len() {
                    let mut path = path.clone();
                    path[step] = flipped(&path[step], bit);
                    assert!(seen(&one, &other, &path), "{older} of {size}, step {step}");
                }
            }
            assert!(!extends((long(older), &one), (long(size), &other), &[]) || path.is_empty());
        }
    }
}

/// A block of 64 stands for its leaves: paths within blocks and over their roots are one path.
#[test]
fn blocks_of_sixty_four_stand_for_their_leaves() {
    let all = hashes(&leaves(64 * 9));
    for blocks in 1..=9 {
        let own = &all[..64 * blocks];
        let roots: Vec<Hash> = own.chunks(64).map(root).collect();
        assert_eq!(root(&roots), root(own));
        for index in (0..own.len()).step_by(31) {
            let within = inclusion(&own[index / 64 * 64..][..64], index % 64).unwrap();
            let over = inclusion(&roots, index / 64).unwrap();
            assert_eq!([within, over].concat(), inclusion(own, index).unwrap());
        }
        for older in 1..=blocks {
            assert_eq!(consistency(&roots, older), consistency(own, older * 64));
        }
    }
}

proptest! {
    #[test]
    fn no_other_leaf_and_no_other_tree_passes(
        size in 1_usize..300,
        index in any::<prop::sample::Index>(),
        changed in any::<prop::sample::Index>(),
        bit in 0_usize..256,
    ) {
        let all = hashes(&leaves(size));
        let (index, changed) = (index.index(size), changed.index(size));
        let mut other = all.clone();
        other[changed] = flipped(&other[changed], bit);
        let path = inclusion(&all, index).unwrap();

        prop_assert!(!includes(&all[index], long(index), long(size), &path, &root(&other)));
        let moved = includes(&other[index], long(index), long(size), &path, &root(&other));
        prop_assert_eq!(index == changed, moved);
    }
}
