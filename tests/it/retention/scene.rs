//! A portal whose time a test owns, tips that were closed in it, and rounds of erasing run by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use homeward::app::App;
use homeward::app::purge::{self, Unfinished};
use homeward::config::{Config, Retention};
use homeward::store::audit::verify::verify;
use homeward::store::retention::rounds::Did;

use crate::desk::bench::{Bench, Officer};
use crate::site::{Answer, MULTIPART, Part, URLENCODED, multipart, urlencoded};
use crate::support::db;

/// Seconds of a day.
pub const DAY: i64 = 24 * 3600;

/// Terms that end within five years.
pub fn terms() -> Retention {
    Retention {
        set_aside_days: 200,
        without_case_days: 500,
        with_case_days: 1200,
        identity_days: 90,
        files_days: 400,
        ..Retention::default()
    }
}

pub struct Scene {
    pub bench: Bench,
}

impl Scene {
    pub fn open() -> Self {
        Self::with(terms(), |_| {})
    }

    pub fn with(retention: Retention, change: impl FnOnce(&mut App)) -> Self {
        let bench = Bench::with(|app| {
            app.config = Arc::new(Config { retention, ..(*app.config).clone() });
            app.trusted = vec!["127.0.0.0/8".parse().unwrap()];
            change(app);
        });
        Self { bench }
    }

    pub fn app(&self) -> &Arc<App> {
        &self.bench.site.app
    }

    /// Sends a report from an address nobody else has: one who sends many is made to wait.
    pub fn report_from(&self, nth: usize, token: &str, text: &str) -> Answer {
        let parts = [Part::text("form", token), Part::text("l", "zh"), Part::text("text", text)];
        let body = multipart(&parts);
        let head = format!(
            "POST /report HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.18.{}.{}\r\nContent-Type: {MULTIPART}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            nth / 250,
            nth % 250 + 1,
            body.len()
        );
        self.bench.site.send(&[head.as_bytes(), &body].concat())
    }

    /// Forms that were drawn and are old enough to have been filled in.
    pub fn tokens(&self, many: usize) -> Vec<String> {
        let form = |n: usize| {
            let head = format!(
                "GET /report?l=zh HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.19.{}.{}\r\nConnection: close\r\n\r\n",
                n / 250,
                n % 250 + 1
            );
            self.bench.site.send(head.as_bytes()).value("input[name=form]")
        };
        let tokens = (0..many).map(form).collect();
        self.pass(10);
        tokens
    }

    /// Lets time pass, in seconds.
    pub fn pass(&self, seconds: i64) {
        self.bench.site.clock.advance(seconds);
    }

    /// One round, as the hourly job runs it.
    pub fn round(&self) -> Result<Did, Unfinished> {
        run(self.app(), false)
    }

    /// One round that a person has answered for.
    pub fn sure_round(&self) -> Did {
        run(self.app(), true).unwrap()
    }

    /// Lets days pass, a round at the end of each; true once one erased something.
    pub fn days(&self, days: i64) -> bool {
        (0..days).any(|_| {
            self.pass(DAY);
            self.round().unwrap().anything()
        })
    }

    /// A report about forced labour in Wuqing, and the tip's id and receipt.
    pub fn tip(&self, text: &str, more: &[Part<'_>]) -> (String, String) {
        let parts = [
            Part::text("text", text),
            Part::text("place_district", "120114"),
            Part::text("category", "forced_labour"),
        ];
        self.bench.tip(&[&parts, more].concat())
    }

    /// The officer of the agency that leads a tip, signed in.
    pub fn lead(&self, uid: &str) -> Officer<'_> {
        let lead = self.bench.text(&format!("select lead as v from tips where uid = '{uid}'"));
        self.bench.officer(&lead)
    }

    /// Closes a tip with an outcome, at the desk.
    pub fn close(&self, uid: &str, outcome: &str) {
        let officer = self.lead(uid);
        let page = officer.open(uid);
        let closed =
            officer.fill(&page, "close", &[("outcome", outcome), ("reason", "金丝雀理由：已经核实")]);
        assert_eq!(closed.status, 303, "{}", closed.body);
    }

    /// A report that was closed so.
    pub fn closed(&self, text: &str, outcome: &str, more: &[Part<'_>]) -> (String, String) {
        let (uid, receipt) = self.tip(text, more);
        self.close(&uid, outcome);
        (uid, receipt)
    }

    /// The ids of the tips that are there.
    pub fn tips(&self) -> BTreeSet<String> {
        let path = self.app().config.data.database();
        db::pairs(&path, "select uid as a, status as b from tips").into_iter().map(|(uid, _)| uid).collect()
    }

    /// The follow-up page for a receipt.
    pub fn follow_up(&self, receipt: &str) -> Answer {
        let body = urlencoded(&[("l", "zh"), ("receipt", receipt)]);
        self.bench.site.post("/follow-up", URLENCODED, &body, "")
    }

    pub fn row(&self, uid: &str) -> i64 {
        self.bench.number(&format!("select id as v from tips where uid = '{uid}'"))
    }

    pub fn count(&self, what: &str) -> i64 {
        self.bench.number(&format!("select count(*) as v from {what}"))
    }

    /// The record is whole, every row in its place.
    pub fn assert_record_whole(&self) {
        let chain = homeward::audit::chain::Chain::of(&self.app().deployment);
        crate::support::wait_until("every row of the record has its place", || {
            self.count("audit where seq is null") == 0
        });
        let verdict = self.app().store.read_blocking(|db| verify(db, &chain, &[])).unwrap();
        assert!(verdict.faults.is_empty(), "{verdict:?}");
    }

    /// What is counted in the queues is what stands in them.
    pub fn assert_queues_right(&self) {
        let counted = "select coalesce(sum(tips), 0) as v from queue_counts";
        let standing = "select count(*) as v from tip_agencies where open";
        // `sum` of a bigint is a numeric on PostgreSQL.
        let counted = counted.replace("coalesce(sum(tips), 0)", "cast(coalesce(sum(tips), 0) as bigint)");
        assert_eq!(self.bench.number(&counted), self.bench.number(standing));
    }
}

/// A round to its end, on a runtime of this thread's own.
pub fn run(app: &Arc<App>, sure: bool) -> Result<Did, Unfinished> {
    actix_web::rt::System::new().block_on(purge::round(app, sure))
}
