//! The routing rules, one row a category. Owns what a rule says; the brackets it must stay inside are kept
//! apart, in `duty`. Invariant: a category of the version in force has exactly one rule, and every body and
//! clause a rule names exists.

use jiff::civil::Date;

use super::table::{Row, Table};
use super::{
    BodyCode, BodyIx, BodySet, CategoryCode, ClauseId, Directory, PlanError, PlanFiles, PlanVersion, Urgency,
};

/// Whether a category is a matter of the plan or a way to set a tip aside for a person to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CategoryKind {
    /// A matter of the plan.
    Category,
    /// Undetermined or out of scope.
    Disposition,
}

/// When the police get a copy of a tip they do not lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoliceCopy {
    /// Always.
    Always,
    /// When the tip shows a crime.
    IfCrime,
    /// When the person concerned agrees, is a minor, or is in danger now.
    Consent,
    /// Never by rule.
    No,
}

/// A category with the names it goes by among officers.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its code.
    pub code: CategoryCode,
    /// Matter or disposition.
    pub kind: CategoryKind,
    /// Its name.
    pub zh: String,
    /// Its name in English.
    pub en: String,
}

/// How tips of one category travel.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The rule's id, kept with every tip it routed.
    pub id: String,
    /// The category it is for.
    pub category: CategoryCode,
    /// How soon somebody must act, unless the tip says otherwise.
    pub urgency: Urgency,
    /// The clause the lead comes from.
    pub primary: Option<ClauseId>,
    /// Further clauses the tip touches.
    pub supporting: Vec<ClauseId>,
    /// The accountable body.
    pub lead: BodyIx,
    /// Bodies the plan lets know.
    pub may_be_told: BodySet,
    /// Bodies told at intake.
    pub told: BodySet,
    /// Bodies given the content besides lead, first responder and police copy.
    pub content_for: BodySet,
    /// Bodies in no bracket of this version, which a person may decide to tell.
    pub extras: BodySet,
    /// When the police get a copy.
    pub police_copy: PoliceCopy,
    /// Minutes to the first action.
    pub minutes: u32,
    /// Minutes to the first action when the pressing circumstance is given.
    pub sharp_minutes: u32,
    /// That circumstance.
    pub sharp_when: Option<String>,
    /// Whether nobody besides the lead is told while the urgency is normal.
    pub quiet_when_normal: bool,
}

impl Rule {
    /// All clauses of the rule, the primary first.
    pub fn clauses(&self) -> impl Iterator<Item = ClauseId> {
        self.primary.into_iter().chain(self.supporting.iter().copied())
    }

    /// Whether the tip is a matter for criminal investigation first.
    pub fn is_criminal(&self, police: BodyIx) -> bool {
        self.lead == police
    }
}

pub(super) fn categories(files: &PlanFiles) -> Result<Vec<Category>, PlanError> {
    let table = Table::read(files, "categories.tsv", &["code", "kind", "zh", "en"])?;
    let kinds = [("category", CategoryKind::Category), ("disposition", CategoryKind::Disposition)];
    let mut categories: Vec<Category> = Vec::new();
    for row in table.rows() {
        let code = row.parse("code")?;
        if categories.iter().any(|c| c.code == code) {
            return Err(row.bad("code", "stands twice"));
        }
        let kind = row.choice("kind", &kinds)?;
        categories.push(Category { code, kind, zh: row.required("zh")?, en: row.required("en")? });
    }
    Ok(categories)
}

/// What the rules are read against.
pub(super) struct Frame<'p> {
    pub(super) directory: &'p Directory,
    pub(super) categories: &'p [Category],
    pub(super) clauses: &'p [ClauseId],
    pub(super) version: PlanVersion,
}

impl Frame<'_> {
    fn body(&self, row: Row<'_>, column: &str, code: BodyCode) -> Result<BodyIx, PlanError> {
        self.directory.ix(code).ok_or_else(|| row.bad(column, &format!("no body `{code}`")))
    }

    fn bodies(&self, row: Row<'_>, column: &str) -> Result<BodySet, PlanError> {
        row.list::<BodyCode>(column)?.into_iter().map(|code| self.body(row, column, code)).collect()
    }

    fn clauses(&self, row: Row<'_>, column: &str) -> Result<Vec<ClauseId>, PlanError> {
        let clauses: Vec<ClauseId> = row.list(column)?;
        match clauses.iter().find(|c| !self.clauses.contains(c)) {
            Some(unknown) => Err(row.bad(column, &format!("no clause `{unknown}`"))),
            None => Ok(clauses),
        }
    }

    fn category(&self, row: Row<'_>) -> Result<CategoryCode, PlanError> {
        let code = row.parse("category")?;
        if !self.categories.iter().any(|c| c.code == code) {
            return Err(row.bad("category", &format!("no category `{code}`")));
        }
        Ok(code)
    }
}

