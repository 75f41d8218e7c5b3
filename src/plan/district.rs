//! The districts of the city: codes, names, landmarks, rough places. Owns reading them; exact boundaries are
//! for `boundary`, and finding a place in a text is for `insight`. Invariant: a district's point lies
//! in its box.

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{DistrictCode, Lang, PlanError, PlanFiles};

/// A district of the city.
#[derive(Clone, Debug, PartialEq)]
pub struct District {
    /// Its GB/T 2260 code.
    pub code: DistrictCode,
    /// Its name, as 武清区.
    pub zh: String,
    /// Its name as it stands inside other names, as 武清.
    pub short: String,
    /// Its name in English.
    pub en: String,
    /// Its name in pinyin, one word.
    pub pinyin: String,
    /// A point inside it: latitude and longitude, approximate.
    pub point: (f64, f64),
    /// Its box: south, west, north, east.
    pub bounds: [f64; 4],
    /// What it was called when the plan was written.
    pub name_2014: String,
    /// Landmarks and other names by which people mean it.
    pub aliases: Vec<String>,
    /// How its name misleads.
    pub trap: Option<String>,
}

impl District {
    /// The name in `lang`.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

pub(super) fn districts(files: &PlanFiles, day: Date) -> Result<Vec<District>, PlanError> {
    const COLUMNS: &[&str] = &[
        "gb2260",
        "zh",
        "short",
        "en",
        "pinyin",
        "lat",
        "lon",
        "south",
        "west",
        "north",
        "east",
        "name_2014",
        "aliases",
        "trap",
        "valid_from",
        "valid_to",
    ];
    let table = Table::read(files, "districts.tsv", COLUMNS)?;
    let mut districts: Vec<District> = Vec::new();
    for row in table.valid_on(day)? {
        let district = district(row)?;
        if districts.iter().any(|d| d.code == district.code || d.zh == district.zh) {
            return Err(row.bad("gb2260", "stands twice"));
        }
        districts.push(district);
    }
    Ok(districts)
}

fn district(row: Row<'_>) -> Result<District, PlanError> {
    let bounds = [row.parse("south")?, row.parse("west")?, row.parse("north")?, row.parse("east")?];
    let point: (f64, f64) = (row.parse("lat")?, row.parse("lon")?);
    if !(bounds[0]..=bounds[2]).contains(&point.0) || !(bounds[1]..=bounds[3]).contains(&point.1) {
        return Err(row.bad("lat", "the point lies outside the district's box"));
    }
    Ok(District {
        code: row.parse("gb2260")?,
        zh: row.required("zh")?,
        short: row.required("short")?,
        en: row.required("en")?,
        pinyin: row.required("pinyin")?,
        point,
        bounds,
        name_2014: row.required("name_2014")?,
        aliases: row.optional("aliases").map_or_else(Vec::new, split_aliases),
        trap: row.optional("trap").map(str::to_owned),
    })
}

fn split_aliases(cell: &str) -> Vec<String> {
    cell.split(';').map(|alias| alias.trim().to_owned()).collect()
}
