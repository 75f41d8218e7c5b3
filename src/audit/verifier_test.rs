use super::super::chain::Written;
use super::*;
use crate::vault::deployment::DeploymentKey;

fn chain() -> Chain {
    Chain::of(&DeploymentKey::from_bytes([7; 32]))
}

fn row(seq: i64) -> Placed {
    let row = Written {
        id: seq + 100,
        at: 1_000 * seq,
        actor: "officer".into(),
        officer_id: Some(seq % 3),
        act: "tip.read".into(),
        tip_id: (seq % 2 == 0).then_some(seq),
        detail: "{}".into(),
        seal: Some(vec![7; 32]),
    };
    Placed { seq, row }
}

type Rows = Vec<(Placed, Vec<u8>)>;

fn linked(n: i64) -> (Rows, Head) {
    let chain = chain();
    let mut head = Head::default();
    let mut rows = Vec::new();
    for seq in 1..=n {
        let link = chain.link(&head.link, &row(seq));
        head = Head { seq, link };
        rows.push((row(seq), link.to_vec()));
    }
    (rows, head)
}

fn walk(rows: &Rows, head: Option<Head>, posts: Vec<Post>) -> Walked {
    let chain = chain();
    let mut walk = Verifier::new(&chain, Head::default(), posts);
    rows.iter().for_each(|(row, link)| walk.take(row, link));
    walk.finish(head)
}

fn faults(rows: &Rows, head: Head) -> Vec<Fault> {
    walk(rows, Some(head), Vec::new()).faults.list
}

#[test]
fn a_record_as_it_was_written_is_whole() {
    let (rows, head) = linked(9);
    let walked = walk(&rows, Some(head), Vec::new());
    assert!(walked.faults.is_empty() && walked.last == head && walked.rows == 9);
    assert_eq!(walk(&Vec::new(), Some(Head::default()), Vec::new()).faults.count, 0);
}

#[test]
fn every_change_of_any_field_is_named_at_its_place_and_nowhere_else() {
    let (rows, head) = linked(5);
    let changes: [fn(&mut Written); 8] = [
        |row| row.id += 1,
        |row| row.at += 1,
        |row| row.actor = "system".into(),
        |row| row.officer_id = row.officer_id.map_or(Some(0), |_| None),
        |row| row.act = "tip.rea".into(),
        |row| row.tip_id = row.tip_id.map_or(Some(0), |_| None),
        |row| row.detail = "{ }".into(),
        |row| row.seal = None,
    ];
    for at in 0..rows.len() {
        for change in changes {
            let mut rows = rows.clone();
            change(&mut rows[at].0.row);
            assert_eq!(faults(&rows, head), [Fault::Changed(at as i64 + 1)]);
        }
        let mut rows = rows.clone();
        rows[at].1[3] ^= 1;
        assert_eq!(faults(&rows, head), [Fault::Link(at as i64 + 1)], "{at}");
        rows[at].1 = Vec::new();
        assert_eq!(faults(&rows, head), [Fault::Changed(at as i64 + 1)], "{at}");
    }
}

#[test]
fn several_faults_are_named_each() {
    let (mut rows, head) = linked(40);
    rows[2].0.row.act = "tip.x".into();
    rows[9].0.row.detail = "[]".into();
    rows[10].0.row.detail = "[]".into();
    rows.drain(19..29);

    let named = faults(&rows, head);

    let gap = Fault::Missing { first: 20, last: 29 };
    assert_eq!(named, [Fault::Changed(3), Fault::Changed(10), Fault::Changed(11), gap]);
}

#[test]
fn rows_in_each_others_places_are_named_and_their_neighbours_are_not() {
    let (rows, head) = linked(12);
    for (one, other) in [(2, 7), (4, 5), (0, 11)] {
        let moved =
            |one: usize, other: usize| Fault::Moved { belongs: one as i64 + 1, stands: other as i64 + 1 };
        // With their links; with their links and without their ids; and what they say alone.
        let mut with_links = rows.clone();
        with_links.swap(one, other);
        let places = with_links.iter_mut().enumerate();
        places.for_each(|(at, (row, _))| row.seq = at as i64 + 1);
        let mut without_ids = with_links.clone();
        for at in [one, other] {
            without_ids[at].0.row.id = row(at as i64 + 1).row.id;
        }
        let mut said = rows.clone();
        (said[one].0.row, said[other].0.row) = (rows[other].0.row.clone(), rows[one].0.row.clone());

        for (how, changed) in [with_links, said].iter().enumerate() {
            assert_eq!(faults(changed, head)[..2], [moved(one, other), moved(other, one)], "{how} {one}");
        }
        assert!(!faults(&without_ids, head).is_empty());
    }
}

#[test]
fn cutting_off_and_other_heads_are_named() {
    let (rows, head) = linked(5);
    assert_eq!(faults(&rows[..3].to_vec(), head), [Fault::CutOff { first: 4, last: 5 }]);
    let other = Head { link: [1; 32], ..head };
    assert_eq!(faults(&rows, other), [Fault::OtherHead(5)]);
    assert_eq!(walk(&rows[..3].to_vec(), None, Vec::new()).faults.list, [Fault::Head]);
}

#[test]
fn a_head_from_elsewhere_is_agreed_with_or_named() {
    let (rows, head) = linked(8);
    let post = |seq: i64, link: Link| Post { head: Head { seq, link }, source: Place::Said };
    let at = |seq: usize| post(seq as i64, Link::try_from(rows[seq - 1].1.as_slice()).unwrap());
    let walked = walk(&rows, Some(head), vec![at(8), at(3)]);
    assert!(walked.faults.is_empty() && walked.agreed == 2);

    // A tail that was cut off and written anew is whole in itself.
    let mut anew = rows[..5].to_vec();
    let mut last = Head { seq: 5, link: Link::try_from(anew[4].1.as_slice()).unwrap() };
    for seq in 6..=8 {
        let mut other = row(seq);
        other.row.act = "tip.other".into();
        last = Head { seq, link: chain().link(&last.link, &other) };
        anew.push((other, last.link.to_vec()));
    }
    let walked = walk(&anew, Some(last), vec![at(4), at(7), post(20, [0; 32])]);
    let named = |seq| Fault::Disagrees { seq, with: Place::Said };
    assert_eq!(walked.faults.list, [named(7), named(20)]);
}

#[test]
fn the_list_stays_small_and_the_count_is_right() {
    let (mut rows, head) = linked(1_000);
    rows.iter_mut().for_each(|(row, _)| row.row.at += 1);
    let walked = walk(&rows, Some(head), Vec::new());
    assert_eq!(walked.faults.count, 1_000);
    assert_eq!(walked.faults.list.len(), super::super::fault::LISTED);
}
