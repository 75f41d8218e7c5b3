//! A portal without listeners whose record holds some rows, and somebody beside it who knows its database, keeps
//! a copy of it, and does not know its key.

use std::sync::Arc;

use homeward::app::App;
use homeward::app::record::{self, check};
use homeward::audit::chain::Head;
use homeward::audit::fault::Fault;
use homeward::audit::{Actor, AuditRow};
use homeward::clock::{Clock as _, SteppedClock};
use homeward::config::Config;
use homeward::store::{Lane, WriteError, audit};
use homeward::vault::entropy::OsEntropy;
use serde_json::json;

use crate::support::db;
use crate::support::portal::{START, config_in};
use crate::support::wait_until;

pub struct Scene {
    pub folder: tempfile::TempDir,
    pub clock: Arc<SteppedClock>,
    pub app: Arc<App>,
}

impl Scene {
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    /// With other settings than the usual: blocks of twenty rows.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SteppedClock::at(START));
        let mut config = config_in(folder.path());
        config.record.block_rows = 20;
        change(&mut config);
        let (app, _) = App::open(config, clock.clone(), Arc::new(OsEntropy)).unwrap();
        Self { folder, clock, app: Arc::new(app) }
    }

    /// A scene whose record holds this many rows, and an anchor after each block of twenty.
    pub fn of(rows: i64) -> Self {
        let scene = Self::open();
        scene.fill(rows);
        scene
    }

    /// Writes rows, each a second after the one before, and lets the keeper look after every twentieth.
    pub fn fill(&self, rows: i64) {
        for n in 1..=rows {
            self.clock.advance(1);
            let written = self.write(n);
            assert!(written.is_ok(), "{written:?}");
            if n % 20 == 0 || n == rows {
                self.settle();
                self.round();
            }
        }
    }

    /// Writes one row: a reading, an act, or a use of a receipt.
    pub fn write(&self, n: i64) -> Result<(), WriteError<()>> {
        let acts = ["tip.read", "tip.noted", "session.opened", "receipt.opened"];
        let act = acts[usize::try_from(n % 4).unwrap()];
        let (at, actor) = match act {
            "receipt.opened" => (self.clock.now().minute().start(), Actor::Reporter),
            _ => (self.clock.now(), Actor::Officer(n % 3)),
        };
        let tip_id = (act != "session.opened").then_some(n % 7);
        let row = AuditRow { at, actor, act, tip_id, detail: json!({ "rows": n }) };
        self.app.store.write_blocking("test", Lane::Record, move |db| Ok(audit::append(db, &row)?))
    }

    /// Waits until every row of the portal's has its place.
    pub fn settle(&self) {
        wait_until("every row has its place", || {
            self.count("select count(*) as n from audit where seq is null and seal is not null") == 0
        });
    }

    /// One round of the keeper, tried again where another gave places just then.
    pub fn round(&self) {
        let done = actix_web::rt::System::new().block_on(record::round(&self.app));
        assert!(done.is_ok(), "{done:?}");
    }

    /// What verifying finds, with the file of heads or without.
    pub fn faults(&self, with_heads: bool) -> Vec<Fault> {
        let heads = if with_heads { check::Heads::usual(&self.app) } else { check::Heads::default() };
        check::verify(&self.app, &heads).unwrap().verdict.faults.list
    }

    /// What verifying finds against a head that somebody kept.
    pub fn faults_against(&self, said: Head) -> Vec<Fault> {
        let heads = check::Heads { files: Vec::new(), said: vec![said] };
        check::verify(&self.app, &heads).unwrap().verdict.faults.list
    }

    pub fn count(&self, sql: &str) -> i64 {
        db::count(&self.app.config.data.database(), sql)
    }

    pub fn execute(&self, sql: &str) {
        db::execute(&self.app.config.data.database(), sql);
    }

    /// One text out of the database.
    pub fn text(&self, sql: &str) -> String {
        db::pairs(&self.app.config.data.database(), &format!("select ({sql}) as a, '' as b")).remove(0).0
    }

    /// Keeps a copy of everything the record is made of.
    pub fn keep_copy(&self, name: &str) {
        for table in TABLES {
            self.execute(&format!("create table {name}_{table} as select * from {table}"));
        }
    }

    /// Puts a copy back in place of what is there.
    pub fn put_back(&self, name: &str) {
        let back = TABLES.map(|t| format!("delete from {t}; insert into {t} select * from {name}_{t};"));
        self.execute(&format!("begin; {} commit", back.concat()));
    }
}

const TABLES: [&str; 3] = ["audit", "audit_anchors", "meta"];

/// Another value than the one in a column, as SQL.
pub fn other(column: &str, pg: bool) -> String {
    match column {
        "actor" | "act" | "detail" => format!("{column} || 'x'"),
        "link" | "seal" | "mac" if pg => {
            format!("set_byte({column}, 3, (get_byte({column}, 3) + 1) % 256)")
        }
        "link" | "seal" | "mac" => format!(
            "cast(substr({column}, 1, 3) || case substr({column}, 4, 1) when x'00' then x'01' else x'00' end \
             || substr({column}, 5) as blob)"
        ),
        "elsewhere" => "not elsewhere".into(),
        "officer_id" | "tip_id" => format!("coalesce({column} + 1, 0)"),
        _ => format!("{column} + 1000"),
    }
}
