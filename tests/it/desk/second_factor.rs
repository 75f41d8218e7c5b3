//! Signing in with a second factor: who must enrol one, what counts once, and that nobody learns which part of an
//! attempt was wrong.

use std::sync::Arc;

use homeward::app::App;
use homeward::config::SecondFactor;

use super::bench::{Bench, PASSWORD};
use super::browser::{Browser, Phone};
use crate::site::{Answer, urlencoded};

/// Requires a second factor, as a portal for people does.
pub fn required(app: &mut App) {
    let mut config = (*app.config).clone();
    config.session.second_factor = SecondFactor::Required;
    app.config = Arc::new(config);
}

/// A portal that requires it, and an officer who has enrolled an app.
fn enrolled(bench: &Bench) -> (Browser<'_>, Phone, Vec<String>) {
    let browser = Browser::signed_in(bench, "psb");
    let (phone, page) = browser.enrol_app();
    assert_eq!(page.status, 200, "{}", page.body);
    let codes = page.all("#recovery-codes li");
    bench.site.clock.advance(60);
    (browser, phone, codes)
}

#[test]
fn whoever_must_enrol_reaches_nothing_else_first() {
    let bench = Bench::with(required);
    let browser = Browser::signed_in(&bench, "psb");

    for path in ["/desk", "/desk?tab=told", "/desk/tips/00000000000000000000000000000000"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location")[0].starts_with("/desk/account"), "{path}");
    }
    let csrf = browser.csrf();
    for path in ["/desk/next", "/desk/tips/00000000000000000000000000000000/open"] {
        assert_eq!(browser.post(path, &[("csrf", &csrf)]).status, 403, "{path}");
    }
    let page = browser.get("/desk/account?l=zh");
    assert!(page.has("#must-enrol") && !page.has("#factors"), "{}", page.body);

    let (_, page) = browser.enrol_app();
    assert_eq!(page.all("#recovery-codes li").len(), 10);
    assert_eq!(browser.get("/desk?l=zh").status, 200);
    assert_eq!((bench.audited("factor.added"), bench.audited("session.opened")), (1, 1));
}

#[test]
fn a_code_of_the_app_is_needed_from_then_on_and_each_step_counts_once() {
    let bench = Bench::with(required);
    let (_, phone, _) = enrolled(&bench);
    let attempt = |code: &str| Browser::new(&bench).sign_in("psb", PASSWORD, &[("code", code)]).status;

    assert_eq!(attempt(""), 422);
    assert_eq!(attempt("000000"), 422);
    let code = phone.code(&bench);
    assert_eq!(attempt(&code), 303);
    assert_eq!(attempt(&code), 422, "the same step once more");
    bench.site.clock.advance(30);
    assert_eq!(attempt(&format!(" {} ", phone.code(&bench))), 303);
}

#[test]
fn of_two_who_send_one_code_at_once_one_gets_in() {
    let bench = Bench::with(required);
    let (_, phone, _) = enrolled(&bench);
    for _ in 0..3 {
        let code = phone.code(&bench);
        let body = urlencoded(&[("name", "psb"), ("password", PASSWORD), ("code", &code)]);
        let all: Vec<u16> = std::thread::scope(|scope| {
            let one = || bench.send("POST", "/desk/sign-in", &body, "", "").status;
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.contains(&303) && all.contains(&422), "{all:?}");
        bench.site.clock.advance(60);
    }
}

#[test]
fn a_recovery_code_stands_in_once_and_is_told_of() {
    let bench = Bench::with(required);
    let (_, phone, codes) = enrolled(&bench);
    let attempt = |code: &str| {
        let browser = Browser::new(&bench);
        let answer = browser.sign_in("psb", PASSWORD, &[("code", code)]);
        (browser, answer)
    };

    assert_eq!(attempt(&codes[4].to_uppercase()).1.status, 303);
    assert_eq!(attempt(&codes[4]).1.status, 422);

    let (browser, answer) = attempt(&phone.code(&bench));
    assert!(answer.header("location")[0].starts_with("/desk/account/news"), "{}", answer.head);
    let news = browser.get("/desk/account/news?l=zh");
    assert!(news.text("#news").contains("用过一个恢复码"), "{}", news.text("main"));
    assert!(browser.get("/desk/account?l=zh").text("#codes").contains('9'));
}

/// The page without the name that was typed into it.
fn neutral(answer: &Answer, name: &str) -> String {
    answer.body.replace(&format!("value=\"{name}\""), "value=\"\"")
}

#[test]
fn every_wrong_part_is_answered_with_the_same_bytes() {
    let bench = Bench::with(required);
    let (_, phone, codes) = enrolled(&bench);
    let right = phone.code(&bench);
    let forged = r#"{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}"#;
    let attempts: [(&str, &str, &str, &str); 8] = [
        ("psb", "not the password at all", &right, ""),
        ("psb", "not the password at all", "", ""),
        ("psb", PASSWORD, "000000", ""),
        ("psb", PASSWORD, "", ""),
        ("psb", PASSWORD, "", forged),
        ("psb", PASSWORD, "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", ""),
        ("xyz", PASSWORD, &right, ""),
        ("xyz", "not the password at all", &codes[0], ""),
    ];
    let answers: Vec<(u16, usize, String)> = attempts
        .iter()
        .map(|(name, password, code, passkey)| {
            let typed = [("code", *code), ("passkey", *passkey)];
            let answer = Browser::new(&bench).sign_in(name, password, &typed);
            (answer.status, answer.body.len(), neutral(&answer, name))
        })
        .collect();

    assert_eq!(answers[0].0, 422);
    for answer in &answers {
        assert!(*answer == answers[0], "{}", answer.2);
    }
    assert_eq!(bench.number("select count(*) as v from sessions"), 1, "the one that enrolled");
}

#[test]
fn where_it_is_optional_nobody_needs_one_and_whoever_has_one_does() {
    let bench = Bench::open();
    let browser = Browser::signed_in(&bench, "psb");
    assert_eq!(browser.get("/desk").status, 200);

    browser.enrol_app();

    assert_eq!(Browser::new(&bench).sign_in("psb", PASSWORD, &[]).status, 422);
    assert_eq!(Browser::new(&bench).sign_in("civil", PASSWORD, &[]).status, 303);
}

#[test]
fn the_first_factor_ends_every_session_that_was_opened_without_one() {
    let bench = Bench::with(required);
    let (thief, owner) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "psb"));

    owner.enrol_app();

    assert_eq!(owner.get("/desk").status, 200);
    assert!(thief.get("/desk/account").header("location")[0].starts_with("/desk/sign-in"));
    assert_eq!(bench.number("select count(*) as v from sessions"), 1);
}

