//! Tests of envelopes and grants: whose, what for, and the frozen format.

use super::*;
use crate::vault::entropy::SeededEntropy;
use crate::vault::hex;
use crate::vault::pair::KeyPair;

const TIP: Uid = Uid::from_bytes([2; 16]);
const OTHER_TIP: Uid = Uid::from_bytes([3; 16]);

fn to_branch() -> EnvelopeFor<'static> {
    EnvelopeFor { tip: &TIP, compartment: Compartment::Report, recipient: "psb-120114" }
}

fn to_officer() -> GrantFor<'static> {
    GrantFor { agency: "psb-120114", kind: "report", to: "officer-1" }
}

#[test]
fn an_envelope_opens_for_its_recipient_and_nobody_else() {
    let entropy = SeededEntropy::new(1);
    let (branch, stranger) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
    let key = SymKey::generate(&entropy);

    let sealed = envelop(&branch.public, &to_branch(), &key, &entropy);

    let opened = open_envelope(&branch.private, &to_branch(), &sealed).ok().unwrap();
    assert!(opened.expose() == key.expose());
    assert_eq!(open_envelope(&stranger.private, &to_branch(), &sealed).err(), Some(OpenError::OtherKey));
    // Not even when the header is rewritten to name the stranger.
    let mut renamed = sealed;
    renamed[2..10].copy_from_slice(stranger.public.id().as_bytes());
    assert_eq!(open_envelope(&stranger.private, &to_branch(), &renamed).err(), Some(OpenError::Refused));
}

#[test]
fn an_envelope_opens_only_for_what_it_was_made_for() {
    let entropy = SeededEntropy::new(2);
    let branch = KeyPair::generate(&entropy);
    let sealed = envelop(&branch.public, &to_branch(), &SymKey::generate(&entropy), &entropy);

    for other in [
        EnvelopeFor { tip: &OTHER_TIP, ..to_branch() },
        EnvelopeFor { compartment: Compartment::Case, ..to_branch() },
        EnvelopeFor { compartment: Compartment::Identity, ..to_branch() },
        EnvelopeFor { compartment: Compartment::Life, ..to_branch() },
        EnvelopeFor { recipient: "psb-120117", ..to_branch() },
        EnvelopeFor { recipient: "", ..to_branch() },
    ] {
        assert_eq!(
            open_envelope(&branch.private, &other, &sealed).err(),
            Some(OpenError::Refused),
            "{other:?}"
        );
    }
}

#[test]
fn every_flipped_bit_and_every_cut_of_an_envelope_is_noticed() {
    let entropy = SeededEntropy::new(3);
    let branch = KeyPair::generate(&entropy);
    let sealed = envelop(&branch.public, &to_branch(), &SymKey::generate(&entropy), &entropy);
    assert_eq!(sealed.len(), 10 + 32 + 32 + 16);

    for bit in 0..sealed.len() * 8 {
        // The highest bit of an X25519 point carries nothing, but HPKE binds the point as it was sent.
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open_envelope(&branch.private, &to_branch(), &changed).is_err(), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(open_envelope(&branch.private, &to_branch(), &sealed[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn an_envelope_with_a_degenerate_point_is_refused() {
    let entropy = SeededEntropy::new(4);
    let branch = KeyPair::generate(&entropy);
    let mut sealed = envelop(&branch.public, &to_branch(), &SymKey::generate(&entropy), &entropy);

    sealed[10..42].fill(0);

    assert_eq!(open_envelope(&branch.private, &to_branch(), &sealed).err(), Some(OpenError::Refused));
}

#[test]
fn a_grant_passes_a_private_key_on() {
    let entropy = SeededEntropy::new(5);
    let (agency, officer) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
    let tip = envelop(&agency.public, &to_branch(), &SymKey::from_bytes([8; 32]), &entropy);

    let sealed = grant_private(&officer.public, &to_officer(), &agency.private, &entropy);
    let granted = open_grant(&officer.private, &to_officer(), &sealed).ok().unwrap();

    assert_eq!(granted.public(), agency.public);
    assert!(open_envelope(&granted, &to_branch(), &tip).ok().unwrap().expose() == &[8; 32]);
}

#[test]
fn a_grant_opens_only_for_what_it_was_made_for() {
    let entropy = SeededEntropy::new(6);
    let (agency, officer) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
    let sealed = grant_private(&officer.public, &to_officer(), &agency.private, &entropy);

    for other in [
        GrantFor { agency: "psb-120117", ..to_officer() },
        GrantFor { kind: "identity", ..to_officer() },
        GrantFor { to: "officer-2", ..to_officer() },
        GrantFor { agency: "psb-120114r", kind: "eport", ..to_officer() },
    ] {
        assert_eq!(
            open_grant(&officer.private, &other, &sealed).err(),
            Some(OpenError::Refused),
            "{other:?}"
        );
    }
    assert_eq!(open_grant(&agency.private, &to_officer(), &sealed).err(), Some(OpenError::OtherKey));
}

/// The grant's fields are chosen to be the envelope's, byte for byte: only the purpose differs.
#[test]
fn a_grant_never_opens_as_an_envelope() {
    let entropy = SeededEntropy::new(7);
    let (agency, officer) = (KeyPair::generate(&entropy), KeyPair::generate(&entropy));
    let as_text = "\u{2}".repeat(16);
    let alike = GrantFor { agency: &as_text, kind: "report", to: "psb-120114" };
    let grant = grant_private(&officer.public, &alike, &agency.private, &entropy);
    let envelope = envelop(&officer.public, &to_branch(), &SymKey::generate(&entropy), &entropy);

    assert_eq!(open_envelope(&officer.private, &to_branch(), &grant).err(), Some(OpenError::Refused));
    assert_eq!(open_grant(&officer.private, &alike, &envelope).err(), Some(OpenError::Refused));
}

#[test]
fn two_envelopes_of_one_key_look_unrelated() {
    let entropy = SeededEntropy::new(8);
    let branch = KeyPair::generate(&entropy);
    let key = SymKey::generate(&entropy);

    let (a, b) = (
        envelop(&branch.public, &to_branch(), &key, &entropy),
        envelop(&branch.public, &to_branch(), &key, &entropy),
    );

    assert_ne!(a[10..42], b[10..42]);
    assert_ne!(a[42..], b[42..]);
}

/// Written by this code once, checked by an independent implementation; must open for ever.
#[test]
fn the_format_is_frozen() {
    let branch = KeyPair::from_seed(&[5; 32]);
    let entropy = SeededEntropy::new(9);

    let sealed = envelop(&branch.public, &to_branch(), &SymKey::from_bytes([6; 32]), &entropy);

    assert_eq!(
        hex::encode(&sealed),
        "0101aa9115ff345c1b7e3296da2a5ff9dd46b0753dfb9d08d12bdce570bedfa2eb8e37c8e6738891b82eab40f8287d5973aad795c0a38ae4ef5b20fafafc9cef82bc3b3be3a3cd592683312c20d77d922ff94aa6f85284334bea"
    );
}
