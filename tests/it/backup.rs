//! A backup taken while reports come in: it holds every report that was acknowledged before it began, a
//! portal starts on it, the key file is not in it, and what goes wrong with it afterwards is noticed.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use homeward::app::App;
use homeward::clock::SystemClock;
use homeward::store::backup::lease;
use homeward::store::{Abort, Lane, WriteError};
use homeward::vault::entropy::OsEntropy;

use crate::support::db;
use crate::support::pg;
use crate::support::picture;
use crate::support::portal::config_in;
use crate::support::process::{Process, arguments, prepare};
use crate::support::visitor::Visitor;
use crate::support::wait_until;

/// The built binary with these arguments.
pub fn homeward(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_homeward")).args(arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// A portal that serves, and where its backups go.
pub struct Scene {
    pub folder: tempfile::TempDir,
    pub portal: Process,
    next: AtomicUsize,
}

impl Scene {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let portal = Process::start(folder.path());
        Self { folder, portal, next: AtomicUsize::new(0) }
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("homeward.toml")
    }

    pub fn backup(&self, name: &str) -> (PathBuf, Output) {
        let dir = self.folder.path().join(name);
        let data = &self.portal.data;
        let output = homeward(&[
            "backup".as_ref(),
            &dir,
            "--config".as_ref(),
            &self.settings(),
            "--data".as_ref(),
            data,
            "--json".as_ref(),
        ]);
        (dir, output)
    }

    fn check(dir: &Path) -> Output {
        homeward(&["backup".as_ref(), "--check".as_ref(), dir])
    }

    /// Somebody at an address nobody else has.
    pub fn visitor(&self) -> Visitor {
        let n = self.next.fetch_add(1, Ordering::SeqCst);
        self.portal.visitor(&format!("198.18.{}.{}", n / 250, n % 250 + 1))
    }

    /// Sends one report; gives its receipt once it is acknowledged.
    pub fn report(&self) -> String {
        let visitor = self.visitor();
        let body = r#"{"text":"有人被关在院子里","language":"zh"}"#;
        let headers = [("idempotency-key", format!("backup-0123456789abcdef-{}", visitor.address))];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = visitor.api("/api/v1/reports", &headers, Some(body.as_bytes()));
        assert_eq!(answer.status, 201, "{}", answer.body);
        let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        answer["receipt"]["code"].as_str().unwrap().to_owned()
    }

    /// Sends a report with a photo, as a browser does.
    pub fn report_with_photo(&self) -> String {
        let visitor = self.visitor();
        let mut form = visitor.get("/report?l=zh").form("form#report");
        form.set("text", "看照片").choose("photo", "a.jpg", &picture::jpeg(30_000, b"note"));
        let page = visitor.submit(&form);
        assert_eq!(page.status, 200, "{}", page.body);
        page.code()
    }

    /// Runs `act` while two people send reports without a pause; gives what was acknowledged before `act`
    /// began, and how many were while it ran.
    pub fn while_reports_come<T>(&self, act: impl FnOnce() -> T) -> (Vec<String>, usize, T) {
        let (stop, acknowledged) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        let count = || acknowledged.lock().unwrap().len();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !stop.load(Ordering::SeqCst) {
                        let code = self.report();
                        acknowledged.lock().unwrap().push(code);
                    }
                });
            }
            wait_until("some reports are acknowledged", || count() >= 10);
            let before = acknowledged.lock().unwrap().clone();
            let done = act();
            let meanwhile = count() - before.len();
            stop.store(true, Ordering::SeqCst);
            (before, meanwhile, done)
        })
    }
}

/// Comes back from a backup by the steps of the manual: another folder, the same key file. Gives the
/// settings and the data folder.
fn come_back(backup: &Path, folder: &Path, key: &Path) -> (PathBuf, PathBuf) {
    let data = folder.join("data");
    fs::create_dir_all(data.join("files")).unwrap();
    let mut database = String::new();
    if pg::is_wanted() {
        let address = pg::fresh();
        let mut restore = Command::new("pg_restore");
        restore
            .args(["--no-owner", "--exit-on-error", "--dbname", &address])
            .arg(backup.join("homeward.dump"));
        assert!(restore.status().unwrap().success());
        fs::write(data.with_extension("database"), &address).unwrap();
        database = format!("database = {address:?}\n");
    } else {
        fs::copy(backup.join("homeward.db"), data.join("homeward.db")).unwrap();
    }
    fs::copy(backup.join("recovery.pub"), data.join("recovery.pub")).unwrap();
    for name in names(&backup.join("files")) {
        fs::copy(backup.join("files").join(&name), data.join("files").join(&name)).unwrap();
    }
    let settings = folder.join("homeward.toml");
    let text = format!(
        "[listen]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[data]\nkey_file = {key:?}\nreserve_mib = 0\n{database}"
    );
    fs::write(&settings, text).unwrap();
    (settings, data)
}

