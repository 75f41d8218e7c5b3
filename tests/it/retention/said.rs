//! What the commands say, on a portal that goes on running: what would go, a round by hand, what went and when no copy
//! is left. No id and no content in any of it.

use std::process::{Command, Output};

use homeward::clock::{Clock as _, SystemClock};
use homeward::retention::erasure::{begin_of, day};

use super::killed::old_tips;
use super::scene::Scene;

fn homeward(scene: &Scene, args: &[&str]) -> Output {
    let data = &scene.app().config.data;
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.arg("retention").args(args).arg("--data").arg(&data.dir);
    if let Some(url) = &data.database {
        command.args(["--database", url]);
    }
    command.output().unwrap()
}

fn json(scene: &Scene, args: &[&str]) -> serde_json::Value {
    let output = homeward(scene, &[args, &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{args:?}: {said}{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn what_would_go_what_went_and_when_no_copy_is_left_is_said_in_a_terminal() {
    let scene = Scene::open();
    old_tips(&scene, 3);
    let uid = scene.tips().into_iter().next().unwrap();
    let (open, _) = scene.tip("还没有办完", &[]);

    let due = json(&scene, &["due"]);
    // Closed in January 1970, kept for a year.
    assert_eq!(due["set_aside"], serde_json::json!({ "tips": 3, "months": { "1971-01": 3 } }));
    assert_eq!(due["with_case"]["tips"], 0);
    assert_eq!(scene.tips().len(), 4, "to ask changes nothing");
    assert!(!homeward(&scene, &["find", &uid]).status.success(), "nothing is on record of it yet");

    let did = json(&scene, &["purge", "--now", "--yes-all"]);
    assert_eq!((&did["tips"], &did["scrubbed"]), (&3.into(), &true.into()), "{did}");

    let status = json(&scene, &["status"]);
    let complete = begin_of(day(SystemClock.now().minute()) + 91).local().date();
    assert_eq!((&status["erased"], &status["not_yet_complete"]), (&3.into(), &3.into()), "{status}");
    assert_eq!(status["complete_on"], complete.as_str());
    assert_eq!(status["terms"]["with_case"], 3653);
    assert!(status["stopped"].is_null());
    assert_eq!(json(&scene, &["find", &uid])["complete_on"], complete.as_str());
    assert!(!homeward(&scene, &["find", &open]).status.success());
    assert_eq!(
        json(&scene, &["due", "--ahead", "20000"])["set_aside"]["tips"],
        0,
        "an open tip is never due"
    );
}

#[test]
fn a_term_below_the_law_stops_the_start_and_says_why() {
    let scene = Scene::open();
    let settings = scene.bench.site.folder.path().join("short.toml");
    std::fs::write(&settings, "[retention]\nwith_case_days = 1000\n").unwrap();
    let output = homeward(&scene, &["status", "--config", settings.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("with_case_days = 1000 is too short"), "{said}");
    assert!(said.contains("at least 1096 days, because"), "{said}");
}
