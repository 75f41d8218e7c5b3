//! Known answers: published vectors for every algorithm, through our own suite wherever its interface allows.

use super::*;
use crate::vault::hex;
use crate::vault::suite::Multiples;

const BEAUTY: &[u8] = b"Beauty is truth, truth beauty";

fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().unwrap()
}

/// Entropy that gives one prepared block and no more.
struct Prepared([u8; 32]);

impl Entropy for Prepared {
    fn fill(&self, out: &mut [u8]) {
        out.copy_from_slice(&self.0);
    }
}

/// draft-irtf-cfrg-xchacha-03, A.3.1.
#[test]
fn xchacha20_poly1305_gives_the_drafts_answer() {
    let key = array("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    let nonce = array("404142434445464748494a4b4c4d4e4f5051525354555657");
    let context = unhex("50515253c0c1c2c3c4c5c6c7");
    let clear =
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
        sunscreen would be it.";
    let sealed = unhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39\
         ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
         21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49",
    );

    assert_eq!(International.seal(&key, &nonce, &context, clear), sealed);
    assert_eq!(International.open(&key, &nonce, &context, &sealed).unwrap().as_slice(), clear);
}

/// STREAM with a 19-byte prefix is XChaCha20-Poly1305 under prefix, 32-bit big-endian number and last-mark:
/// the construction of "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance" (2015/189).
#[test]
fn a_chunk_is_a_value_under_the_nonce_that_stream_prescribes() {
    let (key, prefix) = ([7; 32], [9; 19]);
    for (index, last, tail) in [
        (0, false, [0, 0, 0, 0, 0]),
        (1, true, [0, 0, 0, 1, 1]),
        (0x0102_0304, true, [1, 2, 3, 4, 1]),
        (u32::MAX, false, [255, 255, 255, 255, 0]),
    ] {
        let nonce: [u8; 24] = [prefix.as_slice(), &tail].concat().try_into().unwrap();

        let chunk = International.seal_chunk(&key, &prefix, ChunkAt { index, last }, b"here", b"text");

        assert_eq!(chunk, International.seal(&key, &nonce, b"here", b"text"));
    }
}

/// RFC 5869, A.3: no salt, which is how the portal derives. Its info is empty and its output 42 bytes, of
/// which ours are the first 32: HKDF's blocks do not depend on how many are asked for.
#[test]
fn hkdf_gives_the_rfcs_answer() {
    let derived = International.derive(&[0x0b; 22], "");

    let expected: [u8; 32] = array("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    assert_eq!(*derived, expected);
}

/// RFC 5869, A.1: with salt and info, on the crate itself.
#[test]
fn hkdf_with_salt_gives_the_rfcs_answer() {
    let mut out = [0; 42];
    let info = unhex("f0f1f2f3f4f5f6f7f8f9");
    Hkdf::<Sha256>::new(Some(&unhex("000102030405060708090a0b0c")), &[0x0b; 22])
        .expand(&info, &mut out)
        .unwrap();

    assert_eq!(
        hex::encode(&out),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

/// RFC 4231, test case 2, with its four-byte key filled up with zeros, as HMAC itself does.
#[test]
fn hmac_gives_the_rfcs_answer() {
    let mut key = [0; 32];
    key[..4].copy_from_slice(b"Jefe");

    let mac = International.mac(&key, b"what do ya want for nothing?");

    assert_eq!(mac, array("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

/// RFC 7748, 6.1.
#[test]
fn x25519_gives_the_rfcs_answer() {
    let private = array("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");

    let public = International.public_of(&private);

    assert_eq!(public, array("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
}

/// RFC 9180, A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode, sequence number 0.
#[test]
fn hpke_gives_the_rfcs_answer() {
    let (private, public) = International
        .pair_from_seed(&array("1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df"));
    // The RFC prints the scalar before clamping; clamped, it is the same key.
    let mut printed: [u8; 32] = array("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
    printed[0] &= 248;
    printed[31] = printed[31] & 127 | 64;
    assert_eq!(*private, printed);
    assert_eq!(public, array("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
    let ephemeral = Prepared(array("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b"));
    let (info, aad) = (b"Ode on a Grecian Urn", b"Count-0");

    let sealed = International.seal_to(&public, Beforehand::Nothing, info, aad, BEAUTY, &ephemeral).unwrap();

    assert_eq!(
        hex::encode(&sealed),
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a\
         1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    );
    assert_eq!(International.open_from(&private, info, aad, &sealed).unwrap().as_slice(), BEAUTY);
}

/// Entropy of the same 32 bytes gives the same bytes, whatever is known of the recipient.
#[test]
fn every_way_to_seal_gives_the_same_bytes() {
    let entropy = crate::vault::entropy::SeededEntropy::new(5);
    for n in 0..40_u8 {
        let (private, public) = International.pair_from_seed(&[n; 32]);
        let (multiples, drawn) = (Multiples::default(), Prepared(crate::vault::entropy::bytes(&entropy)));
        let seal =
            |beforehand| International.seal_to(&public, beforehand, b"info", b"aad", BEAUTY, &drawn).unwrap();

        let plain = seal(Beforehand::Nothing);

        assert_eq!(seal(Beforehand::Private(&private)), plain);
        assert_eq!(seal(Beforehand::Multiples(&multiples)), plain);
        assert_eq!(seal(Beforehand::Multiples(&multiples)), plain, "the table once more");
        assert_eq!(International.open_from(&private, b"info", b"aad", &plain).unwrap().as_slice(), BEAUTY);
    }
}

/// Half of all points lie on the curve's twist. No pair has one, but a damaged row might.
#[test]
fn a_point_that_no_table_can_be_made_of_is_sealed_to_all_the_same() {
    let twisted =
        |bytes: &[u8; 32]| curve25519_dalek::montgomery::MontgomeryPoint(*bytes).to_edwards(0).is_none();
    let point = (2..=255).map(|u| {
        let mut bytes = [0; 32];
        bytes[0] = u;
        bytes
    });
    let point = point.into_iter().find(twisted).unwrap();
    let seal = |beforehand| International.seal_to(&point, beforehand, b"", b"", BEAUTY, &Prepared([3; 32]));

    let multiples = Multiples::default();
    let sealed = seal(Beforehand::Multiples(&multiples));

    assert!(sealed.is_some() && sealed == seal(Beforehand::Nothing));
}

#[test]
fn nothing_is_sealed_to_a_degenerate_point_either_way() {
    for point in [[0; 32], array("0100000000000000000000000000000000000000000000000000000000000000")] {
        for beforehand in [Beforehand::Nothing, Beforehand::Multiples(&Multiples::default())] {
            assert!(International.seal_to(&point, beforehand, b"", b"", b"", &Prepared([2; 32])).is_none());
        }
    }
}

#[test]
fn a_sealed_thing_too_short_for_its_parts_is_refused() {
    let (private, public) = International.pair_from_seed(&[1; 32]);
    let sealed =
        International.seal_to(&public, Beforehand::Nothing, b"", b"", b"", &Prepared([2; 32])).unwrap();

    for length in 0..sealed.len() {
        assert!(International.open_from(&private, b"", b"", &sealed[..length]).is_none(), "{length} bytes");
    }
    for length in 0..16 {
        assert!(International.open(&[0; 32], &[0; 24], b"", &vec![0; length]).is_none(), "{length} bytes");
    }
}
