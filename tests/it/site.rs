//! A portal's public side on a port of its own, with officers' keys in place, and a client that sends exactly
//! the bytes it is told to. Time stands still until a test moves it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App as Http, HttpServer, web};
use homeward::app::{App, PLAN_ID};
use homeward::clock::{SteppedClock, Timestamp};
use homeward::config::Config;
use homeward::people::enrol::{Candidate, Keys, enrol};
use homeward::people::roles::Role;
use homeward::plan::AgencyCode;
use homeward::store::{Lane, directory, officers};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::KdfCost;
use homeward::web::{api, follow_up, public};
use scraper::{Html, Selector};

use crate::support::db;

/// 2026-11-23 14:20 in Tianjin.
pub const START: Timestamp = Timestamp(1_795_414_800_000);

/// The agencies with a member: the leads and fallbacks these tests meet.
const STAFFED: [&str; 12] = [
    "psb",
    "psb-120114",
    "psb-120117",
    "civil",
    "hrss",
    "health",
    "edu",
    "women",
    "polilegal",
    "procur",
    "jointconf",
    "hotline12345",
];

pub struct Site {
    pub app: Arc<App>,
    pub clock: Arc<SteppedClock>,
    pub folder: tempfile::TempDir,
    address: SocketAddr,
    server: ServerHandle,
}

impl Site {
    /// A site where reports can be taken.
    pub fn open() -> Self {
        let site = Self::unmanned();
        site.staff();
        site
    }

    /// A site where nobody has keys yet.
    pub fn unmanned() -> Self {
        Self::with(|_| {})
    }

    /// A site whose app was changed before it was served.
    pub fn with(change: impl FnOnce(&mut App)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        config.data.reserve_mib = 0;
        db::choose(&mut config);
        let clock = Arc::new(SteppedClock::at(START));
        let (mut app, _) = App::open(config, clock.clone(), Arc::new(OsEntropy)).unwrap();
        change(&mut app);
        let app = Arc::new(app);
        let (address, server) = serve(Arc::clone(&app));
        Self { app, clock, folder, address, server }
    }

    /// Ends it and opens the same folder again, by settings that were changed.
    pub fn reopen(&mut self, change: impl FnOnce(&mut Config)) {
        actix_web::rt::System::new().block_on(self.server.stop(false));
        self.app.store.close();
        let mut config = (*self.app.config).clone();
        change(&mut config);
        let (app, _) = App::open(config, self.clock.clone(), Arc::new(OsEntropy)).unwrap();
        self.app = Arc::new(app);
        (self.address, self.server) = serve(Arc::clone(&self.app));
    }

