//! Tests of the key of one sending: how random it must be, and what follows from it.

use proptest::prelude::*;

use super::*;
use crate::vault::entropy::SeededEntropy;

fn key(text: &str) -> SubmitKey {
    SubmitKey::parse(text).ok().unwrap()
}

#[test]
fn keys_of_120_bits_are_taken_in_every_usual_form() {
    for text in [
        "0123456789abcdef0123456789abcd",        // 30 hexadecimal digits: 120 bits
        "550e8400-e29b-41d4-a716-446655440000",  // a UUID
        "Zm9vYmFyYmF6cXV4Zm9v",                  // 20 characters of base64url: 120 bits
        "k3m9x7q2w5e8r1t4y6u0p3a5",              // 24 characters of one case
        "0123456789012345678901234567890123456", // 37 decimal digits
        &"Ab1".repeat(66),                       // 198 characters
    ] {
        assert!(SubmitKey::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn shorter_keys_are_refused_with_what_they_can_hold() {
    for (text, bits) in [
        ("", 0),
        ("12345", 16),
        ("0123456789abcdef0123456789abc", 116),
        ("550e8400-e29b-41d4-a716-4466", 96),
        ("Zm9vYmFyYmF6cXV4Zm9", 114),
        ("abcdefghijklmnopqrst", 103),
        ("--------------------------------", 0),
    ] {
        assert_eq!(SubmitKey::parse(text).err(), Some(ShortKey::TooShort { bits }), "{text}");
    }
}

#[test]
fn keys_too_long_or_with_odd_characters_are_refused() {
    assert_eq!(SubmitKey::parse(&"Ab1".repeat(67)).err(), Some(ShortKey::TooLong { found: 201 }));
    assert_eq!(SubmitKey::parse("Zm9vYmFyYmF6cXV4Zm9v\n").err(), Some(ShortKey::Character { position: 21 }));
    assert_eq!(SubmitKey::parse("钥Zm9vYmFyYmF6cXV4Zm9v").err(), Some(ShortKey::Character { position: 1 }));
}

#[test]
fn a_fresh_key_is_a_key() {
    let entropy = SeededEntropy::new(1);
    let (a, b) = (SubmitKey::generate(&entropy), SubmitKey::generate(&entropy));

    assert!(SubmitKey::parse(a.as_str()).is_ok());
    assert_ne!(a.as_str(), b.as_str());
}

#[test]
fn the_same_key_and_body_are_recognised_and_nothing_else() {
    let deployment = DeploymentKey::from_bytes([1; 32]);
    let (mine, again) = (key("Zm9vYmFyYmF6cXV4Zm9v"), key("Zm9vYmFyYmF6cXV4Zm9v"));
    let other = key("Zm9vYmFyYmF6cXV4Zm9w");

    assert_eq!(mine.row_mac(&deployment), again.row_mac(&deployment));
    assert_eq!(mine.body_mac(b"text"), again.body_mac(b"text"));
    assert_ne!(mine.row_mac(&deployment), other.row_mac(&deployment));
    assert_ne!(mine.row_mac(&deployment), mine.row_mac(&DeploymentKey::from_bytes([2; 32])));
    assert_ne!(mine.body_mac(b"text"), mine.body_mac(b"Text"));
    assert_ne!(mine.body_mac(b"text"), other.body_mac(b"text"));
}

#[test]
fn the_borders_between_parts_count() {
    let key = key("Zm9vYmFyYmF6cXV4Zm9v");

    let parts = key.body_mac_of(&[b"ab", b"c"]);

    assert_eq!(parts, key.body_mac_of(&[b"ab", b"c"]));
    assert_ne!(parts, key.body_mac_of(&[b"a", b"bc"]));
    assert_ne!(parts, key.body_mac_of(&[b"abc"]));
    assert_ne!(parts, key.body_mac_of(&[b"ab", b"c", b""]));
}

#[test]
fn the_answer_opens_under_its_key_only() {
    let entropy = SeededEntropy::new(2);
    let (mine, other) = (key("Zm9vYmFyYmF6cXV4Zm9v"), key("Zm9vYmFyYmF6cXV4Zm9w"));

    let mut sealed = mine.seal_answer(b"twelve words", &entropy);

    assert_eq!(mine.open_answer(&sealed).unwrap().as_slice(), b"twelve words");
    assert_eq!(other.open_answer(&sealed).err(), Some(OpenError::OtherKey));
    let end = sealed.len() - 1;
    sealed[end] ^= 1;
    assert_eq!(mine.open_answer(&sealed).err(), Some(OpenError::Refused));
}

#[test]
fn what_follows_from_a_key_is_frozen() {
    let key = key("Zm9vYmFyYmF6cXV4Zm9v");

    assert_eq!(
        hex::encode(&key.row_mac(&DeploymentKey::from_bytes([1; 32]))),
        "da0dac81b2363f9f4c1e7ac9bd527aa06a539039676dba056b02b3418feae21e"
    );
    assert_eq!(
        hex::encode(&key.body_mac(b"text")),
        "d052db50c97103e13966655a1beb9195e9701ad4c2011f430f7208aa9f4acdcb"
    );
}

proptest! {
    #[test]
    fn no_text_is_taken_that_cannot_hold_120_bits(text in "[0-9a-f-]{0,29}|[0-9]{0,36}|[A-Za-z0-9_-]{0,19}") {
        prop_assert!(SubmitKey::parse(&text).is_err());
    }

    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,220}") {
        let _ = SubmitKey::parse(&text);
    }
}
