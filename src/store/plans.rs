//! The versions of the plan that are drafted, published and kept. Owns reading them and the texts of their files;
//! refuses who may change one, which is asked in `people::plans`, and understanding a text, which is `plan`'s.
//!
//! One invariant: what is read of a version is exactly what its digest was made of, or it is not read.

mod known;
mod writing;

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::connection::Db;
use super::schema::{officers, plan_texts, plan_versions};
use crate::clock::Minute;
use crate::plan::check::Finding;
use crate::plan::{NAMES, PlanFiles};
use crate::vault::digest::sha256;
use crate::vault::hex;
use crate::vault::uid::Uid;

pub use known::known;
pub(super) use writing::{Fresh, change, clear, enter, standing};
pub use writing::{put_proof, reseal};

/// How far a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The compiled-in plan, as it was when the first draft began.
    BuiltIn,
    /// It is being written.
    Draft,
    /// It waits for the second person, and does not change meanwhile.
    Proposed,
    /// Two people have agreed to it.
    Published,
}

crate::people::roles::words!(Status { BuiltIn = "built_in", Draft = "draft", Proposed = "proposed", Published = "published" });

/// The texts of a version's files, with what names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    by_name: BTreeMap<String, String>,
    bodies: BTreeMap<String, String>,
}

impl Texts {
    /// The texts of these files.
    pub fn of(files: &PlanFiles) -> Self {
        let (mut by_name, mut bodies) = (BTreeMap::new(), BTreeMap::new());
        for (name, text) in files.iter() {
            let digest = hex::encode(&sha256(text.as_bytes()));
            by_name.insert(name.to_owned(), digest.clone());
            bodies.insert(digest, text.to_owned());
        }
        Self { by_name, bodies }
    }

    fn lines(&self) -> String {
        self.by_name.iter().map(|(name, digest)| format!("{name} {digest}\n")).collect()
    }

    /// What names this content, valid from this day on.
    pub fn digest(&self, valid_from: Date) -> String {
        digest_of(&self.lines(), day_number(valid_from))
    }
}

fn digest_of(lines: &str, day: i64) -> String {
    hex::encode(&sha256(format!("{day}\n{lines}").as_bytes()))
}

/// Days since 1970, as the rows count them.
pub fn day_number(day: Date) -> i64 {
    let since = Date::constant(1970, 1, 1).until(day);
    since.map_or(0, |span| i64::from(span.get_days()))
}

fn day_of(number: i64) -> Date {
    let span = i32::try_from(number).ok().map(jiff::ToSpan::days);
    span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span).ok()).unwrap_or(Date::MAX)
}

/// What the proof of a version found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// How many tips were decided.
    pub cases: u64,
    /// On how many days of its life it was proved.
    pub days: usize,
    /// What is wrong; the first of them.
    pub findings: Vec<Found>,
}

/// One thing that is wrong with a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The day on which it is.
    pub day: String,
    /// The check.
    pub check: String,
    /// Where.
    pub at: String,
    /// What.
    pub says: String,
}

impl Found {
    /// A finding on a day.
    pub fn on(day: Date, finding: &Finding) -> Self {
        let Finding { check, at, says } = finding;
        Self { day: day.to_string(), check: (*check).to_owned(), at: at.clone(), says: says.clone() }
    }
}

impl Proof {
    /// Whether nothing was found.
    pub const fn is_green(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1 in the order of beginning.
    pub number: i64,
    /// The name that decisions keep.
    pub label: String,
    /// What its author calls it.
    pub name: String,
    /// How far it is.
    pub status: Status,
    /// The version it began as.
    pub based_on: Option<i64>,
    /// Who began it.
    pub author: Option<i64>,
    /// When it began.
    pub created: Minute,
    /// When it was last changed.
    pub changed: Minute,
    /// The first day it is to route.
    pub valid_from: Date,
    /// What names its content.
    pub digest: String,
    /// What the proof of this very content found.
    pub proof: Option<Proof>,
    /// The request that waits or was granted.
    pub approval: Option<Uid>,
    /// When it was published.
    pub published: Option<Minute>,
    /// The portal's seal on what was published.
    pub seal: Option<Vec<u8>>,
}

impl Version {
    /// The first day that it can still route on: the one it is valid from, or `today`.
    pub fn first_day(&self, today: Date) -> Date {
        self.valid_from.max(today)
    }

    /// What the seal is made over.
    pub fn sealed_text(&self) -> Vec<u8> {
        sealed_text(self.number, &self.label, self.valid_from, &self.digest)
    }
}

/// What a seal is made over.
pub fn sealed_text(number: i64, label: &str, valid_from: Date, digest: &str) -> Vec<u8> {
    format!("{number}\n{label}\n{}\n{digest}", day_number(valid_from)).into_bytes()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plan_versions)]
