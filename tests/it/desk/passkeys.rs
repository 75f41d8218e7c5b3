//! Passkeys from both ends: this portal, and an authenticator of the tests' own that also answers wrongly.

use super::authenticator::Authenticator;
use super::bench::{Bench, PASSWORD};
use super::browser::Browser;
use super::second_factor::required;
use crate::site::Answer;

impl Browser<'_> {
    fn enrol_passkey(&self, key: &mut Authenticator) -> Answer {
        let page = self.get("/desk/account/passkey?l=zh");
        assert!(page.has("#passkey-way[hidden]"), "{}", page.body);
        let csrf = page.value("form#enrol input[name=csrf]");
        let options = self.post("/desk/account/passkey/challenge", &[("csrf", &csrf)]);
        assert_eq!(options.status, 200, "{}", options.body);
        let made = key.create(&options.body);
        self.fill(&page, "enrol", &[("passkey", &made), ("password", PASSWORD), ("label", "办公室")])
    }

    fn asked(&self) -> String {
        let options = self.post("/desk/sign-in/challenge", &[]);
        assert_eq!(options.status, 200, "{}", options.body);
        options.body
    }

    fn with_passkey(&self, login: &str, key: &mut Authenticator) -> u16 {
        let answer = key.get(&self.asked());
        self.sign_in(login, PASSWORD, &[("passkey", &answer)]).status
    }
}

#[test]
fn a_passkey_is_enrolled_first_and_then_signs_in_beside_the_password() {
    let bench = Bench::with(required);
    let mut key = Authenticator::new(1);
    let browser = Browser::signed_in(&bench, "psb");

    let page = browser.enrol_passkey(&mut key);
    assert_eq!((page.status, page.all("#recovery-codes li").len()), (200, 10), "{}", page.text("main"));
    assert!(browser.get("/desk/account?l=zh").text("#factors").contains("办公室"));

    let again = Browser::new(&bench);
    assert_eq!(again.with_passkey("psb", &mut key), 303);
    assert!(again.cookie("hw-challenge").is_none(), "the challenge's cookie is gone");
    assert!(again.get("/desk/account?l=zh").text("#sessions").contains("口令和通行密钥"));
    assert_eq!(Browser::new(&bench).with_passkey("psb", &mut key), 303, "and once more");
    let answer = key.get(&again.asked());
    assert_eq!(
        again.sign_in("psb", "not the password", &[("passkey", &answer)]).status,
        422,
        "alone it is nothing"
    );
}

#[test]
fn an_answer_counts_once_for_five_minutes_and_in_its_own_browser() {
    let bench = Bench::with(required);
    let mut key = Authenticator::new(1);
    Browser::signed_in(&bench, "psb").enrol_passkey(&mut key);
    let send =
        |browser: &Browser<'_>, answer: &str| browser.sign_in("psb", PASSWORD, &[("passkey", answer)]).status;

    let (mine, other) = (Browser::new(&bench), Browser::new(&bench));
    let answer = key.get(&mine.asked());
    let cookie = mine.cookie("hw-challenge").unwrap();
    assert_eq!(send(&mine, &answer), 303);
    mine.set_cookie("hw-challenge", &cookie);
    assert_eq!(send(&mine, &answer), 422, "the same once more");

    let answer = key.get(&mine.asked());
    assert_eq!(send(&other, &answer), 422, "without the cookie");
    other.asked();
    assert_eq!(send(&other, &answer), 422, "with a challenge of its own");
    bench.site.clock.advance(301);
    assert_eq!(send(&mine, &answer), 422, "too late");
    assert_eq!(bench.number("select count(*) as v from challenges"), 0);
}

