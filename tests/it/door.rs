//! What the public side does with those who must not see a report, and with what no honest form sends.

use crate::site::{MULTIPART, Part, Site, multipart};
use crate::support::portal::TestPortal;

const SENTENCE: &str = "隔壁院子里夜里有人哭。";

fn sent<'a>(token: &'a str, more: &[Part<'a>]) -> Vec<u8> {
    let first = [Part::text("form", token), Part::text("l", "zh"), Part::text("text", SENTENCE)];
    multipart(&[&first, more].concat())
}

#[test]
fn words_about_who_must_not_see_it_keep_it_from_the_branch_of_the_place() {
    let portal = TestPortal::open();
    let place = [("text", SENTENCE), ("category", "missing_child"), ("place_district", "120114")];
    portal.report(&place);
    let leads: Vec<String> = portal.leads().into_values().collect();
    assert_eq!(leads, ["psb-120114"]);

    portal.report(&[&place[..], &[("exclude_words", "刘某是他亲戚")]].concat());
    let mut leads: Vec<String> = portal.leads().into_values().collect();
    leads.sort_unstable();
    assert_eq!(leads, ["psb", "psb-120114"]);
    assert!(portal.count("tip_agencies where relation = 'excluded' and agency = 'psb-120114'") > 0);
}

#[test]
fn the_police_of_a_place_that_was_not_named_are_kept_out_everywhere() {
    let portal = TestPortal::open();
    portal.report(&[("text", SENTENCE), ("category", "missing_child"), ("exclude", "psb_branch")]);

    assert_eq!(portal.leads().into_values().collect::<Vec<_>>(), ["psb"]);
    let kept_out = "tip_agencies where relation = 'excluded' and agency like 'psb-%'";
    assert_eq!(portal.count(kept_out), 16);
}

#[test]
fn whoever_keeps_everybody_out_is_told_so_and_keeps_the_words() {
    let site = Site::open();
    let everybody = ["psb", "procur", "polilegal", "justice", "jointconf", "hotline12345", "women", "civil"];
    let boxes: Vec<Part<'_>> = everybody.iter().map(|code| Part::text("exclude", code)).collect();
    let token = site.token();
    let answer = site.post("/report", MULTIPART, &sent(&token, &boxes), "");

    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.text("#errors").contains("回避") && answer.has("#errors a[href='#exclude']"));
    assert_eq!(answer.text("#text").trim(), SENTENCE);
    assert_eq!(site.tips(), 0);
}

#[test]
fn a_form_sent_again_after_its_receipt_was_used_is_no_second_tip() {
    let site = Site::open();
    let token = site.token();
    let first = site.post("/report", MULTIPART, &sent(&token, &[]), "");
    let receipt = multipart(&[Part::text("receipt", &first.code()), Part::text("l", "zh")]);
    assert_eq!(site.post("/follow-up", MULTIPART, &receipt, "").status, 200);
    let again = site.post("/report", MULTIPART, &sent(&token, &[]), "");

    assert_eq!(again.status, 200, "{}", again.body);
    assert!(again.text(".lead").contains("之前已经收到") && again.has("a[href^='/follow-up']"));
    assert!(again.words().is_empty() && !again.body.contains(&first.code()));
    assert_eq!(site.tips(), 1);
}

#[test]
fn a_receipt_sent_from_another_site_opens_nothing() {
    let site = Site::open();
    let code = site.post("/report", MULTIPART, &sent(&site.token(), &[]), "").code();
    let body = format!("l=zh&receipt={code}");
    let post = |said: &str| {
        let head = format!(
            "POST /follow-up HTTP/1.1\r\nHost: x\r\n{said}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        site.send(&[head.as_bytes(), body.as_bytes()].concat())
    };
    for foreign in ["Sec-Fetch-Site: cross-site", "Origin: https://evil.example"] {
        assert_eq!(post(foreign).status, 403, "{foreign}");
    }
    assert_eq!(post("Sec-Fetch-Site: same-origin").status, 200);
}

#[test]
fn a_lost_answer_loaded_again_is_the_receipt_whatever_the_browser_calls_itself() {
    let site = Site::open();
    let body = sent(&site.token(), &[]);
    let post = |said: &str| {
        let head = format!(
            "POST /report HTTP/1.1\r\nHost: x\r\n{said}\r\nContent-Type: {MULTIPART}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        site.send(&[head.as_bytes(), &body].concat())
    };
    let first = post("Sec-Fetch-Site: same-origin");
    let again = post("Sec-Fetch-Site: cross-site");
    assert_eq!((first.status, again.status, site.tips()), (200, 200, 1));
    assert_eq!(first.code(), again.code());
}

#[test]
fn words_pass_while_pictures_find_no_room() {
    let site = Site::open();
    let held = std::sync::Arc::clone(&site.app.photos).try_acquire_many_owned(8).unwrap();
    let picture = Part::file("photo", "a.jpg", b"\xff\xd8\xff not read to its end");
    let token = site.token();
    let last = Part::text("exclude_words", "村主任");
    let answer = site.post("/report", MULTIPART, &sent(&token, &[picture, last]), "");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.text("#errors").contains("照片"), "{}", answer.text("#errors"));
    assert_eq!((answer.text("#text").trim(), answer.value("#exclude_words").as_str()), (SENTENCE, "村主任"));

    let started = std::time::Instant::now();
    let left = site.post("/follow-up/leave", MULTIPART, &multipart(&[picture]), "");
    assert_eq!(left.status, 200);
    assert!(started.elapsed() < std::time::Duration::from_secs(2), "it waited for room it does not need");
    drop(held);
    assert_eq!(site.post("/report", MULTIPART, &sent(&token, &[]), "").status, 200);
}

#[test]
fn parts_and_bytes_have_an_end() {
    let site = Site::open();
    let token = site.token();
    let many = vec![Part::text("nothing", ""); 100_000];
    let answer = site.post("/report", MULTIPART, &sent(&token, &many), "");
    assert!(answer.status == 422 || answer.status == 0, "{}", answer.status);

    let room = vec![b'x'; 7 * 1024 * 1024];
    let twice = [Part::file("photo", "a.jpg", &room), Part::file("photo", "b.jpg", &room)];
    let answer = site.post("/report", MULTIPART, &sent(&token, &twice), "");
    assert_eq!((answer.status, answer.text("#text").trim()), (413, SENTENCE));
    let wide = vec![b'x'; 600 * 1024];
    let answer = site.post("/follow-up", MULTIPART, &multipart(&[Part::file("photo", "a.jpg", &wide)]), "");
    assert_eq!(answer.status, 413);
    assert_eq!(site.tips(), 0);
}

#[test]
fn a_program_that_sends_too_much_gets_a_problem_document() {
    let portal = TestPortal::open();
    let body = format!(r#"{{"text":"{}"}}"#, "x".repeat(300 * 1024));
    let headers =
        [("Idempotency-Key", "0123456789abcdef0123456789abcdef"), ("Content-Type", "application/json")];
    let answer = portal.visitor().api("/api/v1/reports", &headers, Some(body.as_bytes()));

    assert_eq!(answer.status, 413);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(
        answer.header("cache-control").is_some_and(|v| v.contains("no-store"))
            && answer.body.contains("\"saved\":false")
    );
}
