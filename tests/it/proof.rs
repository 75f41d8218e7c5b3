//! The public record from outside: each receipt proves its own tip and no other, day by day; whoever drops or
//! changes something is named; what is kept of it is checked without the portal, by two programs.

mod bench;
mod faults;
mod kept;
mod killed;
mod pages;

use homeward::audit::record_file::{Consistency, Heads};

use crate::site::Site;
use crate::support::db;
use bench::{DAY, close, over, proof_of, said_of, send, to_next_night};

/// Three days of reports: 2, 1 and 3. Gives the receipts by day.
pub fn three_days(site: &Site) -> Vec<Vec<String>> {
    let days = [2, 1, 3].map(|reports| {
        let sent = (0..reports).map(|n| send(site, &format!("第 {n} 份"))).collect();
        to_next_night(site);
        assert_eq!(close(site).unwrap().len(), 1);
        sent
    });
    days.to_vec()
}

#[test]
fn each_receipt_proves_its_own_tip_and_no_other() {
    let site = Site::open();
    let early = send(&site, "今天的");
    assert_eq!(said_of(&site, &early)["standing"], "waiting");
    to_next_night(&site);
    close(&site).unwrap();
    let days = three_days(&site);

    let heads: Heads = over(&site, "/api/v1/record/heads");
    heads.check().unwrap();
    let sizes: Vec<i64> = heads.heads.iter().map(|head| head.size).collect();
    assert_eq!(sizes, [64, 128, 192, 256], "a day of none, of one and of three look alike");
    let receipts: Vec<&String> = days.iter().flatten().chain([&early]).collect();
    for receipt in &receipts {
        let proof = proof_of(&site, receipt);
        proof.check().unwrap();
        assert!(heads.knows(&proof.head).unwrap());
        for other in &receipts {
            let own = proof.check_receipt(&bench::receipt(other)).is_ok();
            assert_eq!(own, other == receipt);
        }
        assert_eq!(proof_of(&site, receipt), proof, "the same whenever it is asked for");
    }
    let day = |receipt: &str| proof_of(&site, receipt).head.day;
    assert_eq!(day(&days[2][0]).0 - day(&days[0][0]).0, 2);
}

#[test]
fn any_two_heads_are_joined() {
    let site = Site::open();
    three_days(&site);
    let heads: Heads = over(&site, "/api/v1/record/heads");
    for from in &heads.heads {
        for to in heads.heads.iter().filter(|to| to.size >= from.size) {
            let join: Consistency =
                over(&site, &format!("/api/v1/record/consistency?from={}&to={}", from.size, to.size));
            join.check().unwrap();
            assert_eq!((&join.from, &join.to), (from, to));
        }
    }
    for wrong in ["from=64&to=65", "from=128&to=64", "from=0&to=64", "from=64", ""] {
        let answer = site.get(&format!("/api/v1/record/consistency?{wrong}"), "");
        assert!([400, 404].contains(&answer.status), "{wrong}: {}", answer.status);
    }
    let later: Heads = over(&site, "/api/v1/record/heads?after=2");
    assert_eq!(later.heads, heads.heads[2..]);
}

#[test]
fn missed_days_are_made_up_and_a_day_is_closed_once() {
    let site = Site::open();
    let receipt = send(&site, "之前的");
    site.clock.advance(5 * DAY);
    assert_eq!(close(&site).unwrap().len(), 5);
    assert_eq!(close(&site).unwrap().len(), 0);

    let heads: Heads = over(&site, "/api/v1/record/heads");
    let days: Vec<i64> = heads.heads.iter().map(|head| head.day.0).collect();
    assert!(days.windows(2).all(|pair| pair[1] == pair[0] + 1), "{days:?}");
    assert_eq!(proof_of(&site, &receipt).head.number, 1);
}

#[test]
fn a_clock_that_was_a_year_ahead_for_an_hour_keeps_no_tip_waiting() {
    let site = Site::open();
    let before = send(&site, "钟还对");
    site.clock.advance(365 * DAY);
    let ahead = send(&site, "钟快了一年");
    close(&site).unwrap();
    site.clock.advance(-365 * DAY);
    let after = send(&site, "钟又对了");
    to_next_night(&site);
    assert_eq!(close(&site).unwrap().len(), 1);

    for receipt in [before, ahead, after] {
        proof_of(&site, &receipt).check().unwrap();
    }
    assert!(bench::verdict(&site).is_whole());
}

#[test]
fn a_tip_from_before_the_record_is_told_so() {
    let mut site = Site::open();
    let old = send(&site, "很早以前");
    bench::forget_the_record(&mut site);
    assert_eq!(said_of(&site, &old)["standing"], "before");
    let new = send(&site, "现在");
    to_next_night(&site);
    close(&site).unwrap();
    proof_of(&site, &new).check().unwrap();
    assert!(bench::verdict(&site).is_whole());
}

#[test]
fn proofs_outlive_a_lost_key_file() {
    let mut site = Site::open();
    let old = send(&site, "旧钥匙");
    to_next_night(&site);
    close(&site).unwrap();
    let proof = proof_of(&site, &old);
    let waits = send(&site, "还没有封存");

    bench::lose_the_key(&mut site);
    let new = send(&site, "新钥匙");
    assert_eq!(proof_of(&site, &old), proof);
    to_next_night(&site);
    close(&site).unwrap();
    [&waits, &new].into_iter().for_each(|receipt| proof_of(&site, receipt).check().unwrap());
    let verdict = bench::verdict(&site);
    assert!(verdict.is_whole() && verdict.tips == 1, "{verdict:?}");
    assert_eq!(db::count(&site.app.config.data.database(), "select count(*) as n from record_heads"), 2);
}
