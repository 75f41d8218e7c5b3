//! The rows of the readable tables under the comparison. Owns reading them; refuses finding them in a text.

use std::collections::BTreeMap;

use super::lexicon::{Class, Concept, Sign};

const SIGNS: &str = include_str!("../../../assets/links/signs.tsv");
const SPOTS: &str = include_str!("../../../assets/links/spots.tsv");
const AREAS: &str = include_str!("../../../assets/links/areas.tsv");
const CONCEPTS: &str = include_str!("../../../assets/links/concepts.tsv");
const PLACES: &str = include_str!("../../../assets/insight/places.tsv");

fn cells(line: &str) -> Vec<&str> {
    line.split('\t').collect()
}

/// Tenths of a bit.
fn tenths(cell: &str) -> u16 {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, "0"));
    whole.parse::<u16>().unwrap_or(0) * 10 + part.parse::<u16>().unwrap_or(0).min(9)
}

pub(super) fn signs() -> Vec<(String, Sign)> {
    let mut all = Vec::new();
    for line in SIGNS.lines().skip(1) {
        let [key, class, tells, forms] = cells(line)[..] else { continue };
        let Some(class) = Class::of(class) else { continue };
        let sign = Sign { key: key.to_owned(), class, tells: tenths(tells) };
        let kept = forms.split(';').filter(|form| !form.is_empty() && !is_too_short(form));
        all.extend(kept.map(|form| (form.to_lowercase(), sign.clone())));
    }
    all
}

pub(super) fn concepts() -> BTreeMap<String, Concept> {
    let row = |line: &str| match cells(line)[..] {
        [name, theme, tells] => {
            let theme = (theme != "-").then(|| theme.to_owned());
            Some((name.to_owned(), Concept { name: name.to_owned(), theme, tells: tenths(tells) }))
        }
        _ => None,
    };
    CONCEPTS.lines().skip(1).filter_map(row).collect()
}

pub(super) fn areas() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for line in AREAS.lines().skip(1) {
        let [area, places] = cells(line)[..] else { continue };
        all.extend(places.split(';').map(|place| (place.to_owned(), area.to_owned())));
    }
    all
}

/// What a landmark, a street or town, and a name that covers half a district tell, in tenths of a bit: there are about
/// four hundred of the first two, and people name the known ones more often. The district is in it.
const LANDMARK: u16 = 85;
const TOWN: u16 = 70;
const WIDE: u16 = 42;

/// Names that cover much more than a street.
const WIDE_NAMES: [&str; 20] = [
    "塘沽",
    "汉沽",
    "大港",
    "开发区",
    "泰达",
    "空港",
    "杨村",
    "天津站",
    "蓟县",
    "宁河县",
    "静海县",
    "静海镇",
    "芦台",
    "咸水沽",
    "杨柳青",
    "大学城",
    "东疆",
    "天津港",
    "生态城",
    "海河教育园",
];

pub(super) fn spots() -> Vec<(String, (String, u16))> {
    let rows: BTreeMap<&str, &str> = PLACES.lines().skip(1).filter_map(place).collect();
    let worth = |name: &str| match rows.get(name).copied() {
        _ if WIDE_NAMES.contains(&name) => WIDE,
        Some("town") => TOWN,
        _ => LANDMARK,
    };
    let mut all: BTreeMap<String, (String, u16)> = BTreeMap::new();
    for form in rows.keys() {
        let name = plain_name(form, &rows);
        all.insert(form.to_lowercase(), (name.to_owned(), worth(name)));
    }
    for line in SPOTS.lines().skip(1) {
        let [name, forms] = cells(line)[..] else { continue };
        let name = plain_name(name, &rows);
        for form in std::iter::once(name).chain(forms.split(';')) {
            all.insert(form.to_lowercase(), (name.to_owned(), worth(name)));
        }
    }
    all.into_iter().collect()
}

/// A row of the table of places that is a particular place, with its kind.
fn place(line: &str) -> Option<(&str, &str)> {
    let [_, form, kind @ ("town" | "landmark" | "straddles")] = cells(line)[..] else { return None };
    Some((form, kind))
}

/// One name for a town and the place in it that is called like it: `大寺镇`, `大寺`.
fn plain_name<'a>(name: &'a str, rows: &BTreeMap<&str, &str>) -> &'a str {
    let short = ["街道", "镇", "街"].iter().find_map(|end| name.strip_suffix(end));
    short.filter(|short| rows.contains_key(short)).unwrap_or(name)
}

/// Whether a form is too short for a script without blanks, where it would stand inside other words.
fn is_too_short(form: &str) -> bool {
    let south = form.chars().all(|c| matches!(c as u32, 0xe00..=0x109f | 0x1780..=0x17ff));
    south && form.chars().count() < 4
}
