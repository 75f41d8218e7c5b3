//! What a receipt opens, from outside.

use homeward::plan::AgencyCode;
use homeward::vault::entropy::SeededEntropy;
use homeward::vault::receipt::{Receipt, WordList};

use crate::site::{Answer, Part, Site, URLENCODED, urlencoded};

fn open(site: &Site, receipt: &str) -> Answer {
    site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "zh"), ("receipt", receipt)]), "")
}

fn add(site: &Site, page: &Answer, text: &str) -> Answer {
    let token = page.value("#add input[name=form]");
    let body = urlencoded(&[("form", &token), ("l", "zh"), ("text", text)]);
    site.post("/follow-up/add", URLENCODED, &body, &page.cookies())
}

#[test]
fn words_and_code_open_the_same_thread() {
    let site = Site::open();
    let code = site.receipt(&[Part::text("text", "砖厂后院锁着人"), Part::text("place_district", "120114")]);
    let receipt = Receipt::parse(&code).unwrap();

    for typed in
        [code.clone(), receipt.words(WordList::Chinese).join(" "), receipt.words(WordList::English).join("-")]
    {
        let page = open(&site, &typed);
        assert_eq!(page.status, 200);
        assert!(page.has("#status[data-status=received]"));
        assert!(page.text("#thread > li[data-from=reporter]").contains("砖厂后院锁着人"));
        assert!(page.text("#status").contains("已收到") && page.has(".steps time"));
        assert!(page.header("cache-control")[0].contains("no-transform"));
        assert_eq!(page.body.len() % 4096, 0);
    }
}

#[test]
fn an_unknown_receipt_looks_like_a_wrong_one_to_the_byte() {
    let site = Site::open();
    let real = site.receipt(&[Part::text("text", "x")]);
    let mut wrong = real.into_bytes();
    wrong[31] = if wrong[31] == b'0' { b'1' } else { b'0' };
    let wrong = open(&site, &String::from_utf8(wrong).unwrap());
    for seed in 0..3 {
        let unknown = open(&site, &Receipt::generate(&SeededEntropy::new(seed)).code());
        assert_eq!(unknown.status, 404);
        assert!(unknown.has("#not-found"));
        assert_eq!((unknown.status, &unknown.body), (wrong.status, &wrong.body));
        assert!(unknown.header("set-cookie").is_empty());
    }
}

#[test]
fn a_receipt_that_cannot_be_one_is_explained_and_kept() {
    let site = Site::open();
    let words = Receipt::generate(&SeededEntropy::new(5)).words(WordList::English);
    let swapped = [&[words[1], words[0]], &words[2..]].concat().join(" ");
    for (typed, said) in [
        ("", "请输入"),
        (&words[..11].join(" "), "11"),
        (&[&words[..11], &["zzzzz"]].concat().join(" "), "第 12 个词"),
        (&swapped, "换了位置"),
        ("0123 4567", "8"),
    ] {
        let page = open(&site, typed);
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.text("#errors").contains(said), "{typed}: {}", page.text("#errors"));
        assert_eq!(page.text("#receipt").trim(), typed);
    }
}

#[test]
fn the_ticket_shows_the_thread_for_fifteen_minutes_and_leaving_ends_it() {
    let site = Site::open();
    let code = site.receipt(&[Part::text("text", "砖厂")]);
    let page = open(&site, &code);
    let cookies = page.cookies();
    let ticket = page.header("set-cookie").into_iter().find(|c| c.starts_with("hw-ticket")).unwrap();
    assert!(
        ticket.contains("HttpOnly") && ticket.contains("SameSite=Strict") && ticket.contains("Max-Age=900")
    );
    assert!(site.get("/follow-up", &cookies).has("#thread"));
    site.clock.advance(899);
    assert!(site.get("/follow-up", &cookies).has("#thread"));
    site.clock.advance(1);
    let late = site.get("/follow-up", &cookies);
    assert!(!late.has("#thread") && late.has("form#open-receipt"));

    let left = site.post("/follow-up/leave", URLENCODED, b"l=zh", &cookies);
    assert_eq!(left.status, 200);
    assert!(
        left.header("set-cookie").iter().any(|c| c.starts_with("hw-ticket=;") && c.contains("Max-Age=0"))
    );
}

#[test]
fn what_is_added_is_in_the_thread_once_however_often_it_is_sent() {
    let site = Site::open();
    let code = site.receipt(&[Part::text("text", "砖厂")]);
    let page = open(&site, &code);
    for _ in 0..3 {
        let answer = add(&site, &page, "又来了一辆面包车");
        assert_eq!((answer.status, answer.header("location")), (303, vec!["/follow-up?l=zh".to_owned()]));
    }
    let thread = site.get("/follow-up?l=zh", &page.cookies());
    assert_eq!(thread.all("#thread > li").len(), 2);
    assert!(thread.text("#thread > li:last-child").contains("又来了一辆面包车"));

    let other = add(&site, &page, "别的话");
    assert_eq!(other.status, 422);
    assert_eq!(other.text("#add textarea").trim(), "别的话");
    assert_ne!(other.value("#add input[name=form]"), page.value("#add input[name=form]"));
}

