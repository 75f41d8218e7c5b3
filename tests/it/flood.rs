//! Five hundred guesses at once: what they cost the machine, and that neither a report nor an officer whose device
//! is known waits for them. The memory is bounded here; how long a report takes is printed, and held to its bar
//! where `HOMEWARD_BARS` is set, on a quiet machine.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use homeward::app::hashing::Hashing;

use crate::support::portal::password_of;
use crate::support::process::Process;
use crate::support::visitor::Visitor;

/// Guesses at once.
const GUESSES: usize = 500;

/// Reports timed, before and during the flood.
const REPORTS: usize = 60;

/// What one password takes while it is stretched, in MiB.
const PASSWORD_MIB: u64 = 64;

/// What everything else may take more than before the flood, in MiB: five hundred connections and their pages.
const REST_MIB: u64 = 96;

/// A number of the process's own account, in MiB.
fn mib(portal: &Process, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", portal.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Citizens with an open form each, a person's time after it was given out.
fn citizens(portal: &Process, place: u8) -> Vec<(Visitor, crate::support::form::Form)> {
    let all = (0..REPORTS).map(|n| {
        let visitor = portal.visitor(&format!("198.18.{place}.{}", n + 1));
        let mut form = visitor.get("/report?l=zh").form("form#report");
        form.set("text", "想问一下进展").set("category", "women_consult");
        (visitor, form)
    });
    let all: Vec<_> = all.collect();
    std::thread::sleep(Duration::from_secs(4));
    all
}

/// How long each report took, the longest last.
fn sent(citizens: &[(Visitor, crate::support::form::Form)]) -> Vec<Duration> {
    let one = |(visitor, form): &(Visitor, crate::support::form::Form)| {
        let started = Instant::now();
        assert_eq!(visitor.submit(form).status, 200);
        started.elapsed()
    };
    let mut times: Vec<Duration> = citizens.iter().map(one).collect();
    times.sort();
    times
}

fn guess(portal: &Process, n: usize) -> u16 {
    let visitor = Visitor::new(portal.desk, &format!("198.19.{}.{}", n / 250, n % 250 + 1));
    let body =
        crate::site::urlencoded(&[("name", &format!("nobody-{n}")), ("password", "a guess of somebody")]);
    visitor.post("/desk/sign-in?l=zh", crate::site::URLENCODED, &body).status
}

#[test]
#[cfg(target_os = "linux")]
fn five_hundred_guesses_at_once_take_bounded_memory_and_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Process::start(folder.path());
    let officer = portal.officer("psb");
    let form = officer.get("/desk/account?l=zh").form("form#sign-out");
    assert!(officer.submit(&form).has("form#sign-in"), "signed out; the device stays known");
    let quiet = sent(&citizens(&portal, 1));
    let waiting = citizens(&portal, 2);
    let before = mib(&portal, "VmRSS:");

    let (tried, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (busy, back) = std::thread::scope(|scope| {
        for n in 0..GUESSES {
            let (portal, tried, refused) = (&portal, &tried, &refused);
            scope.spawn(move || match guess(portal, n) {
                422 => tried.fetch_add(1, Ordering::SeqCst),
                503 => refused.fetch_add(1, Ordering::SeqCst),
                other => panic!("answered {other}"),
            });
        }
        let mut form = officer.get("/desk/sign-in?l=zh").form("form#sign-in");
        form.set("name", "psb").set("password", &password_of("psb"));
        let started = Instant::now();
        assert_eq!(officer.submit(&form).status, 200);
        let back = started.elapsed();
        (sent(&waiting), back)
    });

    let peak = mib(&portal, "VmHWM:");
    let cores = std::thread::available_parallelism().unwrap().get();
    let at_once = Hashing::start(cores).unwrap().at_once() as u64;
    let bound = before + at_once * PASSWORD_MIB + REST_MIB;
    let (tried, refused) = (tried.into_inner(), refused.into_inner());
    let p99 = |times: &[Duration]| times[times.len() - 1 - times.len() / 100];
    println!(
        "{{\"guesses\":{GUESSES},\"tried\":{tried},\"turned_away\":{refused},\"rss_before_mib\":{before},\"rss_peak_mib\":{peak},\"bound_mib\":{bound},\"report_p99_quiet_ms\":{},\"report_p99_flood_ms\":{},\"officer_in_ms\":{}}}",
        p99(&quiet).as_millis(),
        p99(&busy).as_millis(),
        back.as_millis()
    );
    assert_eq!(tried + refused, GUESSES);
    assert!(refused > GUESSES / 2, "the line is bounded: {refused} were told so");
    assert!(peak <= bound, "{peak} MiB, {bound} MiB allowed");
    assert!(back < Duration::from_secs(8), "the officer waited {back:?}");
    if std::env::var_os("HOMEWARD_BARS").is_some() {
        assert!(
            p99(&busy) <= (2 * p99(&quiet)).max(Duration::from_millis(50)),
            "{:?} {:?}",
            p99(&quiet),
            p99(&busy)
        );
    }
}
