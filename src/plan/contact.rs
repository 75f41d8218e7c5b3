//! Hotline numbers as dated configuration. Owns which numbers exist, when they were looked at and whether
//! they were verified. Invariant: [`Contact::is_public`] holds for verified numbers only.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::table::Table;
use super::{BodyCode, Directory, PlanError, PlanFiles};

/// How a number is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactKind {
    /// By calling it.
    Call,
    /// By text message.
    Sms,
}

/// One number of one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The body that answers.
    pub body: BodyCode,
    /// Call or text.
    pub kind: ContactKind,
    /// The number.
    pub number: String,
    /// What it is for.
    pub zh: String,
    /// What it is for, in English.
    pub en: String,
    /// The day somebody last looked at it.
    pub reviewed_on: Date,
    /// Where it is from.
    pub source: String,
    verified: bool,
}

/// How long a look at a number holds, in days: a year.
const HOLDS_DAYS: i32 = 365;

/// How long before that somebody is to look again, in days.
const WARN_DAYS: i32 = 60;

impl Contact {
    /// Whether the public may be shown this number.
    pub const fn is_public(&self) -> bool {
        self.verified
    }

    /// The day after which somebody must have looked at it again.
    pub fn holds_until(&self) -> Date {
        self.reviewed_on.checked_add(HOLDS_DAYS.days()).unwrap_or(Date::MAX)
    }

    /// Whether nobody has looked at it for too long.
    pub fn is_expired(&self, day: Date) -> bool {
        self.holds_until() < day
    }

    /// Whether somebody must look at it within sixty days, or should have.
    pub fn expires_soon(&self, day: Date) -> bool {
        self.holds_until() <= day.checked_add(WARN_DAYS.days()).unwrap_or(day)
    }
}

pub(super) fn contacts(files: &PlanFiles, directory: &Directory) -> Result<Vec<Contact>, PlanError> {
    const COLUMNS: &[&str] =
        &["code", "kind", "number", "label_zh", "label_en", "verified", "reviewed_on", "source"];
    let table = Table::read(files, "contacts.tsv", COLUMNS)?;
    let mut contacts = Vec::new();
    for row in table.rows() {
        let body: BodyCode = row.parse("code")?;
        if directory.ix(body).is_none() {
            return Err(row.bad("code", &format!("no body `{body}`")));
        }
        contacts.push(Contact {
            body,
            kind: row.choice("kind", &[("call", ContactKind::Call), ("sms", ContactKind::Sms)])?,
            number: row.required("number")?,
            zh: row.required("label_zh")?,
            en: row.required("label_en")?,
            reviewed_on: row.parse("reviewed_on")?,
            source: row.required("source")?,
            verified: row.yes("verified")?,
        });
    }
    Ok(contacts)
}
