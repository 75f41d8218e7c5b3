//! Tests of wrapping under a password: the published answer, the bounds, and that refusals cost the same.

use std::cell::Cell;

use super::*;
use crate::vault::entropy::SeededEntropy;
use crate::vault::hex;
use crate::vault::pair::KeyPair;

/// Quick enough for tests; nothing like what people's keys get.
const QUICK: KdfCost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };

fn wrapped(password: &str) -> (KeyPair, Vec<u8>) {
    let entropy = SeededEntropy::new(1);
    let officer = KeyPair::generate(&entropy);
    let wrapped = wrap_private(password, &officer.private, QUICK, &entropy);
    (officer, wrapped)
}

/// RFC 9106, 5.3, on the crate itself: it has a secret and associated data, which the portal does not use.
#[test]
fn argon2id_gives_the_rfcs_answer() {
    let data = argon2::AssociatedData::new(&[4; 12]).unwrap();
    let params =
        argon2::ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).output_len(32).build();
    let argon =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params.unwrap()).unwrap();
    let mut out = [0; 32];

    argon.hash_password_into(&[1; 32], &[2; 16], &mut out).unwrap();

    assert_eq!(hex::encode(&out), "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
}

/// The reference implementation's own test (`phc-winner-argon2`, `src/test.c`), through our function.
#[test]
fn our_stretching_gives_the_reference_answer() {
    let out = stretch(b"password", b"somesalt", KdfCost { memory_kib: 256, passes: 2, lanes: 1 }).unwrap();

    assert_eq!(
        hex::encode(out.as_slice()),
        "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
    );
}

#[test]
fn the_right_password_unwraps_and_no_other() {
    let (officer, row) = wrapped("正确的密码 horse");

    assert_eq!(unwrap_private("正确的密码 horse", &row).ok().unwrap().public(), officer.public);
    for wrong in ["", "正确的密码 hors", "正确的密码 horse ", "正确的密码 Horse"] {
        assert_eq!(unwrap_private(wrong, &row).err(), Some(WrongPassword::Mismatch), "{wrong}");
    }
}

#[test]
fn an_empty_and_a_very_long_password_are_passwords_too() {
    for password in [String::new(), "长".repeat(5000)] {
        let (officer, row) = wrapped(&password);

        assert_eq!(unwrap_private(&password, &row).ok().unwrap().public(), officer.public);
    }
}

#[test]
fn the_row_describes_itself() {
    let (officer, row) = wrapped("p");

    assert_eq!(row.len(), 10 + 12 + 16 + 24 + 32 + 16);
    assert_eq!(header::key_id(&row), Ok(officer.public.id()));
    assert_eq!(cost_of(&row), Some(QUICK));
    assert_eq!(cost_of(&row[..21]), None);
}

#[test]
fn a_row_that_asks_for_too_much_is_refused_at_once() {
    let (_, row) = wrapped("p");
    let asking = |at: usize, value: u32| {
        let mut changed = row.clone();
        changed[at..at + 4].copy_from_slice(&value.to_be_bytes());
        changed
    };
    WORK.set(0);

    for hostile in [
        asking(10, u32::MAX),
        asking(10, KdfCost::MOST.memory_kib + 1),
        asking(10, 7),
        asking(14, u32::MAX),
        asking(14, 11),
        asking(14, 0),
        asking(18, u32::MAX),
        asking(18, 5),
        asking(18, 0),
    ] {
        assert_eq!(unwrap_private("p", &hostile).err(), Some(WrongPassword::Unreadable));
    }
    assert_eq!(WORK.get(), 0, "work was done for a hostile row");
}

#[test]
fn every_changed_byte_and_every_cut_is_noticed() {
    let (_, row) = wrapped("p");

    for at in 0..row.len() {
        // Not the cost's high bytes: those are out of bounds, and tested above.
        let mut changed = row.clone();
        changed[at] ^= 1;
        assert!(unwrap_private("p", &changed).is_err(), "byte {at}");
    }
    for length in 0..row.len() {
        assert!(unwrap_private("p", &row[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn the_same_password_wraps_differently_each_time() {
    let entropy = SeededEntropy::new(2);
    let officer = KeyPair::generate(&entropy);

    let (a, b) = (
        wrap_private("p", &officer.private, QUICK, &entropy),
        wrap_private("p", &officer.private, QUICK, &entropy),
    );

    assert_ne!(a[22..38], b[22..38], "a salt was used twice");
    assert_ne!(a[62..], b[62..]);
}

#[test]
fn a_cost_beyond_the_bounds_is_brought_within_them() {
    let wild = KdfCost { memory_kib: 0, passes: 0, lanes: 0 };
    let entropy = SeededEntropy::new(3);
    let officer = KeyPair::generate(&entropy);

    let row = wrap_private("p", &officer.private, wild, &entropy);

    assert_eq!(cost_of(&row), Some(KdfCost { memory_kib: 8, passes: 1, lanes: 1 }));
    assert!(unwrap_private("p", &row).is_ok());
    assert_eq!(bearable(KdfCost { memory_kib: u32::MAX, passes: u32::MAX, lanes: u32::MAX }), KdfCost::MOST);
}

thread_local! {
    static WORK: Cell<u64> = const { Cell::new(0) };
}

/// Called by `stretch` for each finished run: memory times passes is what Argon2id costs.
pub(super) fn note(cost: KdfCost) {
    WORK.set(WORK.get() + u64::from(cost.memory_kib) * u64::from(cost.passes));
}

fn work(act: impl FnOnce()) -> u64 {
    WORK.set(0);
    act();
    WORK.get()
}

/// Counted, not timed: a busy machine must not decide whether this holds.
#[test]
fn an_unknown_user_costs_exactly_the_work_of_a_known_one() {
    let cost = KdfCost { memory_kib: 256, passes: 3, lanes: 1 };
    let entropy = SeededEntropy::new(4);
    let row = wrap_private("p", &KeyPair::generate(&entropy).private, cost, &entropy);

    let right = work(|| assert!(unwrap_private("p", &row).is_ok()));
    let wrong = work(|| assert!(unwrap_private("q", &row).is_err()));
    let unknown = work(|| spend_alike("q", cost));

    assert_eq!((right, wrong, unknown), (768, 768, 768));
}

#[test]
fn the_format_is_frozen() {
    let (_, row) = wrapped("password");

    assert_eq!(
        hex::encode(&row),
        "010117cbace5b248634000000040000000010000000187f52f43eff6032b7fb0ee15ecc618c71e65c033d03092cde633b273ba195c56a379a483105a63e74b0d7c3020ec0676240fc82b7f247a441fc8c06074796ab457180d3c15571db28a5d8b911e8d46bcc7d38912b3b48527"
    );
}
