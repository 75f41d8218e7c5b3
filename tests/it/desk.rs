//! The officer's side, from outside: who gets in, who sees what, and what becomes of a tip.

use homeward::store::Lane;

use crate::site::{Answer, Part, URLENCODED, urlencoded};

mod account;
mod approvals;
mod aside;
mod authenticator;
pub mod bench;
mod browser;
mod excerpts;
mod files;
mod guarded;
mod lease;
mod lists;
mod matrix;
mod next;
mod passkeys;
mod place;
mod plan;
mod record;
mod second_factor;
mod sessions;
mod texts;

use bench::{Bench, PASSWORD};

const TEXT: &str = "砖厂后院锁着三个说外地话的小伙子。<script>alert(1)</script>";

/// A report of forced labour in Wuqing, with somebody in danger.
fn in_danger() -> Vec<Part<'static>> {
    vec![
        Part::text("text", TEXT),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_labour"),
        Part::text("danger", "yes"),
    ]
}

/// A quiet report about a child at work, with a way to reach whoever wrote it.
pub fn with_contact() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "小饭店后厨有个十来岁的孩子在干活。"),
        Part::text("place_district", "120114"),
        Part::text("category", "child_labour"),
        Part::text("identity", "confidential"),
        Part::text("contact_name", "老赵"),
        Part::text("contact_phone", "13900000007"),
    ]
}

#[test]
fn a_wrong_name_and_a_wrong_password_are_one_answer() {
    let bench = Bench::open();
    let wrong = bench.sign_in("psb", "not the password at all");
    let unknown = bench.sign_in("xyz", "not the password at all");
    let odd = bench.sign_in("公安局", "not the password at all");

    assert_eq!([wrong.status, unknown.status, odd.status], [422; 3]);
    assert_eq!(wrong.text("#errors"), unknown.text("#errors"));
    assert_eq!(wrong.body.len(), unknown.body.len());
    assert!(wrong.header("set-cookie").is_empty() && unknown.header("set-cookie").is_empty());
    assert_eq!(bench.audited("session.refused"), 3);
}

#[test]
fn the_session_is_in_an_http_only_cookie_and_the_table_alone_opens_nothing() {
    let bench = Bench::open();
    let answer = bench.sign_in(" PSB ", PASSWORD);
    let cookie = answer.header("set-cookie").concat();

    assert_eq!(answer.header("location"), ["/desk?l=zh"]);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let value = answer.cookies().split_once('=').unwrap().1.to_owned();
    let disk = bench.site.everything_on_disk();
    assert!(!disk.windows(value.len()).any(|w| w == value.as_bytes()));
    assert_eq!(bench.number("select count(*) as v from sessions"), 1);
}

#[test]
fn without_a_session_pages_lead_to_the_door_and_forms_are_refused() {
    let bench = Bench::open();
    for path in ["/desk", "/desk/tips/00000000000000000000000000000000"] {
        let answer = bench.send("GET", path, b"", "hw-desk=AAAA", "");
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location")[0].starts_with("/desk/sign-in"));
    }
    let uid = bench.tip(&in_danger()).0;
    let answer = bench.send("POST", &format!("/desk/tips/{uid}/open"), b"csrf=x", "", "");
    assert_eq!(answer.status, 403);
    assert!(answer.text("main").contains("没有保存") || answer.text("main").contains("not saved"));
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
}

#[test]
fn a_session_ends_by_itself_and_by_signing_out() {
    let bench = Bench::open();
    let officer = bench.officer("psb");
    bench.site.clock.advance(29 * 60);
    assert_eq!(officer.get("/desk").status, 200);
    bench.site.clock.advance(29 * 60);
    assert_eq!(officer.get("/desk").status, 200, "each request renews it");
    bench.site.clock.advance(30 * 60);
    assert_eq!(officer.get("/desk").status, 303);

    let officer = bench.officer("psb");
    for _ in 0..30 {
        bench.site.clock.advance(24 * 60);
        officer.get("/desk");
    }
    assert_eq!(officer.get("/desk").status, 303, "twelve hours are the end in any case");

    let officer = bench.officer("psb");
    let left = officer.fill(&officer.get("/desk"), "sign-out", &[]);
    assert_eq!(left.status, 303);
    assert!(left.header("clear-site-data").concat().contains("storage"));
    assert_eq!(officer.get("/desk").status, 303);
}

