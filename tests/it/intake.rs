//! Sending a report, from outside: once, whole, and never lost without a word.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use homeward::store::Lane;
use homeward::vault::receipt::{Receipt, WordList};

use crate::site::{MULTIPART, Part, Site, URLENCODED, multipart, urlencoded};
use crate::support::db::Lock;

const SENTENCE: &str = "砖厂后院锁着三个说外地话的小伙子。";

fn parts<'a>(token: &'a str, text: &'a str) -> Vec<Part<'a>> {
    vec![Part::text("form", token), Part::text("l", "zh"), Part::text("text", text)]
}

#[test]
fn one_sentence_gets_twelve_words_and_the_code_of_the_same_receipt() {
    let site = Site::open();
    let answer = site.report(&parts(&site.token(), SENTENCE));

    assert_eq!(answer.status, 200, "{}", answer.body);
    let receipt = Receipt::parse(&answer.words().concat()).unwrap();
    assert_eq!(receipt.code().as_str(), answer.code());
    assert_eq!(answer.words(), receipt.words(WordList::Chinese));
    assert!(
        answer.text("#next").contains("11\u{6708}")
            && answer.has("#emergency")
            && answer.has("a[href='tel:110']")
    );
    assert_eq!(site.tips(), 1);
}

#[test]
fn the_same_form_sent_again_gets_the_same_receipt_also_after_days_of_lost_answers() {
    let site = Site::open();
    let token = site.token();
    let first = site.report(&parts(&token, SENTENCE));
    for _ in 0..3 {
        site.clock.advance(3600);
        let again = site.report(&parts(&token, SENTENCE));
        assert_eq!((again.status, again.code()), (200, first.code()));
        assert_eq!(again.words(), first.words());
    }
    assert_eq!(site.tips(), 1);
}

#[test]
fn two_presses_at_once_are_one_tip() {
    let site = Arc::new(Site::open());
    let token = site.token();
    let send = || {
        let (site, token) = (Arc::clone(&site), token.clone());
        std::thread::spawn(move || site.report(&parts(&token, SENTENCE)))
    };
    let sent: Vec<_> = (0..4).map(|_| send()).collect();
    let codes: Vec<String> = sent.into_iter().map(|s| s.join().unwrap().code()).collect();

    assert!(codes.iter().all(|code| *code == codes[0] && code.len() == 32), "{codes:?}");
    assert_eq!(site.tips(), 1);
}

#[test]
fn other_words_under_the_same_form_are_kept_on_the_page_and_not_taken() {
    let site = Site::open();
    let token = site.token();
    let first = site.report(&parts(&token, SENTENCE));
    let other = site.report(&parts(&token, "不是那一家,是隔壁。"));

    assert_eq!(other.status, 422);
    assert_eq!(other.text("#text").trim(), "不是那一家,是隔壁。");
    assert!(!other.body.contains(&first.code()), "the first receipt is not handed out again");
    let fresh = other.value("input[name=form]");
    assert_ne!(fresh, token);
    site.clock.advance(10);
    let taken = site.report(&parts(&fresh, "不是那一家,是隔壁。"));
    assert_eq!(taken.status, 200);
    assert_ne!(taken.code(), first.code());
    assert_eq!(site.tips(), 2);
}

#[test]
fn what_must_be_changed_is_named_and_every_word_stays() {
    let site = Site::open();
    let long = "字".repeat(20_001);
    let token = site.token();
    let mut sent = parts(&token, &long);
    sent.extend([
        Part::text("place_district", "120117"),
        Part::text("place_words", "芦台镇 <b>\"东头\"</b>"),
        Part::text("category", "forced_labour"),
        Part::text("danger", "no"),
        Part::text("exclude", "psb_branch"),
        Part::text("contact_phone", "13900000000"),
    ]);
    let answer = site.report(&sent);

    assert_eq!(answer.status, 422);
    assert!(answer.has("#errors a[href='#text']") && answer.has("#errors a[href='#identity']"));
    assert!(answer.text("#errors").contains("没有保存"));
    assert_eq!(answer.text("#text").trim(), long);
    assert_eq!(answer.value("#place_words"), "芦台镇 <b>\"东头\"</b>");
    assert_eq!(answer.value("#contact_phone"), "13900000000");
    assert!(answer.has("#place_district option[value='120117'][selected]"));
    assert!(answer.has("#category option[value=forced_labour][selected]"));
    assert!(answer.has("input[name=danger][value=no][checked]"));
    assert!(answer.has("input[name=exclude][value=psb_branch][checked]"));
    assert_eq!(answer.value("input[name=form]"), token, "nothing was received under this key");
    assert_eq!(site.tips(), 0);
}

