//! Hotline numbers as dated configuration. Owns which numbers exist, when they were looked at and whether
//! they were verified. Invariant: [`Contact::is_public`] holds for verified numbers only.

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
    verified: bool,
}

impl Contact {
    /// Whether the public may be shown this number.
    pub const fn is_public(&self) -> bool {
        self.verified
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
            verified: row.yes("verified")?,
        });
    }
    Ok(contacts)
}
