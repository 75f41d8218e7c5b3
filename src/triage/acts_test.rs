use super::*;
use crate::people::approval::Purpose;
use crate::plan::Urgency;
use crate::triage::keys::{Envelope, TipKeys};
use crate::triage::outcome::Outcome;
use crate::triage::town::{NOW, Town, after, code, held, minute, names, officer};
use crate::vault::seal::open;

struct Scene {
    town: Town,
    tip: Tip,
    keys: TipKeys,
    envelopes: Vec<Envelope>,
    officer: Officer,
}

impl Scene {
    /// A claimed tip about child labour in Wuqing, in the hands of its lead.
    fn new() -> Self {
        Self::of(&Town::facts("child_labour", Some("120114"), None, &[]))
    }

    fn of(facts: &crate::routing::TipFacts) -> Self {
        let town = Town::new();
        let (tip, keys, envelopes) = town.tip(facts, true);
        let officer = officer(&tip.placement.lead.to_string());
        Self { town, tip, keys, envelopes, officer }
    }

    fn hand(&self) -> Hand<'_> {
        Hand { officer: &self.officer, now: NOW, entropy: &self.town.entropy }
    }

    fn clear(&self, entry: &NewEntry) -> serde_json::Value {
        let key = self.keys.get(entry.compartment).unwrap();
        let clear = open(key, &entry_place(&self.tip.uid, &entry.uid), &entry.sealed).unwrap();
        serde_json::from_slice(&clear).unwrap()
    }

    fn reason(&self, event: &NewEvent) -> serde_json::Value {
        let key = self.keys.get(Compartment::Case).unwrap();
        let sealed = event.sealed.as_ref().unwrap();
        let clear = open(key, &reason_place(&self.tip.uid, &event.uid), sealed).unwrap();
        serde_json::from_slice(&clear).unwrap()
    }

    fn correct(
        &self,
        category: &str,
        district: Option<&str>,
        urgency: Option<Urgency>,
    ) -> Result<Decided, ActRefused> {
        let facts = Town::facts(category, district, urgency, &[]);
        let decision = self.town.decide(&facts);
        let correction = Correction {
            category: facts.category,
            district: facts.district,
            decision: &decision,
            calendar: self.town.plan.calendar(),
            life: br#"{"danger":"yes"}"#,
        };
        let held = held(&self.envelopes);
        correct(&self.hand(), &self.tip, &held, self.keys.clone(), &self.town.directory, &correction)
    }

    fn refer(&self, to: &str, reason: &str) -> Result<Decided, ActRefused> {
        let world = (&self.town.directory, &self.town.plan);
        let referral = Referral { to: code(to), reason };
        refer(&self.hand(), &self.tip, &held(&self.envelopes), self.keys.clone(), world, &referral)
    }
}

#[test]
fn a_tip_is_claimed_by_one_and_taken_from_no_colleague() {
    let mut scene = Scene::new();
    assert_eq!(claim(&scene.hand(), &scene.tip, true).err(), Some(ActRefused::Unchanged));

    scene.tip.claimed_by = Some(4);
    assert_eq!(claim(&scene.hand(), &scene.tip, true).err(), Some(ActRefused::HeldByColleague));
    assert_eq!(claim(&scene.hand(), &scene.tip, false).unwrap().claimed_by, Some(9));

    let lead = std::mem::replace(&mut scene.officer, officer("psb-120114"));
    assert_eq!(claim(&scene.hand(), &scene.tip, false).err(), Some(ActRefused::HeldByColleague));
    scene.officer = lead;

    (scene.tip.claimed_by, scene.tip.status) = (None, Status::New);
    let claimed = claim(&scene.hand(), &scene.tip, false).unwrap();
    assert_eq!((claimed.claimed_by, claimed.status, claimed.seen), (Some(9), Status::Claimed, 3));
}

#[test]
fn a_note_is_for_handlers_and_an_answer_for_the_reporter() {
    let scene = Scene::new();
    let noted = note(&scene.hand(), &scene.tip, &scene.keys, " 电话核实 ").unwrap();
    let asked = reply(&scene.hand(), &scene.tip, &scene.keys, "穿什么衣服?", true).unwrap();

    assert_eq!(noted.entries[0].compartment, Compartment::Case);
    assert_eq!(scene.clear(&noted.entries[0])["text"], "电话核实");
    assert_eq!(noted.status, scene.tip.status);
    assert_eq!(asked.entries[0].compartment, Compartment::Report);
    let said = scene.clear(&asked.entries[0]);
    assert_eq!(
        (said["ask"].as_bool(), said["agency"].as_str()),
        (Some(true), Some(scene.officer.agency.to_string().as_str()))
    );
    assert!(!said.to_string().contains("王丽"), "the reporter never learns the officer's name");
    assert_eq!((asked.status, asked.event.kind, asked.audit.act), (Status::Waiting, "asked", "tip.asked"));
}

