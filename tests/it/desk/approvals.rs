//! What takes two people: seeing who the reporter is, and what becomes of it where nobody can wait.

use homeward::people::roles::Role;

use super::bench::{Bench, Officer};
use super::with_contact;
use crate::site::{Answer, Part};

const PHONE: &str = "13900000007";

fn ask(officer: &Officer<'_>, uid: &str) -> Answer {
    let typed = [("purpose", "meet"), ("reason", "约定带路")];
    officer.fill(&officer.tip(uid), "contact-ask", &typed)
}

/// The public id of the last request.
fn last(bench: &Bench) -> String {
    bench.text("select uid as v from approvals order by id desc limit 1")
}

#[test]
fn the_contact_is_shown_once_to_who_asked_after_another_agreed() {
    let bench = Bench::open();
    bench.colleague_as("handler", "hrss", Role::Handler);
    let uid = bench.tip(&with_contact()).0;
    let (handler, head) = (bench.officer("handler"), bench.officer("hrss"));
    let page = handler.open(&uid);
    assert!(!page.body.contains(PHONE) && page.has("form#contact-ask") && !page.has("form#contact"));

    let without = handler.fill(&page, "contact-ask", &[("purpose", "meet"), ("reason", "  ")]);
    assert_eq!((without.status, bench.audited("tip.contact_asked")), (422, 0));
    assert_eq!(handler.force(&uid, "contact", &[]).status, 422, "nothing was granted");
    assert_eq!(ask(&handler, &uid).status, 303);
    assert!(handler.tip(&uid).has("#contact-waits"));
    assert_eq!(handler.force(&uid, "contact/ask", &[("purpose", "meet"), ("reason", "再问")]).status, 422);
    assert_eq!(
        bench.number("select count(*) as v from outbox where kind = 'approve' and agency = 'hrss'"),
        1
    );

    assert!(head.get("/desk/approvals?l=zh").has("#approvals"));
    let granted = head.fill(&head.tip(&uid), "contact-grant", &[("approval", &last(&bench))]);
    assert_eq!((granted.status, bench.audited("tip.contact_read")), (303, 0));
    let shown = handler.fill(&handler.tip(&uid), "contact", &[]);
    assert!(shown.text("#contact-shown").contains(PHONE), "{}", shown.body);
    assert_eq!(bench.audited("tip.contact_read"), 1);
    let again = handler.tip(&uid);
    assert!(!again.body.contains(PHONE) && again.text("#history").contains("约定带路"));
    let other = head.force(&uid, "contact", &[]);
    assert!(other.status == 422 && !other.body.contains(PHONE), "it was granted to one person");
}

#[test]
fn nobody_grants_their_own_request_and_a_refusal_shows_nothing() {
    let bench = Bench::open();
    bench.colleague("second", "hrss");
    let uid = bench.tip(&with_contact()).0;
    let (asks, decides) = (bench.officer("hrss"), bench.officer("second"));
    asks.open(&uid);
    assert_eq!(ask(&asks, &uid).status, 303);

    let own = asks.force(&uid, "contact/grant", &[("approval", &last(&bench))]);
    assert_eq!(own.status, 422);
    assert!(own.text("#errors").contains("另一人"), "{}", own.text("main"));
    let refused = decides.fill(&decides.tip(&uid), "contact-refuse", &[("approval", &last(&bench))]);
    assert_eq!(refused.status, 303);
    assert_eq!(asks.force(&uid, "contact", &[]).status, 422);
    let late = decides.force(&uid, "contact/grant", &[("approval", &last(&bench))]);
    assert_eq!(late.status, 422, "what was refused is not granted afterwards");
    assert_eq!(ask(&asks, &uid).status, 303, "asking again is open");
}

#[test]
fn a_request_and_what_was_granted_end_with_their_time() {
    let bench = Bench::open();
    bench.colleague("second", "hrss");
    let uid = bench.tip(&with_contact()).0;
    bench.officer("hrss").open(&uid);
    assert_eq!(ask(&bench.officer("hrss"), &uid).status, 303);
    bench.site.clock.advance(7 * 24 * 3600);
    let decides = bench.officer("second");
    assert_eq!(decides.force(&uid, "contact/grant", &[("approval", &last(&bench))]).status, 422);

    assert_eq!(ask(&bench.officer("hrss"), &uid).status, 303);
    assert_eq!(decides.force(&uid, "contact/grant", &[("approval", &last(&bench))]).status, 303);
    bench.site.clock.advance(24 * 3600);
    assert_eq!(bench.officer("hrss").force(&uid, "contact", &[]).status, 422);
}

fn in_danger_with_contact() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "她被锁在三楼，窗户焊死了"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
        Part::text("danger", "yes"),
        Part::text("identity", "confidential"),
        Part::text("contact_phone", PHONE),
    ]
}

