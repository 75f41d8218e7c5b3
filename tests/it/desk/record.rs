//! The auditor's view: who did and read what, in words and without content; what asks for a reason; and that
//! looking is on record itself. Nobody else sees any of it.

use std::process::Command;

use homeward::people::roles::Role;
use serde_json::Value;

use super::bench::{Bench, Officer};
use super::with_contact;
use crate::support::{pg, wait_until};

const DAY: i64 = 86_400;

fn with_auditor() -> Bench {
    let bench = Bench::open();
    bench.colleague_as("auditor", "jointconf", Role::Auditor);
    bench
}

fn settle(bench: &Bench) {
    wait_until("every row has its place", || {
        bench.number("select count(*) as v from audit where seq is null") == 0
    });
}

fn record(auditor: &Officer<'_>, query: &str) -> crate::site::Answer {
    let page = auditor.get(&format!("/desk/record?l=zh{query}"));
    assert_eq!(page.status, 200, "{query}");
    page
}

/// The words of a column of the table.
fn column(page: &crate::site::Answer, label: &str) -> Vec<String> {
    page.all(&format!("#record td[data-label=\"{label}\"]"))
}

#[test]
fn an_auditor_sees_who_did_what_in_words_and_no_content_and_nobody_else_does() {
    let bench = with_auditor();
    let uid = bench.tip(&with_contact()).0;
    let officer = bench.officer("hrss");
    officer.open(&uid);
    let auditor = bench.officer("auditor");
    settle(&bench);

    let page = record(&auditor, "");

    let acts = column(&page, "做了什么");
    assert!(acts.starts_with(&["登录".into(), "打开线索".into(), "认领".into()]), "{acts:?}");
    assert!(acts.contains(&"收到线索".into()), "{acts:?}");
    assert!(column(&page, "线索编号").contains(&uid[..8].to_uppercase()));
    assert!(!page.body.contains("13900000007") && !page.body.contains(&uid), "a number, and no way in");
    assert_eq!(auditor.tip(&uid).status, 404);
    assert!(page.has("#health") && page.text("#health").contains("正常"), "{}", page.text("#health"));
    for login in ["hrss", "jointconf", "psb"] {
        let other = bench.officer(login);
        for path in ["/desk/record", "/desk/record/reads"] {
            assert_eq!(other.get(path).status, 403, "{login} {path}");
        }
        assert_eq!(other.post("/desk/record/exports", &[("reason", "x")]).status, 403);
    }
    let english = auditor.get("/desk/record?l=en");
    assert!(english.all("#record td").iter().any(|cell| cell == "Opened a tip"), "{}", english.body);
}

#[test]
fn the_table_is_chosen_from_and_paged_without_gap_or_repeat() {
    let bench = with_auditor();
    let uid = bench.tip(&with_contact()).0;
    let officer = bench.officer("hrss");
    officer.open(&uid);
    (0..70).for_each(|_| drop(officer.tip(&uid)));
    bench.officer("psb");
    let auditor = bench.officer("auditor");
    settle(&bench);
    let rows = |query: &str| {
        let page = record(&auditor, query);
        let more = page.has("a.more[rel=next]");
        (column(&page, "序号"), more)
    };

    let (first, more) = rows("&act=tip.read&officer=hrss");
    assert!(more && first.len() == 50);
    let last =
        super::bench::attribute(&record(&auditor, "&act=tip.read&officer=hrss"), "a.more[rel=next]", "href");
    let next = auditor.get(&last.replace("&amp;", "&"));
    let second = column(&next, "序号");
    let mut all: Vec<i64> = first.iter().chain(&second).map(|seq| seq.parse().unwrap()).collect();
    let newest_first = all.windows(2).all(|pair| pair[0] > pair[1]);
    all.dedup();
    assert!(newest_first && all.len() == 71, "{}", all.len());

    let number = &uid[..8];
    for (query, act) in [
        (format!("&tip={number}&act=tip.claimed"), "认领"),
        ("&agency=psb".into(), "登录"),
        ("&day=2026-11-23&act=tip.received".into(), "收到线索"),
        ("&act=officer.enrolled".into(), "加入人员"),
    ] {
        let page = record(&auditor, &query);
        let acts = column(&page, "做了什么");
        assert!(!acts.is_empty() && acts.iter().all(|it| it == act), "{query}: {acts:?}");
    }
    for nothing in ["&day=2026-11-24", "&tip=ffff0000ffff", "&officer=psb&act=tip.read"] {
        assert!(record(&auditor, nothing).has("#empty"), "{nothing}");
    }
}

