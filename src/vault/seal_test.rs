//! Tests of sealed values: what opens, what does not, and the frozen format.

use proptest::prelude::*;

use super::*;
use crate::vault::entropy::SeededEntropy;
use crate::vault::hex;

const ROW: Uid = Uid::from_bytes([1; 16]);
const TIP: Uid = Uid::from_bytes([2; 16]);
const OTHER: Uid = Uid::from_bytes([3; 16]);

fn here() -> Place<'static> {
    Place { table: "messages", row: &ROW, tip: &TIP, field: "body", seq: 3 }
}

#[test]
fn a_value_moved_anywhere_else_does_not_open() {
    let entropy = SeededEntropy::new(1);
    let key = SymKey::generate(&entropy);
    let sealed = seal(&key, &here(), "她在哪里".as_bytes(), &entropy);

    for elsewhere in [
        Place { table: "notes", ..here() },
        Place { row: &OTHER, ..here() },
        Place { tip: &OTHER, ..here() },
        Place { row: &TIP, tip: &ROW, ..here() },
        Place { field: "subject", ..here() },
        Place { seq: 4, ..here() },
        Place { table: "messagesb", field: "ody", ..here() },
    ] {
        assert_eq!(open(&key, &elsewhere, &sealed).err(), Some(OpenError::Refused), "{elsewhere:?}");
    }
    assert_eq!(open(&key, &here(), &sealed).unwrap().as_slice(), "她在哪里".as_bytes());
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let entropy = SeededEntropy::new(2);
    let key = SymKey::generate(&entropy);
    let sealed = seal(&key, &here(), b"text", &entropy);

    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&key, &here(), &changed).is_err(), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(open(&key, &here(), &sealed[..length]).is_err(), "{length} bytes");
    }
    assert!(open(&key, &here(), &[sealed.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn each_reason_is_told_apart() {
    let entropy = SeededEntropy::new(3);
    let (key, other) = (SymKey::generate(&entropy), SymKey::generate(&entropy));
    let sealed = seal(&key, &here(), b"text", &entropy);
    let with = |at: usize, byte: u8| {
        let mut changed = sealed.clone();
        changed[at] = byte;
        open(&key, &here(), &changed).err()
    };

    assert_eq!(open(&other, &here(), &sealed).err(), Some(OpenError::OtherKey));
    assert_eq!(open(&key, &here(), &sealed[..9]).err(), Some(OpenError::Short));
    assert_eq!(open(&key, &here(), &sealed[..33]).err(), Some(OpenError::Short));
    assert_eq!(with(0, 2), Some(OpenError::Version(2)));
    assert_eq!(with(1, 9), Some(OpenError::Suite(9)));
    assert_eq!(with(34, sealed[34] ^ 1), Some(OpenError::Refused));
}

#[test]
fn the_header_names_version_suite_and_key() {
    let entropy = SeededEntropy::new(4);
    let key = SymKey::generate(&entropy);

    let sealed = seal(&key, &here(), b"text", &entropy);

    assert_eq!(sealed[..2], [1, 1]);
    assert_eq!(sealed[2..10], *key.id().as_bytes());
    assert_eq!(header::key_id(&sealed), Ok(key.id()));
}

#[test]
fn the_size_tells_only_the_step() {
    let entropy = SeededEntropy::new(5);
    let key = SymKey::generate(&entropy);
    let overhead = 10 + 24 + 16;
    for (clear, padded) in
        [(0, 256), (252, 256), (253, 512), (4092, 4096), (4093, 8192), (8188, 8192), (8189, 12_288)]
    {
        let sealed = seal(&key, &here(), &vec![b'x'; clear], &entropy);

        assert_eq!(sealed.len(), padded + overhead, "{clear} bytes");
        assert_eq!(sealed_size(clear), sealed.len(), "{clear} bytes");
        assert_eq!(open(&key, &here(), &sealed).unwrap().len(), clear);
    }
}

#[test]
fn the_same_text_is_never_sealed_to_the_same_bytes() {
    let entropy = SeededEntropy::new(6);
    let key = SymKey::generate(&entropy);

    let (a, b) = (seal(&key, &here(), b"text", &entropy), seal(&key, &here(), b"text", &entropy));

    assert_ne!(a[10..34], b[10..34], "a nonce was used twice");
    assert_ne!(a[34..], b[34..]);
}

#[test]
fn a_length_beyond_the_padding_is_refused() {
    let entropy = SeededEntropy::new(7);
    let key = SymKey::generate(&entropy);
    let context = here().encode();

    for clear in [vec![], vec![0, 0, 0], vec![0, 0, 0, 2, 1], vec![255; 256]] {
        let sealed = seal_in(&key, &context, &clear, &entropy);
        assert_eq!(open(&key, &here(), &sealed).err(), Some(OpenError::Refused), "{clear:?}");
    }
}

/// Written by this code and opened by an independent implementation (libsodium) from the same parts; from
/// now on it must open for ever.
#[test]
fn the_format_is_frozen() {
    let key = SymKey::from_bytes(std::array::from_fn(|i| i as u8));
    let sealed = seal_with_nonce(&key, &here().encode(), &pad(b"frozen"), &[0x40; 24]);

    assert_eq!(hex::encode(&key.id().as_bytes()[..]), "24ef5508d1778762");
    assert_eq!(
        hex::encode(&sealed[..42]),
        "010124ef5508d17787624040404040404040404040404040404040404040404040400308606f42e988b1"
    );
    assert_eq!(hex::encode(&sealed[sealed.len() - 16..]), "9f3aa7c3ad9ee524d080980d5f097a01");
    assert_eq!(open(&key, &here(), &sealed).unwrap().as_slice(), b"frozen");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_sealed_opens_again(
        clear in prop::collection::vec(any::<u8>(), 0..9000),
        seed: u64,
        table in "[a-z_]{1,12}",
        field in "[a-z_]{1,12}",
        seq: u32,
    ) {
        let entropy = SeededEntropy::new(seed);
        let (key, row, tip) = (SymKey::generate(&entropy), Uid::generate(&entropy), Uid::generate(&entropy));
        let place = Place { table: &table, row: &row, tip: &tip, field: &field, seq };

        let sealed = seal(&key, &place, &clear, &entropy);

        let opened = open(&key, &place, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), clear.as_slice());
    }

    #[test]
    fn whatever_is_not_sealed_is_refused(junk in prop::collection::vec(any::<u8>(), 0..400), seed: u64) {
        let key = SymKey::generate(&SeededEntropy::new(seed));

        prop_assert!(open(&key, &here(), &junk).is_err());
        let headed = [[1, 1].as_slice(), key.id().as_bytes(), &junk].concat();
        prop_assert!(open(&key, &here(), &headed).is_err());
    }
}
