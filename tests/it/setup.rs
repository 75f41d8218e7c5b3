//! The first run and the way of everybody after it: one link, three administrators, a head for an agency, a colleague;
//! and that nothing is open beside it.

use homeward::app::setup;

use crate::desk::bench::{Bench, Officer};
use crate::site::{Answer, urlencoded};

const PASSWORD: &str = "a sentence that is long";

fn post(bench: &Bench, path: &str, typed: &[(&str, &str)]) -> Answer {
    bench.send("POST", &format!("{path}?l=zh"), &urlencoded(typed), "", "Sec-Fetch-Site: same-origin\r\n")
}

/// The code out of the link of this start.
fn begin(bench: &Bench) -> String {
    let link = setup::begin(&bench.site.app).unwrap().unwrap();
    link.rsplit_once('#').unwrap().1.to_owned()
}

fn filled(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("code", code),
        ("portal-name", "滨海试点"),
        ("language", "en"),
        ("agency", "jointconf"),
        ("system-name", "张系"),
        ("system-login", "zhang"),
        ("security-name", "李全"),
        ("security-login", "li"),
        ("auditor-name", "赵审"),
        ("auditor-login", "zhao"),
        ("mailbox", "duty@jointconf.example"),
        ("recovery", "yes"),
    ]
}

fn join(bench: &Bench, code: &str) -> Answer {
    post(bench, "/desk/join", &[("invitation", code), ("password", PASSWORD), ("password-again", PASSWORD)])
}

fn sign_in<'a>(bench: &'a Bench, login: &str) -> Officer<'a> {
    let answer = bench.sign_in(login, PASSWORD);
    assert_eq!(answer.status, 303, "{login}: {}", answer.text("main"));
    Officer { bench, cookies: answer.cookies() }
}

/// Sets the portal up; gives the three codes: system, security, auditor.
fn set_up(bench: &Bench) -> Vec<String> {
    let done = post(bench, "/setup", &filled(&begin(bench)));
    assert_eq!(done.status, 200, "{}", done.text("main"));
    let codes = done.all(".code");
    assert_eq!(codes.len(), 3);
    codes
}

#[test]
fn the_first_run_is_done_once_and_with_the_code_of_this_start_only() {
    let bench = Bench::unmanned();
    let yesterday = begin(&bench);
    let code = begin(&bench);
    assert!(bench.send("GET", "/setup?l=zh", b"", "", "").has("form#setup"));
    for wrong in [yesterday.as_str(), "", "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a"] {
        let refused = post(&bench, "/setup", &filled(wrong));
        assert_eq!(refused.status, 422, "{wrong}");
        assert_eq!(refused.value("#portal-name"), "滨海试点", "what was typed is kept");
    }
    for (name, value) in [
        ("mailbox", "nobody"),
        ("recovery", ""),
        ("auditor-login", "li"),
        ("agency", "xyz"),
        ("portal-name", " "),
    ] {
        let mut typed = filled(&code);
        typed.retain(|(field, _)| *field != name);
        typed.push((name, value));
        assert_eq!(post(&bench, "/setup", &typed).status, 422, "{name}");
    }
    assert_eq!(bench.number("select count(*) as v from invitations"), 0);

    assert_eq!(post(&bench, "/setup", &filled(&code)).status, 200);
    assert_eq!(post(&bench, "/setup", &filled(&code)).status, 404);
    assert_eq!(bench.send("GET", "/setup?l=zh", b"", "", "").status, 404);
    assert!(setup::begin(&bench.site.app).unwrap().is_none(), "no further start makes a link");
    assert_eq!(bench.text("select kind as v from outbox where agency = 'jointconf'"), "test");
    assert_eq!(bench.number("select count(*) as v from officers"), 0, "nobody has a password yet");
    let page = bench.send("GET", "/desk/sign-in", b"", "", "");
    assert!(page.body.contains("lang=\"en\""), "the portal speaks what was chosen");
}

#[test]
fn from_the_first_link_to_a_colleague_who_opens_a_tip() {
    let bench = Bench::unmanned();
    let codes = set_up(&bench);
    for code in &codes {
        assert_eq!(join(&bench, code).status, 200);
        assert_eq!(join(&bench, code).status, 422, "a code works once");
    }
    let (system, security) = (sign_in(&bench, "zhang"), sign_in(&bench, "li"));
    let head = [("name", "周所"), ("login", "zhou"), ("agency", "polilegal"), ("role", "agency_lead")];
    assert_eq!(system.post("/desk/people/invitations", &head).status, 303);
    let uid = bench.text("select uid as v from invitations where login = 'zhou'");
    let steps = |act: &str| format!("/desk/people/invitations/{uid}/{act}");
    assert_eq!(system.post(&steps("code"), &[]).status, 409, "not confirmed yet");
    assert_eq!(system.post(&steps("confirm"), &[]).status, 403, "nobody confirms who proposes");
    assert_eq!(security.post(&steps("confirm"), &[]).status, 303);
    let code = system.post(&steps("code"), &[]).text("#invitation-code");
    let again = system.post(&steps("code"), &[]).text("#invitation-code");
    assert_eq!(join(&bench, &code).status, 422, "the code before the last stopped working");
    assert_eq!(join(&bench, &again).status, 200);

    let zhou = sign_in(&bench, "zhou");
    let own = [("name", "吴办"), ("login", "wu"), ("agency", "polilegal"), ("role", "handler")];
    let code = zhou.post("/desk/people/invitations", &own).text("#invitation-code");
    assert_eq!(zhou.post("/desk/people/invitations", &own).status, 422, "the name is taken");
    let elsewhere = [("name", "外"), ("login", "wai"), ("agency", "psb"), ("role", "handler")];
    assert_eq!(zhou.post("/desk/people/invitations", &elsewhere).status, 422);
    assert_eq!(join(&bench, &code).status, 200);
    assert_eq!(sign_in(&bench, "wu").get("/desk?l=zh").status, 200);
    assert_eq!(bench.number("select count(*) as v from key_grants"), 2, "the colleague waits for the keys");
}