#[test]
fn an_officer_who_is_disabled_is_out_at_once() {
    let bench = Bench::open();
    let officer = bench.officer("psb");
    bench.change("update officers set active = false where login = 'psb'");

    assert_eq!(officer.get("/desk").status, 303);
    assert_eq!(bench.sign_in("psb", PASSWORD).status, 422);
}

#[test]
fn a_form_from_elsewhere_does_nothing() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb-120114");
    let (path, good) = (format!("/desk/tips/{uid}/open"), urlencoded(&[("csrf", &officer.csrf())]));
    let forged = |body: &[u8], more: &str| bench.send("POST", &path, body, &officer.cookies, more).status;

    assert_eq!(forged(b"csrf=", ""), 403);
    assert_eq!(forged(&urlencoded(&[("csrf", "x")]), ""), 403);
    assert_eq!(forged(&good, "Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_eq!(forged(&good, "Origin: https://evil.example\r\n"), 403);
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
    let none = bench.sign_in_from_elsewhere();
    assert_eq!(none.status, 403);
    assert_eq!(forged(&good, "Sec-Fetch-Site: same-origin\r\n"), 303);
}

impl Bench {
    fn sign_in_from_elsewhere(&self) -> Answer {
        let body = urlencoded(&[("name", "psb"), ("password", PASSWORD)]);
        self.send("POST", "/desk/sign-in", &body, "", "Sec-Fetch-Site: cross-site\r\n")
    }
}

/// What each relation lets an officer see: the page, the report, the acts of a lead.
fn expected(relations: &[&str]) -> (u16, bool, bool) {
    let has = |relation| relations.contains(&relation);
    let reads = has("lead") || has("first_responder") || has("ladder") || has("content");
    match (has("excluded"), reads) {
        (false, true) => (200, true, has("lead")),
        _ => (404, false, false),
    }
}

#[test]
fn everybody_sees_what_their_standing_allows_and_nothing_else() {
    let bench = Bench::open();
    let shelter = [
        Part::text("text", "她被锁在出租屋里"),
        Part::text("place_district", "120114"),
        Part::text("category", "victim_shelter"),
        Part::text("danger", "yes"),
    ];
    let child = [
        Part::text("text", "女儿不见了"),
        Part::text("place_district", "120117"),
        Part::text("category", "missing_child"),
        Part::text("exclude", "psb_branch"),
    ];
    let tips = [bench.tip(&in_danger()).0, bench.tip(&shelter).0, bench.tip(&child).0];
    let agencies = ["psb", "psb-120114", "psb-120117", "civil", "hrss", "women", "procur"];
    let mut met = std::collections::BTreeSet::new();
    let mut not_found = std::collections::BTreeSet::new();
    for agency in agencies {
        let officer = bench.officer(agency);
        for uid in &tips {
            let all = bench.relations(uid);
            let own: Vec<&str> = all.iter().filter(|(a, _)| a == agency).map(|(_, r)| r.as_str()).collect();
            met.extend(own.iter().map(ToString::to_string));
            let page = officer.tip(uid);
            let (status, reads, leads) = expected(&own);
            assert_eq!(page.status, status, "{agency} {own:?}");
            assert_eq!(page.has("#report-text"), reads, "{agency} {own:?}");
            let opened = officer.open(uid);
            assert_eq!(opened.has("form#refer"), leads, "{agency} {own:?}");
            if status == 404 {
                not_found.insert(page.body);
            }
        }
        not_found.insert(officer.tip("00000000000000000000000000000000").body);
        not_found.insert(officer.tip("nonsense").body);
        bench.site.clock.advance(60);
    }
    let all = ["content", "excluded", "first_responder", "ladder", "lead", "told"].map(str::to_owned);
    assert_eq!(met, all.into(), "every standing was met");
    assert_eq!(not_found.len(), 1, "a tip one must not see looks like none");
    assert!(bench.audited("tip.refused") > 0 && bench.audited("tip.read") > 0);
}

#[test]
fn police_that_a_tip_accuses_get_the_life_facts_and_learn_nothing_else() {
    let bench = Bench::open();
    let accused = [
        Part::text("text", "派出所的人把她送回了院子"),
        Part::text("place_district", "120117"),
        Part::text("place_words", "芦台镇老粮站"),
        Part::text("category", "agency_complaint"),
        Part::text("danger", "yes"),
        Part::text("exclude", "psb"),
    ];
    let uid = bench.tip(&accused).0;
    let police = bench.officer("psb");
    let (queue, page) = (police.get("/desk?l=zh"), police.open(&uid));

    assert!(queue.has(&format!("tr[data-tip='{uid}']")));
    assert_eq!(page.status, 200);
    assert!(page.text("#life").contains("芦台镇老粮站"));
    for told in ["送回了院子", "投诉", "检察院", "回避"] {
        assert!(!page.body.contains(told) && !queue.body.contains(told), "{told}");
    }
    assert!(!page.has("#why") && !page.has("#history") && !page.has("form.act"));
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
    assert_eq!(bench.officer("psb-120117").tip(&uid).status, 404);
    let lead = bench.officer("procur").tip(&uid);
    assert!(lead.text("#report-text").contains("送回了院子") && !lead.has("#life"));
}

#[test]
fn of_two_officers_who_open_it_at_once_one_holds_it() {
    let bench = Bench::open();
    bench.colleague("psb-120114-li", "psb-120114");
    let officers = [bench.officer("psb-120114"), bench.officer("psb-120114-li")];
    for round in 0..8 {
        let uid = bench.tip(&in_danger()).0;
        std::thread::scope(|scope| {
            for officer in &officers {
                scope.spawn(|| assert_eq!(officer.open(&uid).status, 200));
            }
        });
        let claims = format!(
            "select count(*) as v from tip_events e join tips t on t.id = e.tip_id where t.uid = '{uid}' and e.kind = 'claimed'"
        );
        assert_eq!(bench.number(&claims), 1, "round {round}");
        let pages = officers.each_ref().map(|o| o.tip(&uid));
        let mine = pages.iter().filter(|p| p.text(".holder") == "我在办").count();
        assert_eq!(mine, 1, "round {round}");
        assert!(pages.iter().all(|p| !p.has("form#claim")), "nobody takes it from the other");
        bench.site.clock.advance(130);
    }
}

#[test]
fn of_two_acts_on_one_version_one_is_written_and_the_other_keeps_its_text() {
    let bench = Bench::open();
    bench.colleague("psb-120114-li", "psb-120114");
    let (one, two) = (bench.officer("psb-120114"), bench.officer("psb-120114-li"));
    let uid = bench.tip(&in_danger()).0;
    let first = one.open(&uid);
    let second = two.tip(&uid);

    assert_eq!(one.fill(&first, "accept", &[]).status, 303);
    let late = two.fill(&second, "note", &[("text", "我已经打过电话 <b>")]);

    assert_eq!(late.status, 409);
    assert!(late.text("#changed").contains("受理"), "{}", late.text("#changed"));
    assert!(!late.text("#changed").contains("认领"), "only what is new");
    assert_eq!(late.text("form#note textarea").trim(), "我已经打过电话 <b>");
    assert_eq!(bench.number("select count(*) as v from entries where kind = 'note'"), 0);
    assert_eq!(two.fill(&late, "note", &[("text", "我已经打过电话")]).status, 303);
    assert!(one.tip(&uid).text("#notes").contains("我已经打过电话"));
}

#[test]
fn the_same_act_sent_twice_at_once_happens_once() {
    let bench = Bench::open();
    let officer = bench.officer("psb-120114");
    let uid = bench.tip(&in_danger()).0;
    let page = officer.open(&uid);

    let statuses = std::thread::scope(|scope| {
        let send = || scope.spawn(|| officer.fill(&page, "note", &[("text", "一次")]).status);
        [send(), send(), send()].map(|sent| sent.join().unwrap())
    });

    assert_eq!(statuses.iter().filter(|s| **s == 303).count(), 1, "{statuses:?}");
    assert_eq!(bench.number("select count(*) as v from entries where kind = 'note'"), 1);
}

#[test]
fn a_tip_goes_its_way_and_the_reporter_reads_along() {
    let bench = Bench::open();
    let (uid, receipt) = bench.tip(&in_danger());
    let officer = bench.officer("psb-120114");
    let follow = || {
        let body = urlencoded(&[("l", "zh"), ("receipt", &receipt)]);
        bench.site.post("/follow-up", URLENCODED, &body, "")
    };
    let page = officer.open(&uid);
    assert_eq!(page.text("#report-text"), TEXT, "what was written is shown as written, never run");
    assert!(follow().has("#status[data-status=being_read]"));

    assert!(page.has(".tip-head .clock"), "the deadline runs until the first action");
    officer.fill(&page, "accept", &[]);
    assert!(!officer.tip(&uid).has(".tip-head .clock"));
    assert!(follow().has("#status[data-status=accepted]"));
    officer.fill(&officer.tip(&uid), "reply", &[("text", "院门朝哪边开?"), ("ask", "yes")]);
    let asked = follow();
    assert!(asked.has("#status[data-status=need_more]"));
    assert!(asked.text("#thread > li[data-from=officer]").contains("院门朝哪边开?"));
    officer.fill(&officer.tip(&uid), "note", &[("text", "内部记录甲")]);
    let closing = [("outcome", "rescued"), ("reason", "三人已解救"), ("reply", "人都救出来了,谢谢您。")];
    assert_eq!(officer.fill(&officer.tip(&uid), "close", &closing).status, 303);

    let done = follow();
    assert!(done.has("#status[data-status=closed]") && done.text("#thread").contains("人都救出来了"));
    for hidden in ["内部记录甲", "三人已解救", "解救或找到", "psb-120114-"] {
        assert!(!done.body.contains(hidden), "{hidden}");
    }
    assert!(!officer.get("/desk").body.contains(&uid), "it has left the queue");
    let page = officer.tip(&uid);
    assert!(page.text("#history").contains("解救或找到") && page.text("#history").contains("三人已解救"));
    assert!(!page.has("form#reply") && page.has("form#note"));
}

#[test]
fn a_referral_is_an_action_and_what_opens_a_closed_tip_again_asks_for_another() {
    let bench = Bench::open();
    let (uid, receipt) = bench.tip(&with_contact());
    let (hrss, civil) = (bench.officer("hrss"), bench.officer("civil"));
    hrss.fill(&hrss.open(&uid), "refer", &[("agency", "civil"), ("reason", "孩子需要安置")]);
    assert!(!civil.get("/desk?l=zh").has(&format!("tr[data-tip='{uid}'] .clock")));
    civil.fill(&civil.open(&uid), "close", &[("outcome", "rescued"), ("reason", "已安置")]);
    assert!(civil.tip(&uid).has("#first-action"));

    let opened =
        bench.site.post("/follow-up", URLENCODED, &urlencoded(&[("l", "zh"), ("receipt", &receipt)]), "");
    let more =
        [("form", opened.value("#add input[name=form]")), ("l", "zh".into()), ("text", "他们又来了".into())];
    let more = more.each_ref().map(|(name, value)| (*name, value.as_str()));
    let added = bench.site.post("/follow-up/add", URLENCODED, &urlencoded(&more), &opened.cookies());
    assert_eq!(added.status, 303, "{}", added.body);
    let queue = civil.get("/desk?l=zh");
    assert!(queue.has(&format!("tr[data-tip='{uid}'] .clock")) && !civil.open(&uid).has("#first-action"));
}

#[test]
fn what_is_noted_on_a_closed_tip_leaves_the_minute_it_was_closed_in() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb-120114");
    officer.fill(&officer.open(&uid), "close", &[("outcome", "rescued"), ("reason", "三人已解救")]);
    let closed = || bench.number("select closed_minute as v from tips");
    let before = closed();

    bench.site.clock.advance(5 * 60);
    assert_eq!(officer.fill(&officer.tip(&uid), "note", &[("text", "家属已来电致谢")]).status, 303);

    assert_eq!(closed(), before);
    assert_eq!(bench.number("select count(*) as v from tip_agencies where open"), 0);
}

