//! Five years pass, a round a day: each class goes on its day and not one before; what is open, opened again or held
//! stays.

use std::collections::BTreeMap;

use homeward::config::Retention;

use super::scene::{DAY, Scene, terms};
use crate::site::Part;
use crate::support::picture;

const CONTACT: [Part<'static>; 3] = [
    Part::text("identity", "confidential"),
    Part::text("contact_name", "老赵"),
    Part::text("contact_phone", "13900000007"),
];

/// The day on which each tip was seen to be gone, for as many days as asked.
fn watch(scene: &Scene, days: i64, mut names: BTreeMap<String, &'static str>) -> BTreeMap<&'static str, i64> {
    let mut gone = BTreeMap::new();
    for day in 1..=days {
        scene.pass(DAY);
        let did = scene.round().unwrap();
        if !did.anything() {
            continue;
        }
        let there = scene.tips();
        let lost: Vec<String> = names.keys().filter(|uid| !there.contains(*uid)).cloned().collect();
        for uid in lost {
            gone.insert(names.remove(&uid).unwrap(), day);
        }
    }
    gone
}

#[test]
fn in_five_years_each_class_goes_on_its_day_and_what_is_open_or_held_stays() {
    let scene = Scene::open();
    let minor = [Part::text("minor", "yes")];
    let mut names = BTreeMap::new();
    for (name, outcome, more) in [
        ("not ours", "not_ours", &[][..]),
        ("unfounded", "unfounded", &[]),
        ("answered", "answered", &CONTACT),
        ("case", "case_opened", &[]),
        ("duplicate", "duplicate", &[]),
        ("not ours, but a minor", "not_ours", &minor),
        ("held", "not_ours", &[]),
        ("opened again", "not_ours", &[]),
    ] {
        names.insert(scene.closed(name, outcome, more).0, name);
    }
    names.insert(scene.tip("open", &[]).0, "open");
    hold(&scene, &names, "held");
    let again = uid_of(&names, "opened again");
    scene.bench.change(&format!(
        "update tips set status = 'new', closed_minute = null, kept_as = null where uid = '{again}'"
    ));

    let gone = watch(&scene, 5 * 366, names.clone());

    let expected = BTreeMap::from([
        ("not ours", 200),
        ("unfounded", 500),
        ("answered", 500),
        ("case", 1200),
        ("duplicate", 1200),
        ("not ours, but a minor", 1200),
    ]);
    assert_eq!(gone, expected);
    assert_eq!(scene.tips().len(), 3, "open, opened again, held");
    scene.assert_record_whole();
    scene.assert_queues_right();
    assert_eq!(scene.bench.audited("tip.erased"), 6);
    assert_eq!(scene.count("erasures where why = 'due'"), 6);
}

fn uid_of(names: &BTreeMap<String, &'static str>, name: &str) -> String {
    names.iter().find(|(_, of)| **of == name).unwrap().0.clone()
}

fn hold(scene: &Scene, names: &BTreeMap<String, &'static str>, name: &str) {
    let uid = uid_of(names, name);
    let officer = scene.lead(&uid);
    let page = officer.tip(&uid);
    assert_eq!(officer.fill(&page, "hold", &[("reason", "法院来函")]).status, 303);
}

#[test]
fn a_term_ends_on_its_minute() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    scene.days(199);
    // The closing was in a minute that had begun before it.
    scene.pass(DAY - 60);
    assert!(!scene.round().unwrap().anything());
    scene.pass(60);
    assert_eq!(scene.round().unwrap().tips, 1);
    assert!(!scene.tips().contains(&uid));
}

#[test]
fn who_the_reporter_is_goes_before_the_report_and_so_do_photos() {
    let scene = Scene::open();
    let photo = picture::jpeg(60_000, b"none");
    let more = [&CONTACT[..], &[Part::file("photo", "IMG_1.jpg", &photo)]].concat();
    let (uid, receipt) = scene.closed("一", "case_opened", &more);
    assert!(scene.lead(&uid).tip(&uid).has("form#contact-ask"));

    assert!(scene.days(90), "the contact");
    assert_eq!(scene.count("entries where compartment = 'identity'"), 0);
    assert_eq!(scene.count("envelopes where compartment = 'identity'"), 0);
    assert_eq!(scene.count("files"), 1);

    assert!(scene.days(310), "the photo");
    assert_eq!((scene.count("files"), scene.count("doomed_files")), (0, 0));
    let folder = scene.app().config.data.dir.join("files");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);

    let page = scene.lead(&uid).tip(&uid);
    assert!(page.body.contains('一') && !page.has("form#contact-ask") && !page.has(".picture"));
    let thread = scene.follow_up(&receipt);
    assert!(thread.status == 200 && thread.body.contains('一'), "{}", thread.body);
    assert_eq!((scene.bench.audited("tip.identity_erased"), scene.bench.audited("tip.files_erased")), (1, 1));
    scene.assert_record_whole();
}

#[test]
fn who_the_reporter_is_goes_also_where_its_key_stayed_behind() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "case_opened", &CONTACT);
    // As a branch without people leaves it.
    let behind = "update envelopes set compartment = 'identity_before_7' where compartment = 'identity'";
    scene.bench.change(behind);

    assert!(scene.days(90), "the contact");

    assert_eq!(scene.count("entries where compartment = 'identity'"), 0);
    assert_eq!(scene.count("envelopes where compartment like 'identity%'"), 0);
    assert_eq!(scene.bench.audited("tip.identity_erased"), 1);
    assert!(!scene.round().unwrap().anything(), "and is not found again");
    assert_eq!(scene.lead(&uid).tip(&uid).status, 200);
}

#[test]
fn a_tip_that_was_closed_before_there_were_classes_is_kept_longest() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    scene.bench.change("update tips set kept_as = null");
    assert!(!scene.days(1199));
    assert!(scene.days(1) && !scene.tips().contains(&uid));
}

#[test]
fn a_closing_under_a_clock_that_had_lost_its_time_erases_nothing() {
    let scene = Scene::with(Retention { identity_days: 3653, ..terms() }, |_| {});
    let (uid, _) = scene.closed("一", "not_ours", &[]);
    scene.bench.change("update tips set closed_minute = 1000");
    assert!(!scene.days(199) && scene.tips().contains(&uid));
    assert!(scene.days(1));
}

#[test]
fn what_is_left_of_a_tip_is_a_mark_and_two_counts_that_never_meet() {
    let scene = Scene::open();
    let (uid, _) = scene.closed("一", "unfounded", &[]);
    let (row, mark) = (scene.row(&uid), scene.app().deployment.mac("erased", uid.as_bytes()));
    assert!(scene.days(500));

    for table in
        ["tips", "tip_agencies", "envelopes", "entries", "files", "receipts", "tip_events", "submissions"]
    {
        assert_eq!(scene.count(table), 0, "{table}");
    }
    let left = scene.bench.text(
        "select string_agg(period || ' ' || fact || ' ' || value || ' ' || tips, ',' order by fact) as v from past_tips",
    );
    assert_eq!(left, "2026 category forced_labour 1,2026-11 end without_case 1");
    let found = scene.app().store.read_blocking(|db| homeward::store::retention::found(db, &mark)).unwrap();
    let (erased, complete) = found.unwrap();
    assert_eq!(complete - erased, 91, "ninety days of backups, and the day itself");
    assert!(scene.count(&format!("audit where tip_id = {row}")) >= 4, "the record stays");
    assert_eq!(
        scene.bench.text("select detail as v from audit where act = 'tip.erased'"),
        r#"{"why":"due"}"#
    );
}
