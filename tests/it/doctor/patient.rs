//! A portal for the doctor to look at: its folder, its settings, and a way to break and mend one thing at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::backup::said;
use crate::support::db;
use crate::support::portal::config_in;
use crate::support::process::{prepare, settings_of};
use crate::support::smtp::Receiver;

/// A portal's folder, and the settings that a test may break.
pub struct Patient {
    pub folder: tempfile::TempDir,
    pub settings: String,
}

impl Patient {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let settings = fs::read_to_string(settings_of(folder.path())).unwrap();
        Self { folder, settings }
    }

    pub fn data(&self) -> PathBuf {
        config_in(self.folder.path()).data.dir
    }

    pub fn key(&self) -> PathBuf {
        config_in(self.folder.path()).data.key_path()
    }

    pub fn run(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(["doctor", "--json", "--config"]).arg(settings_of(self.folder.path()));
        command.arg("--data").arg(self.data()).args(more).output().unwrap()
    }

    /// Every finding's level by its code.
    pub fn look(&self, more: &[&str]) -> BTreeMap<String, String> {
        let output = self.run(more);
        let told: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        let found = told["findings"].as_array().unwrap();
        for finding in found {
            for language in ["zh", "en"] {
                let text = word(&finding[language]);
                assert!(!text.contains("doctor-") && !text.contains('{'), "no words for it: {text}");
            }
        }
        let found: BTreeMap<_, _> = found.iter().map(|f| (word(&f["code"]), word(&f["level"]))).collect();
        let is_well = !found.values().any(|level| level == "wrong");
        assert_eq!((told["well"].as_bool(), output.status.success()), (Some(is_well), is_well), "{found:?}");
        found
    }

    pub fn set(&self, settings: &str) {
        fs::write(settings_of(self.folder.path()), settings).unwrap();
    }

    pub fn sql(&self, sql: &str) {
        db::execute(&self.data().join("homeward.db"), sql);
    }

    /// The finding is not there, is there with this level once the thing is broken, and goes when it is mended.
    pub fn sees(&self, code: &str, level: &str, break_it: impl FnOnce(), mend_it: impl FnOnce()) {
        assert_eq!(self.look(&[]).get(code), None, "{code} before");
        break_it();
        let found = self.look(&[]);
        assert_eq!(found.get(code).map(String::as_str), Some(level), "{code} broken: {found:?}");
        mend_it();
        assert_eq!(self.look(&[]).get(code), None, "{code} mended");
    }

    /// The same for a row, changed there and back.
    pub fn sees_row(&self, code: &str, level: &str, break_it: &str, mend_it: &str) {
        self.sees(code, level, || self.sql(break_it), || self.sql(mend_it));
    }

    /// The same for the settings; what is put in goes before everything else.
    pub fn sees_setting(&self, code: &str, level: &str, from: &str, to: &str) {
        let broken = self.settings.replace(from, to);
        assert_ne!(broken, self.settings, "{code}");
        self.sees(code, level, || self.set(&broken), || self.set(&self.settings));
    }
}

/// Settings under which nothing about them is to be said.
pub fn well_set(patient: &mut Patient, relay: &Receiver) {
    let backups = patient.folder.path().join("backups");
    fs::create_dir(&backups).unwrap();
    let mails = format!("folder = {:?}\n", patient.folder.path().join("mails"));
    patient.settings = patient
        .settings
        .replace(
            "[listen]\n",
            "[listen]\norigin = \"https://a.example\"\ndesk_origin = \"https://b.example\"\n",
        )
        .replace("reserve_mib = 0", "reserve_mib = 1")
        .replace(&mails, "")
        + &format!(
            "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n[backup]\nfolder = {backups:?}\n",
            relay.port
        );
    patient.set(&patient.settings);
    // The reserve is taken by whoever starts on these settings.
    let verify = Command::new(env!("CARGO_BIN_EXE_homeward"))
        .args(["audit", "verify", "--config"])
        .arg(settings_of(patient.folder.path()))
        .arg("--data")
        .arg(patient.data())
        .output()
        .unwrap();
    assert!(verify.status.success(), "{}", said(&verify));
    assert!(back_up(patient).status.success());
}

pub fn back_up(patient: &Patient) -> Output {
    Command::new(env!("CARGO_BIN_EXE_homeward"))
        .args(["backup", "--keep", "3", "--config"])
        .arg(settings_of(patient.folder.path()))
        .arg("--data")
        .arg(patient.data())
        .arg(patient.folder.path().join("backups"))
        .output()
        .unwrap()
}
