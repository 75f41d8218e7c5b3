//! The members' page: whom it shows to whom, and what its buttons do.

use homeward::people::roles::Role;

use super::{enrolled, for_branch, press, uid};
use crate::desk::bench::Bench;

/// The sign-in names on the page, in its order.
fn shown(page: &crate::site::Answer) -> Vec<String> {
    let rows = scraper::Selector::parse("tr[data-member]").unwrap();
    let html = page.html();
    html.select(&rows).map(|row| row.value().attr("data-member").unwrap().to_owned()).collect()
}

#[test]
fn everybody_sees_whom_they_look_after_and_nobody_else() {
    let bench = Bench::open();
    enrolled(&bench, "branch.handler", "psb-120114", Role::Handler);
    enrolled(&bench, "district", "civil-120114", Role::DistrictAdmin);
    enrolled(&bench, "system", "jointconf", Role::SystemAdmin);
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    enrolled(&bench, "auditor", "jointconf", Role::Auditor);
    let page = |login: &str, path: &str| bench.officer(login).get(path);

    assert_eq!(shown(&page("psb-120114", "/desk/people?l=zh")), ["psb-120114", "branch.handler"]);
    assert_eq!(shown(&page("district", "/desk/people?l=zh")), ["psb-120114", "branch.handler", "district"]);
    for everybody in ["system", "security"] {
        assert_eq!(shown(&page(everybody, "/desk/people?l=zh")).len(), 17, "{everybody}");
        let found = page(everybody, "/desk/people?l=zh&find=handler");
        assert_eq!(shown(&found), ["branch.handler"], "{everybody}");
        let by_agency = page(everybody, "/desk/people?l=zh&find=psb-120114");
        assert_eq!(shown(&by_agency), ["psb-120114", "branch.handler"], "{everybody}");
    }
    for (nobody, n) in [("branch.handler", 1), ("auditor", 2)] {
        let answer = page(nobody, "/desk/people?l=zh");
        assert_eq!(answer.status, 403, "{nobody}");
        assert!(shown(&answer).is_empty());
        assert_eq!(bench.audited("office.refused"), n);
    }
}

#[test]
fn the_list_is_paged() {
    let bench = Bench::open();
    for n in 0..60 {
        enrolled(&bench, &format!("many.{n:02}"), "hrss", Role::Handler);
    }
    let lead = bench.officer("hrss");
    let first = lead.get("/desk/people?l=zh");
    let next = crate::desk::bench::attribute(&first, "a.more", "href");
    let second = lead.get(&next);

    assert_eq!((shown(&first).len(), shown(&second).len()), (50, 11));
    assert!(!second.has("a.more"));
}

#[test]
fn a_lead_passes_the_keys_on_and_the_one_who_waited_opens_the_tip() {
    let bench = Bench::open();
    let tip = bench.tip(&for_branch()).0;
    enrolled(&bench, "second", "psb-120114", Role::Handler);
    let (lead, second) = (bench.officer("psb-120114"), bench.officer("second"));
    assert!(lead.get("/desk/people?l=zh").has("tr[data-member=second] [data-keys=waits]"));
    assert!(second.tip(&tip).text("#report-text").is_empty(), "no key, no report");

    assert_eq!(press(&lead, "/desk/people/pass-on", &[]).status, 303);

    assert!(lead.get("/desk/people?l=zh").has("tr[data-member=second] [data-keys=held]"));
    assert_eq!(second.tip(&tip).text("#report-text"), "桥下有人逼孩子乞讨");
    assert_eq!(bench.audited("officer.granted"), 1);
    assert_eq!(press(&second, "/desk/people/pass-on", &[]).status, 403, "a handler passes nothing on");
}

#[test]
fn an_ended_account_holds_no_key_no_session_and_no_tip() {
    let bench = Bench::open();
    bench.colleague("second", "psb-120114");
    let tip = bench.tip(&for_branch()).0;
    let (lead, second) = (bench.officer("psb-120114"), bench.officer("second"));
    second.open(&tip);
    let version = bench.number("select version as v from tips");

    let path = format!("/desk/people/{}/end", uid(&bench, "second"));
    assert!(lead.get(&format!("{path}?l=zh")).has("form#end"), "it is asked first");
    assert_eq!(press(&lead, &path, &[]).status, 303);

    let id = "(select id from officers where login = 'second')";
    assert_eq!(bench.number(&format!("select count(*) as v from key_grants where officer_id = {id}")), 0);
    assert_eq!(bench.number(&format!("select count(*) as v from sessions where officer_id = {id}")), 0);
    assert_eq!(bench.number("select count(*) as v from tips where claimed_by is not null"), 0);
    assert_eq!(bench.number("select version as v from tips"), version + 1);
    assert_eq!(second.get("/desk?l=zh").status, 303, "to the sign-in page");
    assert_eq!(bench.sign_in("second", crate::desk::bench::PASSWORD).status, 422);
    assert!(lead.tip(&tip).has("#history li[data-kind=released]"));
    assert_eq!((bench.audited("officer.ended"), bench.audited("tip.released")), (1, 1));
    assert_eq!(press(&lead, &path, &[]).status, 409, "once is enough");
    assert!(lead.get("/desk?l=zh").has("tr[data-tip] button"), "it stands in the queue for others");
}

