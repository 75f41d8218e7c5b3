//! Signing in when many do, and signing in again.

use std::time::{Duration, Instant};

use homeward::app::hashing::LINE;

use super::bench::{Bench, PASSWORD};
use crate::site::{Answer, urlencoded};

impl Bench {
    fn sign_in_with(&self, login: &str, cookies: &str) -> Answer {
        let body = urlencoded(&[("name", login), ("password", PASSWORD)]);
        self.send("POST", "/desk/sign-in?l=zh", &body, cookies, "Sec-Fetch-Site: same-origin\r\n")
    }

    fn spend_the_share_of(&self, login: &str) {
        for _ in 0..10 {
            self.site.app.limits.check_name(login);
        }
    }
}

fn took(act: impl FnOnce() -> Answer) -> (u16, Duration) {
    let started = Instant::now();
    (act().status, started.elapsed())
}

#[test]
fn signing_in_again_ends_the_session_whose_cookie_was_sent() {
    let bench = Bench::open();
    let before = bench.officer("psb");

    let again = bench.sign_in_with("psb", &before.cookies);

    assert_eq!(again.status, 303);
    assert_eq!(before.get("/desk").status, 303, "the old cookie opens nothing");
    assert_eq!(bench.number("select count(*) as v from sessions"), 1);
    assert_eq!(bench.audited("session.closed"), 1);
    assert_eq!(bench.send("GET", "/desk", b"", &again.cookies(), "").status, 200);
}

#[test]
fn a_wrong_password_ends_no_session() {
    let bench = Bench::open();
    let officer = bench.officer("psb");
    let body = urlencoded(&[("name", "psb"), ("password", "not the password at all")]);

    assert_eq!(bench.send("POST", "/desk/sign-in", &body, &officer.cookies, "").status, 422);
    assert_eq!(officer.get("/desk").status, 200);
}

#[test]
fn a_name_that_others_wear_out_is_slowed_and_never_refused() {
    let bench = Bench::open();
    let officer = bench.officer("psb");
    bench.spend_the_share_of("psb");

    let (status, slow) = took(|| bench.sign_in_with("psb", ""));
    assert_eq!(status, 303);
    assert!(slow >= Duration::from_secs(2), "{slow:?}");
    let (status, quick) = took(|| bench.sign_in_with("psb", &officer.cookies));
    assert_eq!(status, 303);
    assert!(quick < Duration::from_secs(2), "whoever is signed in is not held back: {quick:?}");
}

#[test]
fn the_line_for_passwords_is_bounded_and_half_of_it_is_kept() {
    let bench = Bench::open();
    bench.spend_the_share_of("psb");
    let line = bench.site.app.hashing.line();

    let half = line.try_acquire_many(u32::try_from(LINE / 2).unwrap()).unwrap();
    assert_eq!(bench.sign_in_with("psb", "").status, 503, "over the share");
    assert_eq!(bench.sign_in_with("civil", "").status, 303, "within it");
    let _all = line.try_acquire_many(u32::try_from(LINE / 2).unwrap()).unwrap();
    let (status, quick) = took(|| bench.sign_in_with("civil", ""));
    assert_eq!(status, 503);
    assert!(quick < Duration::from_secs(2), "{quick:?}");
    drop(half);
}
