//! Where the districts end: their boundaries, and the district of a point. Owns reading the boundary file, once, and
//! the geometry; refuses guessing: near a border every district it may be is named, and far from all of them none.
//!
//! Invariant: whatever contains a point is named for it, and first.

use serde::{Deserialize, Serialize};

use super::{DistrictCode, PlanError, PlanFiles};

/// A place on earth in degrees (WGS-84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

impl Point {
    /// The place with these degrees, a tenth of a metre fine; none where they are no place, or where both lines of
    /// nought cross: programs write that for "not known".
    pub fn on_earth(lat: f64, lon: f64) -> Option<Self> {
        let known =
            (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon) && (lat, lon) != (0.0, 0.0);
        let fine = |degrees: f64| (degrees * 1e6).round() / 1e6;
        known.then(|| Self { lat: fine(lat), lon: fine(lon) })
    }
}

/// Where a point lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In no district of the city.
    Outside,
    /// In this one, and far from all others.
    In(DistrictCode),
    /// So near a border that it may be any of these, the likeliest first.
    Between(Vec<DistrictCode>),
}

/// Nearer to a border than this, in metres, and the neighbour is named too: the boundaries are about 100 m fine, a
/// phone's own guess is often worse, and people point across a street.
const NEAR: f64 = 500.0;

/// A point in no district that is nearer to one than this, in metres, may still be in it: the boundaries are cut to about
/// 100 m, and between two of them there are slivers.
const FINE: f64 = 150.0;

/// The boundaries of all districts.
#[derive(Clone, Debug)]
pub(super) struct Boundaries(Vec<Shape>);

#[derive(Clone, Debug)]
struct Shape {
    district: DistrictCode,
    zh: String,
    /// Every ring of every polygon: what is inside an odd number of them is inside.
    rings: Vec<Vec<[f64; 2]>>,
}

#[derive(Deserialize)]
struct Map {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    id: String,
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    zh: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

impl Boundaries {
    pub(super) fn read(files: &PlanFiles) -> Result<Self, PlanError> {
        let bad = |reason: String| PlanError::Boundaries { reason };
        let map: Map =
            serde_json::from_str(files.get("districts.geojson")).map_err(|e| bad(e.to_string()))?;
        map.features.into_iter().map(shape).collect::<Result<_, String>>().map(Self).map_err(bad)
    }

    /// The districts that have a boundary, with the names that stand beside it.
    pub(super) fn names(&self) -> impl Iterator<Item = (DistrictCode, &str)> {
        self.0.iter().map(|shape| (shape.district, shape.zh.as_str()))
    }

    /// Where a point lies.
    pub(super) fn locate(&self, point: Point) -> Whereabouts {
        let flat = Flat::around(point);
        let mut near: Vec<(f64, DistrictCode)> = self
            .0
            .iter()
            .filter_map(|shape| {
                let to_border = flat.to_border(shape)?;
                // What contains it stands before all others, the deeper inside the earlier.
                let inside = shape.contains(point);
                let away = if inside { -to_border } else { to_border };
                (inside || to_border < NEAR).then_some((away, shape.district))
            })
            .collect();
        near.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
        match near.as_slice() {
            [] => Whereabouts::Outside,
            [(away, _), ..] if *away > FINE => Whereabouts::Outside,
            [(_, only)] => Whereabouts::In(*only),
            _ => Whereabouts::Between(near.into_iter().map(|(_, district)| district).collect()),
        }
    }
}

fn shape(feature: Feature) -> Result<Shape, String> {
    let district: DistrictCode = feature.id.parse().map_err(|e| format!("{e}"))?;
    let rings: Vec<_> = match feature.geometry {
        Geometry::Polygon(rings) => rings,
        Geometry::MultiPolygon(polygons) => polygons.into_iter().flatten().collect(),
    };
    let whole = |ring: &Vec<[f64; 2]>| ring.len() >= 4 && ring.first() == ring.last();
    if rings.is_empty() || !rings.iter().all(whole) {
        return Err(format!("the boundary of {district} is not closed"));
    }
    Ok(Shape { district, zh: feature.properties.zh, rings })
}

/// The edges of a ring.
fn edges(ring: &[[f64; 2]]) -> impl Iterator<Item = ([f64; 2], [f64; 2])> {
    ring.iter().copied().zip(ring.iter().copied().skip(1))
}

impl Shape {
    /// Whether a ray to the east crosses the boundary an odd number of times.
    fn contains(&self, Point { lat, lon }: Point) -> bool {
        let crosses = |([ax, ay], [bx, by]): &([f64; 2], [f64; 2])| {
            (*ay > lat) != (*by > lat) && lon < (bx - ax) * (lat - ay) / (by - ay) + ax
        };
        self.rings.iter().flat_map(|ring| edges(ring)).filter(crosses).count() % 2 == 1
    }
}

/// The land around a point as a plane in metres, good for the few hundred metres that matter.
struct Flat {
    origin: Point,
    east: f64,
}

/// Metres for each degree of latitude.
const NORTH: f64 = 111_200.0;

impl Flat {
    fn around(origin: Point) -> Self {
        Self { origin, east: NORTH * origin.lat.to_radians().cos() }
    }

    /// The distance to the nearest edge of a shape's boundary.
    fn to_border(&self, shape: &Shape) -> Option<f64> {
        let all = shape.rings.iter().flat_map(|ring| edges(ring));
        all.map(|(a, b)| self.to_edge(self.at(a), self.at(b))).min_by(f64::total_cmp)
    }

    fn at(&self, [lon, lat]: [f64; 2]) -> (f64, f64) {
        ((lon - self.origin.lon) * self.east, (lat - self.origin.lat) * NORTH)
    }

    fn to_edge(&self, (ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx.mul_add(dx, dy * dy);
        let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        along.mul_add(dx, ax).hypot(along.mul_add(dy, ay))
    }
}

#[cfg(test)]
#[path = "boundary_test.rs"]
mod tests;
