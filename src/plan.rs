//! The action plan as data: bodies and branches, districts, categories, duties and rules, each with the
//! days it is valid. Owns reading and naming; deciding is for `routing`. Refuses a file it does not fully
//! understand: a plan half read would send a report to nobody. Invariant: a [`Plan`] speaks of one version
//! on one day, and every code in it resolves within it.
//!
//! Two sources are held apart on purpose. `duties.tsv` was drawn from the plan's own text, bracket by
//! bracket; `rules.tsv` says how reports travel. [`check`] compares both with each other and the first
//! with the text, so that a slip in either shows.

use jiff::civil::Date;
use serde::Serialize;
use thiserror::Error;

mod body;
mod body_set;
mod boundary;
mod calendar;
pub mod check;
mod checklist;
mod codes;
mod contact;
pub mod difference;
mod directory;
mod district;
mod duty;
mod files;
mod rule;
pub mod sheet;
mod table;
mod text;
mod turns;
mod version;

pub use body::{Agency, Body};
pub use body_set::{BodyIx, BodySet};
pub use boundary::{Point, Whereabouts};
pub use calendar::{Calendar, Exception};
pub use checklist::first_steps;
pub use codes::{
    AgencyCode, BadCode, BodyCode, CategoryCode, ClauseId, DistrictCode, Lang, PlanVersion, Urgency,
};
pub use contact::{Contact, ContactKind};
pub use directory::{Directory, Roles};
pub use district::District;
pub use duty::Duty;
pub use files::{NAMES, PlanFiles};
pub use rule::{Category, CategoryKind, PoliceCopy, Rule};
pub use turns::turns;
pub use version::{Draft, Version, VersionStatus};

/// Why a plan cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum PlanError {
    /// A file is missing or is not text.
    #[error("{file}: cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// The heading is not the agreed one.
    #[error("{file}: the heading must be: {wanted}")]
    Columns {
        /// The file.
        file: &'static str,
        /// The agreed columns.
        wanted: String,
    },
    /// A row has too few or too many cells.
    #[error("{file}:{line}: the number of cells differs from the heading's")]
    Cells {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
    },
    /// A cell cannot be understood or contradicts another.
    #[error("{file}:{line}: {column}: {reason}")]
    Cell {
        /// The file.
        file: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// A body is named that the directory does not have.
    #[error("agencies.tsv: no body `{code}`")]
    NoBody {
        /// The code.
        code: BodyCode,
    },
    /// More bodies than a set has room for.
    #[error("agencies.tsv: more than 64 bodies")]
    TooManyBodies,
    /// A category without a rule in force.
    #[error("rules.tsv: no rule in force for `{category}`")]
    NoRule {
        /// The category.
        category: CategoryCode,
    },
    /// Not exactly one version is in force.
    #[error("versions.tsv: exactly one version must be in force, found {found}")]
    Versions {
        /// How many are.
        found: usize,
    },
    /// The boundaries cannot be read.
    #[error("districts.geojson: {reason}")]
    Boundaries {
        /// What is wrong.
        reason: String,
    },
}

/// The plan, in one version on one day.
#[derive(Clone, Debug)]
pub struct Plan {
    label: String,
    version: Version,
    drafts: Vec<Draft>,
    day: Date,
    bodies: Vec<Body>,
    agencies: Vec<Agency>,
    districts: Vec<District>,
    directory: Directory,
    categories: Vec<Category>,
    rules: Vec<Rule>,
    duties: Vec<Duty>,
    contacts: Vec<Contact>,
    calendar: Calendar,
    names: Vec<text::Name>,
    brackets: Vec<text::Bracket>,
    boundaries: boundary::Boundaries,
}

impl Plan {
    /// The plan compiled in, read on the day it was last reviewed: the same on every machine and day.
    pub fn embedded() -> Result<Self, PlanError> {
        Self::parse(&PlanFiles::embedded())
    }

