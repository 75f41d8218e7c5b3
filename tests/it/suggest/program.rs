//! `homeward suggest` as another program sees it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn suggest(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    let command = command
        .arg("suggest")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_in_is_a_line_out_with_every_member_and_the_id_as_it_came() {
    let input = [
        json!({ "id": "a", "text": "救命 6个人关在砖厂 静海子牙 电话 154 0017 6620" }),
        json!({ "id": 7, "text": "" }),
    ];
    let input: String = input.iter().map(|line| format!("{line}\n")).collect();
    let output = suggest(&[], input.as_bytes());
    assert!(output.status.success(), "{output:?}");
    let answers = lines(&output);
    assert_eq!(answers.len(), 2);
    for member in [
        "id",
        "language",
        "category",
        "secondary",
        "district",
        "urgency",
        "disposition",
        "entities",
        "reasons",
        "lead",
        "told",
        "first_responder",
    ] {
        assert!(answers.iter().all(|answer| answer.get(member).is_some()), "{member}");
    }
    let first = &answers[0];
    assert_eq!(
        (&first["id"], &first["category"], &first["lead"]),
        (&json!("a"), &json!("forced_labour"), &json!("psb"))
    );
    assert_eq!((&first["district"], &first["urgency"]), (&json!("120118"), &json!("immediate")));
    assert_eq!(first["first_responder"], json!("psb"));
    assert_eq!(first["entities"], json!([{ "kind": "phone", "value": "15400176620" }]));
    let reasons = first["reasons"].as_array().unwrap();
    assert!(
        reasons.iter().any(|it| it.as_str().unwrap().contains("locked in, cannot leave (“关在”)")),
        "{reasons:?}"
    );
    let empty = &answers[1];
    assert_eq!(
        (&empty["id"], &empty["category"], &empty["urgency"]),
        (&json!(7), &json!("undetermined"), &json!("urgent"))
    );
}

#[test]
fn a_broken_line_is_named_and_the_others_are_read_all_the_same() {
    let output = suggest(
        &[],
        b"{\"id\":1,\"text\":\"x\"}\nnot json\n{\"id\":2}\n\n{\"id\":3,\"text\":\"y\"}\n\xff\xfe\n",
    );
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    let wrong: Vec<u64> = answers.iter().filter_map(|answer| answer["line"].as_u64()).collect();
    assert_eq!(wrong, [2, 3, 6]);
    assert_eq!(answers.iter().filter(|answer| answer.get("category").is_some()).count(), 2);
}

#[test]
fn whatever_is_sent_gets_an_answer() {
    let texts = [
        "打".repeat(33_000),
        "1".repeat(100_000),
        "一二三四五六七八九".repeat(4_000),
        "微信".repeat(16_000),
        "没有不是".repeat(8_000),
        "\u{0}\u{7}\u{1b}[31m\u{202e}".repeat(10_000),
        "😭🙏👶".repeat(8_000),
        "ေက်းဇူးျပဳၿပီး ကူညီပါ".to_owned(),
        "a\u{301}\u{302}\u{303}".repeat(20_000),
        "https://".repeat(12_000),
        "津A".repeat(30_000),
        "助けてください、閉じ込められています".to_owned(),
        "بمساعدة".to_owned(),
    ];
    let input: String = texts.iter().map(|text| format!("{}\n", json!({ "id": 0, "text": text }))).collect();
    let output = suggest(&[], input.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = lines(&output);
    assert_eq!(answers.len(), texts.len());
    for answer in &answers[11..] {
        assert_eq!(
            (&answer["category"], &answer["urgency"]),
            (&json!("undetermined"), &json!("urgent")),
            "{answer}"
        );
    }
}
