//! After an erasure nothing is left: no canary in any disguise, not one of the tip's sealed values in any file of the
//! database, and no key that anybody ever held opens it. On PostgreSQL the log of writes is excepted: it lives as
//! long as its archive does.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::scene::Scene;
use crate::desk::bench::PASSWORD;
use crate::site::Part;
use crate::support::stolen::Stolen;
use crate::support::thief::Thief;
use crate::support::{db, picture};

const TEXT: &str = "金丝雀正文:后院锁着三个姑娘,找154 7265 1830";
const NAME: &str = "欧阳金丝雀";
const PHONE: &str = "13912345678";
const FILE: &str = "金丝雀照片-IMG_4711.jpg";
const ADDED: &str = "金丝雀补充:他们今晚要转移,车是津C0T7Q2";
const NOTE: &str = "金丝雀便笺:先不要惊动中介";
const PICTURE: &[u8] = b"EXIF-CANARY 39.1234N 117.5678E";

/// Everything that was sealed for one tip, as it lay in the rows.
fn sealed(scene: &Scene, uid: &str) -> Vec<Vec<u8>> {
    let stolen = Stolen::copy(&scene.app().config.data.database());
    let mut all: Vec<Vec<u8>> =
        stolen.values.into_iter().filter(|v| v.tip == uid).map(|v| v.sealed).collect();
    all.extend(stolen.envelopes.into_iter().filter(|e| e.tip == uid).map(|e| e.sealed));
    all.extend(stolen.answers.into_iter().filter(|(tip, _)| tip == uid).map(|(_, sealed)| sealed));
    all.extend(stolen.links.into_iter().filter(|(tip, _)| tip == uid).map(|(_, name)| name));
    // An answer is blanked once its receipt was used.
    all.retain(|value| !value.is_empty());
    all
}

/// The files of the portal and of its database; the log of writes of PostgreSQL apart.
fn files(scene: &Scene) -> Vec<PathBuf> {
    let database = scene.app().config.data.database();
    db::settle(&database);
    let mut all = Vec::new();
    walk(scene.bench.site.folder.path(), &mut all);
    // The cluster is shared by all tests: of its databases this one's own.
    let own = |cluster: &PathBuf| {
        let sql = "select oid::text as v from pg_database where datname = current_database()";
        cluster.join("base").join(scene.bench.text(sql))
    };
    db::files(&database).iter().map(own).for_each(|folder| walk(&folder, &mut all));
    all
}

fn walk(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, all);
        } else if path.is_file() {
            all.push(path);
        }
    }
}

/// How many of these values lie, with any 24 bytes of theirs in a row from the middle, in some file.
fn found(scene: &Scene, values: &[Vec<u8>]) -> usize {
    let files: Vec<Vec<u8>> = files(scene).iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let lies = |value: &&Vec<u8>| {
        let middle = value.len() / 2;
        let needle = &value[middle - 12..middle + 12];
        files.iter().any(|file| memchr(file, needle))
    };
    values.iter().filter(lies).count()
}

/// Whether a needle stands in a haystack; by its first byte, because cluster files are large.
fn memchr(hay: &[u8], needle: &[u8]) -> bool {
    let mut at = 0;
    while let Some(next) = hay[at..].iter().position(|byte| *byte == needle[0]) {
        at += next;
        if hay[at..].starts_with(needle) {
            return true;
        }
        at += 1;
    }
    false
}

fn scan(scene: &Scene) -> String {
    let exif: String = PICTURE.iter().map(|b| format!("{b:02x}")).collect();
    let canaries = json!({ "text": TEXT, "name": NAME, "phone": PHONE, "file": FILE, "added": ADDED,
        "note": NOTE,
        "number": "15472651830", "plate": "津C0T7Q2", "picture": format!("bytes:{exif}"), "reason": "金丝雀理由" });
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), canaries.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/canary/scan.py");
    let output =
        Command::new("python3").arg(script).arg("--canaries").arg(list.path()).args(files(scene)).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A tip with everything there can be in one, worked on and closed; beside it one that stays.
