//! Hundreds of tamperings that chance makes up, by somebody who can write the whole database and knows how the
//! portal works, and has everything but the key file and the file of heads. None goes unseen.

use homeward::vault::entropy::{Entropy as _, SeededEntropy};

use super::scene::{Scene, other};
use crate::support::pg;

const ROWS: i64 = 80;
const TAMPERINGS: usize = 400;

struct Dice(SeededEntropy);

impl Dice {
    fn below(&self, n: i64) -> i64 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        i64::from(u32::from_be_bytes(bytes)) % n
    }

    fn row(&self) -> i64 {
        1 + self.below(ROWS)
    }

    fn of<'a>(&self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }
}

const COLUMNS: [&str; 10] =
    ["id", "seq", "at", "actor", "officer_id", "act", "tip_id", "detail", "link", "seal"];

/// A tampering as SQL, and what it is.
fn make_up(dice: &Dice, scene: &Scene) -> (String, String) {
    let pg = pg::is_wanted();
    let (row, another) = (dice.row(), dice.row());
    let hex = if pg { "encode(link, 'hex')" } else { "lower(hex(link))" };
    let keep = |last: i64| {
        format!("delete from audit where seq > {last}; delete from audit_anchors where seq > {last}")
    };
    let columns = "at, actor, officer_id, act, tip_id, detail, link, seal";
    match dice.below(12) {
        0 | 1 => {
            let column = dice.of(&COLUMNS);
            let what = format!("changes {column} of {row}");
            (what, format!("update audit set {column} = {} where seq = {row}", other(column, pg)))
        }
        2 => {
            let n = 1 + dice.below(10);
            (
                format!("drops {n} from {row}"),
                format!("delete from audit where seq between {row} and {}", row + n - 1),
            )
        }
        3 if row != another => {
            let sql = format!(
                "update audit set seq = -5 where seq = {row}; update audit set seq = {row} where seq = {another};
                 update audit set seq = {another} where seq = -5"
            );
            (format!("swaps {row} and {another}"), sql)
        }
        4 => (format!("cuts off behind {}", row - 1), keep(row - 1)),
        // Everything that can be made without the key: the head of a row that once was the last.
        5 | 6 => {
            let last = dice.row().min(ROWS - 1);
            let link = scene.text(&format!("select {hex} from audit where seq = {last}"));
            let head = scene.text("select value from meta where key = 'audit_head'");
            let mac = head.rsplit(' ').next().unwrap().to_owned();
            let anchors = last / 20;
            let sql = format!(
                "{}; update meta set value = '{last} {link} {anchors} {mac}' where key = 'audit_head'",
                keep(last)
            );
            (format!("cuts off behind {last} and sets the head back"), sql)
        }
        7 => {
            let sql = format!(
                "insert into audit (id, seq, {columns}) select 9000, null, {columns} from audit where seq = {row}"
            );
            (format!("writes a copy of {row}"), sql)
        }
        8 => {
            let sql = format!(
                "update audit set seq = -seq where seq > {row}; update audit set seq = 1 - seq where seq < 0;
                 insert into audit (id, seq, {columns}) select 9000, {row} + 1, {columns} from audit where seq = {another}"
            );
            (format!("puts a copy of {another} behind {row}"), sql)
        }
        9 => {
            let sql = format!(
                "delete from audit where seq = {row}; update audit set seq = -seq where seq > {row};
                 update audit set seq = -seq - 1 where seq < 0"
            );
            (format!("drops {row} and closes the gap"), sql)
        }
        10 => {
            let column = dice.of(&["number", "seq", "link", "minute", "mac"]);
            let number = 1 + dice.below(ROWS / 20);
            let sql = if dice.below(2) == 0 {
                format!("delete from audit_anchors where number = {number}")
            } else {
                format!("update audit_anchors set {column} = {} where number = {number}", other(column, pg))
            };
            (format!("anchor {number}, {column}"), sql)
        }
        // What it takes to hide a cut at the front: a mark of pruning.
        _ => {
            let link = scene.text(&format!("select {hex} from audit where seq = {row}"));
            let sql = format!(
                "delete from audit where seq <= {row}; delete from audit_anchors where seq < {row};
                 insert into meta values ('audit_floor', '1 {row} {link} {} {link}')",
                row / 20
            );
            (format!("cuts off up to {row} and marks it as pruned"), sql)
        }
    }
}

#[test]
fn hundreds_of_tamperings_are_all_seen() {
    let scene = Scene::of(ROWS);
    scene.keep_copy("kept");
    let dice = Dice(SeededEntropy::new(20_261_127));
    let mut unseen = Vec::new();
    for n in 0..TAMPERINGS {
        let (what, sql) = make_up(&dice, &scene);
        scene.execute(&sql);
        if scene.faults(false).is_empty() {
            unseen.push(format!("{n}: {what}"));
        }
        scene.put_back("kept");
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
    assert_eq!(scene.faults(true), [], "and what was put back is whole");
}

#[test]
fn an_older_copy_of_the_whole_record_is_seen_by_the_heads_that_lie_elsewhere() {
    let scene = Scene::of(ROWS);
    scene.keep_copy("old");
    scene.fill(40);
    scene.put_back("old");

    assert_eq!(scene.faults(false), [], "nothing in the database tells");
    let named = scene.faults(true);
    assert_eq!(
        named.iter().map(homeward::audit::fault::Fault::place).collect::<Vec<_>>(),
        [Some(100), Some(120)],
        "{named:?}"
    );
    // Nor does going on from there help.
    scene.fill(60);
    assert_eq!(scene.faults(true).len(), 2, "{:?}", scene.faults(true));
}
