//! A backup taken under load comes back on another machine: another folder, another database, another place for
//! the key file. Receipts open, officers sign in, and whatever is wrong with a backup is named and restores
//! nothing, wherever a restore is killed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::backup::{Scene, all_files, rows, said};
use crate::support::db;
use crate::support::pg;
use crate::support::portal::config_in;
use crate::support::process::{Process, arguments, paper_of, settings_of};

/// A machine on which nothing has run yet: where its settings say that data, key and database belong.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let machine = Self { folder };
        let mut database = String::new();
        if pg::is_wanted() {
            let address = pg::fresh();
            db::stand_on(&machine.data(), &address);
            database = format!("database = {address:?}\n");
        }
        let text = format!(
            "[listen]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[data]\nkey_file = {:?}\nreserve_mib = 0\n{database}[mail]\nfolder = {:?}\nfrom = \"duty@homeward.example\"\n[session]\nsecond_factor = \"optional\"\n",
            machine.key(),
            machine.folder.path().join("mails"),
        );
        fs::write(machine.settings(), text).unwrap();
        machine
    }

    fn settings(&self) -> PathBuf {
        settings_of(self.folder.path())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("restored")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key-elsewhere")
    }

    fn command(&self, backup: &Path, more: &[&Path]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.arg("restore").arg(backup).arg("--config").arg(self.settings());
        command.arg("--data").arg(self.data()).args(more);
        command
    }

    fn restore(&self, backup: &Path, more: &[&Path]) -> Output {
        self.command(backup, more).output().unwrap()
    }

    /// Restores, and gives what the command says of it.
    fn restored(&self, backup: &Path, more: &[&Path]) -> Value {
        let output = self.restore(backup, &[more, &["--json".as_ref()]].concat());
        assert!(output.status.success(), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn serve(&self) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(arguments(&self.settings(), &self.data()));
        Process::spawn(command, self.folder.path(), self.data())
    }

    fn count(&self, what: &str) -> i64 {
        db::count(&self.data().join("homeward.db"), &format!("select count(*) as n from {what}"))
    }

    /// Nothing is there that looks like a portal.
    fn is_empty(&self) -> bool {
        let is_marked = || self.count("pg_class where relname = 'restore_unfinished'") == 1;
        let no_rows = || self.count("pg_class where relname = 'tips'") == 0;
        !self.data().exists() && (!pg::is_wanted() || no_rows() || is_marked())
    }
}

/// The portal that was backed up, with its backup.
struct Kept {
    scene: Scene,
    backup: PathBuf,
    receipts: Vec<String>,
    uid: String,
    lead: String,
}

/// Reports come in, with a photo among them, and an officer is at work, while a backup is taken.
fn kept() -> Kept {
    let scene = Scene::open();
    let photo = scene.report_with_photo();
    let database = scene.portal.data.join("homeward.db");
    let (uid, lead) =
        db::pairs(&database, "select uid as a, lead as b from tips order by id limit 1").remove(0);
    let officer = scene.portal.officer(&lead);
    let page = officer.get(&format!("/desk/tips/{uid}?l=zh"));
    let page = officer.submit(&page.form("form#claim"));
    let mut reply = page.form("form#reply");
    reply.set("text", "请问是哪个门?");
    assert_eq!(officer.submit(&reply).status, 200);
    let (mut receipts, meanwhile, (backup, output)) = scene.while_reports_come(|| {
        std::thread::scope(|scope| {
            let backup = scope.spawn(|| scene.backup("kept"));
            while !backup.is_finished() {
                assert_eq!(officer.get(&format!("/desk/tips/{uid}?l=zh")).status, 200);
            }
            backup.join().unwrap()
        })
    });
    assert!(output.status.success() && meanwhile > 0, "{}", said(&output));
    receipts.push(photo);
    Kept { scene, backup, receipts, uid, lead }
}

impl Kept {
    fn key(&self) -> PathBuf {
        config_in(self.scene.folder.path()).data.key_path()
    }

    fn paper(&self) -> PathBuf {
        paper_of(self.scene.folder.path())
    }

    /// A copy of the backup, to be damaged.
    fn copy(&self, into: &Path) -> PathBuf {
        let copy = into.join("copy");
        let status = Command::new("cp").arg("-a").arg(&self.backup).arg(&copy).status().unwrap();
        assert!(status.success());
        copy
    }
}

/// Everybody finds what they had: reporters their threads, an officer the tip, with the old password.
fn assert_alive(kept: &Kept, machine: &Machine) {
    let portal = machine.serve();
    for (n, code) in kept.receipts.iter().enumerate() {
        let thread = portal.visitor(&format!("198.18.8.{}", n % 250 + 1)).open_receipt(code);
        assert!(thread.status == 200 && thread.has("ol#thread"), "{n}: {}", thread.body);
    }
    let officer = portal.officer(&kept.lead);
    let page = officer.get(&format!("/desk/tips/{}?l=zh", kept.uid));
    assert!(page.status == 200 && page.body.contains("看照片") && page.body.contains("请问是哪个门"));
    let picture = page.attributes("a[href*='/files/']", "href").remove(0);
    assert_eq!(officer.get(&picture).status, 200, "the photo opens");
}

