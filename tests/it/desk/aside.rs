//! Setting aside, undoing it, and the second look, from outside.

use homeward::app::lessor;

use super::bench::{Bench, Officer};
use super::in_danger;
use crate::site::{Answer, Part, URLENCODED, urlencoded};
use crate::support::picture::jpeg;

const LEAD: &str = "polilegal";

/// A report that is urgent for nobody and names nothing.
fn quiet() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "卖保健品，量大从优。"),
        Part::text("place_district", "120114"),
        Part::text("category", "buyer_hotspot"),
        Part::text("danger", "no"),
        Part::text("minor", "no"),
    ]
}

/// The same, with a telephone that another report names too: somebody looks a second time, whatever the lot says.
fn linked(bench: &Bench) -> (String, String) {
    let mut parts = quiet();
    parts[0] = Part::text("text", "卖保健品，电话 13900000451。");
    bench.tip(&parts);
    bench.tip(&parts)
}

fn status(bench: &Bench, uid: &str) -> String {
    bench.text(&format!("select status as v from tips where uid = '{uid}'"))
}

fn counts(bench: &Bench, uid: &str, what: &str) -> bool {
    bench.number(&format!("select count(*) as v from tips where uid = '{uid}' and {what}")) == 1
}

fn press(officer: &Officer<'_>, uid: &str) -> Answer {
    officer.fill(&officer.open(uid), "aside", &[("noise", "spam"), ("then", "")])
}

fn follow(bench: &Bench, receipt: &str) -> Answer {
    bench.site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "zh"), ("receipt", receipt)]), "")
}

fn look(officer: &Officer<'_>, uid: &str, verdict: &str) -> Answer {
    let page = officer.get("/desk/second-look?l=zh");
    officer.fill(&page, "look", &[(&format!("look-{uid}"), verdict)])
}

#[test]
fn noise_goes_with_one_press_and_comes_back_with_one() {
    let bench = Bench::open();
    let (uid, receipt) = bench.tip(&quiet());
    let officer = bench.officer(LEAD);
    let answer = press(&officer, &uid);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(status(&bench, &uid), "set_aside");
    assert_eq!(bench.number("select count(*) as v from tip_agencies where open"), 0);

    let queue = officer.get(&answer.header("location")[0]);
    assert!(!queue.has(&format!("#queue tr[data-tip='{uid}']")));
    assert!(officer.get("/desk?l=zh&tab=aside").has(&format!("tr[data-tip='{uid}']")));
    assert!(follow(&bench, &receipt).has("#status[data-status=closed]"));
    let page = officer.tip(&uid);
    assert!(page.text("#history").contains("广告") && !page.has("form#reply") && page.has("form#note"));

    let undone = officer.fill(&queue, "undo", &[]);
    assert_eq!(undone.status, 303, "{}", undone.body);
    assert_eq!(status(&bench, &uid), "claimed");
    let page = officer.tip(&uid);
    assert!(page.text(".holder").contains("我在办") && page.has(".tip-head .clock"), "the clock runs on");
    assert!(officer.get("/desk?l=zh&tab=mine").has(&format!("tr[data-tip='{uid}']")));
    assert!(counts(&bench, &uid, "kept_as is null and closed_minute is null and look_minute is null"));
    assert_eq!(officer.fill(&queue, "undo", &[]).status, 409, "once");
}

#[test]
fn after_it_comes_the_next_tip_with_the_way_back_on_its_page() {
    let bench = Bench::open();
    let (first, second) = (bench.tip(&quiet()).0, bench.tip(&quiet()).0);
    let officer = bench.officer(LEAD);
    let answer = officer.fill(&officer.open(&first), "aside", &[("noise", "mistake"), ("then", "next")]);

    let next = officer.get(&answer.header("location")[0]);
    assert!(next.text("h1").contains(&second[..8].to_uppercase()), "{}", next.text("h1"));
    assert_eq!(officer.fill(&next, "undo", &[]).status, 303);
    assert_eq!((status(&bench, &first), status(&bench, &second)), ("claimed".into(), "claimed".into()));
}

#[test]
fn where_somebody_may_be_in_danger_one_key_too_many_does_nothing() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb-120114");
    let page = officer.open(&uid);

    let typed = [("noise", "spam"), ("reason", "像是广告 <b>"), ("then", "")];
    let refused = officer.fill(&page, "aside", &typed);
    assert_eq!(refused.status, 422);
    assert!(refused.text("#errors").contains("已核实") && refused.body.contains("像是广告 &lt;b&gt;"));
    let wordless = officer.fill(&page, "aside", &[("noise", "spam"), ("confirmed", "yes")]);
    assert_eq!(wordless.status, 422);
    let nothing = officer.fill(&page, "aside", &[("noise", "boring"), ("reason", "x"), ("confirmed", "yes")]);
    assert_eq!((nothing.status, status(&bench, &uid)), (422, "claimed".to_owned()));

    let all = [("noise", "spam"), ("reason", "回拨核实，是广告"), ("confirmed", "yes")];
    assert_eq!(officer.fill(&page, "aside", &all).status, 303);
    assert!(counts(&bench, &uid, "status = 'set_aside' and look_minute is not null and kept_as is null"));
}

