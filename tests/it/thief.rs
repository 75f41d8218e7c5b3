//! A stolen data folder with its key file opens nothing. With one officer's password it opens what that
//! officer may read, to the tip and to the compartment, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use homeward::vault::compartment::Compartment;

use crate::support::db;
use crate::support::picture;
use crate::support::portal::{STAFFED, TestPortal, config_in, password_of};
use crate::support::process::paper_of;
use crate::support::thief::{Loot, Thief};

/// Reports of every shape: leads of several kinds, danger, a complaint about police, contacts.
const REPORTS: [&[(&str, &str)]; 12] = [
    &[("text", "一:砖厂关着人"), ("category", "forced_labour"), ("place_district", "120114")],
    &[
        ("text", "二:有人被打,快来"),
        ("category", "forced_labour"),
        ("place_district", "120114"),
        ("danger", "yes"),
    ],
    &[
        ("text", "三:孩子不见了"),
        ("category", "missing_child"),
        ("place_district", "120117"),
        ("danger", "yes"),
        ("minor", "yes"),
    ],
    &[
        ("text", "四:分局不管"),
        ("category", "missing_child"),
        ("place_district", "120117"),
        ("exclude", "psb_branch"),
        ("minor", "yes"),
    ],
    &[
        ("text", "五:所长收钱"),
        ("category", "agency_complaint"),
        ("place_district", "120117"),
        ("exclude", "psb"),
        ("danger", "yes"),
        ("identity", "confidential"),
        ("contact_phone", "13800000005"),
    ],
    &[("text", "六:不知道算什么"), ("category", "")],
    &[("text", "七:网上卖孩子"), ("category", "online_ads")],
    &[
        ("text", "八:流浪的孩子"),
        ("category", "street_child"),
        ("place_district", "120114"),
        ("minor", "yes"),
    ],
    &[("text", "九:假出生证"), ("category", "birth_fraud"), ("place_district", "120116")],
    &[
        ("text", "十:花钱买来的媳妇"),
        ("category", "bought_bride"),
        ("place_district", "120114"),
        ("identity", "named"),
        ("contact_name", "何女士"),
        ("contact_phone", "13800000010"),
    ],
    &[
        ("text", "十一:黑中介"),
        ("category", "illegal_job_agency"),
        ("place_district", "120114"),
        ("consent_police", "yes"),
    ],
    &[
        ("text", "十二:孩子不上学了"),
        ("category", "school_dropout"),
        ("place_district", "120112"),
        ("minor", "yes"),
    ],
];

struct Scene {
    portal: TestPortal,
    receipts: Vec<String>,
}

/// A portal in use: reports, one with a picture, an officer at work and still signed in, a thread open.
fn scene() -> Scene {
    let portal = TestPortal::open();
    let mut receipts: Vec<String> = REPORTS.iter().map(|values| portal.report(values).code()).collect();
    let visitor = portal.visitor();
    let mut form = visitor.get("/report?l=zh").form("form#report");
    form.set("text", "十三:看照片").choose("photo", "IMG_0001.jpg", &picture::jpeg(90_000, b"none"));
    portal.age_forms();
    receipts.push(visitor.submit(&form).code());
    work_on_the_first(&portal);
    let reader = portal.visitor();
    assert_eq!(reader.open_receipt(&receipts[0]).status, 200);
    Scene { portal, receipts }
}

/// The officer who leads the first tip writes a note and a reply, and stays signed in.
fn work_on_the_first(portal: &TestPortal) {
    let (uid, lead) = first_tip(portal);
    let officer = portal.officer(&lead);
    let page = officer.get(&format!("/desk/tips/{uid}?l=zh"));
    let page = officer.submit(&page.form("form#claim"));
    let mut note = page.form("form#note");
    note.set("text", "明天去看");
    let page = officer.submit(&note);
    let mut reply = page.form("form#reply");
    reply.set("text", "请问是哪个门?");
    assert_eq!(officer.submit(&reply).status, 200);
    let page = officer.get(&format!("/desk/tips/{uid}?l=zh"));
    let mut excerpt = page.form("form#excerpt");
    excerpt.set("text", "只请协助核对一处").set("to-women", "yes");
    assert_eq!(officer.submit(&excerpt).status, 200);
    assert_eq!(portal.count("entries where kind in ('note', 'reply', 'excerpt')"), 3);
    assert_eq!(portal.count("excerpts"), 1);
}

fn first_tip(portal: &TestPortal) -> (String, String) {
    db::pairs(&portal.database(), "select uid as a, lead as b from tips order by id limit 1").remove(0)
}

fn thief(portal: &TestPortal) -> Thief {
    Thief::breaks_in(&portal.database(), &config_in(portal.folder()).data.key_path())
}

