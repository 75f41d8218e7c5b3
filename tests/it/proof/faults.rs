//! Whoever drops, changes or moves something behind the portal's back: the next head is not made, the light
//! turns red, and the check names the place. And heads that are killed while they are made.

use std::sync::atomic::Ordering;

use homeward::app::recorder::NotMade;
use homeward::audit::commitment::{Day, Ties};
use homeward::store::Lane;
use homeward::store::commitments::mark_erased;

use super::bench::{DAY, close, last_tip, proof_of, said_of, send, tamper, to_next_night, verdict};
use super::three_days;
use crate::site::Site;
use crate::support::portal::TestPortal;
use crate::support::visitor::Visitor;
use crate::support::{db, pg, wait_until};

/// Every row of the tip that came in last, as whoever wants it gone would remove it.
const DROP_TIP: &str = "
    delete from entries where tip_id = (select max(id) from tips);
    delete from envelopes where tip_id = (select max(id) from tips);
    delete from receipts where tip_id = (select max(id) from tips);
    delete from submissions where tip_id = (select max(id) from tips);
    delete from tip_agencies where tip_id = (select max(id) from tips);
    delete from tip_events where tip_id = (select max(id) from tips);
    delete from tips where id = (select max(id) from tips);";

/// A portal with three days in its record, and one tip that waits.
fn in_use() -> (Site, Vec<String>) {
    let site = Site::open();
    let mut receipts = three_days(&site).concat();
    receipts.push(send(&site, "还没有封存"));
    assert!(verdict(&site).is_whole(), "{:?}", verdict(&site));
    (site, receipts)
}

/// What the check says after this was done, once no head was made over it.
fn named(site: &Site, sql: &str) -> String {
    tamper(site, sql);
    let heads = db::count(&site.app.config.data.database(), "select count(*) as n from record_heads");
    to_next_night(site);
    assert!(matches!(close(site), Err(NotMade::Wrong(_))), "{sql}");
    assert!(site.app.record_wrong.load(Ordering::SeqCst), "red");
    let after = db::count(&site.app.config.data.database(), "select count(*) as n from record_heads");
    assert_eq!(heads, after, "no new head");
    let said: Vec<String> = verdict(site).faults.iter().map(ToString::to_string).collect();
    said.join("\n")
}

