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

/// What the check says of the plan with one thing damaged; it must be red.
fn red(dir: &tempfile::TempDir) -> String {
    let output = homeward(&["plan", "check", "--plan", dir.path().to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

const DROPOUT: &str = "2014/school_dropout\tschool_dropout\t2014\t2014-01-10\t-\t";

#[test]
fn a_hole_is_red() {
    let said =
        red(&damaged("rules.tsv", DROPOUT, "2014/school_dropout\tschool_dropout\t2014\t2031-01-10\t-\t"));
    assert!(said.contains("no rule in force for `school_dropout`"), "{said}");
}

#[test]
fn an_overlap_is_red() {
    let said = red(&damaged(
        "rules.tsv",
        "2014/missing_child\tmissing_child\t",
        "2014/missing_child\tschool_dropout\t",
    ));
    assert!(said.contains("rules.tsv") && said.contains("two rules in force"), "{said}");
}

#[test]
fn a_body_that_co_operates_with_itself_is_red() {
    let dir = damaged("duties.tsv", "\tedu\tyouth\ty\t", "\tedu\tedu\ty\t");
    let text = std::fs::read_to_string(dir.path().join("tianjin-2014-plan.txt")).unwrap();
    let text = text.replacen("(市教委负责,团市委配合)", "(市教委负责,市教委配合)", 1);
    std::fs::write(dir.path().join("tianjin-2014-plan.txt"), text).unwrap();
    let said = red(&dir);
    assert!(said.contains("2.1.2-e: edu co-operates with itself"), "{said}");
}

#[test]
fn a_lead_that_cannot_take_tips_is_red() {
    let said = red(&damaged("agencies.tsv", "\teducation\ty\tn\t", "\teducation\tn\tn\t"));
    assert!(said.contains("school_dropout: its lead cannot take tips"), "{said}");
}

#[test]
fn an_expired_rule_is_red_today_and_on_the_day_it_will_have_ended() {
    let ends = |day: &str| DROPOUT.replace("\t-\t", &format!("\t{day}\t"));
    let past = red(&damaged("rules.tsv", DROPOUT, &ends("2026-11-01")));
    assert!(past.contains("no rule in force for `school_dropout`"), "{past}");
    let coming = red(&damaged("rules.tsv", DROPOUT, &ends("2027-03-01")));
    assert!(coming.contains("from 2027-03-01 on") && coming.contains("school_dropout"), "{coming}");
}

#[test]
fn an_office_in_the_house_of_an_excluded_body_that_the_exclusion_no_longer_reaches_is_red() {
    let said =
        red(&damaged("agencies.tsv", "\tcoordination\ty\tn\t-\tpsb\t", "\tcoordination\ty\tn\t-\t-\t"));
    assert!(said.contains("R5 jointconf"), "{said}");
}
