//! The next tip, taken by many at once: through the desk of a running portal, and at the store. Nobody gets
//! what another got, and nothing that is free stays behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use homeward::app::{App, PLAN_ID};
use homeward::clock::SystemClock;
use homeward::people::enrol::{AgencyPrivates, Candidate, KeyKind, Keys, enrol, open_granted};
use homeward::people::officer::Officer;
use homeward::people::roles::Role;
use homeward::store::next::take_next;
use homeward::store::{Lane, officers};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::{KdfCost, unwrap_private};

use crate::seed::{Seeded, seeded};
use crate::support::db;
use crate::support::page::Page;
use crate::support::portal::{config_in, password_of};
use crate::support::process::{Process, arguments};
use crate::support::visitor::Visitor;

/// Tips that are open in one queue; some of them are in somebody's hands already.
const QUEUE: i64 = 200;

/// The queue of a portal and those who work on it.
struct Scene {
    folder: tempfile::TempDir,
    settings: std::path::PathBuf,
    agency: String,
    logins: Vec<String>,
}

impl Scene {
    /// A portal whose longest queue is [`QUEUE`] tips long, and so many officers of its agency.
    fn open(people: usize) -> Self {
        let Seeded { folder, settings, agency } =
            seeded(&["--tips", "260", "--open", "220", "--largest", "200"]);
        let mut logins = vec![agency.clone()];
        let app = open_app(folder.path());
        for n in 1..people {
            let login = format!("{agency}.{n}");
            colleague(&app, &agency, &login);
            logins.push(login);
        }
        Self { folder, settings, agency, logins }
    }

    fn count(&self, sql: &str) -> i64 {
        db::count(&config_in(self.folder.path()).data.database(), sql)
    }

    /// How many of the queue nobody has and somebody may take: not those that accuse the agency itself.
    fn free(&self) -> i64 {
        let accused = "relation = 'first_responder' and access = 'life_facts'";
        let own = format!("agency = '{}' and open and claimed_by is null and not ({accused})", self.agency);
        self.count(&format!(
            "select count(*) as n from tip_agencies join tips on tips.id = tip_id where {own}"
        ))
    }

    /// Who holds each open tip, by its id: a closed one may be due and go while this is asked.
    fn held(&self) -> BTreeMap<String, String> {
        let sql = "select tips.uid as a, login as b from tips join officers on officers.id = claimed_by
                   where closed_minute is null";
        db::pairs(&config_in(self.folder.path()).data.database(), sql).into_iter().collect()
    }
}

fn open_app(folder: &Path) -> Arc<App> {
    Arc::new(App::open(config_in(folder), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap().0)
}

fn officer_of(app: &App, login: &str) -> (Officer, Vec<u8>) {
    let login = login.to_owned();
    let known = app.store.read_blocking(move |db| officers::known(db, PLAN_ID, &login)).unwrap().unwrap();
    (known.officer, known.wrapped)
}

/// Enrols a colleague; the agency's first officer passes its keys on.
fn colleague(app: &App, agency: &str, login: &str) {
    let (member, wrapped) = officer_of(app, agency);
    let grants = app.store.read_blocking(|db| officers::grants_of(db, PLAN_ID, &member)).unwrap();
    let own = unwrap_private(&password_of(agency), &wrapped).ok().unwrap();
    let held = |kind: KeyKind| {
        let (_, sealed) = grants.iter().find(|(k, _)| *k == kind).unwrap();
        open_granted(&own, &member.agency, kind, &member.uid, sealed).ok().unwrap()
    };
    let privates = AgencyPrivates { work: held(KeyKind::Work), identity: held(KeyKind::Identity) };
    let (now, password) = (app.clock.now(), password_of(login));
    let who =
        Candidate { login, name: login, agency: member.agency, role: Role::AgencyLead, password: &password };
    let cost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };
    let new = enrol(&who, Keys::Held(&privates), cost, now.minute(), &OsEntropy).unwrap();
    app.store
        .write_blocking("colleague", Lane::Desk, move |db| officers::enrol(db, PLAN_ID, &new, now))
        .unwrap();
}

fn serve(scene: &Scene) -> Process {
    let data = scene.folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(arguments(&scene.settings, &data));
    Process::spawn(command, scene.folder.path(), data)
}

fn signed_in(portal: &Process, login: &str, nth: usize) -> Visitor {
    let visitor = Visitor::new(portal.desk, &format!("198.18.7.{nth}"));
    let mut form = visitor.get("/desk/sign-in?l=zh").form("form#sign-in");
    form.set("name", login).set("password", &password_of(login));
    let queue = visitor.submit(&form);
    assert_eq!(queue.status, 200, "{login}: {}", queue.body);
    visitor
}

/// The tip whose page this is.
fn tip_of(page: &Page) -> Option<String> {
    let action = page.attributes("form#note", "action").pop()?;
    Some(action.split('/').nth(3)?.to_owned())
}