#[test]
fn a_correction_takes_the_tip_to_whom_it_belongs() {
    let bench = Bench::open();
    let uid = bench.tip(&with_contact()).0;
    let (hrss, edu) = (bench.officer("hrss"), bench.officer("edu"));
    assert_eq!(edu.tip(&uid).status, 404);
    let page = hrss.open(&uid);
    let before = bench.number("select count(*) as v from outbox where agency = 'edu'");

    let right = [("category", "school_dropout"), ("district", "120101"), ("urgency", "rule")];
    let corrected = hrss.fill(&page, "correct", &right);

    assert_eq!(corrected.header("location"), ["/desk?l=zh"], "it is no longer theirs to read");
    assert_eq!(hrss.tip(&uid).status, 404);
    let page = edu.open(&uid);
    assert!(page.text("#report-text").contains("小饭店后厨") && page.text("#history").contains("牵头"));
    assert!(page.has("#reporter form#contact-ask"), "the contact went along");
    assert_eq!(bench.number("select count(*) as v from outbox where agency = 'edu'"), before + 1);
    assert_eq!(bench.number("select count(*) as v from envelopes where recipient = 'hrss'"), 0);
    assert_eq!(bench.number("select count(*) as v from envelopes where recipient = 'reporter'"), 1);
}

#[test]
fn a_referral_needs_a_reason_and_goes_only_where_it_may() {
    let bench = Bench::open();
    let (uid, receipt) = bench.tip(&with_contact());
    let (hrss, civil) = (bench.officer("hrss"), bench.officer("civil"));
    let page = hrss.open(&uid);
    assert!(page.has("form#refer option[value=civil]") && !page.has("form#refer option[value=hrss]"));
    assert!(!page.has("form#refer option[value=court]"));
    for (to, reason, said) in [("civil", " ", "空的"), ("court", "理由", "不能转给"), ("", "理由", "选择")]
    {
        let refused = hrss.fill(&page, "refer", &[("agency", to), ("reason", reason)]);
        assert_eq!(refused.status, 422, "{to}");
        assert!(refused.text("#errors").contains(said), "{to}: {}", refused.text("#errors"));
        assert_eq!(refused.text("form#refer textarea").trim(), reason.trim());
    }
    assert_eq!(hrss.fill(&page, "refer", &[("agency", "civil"), ("reason", "孩子需要安置")]).status, 303);

    assert_eq!(hrss.tip(&uid).status, 404);
    let body = urlencoded(&[("l", "zh"), ("receipt", &receipt)]);
    let follow = bench.site.post("/follow-up", URLENCODED, &body, "");
    assert!(follow.has("#status[data-status=passed]"));
    let page = civil.open(&uid);
    assert!(page.text("#history").contains("孩子需要安置") && page.has("form#close"));
    assert!(!follow.body.contains("孩子需要安置"));
}