#[test]
fn a_form_that_lay_open_too_long_or_is_forged_is_renewed_with_its_words() {
    let site = Site::open();
    let old = site.token();
    site.clock.advance(25 * 3600);
    for token in [old.as_str(), "", "0123456789abcdef0123456789abcdef.0.00"] {
        let answer = site.report(&parts(token, SENTENCE));
        assert_eq!(answer.status, 422, "{token}");
        assert_eq!(answer.text("#text").trim(), SENTENCE);
        assert_ne!(answer.value("input[name=form]"), token);
    }
    assert_eq!(site.tips(), 0);
}

#[test]
fn a_form_answered_at_once_waits_and_is_received() {
    let site = Site::open();
    let token = site.get("/report", "").value("input[name=form]");
    let started = std::time::Instant::now();
    let answer = site.report(&parts(&token, SENTENCE));

    assert_eq!(answer.status, 200);
    assert!(started.elapsed() >= std::time::Duration::from_secs(3));
}

#[test]
fn a_form_without_a_picture_may_come_in_the_other_shape() {
    let site = Site::open();
    let token = site.token();
    let body = urlencoded(&[("form", &token), ("l", "en"), ("text", "three men & a lock = +1")]);
    let answer = site.post("/report", URLENCODED, &body, "");

    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(Receipt::parse(&answer.words().join(" ")).unwrap().code().as_str(), answer.code());
    assert!(answer.body.contains("lang=\"en\""));
}

#[test]
fn half_finished_and_hostile_bodies_get_a_page_that_says_what_to_do() {
    let site = Site::open();
    let token = site.token();
    let whole = multipart(&parts(&token, SENTENCE));
    let flood: Vec<Part<'_>> = (0..100_000).map(|_| Part::text("text", "x")).collect();
    let zeros = [parts(&token, "a"), vec![Part::file("text", "", b"\0\0\0")]].concat();
    let cases: Vec<(&str, &str, Vec<u8>, u16)> = vec![
        ("cut short", MULTIPART, whole[..whole.len() - 60].to_vec(), 422),
        ("no boundary", "multipart/form-data", whole.clone(), 422),
        ("another kind", "application/json", b"{}".to_vec(), 422),
        ("no kind", "", whole.clone(), 422),
        ("empty", MULTIPART, Vec::new(), 422),
        ("a flood of fields", MULTIPART, multipart(&flood), 422),
        ("a flood of pairs", URLENCODED, urlencoded(&[("a", "b"); 60_000]), 422),
        ("far too much text", MULTIPART, multipart(&parts(&token, &"x".repeat(2_000_000))), 413),
        ("only zeros", MULTIPART, multipart(&zeros), 422),
    ];
    for (what, kind, body, status) in cases {
        let answer = site.post("/report", kind, &body, "");
        assert_eq!(answer.status, status, "{what}: {}", answer.head);
        assert!(answer.has("#errors") && answer.has("form#report"), "{what}");
        assert!(
            answer.text("#errors").contains("没有保存") || answer.text("#errors").contains("aved"),
            "{what}"
        );
    }
    assert_eq!(site.tips(), 0);
    assert_eq!(site.report(&parts(&token, SENTENCE)).status, 200, "and the next one is received");
}

#[test]
fn words_in_another_encoding_are_not_guessed_at() {
    let site = Site::open();
    let token = site.token();
    // 有人被锁在砖厂
    let gbk = [0xd3, 0xd0, 0xc8, 0xcb, 0xb1, 0xbb, 0xcb, 0xf8, 0xd4, 0xda, 0xd7, 0xa9, 0xb3, 0xa7];
    let sent =
        [Part::text("form", &token), Part::text("l", "zh"), Part { name: "text", file: None, bytes: &gbk }];
    let answer = site.report(&sent);

    assert_eq!(answer.status, 422);
    assert!(answer.text("#errors").contains("GBK"), "{}", answer.text("#errors"));
    assert_eq!(site.tips(), 0);
}