/// What an agency may open, by the tables that stand in clear.
fn entitled(portal: &TestPortal, agency: &str) -> BTreeMap<Compartment, BTreeSet<String>> {
    let tips = |relation: &str| -> BTreeSet<String> {
        let sql = format!(
            "select distinct t.uid as a, t.access as b from tips t join tip_agencies p on p.tip_id = t.id
             where p.agency = '{agency}' and ({relation})"
        );
        db::pairs(&portal.database(), &sql).into_iter().map(|(uid, _)| uid).collect()
    };
    let with_contact: BTreeSet<String> = db::pairs(
        &portal.database(),
        "select t.uid as a, e.kind as b from tips t join entries e on e.tip_id = t.id where e.kind = 'contact'",
    )
    .into_iter()
    .map(|(uid, _)| uid)
    .collect();
    let released: BTreeSet<String> = db::pairs(
        &portal.database(),
        &format!("select t.uid as a, x.uid as b from excerpts x join tips t on t.id = x.tip_id where x.agency = '{agency}'"),
    )
    .into_iter()
    .map(|(uid, _)| uid)
    .collect();
    let reads = "p.relation in ('lead', 'ladder', 'content')
                 or (p.relation = 'first_responder' and t.access = 'full')";
    let handles = "p.relation = 'lead'
                   or (p.relation = 'first_responder' and t.access = 'full' and t.urgency = 'immediate')";
    let life = "p.relation = 'first_responder' and t.access = 'life_facts'";
    BTreeMap::from([
        (Compartment::Report, tips(reads)),
        (Compartment::Case, tips(handles)),
        // Where somebody is in danger the first responder may break the glass.
        (Compartment::Identity, &tips(handles) & &with_contact),
        (Compartment::Life, tips(life)),
        (Compartment::Excerpt, released),
    ])
}

fn reports_read(loot: &Loot) -> BTreeSet<String> {
    loot.texts.iter().filter(|(_, kind, _)| kind == "report").map(|(tip, ..)| tip.clone()).collect()
}

#[test]
fn the_data_folder_and_the_key_file_open_no_tip() {
    let scene = scene();
    let live = thief(&scene.portal).opens_everything();
    assert_eq!(scene.portal.count("sessions"), 1, "an officer was signed in while it was stolen");
    assert!(scene.portal.count("submissions") > 0, "answers were lying there while it was stolen");
    assert!(live.keys > 1000, "{} keys tried", live.keys);
    assert_eq!((live.tips(), live.texts.len()), (BTreeSet::new(), 0));
    assert_eq!(live.spares, 0, "the sealed key file is no key, and the key file does not open it");
    println!("thief: {} keys tried, 0 of {} tips opened", live.keys, scene.portal.count("tips"));
}

#[test]
fn the_recovery_key_opens_every_tip_and_the_key_files_spare() {
    let scene = scene();
    let printed = std::fs::read_to_string(paper_of(scene.portal.folder())).unwrap();
    let loot = thief(&scene.portal).knows_recovery(&printed).opens_everything();
    assert_eq!(loot.tips(), scene.portal.leads().into_keys().collect(), "the tool can open, where one may");
    assert_eq!(loot.spares, 1);
}

#[test]
fn one_officers_password_opens_exactly_that_officers_tips() {
    let scene = scene();
    let portal = &scene.portal;
    let all: BTreeSet<String> = portal.leads().into_keys().collect();
    let mut opened_by_somebody = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    let mut busy = 0;
    for login in STAFFED {
        let loot = thief(portal).knows_password(&password_of(login)).opens_everything();
        let wanted = entitled(portal, login);
        for (compartment, tips) in &wanted {
            assert_eq!(&loot.with(*compartment), tips, "{login}: {compartment}");
        }
        assert_eq!(reports_read(&loot), wanted[&Compartment::Report], "{login}: reports in clear");
        assert_eq!(
            loot.pictures,
            &loot.with(Compartment::Report) & &with_picture(portal),
            "{login}: pictures"
        );
        assert_eq!(loot.tips(), wanted.into_values().flatten().collect(), "{login}");
        busy += usize::from(!loot.tips().is_empty());
        assert!(loot.tips() != all, "{login} may not read everything");
        opened_by_somebody.extend(loot.tips());
        kinds.extend(loot.compartments.iter().map(|(_, compartment)| *compartment));
    }
    assert_eq!(opened_by_somebody, all, "whoever is named to act can read: every tip has its reader");
    assert_eq!(kinds, BTreeSet::from(Compartment::ALL), "the proof spans every compartment");
    assert!(busy >= 6, "the proof spans several agencies: {busy}");
}

fn with_picture(portal: &TestPortal) -> BTreeSet<String> {
    let sql = "select t.uid as a, f.uid as b from files f join tips t on t.id = f.tip_id";
    db::pairs(&portal.database(), sql).into_iter().map(|(uid, _)| uid).collect()
}

#[test]
fn the_tool_reads_what_it_opens_word_for_word() {
    let scene = scene();
    let (uid, lead) = first_tip(&scene.portal);
    let loot = thief(&scene.portal).knows_password(&password_of(&lead)).opens_everything();
    let said = |kind: &str| -> String {
        loot.texts
            .iter()
            .filter(|(tip, k, _)| *tip == uid && k == kind)
            .map(|(.., text)| text.as_str())
            .collect()
    };
    assert!(said("report").contains("一:砖厂关着人"), "{}", said("report"));
    assert!(said("note").contains("明天去看") && said("reply").contains("请问是哪个门?"));
}

#[test]
fn a_found_receipt_opens_its_own_tip_and_no_notes() {
    let scene = scene();
    let (uid, _) = first_tip(&scene.portal);
    let loot = thief(&scene.portal).knows_receipt(&scene.receipts[0]).opens_everything();
    assert_eq!(loot.compartments, BTreeSet::from([(uid, Compartment::Report)]));
    assert!(loot.texts.iter().all(|(_, kind, _)| kind != "note" && kind != "contact"));
}

#[test]
fn a_receipt_left_lying_in_any_table_is_found_by_the_tool() {
    let scene = scene();
    let leak = format!("insert into meta values ('left behind', '{}')", scene.receipts[1]);
    db::execute(&scene.portal.database(), &leak);
    assert_eq!(thief(&scene.portal).opens_everything().tips().len(), 1);
}