    pub fn staff(&self) {
        let cost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };
        for text in STAFFED {
            let agency: AgencyCode = text.parse().unwrap();
            let who = Candidate {
                login: text,
                name: text,
                agency,
                role: Role::AgencyLead,
                password: "a long enough password",
            };
            let keys = Keys::Fresh { recovery: &self.app.recovery };
            let new = enrol(&who, keys, cost, START.minute(), self.app.entropy.as_ref()).unwrap();
            let write = self.app.store.write_blocking("staff", Lane::Desk, move |db| {
                directory::put_agency(db, PLAN_ID, &agency, Some(("duty@example.org", START.minute())))?;
                officers::enrol(db, PLAN_ID, &new, START)
            });
            assert!(write.is_ok(), "{text}");
        }
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// Sends bytes, reads the answer to its end.
    pub fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The other side may answer and close before it has read everything.
        let _ = stream.write_all(request);
        let mut raw = Vec::new();
        let _ = stream.read_to_end(&mut raw);
        Answer::parse(&raw)
    }

    pub fn get(&self, path: &str, cookies: &str) -> Answer {
        let head =
            format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n");
        self.send(head.as_bytes())
    }

    pub fn post(&self, path: &str, kind: &str, body: &[u8], cookies: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        self.send(&[head.as_bytes(), body].concat())
    }

    /// A fresh form's token, a person's time later.
    pub fn token(&self) -> String {
        let token = self.get("/report?l=zh", "").value("input[name=form]");
        self.clock.advance(10);
        token
    }

    /// Sends the report form as a browser does.
    pub fn report(&self, parts: &[Part<'_>]) -> Answer {
        self.post("/report", MULTIPART, &multipart(parts), "")
    }

    /// Sends a report that is expected to be received; gives its receipt code.
    pub fn receipt(&self, parts: &[Part<'_>]) -> String {
        let token = self.token();
        let answer = self.report(&[&[Part::text("form", &token), Part::text("l", "zh")], parts].concat());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.code()
    }

    /// How many tips there are, seen through the files of the database.
    pub fn tips(&self) -> i64 {
        let path = self.app.config.data.database();
        rows(&path, "tips")
    }

    /// Everything under the data folder, one after the other.
    pub fn everything_on_disk(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let database = self.app.config.data.database();
        db::settle(&database);
        collect(self.folder.path(), &mut all);
        db::files(&database).iter().for_each(|folder| collect(folder, &mut all));
        all
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let stop = self.server.stop(false);
        actix_web::rt::System::new().block_on(stop);
    }
}

fn serve(app: Arc<App>) -> (SocketAddr, ServerHandle) {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let data = web::Data::from(app);
            let make = move || {
                Http::new()
                    .app_data(data.clone())
                    .configure(public::routes)
                    .configure(follow_up::routes)
                    .configure(api::routes)
            };
            let server = HttpServer::new(make).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            tell.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    told.recv().unwrap()
}

fn rows(path: &std::path::Path, table: &str) -> i64 {
    db::count(path, &format!("select count(*) as n from {table}"))
}

fn collect(folder: &std::path::Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), all);
        } else {
            all.extend(std::fs::read(entry.path()).unwrap_or_default());
        }
    }
}

pub const MULTIPART: &str = "multipart/form-data; boundary=edge-of-a-part";
pub const URLENCODED: &str = "application/x-www-form-urlencoded";

/// One part of a form.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    pub name: &'a str,
    pub file: Option<&'a str>,
    pub bytes: &'a [u8],
}

impl<'a> Part<'a> {
    pub const fn text(name: &'a str, value: &'a str) -> Self {
        Self { name, file: None, bytes: value.as_bytes() }
    }

    pub const fn file(name: &'a str, file: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, file: Some(file), bytes }
    }
}

pub fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend(
            format!("--edge-of-a-part\r\nContent-Disposition: form-data; name=\"{}\"", part.name).bytes(),
        );
        if let Some(file) = part.file {
            body.extend(format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream").bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(part.bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge-of-a-part--\r\n");
    body
}

pub fn urlencoded(pairs: &[(&str, &str)]) -> Vec<u8> {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let pair =
        |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&").into_bytes()
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn parse(raw: &[u8]) -> Self {
        let cut = raw.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(raw.len());
        let head = String::from_utf8_lossy(&raw[..cut]).into_owned();
        let body = String::from_utf8_lossy(raw.get(cut + 4..).unwrap_or_default()).into_owned();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Self { status, head, body }
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    pub fn all(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        self.html().select(&selector).map(|e| e.text().collect::<String>()).collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    pub fn text(&self, selector: &str) -> String {
        self.all(selector).concat()
    }

    pub fn value(&self, selector: &str) -> String {
        let selector = Selector::parse(selector).unwrap();
        let html = self.html();
        let found = html.select(&selector).next();
        found.and_then(|e| e.value().attr("value")).unwrap_or_default().to_owned()
    }

    pub fn words(&self) -> Vec<String> {
        self.all("#words > li")
    }

    pub fn code(&self) -> String {
        self.text("#code").replace(' ', "")
    }

    /// The cookies set, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.head.lines().filter(|l| l.to_ascii_lowercase().starts_with("set-cookie:"));
        let pairs = set.filter_map(|l| l.split_once(':')?.1.trim().split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub fn header(&self, name: &str) -> Vec<String> {
        let own = |line: &str| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.head.lines().filter_map(own).collect()
    }
}
