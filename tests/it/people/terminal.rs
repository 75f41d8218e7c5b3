//! Members from the terminal: who is added as what, listed, ended, and given keys by the recovery key, also while an
//! agency's pairs are being replaced.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use homeward::app::{App, PLAN_ID};
use homeward::clock::SystemClock;
use homeward::people::keys::{Opened, rotate};
use homeward::store::people::{pairs, rotation};
use homeward::store::{Lane, officers};
use homeward::vault::entropy::OsEntropy;
use homeward::vault::password::unwrap_private;
use serde_json::Value;

use crate::support::portal::{config_in, password_of};
use crate::support::{db, process};

struct Terminal {
    folder: tempfile::TempDir,
    recovery: PathBuf,
}

impl Terminal {
    /// A data folder with one officer for each staffed agency, and its recovery key in a file.
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recovery = folder.path().join("paper");
        let (app, fresh) =
            App::open(config_in(folder.path()), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
        std::fs::write(&recovery, fresh.unwrap().0.as_bytes()).unwrap();
        drop(app);
        process::prepare(folder.path());
        Self { folder, recovery }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.arg("user").args(arguments).arg("--config").arg(process::settings_of(self.folder.path()));
        command.arg("--data").arg(self.folder.path().join("data")).output().unwrap()
    }

    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned() + &said
    }

    fn add(&self, login: &str, agency: &str, more: &[&str]) -> String {
        let usual = ["add", "--login", login, "--name", "李四", "--agency", agency];
        self.done(&[usual.as_slice(), more].concat())
    }

    fn listed(&self, login: &str) -> Value {
        let all = self.done(&["list", "--json"]);
        let lines = all.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.into_iter().find(|line| line["login"] == login).unwrap()
    }

    fn database(&self) -> PathBuf {
        config_in(self.folder.path()).data.database()
    }

    fn paper(&self) -> &str {
        Path::to_str(&self.recovery).unwrap()
    }
}

#[test]
fn officers_are_added_as_what_is_said_listed_and_ended() {
    let terminal = Terminal::open();
    terminal.add("first", "psb-120101", &[]);
    assert!(
        terminal.add("second", "psb-120101", &[]).contains("homeward user grant"),
        "it says what is missing"
    );
    assert!(!terminal.add("auditor", "jointconf", &["--role", "auditor"]).contains("user grant"));
    terminal.add("given", "psb-120101", &["--role", "agency_lead", "--recovery-key", terminal.paper()]);

    let shape = |login: &str| {
        let line = terminal.listed(login);
        (line["role"].as_str().unwrap().to_owned(), line["holds_keys"] == true, line["active"] == true)
    };
    assert_eq!(shape("first"), ("agency_lead".into(), true, true));
    assert_eq!(shape("second"), ("handler".into(), false, true));
    assert_eq!(shape("auditor"), ("auditor".into(), false, true));
    assert_eq!(shape("given"), ("agency_lead".into(), true, true));

    assert!(
        !terminal.run(&["grant", "--login", "auditor", "--recovery-key", terminal.paper()]).status.success()
    );
    terminal.done(&["grant", "--login", "second", "--recovery-key", terminal.paper()]);
    assert_eq!(shape("second"), ("handler".into(), true, true));
    terminal.done(&["end", "--login", "second"]);
    assert_eq!(shape("second"), ("handler".into(), false, false));
    assert!(!terminal.run(&["end", "--login", "second"]).status.success(), "once is enough");
    assert!(terminal.done(&["list"]).contains("second\t李四\tpsb-120101\thandler\tended"));
    assert!(
        !terminal
            .run(&["add", "--login", "x.y", "--name", "x", "--agency", "psb", "--role", "owner"])
            .status
            .success()
    );
}

#[test]
fn recovery_grants_every_pair_that_envelopes_still_name() {
    let terminal = Terminal::open();
    terminal.add("late", "psb-120114", &[]);
    let (app, _) =
        App::open(config_in(terminal.folder.path()), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
    let known = app.store.read_blocking(|db| officers::known(db, PLAN_ID, "psb-120114")).unwrap().unwrap();
    let officer = known.officer;
    let grants = app.store.read_blocking(|db| officers::grants_of(db, PLAN_ID, &officer)).unwrap();
    let private = unwrap_private(&password_of("psb-120114"), &known.wrapped).ok().unwrap();
    let held = Opened::of(&private, &officer, &grants);
    let all = app.store.read_blocking(|db| pairs::holders(db, PLAN_ID, &officer.agency, false)).unwrap();
    let fresh = rotate(&officer.agency, &app.recovery, &held, &all, &OsEntropy);
    let (now, by) = (app.clock.now(), officer.clone());
    app.store
        .write_blocking("rotate", Lane::Desk, move |db| rotation::start(db, PLAN_ID, &by, &fresh, now))
        .unwrap();
    drop(app);
    terminal.add("later", "psb-120114", &[]);

    terminal.done(&["grant", "--login", "later", "--recovery-key", terminal.paper()]);

    for login in ["late", "later"] {
        let sql = format!(
            "select count(*) as n from key_grants g join officers o on o.id = g.officer_id where o.login = '{login}'"
        );
        assert_eq!(db::count(&terminal.database(), &sql), 4, "{login} holds the old pairs and the new ones");
    }
}
