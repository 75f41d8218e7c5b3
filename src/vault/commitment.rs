//! What commits the portal to a tip: one leaf for the public record. Owns how leaf, opening and name follow
//! from receipt, key and ciphertext; refuses trees, rows and days.
//!
//! Invariant: without the receipt a leaf is 32 random bytes, and so is its opening: neither says which tip it
//! is, not even to whoever holds every row. Frozen: a leaf in the record is checked for ever.

use sha2::{Digest as _, Sha256};

use super::key::SymKey;
use super::receipt::Receipt;
use super::suite::{International, Suite as _};
use super::uid::Uid;

/// What stands before the content in its digest.
const CONTENT: &[u8] = b"homeward/record/content/1";

/// What stands before the blinding in a leaf.
const LEAF: &[u8] = b"homeward/record/leaf/1";

/// What is committed to: the tip's public id, and what was sealed as its report.
pub fn content(tip: &Uid, sealed_report: &[u8]) -> [u8; 32] {
    let sealed = Sha256::digest(sealed_report);
    Sha256::new().chain_update(CONTENT).chain_update(tip.as_bytes()).chain_update(sealed).finalize().into()
}

/// The leaf: hides the content under what only the receipt gives, and binds to it.
pub fn leaf(receipt: &Receipt, content: &[u8; 32]) -> [u8; 32] {
    let blinding = receipt.blinding();
    Sha256::new().chain_update(LEAF).chain_update(*blinding).chain_update(content).finalize().into()
}

/// The content under the receipt's cover, so that it may lie in a file that somebody finds; and, the same once
/// more, the content out of it.
pub fn cover(receipt: &Receipt, content: &[u8; 32]) -> [u8; 32] {
    let cover = receipt.cover();
    std::array::from_fn(|at| content[at] ^ cover[at])
}

/// The name of the leaf's row: whoever can read the tip finds it, and nobody can tell it from the rows alone.
/// By the first suite: a name must stay when the ciphers change.
pub fn name(report_key: &SymKey) -> [u8; 32] {
    *International.derive(report_key.expose(), "homeward/report key/record name/1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::hex;

    #[test]
    fn the_leaf_is_frozen() {
        let entropy = SeededEntropy::new(1);
        let (receipt, tip) = (Receipt::generate(&entropy), Uid::generate(&entropy));
        let leaf = leaf(&receipt, &content(&tip, b"sealed"));
        assert_eq!(hex::encode(&leaf), "a9e3e2874460af8532e60b0cfe80c1e2e81c819685ccac0971cb1fb4825219c1");
    }

    #[test]
    fn only_the_same_receipt_and_content_give_the_leaf() {
        let entropy = SeededEntropy::new(2);
        let (receipt, other) = (Receipt::generate(&entropy), Receipt::generate(&entropy));
        let tip = Uid::generate(&entropy);
        let said = content(&tip, b"sealed");

        assert_ne!(leaf(&receipt, &said), leaf(&other, &said));
        assert_ne!(leaf(&receipt, &said), leaf(&receipt, &content(&tip, b"Sealed")));
        assert_ne!(said, content(&Uid::generate(&entropy), b"sealed"));
    }

    #[test]
    fn a_cover_comes_off_with_the_receipt_only() {
        let entropy = SeededEntropy::new(3);
        let (receipt, other) = (Receipt::generate(&entropy), Receipt::generate(&entropy));
        let covered = cover(&receipt, &[7; 32]);

        assert_eq!(cover(&receipt, &covered), [7; 32]);
        assert_ne!(cover(&other, &covered), [7; 32]);
        assert_ne!(covered, [7; 32]);
    }
}
