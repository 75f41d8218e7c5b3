use super::*;
use crate::people::officer::Officer;
use crate::triage::acts::ActRefused;
use crate::triage::keys::TipKeys;
use crate::triage::town::{NOW, Town, officer};
use crate::vault::seal::open;

struct Scene {
    town: Town,
    tip: Tip,
    keys: TipKeys,
    officer: Officer,
}

impl Scene {
    fn new() -> Self {
        let town = Town::new();
        let (tip, keys, _) = town.tip(&Town::facts("child_labour", Some("120114"), None, &[]), true);
        let officer = officer(&tip.placement.lead.to_string());
        Self { town, tip, keys, officer }
    }

    fn hand(&self) -> Hand<'_> {
        Hand { officer: &self.officer, now: NOW, entropy: &self.town.entropy }
    }

    fn of_another(&self) -> Hold {
        Hold { id: 7, set_by: self.officer.id + 1, set: NOW.minute() }
    }
}

#[test]
fn a_hold_is_set_with_a_reason_that_only_the_case_key_opens() {
    let scene = Scene::new();

    let act = set(&scene.hand(), &scene.tip, &scene.keys, None, " 法院来函 ").unwrap();

    let place = reason_place(&scene.tip.uid, &act.event.uid);
    let key = scene.keys.get(Compartment::Case).unwrap();
    let clear = open(key, &place, act.event.sealed.as_ref().unwrap()).unwrap();
    assert_eq!(String::from_utf8_lossy(&clear), r#"{"reason":"法院来函"}"#);
    assert_eq!((act.event.kind, act.audit.act, act.lifts), ("hold_set", "tip.hold_set", None));
    assert!(!act.audit.detail.to_string().contains("法院"));
}

#[test]
fn a_hold_without_a_reason_or_beside_another_is_refused() {
    let scene = Scene::new();
    let set = |hold: Option<&Hold>, reason| {
        set(&scene.hand(), &scene.tip, &scene.keys, hold, reason).map(|_| ()).unwrap_err()
    };
    assert_eq!(set(None, "  "), HoldRefused::Act(ActRefused::Empty));
    assert_eq!(set(Some(&scene.of_another()), "法院来函"), HoldRefused::Stands);
}

#[test]
fn a_hold_is_lifted_by_another_officer_only() {
    let scene = Scene::new();
    let lift = |hold: Option<&Hold>| lift(&scene.hand(), &scene.tip, &scene.keys, hold, "已经结案");

    let own = Hold { set_by: scene.officer.id, ..scene.of_another() };
    assert_eq!(lift(Some(&own)).map(|_| ()).unwrap_err(), HoldRefused::Own);
    assert_eq!(lift(None).map(|_| ()).unwrap_err(), HoldRefused::None);

    let lifted = lift(Some(&scene.of_another())).unwrap();
    assert_eq!((lifted.lifts, lifted.audit.act), (Some(7), "tip.hold_lifted"));
}

#[test]
fn a_hold_is_looked_at_again_after_a_year() {
    let hold = Scene::new().of_another();
    assert!(!hold.wants_review(NOW.minute().plus(365 * DAY)));
    assert!(hold.wants_review(NOW.minute().plus(365 * DAY + 1)));
}
