//! What the portal refuses to start on: it says why and what to do, and leaves everything as it was.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::db;
use crate::support::pg;
use crate::support::process::{self, Process};

fn start(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(process::arguments(&process::settings_of(folder), &folder.join("data"))).args(more);
    command.stdin(Stdio::null()).output().unwrap()
}

/// It ended with 2 (refused) and one reason that holds these words; it never listened.
fn assert_refused(output: &Output, words: &[&str]) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success(), "{out}{err}");
    assert!(!out.contains("listening") && !err.contains("listening"), "never half-started: {out}{err}");
    for word in words {
        assert!(err.contains(word), "{word:?} in {err}");
    }
    assert!(!err.contains("panicked") && !err.contains("hush"), "{err}");
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Process::start(folder.path());
    if pg::is_wanted() {
        let other = Process::again(folder.path());
        assert!(first.is_ready() && other.is_ready(), "any number of nodes may serve");
        return;
    }
    assert_refused(&start(folder.path(), &[]), &["another process serves", "stop it first"]);
    assert_eq!(first.visitor("198.18.9.1").get("/").status, 200);
    first.stop();
    let second = Process::again(folder.path());
    assert_eq!(second.visitor("198.18.9.1").get("/").status, 200, "free again");
}

#[test]
fn a_database_of_a_newer_version_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    let path = folder.path().join("data/homeward.db");
    db::execute(&path, "insert into __diesel_schema_migrations (version) values ('99999999999999')");
    assert_refused(&start(folder.path(), &[]), &["99999999999999", "newer version"]);
    let steps = "select count(*) as n from __diesel_schema_migrations where version = '99999999999999'";
    assert_eq!(db::count(&path, steps), 1);
    db::execute(&path, "delete from __diesel_schema_migrations where version = '99999999999999'");
    assert_eq!(Process::again(folder.path()).visitor("198.18.9.2").get("/").status, 200);
}

/// Runs `homeward key accept`.
fn accept_key(folder: &Path) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(["key", "accept", "--config"]).arg(process::settings_of(folder));
    command.arg("--data").arg(folder.join("data")).output().unwrap().status.success()
}

#[test]
fn another_key_file_than_the_databases_own_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    let (key, public) = (folder.path().join("key-medium"), folder.path().join("data/recovery.pub"));
    let (own, recovery) = (std::fs::read(&key).unwrap(), std::fs::read(&public).unwrap());
    std::fs::write(&key, [7; 32]).unwrap();
    assert_refused(&start(folder.path(), &[]), &["is not the one the database was made with"]);
    assert!(accept_key(folder.path()), "lost for good: this one is taken on purpose");
    Process::again(folder.path()).stop();
    std::fs::write(&key, own).unwrap();
    assert_refused(&start(folder.path(), &[]), &["is not the one the database was made with"]);
    assert!(accept_key(folder.path()));
    let path = folder.path().join("data/homeward.db");
    assert_eq!(
        db::count(&path, "select count(*) as n from audit where act = 'key.accepted'"),
        2,
        "on record"
    );
    std::fs::write(&public, format!("{}\n", "11".repeat(32))).unwrap();
    assert_refused(&start(folder.path(), &[]), &["recovery.pub", "is not the one"]);
    std::fs::remove_file(&public).unwrap();
    let process = Process::again(folder.path());
    assert!(process.is_ready());
    assert_eq!(std::fs::read(&public).unwrap(), recovery, "a folder without it gets it from the database");
}

#[test]
fn an_address_that_cannot_be_read_is_not_printed() {
    if !cfg!(feature = "postgres") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    for address in ["postgresql://u:hush%zz@h/x", "postgresql://u:hush@h:port/x", "postgresql://u@h/x?hush=1"]
    {
        assert_refused(&start(folder.path(), &["--database", address]), &["cannot open the database"]);
    }
    let settings = process::settings_of(folder.path());
    std::fs::write(&settings, "[data]\ndatabase = \"postgresql://u:hush@h/x\nreserve_mib = 0\n").unwrap();
    assert_refused(&start(folder.path(), &[]), &["line 2"]);
}

#[test]
fn a_wrong_connection_string_is_refused_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    let wrong = [
        ("mysql://homeward:hush@db/homeward", "data.database"),
        ("postgresql://homeward:hush@127.0.0.1:9/homeward?connect_timeout=2", "127.0.0.1"),
        (
            "postgresql://homeward:hush@no-such-host.invalid/homeward?connect_timeout=2",
            "no-such-host.invalid",
        ),
    ];
    for (address, word) in wrong {
        assert_refused(&start(folder.path(), &["--database", address]), &[word]);
    }
    if pg::is_wanted() {
        let missing = pg::fresh().replace("homeward_", "missing_");
        assert_refused(&start(folder.path(), &["--database", &missing]), &["missing_"]);
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    process::prepare(folder.path());
    let data = folder.path().join("data");
    // Root may write anything but a read-only mount.
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", script, "sh"]).arg(&data).arg(env!("CARGO_BIN_EXE_homeward"));
    command.args(process::arguments(&process::settings_of(folder.path()), &data));
    let output = command.stdin(Stdio::null()).output().unwrap();
    if String::from_utf8_lossy(&output.stderr).contains("unshare") {
        println!("NOT SHOWN: this system gives no mounts of one's own (unshare)");
        return;
    }
    assert_refused(&output, &["Read-only file system", "its own user may read and write"]);
    assert_eq!(Process::again(folder.path()).visitor("198.18.9.3").get("/").status, 200);
}
