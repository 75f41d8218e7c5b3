//! A backup taken while reports come in: it holds every report that was acknowledged before it began, a
//! portal starts on it, the key file is not in it, and what goes wrong with it afterwards is noticed.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::support::db;
use crate::support::pg;
use crate::support::picture;
use crate::support::portal::config_in;
use crate::support::process::{Process, arguments};
use crate::support::visitor::Visitor;
use crate::support::wait_until;

/// The built binary with these arguments.
fn homeward(arguments: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_homeward")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

/// A portal that serves, and where its backups go.
struct Scene {
    folder: tempfile::TempDir,
    portal: Process,
    next: AtomicUsize,
}

impl Scene {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let portal = Process::start(folder.path());
        Self { folder, portal, next: AtomicUsize::new(0) }
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("homeward.toml")
    }

    fn backup(&self, name: &str) -> (PathBuf, Output) {
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
    fn visitor(&self) -> Visitor {
        let n = self.next.fetch_add(1, Ordering::SeqCst);
        self.portal.visitor(&format!("198.18.{}.{}", n / 250, n % 250 + 1))
    }

    /// Sends one report; gives its receipt once it is acknowledged.
    fn report(&self) -> String {
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
    fn report_with_photo(&self) -> String {
        let visitor = self.visitor();
        let mut form = visitor.get("/report?l=zh").form("form#report");
        form.set("text", "看照片").choose("photo", "a.jpg", &picture::jpeg(30_000, b"note"));
        let page = visitor.submit(&form);
        assert_eq!(page.status, 200, "{}", page.body);
        page.code()
    }

    /// Runs `act` while two people send reports without a pause; gives what was acknowledged before `act`
    /// began, and how many were while it ran.
    fn while_reports_come<T>(&self, act: impl FnOnce() -> T) -> (Vec<String>, usize, T) {
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

fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every file below a folder.
fn all_files(dir: &Path) -> Vec<PathBuf> {
    let paths = names(dir).into_iter().map(|name| dir.join(name));
    paths.flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] }).collect()
}

/// The file that holds the rows.
fn rows(backup: &Path) -> PathBuf {
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
    assert_eq!(told["files"].as_u64(), Some(3), "rows, recovery.pub and one photo: {told}");
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
