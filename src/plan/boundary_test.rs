use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::plan::Plan;

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::embedded().unwrap());

fn of(code: &str) -> &'static Shape {
    PLAN.boundaries.0.iter().find(|shape| shape.district.as_str() == code).unwrap()
}

fn locate(lat: f64, lon: f64) -> Whereabouts {
    PLAN.locate(Point { lat, lon })
}

fn names(found: &Whereabouts) -> Vec<DistrictCode> {
    match found {
        Whereabouts::Outside => vec![],
        Whereabouts::In(only) => vec![*only],
        Whereabouts::Between(all) => all.clone(),
    }
}

/// Two districts and an edge between them.
type Border = (DistrictCode, DistrictCode, [f64; 2], [f64; 2]);

/// Every edge that two districts share, corner for corner.
static SHARED: LazyLock<Vec<Border>> = LazyLock::new(|| {
    let all = &PLAN.boundaries.0;
    let mut shared = Vec::new();
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            let theirs: Vec<_> = other.rings.iter().flat_map(|ring| edges(ring)).collect();
            let both =
                |(a, b): &([f64; 2], [f64; 2])| theirs.contains(&(*a, *b)) || theirs.contains(&(*b, *a));
            let edges = one.rings.iter().flat_map(|ring| edges(ring)).filter(both);
            shared.extend(edges.map(|(a, b)| (one.district, other.district, a, b)));
        }
    }
    shared
});

#[test]
fn every_districts_point_lies_in_it() {
    for district in PLAN.districts() {
        let (lat, lon) = district.point;
        let found = names(&locate(lat, lon));
        assert_eq!(found.first(), Some(&district.code), "{}: {found:?}", district.zh);
        assert!(of(district.code.as_str()).contains(Point { lat, lon }));
    }
}

#[test]
fn far_away_is_outside() {
    // Beijing, Tangshan, Cangzhou, the sea, Myawaddy, and the ends of the earth.
    for (lat, lon) in [
        (39.904, 116.407),
        (39.631, 118.180),
        (38.304, 116.839),
        (38.80, 118.60),
        (16.689, 98.508),
        (0.0, 0.0),
        (90.0, 180.0),
        (-90.0, -180.0),
    ] {
        assert_eq!(locate(lat, lon), Whereabouts::Outside, "{lat} {lon}");
    }
}

#[test]
fn the_middle_of_a_large_district_is_in_it_alone() {
    assert_eq!(locate(39.384, 117.044), Whereabouts::In("120114".parse().unwrap()));
    assert_eq!(locate(40.046, 117.408), Whereabouts::In("120119".parse().unwrap()));
}

#[test]
fn there_are_shared_borders_to_try() {
    assert!(SHARED.len() > 200, "{}", SHARED.len());
}

#[test]
fn a_boundary_that_is_not_closed_is_refused() {
    let open = r#"{"features":[{"id":"120101","properties":{"zh":"和平区"},
        "geometry":{"type":"Polygon","coordinates":[[[117.0,39.0],[117.1,39.0],[117.1,39.1],[117.0,39.1]]]}}]}"#;
    let feature = serde_json::from_str::<Map>(open).unwrap().features.remove(0);
    assert!(shape(feature).is_err());
}

#[test]
fn a_hole_is_outside_and_what_lies_apart_is_inside() {
    let square = |low: f64, high: f64| {
        format!("[[{low},{low}],[{high},{low}],[{high},{high}],[{low},{high}],[{low},{low}]]")
    };
    let text = format!(
        r#"{{"features":[{{"id":"120101","properties":{{"zh":"x"}},"geometry":{{"type":"MultiPolygon",
            "coordinates":[[{},{}],[{}]]}}}}]}}"#,
        square(10.0, 20.0),
        square(14.0, 16.0),
        square(30.0, 31.0),
    );
    let only = shape(serde_json::from_str::<Map>(&text).unwrap().features.remove(0)).unwrap();
    let inside = |at: f64| only.contains(Point { lat: at, lon: at });
    assert!(inside(12.0) && inside(18.0) && inside(30.5));
    assert!(!inside(15.0) && !inside(25.0) && !inside(9.0));
}

proptest! {
    #[test]
    fn near_a_shared_border_both_neighbours_are_named(
        at in any::<prop::sample::Index>(),
        along in 0.0..=1.0_f64,
        (north, east) in (-1.0..1.0_f64, -1.0..1.0_f64),
    ) {
        let (one, other, [ax, ay], [bx, by]) = SHARED[at.index(SHARED.len())];
        // At most 400 m off the border.
        let (lon, lat) = (ax + (bx - ax) * along, ay + (by - ay) * along);
        let point = Point { lat: lat + north * 280.0 / NORTH, lon: lon + east * 280.0 / 85_000.0 };
        let found = names(&PLAN.locate(point));
        prop_assert!(found.contains(&one) && found.contains(&other), "{point:?}: {found:?}, not {one} and {other}");
    }

    #[test]
    fn what_contains_a_point_is_named_first(lat in 38.5..40.3_f64, lon in 116.7..118.1_f64) {
        let point = Point { lat, lon };
        let found = names(&PLAN.locate(point));
        let inside: Vec<_> =
            PLAN.boundaries.0.iter().filter(|s| s.contains(point)).map(|s| s.district).collect();
        if let [only] = inside.as_slice() {
            prop_assert_eq!(found.first(), Some(only));
        }
        let in_box = |code: &DistrictCode| {
            let [south, west, north, east] = PLAN.district(code).unwrap().bounds;
            (south - 0.006..=north + 0.006).contains(&lat) && (west - 0.008..=east + 0.008).contains(&lon)
        };
        prop_assert!(found.iter().all(in_box), "{found:?}");
    }
}
