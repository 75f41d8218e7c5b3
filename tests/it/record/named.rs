//! Each kind of change by itself, and what the verifier calls it.

use std::sync::Arc;

use homeward::app::App;
use homeward::app::record::check;
use homeward::audit::fault::Fault;
use homeward::vault::entropy::OsEntropy;

use super::scene::{Scene, other};
use crate::support::{pg, wait_until};

#[test]
fn a_record_as_it_was_written_is_whole() {
    let scene = Scene::of(60);

    assert_eq!(scene.faults(true), []);
    assert_eq!(scene.count("select count(*) as n from audit_anchors"), 3);
    assert_eq!(scene.count("select count(*) as n from audit_anchors where not elsewhere"), 0);
}

#[test]
fn a_change_of_any_column_is_named_at_its_row() {
    let scene = Scene::of(60);
    scene.keep_copy("kept");
    for column in ["id", "at", "actor", "officer_id", "act", "tip_id", "detail", "seal", "link"] {
        for seq in [1, 31, 60] {
            let value = other(column, pg::is_wanted());
            scene.execute(&format!("update audit set {column} = {value} where seq = {seq}"));

            let named = scene.faults(false);

            let fault = if column == "link" { Fault::Link(seq) } else { Fault::Changed(seq) };
            assert!(named.contains(&fault), "{column} of {seq}: {named:?}");
            // A link that an anchor was made of disagrees with the anchor as well.
            let anchored = usize::from(column == "link" && seq == 60);
            assert_eq!(named.len(), 1 + anchored, "{column} of {seq}: {named:?}");
            scene.put_back("kept");
        }
    }
    scene.execute("update audit set seq = 1031 where seq = 31");
    assert!(scene.faults(false).contains(&Fault::Missing { first: 31, last: 31 }));
    scene.put_back("kept");
    scene.execute("update audit set seq = null where seq = 31");
    assert!(scene.faults(false).contains(&Fault::Missing { first: 31, last: 31 }));
    scene.put_back("kept");
    assert_eq!(scene.faults(true), []);
}

#[test]
fn a_change_of_any_column_of_an_anchor_is_named() {
    let scene = Scene::of(60);
    scene.keep_copy("kept");
    for column in ["seq", "link", "minute", "mac"] {
        let value = other(column, pg::is_wanted());
        scene.execute(&format!("update audit_anchors set {column} = {value} where number = 2"));
        assert_eq!(scene.faults(false), [Fault::Anchor(2)], "{column}");
        scene.put_back("kept");
    }
    for gone in [1, 2, 3] {
        scene.execute(&format!("delete from audit_anchors where number = {gone}"));
        assert_eq!(scene.faults(false), [Fault::Anchor(gone)]);
        scene.put_back("kept");
    }
    scene.execute("update audit_anchors set number = 9 where number = 3");
    assert_eq!(scene.faults(false), [Fault::Anchor(9), Fault::Anchor(3)]);
}

#[test]
fn ten_dropped_rows_two_swapped_ones_and_a_change_are_all_named_at_once() {
    let scene = Scene::of(100);
    scene.execute(
        "delete from audit where seq between 15 and 24;
         update audit set seq = -1 where seq = 43;
         update audit set seq = 43 where seq = 57;
         update audit set seq = 57 where seq = -1;
         update audit set act = 'tip.listed' where seq = 71;
         update audit set detail = '{}' where seq = 90",
    );

    let named = scene.faults(false);

    let moved = |belongs, stands| Fault::Moved { belongs, stands };
    let gap = Fault::Missing { first: 15, last: 24 };
    let anchor = Fault::Disagrees { seq: 20, with: homeward::audit::fault::Place::Anchor(1) };
    let all = [gap, anchor, moved(43, 57), moved(57, 43), Fault::Changed(71), Fault::Changed(90)];
    assert_eq!(named, all);
}

