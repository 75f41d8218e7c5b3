//! Bodies, their branches and the districts. Owns who exists and what they are called; who acts on what is
//! for the rules. Invariant: a code stands once, a merged body and a hosted office point at bodies that
//! exist, and [`Directory`] holds everything about them that a decision may depend on, and nothing else.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{AgencyCode, BodyCode, BodyIx, BodySet, DistrictCode, Lang, PlanError, PlanFiles};

/// A body of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// Its code.
    pub code: BodyCode,
    /// Today's name.
    pub zh: String,
    /// Today's name in English.
    pub en: String,
    /// The field it works in.
    pub kind: String,
    /// Whether a tip may be put into its hands; if not, it gets notices at most.
    pub can_take_tips: bool,
    /// Whether it must never be told of a tip, whatever a bracket allows.
    pub never_told: bool,
    /// The body that took over its duties.
    pub merged_into: Option<BodyCode>,
    /// The body in whose house its office sits.
    pub hosted_by: Option<BodyCode>,
    branch_zh: Option<String>,
    branch_en: Option<String>,
}

impl Body {
    /// The name in `lang`.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Whether it has a branch in each district.
    pub const fn has_branches(&self) -> bool {
        self.branch_zh.is_some()
    }
}

/// A desk a tip can come to: a municipal body or one of its branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Agency {
    /// Its code.
    pub code: AgencyCode,
    /// Its name.
    pub zh: String,
    /// Its name in English.
    pub en: String,
    /// Whether a tip may be put into its hands.
    pub can_take_tips: bool,
}

impl Agency {
    /// The name in `lang`.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

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

/// The bodies that the rules name where the plan is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// First responder in immediate danger.
    pub police: BodyIx,
    /// Takes what the police must not.
    pub procuratorate: BodyIx,
    /// Takes what another municipal body must not.
    pub conference: BodyIx,
    /// The neutral desk, first owner of the reporting mechanism (2.1.1).
    pub neutral: BodyIx,
    /// The second owner of the reporting mechanism (2.1.1), where a tip comes when all else is barred.
    pub second_owner: BodyIx,
}

/// What decisions depend on, of bodies and districts.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    codes: Vec<BodyCode>,
    by_code: Vec<(BodyCode, BodyIx)>,
    merged: Vec<Option<BodyIx>>,
    hosts: Vec<Option<BodyIx>>,
    districts: BTreeSet<DistrictCode>,
    /// The bodies with a part in the rules themselves.
    pub roles: Roles,
    /// Bodies that a tip may be put into the hands of.
    pub can_take_tips: BodySet,
    /// Bodies with a branch in each district.
    pub with_branches: BodySet,
    /// Bodies that are never told.
    pub never_told: BodySet,
}

impl Directory {
    pub(super) fn new(bodies: &[Body], districts: &[District]) -> Result<Self, PlanError> {
        let codes: Vec<BodyCode> = bodies.iter().map(|b| b.code).collect();
        if codes.len() > BodySet::ROOM {
            return Err(PlanError::TooManyBodies);
        }
        let place = |code: BodyCode| {
            let at = codes.iter().position(|c| *c == code).ok_or(PlanError::NoBody { code })?;
            Ok(BodyIx(u8::try_from(at).map_err(|_| PlanError::TooManyBodies)?))
        };
        let other = |code: Option<BodyCode>| code.map(place).transpose();
        let merged = bodies.iter().map(|b| other(b.merged_into)).collect::<Result<_, PlanError>>()?;
        let hosts = bodies.iter().map(|b| other(b.hosted_by)).collect::<Result<_, PlanError>>()?;
        let those =
            |is: fn(&Body) -> bool| (0u8..).zip(bodies).filter(move |(_, b)| is(b)).map(|(i, _)| BodyIx(i));
        let role = |code: &str| place(code.parse().expect("role codes are well-formed"));
        let roles = Roles {
            police: role("psb")?,
            procuratorate: role("procur")?,
            conference: role("jointconf")?,
            neutral: role("polilegal")?,
            second_owner: role("justice")?,
        };
        let mut by_code: Vec<_> = codes.iter().copied().zip((0u8..).map(BodyIx)).collect();
        by_code.sort_unstable();
        Ok(Self {
            by_code,
            roles,
            merged,
            hosts,
            districts: districts.iter().map(|d| d.code).collect(),
            can_take_tips: those(|b| b.can_take_tips).collect(),
            with_branches: those(Body::has_branches).collect(),
            never_told: those(|b| b.never_told).collect(),
            codes,
        })
    }

