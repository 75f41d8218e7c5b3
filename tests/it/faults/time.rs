//! The clock jumps while the portal runs: a leap day, the turn of a year, four hundred days ahead and back,
//! an hour back. Reports are received, receipts open, notices leave, and a session made under a wrong clock
//! does not outlive it.

use homeward::clock::{Clock as _, Timestamp};

use crate::support::portal::{START, TestPortal};
use crate::support::visitor::Visitor;
use crate::support::{db, wait_until};

const DAY: i64 = 24 * 60 * 60;

/// Each moment, in seconds from the start, and what it is.
fn moments() -> Vec<(i64, &'static str)> {
    let from_start = |text: &str| {
        (jiff::Timestamp::from_second(START.0 / 1000).unwrap(), text.parse::<jiff::Timestamp>().unwrap())
    };
    let at = |text: &str| {
        let (start, then) = from_start(text);
        then.as_second() - start.as_second()
    };
    vec![
        (at("2026-12-31T15:59:55Z"), "the year turns in Tianjin"),
        (at("2026-12-31T23:59:55Z"), "the year turns in UTC"),
        (at("2028-02-28T23:59:55Z"), "a leap day begins"),
        (at("2028-02-29T15:59:55Z"), "a leap day ends in Tianjin"),
        (400 * DAY, "four hundred days ahead"),
        (-400 * DAY, "four hundred days back"),
        (0, "the right time"),
        (-3600, "an hour back"),
    ]
}

fn set(portal: &TestPortal, seconds: i64) {
    let wanted = Timestamp(START.0 + seconds * 1000);
    portal.clock.advance((wanted.0 - portal.clock.now().0) / 1000);
}

#[test]
fn whatever_the_clock_says_reports_are_received_read_and_announced() {
    let portal = TestPortal::open();
    let mut receipts = Vec::new();
    for (seconds, what) in moments() {
        set(&portal, seconds);
        let words = format!("时间:{what}");
        receipts.push((portal.report(&[("text", &words), ("place_district", "120114")]).code(), words));
        for (receipt, words) in &receipts {
            let thread = portal.visitor().open_receipt(receipt);
            assert!(
                thread.status == 200 && thread.text("ol#thread").contains(words.as_str()),
                "{what}: {words}"
            );
        }
        let officer = portal.officer("psb-120114");
        assert_eq!(officer.get("/desk?l=zh").status, 200, "{what}");
    }
    assert_eq!(portal.count("tips"), i64::try_from(receipts.len()).unwrap());
    // Notices of the normal lane are gathered for some minutes: an hour later all must have left, even those
    // that were written when the clock was four hundred days ahead.
    portal.clock.advance(3_600);
    wait_until("every notice has left", || portal.count("outbox where state <> 'sent'") == 0);
}

fn is_in(officer: &Visitor) -> bool {
    let page = officer.get("/desk?l=zh");
    page.status == 200 && !page.has("form#sign-in")
}

#[test]
fn a_session_made_under_a_wrong_clock_ends_when_the_clock_is_right() {
    let portal = TestPortal::open();
    set(&portal, 400 * DAY);
    let officer = portal.officer("psb-120114");
    assert!(is_in(&officer));
    set(&portal, 0);
    assert!(!is_in(&officer), "it would have held for four hundred days");
    let officer = portal.officer("psb-120114");
    set(&portal, -60);
    assert!(is_in(&officer), "a minute back is no matter");
}

#[test]
fn a_lease_taken_under_a_wrong_clock_is_lost_when_the_clock_is_right() {
    let portal = TestPortal::open();
    portal.report(&[("text", "有人被关着"), ("place_district", "120114"), ("danger", "yes")]);
    wait_until("the notices have left", || portal.count("outbox where state <> 'sent'") == 0);
    let far = START.0 + 400 * DAY * 1000;
    db::execute(
        &portal.database(),
        &format!("update outbox set state = 'leased', lease_token = 'gone', lease_until = {far}"),
    );
    wait_until("they are sent again", || portal.count("outbox where state <> 'sent'") == 0);
}