struct Row {
    number: i64,
    label: String,
    name: String,
    status: String,
    based_on: Option<i64>,
    author: Option<i64>,
    created_minute: i64,
    changed_minute: i64,
    valid_from_day: i64,
    digest: String,
    proof: Option<String>,
    proof_digest: Option<String>,
    approval: Option<String>,
    published_minute: Option<i64>,
    seal: Option<Vec<u8>>,
}

impl Row {
    /// None where the row holds a word that this version of the program does not know.
    fn read(self) -> Option<Version> {
        let proved = self.proof_digest.as_ref() == Some(&self.digest);
        let proof = self.proof.filter(|_| proved).and_then(|text| serde_json::from_str(&text).ok());
        Some(Version {
            number: self.number,
            label: self.label,
            name: self.name,
            status: self.status.parse().ok()?,
            based_on: self.based_on,
            author: self.author,
            created: Minute(self.created_minute),
            changed: Minute(self.changed_minute),
            valid_from: day_of(self.valid_from_day),
            digest: self.digest,
            proof,
            approval: self.approval.and_then(|uid| uid.parse().ok()),
            published: self.published_minute.map(Minute),
            seal: self.seal,
        })
    }
}

/// Every version, newest first.
pub fn all(db: &mut Db, plan: i64) -> QueryResult<Vec<Version>> {
    let rows: Vec<Row> = plan_versions::table
        .filter(plan_versions::plan_id.eq(plan))
        .order(plan_versions::number.desc())
        .select(Row::as_select())
        .load(db)?;
    Ok(rows.into_iter().filter_map(Row::read).collect())
}

/// One version.
pub fn find(db: &mut Db, plan: i64, number: i64) -> QueryResult<Option<Version>> {
    let row: Option<Row> = plan_versions::table
        .filter(plan_versions::plan_id.eq(plan).and(plan_versions::number.eq(number)))
        .select(Row::as_select())
        .get_result(db)
        .optional()?;
    Ok(row.and_then(Row::read))
}

/// The number of the version that is to route on `day`; none where it is the compiled-in plan.
pub fn routing(db: &mut Db, plan: i64, day: Date) -> QueryResult<Option<i64>> {
    plan_versions::table
        .filter(plan_versions::plan_id.eq(plan).and(plan_versions::status.eq(Status::Published.as_str())))
        .filter(plan_versions::valid_from_day.le(day_number(day)))
        .select(diesel::dsl::max(plan_versions::number))
        .get_result(db)
}

/// The version that the decision kept this name of.
pub fn labelled(db: &mut Db, plan: i64, label: &str) -> QueryResult<Option<Version>> {
    Ok(all(db, plan)?.into_iter().find(|version| version.label == label))
}

/// Why the texts of a version cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// A file's text is not there.
    #[error("{0}: its text is not there")]
    Missing(String),
    /// A text is not the one that was published.
    #[error("{0}: its text is not the one that was written")]
    Changed(String),
    /// The list of files is not the one that was published.
    #[error("the list of files is not the one that was written")]
    List,
}

/// The texts of a version; a file that it does not name is the compiled-in one.
pub fn files(db: &mut Db, plan: i64, number: i64) -> QueryResult<Result<PlanFiles, Damaged>> {
    let (lines, digest, day): (String, String, i64) = plan_versions::table
        .filter(plan_versions::plan_id.eq(plan).and(plan_versions::number.eq(number)))
        .select((plan_versions::files, plan_versions::digest, plan_versions::valid_from_day))
        .get_result(db)?;
    if digest_of(&lines, day) != digest {
        return Ok(Err(Damaged::List));
    }
    let named: Vec<(&str, &str)> = lines.lines().filter_map(|line| line.split_once(' ')).collect();
    let wanted: Vec<&str> = named.iter().map(|(_, digest)| *digest).collect();
    let bodies: Vec<(String, String)> = plan_texts::table
        .filter(plan_texts::digest.eq_any(wanted))
        .select((plan_texts::digest, plan_texts::body))
        .load(db)?;
    let mut bodies: BTreeMap<String, String> = bodies.into_iter().collect();
    let mut files = PlanFiles::embedded();
    for (name, digest) in named.into_iter().filter(|(name, _)| NAMES.contains(name)) {
        let Some(body) = bodies.remove(digest) else { return Ok(Err(Damaged::Missing(name.to_owned()))) };
        if hex::encode(&sha256(body.as_bytes())) != digest {
            return Ok(Err(Damaged::Changed(name.to_owned())));
        }
        files.set(name, body);
    }
    Ok(Ok(files))
}

/// The names of officers.
pub fn names(db: &mut Db, of: &[i64]) -> QueryResult<BTreeMap<i64, String>> {
    let rows: Vec<(i64, String)> = officers::table
        .filter(officers::id.eq_any(of))
        .select((officers::id, officers::display_name))
        .load(db)?;
    Ok(rows.into_iter().collect())
}