#[test]
fn what_is_empty_or_endless_is_refused() {
    let scene = Scene::new();
    let long = "字".repeat(LONGEST_TEXT + 1);
    let refused = |text: &str| note(&scene.hand(), &scene.tip, &scene.keys, text).err();

    assert_eq!(refused(" \n "), Some(ActRefused::Empty));
    assert_eq!(refused(&long), Some(ActRefused::TooLong(LONGEST_TEXT)));
    assert_eq!(refused(&long[3..]), None);
    assert_eq!(scene.refer("edu", "").err(), Some(ActRefused::Empty));
    let closing = Closing { outcome: Outcome::Answered, reason: &"字".repeat(2001), reply: "" };
    let closed = close(&scene.hand(), &scene.tip, &scene.keys, &closing);
    assert_eq!(closed.err(), Some(ActRefused::TooLong(LONGEST_REASON)));
}

#[test]
fn an_outcome_and_its_reason_are_sealed_and_nothing_of_them_stands_in_clear() {
    let scene = Scene::new();
    let closing =
        Closing { outcome: Outcome::Rescued, reason: "已在武清找到", reply: "孩子已经回家。" };
    let closed = close(&scene.hand(), &scene.tip, &scene.keys, &closing).unwrap();

    let reason = scene.reason(&closed.event);
    assert_eq!(
        (reason["outcome"].as_str(), reason["reason"].as_str()),
        (Some("rescued"), Some("已在武清找到"))
    );
    let clear = format!("{}{}", closed.event.detail, closed.audit.detail);
    assert!(!clear.contains("rescued") && !clear.contains("武清"));
    assert_eq!(scene.clear(&closed.entries[0])["text"], "孩子已经回家。");
    assert_eq!((closed.status, closed.entries[0].kind), (Status::Closed, "reply"));
}

#[test]
fn a_referral_hands_over_the_keys_the_deadline_and_the_notice() {
    let scene = Scene::new();
    let referred = scene.refer("edu", "学校先介入").unwrap();
    let moved = referred.moved.as_ref().unwrap();
    let now = after(scene.envelopes.clone(), &moved.resealed);

    for compartment in [Compartment::Report, Compartment::Case, Compartment::Identity] {
        let wanted = names(&moved.placement.holders(compartment), compartment == Compartment::Report);
        assert_eq!(scene.town.openers(&scene.tip.uid, compartment, &now), wanted, "{compartment}");
    }
    let old = scene.tip.placement.lead.to_string();
    assert!(!now.iter().any(|e| e.recipient == old), "the old lead keeps nothing");
    assert_eq!((referred.status, referred.claimed_by), (Status::Referred, None));
    assert_eq!((moved.due, moved.category), (scene.tip.due, scene.tip.category));
    assert_eq!(scene.reason(&referred.event)["reason"], "学校先介入");
    let told: Vec<_> = referred.notices.iter().map(|n| (n.agency, n.kind)).collect();
    assert_eq!(told, [(code("edu"), NoticeKind::Act)]);
}

#[test]
fn a_correction_decides_again_and_keeps_the_time_of_receipt() {
    let scene = Scene::new();
    let corrected = scene.correct("school_dropout", Some("120101"), None).unwrap();
    let moved = corrected.moved.as_ref().unwrap();

    assert_ne!(moved.placement.lead, scene.tip.placement.lead);
    assert_eq!((corrected.status, corrected.event.kind), (Status::Referred, "rerouted"));
    assert_eq!(
        moved.due,
        super::super::deadline::due(
            scene.town.plan.calendar(),
            minute(),
            moved.reasons.first_action_minutes().unwrap()
        )
    );
    let detail = &corrected.event.detail;
    assert_eq!(
        (detail["from"]["category"].as_str(), detail["to"]["category"].as_str()),
        (Some("child_labour"), Some("school_dropout"))
    );
    let now = after(scene.envelopes.clone(), &moved.resealed);
    let wanted = names(&moved.placement.holders(Compartment::Report), true);
    assert_eq!(scene.town.openers(&scene.tip.uid, Compartment::Report, &now), wanted);
    assert!(corrected.notices.iter().any(|n| n.agency == moved.placement.lead && n.kind == NoticeKind::Act));
}

