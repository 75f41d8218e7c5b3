//! Heads in a second place: the file, the mail, and what they tell of somebody who has the key file as well.

use std::process::{Command, Output};

use homeward::app::courier;
use homeward::audit::chain::{Chain, Head, Kept, Placed, Written};
use homeward::audit::fault::Fault;
use homeward::audit::heads;
use homeward::config::{Smtp, SmtpSecurity};
use homeward::notify::mail::Carrier;

use super::scene::Scene;
use crate::support::smtp::Receiver;
use crate::support::{db, pg, process};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Cuts off the tail and writes another, as only somebody with the key file can: every link is right.
fn rewrite_tail(scene: &Scene, from: i64, to: i64) {
    let chain = Chain::of(&scene.app.deployment);
    let database = scene.app.config.data.database();
    let column = if pg::is_wanted() { "encode(link, 'hex')" } else { "lower(hex(link))" };
    let link = scene.text(&format!("select {column} from audit where seq = {}", from - 1));
    let mut head = heads::said(&format!("{} {link}", from - 1)).unwrap();
    db::execute(
        &database,
        &format!("delete from audit where seq >= {from}; delete from audit_anchors where seq >= {from}"),
    );
    for seq in from..=to {
        let row = Written {
            id: 5_000 + seq,
            at: 1,
            actor: "system".into(),
            officer_id: None,
            act: "nothing.happened".into(),
            tip_id: None,
            detail: "{}".into(),
            seal: None,
        };
        let link = chain.link(&head.link, &Placed { seq, row });
        head = Head { seq, link };
        let blob =
            if pg::is_wanted() { format!("'\\x{}'", hex(&link)) } else { format!("x'{}'", hex(&link)) };
        scene.execute(&format!(
            "insert into audit (id, seq, at, actor, act, detail, link)
             values ({}, {seq}, 1, 'system', 'nothing.happened', '{{}}', {blob})",
            5_000 + seq
        ));
    }
    let kept = Kept { head, anchor: scene.count("select coalesce(max(number), 0) as n from audit_anchors") };
    let value = format!("{} {} {} {}", head.seq, hex(&head.link), kept.anchor, hex(&chain.of_head(&kept)));
    scene.execute(&format!("update meta set value = '{value}' where key = 'audit_head'"));
}

#[test]
fn a_tail_cut_off_and_written_anew_with_the_key_is_named_by_a_head_from_elsewhere() {
    let scene = Scene::of(60);
    let file = std::fs::read_to_string(scene.app.config.heads()).unwrap();
    let mailed = heads::said(file.lines().last().unwrap()).unwrap();
    rewrite_tail(&scene, 46, 60);

    assert_eq!(scene.faults(false), [], "with the key, the database alone can be made to agree");
    let named = scene.faults(true);
    assert!(named.len() == 1 && named[0].place() == Some(60) && named[0].kind() == "disagrees", "{named:?}");
    assert!(named[0].to_string().contains("heads.log, line 4"), "{}", named[0]);
    assert_eq!(scene.faults_against(mailed).len(), 1);
}

#[test]
fn the_file_of_heads_holds_a_line_for_each_block_and_for_each_hour_with_a_row_in_it() {
    let scene = Scene::of(20);
    let lines = || std::fs::read_to_string(scene.app.config.heads()).unwrap().lines().count();
    let before = lines();
    scene.write(1).unwrap();
    scene.settle();
    scene.round();
    assert_eq!(lines(), before, "neither twenty rows nor an hour");
    scene.clock.advance(3600);
    scene.round();
    assert_eq!(lines(), before + 1);
    scene.clock.advance(3600);
    scene.round();
    assert_eq!(lines(), before + 1, "an hour in which nothing was written");
    assert_eq!(scene.faults(true), []);
}

#[test]
fn a_file_of_heads_that_cannot_be_written_stops_nothing_and_is_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let medium = folder.path().join("medium");
    let heads = medium.join("heads.log");
    let scene = Scene::with(|config| config.record.heads = Some(heads.clone()));
    scene.fill(30);
    assert!(!scene.app.record.heads_are_kept());
    assert_eq!(scene.count("select count(*) as n from audit"), 30);
    assert!(scene.count("select count(*) as n from audit_anchors where not elsewhere") > 0);

    std::fs::create_dir(&medium).unwrap();
    scene.round();

    assert!(scene.app.record.heads_are_kept());
    assert_eq!(scene.count("select count(*) as n from audit_anchors where not elsewhere"), 0);
    assert_eq!(scene.faults(true), []);
}

#[test]
fn a_line_of_the_file_that_was_changed_is_named() {
    let scene = Scene::of(40);
    let path = scene.app.config.heads();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("20 ", "21 ", 1)).unwrap();
    let named = scene.faults(true);
    assert!(matches!(named[..], [Fault::Line(_)]), "{named:?}");
}