#[test]
fn looking_at_the_record_and_taking_it_out_are_on_record() {
    let bench = with_auditor();
    let auditor = bench.officer("auditor");
    record(&auditor, "&officer=hrss");
    auditor.get("/desk/record/reads?l=zh");
    assert_eq!(bench.audited("record.read"), 2);
    let detail = bench.text("select detail as v from audit where act = 'record.read' order by id limit 1");
    assert_eq!(detail, r#"{"officer":"hrss"}"#);

    bench.change("update officers set display_name = '=HYPERLINK(1)' where login = 'auditor'");
    let security = security(&bench);
    let export = asked_for(&bench, &auditor, "record.read");
    assert_eq!(security.post(&format!("{export}/grant"), &[]).status, 303);
    let file = auditor.post(&format!("{export}/file"), &[]);

    assert_eq!((file.status, bench.audited("record.exported")), (200, 1));
    assert!(file.header("content-disposition")[0].contains("attachment"));
    let lines: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 3, "{}", file.body);
    assert!(lines[0].contains("\"序号\"") && lines[1].contains("\"'=HYPERLINK(1)"), "{}", file.body);
    // What cannot be put on record is not shown.
    bench.forbid("audit");
    assert_eq!(auditor.get("/desk/record").status, 503);
    let again = auditor.post(&format!("{export}/file"), &[]);
    assert!(again.status == 503 && !again.body.contains("HYPERLINK"));
}

fn security(bench: &Bench) -> Officer<'_> {
    bench.colleague_as("security", "jointconf", Role::SecurityAdmin);
    bench.officer("security")
}

/// Asks for the rows of one act; gives the request's address.
fn asked_for(bench: &Bench, auditor: &Officer<'_>, act: &str) -> String {
    let asked = auditor.post("/desk/record/exports", &[("act", act), ("reason", "年度核对")]);
    assert_eq!(asked.status, 303, "{}", asked.body);
    let uid = bench.text("select uid as v from approvals where kind = 'export' order by id desc limit 1");
    format!("/desk/record/exports/{uid}")
}

#[test]
fn rows_leave_only_when_a_second_person_agreed_to_just_these() {
    let bench = with_auditor();
    bench.officer("hrss");
    let (auditor, security) = (bench.officer("auditor"), security(&bench));
    let page = record(&auditor, "&act=session.opened");
    let form = super::bench::attribute(&page, "a#export", "href").replace("&amp;", "&");
    let without = auditor.fill(&auditor.get(&form), "export", &[("reason", " ")]);
    assert!(without.status == 422 && without.has("#errors") && bench.audited("record.export_asked") == 0);
    assert!(without.text("#export").contains("登录"), "the selection stays: {}", without.text("#export"));
    assert_eq!(auditor.fill(&without, "export", &[("reason", "年度核对")]).status, 303);
    let uid = bench.text("select uid as v from approvals where kind = 'export'");
    let own = format!("/desk/record/exports/{uid}");

    // Not before, not by oneself, not by somebody who may decide but not read.
    assert_eq!(auditor.post(&format!("{own}/file"), &[]).status, 409);
    assert_eq!(auditor.post(&format!("{own}/grant"), &[]).status, 409);
    let list = security.get("/desk/record/exports?l=zh");
    assert!(list.text(".request").contains("年度核对") && !list.has("form#export"), "{}", list.body);
    assert!(list.has(".request form.grant") && list.has(".request form.refuse"));
    assert_eq!(security.post(&format!("{own}/grant"), &[]).status, 303);
    assert_eq!(security.post(&format!("{own}/file"), &[]).status, 403);
    assert_eq!(security.get("/desk/record").status, 403);

    let granted = auditor.get("/desk/record/exports?l=zh");
    assert!(granted.has(".request form.file") && granted.text(".state").contains("已同意"));
    // What the form says does not widen what was agreed to, and neither does what happened since.
    let asked_at = bench.number("select id as v from audit where act = 'record.export_asked'");
    let until_then =
        format!("select count(*) as v from audit where act = 'session.opened' and id < {asked_at}");
    bench.officer("civil");
    let file = auditor.post(&format!("{own}/file"), &[("act", "")]);
    let acts = file.body.lines().skip(1).filter(|line| line.contains("session.opened")).count();
    assert!(file.status == 200 && acts == file.body.lines().count() - 1, "{}", file.body);
    assert_eq!(acts as i64, bench.number(&until_then));
    bench.colleague_as("auditor-two", "jointconf", Role::Auditor);
    assert_eq!(bench.officer("auditor-two").post(&format!("{own}/file"), &[]).status, 409);
    bench.site.clock.advance(DAY);
    assert_eq!(bench.officer("auditor").post(&format!("{own}/file"), &[]).status, 409, "its day is over");
    assert!(bench.officer("auditor").get("/desk/record/exports?l=zh").text(".state").contains("已过期"));

    // Another auditor may agree too; a refusal is one, and nothing is decided twice.
    let other = asked_for(&bench, &bench.officer("auditor"), "tip.read");
    assert_eq!(bench.officer("auditor-two").post(&format!("{other}/refuse"), &[]).status, 303);
    assert_eq!(bench.officer("security").post(&format!("{other}/grant"), &[]).status, 409);
    assert_eq!(bench.officer("auditor").post(&format!("{other}/file"), &[]).status, 409);
    let many: Vec<u16> = (0..11)
        .map(|_| bench.officer("auditor").post("/desk/record/exports", &[("reason", "再导")]).status)
        .collect();
    assert_eq!((many[9], many[10]), (303, 422), "nobody's requests hide another's");
    bench.change("delete from approvals where state = 'asked'");
    let words = ["export_granted", "export_refused", "exported"];
    assert_eq!(words.map(|act| bench.audited(&format!("record.{act}"))), [1, 1, 1]);
    let stored = bench.hex("sealed", "from approvals where kind = 'export' order by id limit 1");
    let typed: String = "年度".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(stored.len() > 40 && !stored.contains(&typed));
}