#[test]
fn where_two_administrators_work_the_recovery_key_takes_both_and_works_once() {
    use homeward::store::people::recovery::use_up;
    use homeward::store::people::requests::RequestRefused;
    let bench = Bench::unmanned();
    let notice = || {
        homeward::notify::Notice::now(
            "civil".parse().unwrap(),
            homeward::notify::NoticeKind::Recovery,
            homeward::plan::Urgency::Urgent,
            bench.site.app.clock.now().minute(),
            bench.site.app.entropy.as_ref(),
        )
    };
    let used = || {
        let (notice, now) = (notice(), bench.site.app.clock.now());
        let agency = "civil".parse().unwrap();
        bench.site.app.store.write_blocking("use", homeward::store::Lane::Desk, move |db| {
            use_up(db, homeward::app::PLAN_ID, &agency, &notice, now)
        })
    };
    assert!(used().is_ok(), "nobody can be asked yet");
    for code in &set_up(&bench) {
        assert_eq!(join(&bench, code).status, 200);
    }
    let refused = || matches!(used(), Err(homeward::store::WriteError::Refused(RequestRefused::NotGranted)));
    assert!(refused());

    let (system, security) = (sign_in(&bench, "zhang"), sign_in(&bench, "li"));
    assert_eq!(system.post("/desk/people/recovery", &[("agency", "civil"), ("reason", " ")]).status, 422);
    assert_eq!(security.post("/desk/people/recovery", &[("agency", "civil"), ("reason", "x")]).status, 403);
    assert_eq!(
        system.post("/desk/people/recovery", &[("agency", "civil"), ("reason", "唯一的负责人调离")]).status,
        303
    );
    let uid = bench.text("select uid as v from approvals where kind = 'recovery'");
    let grant = format!("/desk/people/recovery/{uid}/grant");
    assert_eq!(system.post(&grant, &[]).status, 403, "nobody grants what they asked for");
    assert!(refused());
    assert!(security.get("/desk/people/recovery?l=zh").body.contains("唯一的负责人调离"));
    assert_eq!(security.post(&grant, &[]).status, 303);
    assert_eq!(security.post(&grant, &[]).status, 409);
    assert!(used().is_ok() && refused(), "once");
    assert_eq!(
        bench.number("select count(*) as v from outbox where kind = 'recovery' and agency = 'civil'"),
        2
    );
    assert_eq!(bench.audited("recovery.used"), 2);
}

#[test]
fn an_invitation_that_is_past_is_one_answer_and_the_code_lies_nowhere() {
    let bench = Bench::unmanned();
    let codes = set_up(&bench);
    let disk = String::from_utf8_lossy(&bench.site.everything_on_disk()).into_owned();
    for code in &codes {
        assert!(
            !disk.contains(code.as_str()) && !disk.contains(&code.replace('-', "")),
            "a code lies in clear"
        );
    }
    let short = post(
        &bench,
        "/desk/join",
        &[("invitation", &codes[0]), ("password", "short"), ("password-again", "short")],
    );
    assert_eq!(short.status, 422);
    bench.site.clock.advance(3 * 24 * 3600);
    let late = join(&bench, &codes[0]);
    let never = join(&bench, "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa-a");
    assert_eq!((late.status, never.status), (422, 422));
    assert_eq!(late.text("#errors"), never.text("#errors"));
    let foreign =
        bench.send("POST", "/setup", &urlencoded(&filled("x")), "", "Sec-Fetch-Site: cross-site\r\n");
    assert_eq!(foreign.status, 403);
}

#[test]
fn the_program_itself_leaves_the_link_and_serves_the_page() {
    use crate::support::portal::config_in;
    use crate::support::process::{Process, settings_of};
    let folder = tempfile::tempdir().unwrap();
    let config = config_in(folder.path());
    let database =
        config.data.database.as_ref().map(|url| format!("database = {url:?}\n")).unwrap_or_default();
    let key = config.data.key_path();
    let settings = format!("[data]\nkey_file = {key:?}\nreserve_mib = 0\n{database}");
    std::fs::write(settings_of(folder.path()), settings).unwrap();

    let mut process = Process::quietly(folder.path());
    let link = config.data.dir.join("setup.link");
    crate::support::wait_until("the link lies there", || link.exists());
    let said = std::fs::read_to_string(&link).unwrap();
    let address = said.trim().strip_prefix("http://").unwrap();
    assert!(address.starts_with(&process.desk.to_string()) && address.contains("/setup#"), "{address}");
    let page = crate::support::visitor::Visitor::new(process.desk, "198.18.9.9").get("/setup?l=zh");
    assert_eq!(page.status, 200);
    assert!(config.data.dir.join("recovery.key").exists(), "the recovery key is left where no terminal is");

    let first = said.clone();
    process.stop();
    let again = Process::quietly(folder.path());
    crate::support::wait_until("another link", || {
        std::fs::read_to_string(&link).is_ok_and(|now| now != first)
    });
    assert!(again.is_ready());
}