#[test]
fn a_changed_role_ends_the_sessions_and_begins_with_the_next() {
    let bench = Bench::open();
    bench.colleague("second", "psb-120114");
    let (lead, second) = (bench.officer("psb-120114"), bench.officer("second"));
    let path = format!("/desk/people/{}/role", uid(&bench, "second"));

    assert_eq!(press(&lead, &path, &[("to", "handler")]).status, 303);
    assert_eq!(second.get("/desk?l=zh").status, 303);
    assert_eq!(bench.officer("second").get("/desk/people?l=zh").status, 403);
    assert_eq!(bench.number("select count(*) as v from key_grants g join officers o on o.id = g.officer_id where o.login = 'second'"), 2, "a handler holds keys too");
    for nowhere in ["auditor", "supervisor", "security_admin"] {
        assert_eq!(press(&lead, &path, &[("to", nowhere)]).status, 403, "{nowhere}");
    }
    assert_eq!(bench.audited("officer.changed"), 1);
}

#[test]
fn sessions_end_at_once_and_the_account_stays() {
    let bench = Bench::open();
    bench.colleague("second", "psb-120114");
    let (lead, one, two) = (bench.officer("psb-120114"), bench.officer("second"), bench.officer("second"));
    let path = format!("/desk/people/{}/sessions", uid(&bench, "second"));

    assert_eq!(press(&lead, &path, &[]).status, 303);

    assert_eq!((one.get("/desk?l=zh").status, two.get("/desk?l=zh").status), (303, 303));
    assert_eq!(bench.officer("second").get("/desk?l=zh").status, 200);
    assert_eq!(bench.audited("officer.sessions_ended"), 1);
}

#[test]
fn nobody_ends_or_changes_those_they_do_not_look_after() {
    let bench = Bench::open();
    bench.colleague("second", "psb-120114");
    enrolled(&bench, "system", "jointconf", Role::SystemAdmin);
    enrolled(&bench, "other.district", "civil-120117", Role::DistrictAdmin);
    let target = uid(&bench, "second");
    let before = bench.audited("office.refused");
    for (n, login) in ["system", "other.district", "hrss", "psb-120117"].into_iter().enumerate() {
        let officer = bench.officer(login);
        for (act, typed) in [("end", vec![]), ("sessions", vec![]), ("role", vec![("to", "handler")])] {
            let answer = press(&officer, &format!("/desk/people/{target}/{act}"), &typed);
            assert_eq!(answer.status, 403, "{login} {act}");
        }
        assert_eq!(bench.audited("office.refused"), before + 3 * (i64::try_from(n).unwrap() + 1));
    }
    assert_eq!(bench.number("select count(*) as v from officers where active"), 15);
    let own = bench.officer("second");
    assert_eq!(press(&own, &format!("/desk/people/{target}/end"), &[]).status, 403, "nobody ends themselves");
}

#[test]
fn the_last_member_hands_everything_on_and_then_goes() {
    let bench = Bench::open();
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    let (open, receipt) = bench.tip(&for_branch());
    let closed = bench.tip(&for_branch()).0;
    let last = bench.officer("psb-120114");
    let page = last.open(&closed);
    last.fill(&page, "note", &[("text", "旧的工作记录")]);
    let page = last.tip(&closed);
    last.fill(&page, "close", &[("outcome", "resolved"), ("reason", "已核实")]);
    last.open(&open);

    let path = format!("/desk/people/{}/end", uid(&bench, "psb-120114"));
    assert_eq!(press(&bench.officer("security"), &path, &[]).status, 303);

    assert_eq!(bench.number("select count(*) as v from officers where login = 'psb-120114' and active"), 0);
    let above = bench.officer("psb");
    for tip in [&open, &closed] {
        assert_eq!(bench.text(&format!("select lead as v from tips where uid = '{tip}'")), "psb");
        let page = above.tip(tip);
        assert_eq!(page.text("#report-text"), "桥下有人逼孩子乞讨");
        assert!(page.has("#history li[data-kind=rehomed]"));
        assert!(!page.has("p.errors"), "nothing is damaged: {}", page.body);
    }
    assert!(above.tip(&closed).has("#notes-behind"));
    assert!(!above.tip(&closed).body.contains("旧的工作记录"));
    let page = above.open(&open);
    assert_eq!(above.fill(&page, "note", &[("text", "新的工作记录")]).status, 303);
    assert!(above.tip(&open).text("#notes").contains("新的工作记录"));
    assert_eq!(bench.number("select count(*) as v from envelopes where compartment like 'case_before_%'"), 2);
    let thread = bench.site.post(
        "/follow-up",
        crate::site::URLENCODED,
        &crate::site::urlencoded(&[("receipt", &receipt), ("l", "zh")]),
        "",
    );
    assert!(thread.status < 400, "{}", thread.body);
}