#[test]
fn a_backup_taken_under_load_comes_back_on_another_machine() {
    let (kept, machine) = (kept(), Machine::new());
    let begun = Instant::now();

    let report = machine.restored(&kept.backup, &["--key-file".as_ref(), &kept.key()]);

    println!("restored in {} ms by its own clock, {} ms by ours", report["ms"], begun.elapsed().as_millis());
    println!("{}", report["steps"]);
    let names: Vec<&str> =
        report["steps"].as_array().unwrap().iter().filter_map(|s| s["name"].as_str()).collect();
    let all = [
        "backup", "key", "rows", "files", "open", "counts", "bond", "receipts", "sealed", "settle", "record",
    ];
    assert_eq!(names, [all.as_slice(), &["place"]].concat());
    assert_eq!(fs::read(machine.key()).unwrap(), fs::read(kept.key()).unwrap());
    assert_eq!(fs::metadata(machine.key()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(machine.data()).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!((report["ended"]["sessions"].as_i64(), machine.count("sessions")), (Some(1), 0));
    assert_eq!(machine.count("accounts where generation < 1000"), 0, "no device is known from before");
    assert!(machine.count("accounts") > 0 && machine.count("challenges") == 0);
    assert_eq!(machine.count("audit where act = 'portal.restored'"), 1);
    assert_eq!(machine.count("meta where key like 'backup-lease/%'"), 0);
    assert_alive(&kept, &machine);
    // A second restore over the portal that is there now is refused.
    let again = machine.restore(&kept.backup, &[]);
    assert!(again.status.code() == Some(1) && said(&again).contains("is not empty"), "{}", said(&again));
    assert_alive(&kept, &machine);
}

#[test]
fn the_recovery_key_alone_brings_everything_back() {
    let (kept, machine) = (kept(), Machine::new());
    let nothing = machine.restore(&kept.backup, &[]);
    assert!(said(&nothing).contains("there is no key file"), "{}", said(&nothing));
    assert!(machine.is_empty() && !machine.key().exists());

    let report = machine.restored(&kept.backup, &["--recovery-key".as_ref(), &kept.paper()]);

    assert_eq!(report["key_recovered"], true);
    assert_eq!(
        machine.count("audit where act = 'portal.restored' and detail like '%\"recovery_key\":true%'"),
        1
    );
    assert_eq!(fs::read(machine.key()).unwrap(), fs::read(kept.key()).unwrap());
    assert_alive(&kept, &machine);
}

#[test]
fn notices_that_had_not_left_leave_again_unless_they_are_held() {
    let (kept, machine, holding) = (kept(), Machine::new(), Machine::new());
    let key = kept.key();

    let report = machine.restored(&kept.backup, &["--key-file".as_ref(), &key]);
    let held = holding.restored(&kept.backup, &["--key-file".as_ref(), &key, "--hold-notices".as_ref()]);

    let waiting = report["ended"]["notices"].as_i64().unwrap();
    assert!(waiting > 0 && machine.count("outbox where state = 'ready'") == waiting);
    assert_eq!(held["ended"], json!({ "sessions": 1, "notices": waiting, "held": true }));
    let states =
        [holding.count("outbox where state = 'held'"), holding.count("outbox where state = 'ready'")];
    assert_eq!(states, [waiting, 0]);
    let release = Command::new(env!("CARGO_BIN_EXE_homeward"))
        .args(["notices", "--release", "--json", "--config"])
        .arg(holding.settings())
        .arg("--data")
        .arg(holding.data())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&release.stdout).unwrap();
    assert_eq!((&told["released"], &told["held"]), (&json!(waiting), &json!(0)), "{}", said(&release));
    assert_eq!(holding.count("audit where act = 'notices.released'"), 1);
}

/// Restoring is refused with these words, and nothing is there afterwards.
fn assert_refused(machine: &Machine, backup: &Path, more: &[&Path], words: &str) {
    let output = machine.restore(backup, more);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains(words), "{words}: {}", said(&output));
    let left: Vec<_> = crate::backup::names(machine.folder.path()).into_iter().collect();
    assert!(machine.is_empty() && !left.iter().any(|name| name.ends_with(".restoring")), "{left:?}");
    if pg::is_wanted() {
        assert_eq!(machine.count("pg_class where relname in ('tips', 'restore_unfinished')"), 0, "{words}");
    }
}

