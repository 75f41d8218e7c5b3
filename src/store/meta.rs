//! Single values of the whole database, by name: the directory's version, the head of the audit record, what
//! it is bound to. Owns reading, writing and forgetting one; refuses knowing what it means.

use diesel::prelude::*;

use super::connection::{Db, on_each};
use super::schema::meta;

/// The value under this name. (`get_result`: see [`intake::earlier`](super::intake::earlier).)
pub(super) fn get(db: &mut Db, name: &str) -> QueryResult<Option<String>> {
    meta::table.filter(meta::key.eq(name)).select(meta::value).get_result(db).optional()
}

/// Keeps a value under this name, in place of the one before.
pub(super) fn put(db: &mut Db, name: &str, value: &str) -> QueryResult<()> {
    on_each!(db, |c| diesel::insert_into(meta::table)
        .values((meta::key.eq(name), meta::value.eq(value)))
        .on_conflict(meta::key)
        .do_update()
        .set(meta::value.eq(value))
        .execute(c))?;
    Ok(())
}

/// Forgets the value under this name.
pub(super) fn remove(db: &mut Db, name: &str) -> QueryResult<()> {
    diesel::delete(meta::table.filter(meta::key.eq(name))).execute(db)?;
    Ok(())
}