    /// The plan in `files`, read on the day its version in force was last reviewed.
    pub fn parse(files: &PlanFiles) -> Result<Self, PlanError> {
        let day = version::reviewed_on(files)?;
        Self::parse_on(files, day)
    }

    /// The plan in `files` as it is valid on `day`.
    pub fn parse_on(files: &PlanFiles, day: Date) -> Result<Self, PlanError> {
        let version = version::in_force(files, day)?;
        let bodies = body::bodies(files, day)?;
        let districts = district::districts(files, day)?;
        let directory = Directory::new(&bodies, &districts)?;
        let categories = rule::categories(files)?;
        let duties = duty::duties(files, day, &directory)?;
        let clauses: Vec<ClauseId> = duties.iter().map(|d| d.clause).collect();
        let frame = rule::Frame {
            directory: &directory,
            categories: &categories,
            clauses: &clauses,
            version: version.code,
        };
        let rules = rule::rules(files, day, &frame)?;
        Ok(Self {
            label: version.code.to_string(),
            drafts: version::drafts(files, &clauses)?,
            agencies: body::agencies(&bodies, &districts),
            contacts: contact::contacts(files, &directory)?,
            calendar: calendar::calendar(files)?,
            names: text::names(files, &directory)?,
            brackets: text::brackets(files.get("tianjin-2014-plan.txt")),
            boundaries: boundary::Boundaries::read(files)?,
            version,
            day,
            bodies,
            districts,
            directory,
            categories,
            rules,
            duties,
        })
    }

    /// The name that a decision keeps: the version's year, or the name of the edition that was published here.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The same plan under the name of an edition.
    #[must_use]
    pub fn labelled(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    /// The days that do not work as the week says.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The version in force.
    pub const fn version(&self) -> &Version {
        &self.version
    }

    /// Versions that are known in part and never route.
    pub fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    /// The day the plan is read on.
    pub const fn day(&self) -> Date {
        self.day
    }

    /// All bodies, also the one merged into another.
    pub fn bodies(&self) -> &[Body] {
        &self.bodies
    }

    /// A body.
    pub fn body(&self, code: &BodyCode) -> Option<&Body> {
        self.bodies.iter().find(|b| b.code == *code)
    }

    /// All standing bodies, each followed by its branches.
    pub fn agencies(&self) -> impl Iterator<Item = &Agency> {
        self.agencies.iter()
    }

    /// A body or branch.
    pub fn agency(&self, code: &AgencyCode) -> Option<&Agency> {
        self.agencies.iter().find(|a| a.code == *code)
    }

    /// All districts.
    pub fn districts(&self) -> &[District] {
        &self.districts
    }

    /// A district.
    pub fn district(&self, code: &DistrictCode) -> Option<&District> {
        self.districts.iter().find(|d| d.code == *code)
    }

    /// Where a point lies.
    pub fn locate(&self, point: Point) -> Whereabouts {
        self.boundaries.locate(point)
    }

    /// All categories and dispositions.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// A category or disposition.
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories.iter().find(|c| c.code == *code)
    }

    /// All duties, in the order of the plan.
    pub fn duties(&self) -> &[Duty] {
        &self.duties
    }

    /// The duty of a clause.
    pub fn duty(&self, clause: &ClauseId) -> Option<&Duty> {
        self.duties.iter().find(|d| d.clause == *clause)
    }

    /// What a clause asks, in few words.
    pub fn clause_text(&self, clause: &ClauseId, lang: Lang) -> Option<&str> {
        self.duty(clause).map(|d| d.text(lang))
    }

    /// All rules in force, in the order of the categories.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of a category.
    pub fn rule(&self, category: &CategoryCode) -> Option<&Rule> {
        self.rules.iter().find(|r| r.category == *category)
    }

    /// Hotline numbers, whether verified or not.
    pub fn contacts(&self) -> &[Contact] {
        &self.contacts
    }

    /// What decisions depend on, of bodies and districts.
    pub const fn directory(&self) -> &Directory {
        &self.directory
    }
}
