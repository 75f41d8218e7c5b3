//! The desk of a portal on a port of its own, and officers who sign in, read forms off pages and send them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App as Http, HttpServer, web};
use diesel::prelude::*;
use homeward::app::{App, PLAN_ID};
use homeward::people::enrol::{AgencyPrivates, Candidate, KeyKind, Keys, enrol, open_granted};
use homeward::people::roles::Role;
use homeward::plan::AgencyCode;
use homeward::store::{Lane, officers};
use homeward::vault::password::{KdfCost, unwrap_private};
use homeward::vault::session::SessionSecret;
use homeward::web::desk;
use scraper::Selector;

use crate::site::{Answer, Part, Site, URLENCODED, urlencoded};
use crate::support::db::{self, Any, connect};

/// The password of every officer of a [`Site`].
pub const PASSWORD: &str = "a long enough password";

/// A portal with both sides served.
pub struct Bench {
    pub site: Site,
    address: SocketAddr,
    server: ServerHandle,
}

impl Bench {
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    /// A portal whose app was changed before it was served.
    pub fn with(change: impl FnOnce(&mut App)) -> Self {
        let site = Site::with(change);
        site.staff();
        Self::of(site)
    }

    /// The desk beside a public side that is there.
    pub fn of(site: Site) -> Self {
        let (address, server) = serve(Arc::clone(&site.app));
        Self { site, address, server }
    }

    /// A portal that was never set up.
    pub fn unmanned() -> Self {
        let site = Site::unmanned();
        let (address, server) = serve(Arc::clone(&site.app));
        Self { site, address, server }
    }

    /// Signs in the officer of an agency; slowly after ten in a minute, as for everybody.
    pub fn officer(&self, login: &str) -> Officer<'_> {
        let answer = self.sign_in(login, PASSWORD);
        assert_eq!(answer.status, 303, "{login}: {}", answer.body);
        Officer { bench: self, cookies: answer.cookies() }
    }

    pub fn sign_in(&self, login: &str, password: &str) -> Answer {
        let body = urlencoded(&[("name", login), ("password", password)]);
        self.send("POST", "/desk/sign-in?l=zh", &body, "", "Sec-Fetch-Site: same-origin\r\n")
    }

    pub fn send(&self, method: &str, path: &str, body: &[u8], cookies: &str, more: &str) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: desk\r\nContent-Type: {URLENCODED}\r\nContent-Length: {}\r\nCookie: {cookies}\r\n{more}Connection: close\r\n\r\n",
            body.len()
        );
        Answer::parse(&self.exchange(&[head.as_bytes(), body].concat()))
    }

    /// Sends bytes; gives the answer as it came off the wire.
    pub fn exchange(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let _ = stream.write_all(request);
        let mut raw = Vec::new();
        let _ = stream.read_to_end(&mut raw);
        raw
    }

    /// Enrols a colleague at an agency that has its keys: a member passes them on.
    pub fn colleague(&self, login: &str, of: &str) {
        self.colleague_as(login, of, Role::AgencyLead);
    }

    /// The same in any role; one that holds no keys is given none.
    pub fn colleague_as(&self, login: &str, of: &str, role: Role) {
        let (app, member, agency) = (&self.site.app, of.to_owned(), of.parse::<AgencyCode>().unwrap());
        let known = app.store.read_blocking(|db| officers::known(db, PLAN_ID, &member)).unwrap().unwrap();
        let grants = app.store.read_blocking(|db| officers::grants_of(db, PLAN_ID, &known.officer)).unwrap();
        let private = unwrap_private(PASSWORD, &known.wrapped).ok().unwrap();
        let held = |kind: KeyKind| {
            let (_, sealed) = grants.iter().find(|(k, _)| *k == kind).unwrap();
            open_granted(&private, &agency, kind, &known.officer.uid, sealed).ok().unwrap()
        };
        let privates = AgencyPrivates { work: held(KeyKind::Work), identity: held(KeyKind::Identity) };
        let cost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };
        let who = Candidate { login, name: login, agency, role, password: PASSWORD };
        let now = app.clock.now();
        let keys = if role.holds_keys() { Keys::Held(&privates) } else { Keys::Waiting };
        let new = enrol(&who, keys, cost, now.minute(), app.entropy.as_ref()).unwrap();
        app.store
            .write_blocking("colleague", Lane::Desk, move |db| officers::enrol(db, PLAN_ID, &new, now))
            .unwrap();
    }

    /// Sends a report; gives the tip's id and the reporter's receipt.
    pub fn tip(&self, parts: &[Part<'_>]) -> (String, String) {
        let receipt = self.site.receipt(parts);
        (self.text("select uid as v from tips order by id desc limit 1"), receipt)
    }

    /// One text out of the database, past the portal.
    pub fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            v: String,
        }
        diesel::sql_query(sql).get_result::<Text>(&mut self.database()).unwrap().v
    }

    /// One number out of the database.
    pub fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            v: i64,
        }
        diesel::sql_query(sql).get_result::<Number>(&mut self.database()).unwrap().v
    }

    /// How the database would go about a query.
    pub fn plan(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = diesel::sql_types::Text)]
            detail: String,
        }
        let steps = diesel::sql_query(format!("explain query plan {sql}")).load::<Step>(&mut self.database());
        steps.unwrap().into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ")
    }

    /// Changes rows past the portal.
    pub fn change(&self, sql: &str) {
        diesel::sql_query(sql).execute(&mut self.database()).unwrap();
    }

    /// The bytes of a column as text: `what` is the column, `from` the rest of the query.
    pub fn hex(&self, what: &str, from: &str) -> String {
        match self.database() {
            Any::Sqlite(_) => self.text(&format!("select lower(hex({what})) as v {from}")),
            #[cfg(feature = "postgres")]
            Any::Postgres(_) => self.text(&format!("select encode({what}, 'hex') as v {from}")),
        }
    }

    /// From now on no row can be put into this table.
    pub fn forbid(&self, table: &str) {
        db::forbid(&self.site.app.config.data.database(), table);
    }

    fn database(&self) -> Any {
        connect(&self.site.app.config.data.database())
    }

    /// How many audit rows of this act there are.
    pub fn audited(&self, act: &str) -> i64 {
        self.number(&format!("select count(*) as v from audit where act = '{act}'"))
    }

    /// How the agencies stand towards a tip: `agency relation` pairs.
    pub fn relations(&self, uid: &str) -> Vec<(String, String)> {
        let sql = format!(
            "select coalesce(string_agg(agency || ' ' || relation, ','), '') as v from tip_agencies
             join tips on tips.id = tip_id where uid = '{uid}'"
        );
        let all = self.text(&sql);
        all.split(',').filter_map(|p| p.split_once(' ')).map(|(a, r)| (a.to_owned(), r.to_owned())).collect()
    }
}

