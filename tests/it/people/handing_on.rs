//! All members of a branch go, one after the other, while reports keep coming in and an officer works: at every moment
//! each tip has one owner who can open it. And the same, broken off in the middle and taken up again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use homeward::app::{App, rehomer};
use homeward::people::roles::Role;
use homeward::vault::entropy::OsEntropy;

use super::witness::{Stops, Witness, watch};
use super::{crowded, enrolled, plant_asked, press, report, signed_in, uid};
use crate::desk::bench::Bench;

/// Sends reports until told to stop; gives how many were received.
pub fn reports(bench: &Bench, stop: &AtomicBool) -> usize {
    let mut received = 0;
    while !stop.load(Ordering::SeqCst) {
        report(bench);
        received += 1;
    }
    received
}

/// Takes, accepts and notes tips as whoever of these can still sign in; gives how many acts were done.
pub fn works(bench: &Bench, logins: &[&str], stop: &AtomicBool) -> usize {
    let mut done = 0;
    while !stop.load(Ordering::SeqCst) {
        for login in logins {
            let Some(officer) = signed_in(bench, login) else { continue };
            let taken = press(&officer, "/desk/next", &[]);
            let Some(tip) =
                taken.header("location").first().and_then(|to| to.split('/').nth(3).map(str::to_owned))
            else {
                continue;
            };
            let uid = tip.split('?').next().unwrap_or_default();
            for (act, typed) in [("accept", vec![]), ("note", vec![("text", "已派员核查")])] {
                let page = officer.tip(uid);
                if page.status == 200 && page.has(&format!("form#{act}")) {
                    done += usize::from(officer.fill(&page, act, &typed).status == 303);
                }
            }
        }
    }
    done
}

fn tips(bench: &Bench) -> i64 {
    bench.number("select count(*) as v from tips")
}

fn has_ended(bench: &Bench, login: &str) -> bool {
    bench.number(&format!("select count(*) as v from officers where login = '{login}' and active")) == 0
}

/// Waits until so many more reports are in, or the witness has seen enough.
pub fn more(bench: &Bench, n: i64, stop: &AtomicBool) {
    let wanted = tips(bench) + n;
    until("more reports come in", stop, || tips(bench) >= wanted);
}

/// Waits for something that others do, or until the witness has seen enough; on a busy machine it takes a while.
pub fn until(what: &str, stop: &AtomicBool, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() && !stop.load(Ordering::SeqCst) {
        assert!(begun.elapsed() < Duration::from_secs(180), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn all_members_of_a_branch_go_while_reports_come_in() {
    plant_asked();
    let bench = crowded(|_| {});
    let members = ["second", "third", "psb-120114"];
    members[..2].iter().for_each(|login| bench.colleague(login, "psb-120114"));
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    let (stop, database) = (AtomicBool::new(false), bench.site.app.config.data.database());

    let (received, acts, (wrong, looks, seen)) = std::thread::scope(|scope| {
        let stops = Stops(&stop);
        let reporting = [scope.spawn(|| reports(&bench, &stop)), scope.spawn(|| reports(&bench, &stop))];
        let working = scope.spawn(|| works(&bench, &["second", "third", "psb-120114", "psb"], &stop));
        let watching = scope.spawn(|| watch(&database, &stop));
        for login in members {
            more(&bench, 15, &stop);
            let path = format!("/desk/people/{}/end", uid(&bench, login));
            assert_eq!(press(&signed_in(&bench, "security").unwrap(), &path, &[]).status, 303, "{login}");
            until("the account has ended", &stop, || has_ended(&bench, login));
        }
        more(&bench, 10, &stop);
        drop(stops);
        let received: usize = reporting.into_iter().map(|thread| thread.join().unwrap()).sum();
        (received, working.join().unwrap(), watching.join().unwrap())
    });

    println!(
        "{received} reports, {acts} acts, {looks} looks at up to {seen} tips, {} violations",
        wrong.len()
    );
    assert!(wrong.is_empty(), "violations: {:?}", &wrong[..wrong.len().min(5)]);
    assert_eq!(Witness::of(&database).look(), (Vec::new(), received), "every receipt has its tip");
    assert!(looks > 10 && acts > 0, "{looks} looks, {acts} acts");
    assert_eq!(bench.text("select min(lead) || max(lead) as v from tips"), "psbpsb");
    assert!(bench.audited("tip.rehomed") > 0 && bench.audited("tip.released") > 0);
    assert_eq!(bench.audited("officer.ended"), 3);
    let left = bench.number("select count(*) as v from key_grants g join officers o on o.id = g.officer_id where o.agency = 'psb-120114'");
    assert_eq!(left, 0);
}

#[test]
fn broken_off_in_the_middle_it_is_taken_up_by_the_next_start() {
    // The first process stands still for good after one batch, as if it had been killed there.
    let steps = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&steps);
    let bench = crowded(move |app| {
        app.halt = Some(Arc::new(move |point| {
            let dies = point == "rehome.step" && counted.fetch_add(1, Ordering::SeqCst) == 1;
            Box::pin(async move {
                if dies {
                    std::future::pending::<()>().await;
                }
            })
        }));
    });
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    for _ in 0..70 {
        report(&bench);
    }
    let (stop, database) = (AtomicBool::new(false), bench.site.app.config.data.database());

    let (received, (wrong, looks, seen)) = std::thread::scope(|scope| {
        let stops = Stops(&stop);
        let reporting = scope.spawn(|| reports(&bench, &stop));
        let watching = scope.spawn(|| watch(&database, &stop));
        let path = format!("/desk/people/{}/end", uid(&bench, "psb-120114"));
        let answer = press(&signed_in(&bench, "security").unwrap(), &path, &[]);
        assert!(answer.header("location")[0].contains("done=leaving"), "{:?}", answer.header("location"));
        until("the first process stands still", &stop, || steps.load(Ordering::SeqCst) == 2);
        let behind = bench.number("select count(*) as v from tips where lead = 'psb-120114'");
        assert!(behind > 0 && bench.audited("tip.rehomed") > 0, "{behind} are left in the middle");
        more(&bench, 10, &stop);
        assert_eq!(
            bench.number("select count(*) as v from tips where lead = 'psb-120114'"),
            behind,
            "nothing new goes there"
        );

        let (again, _) =
            App::open((*bench.site.app.config).clone(), bench.site.clock.clone(), Arc::new(OsEntropy))
                .unwrap();
        actix_web::rt::System::new().block_on(rehomer::resume(Arc::new(again)));

        assert!(has_ended(&bench, "psb-120114"));
        more(&bench, 5, &stop);
        drop(stops);
        (reporting.join().unwrap(), watching.join().unwrap())
    });

    println!("{received} more reports, {looks} looks at up to {seen} tips, {} violations", wrong.len());
    assert!(wrong.is_empty(), "violations: {:?}", &wrong[..wrong.len().min(5)]);
    assert_eq!(steps.load(Ordering::SeqCst), 2, "the first process went no further");
    assert_eq!(bench.text("select min(lead) || max(lead) as v from tips"), "psbpsb");
    assert_eq!(Witness::of(&database).look(), (Vec::new(), received + 70), "every receipt has its tip");
}
