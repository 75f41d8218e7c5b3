//! Tips that name the same telephone, plate or account: whom they are shown to, what is on record of it, and what the
//! rows give away.

mod alike;
mod rows;

use crate::desk::bench::{Bench, Officer};
use crate::site::{Answer, Part, URLENCODED, urlencoded};

/// Two spellings of one number, as people type it.
const SPELLINGS: [&str; 2] = ["联系人的电话是154 0017 6620", "打１５４-００１７-６６２０就有人来接"];

fn report<'a>(text: &'a str, category: &'a str, district: &'a str) -> Vec<Part<'a>> {
    vec![Part::text("text", text), Part::text("category", category), Part::text("place_district", district)]
}

/// A report about forced labour in Wuqing; gives its id.
fn labour(bench: &Bench, text: &str) -> String {
    bench.tip(&report(text, "forced_labour", "120114")).0
}

fn lead(bench: &Bench, uid: &str) -> String {
    bench.text(&format!("select lead as v from tips where uid = '{uid}'"))
}

/// The ids in the list on a tip's page, in their order.
fn listed(page: &Answer) -> Vec<String> {
    let found = scraper::Selector::parse("#related li[data-tip], #others article[data-tip]").unwrap();
    let html = page.html();
    html.select(&found).filter_map(|it| it.attr("data-tip").map(str::to_owned)).collect()
}

fn compared(officer: &Officer<'_>, uid: &str) -> Answer {
    officer.get(&format!("/desk/tips/{uid}/related?l=zh"))
}

fn row(bench: &Bench, uid: &str) -> i64 {
    bench.number(&format!("select id as v from tips where uid = '{uid}'"))
}

/// The record's last line of this act.
fn last(bench: &Bench, act: &str) -> serde_json::Value {
    let sql = format!("select detail as v from audit where act = '{act}' order by id desc limit 1");
    serde_json::from_str(&bench.text(&sql)).unwrap()
}

#[test]
fn one_number_in_two_spellings_links_two_tips_and_says_that_this_is_not_one_event() {
    let bench = Bench::open();
    let first = labour(&bench, SPELLINGS[0]);
    let apart = labour(&bench, "砖厂有人不让走,电话154 0017 6621");
    let second = labour(&bench, SPELLINGS[1]);
    let officer = bench.officer(&lead(&bench, &first));

    let page = officer.tip(&first);

    assert_eq!(listed(&page), [second.as_str()]);
    let said = page.text("#related");
    assert!(said.contains("同一电话 154****6620") && said.contains("强迫劳动"), "{said}");
    assert!(said.contains("号码相同不等于同一件事") && said.contains("不会自动合并"), "{said}");
    assert!(!said.contains("15400176620") && !said.contains("０１７"), "{said}");
    assert_eq!(listed(&officer.tip(&second)), [first.as_str()]);
    assert!(officer.tip(&apart).text("#related").contains("没有发现"));
    assert_eq!(bench.number("select count(*) as v from tip_links"), 3);
}

#[test]
fn what_was_looked_for_and_found_is_on_record_with_the_reading() {
    let bench = Bench::open();
    let (plain, first) = (labour(&bench, "没有号码的线索"), labour(&bench, SPELLINGS[0]));
    let second = labour(&bench, SPELLINGS[1]);
    let officer = bench.officer(&lead(&bench, &first));

    officer.tip(&plain);
    assert_eq!((bench.audited("tip.read"), bench.audited("tip.related")), (1, 0), "nothing was looked for");
    officer.tip(&first);
    assert_eq!((bench.audited("tip.read"), bench.audited("tip.related")), (2, 1));
    let line = last(&bench, "tip.related");
    assert_eq!(line["found"], serde_json::json!([row(&bench, &second)]), "{line}");

    bench.forbid("audit");
    let page = officer.tip(&first);
    assert!(page.status == 503 && !page.body.contains(&second));
    let page = compared(&officer, &first);
    assert!(page.status == 503 && !page.body.contains("有人来接"));
}

#[test]
fn the_auditor_reads_that_others_were_looked_for_and_how_many_there_were() {
    let bench = Bench::open();
    bench.colleague_as("audit-1", "jointconf", homeward::people::roles::Role::Auditor);
    let first = labour(&bench, SPELLINGS[0]);
    labour(&bench, SPELLINGS[1]);
    compared(&bench.officer(&lead(&bench, &first)), &first);

    let page = bench.officer("audit-1").get("/desk/record?l=zh");

    for said in ["查找相同号码的线索", "列出线索数：1", "并排比对：是"] {
        assert!(page.text("#record").contains(said), "{said}: {}", page.text("#record"));
    }
}