#[test]
fn every_damage_to_a_backup_is_named_and_restores_nothing() {
    let (kept, machine, spare) = (kept(), Machine::new(), tempfile::tempdir().unwrap());
    let (copy, key) = (kept.copy(spare.path()), kept.key());
    let more: [&Path; 2] = ["--key-file".as_ref(), &key];
    let files = all_files(&copy);
    assert_eq!(files.len(), 6, "{files:?}");
    for path in files {
        let name = path.strip_prefix(&copy).unwrap().display().to_string();
        let (whole, named) = (fs::read(&path).unwrap(), name.replace("sha256", ""));
        let mut altered = whole.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        for damage in [altered, whole[..whole.len() - 1].to_vec()] {
            fs::write(&path, damage).unwrap();
            assert_refused(&machine, &copy, &more, &named);
        }
        fs::remove_file(&path).unwrap();
        assert_refused(&machine, &copy, &more, if name == "manifest.json" { "did not end" } else { &named });
        fs::write(&path, whole).unwrap();
    }
    // Whole again, it comes back: what was refused was the damage.
    machine.restored(&copy, &more);
}

#[test]
fn other_keys_are_refused_and_nothing_is_restored() {
    let (kept, machine, other) = (kept(), Machine::new(), tempfile::tempdir().unwrap());
    crate::support::process::prepare(other.path());
    let (paper, key) = (paper_of(other.path()), config_in(other.path()).data.key_path());

    let recovery: [&Path; 2] = ["--recovery-key".as_ref(), &paper];
    assert_refused(&machine, &kept.backup, &recovery, "not the recovery key of this backup's deployment");
    assert_refused(&machine, &kept.backup, &["--key-file".as_ref(), &key], "is not the key file");
    fs::copy(&key, machine.key()).unwrap();
    let right: [&Path; 2] = ["--recovery-key".as_ref(), &kept.paper()];
    assert_refused(&machine, &kept.backup, &right, "is not the key file");
    assert_eq!(fs::read(machine.key()).unwrap(), fs::read(&key).unwrap(), "what is there is never replaced");
}