fn lived(scene: &Scene) -> [(String, String); 2] {
    let photo = picture::jpeg(60_000, PICTURE);
    let more = [
        Part::text("identity", "named"),
        Part::text("contact_name", NAME),
        Part::text("contact_phone", PHONE),
        Part::file("photo", FILE, &photo),
    ];
    let (uid, receipt) = scene.tip(TEXT, &more);
    let officer = scene.lead(&uid);
    let page = officer.open(&uid);
    assert_eq!(officer.fill(&page, "note", &[("text", NOTE)]).status, 303);
    let thread = scene.follow_up(&receipt);
    let token = thread.value("#add input[name=form]");
    scene.pass(10);
    let added = crate::site::urlencoded(&[("form", &token), ("l", "zh"), ("text", ADDED)]);
    let added = scene.bench.site.post("/follow-up/add", crate::site::URLENCODED, &added, &thread.cookies());
    assert!(added.status == 200 || added.status == 303, "{}", added.body);
    scene.close(&uid, "unfounded");
    let (other, other_receipt) = scene.closed("这一条留着", "case_opened", &[]);
    [(uid, receipt), (other, other_receipt)]
}

#[test]
fn after_an_erasure_no_file_holds_a_trace_and_no_key_opens_it() {
    let scene = Scene::open();
    let [(uid, receipt), (other, other_receipt)] = lived(&scene);
    let (gone, kept) = (sealed(&scene, &uid), sealed(&scene, &other));
    assert!(gone.len() >= 12 && !kept.is_empty(), "{} values", gone.len());
    assert_eq!(scene.count("tip_links"), 2);
    let thief = || {
        let data = &scene.app().config.data;
        let thief = Thief::breaks_in(&data.database(), &data.key_path());
        // Every officer of a test has the same one: the thief has them all, and both receipts.
        thief.knows_password(PASSWORD).knows_receipt(&receipt).knows_receipt(&other_receipt)
    };
    assert!(thief().opens_everything().tips().contains(&uid), "before, the keys open it");
    assert_eq!(found(&scene, &gone), gone.len(), "before, the search finds every value");

    while scene.tips().contains(&uid) {
        assert!(scene.days(500), "it is due in five hundred days");
    }
    thorough(&scene);

    assert_eq!(scene.count("tip_links"), 0);
    assert_eq!(found(&scene, &gone), 0, "of {} sealed values", gone.len());
    assert_eq!(found(&scene, &kept), kept.len(), "what stays is where it was");
    let loot = thief().opens_everything();
    assert_eq!(loot.tips().into_iter().collect::<Vec<_>>(), [other]);
    let said = |text: &str| loot.texts.iter().any(|(.., clear)| clear.contains(text));
    assert!(said("这一条留着") && ![TEXT, NAME, ADDED, NOTE].into_iter().any(said));
    println!("{} sealed values gone; {}", gone.len(), scan(&scene).trim());
}

/// As `homeward retention purge --now --rewrite` does: on PostgreSQL all tables are written anew, however large.
fn thorough(scene: &Scene) {
    assert!(scene.app().store.scrub(true).unwrap(), "every table was cleaned");
}

#[test]
fn a_round_alone_leaves_no_row_no_key_and_no_byte() {
    let scene = Scene::open();
    let (uid, receipt) = scene.closed(TEXT, "not_ours", &[]);
    let gone = sealed(&scene, &uid);
    assert!(scene.days(200));

    let data = &scene.app().config.data;
    let loot = Thief::breaks_in(&data.database(), &data.key_path())
        .knows_password(PASSWORD)
        .knows_receipt(&receipt)
        .opens_everything();
    assert!(loot.tips().is_empty() && loot.texts.is_empty());
    assert_eq!(found(&scene, &gone), 0, "of {} sealed values", gone.len());
}
