//! A whole portal in this process: the three real listeners, a data folder of its own, officers with keys.
//! Owns starting, stopping and starting again on the same folder; refuses looking at pages (visitor).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use homeward::app::{App, Halt, PLAN_ID};
use homeward::clock::{SteppedClock, Timestamp};
use homeward::config::Config;
use homeward::notify::mail::Carrier;
use homeward::people::enrol::{Candidate, Keys, enrol};
use homeward::people::roles::Role;
use homeward::plan::AgencyCode;
use homeward::server::Portal;
use homeward::store::{Lane, directory, officers};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::KdfCost;

use super::db;
use super::visitor::Visitor;

/// 2026-11-23 14:20 in Tianjin.
pub const START: Timestamp = Timestamp(1_795_414_800_000);

/// The agencies with one officer each: leads, ladders, content and fallbacks of the tips sent here.
pub const STAFFED: [&str; 16] = [
    "psb",
    "psb-120114",
    "psb-120117",
    "civil",
    "civil-120114",
    "hrss",
    "hrss-120114",
    "health",
    "edu",
    "women",
    "polilegal",
    "procur",
    "jointconf",
    "hotline12345",
    "cac",
    "transport",
];

/// Guessing is not what these tests measure.
const CHEAP: KdfCost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };

/// What a portal is started with, where it is not the usual.
#[derive(Default)]
pub struct Setup {
    /// Where to stop.
    pub halt: Option<Halt>,
    /// Officers for these agencies only.
    pub staffed: Option<&'static [&'static str]>,
}

pub struct TestPortal {
    folder: tempfile::TempDir,
    pub clock: Arc<SteppedClock>,
    halt: Option<Halt>,
    running: Option<Running>,
    visitors: std::cell::Cell<u32>,
}

struct Running {
    at: [SocketAddr; 3],
    handles: Vec<ServerHandle>,
    thread: JoinHandle<()>,
}

/// The password of a test's officer.
pub fn password_of(login: &str) -> String {
    format!("{login} and fifteen more")
}

/// The configuration of a portal whose data lies in `folder`, behind a proxy on this machine.
pub fn config_in(folder: &Path) -> Config {
    let mut config = Config::default();
    config.data.dir = folder.join("data");
    config.data.key_file = Some(folder.join("key-medium"));
    config.mail.folder = Some(folder.join("mails"));
    config.mail.from = Some("duty@homeward.example".into());
    for address in [&mut config.listen.public, &mut config.listen.desk, &mut config.listen.ops] {
        address.set_port(0);
    }
    config.listen.trusted_proxies = vec!["127.0.0.0/8".into()];
    config.data.reserve_mib = 0;
    db::choose(&mut config);
    config
}

/// Gives each of these agencies its keys, one officer and a confirmed mailbox.
pub fn staff(app: &App, agencies: &[&str], cost: KdfCost) {
    let now = app.clock.now();
    for login in agencies {
        let agency: AgencyCode = login.parse().unwrap();
        let password = password_of(login);
        let who = Candidate { login, name: login, agency, role: Role::AgencyLead, password: &password };
        let new =
            enrol(&who, Keys::Fresh { recovery: &app.recovery }, cost, now.minute(), &OsEntropy).unwrap();
        let mailbox = format!("{login}@duty.example");
        let written = app.store.write_blocking("staff", Lane::Desk, move |db| {
            directory::put_agency(db, PLAN_ID, &agency, Some((&mailbox, now.minute())))?;
            officers::enrol(db, PLAN_ID, &new, now)
        });
        assert!(written.is_ok(), "{login}");
    }
}

impl TestPortal {
    pub fn open() -> Self {
        Self::with(Setup::default())
    }