/// The figures as the command prints them.
fn figures(bench: &Bench) -> Value {
    let config = &bench.site.app.config;
    let settings = bench.site.folder.path().join("homeward.toml");
    let database = config.data.database.as_ref().map(|url| format!("database = {url:?}\n"));
    let text =
        format!("[data]\ndir = {:?}\nreserve_mib = 0\n{}", config.data.dir, database.unwrap_or_default());
    std::fs::write(&settings, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    // The portal's clock stands where the test put it; the command's does not.
    let span = ["audit", "report", "--json", "--until", "2026-12-02", "--config"];
    let said = command.args(span).arg(settings);
    let said = said.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

#[test]
fn readings_without_an_act_are_told_from_those_with_one() {
    let bench = with_auditor();
    let (handled, _) = bench.tip(&with_contact());
    let (idle, _) = bench.tip(&with_contact());
    bench.colleague("hrss-two", "hrss");
    // One reads and acts; a colleague of the same agency only reads the same tip: that is explained.
    let officer = bench.officer("hrss");
    officer.open(&handled);
    let colleague = bench.officer("hrss-two");
    colleague.tip(&handled);
    // Of the other tip it is only ever read.
    colleague.tip(&idle);
    colleague.tip(&idle);
    let stranger = bench.officer("health");
    assert_eq!(stranger.tip(&idle).status, 404);
    settle(&bench);
    let reads = |bench: &Bench, q: &str| {
        let page = bench.officer("auditor").get(&format!("/desk/record/reads?l=zh&q={q}"));
        (page.all("#by-officer td"), column(&page, "线索编号"), page)
    };

    assert!(reads(&bench, "without_act").0.is_empty(), "their time is not over");
    bench.site.clock.advance(8 * DAY);

    let (counts, tips, page) = reads(&bench, "without_act");
    assert!(counts.len() == 3 && counts[0].contains("hrss-two"), "{counts:?}");
    assert_eq!(counts[1..], ["2", "1"]);
    assert!(tips.len() == 2 && tips.iter().all(|tip| *tip == idle[..8].to_uppercase()), "{tips:?}");
    assert!(page.text("#questions").contains("看了没有办 2"), "{}", page.text("#questions"));
    let (refused, ..) = reads(&bench, "refused");
    assert!(refused[0].contains("health") && refused[1..] == ["1", "1"], "{refused:?}");
    // A day too few, and whatever happened within it is no longer excused.
    let said = figures(&bench);
    assert_eq!(said["without_act"]["readings"], 2, "{said}");
    assert_eq!(said["without_act"]["by_officer"][0]["officer"], "hrss-two");
    assert_eq!(said["refused"]["readings"], 1);
    assert_eq!(bench.audited("record.reported"), 1);
}

#[test]
fn a_page_of_the_record_is_walked_to_along_an_index() {
    if pg::is_wanted() {
        return;
    }
    let bench = with_auditor();
    let plans = [
        (
            "select id as v from audit where officer_id = 3 and id < 900 order by id desc limit 51",
            "audit_by_officer",
        ),
        (
            "select id as v from audit where act = 'tip.refused' and actor <> 'reporter' and id < 900 order by id desc limit 51",
            "audit_by_act",
        ),
        ("select id as v from audit where tip_id = 3 order by id desc limit 51", "audit_by_tip"),
    ];
    for (sql, index) in plans {
        let plan = bench.plan(sql);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
