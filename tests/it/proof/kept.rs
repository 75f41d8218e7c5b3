//! What people keep, checked by the program and by another one in another language: both say the same, for what
//! holds and for what does not.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::bench::{close, over, proof_of, said_of, send, to_next_night};
use super::three_days;
use crate::site::Site;

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn put(&self, name: &str, value: &Value) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, serde_json::to_string_pretty(value).unwrap()).unwrap();
        path
    }
}

/// What is given to both programs.
struct Given<'a> {
    proof: &'a Path,
    heads: &'a [PathBuf],
    joins: &'a [PathBuf],
    receipt: Option<&'a str>,
}

const fn given<'a>(
    proof: &'a Path,
    heads: &'a [PathBuf],
    joins: &'a [PathBuf],
    receipt: Option<&'a str>,
) -> Given<'a> {
    Given { proof, heads, joins, receipt }
}

impl Given<'_> {
    fn files(&self, command: &mut Command) {
        command.arg(self.proof);
        for (name, files) in [("--heads", self.heads), ("--consistency", self.joins)] {
            for file in files {
                command.arg(name).arg(file);
            }
        }
    }

    /// Whether it holds, as the program says.
    fn by_program(&self) -> bool {
        let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
        command.args(["proof", "verify", "--json"]);
        self.files(&mut command);
        if self.receipt.is_some() {
            command.args(["--receipt", "-"]);
        }
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(self.receipt.unwrap_or_default().as_bytes());
        let output = child.wait_with_output().unwrap();
        let said: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(said["holds"], output.status.success(), "{said}");
        output.status.success()
    }

    /// The same by the other program.
    fn by_python(&self) -> bool {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/check.py");
        let mut command = Command::new("python3");
        command.arg(script);
        self.files(&mut command);
        if let Some(receipt) = self.receipt {
            command.args(["--receipt", receipt]);
        }
        let output = command.output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        output.status.success()
    }

    fn holds(&self) -> bool {
        let (one, other) = (self.by_program(), self.by_python());
        assert_eq!(one, other, "both programs say the same");
        one
    }
}

#[test]
fn what_was_kept_is_checked_without_the_portal_by_two_programs() {
    let site = Site::open();
    let receipts = three_days(&site).concat();
    let late = send(&site, "最后一天");
    to_next_night(&site);
    close(&site).unwrap();
    let all: Value = over(&site, "/api/v1/record/heads");
    let join: Value = over(&site, "/api/v1/record/consistency?from=64&to=256");
    let proof = json!(proof_of(&site, &late));
    drop(site);

    let kept = Kept::new();
    let file = kept.put("record.json", &proof);
    let (full, oldest) = (kept.put("all.json", &all), kept.put("oldest.json", &heads(&all, 1)));
    let join_file = kept.put("join.json", &join);
    assert!(given(&file, &[], &[], None).holds());
    assert!(given(&file, &[full], &[], Some(&late)).holds());
    assert!(given(&file, std::slice::from_ref(&oldest), &[join_file], Some(&late)).holds());
    assert!(!given(&file, std::slice::from_ref(&oldest), &[], None).holds(), "nothing joins it");
    assert!(!given(&file, &[], &[], Some(&receipts[0])).holds(), "another's receipt");

    for (name, other) in spoiled(&proof) {
        let file = kept.put("spoiled.json", &other);
        assert!(!Given { proof: &file, heads: &[], joins: &[], receipt: Some(&late) }.holds(), "{name}");
    }
    for at in 0..join["path"].as_array().unwrap().len() {
        let mut other = join.clone();
        other["path"][at] = flip(&other["path"][at]);
        let join = kept.put("spoiled.json", &other);
        assert!(!given(&file, std::slice::from_ref(&oldest), &[join], None).holds(), "join {at}");
    }
    let mut other = all.clone();
    other["heads"][3]["root"] = flip(&other["heads"][3]["root"]);
    assert!(
        !given(&file, &[kept.put("other.json", &other)], &[], None).holds(),
        "another root was published"
    );
}

/// The list as somebody kept it who looked when there were fewer.
fn heads(all: &Value, most: usize) -> Value {
    let mut fewer = all.clone();
    fewer["heads"].as_array_mut().unwrap().truncate(most);
    fewer
}

fn flip(hash: &Value) -> Value {
    let text = hash.as_str().unwrap();
    let first = if text.starts_with('0') { '1' } else { '0' };
    format!("{first}{}", &text[1..]).into()
}

/// The proof with one thing changed, in each way.
fn spoiled(proof: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let mut add = |name: &str, change: &dyn Fn(&mut Value)| {
        let mut other = proof.clone();
        change(&mut other);
        all.push((name.to_owned(), other));
    };
    add("leaf", &|p| p["leaf"] = flip(&p["leaf"]));
    add("opening", &|p| p["opening"] = flip(&p["opening"]));
    add("root", &|p| p["head"]["root"] = flip(&p["head"]["root"]));
    add("index", &|p| p["index"] = (p["index"].as_i64().unwrap() ^ 1).into());
    add("size", &|p| p["head"]["size"] = 320.into());
    add("short path", &|p| drop(p["path"].as_array_mut().unwrap().pop()));
    for step in 0..proof["path"].as_array().unwrap().len() {
        add(&format!("step {step}"), &|p| p["path"][step] = flip(&p["path"][step]));
    }
    all
}

#[test]
fn the_command_says_plainly_what_it_did_not_check() {
    let site = Site::open();
    let receipt = send(&site, "一份");
    to_next_night(&site);
    close(&site).unwrap();
    let kept = Kept::new();
    let file = kept.put("record.json", &said_of(&site, &receipt)["proof"]);
    let output =
        Command::new(env!("CARGO_BIN_EXE_homeward")).args(["proof", "verify"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("--heads") && said.contains("--receipt"), "{said}");
    let nowhere = Command::new(env!("CARGO_BIN_EXE_homeward")).args(["proof", "verify", "/nowhere"]).output();
    assert_eq!(nowhere.unwrap().status.code(), Some(1));
}