#[test]
fn words_are_never_lost_when_nothing_was_added() {
    let site = Site::open();
    let code = site.receipt(&[Part::text("text", "砖厂")]);
    let page = open(&site, &code);
    let empty = add(&site, &page, "  ");
    assert_eq!(empty.status, 422);
    assert!(empty.has("#errors a[href='#text']"));

    let long = "字".repeat(20_001);
    assert_eq!(add(&site, &page, &long).text("#add textarea").trim(), long);

    site.clock.advance(901);
    let late = add(&site, &page, "写了很久的话");
    assert_eq!(late.status, 422);
    assert!(late.text("#kept").contains("写了很久的话") && late.has("form#open-receipt"));
    assert_eq!(site.get("/follow-up", &open(&site, &code).cookies()).all("#thread > li").len(), 1);
}

#[test]
fn opening_a_receipt_forgets_the_answer_that_held_it() {
    let site = Site::open();
    let token = site.token();
    let parts = [Part::text("form", token.as_str()), Part::text("text", "砖厂")];
    let code = site.report(&parts).code();
    assert_eq!(site.report(&parts).code(), code);
    assert_eq!(open(&site, &code).status, 200);
    let after = site.report(&parts);
    assert_ne!(after.code(), code, "the answer was forgotten, so this is a report of its own");
}

#[test]
fn the_page_names_the_agency_that_answers_for_it() {
    let site = Site::open();
    let code = site.receipt(&[
        Part::text("text", "有人被锁在砖厂"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
    ]);
    let lead: AgencyCode = "psb-120114".parse().unwrap();
    let name = site.app.plan().agency(&lead).unwrap().zh.clone();
    assert!(open(&site, &code).text(".status").contains(&name));
}

/// What the page says of who was kept out, and what the API says.
fn kept_out(site: &Site, code: &str) -> (Answer, serde_json::Value) {
    let head = format!(
        "GET /api/v1/follow-up HTTP/1.1\r\nHost: x\r\nAuthorization: Receipt {code}\r\nConnection: close\r\n\r\n"
    );
    let answer = serde_json::from_str(&site.send(head.as_bytes()).body).unwrap();
    (open(site, code), answer)
}

#[test]
fn who_was_to_be_kept_out_is_named_as_done_in_both_answers() {
    let site = Site::open();
    let code = site.receipt(&[
        Part::text("text", "孩子不见了，派出所不管"),
        Part::text("place_district", "120117"),
        Part::text("category", "missing_child"),
        Part::text("exclude", "psb_branch"),
        Part::text("exclude_words", "天津市民政局"),
    ]);

    let (page, api) = kept_out(&site, &code);

    let said = page.text("#kept-out");
    assert!(
        said.contains("已做到") && said.contains("宁河") && said.contains("天津市民政局，连同"),
        "{said}"
    );
    assert!(!page.has("#kept-out-life"));
    let codes: Vec<&str> =
        api["kept_out"].as_array().unwrap().iter().map(|one| one["agency"].as_str().unwrap()).collect();
    assert!(codes.contains(&"psb-120117") && codes.contains(&"civil"), "{codes:?}");
    assert!(api["kept_out_but_life_facts"].is_null());
    let english = site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "en"), ("receipt", &code)]), "");
    assert!(english.text("#kept-out").contains("Kept out"), "{}", english.body);
    let none = site.receipt(&[Part::text("text", "孩子不见了")]);
    assert!(!open(&site, &none).has("#kept-out"), "nobody was to be kept out");
}

#[test]
fn the_one_exception_is_named_and_what_was_not_done_is_not_said() {
    let site = Site::open();
    let code = site.receipt(&[
        Part::text("text", "派出所的人把她送回了院子"),
        Part::text("place_district", "120117"),
        Part::text("category", "agency_complaint"),
        Part::text("danger", "yes"),
        Part::text("exclude", "psb"),
    ]);

    let (page, api) = kept_out(&site, &code);
    assert!(page.text("#kept-out-life").contains("天津市公安局"), "{}", page.body);
    assert!(page.text("#kept-out ul").contains("天津市公安局在各区的单位"));
    assert_eq!(api["kept_out_but_life_facts"], "psb");

    let database = site.app.config.data.database();
    crate::support::db::execute(
        &database,
        "insert into envelopes (tip_id, compartment, recipient, sealed)
         select tip_id, 'report', 'psb-120117', sealed from envelopes where recipient = 'procur' and compartment = 'report'",
    );
    let said = open(&site, &code).text("#kept-out");
    assert!(!said.contains("在各区的单位"), "a branch holds a key: {said}");
}
