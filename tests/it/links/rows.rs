//! What the rows of links give away: a dump of the database holds no number and no digest that can be reckoned without the
//! key file; with the key file a number that is guessed is found, as SECURITY.md says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use homeward::vault::link::LinkName;

use super::{labour, report};
use crate::desk::bench::Bench;
use crate::support::db;
use crate::support::stolen::every_value;

/// A number that no other test types.
const PHONE: &str = "15471839264";

/// Digests that anybody can reckon: of each spelling, with nothing, with its kind, by every algorithm there is, and as an
/// HMAC under what stands in the program.
const UNKEYED: &str = r#"
import hashlib, hmac, sys
spellings = [p + sys.argv[1] for p in ("", "phone", "phone:", "phone\0", "phone ", "+86", "86", "link", "link:")]
keys = [b"", b"\0" * 32, b"link", b"phone", b"homeward/link/1", b"homeward/deployment/mac/1/link"]
for text in (s.encode() for s in spellings):
    for name in sorted(hashlib.algorithms_guaranteed):
        try:
            print(hashlib.new(name, text).hexdigest())
            for key in keys:
                print(hmac.new(key, text, name).hexdigest())
        except (TypeError, ValueError):
            continue
"#;

fn unkeyed() -> Vec<Vec<u8>> {
    let ran = Command::new("python3").args(["-c", UNKEYED, PHONE]).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let bytes = |line: &str| {
        let pairs = line.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap().to_owned());
        pairs.map(|pair| u8::from_str_radix(&pair, 16).unwrap()).collect()
    };
    String::from_utf8(ran.stdout).unwrap().lines().map(bytes).collect()
}

/// Which of these stand, whole or with their first sixteen bytes, as bytes or spelt, in any value of any column.
fn standing(values: &BTreeSet<Vec<u8>>, wanted: &[Vec<u8>]) -> usize {
    let within = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).any(|it| it == needle);
    let stands = |digest: &&Vec<u8>| {
        let head = &digest[..16.min(digest.len())];
        let spelt: String = head.iter().map(|b| format!("{b:02x}")).collect();
        values
            .iter()
            .any(|value| within(value, head) || within(&value.to_ascii_lowercase(), spelt.as_bytes()))
    };
    wanted.iter().filter(stands).count()
}

/// The files of the database, and of the portal.
fn files(bench: &Bench) -> Vec<PathBuf> {
    let database = bench.site.app.config.data.database();
    db::settle(&database);
    let own = |cluster: PathBuf| {
        let sql = "select oid::text as v from pg_database where datname = current_database()";
        cluster.join("base").join(bench.text(sql))
    };
    let mut all = vec![bench.site.folder.path().to_owned()];
    all.extend(db::files(&database).into_iter().map(own));
    all
}

fn scan(bench: &Bench) -> std::process::Output {
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        list.path(),
        serde_json::json!({ "phone": PHONE, "as it was typed": "154 7183 9264" }).to_string(),
    )
    .unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/canary/scan.py");
    Command::new("python3")
        .arg(script)
        .arg("--canaries")
        .arg(list.path())
        .args(files(bench))
        .output()
        .unwrap()
}

#[test]
fn a_dump_holds_no_number_and_no_digest_without_the_key() {
    let bench = Bench::open();
    let uid = labour(&bench, "打154 7183 9264");
    bench.tip(&report("电话15471839264,车牌津C0T7Q2", "child_labour", "120114"));
    bench.officer(&super::lead(&bench, &uid)).tip(&uid);
    let database = bench.site.app.config.data.database();
    let values = every_value(&database);
    let reckoned = unkeyed();
    assert!(reckoned.len() > 300, "{} digests were reckoned", reckoned.len());

    assert_eq!(standing(&values, &reckoned), 0);
    let scanned = scan(&bench);
    assert!(scanned.status.success(), "{}", String::from_utf8_lossy(&scanned.stdout));

    // With the key file whoever guesses the number sees that two tips name it.
    let name = LinkName::of(&bench.site.app.deployment, "phone", PHONE);
    assert_eq!(standing(&values, &[name.as_bytes().to_vec()]), 1);
    assert_eq!(bench.number("select count(distinct digest) as v from tip_links where kind = 'phone'"), 1);
    assert_eq!(bench.number("select count(*) as v from tip_links"), 3);
}

#[test]
fn the_search_finds_a_number_and_a_bare_digest_that_do_lie_there() {
    let bench = Bench::open();
    let bare: String = unkeyed()[0].iter().map(|b| format!("{b:02x}")).collect();
    bench.change(&format!("insert into meta values ('left behind', '{bare} {PHONE}')"));
    assert!(standing(&every_value(&bench.site.app.config.data.database()), &unkeyed()) > 0);
    assert_eq!(scan(&bench).status.code(), Some(1));
}
