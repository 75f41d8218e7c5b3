//! The pages and the file: plain answers, the same for everybody but for their own path, nothing for who asks
//! with a receipt that opens nothing.

use homeward::audit::record_file::Proof;
use homeward::vault::entropy::SeededEntropy;
use homeward::vault::hex;
use homeward::vault::receipt::Receipt;
use serde_json::Value;

use super::bench::{asked, close, over, proof_of, receipt, said_of, send, to_next_night};
use crate::site::{Answer, Site, URLENCODED, urlencoded};
use crate::support::db;

fn open(site: &Site, code: &str) -> Answer {
    site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "zh"), ("receipt", code)]), "")
}

fn press(site: &Site, path: &str, cookies: &str) -> Answer {
    site.post(path, URLENCODED, &urlencoded(&[("l", "zh")]), cookies)
}

#[test]
fn the_page_answers_plainly_and_gives_a_file_to_keep() {
    let site = Site::open();
    let code = send(&site, "砖厂后院锁着人");
    let thread = open(&site, &code);
    assert!(thread.text("#prove button").contains("证明我的线索仍在记录中"));
    let waiting = press(&site, "/follow-up/proof", &thread.cookies());
    assert_eq!(waiting.status, 200);
    assert!(waiting.has("#proof[data-proof=waiting]") && waiting.text("#proof").contains("零点过后"));
    assert!(!waiting.has("#keep-proof"));

    to_next_night(&site);
    close(&site).unwrap();
    let thread = open(&site, &code);
    let page = press(&site, "/follow-up/proof", &thread.cookies());
    assert!(page.has("#proof[data-proof=included]") && page.has("#tells") && page.has("#keep-proof"));
    assert_eq!(page.body.len() % 4096, 0);
    let file = press(&site, "/follow-up/proof/file", &thread.cookies());
    assert_eq!(file.header("content-disposition"), ["attachment; filename=\"record.json\""]);
    assert!(file.header("cache-control")[0].contains("no-store") && file.body.len().is_multiple_of(4096));
    let proof: Proof = serde_json::from_str(&file.body).unwrap();
    proof.check().unwrap();
    proof.check_receipt(&receipt(&code)).unwrap();
    assert_eq!(proof, proof_of(&site, &code));
    assert!(!file.body.contains(&hex::encode(receipt(&code).blinding().as_slice())), "no blinding in it");
}

#[test]
fn two_reporters_see_the_same_but_for_their_own_path() {
    let site = Site::open();
    let codes = [send(&site, "一"), send(&site, "二，长一些，还有地点和人")];
    to_next_night(&site);
    close(&site).unwrap();
    let [one, other] = codes.each_ref().map(|code| {
        let thread = open(&site, code);
        (press(&site, "/follow-up/proof", &thread.cookies()), said_of(&site, code))
    });
    assert_eq!(one.0.body, other.0.body);
    let own = ["index", "leaf", "opening", "path"];
    let rest = |said: &Value| {
        let mut said = said.clone();
        own.iter().for_each(|name| said["proof"][name] = Value::Null);
        said
    };
    assert_eq!(rest(&one.1), rest(&other.1));
    own.iter().for_each(|name| assert_ne!(one.1["proof"][name], other.1["proof"][name], "{name}"));
}

#[test]
fn asking_is_on_record_and_nothing_is_told_without_a_receipt() {
    let site = Site::open();
    let code = send(&site, "一");
    said_of(&site, &code);
    let path = site.app.config.data.database();
    let count = |what: &str| db::count(&path, &format!("select count(*) as n from {what}"));
    assert_eq!(count("audit where act = 'receipt.proof' and actor = 'reporter' and at % 60000 = 0"), 1);

    let none = press(&site, "/follow-up/proof", "");
    assert!(none.status == 422 && none.has("#errors") && none.has("#receipt"));
    assert_eq!(press(&site, "/follow-up/proof/file", "").body, none.body);
    let unknown: Vec<Answer> =
        (0..2).map(|seed| asked(&site, &Receipt::generate(&SeededEntropy::new(seed)).code())).collect();
    let mut wrong = code.into_bytes();
    wrong[31] = if wrong[31] == b'0' { b'1' } else { b'0' };
    let wrong = asked(&site, &String::from_utf8(wrong).unwrap());
    for answer in &unknown {
        assert_eq!((answer.status, &answer.body), (404, &wrong.body));
    }
    assert_eq!(count("audit where act = 'receipt.proof'"), 1);
}

#[test]
fn everybody_sees_the_same_seals() {
    let site = Site::open();
    let empty = site.get("/record?l=zh", "");
    assert!(empty.status == 200 && empty.has("#none") && !empty.has("#heads > li"));
    for _ in 0..9 {
        to_next_night(&site);
        close(&site).unwrap();
    }
    let list: Value = over(&site, "/api/v1/record/heads");
    for language in ["zh", "en"] {
        let page = site.get(&format!("/record?l={language}"), "");
        assert_eq!(page.all("#heads > li").len(), 7);
        let last = list["heads"][8]["root"].as_str().unwrap();
        assert_eq!(page.all("#heads code")[0].replace(' ', ""), last);
        assert!(page.header("set-cookie").is_empty());
    }
    assert_eq!(site.get("/record?l=zh", "").body, site.get("/record?l=zh", "hw-step=x").body);
    for path in ["/", "/follow-up"] {
        assert!(site.get(&format!("{path}?l=zh"), "").has("footer a[href='/record?l=zh']"), "{path}");
    }
    let code = send(&site, "一");
    assert!(!open(&site, &code).has("footer"), "nothing leads away from somebody's words");
}
