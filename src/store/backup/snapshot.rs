//! What a database held at one moment: how many rows of each kind, where the audit record ends, and to whom it is
//! bound. Owns counting; refuses judging (`app::restore` compares).

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::store::connection::Db;
use crate::store::schema::{audit, entries, files, officers, receipts, tips};
use crate::store::{bond, meta};

/// Where the head of the record is kept: its place, its link, and whatever a version puts behind them. Whoever
/// backs up has no key, so it is copied as it stands and proved when it is restored.
const HEAD: &str = "audit_head";

/// A moment of a database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// How many rows there are.
    pub counts: Counts,
    /// Where the audit record ends.
    pub head: RecordEnd,
    /// The fingerprint of the key file it is bound to; empty where no portal has started on it yet.
    pub key: String,
}

/// How many rows there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Tips.
    pub tips: i64,
    /// Their entries: reports, additions, replies, notes.
    pub entries: i64,
    /// Sealed files.
    pub files: i64,
    /// Receipts.
    pub receipts: i64,
    /// Officers.
    pub officers: i64,
    /// Rows of the audit record, those without a place yet included.
    pub audit: i64,
}

/// The end of the audit record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEnd {
    /// The last row's place; 0 where there is none.
    pub seq: i64,
    /// The last row's link, in hexadecimal.
    pub link: String,
}

impl Counts {
    /// Each kind with its number, in the order they are shown.
    pub fn named(self) -> [(&'static str, i64); 6] {
        [
            ("tips", self.tips),
            ("entries", self.entries),
            ("files", self.files),
            ("receipts", self.receipts),
            ("officers", self.officers),
            ("audit", self.audit),
        ]
    }
}

impl Snapshot {
    /// Counts, on a connection that reads one moment or on which nobody writes.
    pub fn read(db: &mut Db) -> QueryResult<Self> {
        let counts = Counts {
            tips: tips::table.count().get_result(db)?,
            entries: entries::table.count().get_result(db)?,
            files: files::table.count().get_result(db)?,
            receipts: receipts::table.count().get_result(db)?,
            officers: officers::table.count().get_result(db)?,
            audit: audit::table.count().get_result(db)?,
        };
        Ok(Self {
            counts,
            head: meta::get(db, HEAD)?.and_then(|text| read_head(&text)).unwrap_or_default(),
            key: bond::known(db)?.map(|bond| bond.key).unwrap_or_default(),
        })
    }
}

fn read_head(text: &str) -> Option<RecordEnd> {
    let mut words = text.split(' ');
    Some(RecordEnd { seq: words.next()?.parse().ok()?, link: words.next()?.to_owned() })
}
