//! What `homeward doctor` finds: each finding is made to appear by breaking the thing, and to go again by mending it.
//! It runs beside a portal that serves and changes nothing.

mod patient;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use homeward::app::doctor::{Look, examine};
use homeward::clock::{Clock as _, SystemClock};
use serde_json::Value;

use self::patient::{Patient, back_up, well_set};
use crate::backup::said;
use crate::support::db;
use crate::support::pg;
use crate::support::portal::config_in;
use crate::support::process::{Process, prepare, settings_of};
use crate::support::smtp::Receiver;

/// What a portal of these tests cannot help: one officer an agency, few agencies, one disk, one PostgreSQL that
/// flushes nothing.
fn known() -> BTreeSet<&'static str> {
    let mut known = BTreeSet::from(["members-single", "desks-absent", "key-beside"]);
    if pg::is_wanted() {
        known.insert("postgres-unflushed");
    }
    known
}

/// What depends on the day these tests run: the compiled-in plan's calendar and numbers, which have tests of their own.
fn is_dated(code: &str) -> bool {
    code.starts_with("calendar-") || code.starts_with("contacts-")
}

#[test]
fn a_portal_that_is_well_set_has_nothing_wrong_and_settings_are_seen_when_they_are_not() {
    let (mut patient, relay) = (Patient::new(), Receiver::start(&[]));
    well_set(&mut patient, &relay);

    let found = patient.look(&[]);
    let ill: BTreeSet<&str> = found
        .iter()
        .filter(|(code, l)| *l != "ok" && !is_dated(code))
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(ill, known(), "{found:?}");
    assert!(found.len() >= 20, "{found:?}");

    patient.sees_setting("config-refused", "wrong", "[listen]\n", "[listen]\nops = \"0.0.0.0:9\"\n");
    patient.sees_setting("origin-plain", "attention", "origin = \"https://a.example\"\n", "");
    patient.sees_setting("desk-origin-plain", "attention", "https://b.example", "http://b.example");
    patient.sees_setting("proxies-none", "attention", "trusted_proxies = [\"127.0.0.0/8\"]", "");
    patient.sees_setting("mail-from-none", "attention", "from = \"duty@homeward.example\"\n", "");
    patient.sees_setting("mail-folder", "attention", "[mail]\n", "[mail]\nfolder = \"/tmp\"\n");
    let smtp = patient.settings.find("[mail.smtp]").unwrap();
    let until = patient.settings.find("[backup]").unwrap();
    patient.sees_setting("mail-none", "wrong", &patient.settings[smtp..until], "");
    patient.sees_setting("mail-unreachable", "wrong", &format!("port = {}", relay.port), "port = 1");
    // A relay that offers no STARTTLS is not spoken to in clear.
    patient.sees_setting("mail-unreachable", "wrong", "security = \"none\"", "security = \"starttls\"");
    patient.sees_setting("backup-unknown", "attention", "[backup]\nfolder", "[backup]\n#");
    patient.sees_setting("backup-unreadable", "wrong", "backups\"\n", "nowhere\"\n");
    let empty = patient.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    patient.sees_setting("backup-none", "wrong", "/backups\"\n", "/empty\"\n");
    assert_eq!(relay.mails().len(), 0, "the relay was greeted and given nothing");
    assert_eq!(patient.look(&["--mail-test", "someone@duty.example"])["mail-test"], "ok");
    assert_eq!(relay.mails()[0].to, ["someone@duty.example"]);
    assert_eq!(patient.look(&["--mail-test", "no address"])["mail-test-address"], "wrong");
    let refusing = Receiver::start(&["--refuse", "550", "--refuse-times", "1"]);
    let port = format!("port = {}", refusing.port);
    patient.set(&patient.settings.replace(&format!("port = {}", relay.port), &port));
    assert_eq!(patient.look(&["--mail-test", "someone@duty.example"])["mail-test-refused"], "wrong");
    assert_eq!(patient.look(&["--mail-test", "someone@duty.example"])["mail-test"], "ok");
}

#[test]
fn a_clock_that_is_not_the_databases_is_seen() {
    let patient = Patient::new();
    let config = config_in(patient.folder.path());
    let codes = |ahead: i64| -> BTreeSet<&'static str> {
        let look = Look { config: &config, now: SystemClock.now().plus_seconds(ahead), mail_test: None };
        examine(&look).iter().map(|finding| finding.code).collect()
    };
    assert!(codes(0).contains("clock") && !codes(0).contains("clock-apart"));
    assert!(codes(60).contains("clock-apart") && codes(-60).contains("clock-apart"));
}