fn bytes(hex: &str) -> String {
    if pg::is_wanted() { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
}

#[test]
fn a_dropped_tip_is_named_by_its_head() {
    let (site, _) = in_use();
    let day = Day::of(homeward::clock::Clock::now(site.clock.as_ref()).minute());
    let said = named(&site, DROP_TIP);
    assert!(
        said.contains("1 tips of those that waited for the end of") && said.contains(&day.to_string()),
        "{said}"
    );

    let (site, _) = in_use();
    to_next_night(&site);
    close(&site).unwrap();
    let said = named(&site, DROP_TIP);
    assert!(said.contains(&format!("1 tips of head 4 ({day}) are gone")), "{said}");
}

#[test]
fn a_tip_that_is_dropped_with_its_leafs_row_is_named_too() {
    let (site, _) = in_use();
    to_next_night(&site);
    close(&site).unwrap();
    let said = named(&site, &format!("{DROP_TIP} delete from commitments where head = 4;"));
    assert!(said.contains("1 tips of head 4"), "{said}");
}

#[test]
fn a_dropped_tip_that_is_called_erased_is_named() {
    let (site, _) = in_use();
    to_next_night(&site);
    close(&site).unwrap();
    let mark = "update commitments set erased_day = 20000, erased_mac = leaf where head = 4;";
    let said = named(&site, &format!("{DROP_TIP} {mark}"));
    assert!(said.contains("not by this portal") && said.contains("1 tips of head 4"), "{said}");
}

#[test]
fn a_changed_report_is_named_by_its_tip() {
    let (site, _) = in_use();
    let tip = last_tip(&site);
    let said = named(
        &site,
        &format!(
            "update entries set sealed = {} where tip_id = (select max(id) from tips) and kind = 'report'",
            bytes("00")
        ),
    );
    assert_eq!(
        said,
        format!("tip {tip} is not the one that was committed to: its sealed report or its leaf was changed")
    );
}

#[test]
fn every_changed_column_of_a_leafs_row_is_named() {
    let zeros = bytes(&"00".repeat(32));
    for column in ["name", "leaf", "opening", "row_mac", "tip_mac"] {
        let (site, _) = in_use();
        let said = named(&site, &format!("update commitments set {column} = {zeros} where head is null"));
        assert!(said.contains("tip "), "{column}: {said}");
    }
    let (site, _) = in_use();
    let said = named(&site, "update commitments set day = day + 1 where head = 2");
    assert!(said.contains("is not the one that was committed to"), "{said}");
}

#[test]
fn a_changed_or_moved_leaf_is_named_by_its_block() {
    let cut = |from: &str, to: &str| {
        if pg::is_wanted() {
            format!("substring(leaves from {from} for {to})")
        } else {
            format!("substr(leaves, {from}, {to})")
        }
    };
    let whole = |parts: &[String]| {
        let joined = parts.join(" || ");
        if pg::is_wanted() { joined } else { format!("cast({joined} as blob)") }
    };
    let changed = whole(&[cut("1", "2016"), bytes(&"ff".repeat(32))]);
    let moved = whole(&[cut("33", "32"), cut("1", "32"), cut("65", "1984")]);
    for (leaves, also) in [(changed, "no other"), (moved, "stand in another order")] {
        let (site, receipts) = in_use();
        let said = named(&site, &format!("update record_blocks set leaves = {leaves} where number = 1"));
        assert!(said.contains("block 1 under head 2"), "{said}");
        assert!(also == "no other" || said.contains(also), "{said}");
        let said = said_or_wrong(&site, &receipts[2]);
        assert!(said == "included" || said == "urn:homeward:problem:record", "{said}");
    }
}

fn said_or_wrong(site: &Site, code: &str) -> String {
    let said: serde_json::Value = serde_json::from_str(&super::bench::asked(site, code).body).unwrap();
    said["standing"].as_str().or(said["type"].as_str()).unwrap().to_owned()
}

#[test]
fn changed_and_missing_heads_are_named() {
    for (sql, place) in [
        ("update record_heads set day = day - 1 where number = 2", "head 2"),
        ("update record_heads set tips = 0 where number = 3", "head 3"),
        ("delete from record_heads where number = 1", "after head 0 comes head 2"),
        ("delete from record_heads where number = 3", "from block 2 on there are 1"),
        ("delete from record_blocks where number = 0", "block 0 under head 1"),
        ("delete from meta where key = 'record_start'", "the mark where the record begins"),
        ("update meta set value = replace(value, ' 0 ', ' 9 ') where key = 'record_start'", "the mark where"),
    ] {
        let (site, _) = in_use();
        let said = named(&site, sql);
        assert!(said.contains(place), "{sql}: {said}");
    }
}

#[test]
fn a_tip_that_was_put_in_without_a_leaf_is_named() {
    let (site, _) = in_use();
    let tip = last_tip(&site);
    let said = named(&site, "delete from commitments where head is null");
    assert_eq!(said, format!("tip {tip} has no leaf"));
}

#[test]
fn a_tip_that_was_erased_on_purpose_keeps_its_leaf_and_breaks_nothing() {
    let (site, receipts) = in_use();
    to_next_night(&site);
    close(&site).unwrap();
    let erased = Ties::of(&site.app.deployment).erased(&last_tip(&site), Day(20_785));
    let marked = site.app.store.write_blocking("test", Lane::Desk, move |db| {
        Ok::<_, homeward::store::Abort<()>>(mark_erased(db, &erased)?)
    });
    marked.unwrap();
    let said = said_of(&site, &receipts[6]);
    assert_eq!((&said["standing"], &said["day"]), (&"erased".into(), &"2026-11-28".into()));
    tamper(&site, DROP_TIP);

    let verdict = verdict(&site);
    assert!(verdict.is_whole() && verdict.erased == 1, "{verdict:?}");
    to_next_night(&site);
    assert_eq!(close(&site).unwrap().len(), 1);
}

#[test]
fn a_head_that_cannot_be_written_leaves_nothing_of_itself() {
    let (site, receipts) = in_use();
    let path = site.app.config.data.database();
    let count = |what: &str| db::count(&path, &format!("select count(*) as n from {what}"));
    db::forbid(&path, "record_heads");
    to_next_night(&site);
    assert!(matches!(close(&site), Err(NotMade::Write)));
    assert_eq!((count("record_blocks"), count("commitments where head is null")), (3, 1));
    assert_eq!(count("audit where act = 'record.closed'"), 3);
    let on = if pg::is_wanted() { " on record_heads" } else { "" };
    tamper(&site, &format!("drop trigger no_record_heads{on}"));
    assert_eq!(close(&site).unwrap().len(), 1);
    proof_of(&site, receipts.last().unwrap()).check().unwrap();
}

#[test]
fn a_served_portal_closes_its_days_and_shows_a_red_light_and_takes_reports_all_the_same() {
    let mut portal = TestPortal::open();
    portal.report(&[("text", "第一天")]);
    let light = |portal: &TestPortal, path| Visitor::new(portal.ops(), "198.18.0.1").get(path).status;
    portal.clock.advance(DAY);
    portal.restart();
    wait_until("the day has its head", || portal.count("record_heads") == 1);
    assert_eq!(light(&portal, "/recordz"), 200);

    portal.report(&[("text", "第二天")]);
    db::execute(&portal.database(), "delete from commitments where head is null");
    portal.clock.advance(DAY);
    portal.restart();
    wait_until("the light is red", || light(&portal, "/recordz") == 503);
    assert_eq!((portal.count("record_heads"), light(&portal, "/readyz")), (1, 200));
    assert_eq!(portal.report(&[("text", "第三天")]).words().len(), 12);
}