#[test]
fn the_last_factor_stays_where_one_is_required_and_can_be_changed_for_another() {
    let bench = Bench::with(required);
    let (browser, phone, _) = enrolled(&bench);
    let page = browser.get("/desk/account?l=zh");

    let kept = browser.fill(&page, "remove-app", &[("password", PASSWORD)]);
    assert_eq!(kept.status, 422);
    assert!(kept.text("#errors").contains("最后一种"), "{}", kept.text("#errors"));

    let (other, answer) = browser.enrol_app();
    assert_eq!(answer.status, 303, "{}", answer.body);
    bench.site.clock.advance(60);
    let attempt = |phone: &Phone| {
        Browser::new(&bench).sign_in("psb", PASSWORD, &[("code", &phone.code(&bench))]).status
    };
    assert_eq!(attempt(&phone), 422, "the old one");
    assert_eq!(attempt(&other), 303);
}

#[test]
fn enrolling_asks_for_a_right_code_and_the_password_and_tells_of_it_next_time() {
    let bench = Bench::open();
    let browser = Browser::signed_in(&bench, "psb");
    let page = browser.get("/desk/account/app?l=zh");
    let nothing = || bench.number("select count(*) as v from accounts where has_totp");

    let typed = [("code", "000000"), ("password", PASSWORD)];
    assert_eq!(browser.fill(&page, "enrol", &typed).status, 422);
    let (phone, _) = (Browser::signed_in(&bench, "civil").enrol_app(), ());
    let foreign = phone.0.code(&bench);
    let typed = [("code", foreign.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.fill(&page, "enrol", &typed).status, 422, "a code of another's app");
    assert_eq!(nothing(), 1, "civil's own");

    let again = browser.get("/desk/account/app?l=zh");
    let typed = [("code", "000000"), ("password", "wrong"), ("label", "值班手机")];
    let wrong = browser.fill(&again, "enrol", &typed);
    assert!(wrong.has("svg.qr"), "the secret stays on the page");
    assert_eq!(wrong.value("#label"), "值班手机", "so does the name");
    browser.enrol_app();
    bench.site.clock.advance(60);
    assert_eq!(nothing(), 2);
}

#[test]
fn neither_database_nor_key_file_holds_a_secret_in_clear() {
    let bench = Bench::with(required);
    let (_, phone, codes) = enrolled(&bench);
    // In PostgreSQL's folder lie the databases of all proofs of this run: there only the one row is looked at.
    let disk = if crate::support::pg::is_wanted() {
        let row = bench
            .text("select string_agg(a::text || ' ' || encode(a.sealed, 'escape'), '') as v from accounts a");
        format!("{row} session.opened").into_bytes()
    } else {
        bench.site.everything_on_disk()
    };
    let base32 = homeward::people::second_factor::app_code::spelled(&phone.0);
    let holds = |needle: &[u8]| disk.windows(needle.len()).any(|window| window == needle);

    assert!(holds(b"session.opened"), "the search finds what is there");
    assert!(!holds(&phone.0) && !holds(base32.as_bytes()));
    assert!(codes.iter().all(|code| !holds(code.as_bytes()) && !holds(code.replace('-', "").as_bytes())));
}

#[test]
fn whoever_has_the_password_guesses_ten_codes_an_hour_and_the_owner_still_gets_in() {
    let bench = Bench::with(required);
    let (owner, phone, codes) = enrolled(&bench);
    let attempt = |code: &str| Browser::new(&bench).sign_in("psb", PASSWORD, &[("code", code)]).status;
    for n in 0..10 {
        assert_eq!(attempt(&format!("{n}00000")), 422);
    }
    assert_eq!(attempt(&phone.code(&bench)), 422, "a right one is not looked at any more");

    // A recovery code opens the account all the same, and so does the app on a device that is known.
    assert_eq!(attempt(&codes[0]), 303);
    owner.fill(&owner.get("/desk/account?l=zh"), "sign-out", &[]);
    assert_eq!(owner.sign_in("psb", PASSWORD, &[("code", &phone.code(&bench))]).status, 303);
    bench.site.clock.advance(3600);
    assert_eq!(attempt(&phone.code(&bench)), 303, "the hour is over");
}