pub fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every file below a folder.
pub fn all_files(dir: &Path) -> Vec<PathBuf> {
    let paths = names(dir).into_iter().map(|name| dir.join(name));
    paths.flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] }).collect()
}

/// The file that holds the rows.
pub fn rows(backup: &Path) -> PathBuf {
    backup.join(if pg::is_wanted() { "homeward.dump" } else { "homeward.db" })
}

#[test]
fn a_backup_of_a_running_portal_holds_every_report_acknowledged_before_it_and_a_portal_starts_on_it() {
    let scene = Scene::open();
    let with_photo = scene.report_with_photo();

    let (acknowledged, meanwhile, (backup, output)) = scene.while_reports_come(|| scene.backup("first"));
    assert!(output.status.success(), "{}", said(&output));
    assert!(meanwhile > 0, "the portal went on taking reports");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(Scene::check(&backup).status.success());

    let key = config_in(scene.folder.path()).data.key_path();
    let elsewhere = tempfile::tempdir().unwrap();
    let (settings, data) = come_back(&backup, elsewhere.path(), &key);
    if !pg::is_wanted() {
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            integrity_check: String,
        }
        use diesel::RunQueryDsl as _;
        let mut copy = db::connect_file(&data.join("homeward.db"));
        let lines: Vec<Line> = diesel::sql_query("pragma integrity_check").load(&mut copy).unwrap();
        assert_eq!(lines.iter().map(|line| line.integrity_check.as_str()).collect::<Vec<_>>(), ["ok"]);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.args(arguments(&settings, &data));
    let again = Process::spawn(command, elsewhere.path(), data.clone());
    for (n, code) in acknowledged.iter().chain([&with_photo]).enumerate() {
        let thread = again.visitor(&format!("198.18.9.{}", n % 250 + 1)).open_receipt(code);
        assert!(thread.status == 200 && thread.has("ol#thread"), "{n}: {}", thread.body);
    }

    // Rows that the snapshot caught between their commit and their place get it from the portal that starts.
    let verified = homeward(&[
        "audit".as_ref(),
        "verify".as_ref(),
        "--config".as_ref(),
        &settings,
        "--data".as_ref(),
        &data,
        "--json".as_ref(),
    ]);
    let verdict: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert!(verified.status.success() && verdict["rows"].as_u64() >= Some(11), "{}", said(&verified));
    let rows = db::pairs(&data.join("homeward.db"), "select uid as a, uid as b from files");
    let named: BTreeSet<String> = rows.into_iter().map(|(uid, _)| uid).collect();
    assert!(named.len() == 1 && named == names(&data.join("files")));
    assert_eq!(told["files"].as_u64(), Some(4), "rows, recovery.pub, the sealed key and one photo: {told}");
    let tips = told["counts"]["tips"].as_u64().unwrap();
    assert!(
        usize::try_from(tips).unwrap() > acknowledged.len() && told["counts"]["officers"] == 16,
        "{told}"
    );
    assert!(told["head"]["seq"].as_u64() >= Some(11) && told["missing"] == serde_json::json!([]), "{told}");
}

