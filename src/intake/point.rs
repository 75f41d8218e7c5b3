//! A place that somebody shared: coordinates, or the text that a map's "share" makes. Owns finding the pair in it and
//! whose map it is; refuses looking anything up: a short link without numbers in it stays the words it is. No link is
//! ever followed.
//!
//! Invariant: what is read is a place on earth; whatever cannot be read is no place, and no error.

mod datum;

use percent_encoding::percent_decode_str;

use crate::plan::Point;

/// A pair that was found, and whether anything else stood beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// The place.
    pub point: Point,
    /// Whether the text was the pair and nothing more.
    pub bare: bool,
}

/// How a map counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Datum {
    /// As the earth does.
    Wgs84,
    /// As maps in China must.
    Gcj02,
    /// As Baidu's does.
    Bd09,
}

/// The marks of maps that count in another way; the first that stands in the text decides.
const MAPS: [(&str, Datum); 10] = [
    ("baidu", Datum::Bd09),
    ("bdapp:", Datum::Bd09),
    ("amap", Datum::Gcj02),
    ("autonavi", Datum::Gcj02),
    ("gaode", Datum::Gcj02),
    ("map.qq.com", Datum::Gcj02),
    ("qqmap:", Datum::Gcj02),
    ("apple.com", Datum::Gcj02),
    ("google.", Datum::Gcj02),
    ("goo.gl", Datum::Gcj02),
];

/// What a link itself says of how it counts, before whose it is.
const SAID: [(&str, Datum); 8] = [
    ("wgs84", Datum::Wgs84),
    ("gps84", Datum::Wgs84),
    ("&dev=1", Datum::Wgs84),
    ("bd09ll", Datum::Bd09),
    ("=bd09", Datum::Bd09),
    ("gcj02", Datum::Gcj02),
    ("=gaode", Datum::Gcj02),
    ("=autonavi", Datum::Gcj02),
];

/// Names by which the two numbers stand apart in a link.
const NORTH: [&str; 6] = ["lat=", "latitude=", "mlat=", "slat=", "dlat=", "pointy="];
const EAST: [&str; 9] =
    ["lng=", "lon=", "longitude=", "mlon=", "slon=", "dlon=", "long=", "mlng=", "pointx="];

/// The place in a text, if there is one.
pub fn read(text: &str) -> Option<Shared> {
    let text = percent_decode_str(text.trim()).decode_utf8_lossy().to_lowercase().replace("!4d", ",");
    let (found, bare) = named(&text).map(|point| (point, false)).or_else(|| side_by_side(&text))?;
    let Point { lat, lon } = match datum(&text) {
        Datum::Wgs84 => found,
        Datum::Gcj02 => datum::from_gcj(found),
        Datum::Bd09 => datum::from_bd(found),
    };
    Some(Shared { point: Point::on_earth(lat, lon)?, bare })
}

fn datum(text: &str) -> Datum {
    let first = |marks: &[(&str, Datum)]| marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, d)| *d);
    let is_link = text.contains("://") || text.contains(".com/") || text.contains(".cn/");
    let of_map = || first(&MAPS).filter(|_| is_link);
    first(&SAID).or_else(of_map).unwrap_or(Datum::Wgs84)
}

/// Latitude and longitude under their own names.
fn named(text: &str) -> Option<Point> {
    let value = |names: &[&str]| {
        let after = |name: &&str| {
            let starts =
                |(at, _): &(usize, &str)| !text[..*at].chars().next_back().is_some_and(char::is_alphanumeric);
            let (at, _) = text.match_indices(*name).find(starts)?;
            number(&text[at + name.len()..]).map(|(value, _)| value)
        };
        names.iter().find_map(after)
    };
    Point::on_earth(value(&NORTH)?, value(&EAST)?)
}

/// The first two numbers with a point in them, one after the other; and whether they are all there is.
fn side_by_side(text: &str) -> Option<(Point, bool)> {
    let mut rest = text;
    loop {
        let start = rest.find(|c: char| c.is_ascii_digit())?;
        let signed = rest[..start].ends_with('-');
        let (one, after) = number(&rest[start..])?;
        let between = after.find(|c: char| c.is_ascii_digit() || c == '-').unwrap_or(after.len());
        if is_gap(&after[..between])
            && let Some((other, end)) = number(&after[between..])
        {
            let one_written = &rest[start..rest.len() - after.len()];
            let other_written = &after[between..after.len() - end.len()];
            let one = if signed { -one } else { one };
            let precise = one_written.contains('.') && other_written.contains('.');
            let (lat, lon) = in_order(text, &rest[..start], one, other);
            if let Some(point) = Point::on_earth(lat, lon).filter(|_| precise) {
                let bare = rest.len() == text.len() && is_mark(&rest[..start]) && is_mark(end);
                return Some((point, bare));
            }
        }
        rest = after;
    }
}

/// What may stand between two numbers of a pair.
fn is_gap(text: &str) -> bool {
    let known =
        [",", ";", "，", "；", "、", "/", "+", " ", "°", "n", "e", "北纬", "东经", "\t", "\n", ":", "："];
    let mut rest = text;
    while let Some(mark) = known.iter().find(|mark| rest.starts_with(**mark)) {
        rest = &rest[mark.len()..];
    }
    rest.is_empty() && !text.is_empty() && text.chars().count() <= 8
}

/// What may stand around a pair that is nothing but a pair.
fn is_mark(text: &str) -> bool {
    let text = text.strip_prefix("geo:").unwrap_or(text);
    text.chars().all(|c| matches!(c, ' ' | '°' | 'n' | 'e' | '(' | ')' | '（' | '）' | '-' | '北' | '纬'))
}

/// Two numbers as latitude and longitude. No latitude is above ninety; where both could be one, latitude stands first,
/// but for the links that are known to put it last.
fn in_order(text: &str, before: &str, one: f64, other: f64) -> (f64, f64) {
    let east_first = ["position=", "dest=", "center=", "location="].iter().any(|name| before.ends_with(name))
        && text.contains("amap");
    if one.abs() > 90.0 || (east_first && other.abs() <= 90.0) { (other, one) } else { (one, other) }
}

/// A number at the start of a text, and what follows it.
fn number(text: &str) -> Option<(f64, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = text.len() - unsigned.len();
    let mut points = 0;
    let mut part = |c: char| {
        points += usize::from(c == '.');
        c.is_ascii_digit() || (c == '.' && points == 1)
    };
    let end = sign + unsigned.find(|c: char| !part(c)).unwrap_or(unsigned.len());
    let value: f64 = text[..end].parse().ok().filter(|value: &f64| value.is_finite())?;
    Some((value, &text[end..]))
}

#[cfg(test)]
#[path = "point_test.rs"]
mod tests;