#[test]
fn each_thing_to_do_has_a_test_that_makes_its_cause() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = fs::read_to_string(root.join("assets/locales/zh/doctor.ftl")).unwrap();
    let parts = crate::backup::all_files(&root.join("src/app/doctor"));
    let tests = parts
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .filter_map(|text| text.split_once("#[cfg(test)]").map(|(_, tests)| tests.to_owned()));
    let tests =
        tests.chain([fs::read_to_string(root.join("tests/it/doctor.rs")).unwrap()]).collect::<String>();
    let codes = texts.lines().filter_map(|line| line.split_once("-do = ")?.0.strip_prefix("doctor-"));
    let codes: Vec<&str> = codes.collect();
    let untested: Vec<_> = codes.iter().filter(|code| !tests.contains(&format!("\"{code}\""))).collect();
    assert!(untested.is_empty() && codes.len() > 45, "{} codes, without a test: {untested:?}", codes.len());
}

#[test]
fn an_old_backup_is_seen_and_a_new_one_ends_it() {
    let (mut patient, relay) = (Patient::new(), Receiver::start(&[]));
    well_set(&mut patient, &relay);
    let backups = patient.folder.path().join("backups");
    let only = fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
    let old = backups.join("2026-01-01T0000");
    patient.sees(
        "backup-old",
        "wrong",
        || {
            fs::rename(&only, &old).unwrap();
            crate::backup::date_back(&old, 29_000_000);
        },
        || assert!(back_up(&patient).status.success()),
    );
}

#[test]
fn what_is_wrong_with_the_files_is_seen() {
    let (mut patient, relay) = (Patient::new(), Receiver::start(&[]));
    well_set(&mut patient, &relay);
    let (data, key) = (patient.data(), patient.key());
    let mode = |path: &PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    patient.sees("data-open", "wrong", || mode(&data, 0o755), || mode(&data, 0o700));
    patient.sees("key-open", "wrong", || mode(&key, 0o644), || mode(&key, 0o600));
    let whole = fs::read(&key).unwrap();
    patient.sees(
        "key-damaged",
        "wrong",
        || fs::write(&key, "short").unwrap(),
        || fs::write(&key, &whole).unwrap(),
    );
    let aside = data.with_extension("aside");
    patient.sees(
        "key-none",
        "wrong",
        || fs::rename(&key, &aside).unwrap(),
        || fs::rename(&aside, &key).unwrap(),
    );
    patient.sees(
        "bond-key",
        "wrong",
        || fs::write(&key, [7; 32]).unwrap(),
        || fs::write(&key, &whole).unwrap(),
    );
    let left = data.join("recovery.key");
    patient.sees(
        "recovery-left",
        "wrong",
        || fs::write(&left, "x").unwrap(),
        || fs::remove_file(&left).unwrap(),
    );
    let public = data.join("recovery.pub");
    let written = fs::read(&public).unwrap();
    let back = || fs::write(&public, &written).unwrap();
    patient.sees("recovery-none", "attention", || fs::remove_file(&public).unwrap(), back);
    let other = prepare_other();
    patient.sees("bond-recovery", "wrong", || fs::write(&public, &other).unwrap(), back);
    let stranger = data.join("files/stranger");
    patient.sees(
        "files-orphans",
        "attention",
        || {
            fs::write(&stranger, "x").unwrap();
            let old = Command::new("touch").args(["-d", "3 days ago"]).arg(&stranger).status().unwrap();
            assert!(old.success());
        },
        || fs::remove_file(&stranger).unwrap(),
    );
    if !pg::is_wanted() {
        let reserve = data.join("homeward.reserve");
        let held = fs::metadata(&reserve).unwrap().len();
        patient.sees(
            "reserve-gone",
            "wrong",
            || fs::remove_file(&reserve).unwrap(),
            || fs::write(&reserve, vec![0; usize::try_from(held).unwrap()]).unwrap(),
        );
    }
    patient.sees(
        "data-none",
        "wrong",
        || fs::rename(&data, &aside).unwrap(),
        || fs::rename(&aside, &data).unwrap(),
    );
    // A reserve so large that the disk has not four times as much to spare.
    patient.sees_setting("room-little", "attention", "reserve_mib = 1", "reserve_mib = 99999999");
    // The key on another medium: memory stands in for it.
    let apart = tempfile::Builder::new().tempfile_in("/dev/shm").unwrap();
    fs::write(apart.path(), &whole).unwrap();
    patient.set(&patient.settings.replace(&format!("{key:?}"), &format!("{:?}", apart.path())));
    assert_eq!(patient.look(&[])["key-apart"], "ok");
}