#[test]
fn a_tail_cut_off_is_named_whether_or_not_the_head_was_set_back() {
    let scene = Scene::of(60);
    scene.keep_copy("kept");
    scene.execute("delete from audit where seq > 45");
    assert!(scene.faults(false).contains(&Fault::CutOff { first: 46, last: 60 }));

    // The link of the row that is the last one now lies beside it; only the MAC over the head cannot be made.
    let hex = if pg::is_wanted() { "encode(link, 'hex')" } else { "lower(hex(link))" };
    let link = scene.text(&format!("select {hex} from audit where seq = 45"));
    let head = scene.text("select value from meta where key = 'audit_head'");
    let mac = head.rsplit(' ').next().unwrap();
    for forged in [format!("45 {link}"), format!("45 {link} 2 {mac}"), "nonsense".into()] {
        scene.execute(&format!("update meta set value = '{forged}' where key = 'audit_head'"));
        assert!(scene.faults(false).contains(&Fault::Head), "{forged}");
        assert!(scene.faults(true).iter().any(|f| f.kind() == "disagrees" && f.place() == Some(60)));
    }
    scene.put_back("kept");
    scene.execute("delete from meta where key = 'audit_head'");
    assert!(scene.faults(false).contains(&Fault::Beyond { first: 1, rows: 60 }));
}

#[test]
fn rows_that_were_put_there_are_named_and_get_no_place() {
    let scene = Scene::of(60);
    scene.keep_copy("kept");
    let columns = "at, actor, officer_id, act, tip_id, detail, link, seal";
    // With the next place, behind the head.
    let copied = format!(
        "insert into audit (id, seq, {columns}) select 9001, 61, {columns} from audit where seq = 30"
    );
    scene.execute(&copied);
    assert_eq!(scene.faults(false), [Fault::Beyond { first: 61, rows: 1 }]);
    scene.put_back("kept");

    // In the middle, the others moved on.
    scene.execute("update audit set seq = -seq where seq > 30; update audit set seq = 1 - seq where seq < 0");
    scene.execute(&copied.replace("61,", "31,"));
    let named = scene.faults(false);
    let moved = Fault::Moved { belongs: 31, stands: 32 };
    assert!(named.contains(&moved) && named.contains(&Fault::Beyond { first: 61, rows: 1 }), "{named:?}");
    scene.put_back("kept");

    // Without a place, as the portal itself writes them: forged, and a copy with its seal.
    scene.execute(&copied.replace("61,", "null,"));
    scene.execute(
        "insert into audit (id, at, actor, act, detail) values (9002, 5, 'system', 'made.up', '{}')",
    );
    scene.write(1).unwrap();
    wait_until("the portal's own row has its place", || {
        scene.count("select count(*) as n from audit where seq is null") == 2
    });
    assert_eq!(scene.faults(false), [Fault::Foreign(9001), Fault::Foreign(9002)]);
    assert_eq!(scene.count("select max(seq) as n from audit"), 61, "what the portal wrote goes on");
}

#[test]
fn a_place_before_the_first_is_named() {
    let scene = Scene::of(20);
    scene.execute(
        "insert into audit (id, seq, at, actor, act, detail) values (9002, 0, 5, 'system', 'x', '{}')",
    );
    assert_eq!(scene.faults(false), [Fault::Nowhere(9002)]);
}

#[test]
fn a_record_from_before_rows_were_sealed_is_linked_anew_once() {
    let scene = Scene::of(20);
    scene.app.store.close();
    let dialect = if pg::is_wanted() { "postgres" } else { "sqlite" };
    let step = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("migrations/{dialect}/00000000000006_record/down.sql"));
    scene.execute(&std::fs::read_to_string(step).unwrap());
    scene.execute(
        "delete from __diesel_schema_migrations where version = '00000000000006';
         update meta set value = '20 00' where key = 'audit_head'",
    );

    let config = (*scene.app.config).clone();
    let (app, _) = App::open(config, scene.clock.clone(), Arc::new(OsEntropy)).unwrap();

    let verdict = check::verify(&app, &check::Heads::default()).unwrap().verdict;
    assert!(verdict.faults.is_empty() && verdict.rows == 20, "{verdict:?}");
}
