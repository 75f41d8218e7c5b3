//! How the record of who did and read what is kept. Owns the settings and their bounds.

use std::path::PathBuf;

use serde::Deserialize;

/// The least number of years for which the record is kept: records of processing personal information must be
/// kept at least three years (Personal Information Protection Law of the PRC, Art. 56).
pub const LEAST_YEARS: i64 = 3;

/// How the record is kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// The file of heads; belongs on another medium than the database, best one that can only be appended to.
    /// Default: `<dir>/heads.log`, where it helps against less.
    pub heads: Option<PathBuf>,
    /// An auditor's mailbox, to which the head goes once a day. Default: nobody's.
    pub mail: Option<String>,
    /// Rows after which the head is kept. Default 1,000.
    pub block_rows: i64,
    /// Minutes after which the head is kept, if anything was written in them. Default 60.
    pub block_minutes: i64,
    /// Years for which rows are kept at least; pruning leaves them alone. Default and least: 3.
    pub keep_years: i64,
}

impl Default for Record {
    fn default() -> Self {
        Self { heads: None, mail: None, block_rows: 1_000, block_minutes: 60, keep_years: LEAST_YEARS }
    }
}

impl Record {
    /// What is wrong with it, if anything is.
    pub fn check(&self) -> Result<(), BadRecord> {
        if self.keep_years < LEAST_YEARS {
            return Err(BadRecord::Years(self.keep_years));
        }
        if self.block_rows < 1 || self.block_minutes < 1 {
            return Err(BadRecord::Block);
        }
        Ok(())
    }
}

/// Why these settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// Too short.
    #[error(
        "record.keep_years = {0}: the record is kept for three years at least (Personal Information Protection Law, Art. 56)"
    )]
    Years(i64),
    /// A block of nothing.
    #[error("record.block_rows and record.block_minutes must be 1 or more")]
    Block,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_kept_for_three_years_at_least() {
        let years = |keep_years| Record { keep_years, ..Record::default() }.check();
        assert_eq!((years(3), years(2)), (Ok(()), Err(BadRecord::Years(2))));
        assert_eq!(Record { block_rows: 0, ..Record::default() }.check(), Err(BadRecord::Block));
    }
}