/// Another deployment's public half.
fn prepare_other() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    fs::read(folder.path().join("data/recovery.pub")).unwrap()
}

#[test]
fn what_is_wrong_with_the_rows_is_seen() {
    let patient = Patient::new();
    let steps = "__diesel_schema_migrations";
    let sees = |code, level, break_it: &str, mend_it: &str| patient.sees_row(code, level, break_it, mend_it);
    let newer = format!("insert into {steps} (version) values ('99999999999999')");
    sees("schema-new", "wrong", &newer, &format!("delete from {steps} where version = '99999999999999'"));
    let last = format!("(select max(version) from {steps})");
    let older = format!(
        "create table kept as select max(version) as v from {steps}; delete from {steps} where version = {last}"
    );
    let mended = format!("insert into {steps} (version) select v from kept; drop table kept");
    sees("schema-old", "attention", &older, &mended);
    sees(
        "spare-none",
        "attention",
        "update meta set key = 'aside' where key = 'key_spare'",
        "update meta set key = 'key_spare' where key = 'aside'",
    );
    sees(
        "bond-none",
        "attention",
        "update meta set key = 'aside' where key = 'bound_key'",
        "update meta set key = 'bound_key' where key = 'aside'",
    );
    sees(
        "record-broken",
        "wrong",
        "update audit set at = at + 1 where seq = 5",
        "update audit set at = at - 1 where seq = 5",
    );
    sees(
        "record-broken",
        "wrong",
        "update audit set seq = 9000 where seq = (select max(seq) from audit)",
        "update audit set seq = (select max(seq) + 1 from audit where seq < 9000) where seq = 9000",
    );
    sees(
        "record-unplaced",
        "wrong",
        "insert into audit (at, actor, act, detail) values (1000, 'system', 'x', '{}')",
        "delete from audit where act = 'x'",
    );
    sees(
        "clock-behind",
        "wrong",
        "update audit set at = at + 86400000 where seq = (select max(seq) from audit)",
        "update audit set at = at - 86400000 where seq = (select max(seq) from audit)",
    );
    sees(
        "mailboxes-unconfirmed",
        "attention",
        "update agencies set mailbox_confirmed_minute = null where code = 'edu'",
        "update agencies set mailbox_confirmed_minute = 1 where code = 'edu'",
    );
    sees(
        "grants-waiting",
        "attention",
        "create table kept as select * from key_grants where id = 3; delete from key_grants where id = 3",
        "insert into key_grants select * from kept; drop table kept",
    );
    sees(
        "plan-broken",
        "wrong",
        "insert into plan_versions (plan_id, number, label, name, status, created_minute, changed_minute, valid_from_day,
         files, digest) values (1, 9, '2014-9', 'x', 'published', 1, 1, 1, '', '')",
        "delete from plan_versions",
    );
    let fallbacks = "('polilegal', 'psb', 'procur')";
    sees(
        "coverage-refused",
        "wrong",
        &format!("update officers set active = false where agency in {fallbacks}"),
        &format!("update officers set active = true where agency in {fallbacks}"),
    );
    let notice = |state: &str| {
        format!(
            "insert into outbox (plan_id, kind, agency, urgency, state, run_minute, attempts, created_minute)
             values (1, 'act', 'psb', 'normal', '{state}', 1000, 0, 1000)"
        )
    };
    sees("notices-dead", "wrong", &notice("dead"), "delete from outbox");
    sees("notices-stuck", "wrong", &notice("ready"), "delete from outbox");
    sees("notices-held", "attention", &notice("held"), "delete from outbox");
    let tip = "insert into tips (plan_id, uid, category, urgency, status, version, lead, access, rule, plan_version, clauses,
        because, has_minor, received_minute, due_minute, lane) values (1, 'u', 'c', 'normal', 'new', 1, 'psb', 'none', 'r',
        '1', '', '[]', false, 1, 1, 1)";
    let blob = if pg::is_wanted() { "'\\x00'" } else { "x'00'" };
    let file = format!(
        "{tip}; insert into files (tip_id, uid, sealed_meta, padded_size, minute) select id, 'gone', {blob}, 1, 1 from tips"
    );
    sees("files-missing", "wrong", &file, "delete from files; delete from tips");
}