#[test]
fn while_nobody_can_read_it_nothing_is_taken_and_the_numbers_stand_there() {
    let site = Site::unmanned();
    let token = site.token();
    let answer = site.report(&parts(&token, SENTENCE));

    assert_eq!(answer.status, 503);
    assert!(answer.has("#emergency") && answer.words().is_empty());
    assert_eq!(answer.text("#text").trim(), SENTENCE);
    site.staff();
    assert_eq!(site.report(&parts(&answer.value("input[name=form]"), SENTENCE)).status, 200);
}

#[test]
fn a_locked_database_gets_an_honest_page_and_the_same_form_works_afterwards() {
    let site = Site::open();
    let token = site.token();
    site.report(&parts(&site.token(), "先热一下"));
    let path = site.app.config.data.database();
    let other = Lock::take(&path);

    let answer = site.report(&parts(&token, SENTENCE));

    assert_eq!(answer.status, 503);
    assert!(answer.words().is_empty() && answer.has("#emergency") && answer.has("a[href='tel:110']"));
    assert_eq!(answer.text("#text").trim(), SENTENCE);
    assert_eq!(answer.value("input[name=form]"), token);
    drop(other);
    assert_eq!(site.report(&parts(&token, SENTENCE)).status, 200);
    assert_eq!(site.tips(), 2);
}

#[test]
fn an_answer_lost_after_the_commit_is_given_again() {
    let (reached, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&reached);
    let losing = Arc::clone(&lost);
    let site = Site::with(move |app| {
        app.halt = Some(Arc::new(move |point| {
            assert_eq!(point, "report.committed");
            let (counter, losing) = (Arc::clone(&counter), Arc::clone(&losing));
            Box::pin(async move {
                counter.fetch_add(1, Ordering::SeqCst);
                if losing.load(Ordering::SeqCst) == 1 {
                    // The browser has gone; whoever comes back later asks anew.
                    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                }
            })
        }));
    });
    site.staff();
    let token = site.token();
    lost.store(1, Ordering::SeqCst);
    let body = multipart(&parts(&token, SENTENCE));
    for _ in 0..5 {
        cut_off(&site, &body);
    }
    lost.store(0, Ordering::SeqCst);
    let answer = site.report(&parts(&token, SENTENCE));

    assert!(reached.load(Ordering::SeqCst) >= 2, "the point after the commit was reached");
    assert_eq!((answer.status, answer.words().len()), (200, 12));
    assert_eq!(site.tips(), 1);
    let opened = site.post("/follow-up", URLENCODED, &urlencoded(&[("receipt", &answer.code())]), "");
    assert_eq!(opened.status, 200);
}