    pub fn with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SteppedClock::at(START));
        let mut portal =
            Self { folder, clock, halt: setup.halt, running: None, visitors: std::cell::Cell::new(0) };
        let config = config_in(portal.folder.path());
        let app = portal.open_app(config);
        staff(&app, setup.staffed.unwrap_or(&STAFFED), CHEAP);
        portal.serve(app);
        portal
    }

    fn open_app(&self, config: Config) -> Arc<App> {
        let (mut app, recovery) = App::open(config, self.clock.clone(), Arc::new(OsEntropy)).unwrap();
        if let Some(recovery) = recovery {
            std::fs::write(super::process::paper_of(self.folder.path()), recovery.0.as_bytes()).unwrap();
        }
        app.halt.clone_from(&self.halt);
        Arc::new(app)
    }

    fn serve(&mut self, app: Arc<App>) {
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let carrier = Carrier::of(&app.config.mail).unwrap();
                let portal = Portal::bind(app).unwrap();
                tell.send(([portal.public.unwrap(), portal.desk.unwrap(), portal.ops], portal.handles()))
                    .unwrap();
                portal.run(carrier).await.unwrap();
            });
        });
        let (at, handles) = told.recv().unwrap();
        self.running = Some(Running { at, handles, thread });
    }

    /// Ends the portal at once: connections are dropped where they stand.
    pub fn stop(&mut self) {
        let Some(running) = self.running.take() else { return };
        // The order is given when `stop` is called; the returned futures only wait.
        let _waiting: Vec<_> = running.handles.iter().map(|handle| handle.stop(false)).collect();
        running.thread.join().unwrap();
    }

    /// Ends the portal at once and starts another on the same folder and the same ports.
    pub fn restart(&mut self) {
        let at = self.running().at;
        self.stop();
        let mut config = config_in(self.folder.path());
        [config.listen.public, config.listen.desk, config.listen.ops] = at;
        let app = self.open_app(config);
        self.serve(app);
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub fn public(&self) -> SocketAddr {
        self.running().at[0]
    }

    pub fn desk(&self) -> SocketAddr {
        self.running().at[1]
    }

    pub fn ops(&self) -> SocketAddr {
        self.running().at[2]
    }

    /// The folder everything of this portal lies in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> PathBuf {
        config_in(self.folder.path()).data.database()
    }

    /// Somebody new, at an address nobody else has.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.public(), &self.next_address())
    }

    /// An address nobody else has.
    pub fn next_address(&self) -> String {
        let n = self.visitors.get() + 1;
        self.visitors.set(n);
        format!("198.18.{}.{}", n / 250, n % 250 + 1)
    }

    /// An officer at the desk, signed in.
    pub fn officer(&self, login: &str) -> Visitor {
        let visitor = Visitor::new(self.desk(), &self.next_address());
        let mut form = visitor.get("/desk/sign-in?l=zh").form("form#sign-in");
        form.set("name", login).set("password", &password_of(login));
        let queue = visitor.submit(&form);
        assert_eq!(queue.status, 200, "{}", queue.body);
        visitor
    }

    /// Makes every form that was given out old enough to have been filled in by a person.
    pub fn age_forms(&self) {
        self.clock.advance(10);
    }

    /// Sends a report with these values; gives the receipt page.
    pub fn report(&self, values: &[(&str, &str)]) -> super::page::Page {
        let visitor = self.visitor();
        let mut form = visitor.get("/report?l=zh").form("form#report");
        values.iter().for_each(|(name, value)| {
            form.set(name, value);
        });
        self.age_forms();
        let page = visitor.submit(&form);
        assert_eq!(page.status, 200, "{}", page.body);
        page
    }

    /// How many rows a table has, seen by a connection of our own.
    pub fn count(&self, table: &str) -> i64 {
        db::count(&self.database(), &format!("select count(*) as n from {table}"))
    }

    /// Waits until so many mails lie in the folder; gives them as they were written.
    pub fn wait_for_mails(&self, least: usize) -> Vec<String> {
        let folder = self.folder.path().join("mails");
        let read = || -> Vec<String> {
            let entries = std::fs::read_dir(&folder).unwrap().flatten();
            let mails = entries.filter(|e| e.path().extension().is_some_and(|x| x == "eml"));
            mails.map(|e| std::fs::read_to_string(e.path()).unwrap()).collect()
        };
        super::wait_until("mails lie in the folder", || read().len() >= least);
        read()
    }

    /// Each tip's lead, by public id.
    pub fn leads(&self) -> BTreeMap<String, String> {
        db::pairs(&self.database(), "select uid as a, lead as b from tips").into_iter().collect()
    }
}

impl Drop for TestPortal {
    fn drop(&mut self) {
        self.stop();
    }
}