#[test]
fn a_municipal_body_keeps_its_last_member_until_there_is_another() {
    let bench = Bench::open();
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    let parts = [
        crate::site::Part::text("text", "厂里不发工资"),
        crate::site::Part::text("category", "forced_labour"),
    ];
    bench.tip(&parts);
    let lead = bench.text("select lead as v from tips");
    let security = bench.officer("security");
    let path = format!("/desk/people/{}/end", uid(&bench, &lead));

    let answer = press(&security, &path, &[]);
    assert_eq!(answer.status, 409);
    assert!(answer.text("#refused").contains("恢复密钥"), "{}", answer.body);
    assert_eq!(
        bench.number(&format!(
            "select count(*) as v from officers where login = '{lead}' and active and ended_minute is null"
        )),
        1
    );

    bench.colleague("another", &lead);
    assert_eq!(press(&security, &path, &[]).status, 303);
    assert_eq!(
        bench.number(&format!("select count(*) as v from officers where login = '{lead}' and active")),
        0
    );
    assert_eq!(bench.text("select lead as v from tips"), lead, "nothing had to be handed on");
}

/// Makes the account of a code under a password.
fn join(bench: &Bench, code: &str, password: &str) -> u16 {
    let typed = [("invitation", code), ("password", password), ("password-again", password)];
    let body = crate::site::urlencoded(&typed);
    bench.send("POST", "/desk/join", &body, "", "Sec-Fetch-Site: same-origin\r\n").status
}

#[test]
fn a_lost_password_is_made_anew_by_a_code_and_nothing_of_before_goes_on() {
    let bench = Bench::open();
    let tip = bench.tip(&for_branch()).0;
    bench.colleague_as("second", "psb-120114", Role::Handler);
    let (head, lost) = (bench.officer("psb-120114"), bench.officer("second"));
    assert_eq!(lost.tip(&tip).text("#report-text"), "桥下有人逼孩子乞讨");
    let path = |login: &str| format!("/desk/people/{}/reset", uid(&bench, login));
    assert_eq!(press(&head, &path("psb-120114"), &[]).status, 409, "nobody's own");
    assert_eq!(press(&bench.officer("civil"), &path("second"), &[]).status, 409, "of another agency");
    assert_eq!(press(&lost, &path("psb-120114"), &[]).status, 403);

    let code = press(&head, &path("second"), &[]).text("#invitation-code");
    assert_eq!(lost.get("/desk?l=zh").status, 200, "nothing has happened yet");
    assert_eq!(join(&bench, &code, "another sentence to remember"), 200);

    assert_eq!(lost.get("/desk").status, 303, "sessions of before have ended");
    assert_eq!(bench.sign_in("second", crate::desk::bench::PASSWORD).status, 422);
    assert_eq!(join(&bench, &code, "a third sentence to remember"), 422, "the code worked once");
    let again = bench.sign_in("second", "another sentence to remember");
    let again = crate::desk::bench::Officer { bench: &bench, cookies: again.cookies() };
    assert!(again.tip(&tip).text("#report-text").is_empty(), "the keys wait for a colleague");
    assert_eq!(press(&head, "/desk/people/pass-on", &[]).status, 303);
    assert_eq!(again.tip(&tip).text("#report-text"), "桥下有人逼孩子乞讨");
    assert_eq!(["officer.reset_proposed", "officer.reset"].map(|act| bench.audited(act)), [1, 1]);
}

#[test]
fn where_everybody_is_confirmed_no_head_lets_anybody_in_alone() {
    let bench = Bench::with(|app| {
        std::sync::Arc::make_mut(&mut app.config).people.confirm = homeward::config::Confirm::Everybody;
    });
    enrolled(&bench, "security", "jointconf", Role::SecurityAdmin);
    bench.colleague_as("second", "psb-120114", Role::Handler);
    let (head, security) = (bench.officer("psb-120114"), bench.officer("security"));
    let typed = [("name", "李四"), ("login", "third"), ("agency", "psb-120114"), ("role", "agency_lead")];
    let page = head.get("/desk/people/invitations?l=zh");
    assert_eq!(head.fill(&page, "invite", &typed).status, 303, "no code yet");
    let reset = press(&head, &format!("/desk/people/{}/reset", uid(&bench, "second")), &[]);
    assert_eq!((reset.status, bench.audited("officer.reset_proposed")), (303, 1));
    let states = "select count(*) as v from invitations where state = 'proposed'";
    assert_eq!(bench.number(states), 2);

    let proposed = bench.text("select uid as v from invitations where login = 'third'");
    let own = format!("/desk/people/invitations/{proposed}");
    assert_eq!(press(&head, &format!("{own}/confirm"), &[]).status, 403);
    assert_eq!(press(&head, &format!("{own}/code"), &[]).status, 409, "not before it is confirmed");
    assert_eq!(press(&security, &format!("{own}/confirm"), &[]).status, 303);
    assert!(press(&head, &format!("{own}/code"), &[]).has("#invitation-code"));
}