#[test]
fn what_the_reporter_adds_links_too_and_each_name_once() {
    let bench = Bench::open();
    let (first, receipt) = bench.tip(&report("车停在后门", "forced_labour", "120114"));
    let second = labour(&bench, "接人的车是津C0T7Q2");
    let officer = bench.officer(&lead(&bench, &second));
    assert_eq!(listed(&officer.tip(&second)), [""; 0]);

    for text in ["车牌津C·0T7Q2,又来了", "还是津C0T7Q2那辆车"] {
        let opened = urlencoded(&[("l", "zh"), ("receipt", &receipt)]);
        let opened = bench.site.post("/follow-up", URLENCODED, &opened, "");
        let token = opened.value("#add input[name=form]");
        bench.site.clock.advance(10);
        let added = urlencoded(&[("form", &token), ("l", "zh"), ("text", text)]);
        // The same form twice: once more is not twice.
        for _ in 0..2 {
            let answer = bench.site.post("/follow-up/add", URLENCODED, &added, &opened.cookies());
            assert_eq!(answer.status, 303, "{}", answer.body);
        }
    }

    assert_eq!(bench.number("select count(*) as v from tip_links"), 2);
    let page = officer.tip(&second);
    assert_eq!(listed(&page), [first.as_str()]);
    assert!(page.text("#related").contains("同一车牌 津C****Q2"), "{}", page.text("#related"));
}

#[test]
fn a_report_sent_twice_is_linked_once() {
    let bench = Bench::open();
    let token = bench.site.token();
    let parts = [
        &[Part::text("form", &token), Part::text("l", "zh")][..],
        &report(SPELLINGS[0], "forced_labour", "120114"),
    ];
    let [one, two] = [bench.site.report(&parts.concat()), bench.site.report(&parts.concat())];

    assert_eq!((one.status, one.code()), (200, two.code()));
    assert_eq!(bench.number("select count(*) as v from tip_links"), 1);
}

#[test]
fn how_the_reporter_can_be_reached_is_never_linked() {
    let bench = Bench::open();
    let more = [
        Part::text("identity", "confidential"),
        Part::text("contact_name", "老赵"),
        Part::text("contact_phone", "15400176620"),
        Part::text("contact_note", "微信 lao_zhao_77"),
    ];
    let own = bench.tip(&[&report("饭店后厨有个孩子", "child_labour", "120114")[..], &more].concat()).0;
    let other = bench.tip(&report(SPELLINGS[0], "child_labour", "120114")).0;

    assert_eq!(bench.number("select count(*) as v from tip_links"), 1);
    let officer = bench.officer("hrss");
    assert_eq!((listed(&officer.tip(&own)), listed(&officer.tip(&other))), (vec![], vec![]));
}

/// The section of a tip's page, and the record's line, with the tip's own id taken out.
fn seen(bench: &Bench, officer: &Officer<'_>, uid: &str) -> (String, serde_json::Value) {
    let page = officer.tip(uid);
    assert!(page.has("#related") && page.has("#report-text"));
    let section = page.body.split("id=\"related\"").nth(1).unwrap().split("</section>").next().unwrap();
    (section.replace(uid, ""), last(bench, "tip.related"))
}

#[test]
fn a_tip_that_the_agency_may_not_see_leaves_no_mark_whatever_it_shares() {
    let bench = Bench::open();
    let child = |text| bench.tip(&report(text, "child_labour", "120114")).0;
    let (shared, alone) = (child(SPELLINGS[0]), child("电话154 2222 3333"));
    let hidden = bench.tip(&report(SPELLINGS[1], "school_dropout", "120101")).0;
    let officer = bench.officer("hrss");
    assert_eq!(officer.tip(&hidden).status, 404);

    assert_eq!(seen(&bench, &officer, &shared), seen(&bench, &officer, &alone));

    let [shared, alone] = [&shared, &alone].map(|uid| compared(&officer, uid));
    assert!(shared.has("#empty") && alone.has("#empty"));
    assert!(!shared.body.contains(&hidden[..8].to_uppercase()));
    assert_eq!(compared(&officer, &hidden).status, 404);
    // Whoever may see both is shown them.
    assert_eq!(listed(&bench.officer("edu").tip(&hidden)), [""; 0], "edu reads the one only");
}