#[test]
fn each_reading_is_on_record_before_it_is_shown() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb");
    for n in 1..=3 {
        assert_eq!(officer.tip(&uid).status, 200);
        assert_eq!(bench.audited("tip.read"), n);
    }
    let detail = bench.text("select detail as v from audit where act = 'tip.read' limit 1");
    assert!(detail.contains("\"ladder\"") && detail.contains("psb"), "{detail}");
    assert_eq!(
        bench.number("select count(*) as v from tips where claimed_by is not null"),
        0,
        "a GET claims nothing"
    );
}

#[test]
fn a_read_that_cannot_be_recorded_is_not_shown() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb");
    bench.forbid("audit");

    let page = officer.tip(&uid);

    assert_eq!(page.status, 503);
    assert!(!page.body.contains("砖厂"));
}

#[test]
fn an_officer_who_was_granted_no_keys_sees_no_tip() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    bench.change(
        "delete from key_grants where officer_id = (select id from officers where login = 'psb-120114')",
    );
    let page = bench.officer("psb-120114").tip(&uid);

    assert_eq!(page.status, 200);
    assert!(page.has(".errors") && !page.has("#report-text") && !page.body.contains("砖厂"));
}

#[test]
fn a_full_or_lost_store_says_so_and_keeps_the_words() {
    let bench = Bench::open();
    let uid = bench.tip(&in_danger()).0;
    let officer = bench.officer("psb-120114");
    let page = officer.open(&uid);
    bench.forbid("entries");

    let answer = officer.fill(&page, "note", &[("text", "不要丢了这段话")]);

    assert_eq!(answer.status, 503);
    assert_eq!(answer.text("form#note textarea").trim(), "不要丢了这段话");
    assert_eq!(bench.number("select count(*) as v from tip_events where kind = 'noted'"), 0);
    let _: Result<(), homeward::store::WriteError<()>> =
        bench.site.app.store.write_blocking("wait", Lane::Desk, |_| Ok(()));
}