#[test]
fn the_glass_is_broken_alone_loudly_and_looked_at_by_another() {
    let bench = Bench::open();
    bench.colleague_as("night", "psb-120114", Role::Handler);
    let uid = bench.tip(&in_danger_with_contact()).0;
    let night = bench.officer("night");
    let page = night.open(&uid);
    assert!(page.has("form#contact-break-glass") && !page.body.contains(PHONE));

    let without = night.fill(&page, "contact-break-glass", &[("purpose", "protect"), ("reason", "")]);
    assert!(without.status == 422 && !without.body.contains(PHONE));
    let typed = [("purpose", "protect"), ("reason", "要马上找到她")];
    let shown = night.fill(&page, "contact-break-glass", &typed);
    assert!(shown.text("#contact-shown").contains(PHONE), "{}", shown.body);
    assert_eq!(bench.audited("tip.glass_broken"), 1);
    let told =
        bench.text("select string_agg(agency, ' ' order by agency) as v from outbox where kind = 'glass'");
    assert_eq!(told, "psb psb-120114");

    assert_eq!(
        night.force(&uid, "contact/grant", &[("approval", &last(&bench))]).status,
        403,
        "a handler reviews nothing"
    );
    let above = bench.officer("psb");
    assert!(above.get("/desk/approvals?l=zh").has("#approvals .open"));
    assert_eq!(above.fill(&above.tip(&uid), "contact-grant", &[("approval", &last(&bench))]).status, 303);
    assert_eq!(bench.text("select state as v from approvals"), "reviewed");
    assert_eq!(bench.audited("tip.glass_reviewed"), 1);
}

#[test]
fn what_nobody_looked_at_in_twelve_hours_is_the_auditors_who_sees_no_tip() {
    let bench = Bench::open();
    bench.colleague_as("auditor", "jointconf", Role::Auditor);
    let uid = bench.tip(&in_danger_with_contact()).0;
    let officer = bench.officer("psb-120114");
    let typed = [("purpose", "protect"), ("reason", "要马上找到她")];
    assert_eq!(officer.fill(&officer.open(&uid), "contact-break-glass", &typed).status, 200);

    assert!(!bench.officer("auditor").get("/desk/approvals?l=zh").has("#approvals"));
    bench.site.clock.advance(12 * 3600);
    let auditor = bench.officer("auditor");
    let list = auditor.get("/desk/approvals?l=zh");
    assert!(list.has("#approvals") && !list.has("#approvals a"), "{}", list.body);
    assert_eq!(auditor.tip(&uid).status, 404);
}

#[test]
fn no_glass_is_broken_where_nobody_is_in_danger() {
    let bench = Bench::open();
    let uid = bench.tip(&with_contact()).0;
    let officer = bench.officer("hrss");
    assert!(!officer.open(&uid).has("form#contact-break-glass"));
    let typed = [("purpose", "protect"), ("reason", "想看看")];
    let answer = officer.force(&uid, "contact/break-glass", &typed);
    assert!([403, 404].contains(&answer.status) && !answer.body.contains(PHONE), "{}", answer.status);
}

fn of_a_minor() -> Vec<Part<'static>> {
    [with_contact(), vec![Part::text("minor", "yes")]].concat()
}

#[test]
fn a_minors_record_takes_a_purpose_and_the_heads_approval() {
    let bench = Bench::open();
    bench.colleague_as("handler", "hrss", Role::Handler);
    let uid = bench.tip(&of_a_minor()).0;
    let (handler, head) = (bench.officer("handler"), bench.officer("hrss"));
    let closed = handler.open(&uid);
    assert!(closed.has("#minor-closed") && !closed.has("#report-text") && !closed.body.contains("小饭店"));
    assert_eq!((bench.audited("tip.read"), bench.audited("tip.facts_read")), (0, 1));
    for act in ["accept", "note", "reply", "close", "contact/ask"] {
        let refused =
            handler.force(&uid, act, &[("text", "想写点什么"), ("purpose", "meet"), ("reason", "x")]);
        assert!(refused.status == 422 && !refused.body.contains("小饭店"), "{act}: {}", refused.status);
    }

    let typed = [("purpose", "verify"), ("reason", "核实孩子年龄")];
    assert_eq!(handler.fill(&closed, "minor-ask", &typed).status, 303);
    assert!(handler.tip(&uid).has("#minor-waits"));
    let page = head.tip(&uid);
    assert!(
        page.has("#report-text") && page.text("#history").contains("核实孩子年龄"),
        "the head reads and decides"
    );
    assert_eq!(head.fill(&page, "contact-grant", &[("approval", &last(&bench))]).status, 303);
    assert!(handler.tip(&uid).has("#report-text"));
    assert_eq!(handler.fill(&handler.tip(&uid), "accept", &[]).status, 303);

    bench.site.clock.advance(30 * 24 * 3600);
    assert!(bench.officer("handler").tip(&uid).has("#minor-closed"), "it ends after thirty days");
}

