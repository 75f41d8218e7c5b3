use super::*;
use crate::triage::town::{Town, code};
use Urgency::{Immediate, Normal, Urgent};

fn set(codes: &[&str]) -> BTreeSet<AgencyCode> {
    codes.iter().map(|c| code(c)).collect()
}

fn placed(
    town: &Town,
    category: &str,
    district: Option<&str>,
    urgency: Urgency,
    exclude: &[&str],
) -> Placement {
    town.placement(&town.decide(&Town::facts(category, district, Some(urgency), exclude)))
}

#[test]
fn the_lead_and_the_first_responder_have_it_open_and_nobody_else() {
    let town = Town::new();
    let placement = placed(&town, "victim_shelter", Some("120114"), Immediate, &[]);

    let open: Vec<_> = placement.places().into_iter().filter(|p| p.open).collect();

    assert_eq!(placement.first_responder, Some(code("psb-120114")));
    assert_eq!(open.len(), 2);
    assert!(open.iter().any(|p| p.agency == placement.lead && p.relation == Relation::Lead));
    assert!(open.iter().any(|p| p.agency == code("psb-120114") && p.relation == Relation::FirstResponder));
}

#[test]
fn an_agency_that_leads_and_acts_first_stands_in_its_queue_once() {
    let town = Town::new();
    let placement = placed(&town, "missing_child", Some("120114"), Immediate, &[]);

    assert_eq!(Some(placement.lead), placement.first_responder);
    assert_eq!(placement.places().iter().filter(|p| p.open).count(), 1);
}

#[test]
fn each_agency_has_one_row_for_each_relation() {
    let town = Town::new();
    for category in town.plan.categories() {
        for urgency in Urgency::ALL {
            let placement = placed(&town, category.code.as_str(), Some("120117"), urgency, &["psb-120117"]);
            let rows: Vec<_> = placement.places().into_iter().map(|p| (p.agency, p.relation)).collect();
            let distinct: BTreeSet<_> = rows.iter().copied().collect();
            assert_eq!(rows.len(), distinct.len(), "{} {urgency}", category.code);
        }
    }
}

#[test]
fn whoever_is_excluded_holds_nothing_and_stands_nowhere_else() {
    let town = Town::new();
    for category in town.plan.categories() {
        for (urgency, out) in Urgency::ALL.into_iter().flat_map(|u| [(u, "psb-120117"), (u, "civil")]) {
            let placement = placed(&town, category.code.as_str(), Some("120117"), urgency, &[out]);
            let excluded = |agency: &AgencyCode| placement.excludes(agency);
            for compartment in Compartment::ALL {
                assert!(!placement.holders(compartment).iter().any(excluded), "{} {out}", category.code);
            }
            let elsewhere = placement.places().into_iter().filter(|p| p.relation != Relation::Excluded);
            assert!(elsewhere.into_iter().all(|p| !excluded(&p.agency)), "{} {out}", category.code);
        }
    }
}

#[test]
fn police_that_a_tip_accuses_hold_the_life_facts_and_nothing_else() {
    let town = Town::new();
    let placement = placed(&town, "agency_complaint", Some("120117"), Immediate, &["psb"]);

    assert_eq!(placement.access, Access::LifeFacts);
    assert_eq!(placement.holders(Compartment::Life), set(&["psb"]));
    for compartment in [Compartment::Report, Compartment::Case, Compartment::Identity] {
        assert!(!placement.holders(compartment).contains(&code("psb")), "{compartment}");
    }
}

#[test]
fn case_and_identity_are_the_leads_and_in_danger_the_first_responders_too() {
    let town = Town::new();
    let calm = placed(&town, "victim_shelter", Some("120114"), Urgent, &[]);
    let danger = placed(&town, "victim_shelter", Some("120114"), Immediate, &[]);

    assert_eq!(calm.holders(Compartment::Case), [calm.lead].into());
    assert_eq!(danger.holders(Compartment::Case), [danger.lead, code("psb-120114")].into());
    assert_eq!(calm.holders(Compartment::Identity), [calm.lead].into());
    assert_eq!(danger.holders(Compartment::Identity), [danger.lead, code("psb-120114")].into());
}

#[test]
fn an_agency_that_holds_no_key_is_told_and_not_given() {
    let town = Town::new();
    let decision = town.decide(&Town::facts("child_sale", Some("120114"), Some(Urgent), &[]));
    let steps = decision.ladder.len();
    let nobody = Placement::of(&decision, |agency| *agency == decision.lead);

    assert!(steps > 1);
    assert_eq!(nobody.ladder, [decision.lead].into());
    assert!(nobody.content.is_empty());
    assert!(decision.told.iter().all(|a| nobody.told.contains(a) || *a == nobody.lead));
}

#[test]
fn a_referred_tip_climbs_from_its_new_lead() {
    let town = Town::new();
    let placement = placed(&town, "child_labour", Some("120114"), Urgent, &[]);
    let old = placement.lead;

    let next = placement.referred(code("civil-120114"), &town.plan, &town.directory).unwrap();

    assert_eq!(next.lead, code("civil-120114"));
    assert_eq!(next.ladder, set(&["civil-120114", "civil"]));
    assert!(!next.holders(Compartment::Report).contains(&old));
    assert!(!next.told.contains(&next.lead) && !next.content.contains(&next.lead));
}

#[test]
fn in_danger_the_police_stay_on_the_ladder_whoever_leads() {
    let town = Town::new();
    let placement = placed(&town, "missing_child", Some("120114"), Immediate, &[]);

    let next = placement.referred(code("civil-120114"), &town.plan, &town.directory).unwrap();

    assert_eq!(next.ladder, set(&["civil-120114", "civil", "psb-120114", "psb"]));
    assert_eq!(next.first_responder, Some(code("psb-120114")));
    assert!(next.holders(Compartment::Case).contains(&code("psb-120114")));
}

#[test]
fn a_tip_is_not_referred_where_it_must_not_or_cannot_go() {
    let town = Town::without(&["edu-120114"]);
    let placement = placed(&town, "child_labour", Some("120114"), Urgent, &["civil"]);
    let refer = |to: &str| placement.referred(code(to), &town.plan, &town.directory).err();

    assert_eq!(refer(&placement.lead.to_string()), Some(ReferRefused::Same));
    assert_eq!(refer("civil"), Some(ReferRefused::Excluded));
    assert_eq!(refer("civil-120101"), Some(ReferRefused::Excluded));
    assert_eq!(refer("court"), Some(ReferRefused::TakesNone));
    assert_eq!(refer("nobody"), Some(ReferRefused::TakesNone));
    assert_eq!(refer("edu-120114"), Some(ReferRefused::Unmanned));
    assert_eq!(refer("edu"), None);
}

#[test]
fn only_those_to_whom_it_is_new_are_written_to() {
    let town = Town::new();
    let before = placed(&town, "child_labour", Some("120114"), Normal, &[]);
    let after = before.referred(code("civil-120114"), &town.plan, &town.directory).unwrap();

    let new = after.newly_placed(&before);

    assert_eq!(new.get(&code("civil-120114")), Some(&Relation::Lead));
    assert!(!new.contains_key(&before.lead));
    assert!(before.newly_placed(&before).is_empty());
}
