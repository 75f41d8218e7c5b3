//! What an accepted tip leaves behind, before it is SQL. Owns the shape of each row; refuses clear text:
//! every `sealed` is ciphertext, everything else a code, a minute or a padded size.

use crate::clock::Minute;
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Urgency};
use crate::triage::status::Status;
use crate::vault::compartment::Compartment;
use crate::vault::uid::Uid;

/// The tip itself.
#[derive(Clone)]
pub struct TipRow {
    /// Its public id, for officers' addresses.
    pub uid: Uid,
    /// What it is about.
    pub category: CategoryCode,
    /// What it is also about.
    pub secondary: Option<CategoryCode>,
    /// Where.
    pub district: Option<DistrictCode>,
    /// How urgent.
    pub urgency: Urgency,
    /// Where it stands.
    pub status: Status,
    /// Who answers for it.
    pub lead: AgencyCode,
    /// Who acts first.
    pub first_responder: Option<AgencyCode>,
    /// What the first responder holds: `full` or `life_facts`.
    pub access: &'static str,
    /// The rule that decided.
    pub rule: String,
    /// The version of the plan.
    pub plan_version: String,
    /// The clauses, as JSON.
    pub clauses: String,
    /// The reasons, as JSON.
    pub because: String,
    /// Whether a minor is concerned.
    pub has_minor: bool,
    /// When it came in.
    pub received: Minute,
    /// When somebody must have acted.
    pub due: Minute,
}

/// A compartment's key, sealed to one recipient.
#[derive(Clone)]
pub struct EnvelopeRow {
    /// Which compartment.
    pub compartment: Compartment,
    /// Whom: `reporter` or an agency.
    pub recipient: String,
    /// The sealed key.
    pub sealed: Vec<u8>,
}

/// A sealed piece of the thread.
#[derive(Clone)]
pub struct EntryRow {
    /// Its id.
    pub uid: Uid,
    /// `report`, `contact`, `life`, `added`.
    pub kind: &'static str,
    /// Whose key seals it.
    pub compartment: Compartment,
    /// The sealed body.
    pub sealed: Vec<u8>,
}

/// A sealed file's row; the file itself lies in the folder under the same id.
#[derive(Clone)]
pub struct FileRow {
    /// Its id and its name in the folder.
    pub uid: Uid,
    /// Kind and size, sealed.
    pub sealed_meta: Vec<u8>,
    /// The size on disk.
    pub padded_size: i64,
}

/// A line of the tip's history.
#[derive(Clone)]
pub struct EventRow {
    /// Its id.
    pub uid: Uid,
    /// What happened.
    pub kind: &'static str,
    /// Codes that explain it, as JSON.
    pub detail: String,
}

/// What makes a sending happen once.
#[derive(Clone)]
pub struct SubmissionRow {
    /// The row's name.
    pub row_mac: [u8; 32],
    /// What was sent.
    pub body_mac: [u8; 32],
    /// The answer, sealed under the sending's key.
    pub sealed_answer: Vec<u8>,
}

/// The reporter's way back in.
#[derive(Clone)]
pub struct ReceiptRow {
    /// The receipt's name.
    pub lookup: [u8; 32],
    /// The reporter's public key, for what is sealed to them later.
    pub public_key: [u8; 32],
}
