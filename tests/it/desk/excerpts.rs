//! A text released to a body that is told, from outside: who may send one and to whom, who opens it and what else they
//! see, and that it goes when it is taken back, when its body is to be kept out, and with the tip.

use homeward::app::PLAN_ID;
use homeward::people::roles::Permission;
use homeward::plan::AgencyCode;
use homeward::store::acts::{ActNotWritten, Warrant, apply};
use homeward::store::{Lane, WriteError, officers, tip_page};
use homeward::triage::acts::{Excerpt, Hand, send_excerpt};
use homeward::triage::keys::TipKeys;
use homeward::vault::compartment::Compartment;
use homeward::vault::entropy::OsEntropy;
use homeward::vault::seal::SymKey;

use super::bench::{Bench, Officer};
use super::with_contact;
use crate::site::{Answer, Part, URLENCODED, urlencoded};

/// What an officer of the lead typed.
const CUT: &str = "请查证该店是否雇用了未成年人。";

fn send(lead: &Officer<'_>, uid: &str, typed: &[(&str, &str)]) -> Answer {
    lead.fill(&lead.tip(uid), "excerpt", typed)
}

/// A tip about child labour, led by the labour office, in its hands.
fn led<'a>(bench: &'a Bench, more: &[Part<'_>]) -> (String, Officer<'a>) {
    let uid = bench.tip(&[&with_contact(), more].concat()).0;
    let lead = bench.officer("hrss");
    assert_eq!(lead.open(&uid).status, 200);
    (uid, lead)
}

fn excerpt(bench: &Bench) -> String {
    bench.text("select uid as v from excerpts order by id desc limit 1")
}

fn reads(officer: &Officer<'_>, uid: &str) -> Answer {
    officer.get(&format!("/desk/excerpts/{uid}?l=zh"))
}

fn gone(answer: &Answer) -> bool {
    answer.status == 303 && answer.header("location")[0].starts_with("/desk/excerpts?l=zh&gone=1")
}

fn rows(bench: &Bench) -> (i64, i64) {
    (
        bench.number("select count(*) as v from excerpts"),
        bench.number("select count(*) as v from envelopes where compartment = 'excerpt'"),
    )
}

#[test]
fn the_body_opens_the_text_and_nothing_else_and_it_can_be_taken_back() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    let page = lead.tip(&uid);
    assert!(page.text("#excerpt-text").contains("小饭店后厨"), "it starts from the report");
    assert!(
        page.has("input[name=to-civil]") && !page.has("input[name=to-psb]"),
        "who reads already is not asked"
    );
    assert!(!page.has("input[name=to-court]") && !page.has("input[name=to-edu]"));
    let noticed =
        || bench.number("select count(*) as v from outbox where agency = 'civil' and kind = 'excerpt'");

    let sent = send(&lead, &uid, &[("text", CUT), ("to-civil", "yes")]);

    assert_eq!(sent.status, 303, "{}", sent.body);
    assert_eq!((rows(&bench), noticed(), bench.audited("tip.excerpt_sent")), ((1, 1), 1, 1));
    let page = lead.tip(&uid);
    assert!(
        page.text("#released").contains(CUT) && page.text("#history").contains("民政局提供了摘录"),
        "{}",
        page.body
    );
    let civil = bench.officer("civil");
    let list = civil.get("/desk/excerpts?l=zh");
    assert!(list.has(&format!("tr[data-excerpt='{}']", excerpt(&bench))) && !list.body.contains(&uid));
    let read = reads(&civil, &excerpt(&bench));
    assert_eq!((read.status, read.text("#excerpt").trim()), (200, CUT));
    for kept in ["小饭店", "老赵", "13900000007", "武清", &uid] {
        assert!(!read.body.contains(kept), "{kept}");
    }
    assert_eq!(civil.tip(&uid).status, 404, "the tip itself stays closed");
    assert_eq!(bench.audited("tip.excerpt_read"), 1);
    let disk = bench.site.everything_on_disk();
    assert!(!disk.windows(CUT.len()).any(|w| w == CUT.as_bytes()), "sealed wherever it lies");

    let old = excerpt(&bench);
    assert_eq!(lead.fill(&lead.tip(&uid), "excerpt-withdraw", &[("agency", "civil")]).status, 303);
    assert_eq!(rows(&bench), (0, 0));
    assert!(gone(&reads(&civil, &old)) && civil.get("/desk/excerpts?l=zh&gone=1").has("#gone"));
    let page = lead.tip(&uid);
    assert!(
        page.text("#history").contains("撤回") && page.text("#released").contains(CUT),
        "what was sent stays known"
    );
    assert!(!page.has("form#excerpt-withdraw"));
}

