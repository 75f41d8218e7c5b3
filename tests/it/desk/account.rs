//! An officer's own account: sessions, password, known devices; and that it is never anybody else's.

use homeward::app::hashing::LINE;
use homeward::store::{Lane, WriteError, officers, sessions};

use super::bench::{Bench, PASSWORD};
use super::browser::Browser;
use super::second_factor::required;

const FRESH: &str = "three grey pigeons on a wire";

#[test]
fn each_sign_in_has_a_secret_of_its_own_whatever_cookie_was_sent() {
    let bench = Bench::open();
    let browser = Browser::new(&bench);
    let planted = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    browser.set_cookie("hw-desk", planted);

    assert_eq!(browser.sign_in("psb", PASSWORD, &[]).status, 303);
    let first = browser.cookie("hw-desk").unwrap();
    assert_ne!(first, planted);
    assert_eq!(bench.send("GET", "/desk", b"", &format!("hw-desk={planted}"), "").status, 303);

    browser.sign_in("psb", PASSWORD, &[]);
    assert_ne!(browser.cookie("hw-desk").unwrap(), first);
    assert_eq!(bench.send("GET", "/desk", b"", &format!("hw-desk={first}"), "").status, 303);
}

#[test]
fn a_session_is_over_once_signed_out_and_no_other_site_signs_anybody_out() {
    let bench = Bench::open();
    let browser = Browser::signed_in(&bench, "psb");
    let csrf = browser.csrf();
    let body = crate::site::urlencoded(&[("csrf", &csrf)]);
    let out =
        |body: &[u8], more: &str| bench.send("POST", "/desk/sign-out", body, &browser.cookies(), more).status;

    assert_eq!(out(&body, "Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(out(&body, "Host: desk\r\nOrigin: https://elsewhere.example\r\n"), 403);
    assert_eq!(out(b"", "Sec-Fetch-Site: same-origin\r\n"), 403, "without the form's token");
    assert_eq!(bench.send("GET", "/desk/sign-out", b"", &browser.cookies(), "").status, 404);
    assert_eq!(browser.get("/desk").status, 200);

    let stolen = browser.cookies();
    assert_eq!(out(&body, "Sec-Fetch-Site: same-origin\r\n"), 303);
    assert_eq!(bench.send("GET", "/desk", b"", &stolen, "").status, 303);
    assert_eq!(bench.send("POST", "/desk/next", &body, &stolen, "").status, 403);
}

#[test]
fn ones_own_sessions_are_listed_and_ended_and_nobody_elses() {
    let bench = Bench::open();
    let [here, there, far] = [0; 3].map(|_| Browser::signed_in(&bench, "psb"));
    let other = Browser::signed_in(&bench, "civil");
    let page = here.get("/desk/account?l=zh");
    assert_eq!(page.all("#sessions li").len(), 3);
    assert_eq!(page.all("#sessions .this").len(), 1);

    let id = |login: &str, nth: &str| {
        bench.text(&format!(
            "select cast({nth}(s.id) as text) as v from sessions s join officers o on o.id = s.officer_id where o.login = '{login}'"
        ))
    };
    let csrf = here.csrf();
    here.post("/desk/account/sessions/end", &[("csrf", &csrf), ("session", &id("civil", "max"))]);
    assert_eq!(other.get("/desk").status, 200, "somebody else's");
    here.post("/desk/account/sessions/end", &[("csrf", &csrf), ("session", &id("psb", "max"))]);
    assert_eq!((far.get("/desk").status, there.get("/desk").status), (303, 200));

    assert_eq!(here.fill(&here.get("/desk/account?l=zh"), "end-others", &[]).status, 303);
    assert_eq!(
        (there.get("/desk").status, here.get("/desk").status, other.get("/desk").status),
        (303, 200, 200)
    );
    assert_eq!(bench.audited("sessions.ended"), 2);
}

#[test]
fn nothing_in_a_request_makes_an_account_somebody_elses() {
    let bench = Bench::with(required);
    let (mine, other) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "civil"));
    let page = mine.get("/desk/account/app?l=zh");
    let named = [
        ("officer", "2"),
        ("officer_id", "2"),
        ("id", "2"),
        ("login", "civil"),
        ("name", "civil"),
        ("user", "civil"),
        ("password", PASSWORD),
    ];
    assert_eq!(mine.fill(&page, "enrol", &[&named[..], &[("code", "000000")]].concat()).status, 422);
    let csrf = other.csrf();
    for path in ["app", "passkey", "passkey/challenge", "remove", "codes", "password", "sessions/end-others"]
    {
        let stolen = [&[("csrf", csrf.as_str()), ("which", "app")], &named[..]].concat();
        assert_eq!(
            mine.post(&format!("/desk/account/{path}"), &stolen).status,
            403,
            "{path}: another's token"
        );
    }

    let (_, answer) = mine.enrol_app();
    assert_eq!(answer.status, 200);
    let own = "select o.login as v from accounts a join officers o on o.id = a.officer_id where a.has_totp";
    assert_eq!(bench.text(own), "psb");
    assert!(other.get("/desk/account?l=zh").has("#must-enrol"));
}

