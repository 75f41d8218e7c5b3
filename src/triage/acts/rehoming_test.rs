use super::*;
use crate::plan::Urgency;
use crate::triage::town::{NOW, Town, after, code, held, names};

fn leaving(
    town: &Town,
    facts: &crate::routing::TipFacts,
    contact: bool,
) -> (Leaving, Vec<crate::triage::keys::Envelope>) {
    let (tip, _, envelopes) = town.tip(facts, contact);
    let holder = Some(tip.placement.lead);
    (Leaving { tip, held: held(&envelopes), holder }, envelopes)
}

/// The town once a branch has nobody left.
fn gone(mut town: Town, branch: &str) -> Town {
    town.directory.entries.get_mut(&code(branch)).unwrap().active_members = 0;
    town
}

#[test]
fn a_branch_hands_its_tip_to_the_body_it_is_a_branch_of_which_reads_it_already() {
    let branch = code("psb-120114");
    let town = Town::new();
    let (tip, envelopes) = leaving(&town, &Town::facts("forced_begging", Some("120114"), None, &[]), true);
    assert_eq!(tip.tip.placement.lead, branch);
    let town = gone(town, "psb-120114");

    let decided = rehome(&tip, branch, &town.directory, NOW, &town.entropy).unwrap();

    let moved = decided.moved.unwrap();
    assert_eq!(moved.placement.lead, code("psb"));
    assert!(!moved.placement.ladder.contains(&branch));
    assert_eq!((decided.claimed_by, decided.status.as_str()), (None, "referred"));
    assert_eq!(decided.event.detail["notes"], "anew");
    assert_eq!(decided.event.detail["identity"], "behind");
    assert!(decided.notices.iter().any(|notice| notice.agency == code("psb")));
    let mut now = after(envelopes, &moved.resealed);
    now.retain(|e| {
        !moved.resealed.kept.contains(&(e.compartment, e.recipient.clone()))
            || moved.resealed.added.contains(e)
    });
    let openers = |compartment| town.openers(&tip.tip.uid, compartment, &now);
    assert_eq!(openers(Compartment::Report), names(&moved.placement.holders(Compartment::Report), true));
    assert_eq!(openers(Compartment::Case), [String::from("psb")].into());
    assert!(openers(Compartment::Identity).is_empty());
}

#[test]
fn where_somebody_is_in_danger_the_lead_that_holds_everything_loses_nothing() {
    let branch = code("psb-120114");
    let town = Town::new();
    let facts = Town::facts("forced_begging", Some("120114"), Some(Urgency::Immediate), &[]);
    let (tip, _) = leaving(&town, &facts, true);
    let town = gone(town, "psb-120114");

    let decided = rehome(&tip, branch, &town.directory, NOW, &town.entropy).unwrap();

    let placement = decided.moved.unwrap().placement;
    assert!(placement.lead != branch && placement.first_responder != Some(branch), "{placement:?}");
    assert!(placement.places().iter().all(|place| place.agency != branch), "{placement:?}");
}

#[test]
fn a_municipal_body_that_stands_highest_has_nowhere_to_hand_it() {
    let town = Town::new();
    let (tip, _) = leaving(&town, &Town::facts("forced_begging", None, None, &[]), false);
    let lead = tip.tip.placement.lead;
    assert!(!lead.is_branch());
    let town = gone(town, &lead.to_string());

    assert_eq!(home(&tip, &lead, &town.directory), Err(NoHome));
}

#[test]
fn who_cannot_lead_or_must_not_know_is_no_home() {
    let branch = code("psb-120114");
    let town = gone(Town::new(), "psb-120114");
    let (tip, _) = leaving(&Town::new(), &Town::facts("forced_begging", Some("120114"), None, &[]), false);
    let mut alone = town.directory.clone();
    alone.entries.get_mut(&code("psb")).unwrap().active_members = 0;
    let mut barred = tip.clone();
    barred.tip.placement.excluded.insert(code("psb"));
    let mut keyless = tip.clone();
    keyless.held = Held::default();

    assert_eq!(home(&tip, &branch, &town.directory), Ok(code("psb")));
    assert_eq!(home(&tip, &branch, &alone), Err(NoHome));
    assert_eq!(home(&barred, &branch, &town.directory), Err(NoHome));
    assert_eq!(home(&keyless, &branch, &town.directory), Err(NoHome));
}