#[test]
fn the_key_file_and_the_recovery_key_are_in_no_backup_and_the_folder_is_its_owners_only() {
    let scene = Scene::open();
    scene.report();
    // Where the key lies beside the data, as it does unless somebody moves it.
    let key = fs::read(config_in(scene.folder.path()).data.key_path()).unwrap();
    fs::write(scene.portal.data.join("deployment.key"), &key).unwrap();
    fs::write(scene.portal.data.join("recovery.key"), "0000-RECOVERY").unwrap();
    fs::create_dir(scene.folder.path().join("there")).unwrap();
    fs::set_permissions(scene.folder.path().join("there"), fs::Permissions::from_mode(0o755)).unwrap();

    let (backup, output) = scene.backup("there");

    assert!(output.status.success(), "{}", said(&output));
    let files = all_files(&backup);
    assert!(files.len() >= 3);
    for path in files {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(key.len()).any(|part| part == key), "{}", path.display());
        assert!(!bytes.windows(13).any(|part| part == b"0000-RECOVERY"), "{}", path.display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
    assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_second_backup_into_the_same_folder_is_refused_and_the_first_stays_as_it_was() {
    let scene = Scene::open();
    scene.report();
    let (backup, first) = scene.backup("same");
    assert!(first.status.success(), "{}", said(&first));
    let manifest = fs::read(backup.join("manifest.json")).unwrap();
    scene.report();

    let (_, second) = scene.backup("same");

    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).contains("is not empty"), "{}", said(&second));
    assert_eq!(fs::read(backup.join("manifest.json")).unwrap(), manifest);
    assert!(Scene::check(&backup).status.success());
}

#[test]
fn whatever_happens_to_a_file_of_a_backup_is_noticed_and_named() {
    let scene = Scene::open();
    scene.report_with_photo();
    let (backup, output) = scene.backup("kept");
    assert!(output.status.success(), "{}", said(&output));
    let photo = backup.join("files").join(names(&backup.join("files")).first().unwrap());
    let faults = |path: &Path| {
        let output = Scene::check(&backup);
        let name = path.strip_prefix(&backup).unwrap().display().to_string();
        assert!(said(&output).contains(&name) || output.status.success(), "{}", said(&output));
        output.status.code()
    };

    for path in [rows(&backup), photo.clone(), backup.join("recovery.pub")] {
        let whole = fs::read(&path).unwrap();
        let mut altered = whole.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        for damage in [altered, whole[..whole.len() - 1].to_vec()] {
            fs::write(&path, damage).unwrap();
            assert_eq!(faults(&path), Some(1), "{}", path.display());
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(faults(&path), Some(1), "{} is gone", path.display());
        fs::write(&path, whole).unwrap();
        assert_eq!(faults(&path), Some(0), "{}", path.display());
    }
    let stranger = backup.join("files/stranger");
    fs::write(&stranger, "x").unwrap();
    assert_eq!(faults(&stranger), Some(1));
    fs::remove_file(stranger).unwrap();
    fs::remove_file(backup.join("manifest.json")).unwrap();
    assert!(said(&Scene::check(&backup)).contains("did not end"));
}

#[test]
fn where_there_is_no_portal_there_is_no_backup_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, dir) = (folder.path().join("empty"), folder.path().join("backup"));
    fs::create_dir(&empty).unwrap();

    let output = homeward(&["backup".as_ref(), &dir, "--data".as_ref(), &empty]);

    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("holds no portal"), "{}", said(&output));
    assert!(!dir.exists() && names(&empty).is_empty());
}

fn is_held(app: &App) -> bool {
    app.store
        .write_blocking("ask", Lane::Desk, |db| -> Result<bool, Abort<()>> { Ok(lease::held(db)?) })
        .unwrap()
}

#[test]
fn whoever_erases_waits_while_a_backup_holds_its_lease_and_not_for_one_that_died() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let (app, _) = App::open(config_in(folder.path()), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
    let database = config_in(folder.path()).data.database();
    let hold = |token: &'static str| {
        let held: Result<(), WriteError<()>> =
            app.store.write_blocking("hold", Lane::Desk, move |db| Ok(lease::hold(db, token)?));
        held.unwrap();
    };
    let release = |token: &'static str| {
        let held: Result<bool, WriteError<()>> =
            app.store.write_blocking("release", Lane::Desk, move |db| Ok(lease::release(db, token)?));
        held.unwrap()
    };
    assert!(!is_held(&app));

    hold("one");
    hold("other");
    assert!(is_held(&app) && release("one") && is_held(&app), "two may run beside each other");
    assert!(release("other") && !is_held(&app));

    // One that was killed: its row stays, and is as nothing once its end has come.
    hold("dead");
    db::execute(&database, "update meta set value = '1000' where key = 'backup-lease/dead'");
    assert!(!is_held(&app));
    // One that was taken under a clock that was years ahead.
    db::execute(&database, "update meta set value = '9999999999999' where key = 'backup-lease/dead'");
    assert!(!is_held(&app));
    hold("next");
    assert_eq!(db::count(&database, "select count(*) as n from meta where key like 'backup-lease/%'"), 1);
    assert!(!release("dead") && release("next"));
}

