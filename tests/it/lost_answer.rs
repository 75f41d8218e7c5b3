//! An answer that is lost on its way: after the commit and before the first byte the connection is cut, some
//! of the times together with the whole portal. Whoever sends again gets the same receipt, and there is one
//! tip.

use crate::support::failpoint::Failpoint;
use crate::support::form::Form;
use crate::support::page::Page;
use crate::support::portal::{Setup, TestPortal};
use crate::support::visitor::Visitor;
use crate::support::wire;

const CUTS: usize = 200;
const RESTARTS: usize = 20;

struct Scene {
    portal: TestPortal,
    failpoint: Failpoint,
    restarts: usize,
}

impl Scene {
    fn at(point: &'static str) -> Self {
        let failpoint = Failpoint::at(point);
        let portal = TestPortal::with(Setup { halt: Some(failpoint.halt()), ..Setup::default() });
        Self { portal, failpoint, restarts: 0 }
    }

    /// Sends a request, waits until its work is committed, and hangs up without having read a byte.
    fn lose(&mut self, request: &[u8], restart: bool) {
        self.failpoint.arm();
        let stream = wire::start(self.portal.public(), request);
        self.failpoint.wait();
        assert_eq!(unread(&stream), 0, "no part of the answer has left");
        drop(stream);
        if restart {
            // The request dies with the portal, still standing at the point.
            self.portal.restart();
            self.restarts += 1;
        } else {
            self.failpoint.release();
        }
    }
}

/// How many bytes have come in that nobody has read.
fn unread(stream: &std::net::TcpStream) -> usize {
    stream.set_nonblocking(true).unwrap();
    stream.peek(&mut [0; 16]).unwrap_or(0)
}

/// A report form filled in by `visitor`, old enough to be sent.
fn filled(portal: &TestPortal, visitor: &Visitor, text: &str) -> Form {
    let mut form = visitor.get("/report?l=zh").form("form#report");
    form.set("text", text).set("place_district", "120114").set("danger", "no");
    portal.age_forms();
    form
}

fn bytes_of(form: &Form, visitor: &Visitor) -> Vec<u8> {
    let (kind, body) = form.encode();
    wire::post(&form.action, &visitor.address, &[("Content-Type", kind)], &body)
}

fn assert_same_receipt(pages: &[Page]) -> String {
    for page in pages {
        assert_eq!((page.status, page.words().len()), (200, 12), "{}", page.body);
        assert_eq!((page.code(), page.words()), (pages[0].code(), pages[0].words()));
    }
    pages[0].code()
}

#[test]
fn an_answer_lost_after_the_commit_is_given_again_two_hundred_times() {
    let mut scene = Scene::at("report.committed");
    let mut receipts = std::collections::BTreeSet::new();
    for n in 0..CUTS {
        let visitor = scene.portal.visitor();
        let text = format!("第{n}次:院子里有人被锁着");
        let form = filled(&scene.portal, &visitor, &text);
        let restart = n % (CUTS / RESTARTS) == 7;
        scene.lose(&bytes_of(&form, &visitor), restart);
        assert_eq!(scene.portal.count("tips"), i64::try_from(n).unwrap() + 1, "it was committed, once");

        let again = [visitor.submit(&form), visitor.submit(&form)];
        let code = assert_same_receipt(&again);
        if n % 10 == 3 {
            changed_body_is_refused(&scene.portal, &visitor, &form);
        }
        let thread = visitor.open_receipt(&again[0].words().join(" "));
        assert_eq!(thread.status, 200, "the receipt works");
        assert!(thread.text("ol#thread").contains(&text), "and opens this very tip");
        assert!(receipts.insert(code), "no two tips share a receipt");
    }
    assert_eq!((scene.failpoint.fired(), scene.restarts), (CUTS, RESTARTS));
    assert_eq!(scene.portal.count("tips"), i64::try_from(CUTS).unwrap());
    println!("cuts fired: {CUTS}, restarts: {RESTARTS}");
}

