use proptest::prelude::*;

use super::*;
use crate::plan::Urgency;
use crate::triage::town::{Town, after, code, held, names};
use crate::vault::pair::{GrantFor, KeyPair, envelop, grant_private};

const CATEGORIES: [&str; 8] = [
    "missing_child",
    "child_labour",
    "forced_labour",
    "victim_shelter",
    "agency_complaint",
    "school_dropout",
    "hospital_suspicion",
    "undetermined",
];
const DISTRICTS: [Option<&str>; 4] = [None, Some("120101"), Some("120114"), Some("120117")];
const EXCLUDES: [&[&str]; 4] = [&[], &["psb-120117"], &["psb"], &["civil"]];

#[test]
fn after_any_change_exactly_the_named_readers_open_each_compartment() {
    let town = Town::new();
    let strategy = (
        prop::sample::select(CATEGORIES.to_vec()),
        prop::sample::select(CATEGORIES.to_vec()),
        prop::sample::select(DISTRICTS.to_vec()),
        prop::sample::select(DISTRICTS.to_vec()),
        prop::sample::select(Urgency::ALL.to_vec()),
        prop::sample::select(Urgency::ALL.to_vec()),
        prop::sample::select(EXCLUDES.to_vec()),
        any::<bool>(),
    );
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 40, ..Default::default() });
    runner
        .run(&strategy, |(from, to, here, there, calm, pressing, exclude, contact)| {
            let first = Town::facts(from, here, Some(calm), exclude);
            let (tip, keys, envelopes) = town.tip(&first, contact);
            let then = Town::facts(to, there, Some(pressing), exclude);
            let placement = town.placement(&town.decide(&then));
            let keys = keys.with(Compartment::Life, SymKey::generate(&town.entropy));

            let change =
                reseal(&tip.uid, &placement, &held(&envelopes), &keys, &town.directory, &town.entropy)
                    .unwrap();

            let now = after(envelopes, &change);
            for compartment in Compartment::ALL {
                let exists = compartment != Compartment::Identity || contact;
                let wanted = if exists { placement.holders(compartment) } else { BTreeSet::new() };
                let wanted = names(&wanted, compartment == Compartment::Report);
                let found = town.openers(&tip.uid, compartment, &now);
                prop_assert_eq!(&found, &wanted, "{} of {} -> {}", compartment, from, to);
                prop_assert_eq!(&held(&now).of(compartment), &wanted);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn nothing_is_sealed_or_removed_when_the_readers_stay() {
    let town = Town::new();
    let (tip, keys, envelopes) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), true);

    let change =
        reseal(&tip.uid, &tip.placement, &held(&envelopes), &keys, &town.directory, &town.entropy).unwrap();

    assert_eq!(change, Resealed::default());
}

#[test]
fn whoever_lacks_a_key_cannot_pass_it_on_and_nobody_is_sealed_to_without_a_pair() {
    let town = Town::new();
    let (tip, keys, envelopes) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), true);
    let next = tip.placement.referred(code("edu"), &town.plan, &town.directory).unwrap();
    let only_report = TipKeys::of([(Compartment::Report, keys.get(Compartment::Report).unwrap().clone())]);
    let nobody = Directory::default();
    let refused = |keys: &TipKeys, directory: &Directory| {
        reseal(&tip.uid, &next, &held(&envelopes), keys, directory, &town.entropy).err()
    };

    assert_eq!(refused(&only_report, &town.directory), Some(ResealError::NoKey(NoKey(Compartment::Case))));
    assert_eq!(refused(&keys, &nobody), Some(ResealError::NoPair(code("edu"))));
}

/// What was granted, pair by pair.
type Grants = Vec<(KeyKind, Vec<u8>)>;

/// An officer with the agency's two pairs granted, and an envelope for each compartment.
fn officer_with_envelopes(kinds: &[KeyKind]) -> (PrivateKey, Officer, Grants, Uid, Vec<Envelope>) {
    let entropy = crate::vault::entropy::SeededEntropy::new(3);
    let own = KeyPair::generate(&entropy);
    let officer = crate::triage::town::officer("psb");
    let [work, identity] = [KeyPair::generate(&entropy), KeyPair::generate(&entropy)];
    let to = officer.uid.to_string();
    let grants = kinds.iter().map(|kind| {
        let pair = if *kind == KeyKind::Work { &work } else { &identity };
        let what = GrantFor { agency: "psb", kind: kind.as_str(), to: &to };
        (*kind, grant_private(&own.public, &what, &pair.private, &entropy))
    });
    let grants = grants.collect();
    let tip = Uid::generate(&entropy);
    let envelopes = Compartment::ALL.map(|compartment| {
        let pair = if compartment == Compartment::Identity { &identity } else { &work };
        let what = EnvelopeFor { tip: &tip, compartment, recipient: "psb" };
        let sealed = envelop(&pair.public, &what, &SymKey::from_bytes([7; 32]), &entropy);
        Envelope { compartment, recipient: "psb".into(), sealed }
    });
    (own.private, officer, grants, tip, envelopes.into())
}

#[test]
fn an_officer_opens_what_the_grants_reach() {
    let (private, officer, grants, tip, envelopes) = officer_with_envelopes(&KeyKind::ALL);
    let all = TipKeys::open(&private, &officer, &grants, &tip, &envelopes);
    assert!(Compartment::ALL.into_iter().all(|c| all.get(c).is_ok()));

    let (private, officer, grants, tip, envelopes) = officer_with_envelopes(&[KeyKind::Work]);
    let work = TipKeys::open(&private, &officer, &grants, &tip, &envelopes);
    assert!(work.get(Compartment::Report).is_ok());
    assert_eq!(work.get(Compartment::Identity).err(), Some(NoKey(Compartment::Identity)));
}

#[test]
fn an_envelope_of_another_tip_or_another_agency_opens_nothing() {
    let (private, officer, grants, tip, mut envelopes) = officer_with_envelopes(&KeyKind::ALL);
    let other_tip = TipKeys::open(&private, &officer, &grants, &Uid::from_bytes([1; 16]), &envelopes);
    envelopes.iter_mut().for_each(|e| e.recipient = "procur".into());
    let other_agency = TipKeys::open(&private, &officer, &grants, &tip, &envelopes);

    for compartment in Compartment::ALL {
        assert!(other_tip.get(compartment).is_err() && other_agency.get(compartment).is_err());
    }
}
