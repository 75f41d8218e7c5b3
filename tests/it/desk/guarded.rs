//! What the pages around an act must not tell, and what becomes of an extract when a tip is put right.

use super::bench::{Bench, Officer};
use super::with_contact;
use crate::site::Part;

/// A complaint about police, with somebody in danger.
fn accused() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "派出所的人把她送回了院子"),
        Part::text("place_district", "120117"),
        Part::text("place_words", "芦台镇老粮站"),
        Part::text("category", "agency_complaint"),
        Part::text("danger", "yes"),
        Part::text("exclude", "psb"),
    ]
}

const ACTS: [&str; 12] = [
    "claim",
    "accept",
    "note",
    "reply",
    "correct",
    "refer",
    "close",
    "contact",
    "contact/ask",
    "contact/grant",
    "contact/refuse",
    "contact/break-glass",
];

#[test]
fn police_that_a_tip_accuses_meet_no_tip_at_every_act() {
    let bench = Bench::open();
    let uid = bench.tip(&accused()).0;
    let police = bench.officer("psb");
    let none = police.tip("00000000000000000000000000000000");
    let refused = bench.audited("tip.refused");
    for act in ACTS {
        for typed in [vec![], vec![("version", "0")], vec![("category", "forced_labour")]] {
            let answer = police.force(&uid, act, &typed);
            assert_eq!(answer.status, 404, "{act}");
            assert!(answer.body == none.body, "{act}");
        }
    }
    assert_eq!(bench.audited("tip.refused"), refused + 3 * 12);
    assert!(police.tip(&uid).has("#life"), "what saves a life is still there");
}

#[test]
fn whoever_was_named_as_one_who_must_not_see_it_stands_on_the_page() {
    let bench = Bench::open();
    let uid = bench.tip(&accused()).0;
    let page = bench.officer("procur").tip(&uid);
    assert!(page.text("#named-excluded").contains("公安局"), "{}", page.text("#named-excluded"));

    let child = [
        Part::text("text", "女儿不见了"),
        Part::text("place_district", "120117"),
        Part::text("category", "missing_child"),
        Part::text("exclude", "psb_branch"),
    ];
    let uid = bench.tip(&child).0;
    assert_eq!(bench.officer("psb").tip(&uid).text("#named-excluded"), "当地公安分局、派出所");
}

/// Who leads and who acts first, where these are two.
fn two(bench: &Bench, uid: &str) -> (String, String) {
    let all = bench.relations(uid);
    let of = |relation: &str| all.iter().find(|(_, r)| r == relation).unwrap().0.clone();
    (of("lead"), of("first_responder"))
}

fn holder(bench: &Bench, uid: &str) -> String {
    bench.text(&format!(
        "select o.login as v from tips t join officers o on o.id = t.claimed_by where t.uid = '{uid}'"
    ))
}

#[test]
fn the_lead_takes_over_from_whoever_acted_first_and_nobody_from_the_lead() {
    let bench = Bench::open();
    let shelter = [
        Part::text("text", "她被锁在出租屋里"),
        Part::text("place_district", "120114"),
        Part::text("category", "victim_shelter"),
        Part::text("danger", "yes"),
    ];
    let uid = bench.tip(&shelter).0;
    let (lead, first) = two(&bench, &uid);
    let (leads, responds) = (bench.officer(&lead), bench.officer(&first));
    responds.open(&uid);
    assert_eq!(holder(&bench, &uid), first);

    assert_eq!(leads.fill(&leads.tip(&uid), "claim", &[]).status, 303);
    assert_eq!(holder(&bench, &uid), lead);

    assert!(!responds.tip(&uid).has("form#claim"));
    assert_eq!(responds.force(&uid, "claim", &[]).status, 422);
    assert_eq!(holder(&bench, &uid), lead);
}

#[test]
fn a_form_that_comes_back_is_a_reading_on_record() {
    let bench = Bench::open();
    let uid = bench.tip(&with_contact()).0;
    let officer = bench.officer("hrss");
    let page = officer.open(&uid);
    let read = bench.audited("tip.read");

    assert_eq!(officer.fill(&page, "refer", &[("agency", "civil"), ("reason", " ")]).status, 422);
    assert_eq!(bench.audited("tip.read"), read + 1);
    assert_eq!(officer.fill(&page, "accept", &[]).status, 303);
    assert_eq!(officer.fill(&page, "note", &[("text", "迟到的话")]).status, 409);
    assert_eq!(bench.audited("tip.read"), read + 2);

    bench.forbid("audit");
    for answer in [
        officer.fill(&page, "note", &[("text", "迟到的话")]),
        officer.force(&uid, "refer", &[("agency", "civil")]),
    ] {
        assert_eq!(answer.status, 503);
        assert!(!answer.has("#changed") && !answer.has("form.act"));
    }
}

#[test]
fn opening_a_tip_of_somebody_else_leaves_a_refusal() {
    let bench = Bench::open();
    let uid = bench.tip(&with_contact()).0;
    let stranger = bench.officer("psb-120117");

    assert_eq!(stranger.force(&uid, "open", &[]).status, 404);
    assert_eq!(bench.audited("tip.refused"), 1);
    assert_eq!(bench.text("select cast(tip_id as text) as v from audit where act = 'tip.refused'"), "1");
}

fn put_right(lead: &Officer<'_>, uid: &str, district: &str, urgency: &str) {
    let typed = [("category", "agency_complaint"), ("district", district), ("urgency", urgency)];
    let answer = lead.fill(&lead.tip(uid), "correct", &typed);
    assert_eq!(answer.status, 303, "{}", answer.text("main"));
}

#[test]
fn the_life_facts_follow_each_correction_and_end_with_the_danger() {
    let bench = Bench::open();
    let uid = bench.tip(&accused()).0;
    let (police, lead) = (bench.officer("psb"), bench.officer("procur"));
    let extract = || bench.hex("sealed", "from entries where kind = 'life'");
    let (count, holders) = (
        "select count(*) as v from entries where kind = 'life'",
        "select count(*) as v from envelopes where compartment = 'life'",
    );
    let first = extract();

    lead.open(&uid);
    put_right(&lead, &uid, "120114", "rule");
    let page = police.tip(&uid);
    assert!(page.has("#life") && !page.has(".errors"));
    assert!(page.text("#life").contains("武清"), "{}", page.text("#life"));
    assert_eq!((bench.number(count), bench.number(holders)), (1, 1));
    assert_ne!(extract(), first);

    put_right(&lead, &uid, "120114", "normal");
    assert_eq!(police.tip(&uid).status, 404);
    assert_eq!((bench.number(count), bench.number(holders)), (0, 0));

    put_right(&lead, &uid, "120114", "rule");
    let page = police.tip(&uid);
    assert!(page.has("#life") && !page.has(".errors"));
    assert_eq!(bench.number(count), 1);
}