/// The same key with another body: 422, every word kept, a fresh key, and what was received before is named.
fn changed_body_is_refused(portal: &TestPortal, visitor: &Visitor, sent: &Form) {
    let mut changed = sent.clone();
    changed.set("text", "换了一个说法 <b>&amp;</b>");
    let page = visitor.submit(&changed);

    assert_eq!(page.status, 422);
    assert_eq!(page.text("#text").trim(), "换了一个说法 <b>&amp;</b>");
    assert!(page.text("#errors").contains("已经收到") && page.words().is_empty());
    let fresh = page.form("form#report");
    assert_ne!(fresh.get("form"), sent.get("form"));
    // Nothing was received under the fresh key; the first report stands as it was.
    assert_eq!(assert_same_receipt(&[visitor.submit(sent)]).len(), 32);
    let _ = portal;
}

#[test]
fn the_fresh_key_of_a_changed_report_takes_it_as_a_second_one() {
    let scene = Scene::at("report.committed");
    let visitor = scene.portal.visitor();
    let form = filled(&scene.portal, &visitor, "第一份");
    let first = visitor.submit(&form);
    let mut changed = form.clone();
    changed.set("text", "第二份");
    let refused = visitor.submit(&changed);
    scene.portal.age_forms();
    let second = visitor.submit(&refused.form("form#report"));

    assert_eq!((first.status, refused.status, second.status), (200, 422, 200));
    assert_ne!(first.code(), second.code());
    assert_eq!(scene.portal.count("tips"), 2);
    assert!(visitor.open_receipt(&second.code()).text("ol#thread").contains("第二份"));
}

#[test]
fn a_program_whose_answer_was_lost_gets_the_same_receipt() {
    let mut scene = Scene::at("report.committed");
    for n in 0..20_i64 {
        let visitor = scene.portal.visitor();
        let key = format!("{:032x}", 0x5eed_0000_u128 + n.unsigned_abs() as u128);
        let body = format!(r#"{{"text":"第{n}次,程序发来","district":"120114"}}"#);
        let headers = [("Idempotency-Key", key.as_str()), ("Content-Type", "application/json")];
        scene.lose(&wire::post("/api/v1/reports", &visitor.address, &headers, body.as_bytes()), n % 7 == 5);

        let again = [(); 2].map(|()| visitor.api("/api/v1/reports", &headers, Some(body.as_bytes())));
        assert_eq!((again[0].status, again[1].status), (201, 201), "{}", again[0].body);
        assert_eq!(again[0].body, again[1].body);
        let other = visitor.api("/api/v1/reports", &headers, Some(br#"{"text":"another"}"#));
        assert_eq!(other.status, 422);
        let code =
            serde_json::from_str::<serde_json::Value>(&again[0].body).unwrap()["receipt"]["code"].clone();
        let receipt = format!("Receipt {}", code.as_str().unwrap());
        let thread = visitor.api("/api/v1/follow-up", &[("Authorization", &receipt)], None);
        assert!(thread.status == 200 && thread.body.contains(&format!("第{n}次")), "{}", thread.body);
        assert_eq!(scene.portal.count("tips"), n + 1);
    }
    assert_eq!((scene.failpoint.fired(), scene.restarts), (20, 3));
}

#[test]
fn words_added_later_whose_answer_was_lost_stand_in_the_thread_once() {
    let mut scene = Scene::at("addition.committed");
    for n in 0..20_i64 {
        let receipt = scene.portal.report(&[("text", "先说一句")]).code();
        let visitor = scene.portal.visitor();
        let thread = visitor.open_receipt(&receipt);
        let mut form = thread.form("form#add");
        let words = format!("补充第{n}条");
        form.set("text", &words);
        scene.portal.age_forms();
        let (kind, body) = form.encode();
        let cookies = cookies_of(&thread);
        let headers = [("Content-Type", kind), ("Cookie", cookies.as_str())];
        scene.lose(&wire::post(&form.action, &visitor.address, &headers, &body), n % 7 == 5);

        for _ in 0..2 {
            let page = visitor.submit(&form);
            assert_eq!(page.status, 200, "{}", page.body);
            assert_eq!(page.all("ol#thread > li").iter().filter(|said| said.contains(&words)).count(), 1);
        }
        assert_eq!(scene.portal.count("entries where kind = 'added'"), n + 1);
    }
    assert_eq!((scene.failpoint.fired(), scene.restarts), (20, 3));
}

/// The cookies a page set, as a browser sends them back.
fn cookies_of(page: &Page) -> String {
    let set = page.headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
}
