//! Bad input against the whole portal, in both languages: whatever comes, a page in the reporter's language
//! says what to change and whether anything was saved, keeps the words, and can be sent again. The portal
//! outlives all of it.

use std::io::Write as _;

use crate::site::{MULTIPART, URLENCODED};
use crate::support::form::Form;
use crate::support::page::Page;
use crate::support::portal::TestPortal;
use crate::support::visitor::Visitor;
use crate::support::wire;

/// Words that would break a page that does not escape them.
const HOSTILE: &str = "</textarea><script>alert('一')</script> & \"two\" &lt;b&gt; {{x}} \u{202e}";

/// What each language says when nothing was saved, and the `lang` of its pages.
const LANGUAGES: [(&str, &str, &[&str]); 2] = [
    ("zh", "zh-CN", &["没有保存", "没有收下"]),
    ("en", "en", &["othing was saved", "not received", "not been saved"]),
];

fn form(portal: &TestPortal, visitor: &Visitor, language: &str) -> Form {
    let form = visitor.get(&format!("/report?l={language}")).form("form#report");
    portal.age_forms();
    form
}

/// The page's language, and whether it says in it that nothing was saved.
fn assert_speaks(page: &Page, language: &str, what: &str) {
    let (_, html, sentences) = LANGUAGES.into_iter().find(|(code, ..)| *code == language).unwrap();
    let lang = page.attributes("html", "lang").concat();
    assert!(lang == html, "{what}: page in {lang:?} for {language}");
    let said = page.text("main");
    assert!(sentences.iter().any(|s| said.contains(s)), "{what}: {said}");
    assert!(page.words().is_empty(), "{what}: no receipt");
    assert_eq!(page.header("cache-control"), Some("no-store, no-transform"), "{what}");
    assert!(
        page.header("content-security-policy").is_some_and(|p| p.starts_with("default-src 'none'")),
        "{what}"
    );
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{what}");
}

/// A page that keeps the words, clearly as text.
fn assert_keeps(page: &Page, words: &str, what: &str) {
    assert_eq!(page.text("#text").trim(), words.trim(), "{what}");
    assert_eq!(page.all("main script").len(), 0, "{what}: words became markup");
    assert!(page.has("form#report input[name=form]"), "{what}: can be sent again");
}

#[test]
fn wrong_values_are_named_with_every_word_kept_in_both_languages() {
    let portal = TestPortal::open();
    let long = "字".repeat(20_001);
    let cases: [(&str, &str, &str, &str); 8] = [
        ("nothing at all", "text", "", "text"),
        ("only spaces", "text", "  \u{3000}\n ", "text"),
        ("too long", "text", &long, "text"),
        ("no such district", "place_district", "999999", "place_district"),
        ("no such category", "category", "DROP TABLE tips", "category"),
        ("no such answer", "danger", "maybe", "danger"),
        ("no such body", "exclude", "psb-000000", "exclude"),
        ("a contact beside anonymous", "contact_phone", "13900000000", "identity"),
    ];
    for (language, ..) in LANGUAGES {
        for (what, field, value, named) in cases {
            let visitor = portal.visitor();
            let mut form = form(&portal, &visitor, language);
            form.set("text", HOSTILE).set(field, value);
            let page = visitor.submit(&form);
            let what = format!("{what} ({language})");
            assert_eq!(page.status, 422, "{what}");
            assert_speaks(&page, language, &what);
            assert_keeps(&page, if field == "text" { value } else { HOSTILE }, &what);
            assert!(page.has(&format!("#errors a[href='#{named}']")), "{what}: {}", page.text("#errors"));
            assert_eq!(
                page.form("form#report").get("form"),
                form.get("form"),
                "{what}: the key is not spent"
            );
        }
    }
    assert_eq!(portal.count("tips"), 0);
}