#[test]
fn a_correction_that_leaves_the_lead_leaves_the_officer_and_the_status() {
    let scene = Scene::new();
    let corrected = scene.correct("child_labour", Some("120114"), Some(Urgency::Normal)).unwrap();

    assert_eq!((corrected.status, corrected.claimed_by), (Status::Claimed, Some(9)));
    assert_eq!(corrected.event.kind, "corrected");
    let same = scene.correct("child_labour", Some("120114"), None);
    assert_eq!(same.err(), Some(ActRefused::Unchanged));
}

#[test]
fn danger_found_later_in_a_tip_about_police_gives_them_the_life_facts_and_no_other_key() {
    let facts = Town::facts("agency_complaint", Some("120117"), Some(Urgency::Normal), &["psb"]);
    let scene = Scene::of(&facts);
    let pressing = Town::facts("agency_complaint", Some("120117"), Some(Urgency::Immediate), &["psb"]);
    let decision = scene.town.decide(&pressing);
    let life = br#"{"danger":"yes"}"#;
    let correction = Correction {
        category: pressing.category,
        district: pressing.district,
        decision: &decision,
        calendar: scene.town.plan.calendar(),
        life,
    };
    let held_now = held(&scene.envelopes);

    let corrected =
        correct(&scene.hand(), &scene.tip, &held_now, scene.keys.clone(), &scene.town.directory, &correction)
            .unwrap();

    let now = after(scene.envelopes.clone(), &corrected.moved.as_ref().unwrap().resealed);
    let openers = |compartment| scene.town.openers(&scene.tip.uid, compartment, &now);
    assert_eq!(openers(Compartment::Life), ["psb".to_owned()].into());
    assert!(!openers(Compartment::Report).contains("psb") && !openers(Compartment::Case).contains("psb"));
    let entry = corrected.entries.iter().find(|e| e.kind == "life").unwrap();
    assert!(
        open(
            scene.keys.get(Compartment::Report).unwrap(),
            &entry_place(&scene.tip.uid, &entry.uid),
            &entry.sealed
        )
        .is_err()
    );
}

#[test]
fn nothing_is_decided_on_a_closed_tip_but_notes_go_on() {
    let mut scene = Scene::new();
    scene.tip.status = Status::Closed;
    let not_now = |refused: Option<ActRefused>| matches!(refused, Some(ActRefused::NotNow(_)));

    assert!(not_now(scene.refer("edu", "理由").err()));
    assert!(not_now(scene.correct("school_dropout", None, None).err()));
    assert!(not_now(accept(&scene.hand(), &scene.tip).err()));
    assert!(not_now(reply(&scene.hand(), &scene.tip, &scene.keys, "您好", false).err()));
    assert!(note(&scene.hand(), &scene.tip, &scene.keys, "归档").is_ok());
}

#[test]
fn asking_for_the_contact_leaves_a_sealed_reason_a_purpose_and_a_line_in_the_record() {
    let scene = Scene::new();
    let step = |typed| {
        let reason = Reason { purpose: Some(Purpose::Meet), typed };
        contact_step(&scene.hand(), &scene.tip, &scene.keys, ContactStep::Asked, Some(reason))
    };
    let (event, row) = step("需要带路").unwrap();

    assert_eq!(scene.reason(&event)["reason"], "需要带路");
    assert_eq!((row.act, row.tip_id), ("tip.contact_asked", Some(scene.tip.id)));
    assert_eq!(row.detail["purpose"], "meet");
    assert!(!row.detail.to_string().contains("带路"));
    assert_eq!(step(" ").err(), Some(ActRefused::Empty));
}

#[test]
fn showing_what_was_granted_takes_no_reason_of_its_own() {
    let scene = Scene::new();
    let shown = contact_step(&scene.hand(), &scene.tip, &scene.keys, ContactStep::Opened, None);
    let (event, row) = shown.unwrap();
    assert_eq!((event.kind, row.act, event.sealed.is_none()), ("contact_opened", "tip.contact_read", true));
}