    /// The place of a body.
    pub fn ix(&self, code: BodyCode) -> Option<BodyIx> {
        let at = self.by_code.binary_search_by(|(known, _)| known.cmp(&code)).ok()?;
        Some(self.by_code[at].1)
    }

    /// The code of the body at a place.
    pub fn code(&self, body: BodyIx) -> BodyCode {
        self.codes[body.at()]
    }

    /// The body that stands for `body` today: itself, or the one it was merged into.
    pub fn standing(&self, body: BodyIx) -> BodyIx {
        self.merged[body.at()].unwrap_or(body)
    }

    /// The bodies whose office sits in `host`.
    pub fn hosted_by(&self, host: BodyIx) -> BodySet {
        self.bodies().filter(|b| self.host(*b) == Some(host)).collect()
    }

    /// The body in whose house the office of `body` sits.
    pub fn host(&self, body: BodyIx) -> Option<BodyIx> {
        self.hosts[body.at()]
    }

    /// Whether `body` has a branch in `district`.
    pub fn has_branch(&self, body: BodyIx, district: DistrictCode) -> bool {
        self.with_branches.has(body) && self.districts.contains(&district)
    }

    /// Every body.
    pub fn bodies(&self) -> impl Iterator<Item = BodyIx> {
        (0u8..).map(BodyIx).take(self.codes.len())
    }

    /// Every district.
    pub const fn districts(&self) -> &BTreeSet<DistrictCode> {
        &self.districts
    }
}

pub(super) fn bodies(files: &PlanFiles, day: Date) -> Result<Vec<Body>, PlanError> {
    const COLUMNS: &[&str] = &[
        "code",
        "zh",
        "en",
        "kind",
        "can_take_tips",
        "never_told",
        "merged_into",
        "hosted_by",
        "branch_zh",
        "branch_en",
        "valid_from",
        "valid_to",
        "note",
    ];
    let table = Table::read(files, "agencies.tsv", COLUMNS)?;
    let mut bodies: Vec<Body> = Vec::new();
    for row in table.valid_on(day)? {
        let body = body(row)?;
        if bodies.iter().any(|b| b.code == body.code) {
            return Err(row.bad("code", "stands twice"));
        }
        bodies.push(body);
    }
    Ok(bodies)
}

fn body(row: Row<'_>) -> Result<Body, PlanError> {
    let body = Body {
        code: row.parse("code")?,
        zh: row.required("zh")?,
        en: row.required("en")?,
        kind: row.required("kind")?,
        can_take_tips: row.yes("can_take_tips")?,
        never_told: row.yes("never_told")?,
        merged_into: row.parse_optional("merged_into")?,
        hosted_by: row.parse_optional("hosted_by")?,
        branch_zh: row.optional("branch_zh").map(str::to_owned),
        branch_en: row.optional("branch_en").map(str::to_owned),
    };
    if body.branch_zh.is_some() != body.branch_en.is_some() {
        return Err(row.bad("branch_en", "must say something exactly where branch_zh does"));
    }
    if body.can_take_tips && (body.never_told || body.merged_into.is_some()) {
        return Err(row.bad("can_take_tips", "must be n for a body never told or merged into another"));
    }
    Ok(body)
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

/// Every body that still stands, each followed by its branches.
pub(super) fn agencies(bodies: &[Body], districts: &[District]) -> Vec<Agency> {
    let mut agencies = Vec::new();
    for body in bodies.iter().filter(|b| b.merged_into.is_none()) {
        agencies.push(Agency {
            code: AgencyCode::municipal(body.code),
            zh: body.zh.clone(),
            en: body.en.clone(),
            can_take_tips: body.can_take_tips,
        });
        agencies.extend(districts.iter().filter_map(|district| branch(body, district)));
    }
    agencies
}

fn branch(body: &Body, district: &District) -> Option<Agency> {
    Some(Agency {
        code: AgencyCode::branch(body.code, district.code),
        zh: branch_name(body.branch_zh.as_deref()?, district, Lang::Zh),
        en: branch_name(body.branch_en.as_deref()?, district, Lang::En),
        can_take_tips: body.can_take_tips,
    })
}

/// Fills a pattern as `{zh}教育局;120116={zh}教育体育局`: the general form, then exceptions by district.
fn branch_name(pattern: &str, district: &District, lang: Lang) -> String {
    let own =
        |form: &&str| form.strip_prefix(district.code.as_str()).is_some_and(|rest| rest.starts_with('='));
    let mut forms = pattern.split(';');
    let general = forms.next().unwrap_or_default();
    let form = forms.find(own).map_or(general, |form| &form[7..]);
    form.replace("{zh}", &district.zh)
        .replace("{short}", &district.short)
        .replace("{en}", district.name(lang))
}
