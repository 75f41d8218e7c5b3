//! The duties: who is responsible for which clause, as the text of the plan says in its brackets. Owns the
//! brackets as codes, their folding to the bodies of today, and why a clause is no matter for a report.
//! Invariant: after folding, no body co-operates with itself.

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{BodyCode, BodySet, CategoryCode, ClauseId, Directory, Lang, PlanError, PlanFiles};

/// One clause with its bracket.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// Its place in the plan, from 1.
    pub seq: usize,
    /// The clause.
    pub clause: ClauseId,
    /// Where it stands in the plan, as 二(一)2(1).
    pub section: String,
    /// What it asks, in few words.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The responsible bodies as written, in order.
    pub lead_written: Vec<BodyCode>,
    /// The co-operating bodies as written, in order.
    pub coop_written: Vec<BodyCode>,
    /// The responsible bodies of today.
    pub lead: BodySet,
    /// The co-operating bodies of today.
    pub coop: BodySet,
    /// The categories whose tips fall under it.
    pub categories: Vec<CategoryCode>,
    /// Why no tip falls under it, in Chinese and English.
    pub why_not: Option<(String, String)>,
}

impl Duty {
    /// What the clause asks, in `lang`.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Everybody in the bracket.
    pub const fn bracket(&self) -> BodySet {
        self.lead.or(self.coop)
    }
}

pub(super) fn duties(files: &PlanFiles, day: Date, directory: &Directory) -> Result<Vec<Duty>, PlanError> {
    const COLUMNS: &[&str] = &[
        "seq",
        "clause",
        "section",
        "zh",
        "en",
        "lead",
        "coop",
        "tip_relevant",
        "categories",
        "why_not_zh",
        "why_not_en",
        "valid_from",
        "valid_to",
    ];
    let table = Table::read(files, "duties.tsv", COLUMNS)?;
    let mut duties: Vec<Duty> = Vec::new();
    for row in table.valid_on(day)? {
        let duty = duty(row, directory)?;
        if duties.iter().any(|d| d.clause == duty.clause || d.seq == duty.seq) {
            return Err(row.bad("clause", "stands twice"));
        }
        duties.push(duty);
    }
    duties.sort_by_key(|d| d.seq);
    Ok(duties)
}

fn duty(row: Row<'_>, directory: &Directory) -> Result<Duty, PlanError> {
    let (lead_written, coop_written) = (row.list("lead")?, row.list("coop")?);
    let lead = fold(row, directory, "lead", &lead_written)?;
    let coop = fold(row, directory, "coop", &coop_written)?.minus(lead);
    let categories: Vec<CategoryCode> = row.list("categories")?;
    let why_not = match (row.optional("why_not_zh"), row.optional("why_not_en")) {
        (Some(zh), Some(en)) => Some((zh.to_owned(), en.to_owned())),
        (None, None) => None,
        _ => return Err(row.bad("why_not_zh", "the reason must be given in both languages")),
    };
    let relevant = row.yes("tip_relevant")?;
    if relevant == categories.is_empty() || relevant == why_not.is_some() {
        return Err(row.bad("tip_relevant", "needs categories if y, and the reason why not if n"));
    }
    Ok(Duty {
        seq: row.parse("seq")?,
        clause: row.parse("clause")?,
        section: row.required("section")?,
        zh: row.required("zh")?,
        en: row.required("en")?,
        lead_written,
        coop_written,
        lead,
        coop,
        categories,
        why_not,
    })
}

fn fold(
    row: Row<'_>,
    directory: &Directory,
    column: &str,
    written: &[BodyCode],
) -> Result<BodySet, PlanError> {
    let body = |code: &BodyCode| {
        let found = directory.ix(*code).ok_or_else(|| row.bad(column, &format!("no body `{code}`")))?;
        Ok(directory.standing(found))
    };
    written.iter().map(body).collect()
}