#[test]
fn two_hundred_asks_at_once_give_each_free_tip_to_one_officer_and_tell_the_rest() {
    let scene = Scene::open(4);
    let (portal, before) = (serve(&scene), scene.held());
    let free = scene.free();
    assert!(before.len() > 40 && (60..QUEUE).contains(&free), "{free} are free");
    let people: Vec<Visitor> =
        scene.logins.iter().enumerate().map(|(nth, login)| signed_in(&portal, login, nth + 1)).collect();

    let taken: Vec<(String, Option<String>)> = std::thread::scope(|scope| {
        let asks = scene.logins.iter().zip(&people).flat_map(|pair| [pair, pair]);
        let asking: Vec<_> = asks
            .map(|(login, visitor)| {
                scope.spawn(move || {
                    let form = visitor.get("/desk?l=zh").form("form#next");
                    let ask = |_| {
                        let page = visitor.submit(&form);
                        assert_eq!(page.status, 200, "{}", page.body);
                        assert!(tip_of(&page).is_some() || page.has("#none-free"), "{}", page.body);
                        (login.clone(), tip_of(&page))
                    };
                    (0..25).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        asking.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });

    assert_eq!(taken.len(), 200);
    let mut held = before;
    for (login, uid) in &taken {
        if let Some(uid) = uid {
            let other = held.insert(uid.clone(), login.clone());
            assert_eq!(other, None, "{uid} was given to {login} and to another");
        }
    }
    assert_eq!(i64::try_from(taken.iter().flat_map(|(_, uid)| uid).count()).unwrap(), free, "none is lost");
    assert_eq!(scene.held(), held, "whoever was led to it has it");
    let twice = "select count(*) as n from (select tip_id from tip_events where kind = 'claimed' \
                 group by tip_id having count(*) > 1) as t";
    assert_eq!(scene.count(twice), 0);
    assert_eq!(scene.free(), 0);
}

#[test]
fn the_most_pressing_comes_first_and_an_empty_queue_says_so() {
    let scene = Scene::open(1);
    let (portal, free) = (serve(&scene), scene.free());
    let officer = signed_in(&portal, &scene.agency, 1);
    let order = format!(
        "select tips.uid as a, '' as b from tip_agencies join tips on tips.id = tip_id where agency = '{}'
         and open and claimed_by is null and (relation = 'lead' or access = 'full') order by tip_agencies.lane, tip_agencies.due_minute, tip_id",
        scene.agency
    );
    let expected = db::pairs(&config_in(scene.folder.path()).data.database(), &order);
    let queue = officer.get("/desk?l=en");
    assert!(queue.text("#next button").contains("Take the next tip") && !queue.has("#none-free"));

    for (uid, _) in &expected {
        let page = officer.submit(&officer.get("/desk?l=en&tab=mine").form("form#next"));
        assert_eq!(tip_of(&page).as_ref(), Some(uid));
        assert!(page.text("#report-text").contains("合成线索"), "{}", page.body);
    }

    assert_eq!(i64::try_from(expected.len()).unwrap(), free);
    let none = officer.submit(&officer.get("/desk?l=en").form("form#next"));
    assert!(none.text("#none-free").contains("Nothing was claimed"), "{}", none.body);
}

#[test]
fn whoever_has_no_session_or_another_ones_token_takes_nothing() {
    let scene = Scene::open(1);
    let (portal, free) = (serve(&scene), scene.free());
    let kind = "application/x-www-form-urlencoded";
    let stranger = Visitor::new(portal.desk, "198.18.7.9");
    let officer = signed_in(&portal, &scene.agency, 1);

    assert_eq!(stranger.post("/desk/next", kind, b"csrf=x").status, 403);
    assert_eq!(officer.post("/desk/next", kind, b"csrf=x").status, 403);
    assert_eq!(officer.post("/desk/next", kind, b"").status, 403);
    assert_ne!(officer.get("/desk/next").status, 200);
    assert_eq!(scene.free(), free);
}

#[test]
fn at_the_store_threads_share_a_queue_out_without_a_tip_given_twice_or_left() {
    let scene = Scene::open(3);
    let (app, free) = (open_app(scene.folder.path()), scene.free());
    let people: Vec<Officer> = scene.logins.iter().map(|login| officer_of(&app, login).0).collect();

    let mut taken: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|nth: usize| {
                let (app, officer) = (&app, &people[nth % people.len()]);
                scope.spawn(move || {
                    let ask = || {
                        let (officer, now) = (officer.clone(), app.clock.now());
                        app.store
                            .write_blocking("next", Lane::Desk, move |db| {
                                take_next(db, PLAN_ID, &officer, now, &OsEntropy)
                            })
                            .unwrap()
                    };
                    // Passed-over tips are those that another thread is about to have.
                    std::iter::from_fn(ask).map(|uid| uid.to_string()).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });

    let all = taken.len();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), all, "a tip was given twice");
    assert_eq!(i64::try_from(all).unwrap(), free, "a tip was left");
    assert_eq!(scene.free(), 0);
}