/// The rules in force, in the order of the categories.
pub(super) fn rules(files: &PlanFiles, day: Date, frame: &Frame<'_>) -> Result<Vec<Rule>, PlanError> {
    const COLUMNS: &[&str] = &[
        "rule",
        "category",
        "version",
        "valid_from",
        "valid_to",
        "urgency",
        "primary_clause",
        "supporting_clauses",
        "lead",
        "may_be_told",
        "told_at_intake",
        "content_for",
        "police_copy",
        "first_action_minutes",
        "sharp_minutes",
        "sharp_when",
        "told_when_normal",
        "note",
    ];
    let table = Table::read(files, "rules.tsv", COLUMNS)?;
    let mut found: Vec<Rule> = Vec::new();
    for row in table.valid_on(day)? {
        if row.parse::<PlanVersion>("version")? != frame.version {
            continue;
        }
        let rule = rule(row, frame)?;
        if found.iter().any(|r| r.category == rule.category || r.id == rule.id) {
            return Err(row.bad("category", "has two rules in force"));
        }
        found.push(rule);
    }
    extras(files, frame, &mut found)?;
    frame.categories.iter().map(|c| take(&mut found, c.code)).collect()
}

fn take(found: &mut Vec<Rule>, category: CategoryCode) -> Result<Rule, PlanError> {
    let at = found.iter().position(|r| r.category == category).ok_or(PlanError::NoRule { category })?;
    Ok(found.swap_remove(at))
}

fn rule(row: Row<'_>, frame: &Frame<'_>) -> Result<Rule, PlanError> {
    let copies = [
        ("always", PoliceCopy::Always),
        ("if_crime", PoliceCopy::IfCrime),
        ("consent", PoliceCopy::Consent),
        ("no", PoliceCopy::No),
    ];
    let lead: BodyCode = row.parse("lead")?;
    Ok(Rule {
        id: row.required("rule")?,
        category: frame.category(row)?,
        urgency: row.parse("urgency")?,
        primary: frame.clauses(row, "primary_clause")?.first().copied(),
        supporting: frame.clauses(row, "supporting_clauses")?,
        lead: frame.body(row, "lead", lead)?,
        may_be_told: frame.bodies(row, "may_be_told")?,
        told: frame.bodies(row, "told_at_intake")?,
        content_for: frame.bodies(row, "content_for")?,
        extras: BodySet::EMPTY,
        police_copy: row.choice("police_copy", &copies)?,
        minutes: row.parse("first_action_minutes")?,
        sharp_minutes: row.parse("sharp_minutes")?,
        sharp_when: row.optional("sharp_when").map(str::to_owned),
        quiet_when_normal: row.choice("told_when_normal", &[("same", false), ("none", true)])?,
    })
}

/// Adds the bodies outside the brackets: told at intake once their version routes, until then by a person.
fn extras(files: &PlanFiles, frame: &Frame<'_>, rules: &mut [Rule]) -> Result<(), PlanError> {
    let columns = &["category", "code", "since_version", "content", "source"];
    for row in Table::read(files, "extras.tsv", columns)?.rows() {
        let category = frame.category(row)?;
        let body = frame.body(row, "code", row.parse("code")?)?;
        let in_force = row.parse::<PlanVersion>("since_version")? <= frame.version;
        let content = row.yes("content")?;
        let Some(rule) = rules.iter_mut().find(|r| r.category == category) else { continue };
        if rule.extras.has(body) {
            return Err(row.bad("code", "stands twice"));
        }
        rule.extras = rule.extras.with(body);
        if in_force {
            rule.told = rule.told.with(body);
            rule.content_for = if content { rule.content_for.with(body) } else { rule.content_for };
        }
    }
    Ok(())
}
