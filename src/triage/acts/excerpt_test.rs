use proptest::prelude::*;

use super::*;
use crate::triage::status::NotNow;
use crate::triage::status::Status;
use crate::triage::town::{NOW, Town, code, officer};
use crate::vault::seal::open;

fn chosen(all: &[&str]) -> BTreeSet<AgencyCode> {
    all.iter().map(|text| code(text)).collect()
}

fn send(town: &Town, tip: &Tip, keys: &TipKeys, to: &BTreeSet<AgencyCode>) -> Result<Decided, ActRefused> {
    let officer = officer(&tip.placement.lead.to_string());
    let hand = Hand { officer: &officer, now: NOW, entropy: &town.entropy };
    let excerpt = Excerpt { to, text: " 一名男子带着孩子，没有证件。 " };
    send_excerpt(&hand, tip, keys, (&town.directory, &town.plan), &excerpt)
}

#[test]
fn each_body_opens_its_own_text_and_no_other() {
    let town = Town::new();
    let (tip, keys, _) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), false);
    let offered = offered(&tip, &town.plan, &town.directory);
    assert!(offered.len() >= 2, "{offered:?}");
    let to: BTreeSet<_> = offered.into_iter().take(2).collect();

    let decided = send(&town, &tip, &keys, &to).unwrap();

    let [one, other] = &decided.excerpts[..] else { panic!() };
    assert_eq!(decided.notices.iter().map(|n| n.agency).collect::<BTreeSet<_>>(), to);
    assert!(decided.notices.iter().all(|n| n.kind == NoticeKind::Excerpt));
    for excerpt in [one, other] {
        let envelope = crate::triage::keys::Envelope {
            compartment: Compartment::Excerpt,
            recipient: excerpt.agency.to_string(),
            sealed: excerpt.envelope.clone(),
        };
        let openers = town.openers(&tip.uid, Compartment::Excerpt, &[envelope]);
        assert_eq!(openers, [excerpt.agency.to_string()].into());
        for key in [Compartment::Report, Compartment::Case] {
            let place = excerpt_place(&tip.uid, &excerpt.uid);
            assert!(open(keys.get(key).unwrap(), &place, &excerpt.sealed).is_err(), "a key of its own");
        }
    }
    assert_ne!(one.sealed, other.sealed);
    let kept = &decided.entries[0];
    assert_eq!((kept.kind, kept.compartment), ("excerpt", Compartment::Case));
    assert!(!decided.audit.detail.to_string().contains("证件"));
}

#[test]
fn nobody_and_nothing_are_asked_about() {
    let town = Town::new();
    let (mut tip, keys, _) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), false);
    assert_eq!(send(&town, &tip, &keys, &chosen(&[])).err(), Some(ExcerptRefused::Nobody.into()));
    let to: BTreeSet<_> = offered(&tip, &town.plan, &town.directory).into_iter().take(1).collect();
    tip.status = Status::New;
    let not_now = NotNow { status: Status::New, act: Act::SendExcerpt };
    assert_eq!(send(&town, &tip, &keys, &to).err(), Some(ActRefused::NotNow(not_now)));
}

#[test]
fn courts_and_whoever_reads_already_are_not_offered() {
    let town = Town::new();
    for category in ["child_labour", "missing_child", "forced_labour", "child_sale", "victim_shelter"] {
        let (tip, keys, _) = town.tip(&Town::facts(category, Some("120114"), None, &[]), false);
        let readers = tip.placement.holders(Compartment::Report);
        let offered = offered(&tip, &town.plan, &town.directory);
        assert!(offered.is_disjoint(&readers), "{category}");
        for wrong in ["court", "finance"].map(code).into_iter().chain(readers) {
            let refused = send(&town, &tip, &keys, &[wrong].into()).err();
            assert_eq!(refused, Some(ExcerptRefused::NotOffered.into()), "{category} {wrong}");
        }
    }
}

/// Bodies that a report may want kept out, whole or in part.
const BARRED: [&[&str]; 6] = [
    &["civil"],
    &["psb"],
    &["civil-120114", "women"],
    &["edu", "health"],
    &["women-120114"],
    &["psb-120114"],
];

#[test]
fn an_excluded_body_gets_nothing_whatever_the_form_says() {
    let town = Town::new();
    let all: Vec<AgencyCode> = town.plan.agencies().map(|agency| agency.code).collect();
    let categories: Vec<_> = town.plan.rules().iter().map(|rule| rule.category.to_string()).collect();
    let places = [None, Some("120114"), Some("120101")];
    let strategy = (
        prop::sample::select(categories),
        prop::sample::select(places.to_vec()),
        prop::sample::select(BARRED.to_vec()),
        prop::sample::subsequence(all, 0..6),
    );
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 300, ..Default::default() });
    runner
        .run(&strategy, |(category, place, barred, typed)| {
            let facts = Town::facts(&category, place, None, barred);
            // Where everybody who could lead is kept out there is no tip.
            prop_assume!(decide(&town.plan, &facts, &town.directory).is_ok());
            let (tip, keys, _) = town.tip(&facts, false);
            let barred: Vec<AgencyCode> = barred.iter().map(|text| code(text)).collect();
            let is_barred =
                |agency: &AgencyCode| barred.contains(agency) || barred.contains(&agency.parent());
            let offered = offered(&tip, &town.plan, &town.directory);
            prop_assert!(!offered.iter().any(is_barred), "{:?}", offered);
            let may = |agency: &AgencyCode| town.plan.agency(agency).is_some_and(|a| a.can_take_tips);
            prop_assert!(offered.iter().all(may));
            // With what the form offers, and with whatever it does not.
            let typed: BTreeSet<AgencyCode> =
                typed.into_iter().chain(offered.iter().copied().take(1)).collect();
            let sent = send(&town, &tip, &keys, &typed);
            if typed.iter().any(is_barred) {
                prop_assert!(sent.is_err());
            }
            if let Ok(decided) = sent {
                let got: BTreeSet<AgencyCode> = decided.excerpts.iter().map(|e| e.agency).collect();
                prop_assert!(got == typed && got.is_subset(&offered));
                prop_assert!(!decided.notices.iter().any(|notice| is_barred(&notice.agency)));
            }
            Ok(())
        })
        .unwrap();
}
