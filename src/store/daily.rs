//! What is done once a day, whichever node comes first. Owns the mark of the day it was done last.

use diesel::prelude::*;

use super::connection::Db;
use super::{dialect, meta};

/// The head of the record is mailed.
pub const MAILED: &str = "daily_head_mailed";

/// The day it was done last.
pub fn last(db: &mut Db, what: &str) -> QueryResult<Option<String>> {
    meta::get(db, what)
}

/// Whether it is this transaction that does it today.
pub fn begin(db: &mut Db, what: &str, day: &str) -> QueryResult<bool> {
    dialect::own_directory(db)?;
    if last(db, what)?.as_deref() == Some(day) {
        return Ok(false);
    }
    meta::put(db, what, day)?;
    Ok(true)
}
