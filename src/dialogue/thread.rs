//! A thread, opened with the report key. Owns which entries belong to it and in which order; refuses entries
//! of other compartments even if they were handed in.

use crate::clock::Minute;
use crate::intake::report::Report;
use crate::plan::AgencyCode;
use crate::vault::seal::{OpenError, Place, SymKey, open};
use crate::vault::uid::Uid;

use super::message::Message;

/// A sealed entry as it is stored.
#[derive(Clone)]
pub struct SealedEntry {
    /// Its id.
    pub uid: Uid,
    /// Its kind.
    pub kind: String,
    /// Its sealed body.
    pub sealed: Vec<u8>,
    /// When, to the minute.
    pub minute: Minute,
}

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The reporter.
    Reporter,
    /// An agency; none where the entry does not say which.
    Agency(Option<AgencyCode>),
}

/// One thing said, opened.
pub struct Said {
    /// By whom.
    pub by: Speaker,
    /// The words.
    pub text: String,
    /// When, to the minute.
    pub minute: Minute,
    /// Whether the reporter is asked to answer.
    pub asks: bool,
}

/// Why a thread does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThreadError {
    /// An entry does not open under this key in its place.
    #[error("an entry does not open")]
    Sealed,
    /// An entry opens but is not what its kind says.
    #[error("an entry cannot be read")]
    Unreadable,
}

impl From<OpenError> for ThreadError {
    fn from(_: OpenError) -> Self {
        Self::Sealed
    }
}

/// Opens everything that was said, in the order in which it was stored.
pub fn open_thread(tip: &Uid, key: &SymKey, entries: &[SealedEntry]) -> Result<Vec<Said>, ThreadError> {
    entries.iter().filter_map(|entry| open_entry(tip, key, entry).transpose()).collect()
}

fn open_entry(tip: &Uid, key: &SymKey, entry: &SealedEntry) -> Result<Option<Said>, ThreadError> {
    if !matches!(entry.kind.as_str(), "report" | "added" | "reply") {
        return Ok(None);
    }
    let place = Place { table: "entries", row: &entry.uid, tip, field: "body", seq: 0 };
    let clear = open(key, &place, &entry.sealed)?;
    let said = |by, text, asks| Some(Said { by, text, minute: entry.minute, asks });
    Ok(if entry.kind == "report" {
        let report: Report = read(&clear)?;
        said(Speaker::Reporter, report.text, false)
    } else {
        let message: Message = read(&clear)?;
        let by = if entry.kind == "added" { Speaker::Reporter } else { Speaker::Agency(message.agency) };
        said(by, message.text, message.ask)
    })
}

fn read<T: serde::de::DeserializeOwned>(clear: &[u8]) -> Result<T, ThreadError> {
    serde_json::from_slice(clear).map_err(|_| ThreadError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::intake::accept::entry;
    use crate::vault::compartment::Compartment;
    use crate::vault::entropy::SeededEntropy;

    fn sealed(tip: &Uid, kind: &'static str, key: &SymKey, body: &Message) -> SealedEntry {
        let row = entry(tip, kind, Compartment::Report, key, body, &SeededEntropy::new(9));
        SealedEntry { uid: row.uid, kind: kind.into(), sealed: row.sealed, minute: Minute(1) }
    }

    fn message(agency: Option<&str>) -> Message {
        Message {
            text: "请问是哪条路".into(),
            at: Timestamp(0),
            agency: agency.and_then(|a| a.parse().ok()),
            ask: true,
        }
    }

    #[test]
    fn what_an_agency_says_is_shown_and_what_it_notes_is_not() {
        let entropy = SeededEntropy::new(1);
        let (tip, key) = (Uid::generate(&entropy), SymKey::generate(&entropy));
        let entries = [
            sealed(&tip, "reply", &key, &message(Some("psb-120114"))),
            sealed(&tip, "note", &key, &message(None)),
        ];

        let thread = open_thread(&tip, &key, &entries).ok().unwrap();

        assert_eq!(thread.len(), 1);
        assert_eq!(thread[0].by, Speaker::Agency("psb-120114".parse().ok()));
        assert!(thread[0].asks && thread[0].text == "请问是哪条路");
    }

    #[test]
    fn another_key_or_another_tip_opens_nothing() {
        let entropy = SeededEntropy::new(1);
        let (tip, key) = (Uid::generate(&entropy), SymKey::generate(&entropy));
        let entries = [sealed(&tip, "added", &key, &message(None))];

        assert_eq!(open_thread(&tip, &SymKey::generate(&entropy), &entries).err(), Some(ThreadError::Sealed));
        assert_eq!(open_thread(&Uid::generate(&entropy), &key, &entries).err(), Some(ThreadError::Sealed));
    }
}