#[test]
fn a_challenge_is_spent_whatever_the_answer_was() {
    let bench = Bench::with(required);
    let mut key = Authenticator::new(1);
    Browser::signed_in(&bench, "psb").enrol_passkey(&mut key);
    let browser = Browser::new(&bench);

    let answer = key.get(&browser.asked());
    let cookie = browser.cookie("hw-challenge").unwrap();
    assert_eq!(browser.sign_in("psb", "not the password", &[("passkey", &answer)]).status, 422);
    browser.set_cookie("hw-challenge", &cookie);
    assert_eq!(browser.sign_in("psb", PASSWORD, &[("passkey", &answer)]).status, 422);
}

#[test]
fn of_two_who_send_one_answer_at_once_one_gets_in() {
    let bench = Bench::with(required);
    let mut key = Authenticator::new(1);
    Browser::signed_in(&bench, "psb").enrol_passkey(&mut key);
    for _ in 0..3 {
        let browser = Browser::new(&bench);
        let answer = key.get(&browser.asked());
        let body = crate::site::urlencoded(&[("name", "psb"), ("password", PASSWORD), ("passkey", &answer)]);
        let cookies = browser.cookies();
        let all: Vec<u16> = std::thread::scope(|scope| {
            let one = || bench.send("POST", "/desk/sign-in", &body, &cookies, "").status;
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.contains(&303) && all.contains(&422), "{all:?}");
    }
}

#[test]
fn what_is_no_passkey_of_this_officer_is_refused() {
    let bench = Bench::with(required);
    let (mut mine, mut other) = (Authenticator::new(1), Authenticator::new(2));
    Browser::signed_in(&bench, "psb").enrol_passkey(&mut mine);
    Browser::signed_in(&bench, "civil").enrol_passkey(&mut other);
    let attempt = |key: &mut Authenticator| Browser::new(&bench).with_passkey("psb", key);

    assert_eq!(attempt(&mut other), 422, "a colleague's");
    assert_eq!(attempt(&mut Authenticator::new(3)), 422, "nobody's");
    mine.origin = "http://localhost.evil.example:8081".into();
    assert_eq!(attempt(&mut mine), 422, "answered for another site");
    mine.origin = super::authenticator::ORIGIN.into();
    mine.flags = 0x01;
    assert_eq!(attempt(&mut mine), 422, "without asking the person");
    mine.flags = 0x05;
    assert_eq!(attempt(&mut mine), 303);
}

#[test]
fn a_passkey_is_enrolled_only_for_whom_it_was_asked() {
    let bench = Bench::with(required);
    let (mine, other) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "civil"));
    let mut key = Authenticator::new(1);
    let options = other.post("/desk/account/passkey/challenge", &[("csrf", &other.csrf())]);
    let made = key.create(&options.body);

    mine.set_cookie("hw-challenge", &other.cookie("hw-challenge").unwrap());
    let page = mine.get("/desk/account/passkey?l=zh");
    let answer = mine.fill(&page, "enrol", &[("passkey", &made), ("password", PASSWORD)]);

    assert_eq!(answer.status, 422);
    assert_eq!(bench.number("select count(*) as v from accounts where passkeys > 0"), 0);
    let at_sign_in = mine.asked();
    let made = key.get(&at_sign_in);
    let page = mine.get("/desk/account/passkey?l=zh");
    assert_eq!(mine.fill(&page, "enrol", &[("passkey", &made), ("password", PASSWORD)]).status, 422);
}

#[test]
fn the_page_says_where_passkeys_cannot_work() {
    let bench = Bench::open();
    let officer = Browser::signed_in(&bench, "psb");
    let head = format!(
        "GET /desk/account/passkey?l=zh HTTP/1.1\r\nHost: 127.0.0.1:8081\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        officer.cookies()
    );
    let page = Answer::parse(&bench.exchange(head.as_bytes()));

    assert!(page.text("#elsewhere").contains("http://localhost:8081/desk"), "{}", page.text("main"));
    assert!(!page.has("#passkey-way"));
    let door =
        bench.exchange(b"GET /desk/sign-in?l=en HTTP/1.1\r\nHost: [::1]:8081\r\nConnection: close\r\n\r\n");
    assert!(Answer::parse(&door).body.contains("http://localhost:8081/desk"));
}
