//! Typed reasons: their ciphertext lies in the tip's history, and the record holds them to it.

use std::sync::Arc;

use homeward::app::App;
use homeward::app::record::check::{self, Report};
use homeward::audit::fault::Fault;
use homeward::audit::{AuditRow, reason};
use homeward::store::{Lane, WriteError, audit};
use homeward::vault::entropy::OsEntropy;
use serde_json::json;

use super::scene::other;
use crate::support::portal::{TestPortal, config_in};
use crate::support::{db, pg, wait_until};

/// A portal with one tip that was closed with a reason, stopped.
fn closed() -> (TestPortal, App) {
    let mut portal = TestPortal::open();
    portal.report(&[("text", "有人被锁在砖厂")]);
    let (uid, lead) = portal.leads().into_iter().next().unwrap();
    let officer = portal.officer(&lead);
    let page = officer.submit(&officer.get("/desk?l=zh").form("#queue td form"));
    assert!(page.body.contains(&uid), "{}", page.body);
    let mut form = page.form("form#close");
    form.set("outcome", "rescued").set("reason", "三人已解救");
    let done = officer.submit(&form);
    assert_eq!(done.status, 200, "{}", done.body);
    portal.stop();
    let config = config_in(portal.folder());
    let (app, _) = App::open(config, portal.clock.clone(), Arc::new(OsEntropy)).unwrap();
    (portal, app)
}

fn verify(app: &App) -> Report {
    check::verify(app, &check::Heads::usual(app)).unwrap()
}

#[test]
fn a_sealed_reason_that_was_changed_or_taken_away_is_named_at_the_row_that_speaks_of_it() {
    let (portal, app) = closed();
    let whole = verify(&app);
    assert!(whole.verdict.faults.is_empty() && whole.verdict.reasons == 1, "{whole:?}");
    let place = "select seq as n from audit where act = 'tip.closed'";
    let seq = db::count(&portal.database(), place);
    let reason_is = |value: &str| {
        db::execute(
            &portal.database(),
            &format!("update tip_events set sealed = {value} where kind = 'closed'"),
        );
        verify(&app).verdict
    };

    let changed = other("link", pg::is_wanted()).replace("link", "sealed");
    assert_eq!(reason_is(&changed).faults.list, [Fault::Reason(seq)]);
    assert_eq!(reason_is("null").faults.list, [Fault::NoReason(seq)]);
    db::execute(&portal.database(), "delete from tip_events where kind = 'closed'");
    assert_eq!(verify(&app).verdict.faults.list, [Fault::NoReason(seq)]);
}

#[test]
fn a_reason_that_was_erased_on_record_is_no_fault_and_is_counted() {
    let (portal, app) = closed();
    db::execute(&portal.database(), "update tip_events set sealed = null");
    let forged = "insert into audit (id, at, actor, act, tip_id, detail) values (9001, 5, 'system', 'tip.erased', 1, '{}')";
    db::execute(&portal.database(), forged);
    assert!(verify(&app).verdict.faults.list.len() == 2, "a forged row explains nothing");
    db::execute(&portal.database(), "delete from audit where id = 9001");

    let now = portal.clock.as_ref();
    let at = homeward::clock::Clock::now(now);
    let written: Result<(), WriteError<()>> = app.store.write_blocking("test", Lane::Desk, move |db| {
        let row = AuditRow { tip_id: Some(1), ..AuditRow::system(at, reason::ERASED, json!({})) };
        Ok(audit::append(db, &row)?)
    });
    written.unwrap();
    wait_until("it has its place", || {
        db::count(&portal.database(), "select count(*) as n from audit where seq is null") == 0
    });

    let verdict = verify(&app).verdict;
    assert!(verdict.faults.is_empty() && verdict.erased == 1, "{verdict:?}");
}