fn homeward(scene: &Scene, arguments: &[&str]) -> Output {
    let config = &scene.app.config;
    let settings = process::settings_of(scene.folder.path());
    let database = config.data.database.as_ref().map(|url| format!("database = {url:?}\n"));
    let text = format!(
        "[data]\ndir = {:?}\nkey_file = {:?}\nreserve_mib = 0\n{}",
        config.data.dir,
        config.data.key_path(),
        database.unwrap_or_default()
    );
    std::fs::write(&settings, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeward"));
    command.arg("audit").args(arguments).arg("--config").arg(settings).output().unwrap()
}

#[test]
fn the_command_prints_each_place_and_what_it_means() {
    let scene = Scene::of(60);
    let whole = homeward(&scene, &["verify", "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&whole.stdout).unwrap();
    assert!(whole.status.success() && said["whole"] == true && said["rows"] == 60, "{said}");
    assert_eq!((&said["anchors"], &said["heads_agreed"]), (&3.into(), &6.into()));
    println!("{} rows/s", said["rows_per_second"]);

    let file = std::fs::read_to_string(scene.app.config.heads()).unwrap();
    let head = file.lines().last().unwrap().split(' ').take(2).collect::<Vec<_>>().join(" ");
    assert!(homeward(&scene, &["verify", "--head", &head]).status.success());
    let wrong = homeward(&scene, &["verify", "--head", &head.replacen("60", "59", 1)]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(homeward(&scene, &["verify", "--head", "60"]).status.code(), Some(2));

    scene.execute("update audit set act = 'tip.listed' where seq = 7; delete from audit where seq = 9");
    let broken = homeward(&scene, &["verify"]);
    let text = String::from_utf8_lossy(&broken.stdout).into_owned();
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        text.contains("changed: row 7 was changed") && text.contains("rows 9 to 9 are missing"),
        "{text}"
    );
    let json = homeward(&scene, &["verify", "--json"]);
    let said: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(said["faults"] == 2 && said["listed"][0]["place"] == 7, "{said}");
}

#[test]
fn once_a_day_the_head_goes_to_the_auditors_mailbox() {
    let receiver = Receiver::start(&[]);
    let scene = Scene::with(|config| {
        config.record.mail = Some("auditor@city.example".into());
        config.mail.folder = None;
        config.mail.smtp = Some(Smtp {
            host: "127.0.0.1".into(),
            port: receiver.port,
            security: SmtpSecurity::None,
            user: None,
            password_file: None,
        });
    });
    let carrier = std::sync::Arc::new(Carrier::of(&scene.app.config.mail).unwrap());
    let carry = || actix_web::rt::System::new().block_on(courier::round(&scene.app, &carrier)).unwrap();
    scene.fill(5);
    scene.round();
    assert_eq!((carry(), carry()), (1, 0), "one a day");
    scene.clock.advance(86_400);
    scene.fill(3);
    carry();

    let mails = receiver.mails();
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.to == ["auditor@city.example"]));
    let body = mails[0].body();
    let line = body.lines().find(|line| line.starts_with("5 ")).unwrap();
    assert!(body.contains("2026-11-23") && body.contains("homeward audit verify --head"), "{body}");
    assert_eq!(scene.faults_against(heads::said(line).unwrap()), [], "what was mailed still holds");
    rewrite_tail(&scene, 3, 8);
    assert_eq!(scene.faults_against(heads::said(line).unwrap()).len(), 1);
}

#[test]
fn the_portal_walks_its_record_once_a_day_and_says_what_it_found() {
    let scene = Scene::of(30);
    let walks = "select count(*) as n from audit where act = 'record.verified'";
    assert_eq!(scene.count(walks), 0, "not on its first day");
    scene.clock.advance(86_400);
    scene.round();
    // A row counts once it has its place, which on PostgreSQL is a moment after its commit.
    crate::support::wait_until("it has its place", || {
        scene.count("select count(*) as n from audit where seq is null") == 0
    });
    scene.round();
    assert_eq!(scene.count(walks), 1);
    assert!(scene.app.record.is_whole());

    scene.execute("update audit set act = 'tip.listed' where seq = 7");
    scene.clock.advance(86_400);
    scene.round();
    assert!(!scene.app.record.is_whole());
    let last = scene.text("select detail from audit where act = 'record.verified' order by id desc limit 1");
    assert!(last.contains("\"faults\":1"), "{last}");
}

#[test]
fn a_damaged_head_is_said_and_nobody_is_turned_away() {
    let scene = Scene::of(20);
    scene.execute("update meta set value = 'nonsense' where key = 'audit_head'");

    assert!(scene.write(1).is_ok());
    scene.round();

    assert!(!scene.app.record.is_whole());
    assert_eq!(scene.faults(false), [Fault::Head, Fault::Unplaced(21)]);
}