#[test]
fn a_tip_that_keeps_a_body_out_is_linked_for_neither_it_nor_its_branches() {
    let bench = Bench::open();
    let child = bench.tip(&report(SPELLINGS[0], "missing_child", "120117")).0;
    let complaint = [
        &report(SPELLINGS[1], "agency_complaint", "120117")[..],
        &[Part::text("exclude", "psb"), Part::text("danger", "yes")],
    ];
    let complaint = bench.tip(&complaint.concat()).0;

    for police in ["psb", "psb-120117"] {
        let officer = bench.officer(police);
        let page = officer.tip(&child);
        assert!(page.has("#related") && page.text("#related").contains("没有发现"), "{police}");
        assert!(compared(&officer, &child).has("#empty"), "{police}");
        assert_eq!(last(&bench, "tip.related")["found"], serde_json::json!([]), "{police}");
        assert_eq!(compared(&officer, &complaint).status, 404, "{police}");
    }
    let page = bench.officer("psb").tip(&complaint);
    assert!(page.has("#life") && !page.has("#related"), "the life facts name nothing");
}

#[test]
fn whoever_may_not_read_a_minors_record_learns_nothing_of_what_it_names() {
    let bench = Bench::open();
    bench.colleague_as("hrss-hand", "hrss", homeward::people::roles::Role::Handler);
    let adult = bench.tip(&report(SPELLINGS[0], "illegal_job_agency", "120114")).0;
    let minor = [&report(SPELLINGS[1], "child_labour", "120114")[..], &[Part::text("minor", "yes")]];
    let minor = bench.tip(&minor.concat()).0;
    bench.change("update tips set has_minor = true, urgency = 'urgent' where category = 'child_labour'");
    let (head, handler) = (bench.officer("hrss"), bench.officer("hrss-hand"));
    assert_eq!(listed(&head.tip(&adult)), [minor.as_str()]);

    assert_eq!(listed(&handler.tip(&adult)), [""; 0]);
    let looked = bench.audited("tip.related");
    let closed = handler.tip(&minor);
    assert!(closed.status == 200 && !closed.has("#related"));
    assert_eq!(bench.audited("tip.related"), looked, "nothing is looked for either");
    assert_eq!(compared(&handler, &minor).status, 303);
    assert_eq!(listed(&compared(&handler, &adult)), [""; 0]);
}

#[test]
fn beside_each_other_both_are_opened_and_each_is_on_record() {
    let bench = Bench::open();
    let first = labour(&bench, SPELLINGS[0]);
    let second = bench
        .tip(
            &[
                &report("就是154 0017 6620，车牌津C0T7Q2", "forced_labour", "120114")[..],
                &[Part::text("place_words", "大王古庄镇东头砖厂")],
            ]
            .concat(),
        )
        .0;
    let officer = bench.officer(&lead(&bench, &first));

    let page = compared(&officer, &first);

    assert_eq!((page.status, listed(&page)), (200, vec![second.clone()]));
    assert!(page.text("#own").contains("154 0017 6620"));
    let other = page.text("#others");
    for said in ["就是154 0017 6620", "大王古庄镇东头砖厂", "同一电话 154****6620", "今天", "强迫劳动"]
    {
        assert!(other.contains(said), "{said}: {other}");
    }
    assert!(!other.contains("同一车牌"), "only what both say");
    assert!(page.body.contains("号码相同不等于同一件事"));
    assert_eq!(bench.audited("tip.read"), 2);
    let of_second = format!(
        "select count(*) as v from audit where act = 'tip.read' and tip_id = {}",
        row(&bench, &second)
    );
    assert_eq!(bench.number(&of_second), 1);
    assert_eq!(last(&bench, "tip.read")["beside"], true);
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
}

#[test]
fn of_many_tips_the_newest_fifty_are_shown_and_no_more() {
    let bench = Bench::with(|app| app.trusted = vec!["127.0.0.0/8".parse().unwrap()]);
    let first = labour(&bench, SPELLINGS[0]);
    let tokens: Vec<String> =
        (0..55).map(|_| bench.site.get("/report?l=zh", "").value("input[name=form]")).collect();
    bench.site.clock.advance(10);
    for (n, token) in tokens.iter().enumerate() {
        let parts = [
            &[Part::text("form", token), Part::text("l", "zh")][..],
            &report(SPELLINGS[1], "forced_labour", "120114"),
        ];
        let body = crate::site::multipart(&parts.concat());
        let head = format!(
            "POST /report HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.18.7.{n}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            crate::site::MULTIPART,
            body.len()
        );
        assert_eq!(bench.site.send(&[head.as_bytes(), &body].concat()).status, 200);
    }
    let newest: Vec<String> = (0..50)
        .map(|n| bench.text(&format!("select uid as v from tips order by id desc limit 1 offset {n}")))
        .collect();
    let officer = bench.officer(&lead(&bench, &first));

    assert_eq!(listed(&officer.tip(&first)), newest);
    assert_eq!(listed(&compared(&officer, &first)), newest);
    assert_eq!(bench.audited("tip.read"), 1 + 1 + 50);
}