#[test]
fn a_backup_does_not_begin_while_somebody_erases_who_was_told_that_none_runs() {
    if !pg::is_wanted() {
        return; // On SQLite whoever writes is alone.
    }
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let (app, _) = App::open(config_in(folder.path()), Arc::new(SystemClock), Arc::new(OsEntropy)).unwrap();
    let (at_it, ended) = (AtomicBool::new(false), Arc::new(AtomicBool::new(false)));
    std::thread::scope(|scope| {
        let end = Arc::clone(&ended);
        let (tell, told) = std::sync::mpsc::channel();
        let app = &app;
        scope.spawn(move || {
            let erased: Result<(), WriteError<()>> =
                app.store.write_blocking("erase", Lane::Desk, move |db| {
                    assert!(!lease::held(db)?);
                    tell.send(()).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(700));
                    end.store(true, Ordering::SeqCst);
                    Ok(())
                });
            erased.unwrap();
        });
        told.recv().unwrap();
        at_it.store(true, Ordering::SeqCst);
        let held: Result<(), WriteError<()>> =
            app.store.write_blocking("hold", Lane::Desk, |db| Ok(lease::hold(db, "late")?));
        held.unwrap();
        assert!(ended.load(Ordering::SeqCst), "the lease came before the erasing had ended");
    });
    assert!(at_it.load(Ordering::SeqCst));
}

#[test]
fn only_the_oldest_whole_backups_of_a_folder_go_and_only_once_a_new_one_is_whole() {
    let scene = Scene::open();
    scene.report_with_photo();
    let folder = scene.folder.path().join("backups");
    fs::create_dir(&folder).unwrap();
    let (first, output) = scene.backup("backups/2026-01-01T0000");
    assert!(output.status.success(), "{}", said(&output));
    let old = |name: &str, minute: i64| {
        let dir = folder.join(name);
        assert!(Command::new("cp").arg("-a").arg(&first).arg(&dir).status().unwrap().success());
        date_back(&dir, minute);
        dir
    };
    date_back(&first, 10);
    let (second, third) = (old("2026-01-02T0000", 20), old("2026-01-03T0000", 30));
    let with_a_stranger = old("2026-01-01T1200", 15);
    fs::write(with_a_stranger.join("notes.txt"), "ours").unwrap();
    let other_name = old("before-upgrade", 1);
    let unfinished = old("2025-12-31T0000", 5);
    fs::remove_file(unfinished.join("manifest.json")).unwrap();
    std::os::unix::fs::symlink(&other_name, folder.join("2026-01-01T0100")).unwrap();

    let keep = |n: &str| {
        let settings = scene.settings();
        homeward(&[
            "backup".as_ref(),
            &folder,
            "--keep".as_ref(),
            n.as_ref(),
            "--config".as_ref(),
            &settings,
            "--data".as_ref(),
            &scene.portal.data,
            "--json".as_ref(),
        ])
    };
    let done = keep("3");
    assert!(done.status.success(), "{}", said(&done));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();

    let new = PathBuf::from(told["dir"].as_str().unwrap());
    assert!(Scene::check(&new).status.success());
    assert!(!first.exists(), "{}", first.display());
    for kept in [&second, &third, &with_a_stranger, &other_name, &unfinished, &new] {
        assert!(kept.exists(), "{}", kept.display());
    }
    assert_eq!(told["removed"].as_array().unwrap().len(), 1, "{told}");
    assert!(with_a_stranger.join("manifest.json").exists() && Scene::check(&third).status.success());
    // A backup that cannot be taken removes nothing.
    let refused = keep("1");
    assert_eq!(refused.status.code(), Some(1), "the same minute: {}", said(&refused));
    assert!(second.exists() && third.exists());
}

/// Lets a backup say that it was taken at another minute.
pub fn date_back(dir: &Path, minute: i64) {
    use sha2::Digest as _;
    let path = dir.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["taken_minute"] = minute.into();
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    let digest: String = sha2::Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(&path, text).unwrap();
    fs::write(dir.join("manifest.sha256"), format!("{digest}  manifest.json\n")).unwrap();
}
