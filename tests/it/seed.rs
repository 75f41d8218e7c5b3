//! Synthetic tips: the same from the same seed, read by officers like any other, counted and chained like
//! any other, and kept out of where they do not belong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest as _, Sha256};

use crate::support::db;
use crate::support::pg;
use crate::support::portal::{config_in, password_of};
use crate::support::process::{Process, arguments, prepare};
use crate::support::visitor::Visitor;

/// A portal with synthetic tips, not served.
pub struct Seeded {
    pub folder: tempfile::TempDir,
    pub settings: PathBuf,
    /// The agency with the longest queue.
    pub agency: String,
}

/// A portal with officers, filled by the command with these arguments.
pub fn seeded(args: &[&str]) -> Seeded {
    let folder = tempfile::tempdir().unwrap();
    let settings = prepare(folder.path());
    let said = json(&sow(folder.path(), &settings, args));
    let agency = said["largest"]["agency"].as_str().unwrap().to_owned();
    Seeded { folder, settings, agency }
}

/// Runs the command on a portal.
fn sow(folder: &Path, settings: &Path, args: &[&str]) -> Output {
    let mut command = homeward("seed", folder, settings);
    command.args(args).arg("--json").output().unwrap()
}

fn homeward(name: &str, folder: &Path, settings: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(name.split(' ')).arg("--config").arg(settings).arg("--data").arg(folder.join("data"));
    command
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn database(folder: &Path) -> PathBuf {
    config_in(folder).data.database()
}

fn count(folder: &Path, sql: &str) -> i64 {
    db::count(&database(folder), sql)
}

/// A fingerprint of every row that a seed leaves, but for row ids that the database gives.
fn fingerprint(folder: &Path) -> String {
    let hex = |column: &str| {
        if pg::is_wanted() { format!("encode({column}, 'hex')") } else { format!("lower(hex({column}))") }
    };
    let mut hash = Sha256::new();
    let tables = [
        ("tips", "id", "uid, category, district, urgency, status, version, lead, because, received_minute, due_minute, claimed_by, acted_minute, closed_minute".to_owned()),
        ("tip_agencies", "tip_id, agency, relation", "agency, relation, lane, due_minute, cast(open as int), cast(taken as int), cast(acted as int)".into()),
        ("envelopes", "tip_id, compartment, recipient", format!("compartment, recipient, {}", hex("sealed"))),
        ("entries", "tip_id, uid", format!("uid, kind, compartment, {}, minute", hex("sealed"))),
        ("receipts", "tip_id", format!("{}, {}", hex("lookup"), hex("public_key"))),
        ("tip_links", "tip_id, digest", format!("kind, {}, added_minute", hex("digest"))),
        ("tip_events", "feed", format!("uid, kind, detail, {}, version, minute, feed", hex("sealed"))),
        // Not the link: it covers the row id.
        ("audit", "seq", "at, act, detail, seq".into()),
        ("queue_counts", "agency, lane", "agency, lane, tips".into()),
    ];
    for (table, order, columns) in tables {
        let sql = format!("select concat_ws('|', {columns}) as a, '' as b from {table} order by {order}");
        for (row, _) in db::pairs(&database(folder), &sql) {
            hash.update(row.as_bytes());
            hash.update(b"\n");
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes every tip out again, and the record back to where it stood.
fn empty(folder: &Path, head: &str) {
    for table in [
        "commitments",
        "tip_agencies",
        "envelopes",
        "entries",
        "receipts",
        "tip_events",
        "tip_links",
        "queue_counts",
        "tips",
    ] {
        db::execute(&database(folder), &format!("delete from {table}"));
    }
    let back = format!(
        "delete from audit where tip_id is not null; update meta set value = '{head}' where key = 'audit_head'"
    );
    db::execute(&database(folder), &back);
}

#[test]
fn the_same_seed_and_count_give_the_same_rows_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let settings = prepare(folder.path());
    let head = "select value as a, '' as b from meta where key = 'audit_head'";
    let mut prints = Vec::new();
    for seed in ["7", "7", "8"] {
        // Opening the portal gave what was enrolled its place in the record.
        assert!(homeward("audit verify", folder.path(), &settings).output().unwrap().status.success());
        let head = db::pairs(&database(folder.path()), head).remove(0).0;
        json(&sow(folder.path(), &settings, &["--tips", "1300", "--seed", seed]));
        prints.push(fingerprint(folder.path()));
        empty(folder.path(), &head);
    }
    let none = fingerprint(folder.path());

    assert_eq!(prints[0], prints[1]);
    assert_ne!(prints[0], prints[2]);
    assert_ne!(prints[0], none);
}

#[test]
fn so_many_are_open_and_in_the_longest_queue_as_was_asked_and_every_counter_agrees() {
    let Seeded { folder, agency, .. } = seeded(&["--tips", "1500", "--open", "300", "--largest", "110"]);
    let at = |sql: &str| count(folder.path(), sql);

    assert_eq!(at("select count(*) as n from tips"), 1500);
    assert_eq!(at("select count(*) as n from tips where status <> 'closed'"), 300);
    assert_eq!(
        at(&format!("select count(*) as n from tip_agencies where open and agency = '{agency}'")),
        110
    );
    let counted = "select cast(sum(tips) as bigint) as n from queue_counts";
    assert_eq!(at(counted), at("select count(*) as n from tip_agencies where open"));
    let wrong = "select count(*) as n from queue_counts q where tips <> (select count(*) from tip_agencies a
                 where a.open and a.agency = q.agency and a.lane = q.lane)";
    assert_eq!(at(wrong), 0);
    for (what, least) in [("category", 20), ("lead", 6), ("urgency", 3), ("status", 5), ("district", 14)] {
        let kinds = at(&format!("select count(distinct {what}) as n from tips"));
        assert!(kinds >= least, "{kinds} kinds of {what}");
    }
    let marks = "select count(*) as n from tip_agencies a join tips t on t.id = a.tip_id
                 where (a.taken <> (t.claimed_by is not null)) or (a.acted <> (t.acted_minute is not null))
                 or (a.open and t.status = 'closed')";
    assert_eq!(at(marks), 0);
    let unplaced = "select (select count(*) from audit where seq is null and tip_id is not null)
                    + (select count(*) from tip_events where feed is null) as n";
    assert_eq!(at(unplaced), 0);
    assert_eq!(at("select count(*) as n from outbox"), 0, "nobody is written to about made-up tips");
    let indexes = if pg::is_wanted() {
        "select count(*) as n from pg_indexes where tablename in ('tips', 'tip_agencies', 'audit', 'tip_events')"
    } else {
        "select count(*) as n from sqlite_master where type = 'index'
         and tbl_name in ('tips', 'tip_agencies', 'audit', 'tip_events')"
    };
    let fresh = tempfile::tempdir().unwrap();
    prepare(fresh.path());
    assert_eq!(at(indexes), count(fresh.path(), indexes), "every index is back");
}

#[test]
fn officers_open_synthetic_tips_and_the_record_is_whole() {
    let Seeded { folder, settings, agency } = seeded(&["--tips", "600"]);
    let lead = format!("select uid as a, status as b from tips where lead = '{agency}' order by id");
    let tips = db::pairs(&database(folder.path()), &lead);
    let (closed, open): (Vec<_>, Vec<_>) = tips.iter().partition(|(_, status)| status == "closed");
    let data = folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(arguments(&settings, &data));
    let mut portal = Process::spawn(command, folder.path(), data);
    let officer = Visitor::new(portal.desk, "198.18.7.1");
    let mut form = officer.get("/desk/sign-in?l=zh").form("form#sign-in");
    form.set("name", &agency).set("password", &password_of(&agency));
    assert_eq!(officer.submit(&form).status, 200);

    for (uid, status) in closed.iter().take(3).chain(open.iter().take(5)) {
        let page = officer.get(&format!("/desk/tips/{uid}?l=zh"));
        assert_eq!(page.status, 200, "{uid} {status}");
        assert!(page.text("#report-text").contains("合成线索，仅供演练"), "{uid}: {}", page.body);
        assert_eq!(page.text("#history").contains("演练数据：已核实办理"), status == "closed", "{uid}");
    }
    portal.stop();
    let verified = homeward("audit verify", folder.path(), &settings).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn a_portal_with_tips_is_left_alone_unless_adding_is_asked_for() {
    let Seeded { folder, settings, .. } = seeded(&["--tips", "50"]);
    let place = folder.path();

    let again = sow(place, &settings, &["--tips", "50"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("holds 50 tips already"));
    assert_eq!(count(place, "select count(*) as n from tips"), 50);

    json(&sow(place, &settings, &["--tips", "70", "--add"]));
    assert_eq!(count(place, "select count(*) as n from tips"), 120);
    let counted = count(place, "select cast(sum(tips) as bigint) as n from queue_counts");
    assert_eq!(counted, count(place, "select count(*) as n from tip_agencies where open"));
    assert!(homeward("audit verify", place, &settings).output().unwrap().status.success());
}

#[test]
fn a_portal_that_is_served_is_refused_and_so_is_one_without_officers_or_without_a_portal() {
    let served = tempfile::tempdir().unwrap();
    let portal = Process::start(served.path());
    let refused = sow(served.path(), &served.path().join("homeward.toml"), &["--tips", "5"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another process serves") || said.contains("somebody else is connected"), "{said}");
    assert_eq!(count(served.path(), "select count(*) as n from tips"), 0);
    drop(portal);

    let empty = tempfile::tempdir().unwrap();
    let mut nowhere = Command::new(env!("CARGO_BIN_EXE_homeward"));
    let nowhere = nowhere.args(["seed", "--tips", "5", "--data"]).arg(empty.path().join("none"));
    let said = nowhere.output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("holds no portal"));
    assert!(!empty.path().join("none").exists());
}
