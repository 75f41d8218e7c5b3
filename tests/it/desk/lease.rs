//! What keeps a claim and what ends it, from outside.

use homeward::app::lessor;

use super::bench::{Bench, Officer};
use super::{TEXT, in_danger, with_contact};
use crate::site::{Answer, URLENCODED, urlencoded};

const LEAD: &str = "psb-120114";

fn round(bench: &Bench) -> usize {
    actix_web::rt::System::new().block_on(lessor::round(&bench.site.app)).unwrap()
}

fn minutes(bench: &Bench, minutes: i64) {
    bench.site.clock.advance(minutes * 60);
}

fn number(page: &Answer) -> String {
    page.text("h1").chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase()
}

/// Takes the next tip; gives the page that it leads to.
fn next<'a>(officer: &Officer<'a>) -> Answer {
    let queue = officer.get("/desk?l=zh");
    let answer = officer.fill(&queue, "next", &[]);
    officer.get(&answer.header("location")[0])
}

#[test]
fn whoever_walks_away_loses_the_tip_within_half_an_hour_and_what_they_typed_comes_back() {
    let bench = Bench::open();
    bench.colleague("psb-120114-li", LEAD);
    let (uid, receipt) = bench.tip(&in_danger());
    let gone = bench.officer(LEAD);
    let page = gone.open(&uid);
    assert!(page.has("#lease") && page.has("form#heartbeat"));
    minutes(&bench, 30);
    assert_eq!(round(&bench), 0, "not a minute too soon");
    minutes(&bench, 1);
    assert_eq!(round(&bench), 1);
    assert_eq!(round(&bench), 0, "once");

    let sql =
        "select count(*) as v from tips where status = 'new' and claimed_by is null and lease_minute is null";
    assert_eq!(bench.number(sql), 1);
    assert_eq!(
        bench.number("select count(*) as v from outbox where agency = 'psb-120114' and kind = 'act'"),
        2
    );
    let follow =
        bench.site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "zh"), ("receipt", &receipt)]), "");
    assert!(follow.text("#status").contains("还没有人看过"), "to claim is not yet to read");

    let li = bench.officer("psb-120114-li");
    assert!(next(&li).text("#report-text").contains(TEXT));
    let gone = bench.officer(LEAD);
    let late = gone.fill(&page, "note", &[("text", "刚才写的")]);
    assert!(late.status == 403 || late.status == 409, "{}", late.status);
    let csrf = gone.csrf();
    let stale = [
        ("csrf", csrf.as_str()),
        ("version", &page.value("form#note input[name=version]")),
        ("text", "刚才写的"),
    ];
    let path = format!("/desk/tips/{uid}/note?l=zh");
    let late = bench.send("POST", &path, &urlencoded(&stale), &gone.cookies, "");
    assert_eq!(late.status, 409);
    assert!(
        late.text("#changed").contains("认领到时") && late.text("form#note textarea").contains("刚才写的")
    );
}

#[test]
fn whoever_reads_acts_or_moves_keeps_it() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer(LEAD);
    let page = officer.open(&uid);
    let ways: [&dyn Fn() -> u16; 3] = [
        &|| officer.tip(&uid).status,
        &|| officer.fill(&officer.tip(&uid), "note", &[("text", "在核实")]).status,
        &|| officer.fill(&page, "heartbeat", &[]).status,
    ];
    for way in ways {
        minutes(&bench, 20);
        assert!([200, 204, 303].contains(&way()));
        minutes(&bench, 20);
        assert_eq!(round(&bench), 0);
        officer.tip(&uid);
    }
    officer.fill(&officer.tip(&uid), "accept", &[]);
    minutes(&bench, 25 * 60);
    assert_eq!(round(&bench), 0, "what was accepted is somebody's work");
}

#[test]
fn a_colleagues_look_or_heartbeat_keeps_nothing() {
    let bench = Bench::open();
    bench.colleague("psb-120114-li", LEAD);
    let uid = bench.tip(&in_danger()).0;
    let (holder, li) = (bench.officer(LEAD), bench.officer("psb-120114-li"));
    holder.open(&uid);
    minutes(&bench, 20);
    li.tip(&uid);
    assert_eq!(li.post(&format!("/desk/tips/{uid}/heartbeat"), &[]).status, 204);
    li.fill(&li.tip(&uid), "note", &[("text", "路过")]);
    minutes(&bench, 11);
    assert_eq!(round(&bench), 1);
}

#[test]
fn a_colleague_takes_over_with_a_reason() {
    let bench = Bench::open();
    bench.colleague("psb-120114-li", LEAD);
    let uid = bench.tip(&in_danger()).0;
    let (holder, li) = (bench.officer(LEAD), bench.officer("psb-120114-li"));
    let before = holder.open(&uid);
    assert!(!before.has("form#take-over"), "nobody takes over from themselves");

    let page = li.tip(&uid);
    assert_eq!(li.fill(&page, "take-over", &[("reason", " ")]).status, 422);
    assert_eq!(li.fill(&page, "take-over", &[("reason", "同事已下班")]).status, 303);
    assert!(li.tip(&uid).text(".tip-head .holder").contains("我在办"));
    assert!(holder.tip(&uid).text("#history").contains("同事已下班"));
    assert_eq!(holder.fill(&before, "accept", &[]).status, 409, "what the other had before them is old");
    assert_eq!(bench.officer("psb").force(&uid, "take-over", &[("reason", "x")]).status, 403);
}

#[test]
fn what_was_passed_by_comes_last_and_never_again_to_whoever_must_stand_back() {
    let bench = Bench::open();
    bench.colleague("hrss-li", "hrss");
    let all = [bench.tip(&with_contact()).0, bench.tip(&with_contact()).0, bench.tip(&with_contact()).0];
    let officer = bench.officer("hrss");
    let pass = |page: &Answer, why: &str, words: &str| {
        let answer = officer.fill(page, "skip", &[("why", why), ("reason", words)]);
        (answer.status, answer.header("location").concat())
    };
    let first = next(&officer);
    assert!(all[0].starts_with(&number(&first)));
    assert_eq!(pass(&first, "because", "").0, 422);
    assert_eq!(pass(&first, "other", " ").0, 422, "another reason takes words");
    let (status, path) = pass(&first, "recuse", "当事人是我的表亲");
    assert_eq!(status, 303);

    let second = officer.get(&path);
    assert!(all[1].starts_with(&number(&second)), "the next one follows at once");
    let third = officer.get(&pass(&second, "language", "").1);
    assert!(all[2].starts_with(&number(&third)));
    let wrapped = officer.get(&pass(&third, "expertise", "").1);
    assert!(all[1].starts_with(&number(&wrapped)), "once all are passed by, the first of them comes again");
    officer.fill(&wrapped, "close", &[("outcome", "answered"), ("reason", "已答复")]);
    let again = next(&officer);
    assert!(all[2].starts_with(&number(&again)));
    officer.fill(&again, "close", &[("outcome", "answered"), ("reason", "已答复")]);
    assert!(next(&officer).has("#none-for-you"), "what one must stand back from is not offered again");

    let list = officer.get("/desk/skips?l=zh");
    assert!(list.text("#skips").contains("应当回避") && !list.body.contains("表亲"));
    assert!(all[0].starts_with(&number(&next(&bench.officer("hrss-li")))), "a colleague gets it");
    assert!(bench.officer("hrss-li").tip(&all[0]).text("#history").contains("表亲"));
}
