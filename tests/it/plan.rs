//! The plan seen from outside: what the command line proves and prints, and a second count of the tables.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const PLAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/plan");

fn homeward(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_homeward")).args(args).output().expect("the program starts")
}

fn json(args: &[&str]) -> Value {
    let output = homeward(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// A copy of the plan's files with one replacement in one of them.
fn damaged(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for entry in Path::new(PLAN).read_dir().expect("the plan's folder") {
        let path = entry.expect("an entry").path();
        std::fs::copy(&path, dir.path().join(path.file_name().expect("a file"))).expect("a copy");
    }
    let text = std::fs::read_to_string(dir.path().join(file)).expect("a table");
    assert!(text.contains(from), "nothing to replace in {file}");
    std::fs::write(dir.path().join(file), text.replacen(from, to, 1)).expect("a written table");
    dir
}

#[test]
fn the_check_is_green_and_names_every_clause() {
    let report = json(&["plan", "check", "--json"]);
    assert_eq!(report["green"], true);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
    let clauses = report["clauses"].as_array().unwrap();
    assert_eq!(clauses.len(), 30);
    for clause in clauses {
        let served = !clause["categories"].as_array().unwrap().is_empty();
        assert_ne!(served, clause["not_applicable"].is_array(), "{clause}");
    }
    assert!(report["single_cases"].as_u64().unwrap() > 28 * 17 * 3);
}

#[test]
fn a_damaged_plan_is_red_with_a_line_for_each_finding() {
    for (file, from, to, names) in [
        ("rules.tsv", "\tedu\tyouth\tyouth\t", "\tcivil\tyouth\tyouth\t", "school_dropout"),
        ("duties.tsv", "\tedu\tyouth\t", "\tedu\twomen\t", "2.1.2-e"),
        ("districts.tsv", "120114\t", "120199\t", "120199"),
        ("agencies.tsv", "court\t", "curt\t", "load plan"),
    ] {
        let dir = damaged(file, from, to);
        let folder = dir.path().to_str().unwrap();
        let output = homeward(&["plan", "check", "--plan", folder]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{file}: {said}");
        assert!(said.lines().any(|l| l.starts_with("RED") && l.contains(names)), "{file}: {said}");
        let json = homeward(&["plan", "check", "--json", "--plan", folder]);
        let report: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!((json.status.code(), &report["green"]), (Some(1), &Value::Bool(false)));
    }
}

#[test]
fn a_second_count_of_the_tables_agrees() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/plan/recount.py");
    let output = Command::new("python3")
        .args([script, PLAN, env!("CARGO_BIN_EXE_homeward")])
        .output()
        .expect("python3 starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_route_prints_the_agreed_keys_and_no_others() {
    let route = json(&[
        "route",
        "--category",
        "missing_child",
        "--district",
        "120117",
        "--exclude",
        "psb-120117",
        "--json",
    ]);
    let mut keys: Vec<&str> = route.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let agreed = "access because clauses content_for excluded first_action_minutes first_responder ladder lead \
                  lead_branch may_be_told plan_version rule told urgency";
    assert_eq!(keys, agreed.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&route["lead"], &route["lead_branch"]), (&"psb".into(), &Value::Null));
    assert_eq!(route["excluded"], serde_json::json!(["psb-120117"]));
    assert!(!route["ladder"].to_string().contains("psb-120117"));
}

#[test]
fn a_wrong_code_is_refused_by_name() {
    let unknown = homeward(&["route", "--category", "missing_cat", "--district", "unknown"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("missing_cat"));
    assert_eq!(homeward(&["route", "--category", "missing_child"]).status.code(), Some(2));
    assert_eq!(
        homeward(&["route", "--category", "missing_child", "--district", "wuqing"]).status.code(),
        Some(2)
    );
}
