//! Members and their keys: who is shown to whom, what is done with an account, and that no tip is ever without an
//! owner who can open it.

mod handing_on;
mod left_behind;
mod mailboxes;
mod members;
mod rotation;
mod stale;
mod terminal;
mod witness;

use std::sync::atomic::{AtomicU32, Ordering};

use homeward::app::{App, PLAN_ID};
use homeward::people::enrol::{Candidate, Keys, enrol};
use homeward::people::roles::Role;
use homeward::plan::AgencyCode;
use homeward::store::{Lane, officers};
use homeward::vault::password::KdfCost;

use crate::desk::bench::{Bench, Officer, PASSWORD};
use crate::site::{Answer, MULTIPART, Part, multipart, urlencoded};

/// Stretching passwords is not what these tests measure.
pub const CHEAP: KdfCost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };

/// Enrols somebody who waits for keys, or has none to get. Gives the row id.
pub fn enrolled(bench: &Bench, login: &str, agency: &str, role: Role) -> i64 {
    let app = &bench.site.app;
    let agency: AgencyCode = agency.parse().unwrap();
    let who = Candidate { login, name: login, agency, role, password: PASSWORD };
    let now = app.clock.now();
    let new = enrol(&who, Keys::Waiting, CHEAP, now.minute(), app.entropy.as_ref()).unwrap();
    app.store.write_blocking("enrol", Lane::Desk, move |db| officers::enrol(db, PLAN_ID, &new, now)).unwrap()
}

/// The public id of the officer with this sign-in name.
pub fn uid(bench: &Bench, login: &str) -> String {
    bench.text(&format!("select uid as v from officers where login = '{login}'"))
}

/// A portal where everybody has an address of their own, so that nobody is held back for what others do.
pub fn crowded(change: impl FnOnce(&mut App)) -> Bench {
    Bench::with(|app| {
        app.trusted = vec!["127.0.0.0/8".parse().ok().unwrap()];
        change(app);
    })
}

/// An address nobody else has had for long.
fn address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::SeqCst);
    format!("X-Forwarded-For: 198.18.{}.{}\r\n", n / 250 % 250, n % 250 + 1)
}

/// Somebody reports something that the branch leads; it is received.
pub fn report(bench: &Bench) {
    let from = address();
    let get = format!("GET /report?l=zh HTTP/1.1\r\nHost: x\r\n{from}Connection: close\r\n\r\n");
    let token = bench.site.send(get.as_bytes()).value("input[name=form]");
    bench.site.clock.advance(10);
    let own = [Part::text("form", &token), Part::text("l", "zh")];
    let body = multipart(&[own.as_slice(), &for_branch()].concat());
    let head = format!(
        "POST /report HTTP/1.1\r\nHost: x\r\n{from}Content-Type: {MULTIPART}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let answer = bench.site.send(&[head.as_bytes(), &body].concat());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Somebody signs in, if they still can.
pub fn signed_in<'a>(bench: &'a Bench, login: &str) -> Option<Officer<'a>> {
    let body = urlencoded(&[("name", login), ("password", PASSWORD)]);
    let more = format!("Sec-Fetch-Site: same-origin\r\n{}", address());
    let answer = bench.send("POST", "/desk/sign-in?l=zh", &body, "", &more);
    (answer.status == 303).then(|| Officer { bench, cookies: answer.cookies() })
}

/// Presses a button of the members' page.
pub fn press(officer: &Officer<'_>, path: &str, typed: &[(&str, &str)]) -> Answer {
    officer.post(path, typed)
}

/// Plants the bug that this process was started to find, if any.
pub fn plant_asked() {
    homeward::store::planted::plant_named(std::env::var_os("HOMEWARD_PLANTED").as_deref());
}

/// Each proof in a process of its own, with the bug planted that it must find.
#[test]
fn each_planted_bug_turns_its_proof_red() {
    let proofs = [
        ("last-one-leaves", "handing_on::all_members_of_a_branch_go_while_reports_come_in", "violations: "),
        ("taken-too-early", "rotation::keys_are_replaced_while_reports_come_in", "violations: "),
        (
            "not-asked-again",
            "stale::an_act_prepared_before_the_account_ended_is_refused_in_the_transaction",
            "Ok(())",
        ),
    ];
    for (bug, proof, why) in proofs {
        let ran = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("people::{proof}")])
            .env("HOMEWARD_PLANTED", bug)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(said.contains("running 1 test"), "{proof} is no proof");
        let found = said.lines().find(|line| line.contains(why));
        assert!(!ran.status.success() && found.is_some(), "{bug} was not found by {proof}: {said}");
        println!("{bug}: {}", found.unwrap_or_default().chars().take(200).collect::<String>());
    }
}

/// A report that the branch of police in 120114 leads.
pub fn for_branch() -> Vec<Part<'static>> {
    vec![
        Part::text("text", "桥下有人逼孩子乞讨"),
        Part::text("place_district", "120114"),
        Part::text("category", "forced_begging"),
    ]
}
