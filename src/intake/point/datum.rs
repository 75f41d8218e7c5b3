//! The shifted coordinates that maps in China are drawn in, and the way back to the earth's own (WGS-84). GCJ-02 is
//! what Amap, Tencent, and Apple and Google within China use; BD-09 is what Baidu adds to it. Owns the arithmetic;
//! refuses knowing which link uses which.
//!
//! Invariant: outside China nothing is shifted.

use std::f64::consts::PI;

use crate::plan::Point;

/// The half axis and the squared eccentricity of Krasovsky's ellipsoid.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

/// Where on earth a GCJ-02 pair lies. The shift has no exact inverse: walked towards until it is within millimetres.
pub(super) fn from_gcj(seen: Point) -> Point {
    let mut true_one = seen;
    for _ in 0..6 {
        let shifted = to_gcj(true_one);
        true_one =
            Point { lat: true_one.lat + seen.lat - shifted.lat, lon: true_one.lon + seen.lon - shifted.lon };
    }
    true_one
}

/// Where on earth a BD-09 pair lies.
pub(super) fn from_bd(seen: Point) -> Point {
    let (x, y) = (seen.lon - 0.0065, seen.lat - 0.006);
    let turn = PI * 3000.0 / 180.0;
    let (far, angle) = (x.hypot(y) - 0.000_02 * (y * turn).sin(), y.atan2(x) - 0.000_003 * (x * turn).cos());
    from_gcj(Point { lat: far * angle.sin(), lon: far * angle.cos() })
}

fn to_gcj(at: Point) -> Point {
    if !in_china(at) {
        return at;
    }
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let bend = at.lat.to_radians();
    let magic = 1.0 - ECCENTRICITY * bend.sin().powi(2);
    let north = AXIS * (1.0 - ECCENTRICITY) / (magic * magic.sqrt());
    let east = AXIS / magic.sqrt() * bend.cos();
    Point {
        lat: at.lat + (to_north(x, y) / north).to_degrees(),
        lon: at.lon + (to_east(x, y) / east).to_degrees(),
    }
}

fn in_china(at: Point) -> bool {
    (0.8293..=55.8271).contains(&at.lat) && (72.004..=137.8347).contains(&at.lon)
}

/// What both directions have in common: a ripple along the meridian of 105°.
fn ripple(x: f64) -> f64 {
    (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
}

fn waves(of: f64, parts: [(f64, f64); 2]) -> f64 {
    parts.iter().map(|(height, length)| height * (of * PI / length).sin()).sum::<f64>() * 2.0 / 3.0
}

fn to_north(x: f64, y: f64) -> f64 {
    let plane = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * x.abs().sqrt();
    plane + ripple(x) + waves(y, [(20.0, 1.0), (40.0, 3.0)]) + waves(y, [(160.0, 12.0), (320.0, 30.0)])
}

fn to_east(x: f64, y: f64) -> f64 {
    let plane = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * x.abs().sqrt();
    plane + ripple(x) + waves(x, [(20.0, 1.0), (40.0, 3.0)]) + waves(x, [(150.0, 12.0), (300.0, 30.0)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn metres(a: Point, b: Point) -> f64 {
        ((a.lat - b.lat) * 111_200.0).hypot((a.lon - b.lon) * 111_200.0 * a.lat.to_radians().cos())
    }

    /// Pairs as they have been published again and again: true, and as shifted.
    #[test]
    fn known_places_come_back() {
        for (lat, lon, shifted_lat, shifted_lon) in [
            (31.177_427_6, 121.527_210_6, 31.175_303_98, 121.531_541_86),
            (22.543_847, 113.912_316, 22.540_796_13, 113.917_176_48),
            (39.911_954, 116.377_817, 39.913_345_46, 116.384_047_23),
        ] {
            let back = from_gcj(Point { lat: shifted_lat, lon: shifted_lon });
            assert!(metres(back, Point { lat, lon }) < 0.1, "{back:?}");
        }
        let baidu = from_bd(Point { lat: 29.199_786, lon: 120.019_809 });
        // Baidu's own way back is an approximation, and so is ours.
        assert!(metres(baidu, Point { lat: 29.196_131_6, lon: 120.008_779_01 }) < 20.0, "{baidu:?}");
    }

    proptest! {
        #[test]
        fn in_the_city_the_shift_is_half_a_kilometre_and_is_undone(lat in 38.5..40.3_f64, lon in 116.7..118.1_f64) {
            let at = Point { lat, lon };
            let shifted = to_gcj(at);
            prop_assert!((300.0..900.0).contains(&metres(at, shifted)));
            prop_assert!(metres(at, from_gcj(shifted)) < 0.01);
        }
    }

    #[test]
    fn abroad_nothing_is_shifted() {
        let abroad = Point { lat: -33.86, lon: 151.2 };
        assert_eq!(from_gcj(abroad), abroad);
    }
}