#[test]
fn wrong_encodings_and_zeros_are_met_in_both_languages() {
    let portal = TestPortal::open();
    // 有人被锁在砖厂 in GBK; the same in UTF-16.
    let gbk = [0xd3, 0xd0, 0xc8, 0xcb, 0xb1, 0xbb, 0xcb, 0xf8, 0xd4, 0xda, 0xd7, 0xa9, 0xb3, 0xa7];
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("有人被锁在砖厂".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (language, ..) in LANGUAGES {
        for (name, bytes) in [("GBK", gbk.as_slice()), ("UTF-16", &utf16)] {
            let visitor = portal.visitor();
            let mut form = form(&portal, &visitor, language);
            let page = visitor.submit(form.set_bytes("text", bytes).set("place_words", "Dock 5 大门"));
            assert_eq!(page.status, 422, "{name}");
            assert_speaks(&page, language, name);
            assert!(page.text("#errors").contains(name), "{}", page.text("#errors"));
            assert_eq!(page.value("#place_words"), "Dock 5 大门", "the fields that could be read are kept");
        }
    }
    assert_eq!(portal.count("tips"), 0);
    let visitor = portal.visitor();
    let mut form = form(&portal, &visitor, "zh");
    let page = visitor.submit(form.set("text", "一\0二\u{1b}[31m三\u{7f}"));
    assert_eq!(page.status, 200, "zeros and control characters are no reason to turn anybody away");
    assert!(visitor.open_receipt(&page.code()).text("ol#thread").contains("一二[31m三"));
}

#[test]
fn bodies_that_are_no_form_get_a_page_that_says_so() {
    let portal = TestPortal::open();
    let visitor = portal.visitor();
    for (language, ..) in LANGUAGES {
        let mut whole = form(&portal, &visitor, language);
        whole.set("text", "写了很多字");
        let (_, body) = whole.encode();
        let pairs = "a=b&".repeat(100_000);
        let flood = format!("l={language}&{pairs}");
        let cases: [(&str, &str, &[u8], u16); 8] = [
            ("cut in the last part", MULTIPART, &body[..body.len() - 40], 422),
            ("no boundary named", "multipart/form-data", &body, 422),
            ("another boundary", "multipart/form-data; boundary=other", &body, 422),
            ("JSON", "application/json", b"{\"text\":\"x\"}", 422),
            ("a kind that is none", ";;;", &body, 422),
            ("nothing", MULTIPART, b"", 422),
            ("a hundred thousand fields", URLENCODED, flood.as_bytes(), 422),
            ("broken percent signs", URLENCODED, b"text=%&form=%zz&l=%e4%b8", 422),
        ];
        for (what, kind, body, status) in cases {
            let sent = portal.visitor();
            let page = sent.post(&format!("/report?l={language}"), kind, body);
            let what = format!("{what} ({language})");
            assert_eq!(page.status, status, "{what}");
            assert_speaks(&page, language, &what);
            assert!(page.has("form#report input[name=form]"), "{what}");
        }
    }
    assert_eq!(portal.count("tips"), 0);
}

#[test]
fn too_much_is_said_to_be_too_much() {
    let portal = TestPortal::open();
    for (language, ..) in LANGUAGES {
        let visitor = portal.visitor();
        let mut form = form(&portal, &visitor, language);
        let text = visitor.submit(form.clone().set("text", &"x".repeat(3_000_000)));
        assert_eq!(text.status, 413);
        assert_speaks(&text, language, "three megabytes of text");
        let picture =
            visitor.submit(form.set("text", HOSTILE).choose("photo", "a.jpg", &vec![0xff; 11 << 20]));
        assert_eq!(picture.status, 413);
        assert_speaks(&picture, language, "eleven mebibytes of picture");
        assert_keeps(&picture, HOSTILE, "eleven mebibytes of picture");
    }
    assert_eq!(portal.count("tips"), 0);
}

#[test]
fn unknown_addresses_and_methods_are_alike_and_the_two_sides_do_not_know_each_other() {
    let portal = TestPortal::open();
    let (public, desk) = (portal.visitor(), Visitor::new(portal.desk(), "198.18.250.1"));
    let unknown = public.get("/no-such-page?l=zh");
    assert_eq!(unknown.status, 404);
    let staff = [
        "/desk",
        "/desk/sign-in",
        "/desk/tips/0123456789abcdef0123456789abcdef",
        "/metrics",
        "/healthz",
        "/readyz",
    ];
    for path in staff.into_iter().chain([
        "/operator",
        "/admin",
        "/.git/config",
        "/%00",
        "/%ff%fe",
        "/report/..%2f..%2fdesk",
    ]) {
        let page = public.get(&format!("{path}?l=zh"));
        assert_eq!((page.status, &page.body), (404, &unknown.body), "{path} on the public listener");
    }
    let strange = desk.get("/no-such-page?l=zh");
    assert_eq!(strange.status, 404);
    for path in ["/report", "/follow-up", "/exit", "/api/v1/reports", "/metrics", "/healthz"] {
        let page = desk.get(&format!("{path}?l=zh"));
        assert_eq!((page.status, &page.body), (404, &strange.body), "{path} on the desk listener");
    }
    let ops = Visitor::new(portal.ops(), "198.18.250.2");
    assert_eq!(ops.get("/healthz").status, 200);
    for path in ["/", "/report", "/desk", "/follow-up"] {
        assert_eq!(ops.get(path).status, 404, "{path} on the third port");
    }
    for request in ["DELETE /report", "PUT /", "PATCH /follow-up", "BREW /report", "TRACE /"] {
        let bytes = format!("{request}?l=en HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let page = wire::exchange(portal.public(), bytes.as_bytes());
        assert!(matches!(page.status, 404 | 405), "{request}: {}", page.status);
        assert!(page.attributes("html", "lang").concat().starts_with("en"), "{request}: {}", page.body);
        assert!(page.header("content-security-policy").is_some(), "{request}");
    }
}

#[test]
fn what_is_hardly_http_ends_the_connection_and_not_the_portal() {
    let portal = TestPortal::open();
    let huge = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Big: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(5000));
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    let cookies = format!(
        "GET /follow-up HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nConnection: close\r\n\r\n",
        "hw-ticket=%00\u{1}; ".repeat(50)
    );
    let strange: [&[u8]; 9] = [
        huge.as_bytes(),
        many.as_bytes(),
        long.as_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello",
        b"POST /report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\nConnection: close\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
    ];
    for request in strange {
        let page = wire::exchange(portal.public(), request);
        assert!(
            page.status == 0 || (400..500).contains(&page.status),
            "{}: {:?}",
            page.status,
            &request[..20.min(request.len())]
        );
    }
    assert!(matches!(wire::exchange(portal.public(), cookies.as_bytes()).status, 200 | 400));
    for _ in 0..50 {
        // Half a head, half a body, and gone.
        let mut stream = wire::start(portal.public(), b"POST /report HTTP/1.1\r\nHost: x\r\nContent-Le");
        let _ =
            stream.write_all(b"ngth: 1000\r\nContent-Type: multipart/form-data; boundary=a\r\n\r\n--a\r\n");
    }
    assert_eq!(portal.report(&[("text", "还在")]).words().len(), 12);
    assert_eq!(portal.count("tips"), 1);
}

#[test]
fn a_program_is_told_what_is_wrong_as_a_problem_document() {
    let portal = TestPortal::open();
    let good = "0123456789abcdef0123456789abcdef";
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(20_001));
    let huge = format!(r#"{{"text":"{}"}}"#, "x".repeat(400_000));
    let cases: [(&str, Option<&str>, &[u8], u16); 10] = [
        ("no key", None, br#"{"text":"x"}"#, 400),
        ("a short key", Some("abc"), br#"{"text":"x"}"#, 400),
        ("a key of zeros and spaces", Some("0 0 0"), br#"{"text":"x"}"#, 400),
        ("no JSON", Some(good), b"text=x", 422),
        ("half a JSON", Some(good), br#"{"text":"x"#, 422),
        ("wrong kinds", Some(good), br#"{"text":5}"#, 422),
        ("unknown members", Some(good), br#"{"text":"x","admin":true}"#, 422),
        ("no text", Some(good), b"{}", 422),
        ("an empty text", Some(good), br#"{"text":" "}"#, 422),
        ("a text that is too long", Some(good), long.as_bytes(), 422),
    ];
    for (what, key, body, status) in cases {
        let headers: Vec<(&str, &str)> = key.iter().map(|key| ("idempotency-key", *key)).collect();
        let answer = portal.visitor().api("/api/v1/reports?l=en", &headers, Some(body));
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
        let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(problem["saved"], false, "{what}");
        assert_eq!(problem["status"], status, "{what}");
        assert!(problem["title"].as_str().is_some_and(str::is_ascii), "{what}: in the language asked for");
    }
    let too_much =
        portal.visitor().api("/api/v1/reports", &[("idempotency-key", good)], Some(huge.as_bytes()));
    assert_eq!(too_much.status, 413, "{}", too_much.body);
    assert_eq!(portal.count("tips"), 0);
    for authorization in
        ["", "Receipt", "Receipt zz", "Bearer 0123", "Receipt 0123456789abcdef0123456789abcdef"]
    {
        let answer = portal.visitor().api("/api/v1/follow-up", &[("authorization", authorization)], None);
        assert_eq!(answer.status, 404, "{authorization}");
    }
}