/// Changes a backup's manifest and signs for it, as somebody could who may write there.
fn forge(backup: &Path, change: impl FnOnce(&mut Value)) {
    let path = backup.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    fs::write(&path, &text).unwrap();
    fs::write(backup.join("manifest.sha256"), format!("{}  manifest.json\n", hex(text.as_bytes()))).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_fits_its_manifest_and_is_still_not_whole_is_thrown_away_again() {
    let (kept, machine) = (kept(), Machine::new());
    let key = kept.key();
    let refused = |change: &dyn Fn(&mut Value), words: &str| {
        let folder = tempfile::tempdir().unwrap();
        let copy = kept.copy(folder.path());
        forge(&copy, change);
        assert_refused(&machine, &copy, &["--key-file".as_ref(), &key], words);
    };
    refused(&|m| m["schema"] = "99999999999999".into(), "which this version does not know");
    refused(&|m| m["snapshot"]["counts"]["tips"] = 1.into(), "instead of 1");
    refused(&|m| m["snapshot"]["key"] = "another".into(), "is not the key file");
    refused(&|m| m["snapshot"]["head"]["link"] = "00".repeat(32).into(), "is not the one the manifest names");
    refused(&|m| m["files"][0]["path"] = "../homeward.db".into(), "manifest.json is not what was written");
    assert!(!machine.key().exists(), "the key file was taken back");
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    crate::support::process::prepare(other.path());
    let copy = kept.copy(folder.path());
    let public = fs::read(other.path().join("data/recovery.pub")).unwrap();
    fs::write(copy.join("recovery.pub"), &public).unwrap();
    forge(&copy, |m| {
        let entry =
            m["files"].as_array_mut().unwrap().iter_mut().find(|entry| entry["path"] == "recovery.pub");
        entry.unwrap()["sha256"] = hex(&public).into();
    });
    let more: [&Path; 2] = ["--key-file".as_ref(), &key];
    assert_refused(&machine, &copy, &more, "recovery.pub is not the one that the rows are bound to");
}

#[test]
fn rows_that_were_changed_in_the_backup_are_found_although_the_digests_fit() {
    if pg::is_wanted() {
        return; // An archive of pg_dump cannot be edited; what its manifest can say wrongly is tried above.
    }
    let (kept, machine) = (kept(), Machine::new());
    let key = kept.key();
    for (sql, words) in [
        ("delete from receipts where id = 1", "tips have no receipt"),
        ("delete from envelopes where recipient = 'reporter' and tip_id = 1", "envelope for their reporter"),
        ("update audit set act = 'tip.claimed' where seq = 3", "row 3 was changed"),
        ("update meta set value = 'x' where key = 'bound_key'", "bound to another key file"),
        (
            "insert into files (tip_id, uid, sealed_meta, padded_size, minute) values (1, 'lost', x'00', 1, 1)",
            "files/lost",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let copy = kept.copy(folder.path());
        db::execute(&copy.join("homeward.db"), &format!("pragma journal_mode = delete; {sql}"));
        let bytes = fs::read(rows(&copy)).unwrap();
        forge(&copy, |m| {
            m["files"][0]["sha256"] = hex(&bytes).into();
            m["files"][0]["bytes"] = bytes.len().into();
            for (table, count) in [("receipts", -1), ("files", 1)] {
                if sql.contains(&format!("from {table}")) || sql.contains(&format!("into {table}")) {
                    let now = m["snapshot"]["counts"][table].as_i64().unwrap();
                    m["snapshot"]["counts"][table] = (now + count).into();
                }
            }
        });
        assert_refused(&machine, &copy, &["--key-file".as_ref(), &key], words);
    }
}

#[test]
fn a_restore_killed_anywhere_leaves_an_empty_or_a_whole_place_and_goes_through_the_next_time() {
    let kept = kept();
    let key = kept.key();
    let more: [&Path; 2] = ["--key-file".as_ref(), &key];
    let begun = Instant::now();
    Machine::new().restored(&kept.backup, &more);
    let (whole, rounds) = (begun.elapsed(), 12);
    let (mut cut_off, mut done) = (0, 0);
    for round in 0..rounds {
        let machine = Machine::new();
        let mut child = machine.command(&kept.backup, &more).stdout(Stdio::null()).spawn().unwrap();
        // More of them early: the first time, which was measured, may have been a slow one.
        std::thread::sleep(whole * (round * round) / (rounds * rounds) + Duration::from_millis(3));
        let _ = child.kill();
        let _ = child.wait();
        if machine.is_empty() {
            cut_off += 1;
            machine.restored(&kept.backup, &more);
        } else {
            done += 1;
        }
        assert!(machine.data().join("recovery.pub").exists() && machine.count("tips") > 10, "round {round}");
        if pg::is_wanted() && machine.count("pg_class where relname = 'restore_unfinished'") == 1 {
            machine.restored(&kept.backup, &more);
        }
        let verified = Command::new(env!("CARGO_BIN_EXE_homeward"))
            .args(["audit", "verify", "--config"])
            .arg(machine.settings())
            .arg("--data")
            .arg(machine.data())
            .output()
            .unwrap();
        assert!(verified.status.success(), "round {round}: {}", said(&verified));
    }
    println!(
        "{cut_off} of {rounds} restores were cut off, {done} had ended; one takes {} ms",
        whole.as_millis()
    );
    assert!(cut_off >= 4, "{cut_off} cut off, {done} done");
}

#[test]
fn a_restore_cut_off_around_its_last_rename_goes_through_the_next_time() {
    if !pg::is_wanted() {
        return; // On SQLite the rename is all there is.
    }
    let (kept, machine) = (kept(), Machine::new());
    let key = kept.key();
    let more: [&Path; 2] = ["--key-file".as_ref(), &key];
    machine.restored(&kept.backup, &more);
    let tips = machine.count("tips");
    let database = machine.data().join("homeward.db");
    let mark = |folder: &Path| {
        let made = "create table restore_unfinished (data_folder text not null)";
        let row = format!("insert into restore_unfinished values ('{}')", folder.display());
        db::execute(&database, &format!("{made}; {row}"));
    };
    let is_marked = || machine.count("pg_class where relname = 'restore_unfinished'") == 1;

    // After it: rows and folder are ready, and only the mark is still there.
    mark(&machine.data());
    machine.restored(&kept.backup, &more);
    assert!(!is_marked() && machine.count("audit where act = 'portal.restored'") == 1, "it went on");
    // Before it: the rows are ready, the folder is not there.
    mark(&machine.data());
    fs::remove_dir_all(machine.data()).unwrap();
    machine.restored(&kept.backup, &more);
    assert!(!is_marked() && machine.count("tips") == tips && machine.data().join("recovery.pub").exists());
    // Another folder's: begun anew as well, but not over a folder that is there.
    mark(Path::new("/elsewhere"));
    let refused = machine.restore(&kept.backup, &more);
    assert!(said(&refused).contains("is not empty"), "{}", said(&refused));
}

#[test]
fn no_portal_starts_on_rows_that_a_restore_left_half_done() {
    if !pg::is_wanted() {
        return; // On SQLite there is no file until the whole folder has its name.
    }
    let (kept, machine) = (kept(), Machine::new());
    machine.restored(&kept.backup, &["--key-file".as_ref(), &kept.key()]);
    let database = machine.data().join("homeward.db");
    db::execute(&database, "create table restore_unfinished (data_folder text not null)");

    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    let refused = command.args(arguments(&machine.settings(), &machine.data())).output().unwrap();

    assert!(said(&refused).contains("did not end"), "{}", said(&refused));
}