#[test]
fn a_colleague_looks_again_and_agrees() {
    let bench = Bench::open();
    bench.colleague("polilegal-li", LEAD);
    let (one, two) = (bench.officer(LEAD), bench.officer("polilegal-li"));
    let uid = linked(&bench).0;
    press(&one, &uid);

    assert!(
        !one.get("/desk?l=zh").has("#looks"),
        "nobody is asked to look at what they set aside themselves"
    );
    assert!(one.get("/desk/second-look?l=zh").has("#empty"));
    assert!(two.get("/desk?l=zh").text("#looks").contains('1'));
    let reads = bench.audited("tip.read");
    let page = two.get("/desk/second-look?l=zh");
    let article = page.text("article");
    assert!(["卖保健品", "有关联", "广告、垃圾信息"].iter().all(|word| article.contains(word)), "{article}");
    assert_eq!(bench.audited("tip.read"), reads + 1, "each reading is on record");

    let judged = look(&two, &uid, "uphold");
    assert!(judged.text("#judged").contains("已同意搁置") && judged.has("#empty"));
    assert!(counts(&bench, &uid, "status = 'set_aside' and look_minute is null and kept_as = 'set_aside'"));
    assert!(one.tip(&uid).text("#history").contains("复核同意搁置"));
    assert_eq!(one.fill(&one.tip(&uid), "take-back", &[]).status, 303, "a better thought is never too late");
}

#[test]
fn a_colleague_who_does_not_agree_puts_it_back_for_everybody() {
    let bench = Bench::open();
    bench.colleague("polilegal-li", LEAD);
    let (one, two) = (bench.officer(LEAD), bench.officer("polilegal-li"));
    let uid = linked(&bench).0;
    press(&one, &uid);
    let mails =
        || bench.number("select count(*) as v from outbox where agency = 'polilegal' and kind = 'act'");
    let before = mails();
    // Notices of one quarter of an hour are one mail.
    bench.site.clock.advance(15 * 60);

    assert!(look(&two, &uid, "put_back").text("#judged").contains("已放回"));
    assert!(counts(&bench, &uid, "status = 'new' and claimed_by is null and closed_minute is null"));
    assert_eq!(mails(), before + 1);
    let queue = two.get("/desk?l=zh");
    assert!(queue.has(&format!("#queue tr[data-tip='{uid}'] .clock")), "its clock runs from the start");
}

#[test]
fn once_its_time_is_over_the_body_above_looks() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let (branch, above) = (bench.officer("psb-120114"), bench.officer("psb"));
    let all = [("noise", "spam"), ("reason", "核实"), ("confirmed", "yes")];
    branch.fill(&branch.open(&uid), "aside", &all);
    assert!(above.get("/desk/second-look?l=zh").has("#empty"), "the branch's own colleagues come first");

    let told = || bench.number("select count(*) as v from outbox where agency = 'psb' and kind = 'approve'");
    let round = || actix_web::rt::System::new().block_on(lessor::round(&bench.site.app)).unwrap();
    round();
    assert_eq!(told(), 0);
    bench.site.clock.advance(16 * 60);
    (0..3).for_each(|_| assert_eq!(round(), 0));
    assert_eq!(told(), 1, "the body above is told, once");
    assert!(above.get("/desk?l=zh").has("#looks"));
    assert!(look(&above, &uid, "put_back").text("#judged").contains("已放回"));
    assert!(branch.get("/desk?l=zh").has(&format!("tr[data-tip='{uid}']")));
}

#[test]
fn what_the_reporter_adds_opens_it_again() {
    let bench = Bench::open();
    let (uid, receipt) = linked(&bench);
    let officer = bench.officer(LEAD);
    press(&officer, &uid);
    let opened = follow(&bench, &receipt);
    let form = opened.value("#add input[name=form]");
    let more = [("form", form.as_str()), ("l", "zh"), ("text", "不是广告，他们关着人。")];
    let added = bench.site.post("/follow-up/add", URLENCODED, &urlencoded(&more), &opened.cookies());

    assert_eq!(added.status, 303, "{}", added.body);
    assert!(counts(&bench, &uid, "status = 'new' and look_minute is null and closed_minute is null"));
    assert!(!officer.get("/desk?l=zh&tab=aside").has(&format!("tr[data-tip='{uid}']")));
    assert!(officer.get("/desk?l=zh").has(&format!("#queue tr[data-tip='{uid}'] .clock")));
    let marks = "select count(*) as v from tip_agencies where aside or look_minute is not null";
    assert_eq!(bench.number(marks), 0);
}