#[test]
fn nobody_else_opens_it_and_each_try_is_on_record() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    send(&lead, &uid, &[("text", CUT), ("to-civil", "yes"), ("to-women", "yes")]);
    let of_civil = bench.text("select uid as v from excerpts where agency = 'civil'");
    let before = bench.audited("tip.refused");

    for other in ["women", "edu", "hrss"] {
        assert!(gone(&reads(&bench.officer(other), &of_civil)), "{other}");
        bench.site.clock.advance(30);
    }
    let civil = bench.officer("civil");
    assert!(gone(&reads(&civil, &"ab".repeat(16))) && gone(&reads(&civil, "nonsense")));
    assert_eq!(bench.audited("tip.refused"), before + 4);
    assert_eq!(reads(&civil, &of_civil).status, 200);
    // The other body's key does not open this one's text, also when rows are moved past the portal.
    bench.change(&format!("update excerpts set agency = 'edu' where uid = '{of_civil}'"));
    bench.change(
        "update envelopes set recipient = 'edu' where recipient = 'civil' and compartment = 'excerpt'",
    );
    let moved = reads(&bench.officer("edu"), &of_civil);
    assert!(moved.has(".errors") && !moved.body.contains(CUT));
}

#[test]
fn a_newer_text_takes_the_place_of_the_one_before() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    send(&lead, &uid, &[("text", CUT), ("to-civil", "yes")]);
    let first = excerpt(&bench);
    send(&lead, &uid, &[("text", "请今天内反馈。"), ("to-civil", "yes")]);

    let civil = bench.officer("civil");
    assert!(gone(&reads(&civil, &first)));
    assert_eq!(reads(&civil, &excerpt(&bench)).text("#excerpt").trim(), "请今天内反馈。");
    assert_eq!(rows(&bench), (1, 1));
}

#[test]
fn what_looks_like_a_number_or_a_name_is_looked_at_once_more() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    let text = "请联系老赵，电话 13900000007。";

    let asked = send(&lead, &uid, &[("text", text), ("to-civil", "yes")]);

    assert_eq!(asked.status, 422);
    assert!(asked.text("#errors").contains("逐处核对") && asked.text("#excerpt-text").contains(text));
    assert!(asked.text("#excerpt-marked mark").contains("老赵"), "{}", asked.body);
    assert!(asked.has("input[name=to-civil][checked]"));
    assert_eq!(rows(&bench), (0, 0));
    let sure = [("text", text), ("to-civil", "yes"), ("checked", "yes")];
    assert_eq!(lead.fill(&asked, "excerpt", &sure).status, 303);
    assert_eq!(rows(&bench), (1, 1));
}

#[test]
fn an_empty_text_nobody_and_a_body_that_takes_none_are_refused_and_nothing_is_written() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[Part::text("exclude", "psb")]);
    for typed in [
        vec![("text", " "), ("to-civil", "yes")],
        vec![("text", CUT)],
        vec![("text", CUT), ("to-court", "yes")],
        vec![("text", CUT), ("to-civil", "yes"), ("to-psb-120114", "yes")],
        vec![("text", CUT), ("to-psb", "yes")],
        vec![("text", CUT), ("to-<script>", "yes")],
        vec![("text", CUT), ("to-edu", "yes")],
    ] {
        let refused = send(&lead, &uid, &typed);
        assert_eq!(refused.status, 422, "{typed:?}");
    }
    assert_eq!((rows(&bench), bench.audited("tip.excerpt_sent")), ((0, 0), 0));
    assert_eq!(bench.number("select count(*) as v from outbox where kind = 'excerpt'"), 0);
    let other = bench.officer("civil").force(&uid, "excerpt", &[("text", CUT), ("to-women", "yes")]);
    assert_eq!(other.status, 404, "only the lead");
}

