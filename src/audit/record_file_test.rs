use super::*;
use crate::audit::commitment::Day;
use crate::audit::merkle::{consistency, inclusion, root};
use crate::vault::commitment::content;
use crate::vault::entropy::{SeededEntropy, bytes};
use crate::vault::uid::Uid;

/// A record of some days, 64 leaves each, and the receipts of the first leaf of each day.
struct Record {
    hashes: Vec<Hash>,
    leaves: Vec<Hash>,
    receipts: Vec<(Receipt, Hash)>,
}

impl Record {
    fn of_days(days: usize) -> Self {
        let entropy = SeededEntropy::new(5);
        let (mut leaves, mut receipts) = (Vec::new(), Vec::new());
        for _ in 0..days {
            let receipt = Receipt::generate(&entropy);
            let said = content(&Uid::generate(&entropy), &bytes::<300>(&entropy));
            leaves.push(leaf(&receipt, &said));
            receipts.push((receipt, said));
            leaves.extend((1..BLOCK).map(|_| bytes::<32>(&entropy)));
        }
        let hashes = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        Self { hashes, leaves, receipts }
    }

    fn head(&self, number: usize) -> Head {
        let size = number * BLOCK;
        Head {
            number: number as i64,
            day: Day(20_000 + number as i64),
            size: size as i64,
            root: root(&self.hashes[..size]),
        }
    }

    fn proof(&self, number: usize) -> Proof {
        let index = (number - 1) * BLOCK;
        let (receipt, said) = &self.receipts[number - 1];
        Proof {
            format: PROOF.into(),
            head: self.head(number),
            index: index as u64,
            leaf: self.leaves[index],
            opening: cover(receipt, said),
            path: steps(inclusion(&self.hashes[..number * BLOCK], index).unwrap()),
        }
    }

    fn joined(&self, from: usize, to: usize) -> Consistency {
        let path = steps(consistency(&self.hashes[..to * BLOCK], from * BLOCK).unwrap());
        Consistency { format: CONSISTENCY.into(), from: self.head(from), to: self.head(to), path }
    }

    fn kept(&self, numbers: &[usize]) -> Heads {
        Heads::of(numbers.iter().map(|number| self.head(*number)).collect())
    }
}

fn steps(path: Vec<Hash>) -> Vec<Step> {
    path.into_iter().map(Step).collect()
}

#[test]
fn a_proof_holds_for_its_own_receipt_and_no_other() {
    let record = Record::of_days(3);
    for (at, number) in (1..=3).enumerate() {
        let proof = record.proof(number);
        proof.check().unwrap();
        for (other, (receipt, _)) in record.receipts.iter().enumerate() {
            let outcome = if other == at { Ok(()) } else { Err(Refused::Receipt) };
            assert_eq!(proof.check_receipt(receipt), outcome);
        }
    }
}

#[test]
fn a_proof_reads_back_from_its_file_and_nothing_more_may_stand_in_it() {
    let proof = Record::of_days(2).proof(2);
    let text = serde_json::to_string_pretty(&proof).unwrap();
    assert_eq!(serde_json::from_str::<Proof>(&text).unwrap(), proof);
    for (from, to) in [("\"index\"", "\"x\": 1, \"index\""), ("\"index\": 64", "\"index\": -1")] {
        assert!(text.contains(from) && serde_json::from_str::<Proof>(&text.replace(from, to)).is_err());
    }
    let upper = text.replace(&hex::encode(&proof.leaf), &hex::encode(&proof.leaf).to_uppercase());
    assert!(serde_json::from_str::<Proof>(&upper).is_err(), "every value has one spelling");
}

#[test]
fn every_changed_digit_of_a_proof_is_refused() {
    let record = Record::of_days(3);
    let (proof, (receipt, _)) = (record.proof(2), &record.receipts[1]);
    let (kept, text) = ([record.kept(&[2])], serde_json::to_string(&proof).unwrap());
    let holds = |proof: &Proof| {
        proof
            .check()
            .and_then(|()| check_head(&proof.head, &kept, &[]))
            .and_then(|()| proof.check_receipt(receipt))
    };
    holds(&proof).unwrap();
    let mut tried = 0;
    for at in (0..text.len()).filter(|at| text.as_bytes()[*at].is_ascii_hexdigit()) {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let Ok(changed) = serde_json::from_slice::<Proof>(&changed) else { continue };
        assert!(holds(&changed).is_err(), "{at}");
        tried += 1;
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn a_head_must_be_kept_or_joined_to_one_that_was() {
    let record = Record::of_days(5);
    let head = record.head(3);
    let joins = |from, to| [record.joined(from, to)];
    check_head(&head, &[record.kept(&[1, 3])], &[]).unwrap();
    check_head(&head, &[record.kept(&[2])], &joins(2, 3)).unwrap();
    check_head(&head, &[record.kept(&[5])], &joins(3, 5)).unwrap();

    let unjoined = |kept: &[usize], joins: &[Consistency]| {
        matches!(check_head(&head, &[record.kept(kept)], joins), Err(Refused::Unjoined { .. }))
    };
    assert!(unjoined(&[2], &[]) && unjoined(&[2], &joins(1, 3)) && unjoined(&[2], &joins(2, 4)));
}

#[test]
fn a_record_with_one_leaf_dropped_is_named() {
    let record = Record::of_days(3);
    let mut dropped = Record::of_days(3);
    dropped.hashes[7] = leaf_hash(b"another");
    let (kept, proof) = ([record.kept(&[1, 2])], dropped.proof(3));

    proof.check().unwrap();
    let joined = dropped.joined(2, 3);
    joined.check().unwrap();
    assert!(matches!(check_head(&proof.head, &kept, &[joined]), Err(Refused::Head { number: 2, .. })));
    let mut forged = dropped.joined(2, 3);
    forged.from = record.head(2);
    assert_eq!(forged.check(), Err(Refused::Broken { from: 2, to: 3 }));
}

#[test]
fn a_size_that_tells_is_no_size() {
    let mut proof = Record::of_days(1).proof(1);
    for size in [0, -64, 63, 65] {
        proof.head.size = size;
        assert_eq!(proof.check(), Err(Refused::Size(size)));
    }
}
