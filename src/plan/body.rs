//! Bodies and their branches. Owns what they are called and what may be put into their hands. Invariant: a
//! code stands once, and a body has a branch either in every district or in none.

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{AgencyCode, BodyCode, District, Lang, PlanError, PlanFiles};

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