impl Drop for Bench {
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
            let make = move || Http::new().app_data(data.clone()).configure(desk::routes);
            let server = HttpServer::new(make).workers(2).disable_signals().bind(("127.0.0.1", 0)).unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            tell.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    told.recv().unwrap()
}

/// Somebody at a desk.
pub struct Officer<'a> {
    pub bench: &'a Bench,
    pub cookies: String,
}

impl Officer<'_> {
    pub fn get(&self, path: &str) -> Answer {
        self.bench.send("GET", path, b"", &self.cookies, "")
    }

    pub fn tip(&self, uid: &str) -> Answer {
        self.get(&format!("/desk/tips/{uid}?l=zh"))
    }

    pub fn csrf(&self) -> String {
        self.get("/desk?l=zh").value("#sign-out input[name=csrf]")
    }

    /// Sends a form that stands on no page, with the session's own token.
    pub fn post(&self, path: &str, typed: &[(&str, &str)]) -> Answer {
        let cookie = self.cookies.split("; ").find_map(|pair| pair.split_once("hw-desk=")).unwrap().1;
        let csrf = SessionSecret::parse(cookie).unwrap().csrf();
        let pairs = [&[("csrf", csrf.as_str())], typed].concat();
        self.bench.send("POST", &format!("{path}?l=zh"), &urlencoded(&pairs), &self.cookies, "")
    }

    /// Opens a tip from the queue: claims it where nobody has it. Gives its page, or that there is none.
    pub fn open(&self, uid: &str) -> Answer {
        let body = urlencoded(&[("csrf", &self.csrf())]);
        let answer =
            self.bench.send("POST", &format!("/desk/tips/{uid}/open?l=zh"), &body, &self.cookies, "");
        if answer.status == 404 {
            return answer;
        }
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.tip(uid)
    }

    /// Sends an act without having its form, with the version the tip has.
    pub fn force(&self, uid: &str, act: &str, typed: &[(&str, &str)]) -> Answer {
        let sql = format!("select cast(version as text) as v from tips where uid = '{uid}'");
        let (csrf, version) = (self.csrf(), self.bench.text(&sql));
        let pairs = [&[("csrf", csrf.as_str()), ("version", &version)], typed].concat();
        self.bench.send(
            "POST",
            &format!("/desk/tips/{uid}/{act}?l=zh"),
            &urlencoded(&pairs),
            &self.cookies,
            "",
        )
    }

    /// Fills in a form that stands on a page and sends it.
    pub fn fill(&self, page: &Answer, form: &str, typed: &[(&str, &str)]) -> Answer {
        let action = attribute(page, &format!("form#{form}"), "action");
        assert!(!action.is_empty(), "there is no form {form} on the page: {}", page.body);
        let html = page.html();
        let hidden = Selector::parse(&format!("form#{form} input[type=hidden]")).unwrap();
        let value = |it: scraper::ElementRef<'_>, name| it.attr(name).unwrap_or_default().to_owned();
        let hidden: Vec<_> = html.select(&hidden).map(|it| (value(it, "name"), value(it, "value"))).collect();
        let kept = hidden.iter().filter(|(name, _)| typed.iter().all(|(other, _)| other != name));
        let mut pairs: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(typed);
        self.bench.send("POST", &action, &urlencoded(&pairs), &self.cookies, "")
    }
}

/// An attribute of the first element that fits.
pub fn attribute(page: &Answer, selector: &str, name: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    let html = page.html();
    let found = html.select(&selector).next();
    found.and_then(|e| e.value().attr(name)).unwrap_or_default().to_owned()
}
