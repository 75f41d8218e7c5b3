//! Tests of sealed files: every way to tamper with one, and the frozen format.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::vault::entropy::SeededEntropy;
use crate::vault::hex;
use crate::vault::uid::Uid;

const ROW: Uid = Uid::from_bytes([1; 16]);
const TIP: Uid = Uid::from_bytes([2; 16]);
const HEAD: usize = 10 + 19;

fn here() -> Place<'static> {
    Place { table: "files", row: &ROW, tip: &TIP, field: "content", seq: 0 }
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

fn key() -> SymKey {
    SymKey::from_bytes([5; 32])
}

fn sealed(content: &[u8], seed: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let total = seal_stream(&key(), &here(), &SeededEntropy::new(seed), content, &mut out).unwrap();
    assert_eq!(total, content.len() as u64);
    out
}

fn opened(sealed: &[u8]) -> Result<Vec<u8>, FileError> {
    opened_at(&key(), &here(), sealed)
}

fn opened_at(key: &SymKey, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, FileError> {
    let mut out = Vec::new();
    let total = open_stream(key, place, sealed, &mut out)?;
    assert_eq!(total, out.len() as u64);
    Ok(out)
}

fn chunks(sealed: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (head, body) = sealed.split_at(HEAD);
    (head.to_vec(), body.chunks(SEALED_CHUNK).map(<[u8]>::to_vec).collect())
}

fn is_refused(result: &Result<Vec<u8>, FileError>) -> bool {
    matches!(result, Err(FileError::Open(_)))
}

#[test]
fn files_of_every_awkward_size_come_back() {
    for (length, count) in
        [(0, 1), (1, 1), (ROOM - 1, 1), (ROOM, 1), (ROOM + 1, 2), (2 * ROOM, 2), (3 * ROOM + 7, 4)]
    {
        let sealed = sealed(&content(length), 1);

        assert_eq!(sealed.len(), HEAD + count * SEALED_CHUNK, "{length} bytes");
        assert_eq!(opened(&sealed).unwrap(), content(length), "{length} bytes");
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let sealed = sealed(&content(2 * ROOM + 100), 2);
    let borders = [0, 1, 9, 10, HEAD - 1, HEAD, HEAD + 1, HEAD + 15, HEAD + SEALED_CHUNK - 1];
    let second = HEAD + SEALED_CHUNK;
    let third = second + SEALED_CHUNK;
    let later = [second, second + 1, second + 16, third, third + 1, third + 50, third + SEALED_CHUNK - 1];

    for length in borders.into_iter().chain(later) {
        assert!(is_refused(&opened(&sealed[..length])), "{length} bytes");
    }
}

#[test]
fn a_file_with_anything_after_its_end_is_refused() {
    let sealed = sealed(&content(100), 3);

    assert!(is_refused(&opened(&[sealed.as_slice(), &[0]].concat())));
    assert!(is_refused(&opened(&[sealed.as_slice(), &sealed[HEAD..]].concat())));
}

#[test]
fn chunks_swapped_dropped_or_repeated_are_refused() {
    let (head, parts) = chunks(&sealed(&content(3 * ROOM + 7), 4));
    let arranged = |order: &[usize]| {
        let body: Vec<&[u8]> = order.iter().map(|at| parts[*at].as_slice()).collect();
        opened(&[head.clone(), body.concat()].concat())
    };

    assert!(arranged(&[0, 1, 2, 3]).is_ok());
    for order in
        [[1, 0, 2, 3].as_slice(), &[0, 2, 1, 3], &[0, 1, 3], &[1, 2, 3], &[0, 0, 1, 2, 3], &[3], &[0, 1, 2]]
    {
        assert!(is_refused(&arranged(order)), "{order:?}");
    }
}

#[test]
fn a_chunk_of_another_file_under_the_same_key_is_refused() {
    let (head, mine) = chunks(&sealed(&content(2 * ROOM), 5));
    let (other_head, other) = chunks(&sealed(&content(2 * ROOM), 6));

    assert!(is_refused(&opened(&[head.clone(), other[0].clone(), mine[1].clone()].concat())));
    assert!(is_refused(&opened(&[head, mine[0].clone(), other[1].clone()].concat())));
    assert!(is_refused(&opened(&[other_head, mine.concat()].concat())));
}

#[test]
fn a_file_elsewhere_or_under_another_key_is_refused() {
    let sealed = sealed(&content(100), 7);
    let other = Uid::from_bytes([9; 16]);

    for place in [
        Place { table: "photos", ..here() },
        Place { row: &other, ..here() },
        Place { tip: &other, ..here() },
        Place { field: "preview", ..here() },
        Place { seq: 1, ..here() },
    ] {
        assert!(is_refused(&opened_at(&key(), &place, &sealed)), "{place:?}");
    }
    let refused = opened_at(&SymKey::from_bytes([6; 32]), &here(), &sealed);
    assert!(matches!(refused, Err(FileError::Open(OpenError::OtherKey))));
}

#[test]
fn a_flipped_bit_anywhere_is_noticed() {
    let sealed = sealed(&content(ROOM + 5), 8);
    let samples = (0..HEAD).chain((HEAD..sealed.len()).step_by(9973)).chain([sealed.len() - 1]);

    for at in samples {
        let mut changed = sealed.clone();
        changed[at] ^= 0x10;
        assert!(is_refused(&opened(&changed)), "byte {at}");
    }
}

#[test]
fn an_opener_gives_nothing_after_an_error() {
    let mut changed = sealed(&content(3 * ROOM), 9);
    changed[HEAD + SEALED_CHUNK + 10] ^= 1;
    let mut opener = FileOpener::new(&key(), &here(), changed.as_slice()).ok().unwrap();

    assert!(opener.next().unwrap().is_ok());
    assert!(opener.next().unwrap().is_err());
    assert!(opener.next().is_none());
}

/// A reader that gives what it has in small and uneven pieces, as a network does.
struct Dripping<'a>(&'a [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 % 9973 + 617;
        let length = self.1.min(out.len()).min(self.0.len());
        out[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

#[test]
fn how_the_bytes_arrive_changes_nothing() {
    let clear = content(5 * ROOM + 12_345);
    let whole = sealed(&clear, 10);
    let mut dripped = Vec::new();
    seal_stream(&key(), &here(), &SeededEntropy::new(10), Dripping(&clear, 0), &mut dripped).unwrap();

    let mut out = Vec::new();
    open_stream(&key(), &here(), Dripping(&whole, 0), &mut out).unwrap();

    assert!(dripped == whole);
    assert!(out == clear);
}

struct Failing;

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

#[test]
fn a_failing_disk_is_told_apart_from_a_forged_file() {
    let file = sealed(&content(100), 11);
    let half = file[..500].chain(Failing);

    assert!(matches!(open_stream(&key(), &here(), half, io::sink()), Err(FileError::Io(_))));
    assert!(seal_stream(&key(), &here(), &SeededEntropy::new(1), Failing, io::sink()).is_err());
}

#[test]
fn the_format_is_frozen() {
    let sealed = sealed(&content(ROOM + 100), 12);

    assert_eq!(
        hex::encode(&sealed[..64]),
        "0101995402a5ae6ee7928486238d952dce365c9e293a3cd11dac3837d863c7962f53619eaad20e733f48250eea228e84007217674e81e2e0a5459f574dca6cb1"
    );
    assert_eq!(
        hex::encode(&Sha256::digest(&sealed)),
        "9dae3b11a3d88a3457f656787a298754212597a9f5a30b21bc05e8ac634e6087"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn pieces_of_any_size_give_the_same_file(
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40_000), 0..8),
        seed: u64,
    ) {
        let clear = pieces.concat();
        let (mut sealer, mut file) = FileSealer::new(&key(), &here(), &SeededEntropy::new(seed));
        for piece in &pieces {
            file.extend(sealer.chunk(piece));
        }
        file.extend(sealer.finish(&[]));

        prop_assert!(file == sealed(&clear, seed));
        prop_assert!(opened(&file).unwrap() == clear);
    }
}