/// Sends a report and hangs up while the answer is being made.
fn cut_off(site: &Site, body: &[u8]) {
    use std::io::Write as _;
    let mut stream = site.connect();
    let head = format!(
        "POST /report HTTP/1.1\r\nHost: x\r\nContent-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(150));
    stream.shutdown(std::net::Shutdown::Both).unwrap();
}

#[test]
fn a_filled_trap_is_received_and_looked_at_by_a_person() {
    let site = Site::open();
    let mut sent = vec![Part::text("website", "http://spam.example")];
    sent.push(Part::text("text", "buy now"));
    let code = site.receipt(&sent);
    let lookup = Receipt::parse(&code).unwrap().lookup();
    let found =
        site.app.store.read_blocking(|db| homeward::store::follow_up::find(db, &lookup)).unwrap().unwrap();
    let uid = found.uid;
    let tip =
        site.app.store.read_blocking(|db| homeward::store::follow_up::thread(db, &uid)).unwrap().unwrap();
    assert_eq!(tip.standing.lead.to_string(), "hotline12345");
}

#[test]
fn nothing_typed_is_found_on_the_disk() {
    let site = Site::open();
    site.receipt(&[
        Part::text("text", "CANARY-砖厂后院"),
        Part::text("place_words", "CANARY-大王古庄镇"),
        Part::text("exclude_words", "CANARY-所长"),
        Part::text("identity", "named"),
        Part::text("contact_name", "CANARY-欧阳"),
        Part::text("contact_phone", "CANARY-139"),
    ]);
    let disk = site.everything_on_disk();
    assert!(disk.len() > 50_000, "{}", disk.len());
    assert!(!disk.windows(6).any(|w| w == b"CANARY"));
}

#[test]
fn old_answers_are_forgotten_after_a_day_and_the_tip_stays() {
    let site = Site::open();
    let code = site.receipt(&[Part::text("text", SENTENCE)]);
    site.clock.advance(25 * 3600);
    let before = homeward::clock::Minute(site.app.clock.now().minute().0 - 24 * 60);
    let forgotten = site.app.store.write_blocking("sweep", Lane::Desk, move |db| {
        Ok::<_, homeward::store::Abort<()>>(homeward::store::intake::forget_submissions(db, before)?)
    });
    assert_eq!(forgotten.unwrap(), 1);
    let opened = site.post("/follow-up", URLENCODED, &urlencoded(&[("receipt", &code)]), "");
    assert_eq!(opened.status, 200);
}

#[test]
fn the_pages_are_neutral_small_and_never_stored() {
    let site = Site::open();
    for path in ["/?l=zh", "/?l=en", "/report?l=zh", "/report?l=en&kind=missing", "/follow-up?l=zh"] {
        let page = site.get(path, "");
        assert_eq!(page.status, 200);
        assert!(page.header("cache-control")[0].contains("no-store"), "{path}");
        assert!(["归途", "Homeward"].contains(&page.text("title").trim()), "{path}");
        let first = page.html().root_element().html();
        let exit = first.find("id=\"exit\"").unwrap();
        assert!(
            first.find("<a ").is_some_and(|a| a < exit && exit - a < 60),
            "the exit comes first in {path}"
        );
    }
    assert!(site.get("/report?kind=missing", "").has("option[value=missing_child][selected]"));
    let zipped = |path: &str| {
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
        let answer = site.send(head.as_bytes());
        assert_eq!(answer.header("content-encoding"), ["gzip"]);
        answer.header("content-length")[0].parse::<usize>().unwrap()
    };
    for path in ["/?l=zh", "/?l=en", "/report?l=zh", "/report?l=en"] {
        assert!(zipped(path) <= 14 * 1024, "{path}: {}", zipped(path));
    }
}

#[test]
fn the_exit_forgets_and_leads_away() {
    let site = Site::open();
    for (language, other) in [("zh", "en"), ("en", "zh")] {
        let answer = site.get(&format!("/exit?l={language}"), "hw-ticket=x");
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("clear-site-data"), ["\"cookies\", \"storage\""]);
        assert_ne!(answer.header("location"), site.get(&format!("/exit?l={other}"), "").header("location"));
        let cleared = answer.header("set-cookie");
        assert!(
            cleared.iter().any(|c| c.starts_with("hw-ticket=;") && c.contains("Max-Age=0")),
            "{cleared:?}"
        );
    }
}

#[test]
fn each_step_of_a_report_sets_another_cookie_and_only_the_last_tells_the_script() {
    let site = Site::open();
    let (first, second) = (site.get("/report", "").cookies(), site.get("/report", "").cookies());
    assert!(first.starts_with("hw-step=") && first != second);
    let form = site.get("/report", "");
    let mark = form.body.split("data-mark=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    site.clock.advance(10);
    let empty = site.report(&parts(&form.value("input[name=form]"), ""));
    assert!(!empty.cookies().contains("hw-sent"));
    let sent = site.report(&parts(&form.value("input[name=form]"), SENTENCE));
    assert!(sent.cookies().contains(&format!("hw-sent={mark}")), "{}", sent.cookies());
    for cookie in sent.header("set-cookie") {
        assert!(cookie.contains("SameSite=Strict"), "{cookie}");
        assert_eq!(cookie.contains("HttpOnly"), !cookie.starts_with("hw-sent"), "{cookie}");
    }
}