#[test]
fn another_password_ends_all_other_sessions_and_opens_the_same_keys() {
    let bench = Bench::open();
    let (here, there) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "psb"));
    let (phone, _) = here.enrol_app();
    bench.site.clock.advance(60);
    let before = bench.hex("public_key", "from officers where login = 'psb'");
    let change = |old: &str, fresh: &str, again: &str| {
        let page = here.get("/desk/account/password?l=zh");
        here.fill(&page, "change-password", &[("password", old), ("fresh", fresh), ("again", again)])
    };

    for (old, fresh, again) in [
        ("wrong", FRESH, FRESH),
        (PASSWORD, FRESH, "something else entirely"),
        (PASSWORD, "too short", "too short"),
        (PASSWORD, "homeward-2026-homeward", "homeward-2026-homeward"),
    ] {
        let answer = change(old, fresh, again);
        assert_eq!(answer.status, 422, "{fresh}");
        assert!(answer.has("#errors"));
    }
    let changed = change(PASSWORD, FRESH, FRESH);
    assert_eq!(changed.status, 303, "{}", changed.text("main"));

    assert_eq!((here.get("/desk").status, there.get("/desk").status), (200, 303));
    assert_eq!(bench.hex("public_key", "from officers where login = 'psb'"), before);
    let code = phone.code(&bench);
    assert_eq!(Browser::new(&bench).sign_in("psb", PASSWORD, &[("code", &code)]).status, 422);
    let again = Browser::new(&bench);
    let answer = again.sign_in("psb", FRESH, &[("code", &code)]);
    assert!(answer.header("location")[0].starts_with("/desk/account/news"), "{}", answer.head);
    assert!(again.get("/desk/account/news?l=zh").text("#news").contains("修改了口令"));
    assert_eq!(bench.audited("password.changed"), 1);
}

#[test]
fn a_known_device_gets_in_while_the_line_is_full_and_no_stranger_does() {
    let bench = Bench::open();
    let known = Browser::signed_in(&bench, "psb");
    known.set_cookie("hw-desk", "");
    let _all = bench.site.app.hashing.line().try_acquire_many(u32::try_from(LINE).unwrap()).unwrap();

    assert_eq!(Browser::new(&bench).sign_in("psb", PASSWORD, &[]).status, 503);
    assert_eq!(known.sign_in("civil", PASSWORD, &[]).status, 503, "under another name it is a stranger");
    assert_eq!(known.sign_in("psb", PASSWORD, &[]).status, 303);
    assert_eq!(known.sign_in("psb", "not the password at all", &[]).status, 422, "and it proves nobody");
}

#[test]
fn another_password_or_ninety_days_make_a_device_a_stranger() {
    let bench = Bench::open();
    let (here, device) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "psb"));
    let aged = Browser::new(&bench);
    aged.set_cookie("hw-device", &device.cookie("hw-device").unwrap());
    let page = here.get("/desk/account/password?l=zh");
    let typed = [("password", PASSWORD), ("fresh", FRESH), ("again", FRESH)];
    assert_eq!(here.fill(&page, "change-password", &typed).status, 303);
    let _all = bench.site.app.hashing.line().try_acquire_many(u32::try_from(LINE).unwrap()).unwrap();

    assert_eq!(aged.sign_in("psb", FRESH, &[]).status, 503, "given before the change");
    let fresh = Browser::new(&bench);
    fresh.set_cookie("hw-device", &here.cookie("hw-device").unwrap());
    assert_eq!(fresh.sign_in("psb", FRESH, &[]).status, 303, "given with it");
    bench.site.clock.advance(91 * 24 * 3600);
    let old = Browser::new(&bench);
    old.set_cookie("hw-device", &fresh.cookie("hw-device").unwrap());
    assert_eq!(old.sign_in("psb", FRESH, &[]).status, 503);
}

#[test]
fn whose_standing_is_taken_away_has_no_session_left() {
    let bench = Bench::open();
    let (one, two) = (Browser::signed_in(&bench, "psb"), Browser::signed_in(&bench, "psb"));
    let other = Browser::signed_in(&bench, "civil");
    let app = &bench.site.app;
    let known =
        app.store.read_blocking(|db| officers::known(db, homeward::app::PLAN_ID, "psb")).unwrap().unwrap();
    let (id, now) = (known.officer.id, app.clock.now());

    let ended: Result<usize, WriteError<()>> =
        app.store.write_blocking("end", Lane::Desk, move |db| Ok(sessions::end_all(db, id, now)?));

    assert_eq!(ended.ok(), Some(2));
    assert_eq!(
        (one.get("/desk").status, two.get("/desk").status, other.get("/desk").status),
        (303, 303, 200)
    );
}

#[test]
fn an_officer_who_is_disabled_is_neither_let_in_nor_told_so() {
    let bench = Bench::open();
    let browser = Browser::signed_in(&bench, "psb");
    bench.change("update officers set active = false where login = 'psb'");

    assert_eq!(browser.get("/desk/account").status, 303);
    let disabled = Browser::new(&bench).sign_in("psb", PASSWORD, &[]);
    let wrong = Browser::new(&bench).sign_in("psb", "not the password at all", &[]);
    assert_eq!((disabled.status, &disabled.body), (422, &wrong.body));
}

#[test]
fn every_text_of_the_account_exists_and_none_is_left_over() {
    let file = include_str!("../../../assets/locales/zh/account.ftl");
    let known: Vec<&str> = file.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/desk");
    let mut code = String::new();
    for folder in [folder.join("account"), folder] {
        for entry in std::fs::read_dir(folder).unwrap().flatten().filter(|e| e.path().is_file()) {
            code.push_str(&std::fs::read_to_string(entry.path()).unwrap());
        }
    }
    let families = ["account-done-", "account-news-", "account-by-"];
    let left: Vec<&&str> = known
        .iter()
        .filter(|id| {
            !code.contains(&format!("\"{id}\"")) && !families.iter().any(|family| id.starts_with(family))
        })
        .collect();
    assert!(known.len() > 80 && left.is_empty(), "left over: {left:?}");
}
