use super::*;

fn chain() -> Chain {
    Chain::of(&DeploymentKey::from_bytes([7; 32]))
}

fn row() -> Written {
    Written {
        id: 9,
        at: 1_000,
        actor: "officer".into(),
        officer_id: Some(2),
        act: "tip.read".into(),
        tip_id: None,
        detail: "{}".into(),
        seal: None,
    }
}

const CHANGES: [fn(&mut Written); 7] = [
    |row| row.id += 1,
    |row| row.at += 1,
    |row| row.actor = "system".into(),
    |row| row.officer_id = None,
    |row| row.act = "tip.rea".into(),
    |row| row.tip_id = Some(0),
    |row| row.detail = "{ }".into(),
];

#[test]
fn a_seal_fits_the_row_it_was_made_for_and_no_other() {
    let mut written = row();
    written.seal = Some(chain().seal(&written).to_vec());

    assert!(chain().is_sealed(&written) && !chain().is_sealed(&row()));
    for change in CHANGES {
        let mut other = written.clone();
        change(&mut other);
        assert!(!chain().is_sealed(&other), "{other:?}");
    }
    assert!(!Chain::of(&DeploymentKey::from_bytes([8; 32])).is_sealed(&written));
}

#[test]
fn a_link_goes_over_every_field_and_the_link_before() {
    let placed = Placed { seq: 4, row: row() };
    let link = chain().link(&START, &placed);

    for change in CHANGES {
        let mut other = placed.clone();
        change(&mut other.row);
        assert_ne!(chain().link(&START, &other), link);
    }
    let sealed = Written { seal: Some(Vec::new()), ..row() };
    assert_ne!(chain().link(&START, &Placed { seq: 4, row: sealed }), link);
    assert_ne!(chain().link(&START, &Placed { seq: 5, row: row() }), link);
    assert_ne!(chain().link(&[1; 32], &placed), link);
    assert_ne!(Chain::of(&DeploymentKey::from_bytes([8; 32])).link(&START, &placed), link);
}

#[test]
fn a_head_an_anchor_and_a_floor_are_not_each_other() {
    let kept = Kept { head: Head { seq: 5, link: [3; 32] }, anchor: 2 };
    let anchor = Anchor { number: 2, head: kept.head, minute: Minute(0) };
    let floor = Floor { first: 0, kept };
    let macs = [chain().of_head(&kept), chain().of_anchor(&anchor), chain().of_floor(&floor)];

    assert!(macs[0] != macs[1] && macs[1] != macs[2] && macs[0] != macs[2]);
    assert_ne!(chain().of_head(&Kept { anchor: 1, ..kept }), macs[0]);
    assert_ne!(chain().of_anchor(&Anchor { minute: Minute(1), ..anchor }), macs[1]);
    assert_ne!(chain().of_floor(&Floor { first: 1, ..floor }), macs[2]);
}