#[test]
fn a_photo_that_nobody_opened_calls_a_second_person() {
    let bench = Bench::open();
    let picture = jpeg(20_000, b"x");
    let mut parts = quiet();
    parts.push(Part::file("photo", "a.jpg", &picture));
    let (unseen, seen) = (bench.tip(&parts).0, bench.tip(&parts).0);
    let officer = bench.officer(LEAD);
    press(&officer, &unseen);
    let photo = super::bench::attribute(&officer.open(&seen), "img.veiled", "src");
    assert_eq!(bench.number("select count(*) as v from files where opened_minute is not null"), 0);
    officer.bench.exchange(
        format!(
            "GET {photo} HTTP/1.1\r\nHost: desk\r\nCookie: {}\r\nConnection: close\r\n\r\n",
            officer.cookies
        )
        .as_bytes(),
    );
    press(&officer, &seen);

    let why = |uid: &str| officer.tip(uid).text("#history");
    assert!(why(&unseen).contains("照片没人看过"));
    assert!(!why(&seen).contains("照片没人看过"), "{}", why(&seen));
}

#[test]
fn the_second_look_is_not_got_round() {
    let bench = Bench::open();
    let officer = bench.officer(LEAD);
    let looked_at = |uid: &str, why: &str| {
        assert!(counts(&bench, uid, "status = 'set_aside' and look_minute is not null"), "{why}");
        assert!(officer.tip(uid).text("#history").contains(why), "{}", officer.tip(uid).text("#history"));
    };
    let uid = bench.tip(&quiet()).0;
    press(&officer, &uid);
    officer.fill(&officer.tip(&uid), "take-back", &[]);
    press(&officer, &uid);
    looked_at(&uid, "以前搁置过");

    let mut pressing = quiet();
    pressing.remove(2); // What it is about is left open: urgent, for the same desk.
    let uid = bench.tip(&pressing).0;
    let page = officer.open(&uid);
    let lowered = [("category", "buyer_hotspot"), ("district", "120114"), ("urgency", "normal")];
    assert_eq!(officer.fill(&page, "correct", &lowered).status, 303);
    press(&officer, &uid);
    looked_at(&uid, "紧急程度调低过");
}

#[test]
fn whoever_must_stand_back_is_not_asked_to_look() {
    let bench = Bench::open();
    bench.colleague("polilegal-li", LEAD);
    let (one, two) = (bench.officer(LEAD), bench.officer("polilegal-li"));
    let uid = linked(&bench).0;
    two.fill(&two.open(&uid), "skip", &[("why", "recuse")]);
    two.fill(&two.open(&uid), "skip", &[("why", "language")]);
    press(&one, &uid);
    assert!(two.get("/desk/second-look?l=zh").has("#empty"));
    let version = bench.text(&format!("select cast(version as text) as v from tips where uid = '{uid}'"));
    let typed = [(format!("look-{uid}"), "uphold".to_owned()), (format!("version-{uid}"), version)];
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert!(two.post("/desk/second-look", &typed).text("#judged").contains("没有处理"));
    assert!(counts(&bench, &uid, "look_minute is not null"));
}

#[test]
fn two_who_judge_at_once_are_told_apart_and_a_foreign_tip_is_nobodys() {
    let bench = Bench::open();
    bench.colleague("polilegal-li", LEAD);
    bench.colleague("polilegal-wu", LEAD);
    let uid = linked(&bench).0;
    press(&bench.officer(LEAD), &uid);
    let (two, three) = (bench.officer("polilegal-li"), bench.officer("polilegal-wu"));
    let pages = [&two, &three].map(|officer| (officer, officer.get("/desk/second-look?l=zh")));
    let field = format!("look-{uid}");
    let said =
        pages.map(|(officer, page)| officer.fill(&page, "look", &[(&field, "put_back")]).text("#judged"));
    assert!(said[0].contains("已放回") && said[1].contains("没有处理"), "{said:?}");

    let foreign = bench.tip(&in_danger()).0;
    let branch = bench.officer("psb-120114");
    branch.fill(
        &branch.open(&foreign),
        "aside",
        &[("noise", "spam"), ("reason", "核实"), ("confirmed", "yes")],
    );
    let version = bench.text(&format!("select cast(version as text) as v from tips where uid = '{foreign}'"));
    let typed = [(format!("look-{foreign}"), "put_back".to_owned()), (format!("version-{foreign}"), version)];
    let typed: Vec<(&str, &str)> =
        typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = two.post("/desk/second-look", &typed);
    assert!(answer.text("#judged").contains("不在您的复核范围"), "{}", answer.text("main"));
    assert_eq!(status(&bench, &foreign), "set_aside");
}