#[test]
fn where_somebody_is_in_danger_nobody_waits_to_read_of_a_minor() {
    let bench = Bench::open();
    bench.colleague_as("night", "psb-120114", Role::Handler);
    let uid = bench.tip(&[in_danger_with_contact(), vec![Part::text("minor", "yes")]].concat()).0;
    assert!(bench.officer("night").open(&uid).has("#report-text"));
}

#[test]
fn a_tip_is_erased_early_when_another_agrees_and_not_under_a_hold() {
    let bench = Bench::open();
    bench.colleague("second", "hrss");
    let (uid, receipt) = bench.tip(&with_contact());
    let (asks, decides) = (bench.officer("hrss"), bench.officer("second"));
    asks.open(&uid);
    let typed = [("purpose", "other"), ("reason", "举报人要求清除")];
    assert_eq!(asks.fill(&asks.tip(&uid), "erase-ask", &typed).status, 303);
    let own = asks.force(&uid, "contact/grant", &[("approval", &last(&bench))]);
    assert_eq!((own.status, bench.number("select count(*) as v from tips")), (422, 1));

    assert_eq!(asks.fill(&asks.tip(&uid), "hold", &[("reason", "检察院调卷")]).status, 303);
    let held = decides.force(&uid, "contact/grant", &[("approval", &last(&bench))]);
    assert_eq!(
        (held.status, bench.number("select count(*) as v from tips")),
        (422, 1),
        "{}",
        held.text("#errors")
    );
    assert_eq!(decides.fill(&decides.tip(&uid), "lift", &[("reason", "已退卷")]).status, 303);

    let gone = decides.fill(&decides.tip(&uid), "contact-grant", &[("approval", &last(&bench))]);
    assert_eq!(gone.status, 303);
    assert_eq!(asks.tip(&uid).status, 404);
    for table in ["tips", "entries", "envelopes", "receipts", "approvals", "tip_events"] {
        assert_eq!(bench.number(&format!("select count(*) as v from {table}")), 0, "{table}");
    }
    assert_eq!((bench.audited("tip.erase_granted"), bench.audited("tip.erased")), (1, 1));
    let ties = homeward::audit::commitment::Ties::of(&bench.site.app.deployment);
    let verdict = bench
        .site
        .app
        .store
        .read_blocking(move |db| homeward::store::commitments::checking::check(db, &ties))
        .unwrap();
    assert_eq!(
        (verdict.faults, verdict.erased),
        (Vec::new(), 1),
        "the public record knows that nobody dropped it"
    );
    let body = crate::site::urlencoded(&[("l", "zh"), ("receipt", &receipt)]);
    assert_eq!(bench.site.post("/follow-up", crate::site::URLENCODED, &body, "").status, 404);
}

#[test]
fn what_was_seen_alone_is_looked_at_before_the_tip_is_erased() {
    let bench = Bench::open();
    bench.colleague("night", "psb-120114");
    let uid = bench.tip(&in_danger_with_contact()).0;
    let (night, head, above) = (bench.officer("night"), bench.officer("psb-120114"), bench.officer("psb"));
    let typed = [("purpose", "protect"), ("reason", "要马上找到她")];
    assert_eq!(night.fill(&night.open(&uid), "contact-break-glass", &typed).status, 200);
    let glass = last(&bench);
    let erase = [("purpose", "other"), ("reason", "举报人要求清除")];
    assert_eq!(night.fill(&night.tip(&uid), "erase-ask", &erase).status, 303);

    let asked = last(&bench);
    let refused = head.force(&uid, "contact/grant", &[("approval", &asked)]);
    assert!(refused.status == 422 && refused.text("#errors").contains("复核"), "{}", refused.text("main"));
    assert_eq!(bench.number("select count(*) as v from tips"), 1);
    assert_eq!(above.force(&uid, "contact/grant", &[("approval", &glass)]).status, 303);
    assert_eq!(head.force(&uid, "contact/grant", &[("approval", &asked)]).status, 303);
    assert_eq!(bench.number("select count(*) as v from tips"), 0);
}

#[test]
fn what_nobody_decided_in_time_hides_nothing_that_waits() {
    let bench = Bench::open();
    bench.colleague("second", "hrss");
    let (past, fresh) = (bench.tip(&with_contact()).0, bench.tip(&with_contact()).0);
    let asks = bench.officer("hrss");
    asks.open(&past);
    assert_eq!(ask(&asks, &past).status, 303);
    let columns = "plan_id, kind, agency, tip_id, asked_by, state, asked_minute, expires_minute";
    for n in 0..201 {
        bench.change(&format!(
            "insert into approvals (uid, {columns}) select '{n:032}', {columns} from approvals where id = 1"
        ));
    }
    bench.site.clock.advance(8 * 24 * 3600);
    let asks = bench.officer("hrss");
    asks.open(&fresh);
    assert_eq!(ask(&asks, &fresh).status, 303);
    assert_eq!(bench.officer("second").get("/desk/approvals?l=zh").all("#approvals tbody tr").len(), 1);
}