#[test]
fn the_transaction_asks_again_whether_the_body_is_to_be_kept_out() {
    let bench = Bench::open();
    let (uid, _) = led(&bench, &[]);
    let app = &bench.site.app;
    let known = app.store.read_blocking(|db| officers::known(db, PLAN_ID, "hrss")).unwrap().unwrap();
    let directory = actix_web::rt::System::new().block_on(app.directory.get(&app.store)).unwrap();
    let (officer, id) = (known.officer, uid.parse().unwrap());
    let now = app.clock.now();
    let of = officer.clone();
    let sheet =
        app.store.read_blocking(move |db| tip_page::prepare(db, PLAN_ID, &of, &id, now)).unwrap().unwrap();
    // The act was prepared when the body might still know.
    let keys = TipKeys::of([(Compartment::Case, SymKey::generate(&OsEntropy))]);
    let hand = Hand { officer: &officer, now, entropy: &OsEntropy };
    let to = [AgencyCode::municipal("civil".parse().unwrap())].into();
    let excerpt = Excerpt { to: &to, text: CUT };
    let act = send_excerpt(&hand, &sheet.tip, &keys, (&directory, &app.plan()), &excerpt).unwrap();
    for barred in ["civil", "women"] {
        bench.change("delete from tip_agencies where relation = 'excluded'");
        bench.change(&format!(
            "insert into tip_agencies (tip_id, agency, relation, open, lane, due_minute)
             select id, '{barred}', 'excluded', false, 0, 0 from tips where uid = '{uid}'"
        ));
        let warrant = Warrant {
            officer: officer.clone(),
            tip: id,
            permission: Permission::SendExcerpt,
            directory: Some(directory.version),
        };
        let act = act.clone();
        let written =
            app.store.write_blocking("excerpt", Lane::Desk, move |db| apply(db, PLAN_ID, &warrant, &act));
        let refused = matches!(written, Err(WriteError::Refused(ActNotWritten::Forbidden)));
        assert_eq!(refused, barred == "civil", "{barred}: {written:?}");
        assert_eq!(rows(&bench).0, i64::from(barred != "civil"));
    }
}

#[test]
fn a_body_that_is_to_be_kept_out_later_reads_no_more_and_loses_it_when_the_tip_moves() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    send(&lead, &uid, &[("text", CUT), ("to-civil", "yes")]);
    bench.change(&format!(
        "insert into tip_agencies (tip_id, agency, relation, open, lane, due_minute)
         select id, 'civil', 'excluded', false, 0, 0 from tips where uid = '{uid}'"
    ));
    assert!(gone(&reads(&bench.officer("civil"), &excerpt(&bench))));

    let referred = lead.fill(&lead.tip(&uid), "refer", &[("agency", "health"), ("reason", "先体检")]);

    assert_eq!(referred.status, 303, "{}", referred.body);
    assert_eq!(rows(&bench), (0, 0));
}

#[test]
fn it_stays_with_its_body_when_the_tip_is_referred_and_when_its_keys_are_replaced() {
    let bench = Bench::open();
    let (uid, lead) = led(&bench, &[]);
    send(&lead, &uid, &[("text", CUT), ("to-civil", "yes")]);
    lead.fill(&lead.tip(&uid), "refer", &[("agency", "health"), ("reason", "先体检")]);
    let civil = bench.officer("civil");
    assert_eq!(reads(&civil, &excerpt(&bench)).text("#excerpt").trim(), CUT);
    let old = bench.hex("sealed", "from envelopes where compartment = 'excerpt'");

    assert_eq!(civil.post("/desk/people/rotate", &[]).status, 303);
    let done = || bench.number("select count(*) as v from rotations where done_minute is not null") == 1;
    for _ in 0..200 {
        civil.get("/desk?l=zh");
        if done() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }

    assert!(done(), "everything is sealed anew");
    assert_ne!(bench.hex("sealed", "from envelopes where compartment = 'excerpt'"), old);
    assert_eq!(reads(&civil, &excerpt(&bench)).text("#excerpt").trim(), CUT);
    let health = bench.officer("health");
    health.open(&uid);
    let back = health.fill(&health.tip(&uid), "excerpt-withdraw", &[("agency", "civil")]);
    assert_eq!(back.status, 303, "whoever leads now may take it back: {}", back.body);
    assert_eq!(rows(&bench), (0, 0));
}

#[test]
fn the_reporter_is_told_nothing_of_it() {
    let bench = Bench::open();
    let (uid, receipt) = bench.tip(&with_contact());
    let lead = bench.officer("hrss");
    lead.open(&uid);
    assert_eq!(send(&lead, &uid, &[("text", CUT), ("to-civil", "yes")]).status, 303);

    let body = urlencoded(&[("l", "zh"), ("receipt", &receipt)]);
    let page = bench.site.post("/follow-up", URLENCODED, &body, "");
    assert!(page.has("#thread") && !page.body.contains(CUT) && !page.body.contains("民政局"));
}