#[test]
fn an_agency_with_two_officers_is_not_listed_and_every_desk_counts() {
    let patient = Patient::new();
    let before = patient.run(&[]);
    assert!(said(&before).contains("\"members-single\""));
    patient.sql("update officers set agency = 'psb' where agency <> 'psb'");
    let after: Value = serde_json::from_slice(&patient.run(&[]).stdout).unwrap();
    let codes: Vec<&str> =
        after["findings"].as_array().unwrap().iter().filter_map(|f| f["code"].as_str()).collect();
    assert!(codes.contains(&"members") && !codes.contains(&"members-single"), "{codes:?}");
}

#[test]
fn what_is_wrong_with_the_database_as_a_whole_is_seen() {
    let mut patient = Patient::new();
    if pg::is_wanted() {
        // This cluster flushes nothing on purpose; one that does is not found wanting.
        assert_eq!(patient.look(&[])["postgres-unflushed"], "wrong");
        let database = patient.settings.lines().find(|line| line.starts_with("database")).unwrap().to_owned();
        patient.sees_setting(
            "postgres-connections",
            "attention",
            &database,
            &format!("{database}\nconnections = 400"),
        );
        patient.sees_setting("database-closed", "wrong", "/homeward_", "/nowhere_");
        patient.sees_setting("database-name", "wrong", "postgresql://", "mysql://");
        let flushing = pg::Cluster::start(pg::Flush::On);
        let other = flushing.database();
        db::stand_on(&patient.data(), &other);
        patient.settings = patient.settings.replace(&database, &format!("database = {other:?}"));
        patient.set(&patient.settings);
        assert!(patient.look(&[]).contains_key("database-closed"), "no tables yet");
        let verify = Command::new(env!("CARGO_BIN_EXE_homeward"))
            .args(["audit", "verify", "--config"])
            .arg(settings_of(patient.folder.path()))
            .arg("--data")
            .arg(patient.data())
            .output()
            .unwrap();
        assert!(verify.status.success(), "{}", said(&verify));
        let found = patient.look(&[]);
        assert!(found["postgres-flush"] == "ok" && !found.contains_key("postgres-unflushed"), "{found:?}");
        return;
    }
    let file = patient.data().join("homeward.db");
    let whole = fs::read(&file).unwrap();
    let aside = patient.data().join("aside");
    let back = || fs::write(&file, &whole).unwrap();
    patient.sees(
        "database-none",
        "wrong",
        || fs::rename(&file, &aside).unwrap(),
        || fs::rename(&aside, &file).unwrap(),
    );
    assert!(file.exists(), "looking made no database");
    patient.sees(
        "database-not-ours",
        "wrong",
        || fs::write(&file, "no database at all, really").unwrap(),
        back,
    );
    patient.sees("database-not-ours", "wrong", || patient.sql("pragma journal_mode = delete"), back);
    let mut damaged = whole.clone();
    let page = damaged.len() - 4096;
    damaged[page..].fill(0xff);
    patient.sees("sqlite-damaged", "wrong", || fs::write(&file, &damaged).unwrap(), back);
}

#[test]
fn it_runs_beside_a_portal_that_serves_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let portal = Process::start(folder.path());
    let settings = fs::read_to_string(settings_of(folder.path())).unwrap();
    let patient = Patient { folder, settings };
    let database = patient.data().join("homeward.db");
    let rows = || {
        // Not `meta`: the portal's own rounds leave marks there.
        ["audit", "outbox", "sessions", "approvals"]
            .map(|t| db::count(&database, &format!("select count(*) as n from {t}")))
    };
    // Nor the file of heads: the portal begins it by itself.
    let names = || {
        let mut names = crate::backup::names(&patient.data());
        names.remove("heads.log");
        names
    };
    let before = (rows(), names());

    let found = patient.look(&[]);

    assert!(found.contains_key("record") && found.contains_key("coverage"), "{found:?}");
    assert_eq!((rows(), names()), before);
    assert!(portal.is_ready());
}

#[test]
fn every_line_is_said_in_both_languages_worst_last() {
    let patient = Patient::new();
    fs::write(patient.data().join("recovery.key"), "x").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_homeward"))
        .args(["doctor", "--config"])
        .arg(settings_of(patient.folder.path()))
        .arg("--data")
        .arg(patient.data())
        .output()
        .unwrap();
    let text = said(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(output.status.code(), Some(1));
    assert!(lines.iter().all(|line| line.starts_with('[') && line.contains(" / ")), "{text}");
    assert!(
        lines.first().unwrap().starts_with("[正常 ok]") && lines.last().unwrap().starts_with("[有误 wrong]")
    );
    assert!(
        text.contains("恢复密钥就放在数据目录里")
            && text.contains("THE RECOVERY KEY LIES IN THE DATA FOLDER")
    );
}
