//! Versions of the plan. Owns which one is in force and what is known of those that are not yet. Refuses
//! two at once and none at all. Invariant: a draft has no rules and never routes.

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{ClauseId, Lang, PlanError, PlanFiles, PlanVersion};

const COLUMNS: &[&str] =
    &["version", "status", "valid_from", "valid_to", "reviewed_on", "title_zh", "title_en", "source"];

/// Whether a version routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionStatus {
    /// It routes.
    InForce,
    /// It is known in part and does not.
    Draft,
}

/// A version of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its year.
    pub code: PlanVersion,
    /// Whether it routes.
    pub status: VersionStatus,
    /// The first day it is valid.
    pub valid_from: Date,
    /// The day its data were last looked through.
    pub reviewed_on: Date,
    title: (String, String),
}

impl Version {
    /// The title of the document, in `lang`.
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.title.0,
            Lang::En => &self.title.1,
        }
    }
}

/// A version that does not route, with the clauses whose new brackets are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The version.
    pub version: Version,
    /// Clauses it changes, as far as known, with what changed.
    pub changes: Vec<(ClauseId, String)>,
}

fn version(row: Row<'_>) -> Result<Version, PlanError> {
    let status = [("in_force", VersionStatus::InForce), ("draft", VersionStatus::Draft)];
    Ok(Version {
        code: row.parse("version")?,
        status: row.choice("status", &status)?,
        valid_from: row.parse("valid_from")?,
        reviewed_on: row.parse("reviewed_on")?,
        title: (row.required("title_zh")?, row.required("title_en")?),
    })
}

/// The day the newest version in force was last looked through.
pub(super) fn reviewed_on(files: &PlanFiles) -> Result<Date, PlanError> {
    let table = Table::read(files, "versions.tsv", COLUMNS)?;
    let versions = table.rows().map(version).collect::<Result<Vec<_>, _>>()?;
    let in_force = versions.iter().filter(|v| v.status == VersionStatus::InForce);
    in_force.map(|v| v.reviewed_on).max().ok_or(PlanError::Versions { found: 0 })
}

/// The one version in force on `day`.
pub(super) fn in_force(files: &PlanFiles, day: Date) -> Result<Version, PlanError> {
    let table = Table::read(files, "versions.tsv", COLUMNS)?;
    let mut found = Vec::new();
    for row in table.valid_on(day)? {
        found.extend(Some(version(row)?).filter(|v| v.status == VersionStatus::InForce));
    }
    match (found.pop(), found.len()) {
        (Some(version), 0) => Ok(version),
        (last, others) => Err(PlanError::Versions { found: others + usize::from(last.is_some()) }),
    }
}

/// The versions that do not route.
pub(super) fn drafts(files: &PlanFiles, clauses: &[ClauseId]) -> Result<Vec<Draft>, PlanError> {
    let columns = &["version", "overrides", "plan", "clause", "text_en", "lead", "coop", "source", "change"];
    let known = Table::read(files, "duties_2021.tsv", columns)?;
    let mut drafts = Vec::new();
    for row in Table::read(files, "versions.tsv", COLUMNS)?.rows() {
        let version = version(row)?;
        if version.status == VersionStatus::Draft {
            drafts.push(Draft { changes: changes(&known, version.code, clauses)?, version });
        }
    }
    Ok(drafts)
}

fn changes(
    known: &Table<'_>,
    version: PlanVersion,
    clauses: &[ClauseId],
) -> Result<Vec<(ClauseId, String)>, PlanError> {
    let mut changes = Vec::new();
    for row in known.rows() {
        let clause: ClauseId = row.parse("overrides")?;
        if !clauses.contains(&clause) {
            return Err(row.bad("overrides", &format!("no clause `{clause}`")));
        }
        if row.parse::<PlanVersion>("version")? == version {
            changes.push((clause, row.required("change")?));
        }
    }
    Ok(changes)
}
