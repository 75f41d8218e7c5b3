//! What was prepared by somebody who is something else by now: refused where it is written.

use homeward::app::PLAN_ID;
use homeward::people::roles::{Permission, Role};
use homeward::store::acts::{ActNotWritten, Warrant, apply};
use homeward::store::people::members::{self, By, MemberRefused};
use homeward::store::{Lane, WriteError, officers, tip_page};
use homeward::triage::acts::{Hand, claim};

use super::{enrolled, for_branch, plant_asked};
use crate::desk::bench::Bench;

/// An officer as the store knows them.
fn known(bench: &Bench, login: &str) -> homeward::people::officer::Officer {
    let login = login.to_owned();
    let read = bench.site.app.store.read_blocking(move |db| officers::known(db, PLAN_ID, &login));
    read.unwrap().unwrap().officer
}

#[test]
fn an_act_prepared_before_the_account_ended_is_refused_in_the_transaction() {
    plant_asked();
    let bench = Bench::open();
    bench.colleague("second", "psb-120114");
    let app = &bench.site.app;
    let uid = bench.tip(&for_branch()).0.parse().unwrap();
    let (lead, second) = (known(&bench, "psb-120114"), known(&bench, "second"));
    let now = app.clock.now();
    let sheet = {
        let second = second.clone();
        app.store
            .read_blocking(move |db| tip_page::prepare(db, PLAN_ID, &second, &uid, now))
            .unwrap()
            .unwrap()
    };
    let hand = Hand { officer: &second, now: app.clock.now(), entropy: app.entropy.as_ref() };
    let act = claim(&hand, &sheet.tip, false).unwrap();
    let (whom, now, entropy) = (second.uid, app.clock.now(), app.entropy.clone());
    let by = By::Officer(lead);
    app.store
        .write_blocking("end", Lane::Desk, move |db| {
            members::end(db, PLAN_ID, &by, &whom, (now, entropy.as_ref()))
        })
        .unwrap();

    let warrant =
        Warrant { officer: second.clone(), tip: uid, permission: Permission::Claim, directory: None };
    let written = app.store.write_blocking("claim", Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &act));

    assert!(matches!(written, Err(WriteError::Refused(ActNotWritten::Forbidden))), "{written:?}");
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
    let read = app.store.write_blocking("read", Lane::Record, move |db| {
        Ok::<_, homeward::store::Abort<()>>(tip_page::read(
            db,
            PLAN_ID,
            &second,
            &uid,
            tip_page::Purpose::Page,
            now,
        )?)
    });
    assert!(read.unwrap().is_none(), "reading is asked again too");
}

#[test]
fn whoever_was_an_administrator_when_the_page_was_drawn_is_asked_again() {
    let bench = Bench::open();
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    bench.colleague("second", "psb-120114");
    let (stale, second) = (known(&bench, "security"), known(&bench, "second"));
    bench.change("update officers set role = 'auditor' where login = 'security'");
    let (app, whom, now) = (&bench.site.app, second.uid, bench.site.app.clock.now());
    let by = By::Officer(stale);

    let tried = app.store.write_blocking("sessions", Lane::Desk, move |db| {
        members::end_sessions(db, PLAN_ID, &by, &whom, now)
    });

    assert!(matches!(tried, Err(WriteError::Refused(MemberRefused::NotYours(_)))), "{tried:?}");
}
