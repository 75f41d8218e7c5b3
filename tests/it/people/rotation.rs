//! An agency's keys are replaced while reports come in and officers work: at every moment each tip opens for a present
//! member; afterwards the old keys, in whosever hands, open nothing that lies there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use homeward::app::{App, PLAN_ID, resealer};
use homeward::people::roles::{Permission, Role};
use homeward::store::acts::{ActNotWritten, Warrant, apply};
use homeward::store::{Lane, WriteError, officers, tip_page};
use homeward::triage::acts::{Hand, claim};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::unwrap_private;

use super::handing_on::{more, reports, until, works};
use super::witness::{Stops, Witness, watch};
use super::{crowded, enrolled, for_branch, plant_asked, press, report, signed_in, uid};
use crate::desk::bench::{Bench, PASSWORD};

const BRANCH: &str = "psb-120114";

fn is_done(bench: &Bench) -> bool {
    bench.number("select count(*) as v from rotations where done_minute is not null") == 1
}

#[test]
fn keys_are_replaced_while_reports_come_in() {
    plant_asked();
    let bench = crowded(|_| {});
    for login in ["second", "gone"] {
        bench.colleague(login, BRANCH);
    }
    enrolled(&bench, "waits", BRANCH, Role::Handler);
    let (stop, database) = (AtomicBool::new(false), bench.site.app.config.data.database());
    let mut witness = Witness::of(&database);
    let old = witness.privates(BRANCH);
    assert_eq!(old.len(), 6, "two pairs in three hands");

    let (received, acts, (wrong, looks, seen)) = std::thread::scope(|scope| {
        let stops = Stops(&stop);
        let reporting = scope.spawn(|| reports(&bench, &stop));
        let working = scope.spawn(|| works(&bench, &["second"], &stop));
        let watching = scope.spawn(|| watch(&database, &stop));
        more(&bench, 30, &stop);
        let path = format!("/desk/people/{}/end", uid(&bench, "gone"));
        assert_eq!(press(&signed_in(&bench, BRANCH).unwrap(), &path, &[]).status, 303);

        let answer = press(&signed_in(&bench, BRANCH).unwrap(), "/desk/people/rotate", &[]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        until("everything is sealed anew", &stop, || is_done(&bench));
        more(&bench, 6, &stop);
        drop(stops);
        (reporting.join().unwrap(), working.join().unwrap(), watching.join().unwrap())
    });

    let (by_old, all) = witness.opens(BRANCH, &old);
    println!(
        "{received} reports, {acts} acts, {looks} looks at up to {seen} tips, {} violations; old keys open {by_old} of {all}",
        wrong.len()
    );
    assert!(wrong.is_empty(), "violations: {:?}", &wrong[..wrong.len().min(5)]);
    assert!(looks > 10 && acts > 0, "{looks} looks, {acts} acts");
    assert_eq!(witness.look(), (Vec::new(), received), "every receipt has its tip");
    assert_eq!(by_old, 0, "the old keys open nothing that lies there");
    let fresh = witness.privates(BRANCH);
    assert_eq!(fresh.len(), 6, "two new pairs in three hands, and the old ones in none");
    assert_eq!(witness.opens(BRANCH, &fresh), (all, all));
    assert_eq!((bench.audited("keys.rotated"), bench.audited("keys.resealed")), (1, 1));
    assert!(signed_in(&bench, BRANCH).unwrap().get("/desk/people?l=zh").has("#rotated"));
    let waited = signed_in(&bench, "waits").unwrap();
    let tip = bench.text("select uid as v from tips order by id limit 1");
    assert!(waited.tip(&tip).text("#report-text").contains("乞讨"), "whoever waited holds the new keys");
}

#[test]
fn broken_off_it_is_taken_up_by_another_member_on_another_node() {
    let batches = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&batches);
    let bench = crowded(move |app| {
        app.halt = Some(Arc::new(move |point| {
            let dies = point == "reseal.batch" && counted.fetch_add(1, Ordering::SeqCst) == 1;
            Box::pin(async move {
                if dies {
                    std::future::pending::<()>().await;
                }
            })
        }));
    });
    bench.colleague("second", BRANCH);
    // Two envelopes of the branch a report, a hundred in a batch.
    for _ in 0..80 {
        report(&bench);
    }
    let database = bench.site.app.config.data.database();
    let mut witness = Witness::of(&database);
    let old = witness.privates(BRANCH);
    assert_eq!(press(&signed_in(&bench, BRANCH).unwrap(), "/desk/people/rotate", &[]).status, 303);
    until("one batch was sealed", &AtomicBool::new(false), || batches.load(Ordering::SeqCst) == 2);
    let (by_old, all) = witness.opens(BRANCH, &old);
    assert!(by_old > 0 && by_old < all, "{by_old} of {all} in the middle");
    assert_eq!(witness.look().0, Vec::<String>::new(), "each opens with one pair or the other");
    assert!(signed_in(&bench, BRANCH).unwrap().get("/desk/people?l=zh").has("#rotating"));

    let (again, _) =
        App::open((*bench.site.app.config).clone(), bench.site.clock.clone(), Arc::new(OsEntropy)).unwrap();
    let again = Arc::new(again);
    let known = again.store.read_blocking(|db| officers::known(db, PLAN_ID, "second")).unwrap().unwrap();
    actix_web::rt::System::new().block_on(async {
        resealer::nudge(&again, &known.officer, || unwrap_private(PASSWORD, &known.wrapped).ok());
        while !is_done(&bench) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });

    assert_eq!(witness.opens(BRANCH, &old), (0, all));
    assert_eq!(witness.look().0, Vec::<String>::new());
}

#[test]
fn what_was_sealed_by_the_directory_of_before_is_refused() {
    let bench = Bench::open();
    let app = &bench.site.app;
    let uid = bench.tip(&for_branch()).0.parse().unwrap();
    let known = app.store.read_blocking(|db| officers::known(db, PLAN_ID, BRANCH)).unwrap().unwrap().officer;
    let seen = app.store.read_blocking(homeward::store::directory::version).unwrap();
    let now = app.clock.now();
    let sheet = {
        let known = known.clone();
        app.store.read_blocking(move |db| tip_page::prepare(db, PLAN_ID, &known, &uid, now)).unwrap().unwrap()
    };
    let hand = Hand { officer: &known, now: app.clock.now(), entropy: app.entropy.as_ref() };
    let act = claim(&hand, &sheet.tip, false).unwrap();
    assert_eq!(press(&bench.officer(BRANCH), "/desk/people/rotate", &[]).status, 303);

    let warrant =
        Warrant { officer: known.clone(), tip: uid, permission: Permission::Claim, directory: Some(seen) };
    let written = app.store.write_blocking("act", Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &act));

    assert!(matches!(written, Err(WriteError::Refused(ActNotWritten::Directory))), "{written:?}");
    let tip = bench.tip(&for_branch()).0;
    assert_eq!(
        bench.officer(BRANCH).tip(&tip).text("#report-text"),
        "桥下有人逼孩子乞讨",
        "a report is sealed anew by itself"
    );
}

#[test]
fn only_the_head_of_an_agency_who_holds_its_keys_replaces_them() {
    let bench = Bench::open();
    enrolled(&bench, "handler", BRANCH, Role::Handler);
    enrolled(&bench, "keyless", BRANCH, Role::AgencyLead);
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    for login in ["handler", "keyless", "security"] {
        assert_eq!(press(&bench.officer(login), "/desk/people/rotate", &[]).status, 403, "{login}");
    }
    assert_eq!(bench.number("select count(*) as v from rotations"), 0);
}
