//! Questions to restored rows that a manifest cannot answer: does every tip have its way back, where does the record
//! stand, which sealed files belong to them. Owns the queries; refuses judging.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::store::connection::Db;
use crate::store::schema::{audit, envelopes, files, receipts, tips};

/// How many tips cannot be opened by their reporter: without a receipt's row, and without the reporter's envelope.
pub fn without_way_back(db: &mut Db) -> QueryResult<(i64, i64)> {
    let receipt = receipts::table.filter(receipts::tip_id.eq(tips::id)).select(receipts::id);
    let envelope = envelopes::table
        .filter(envelopes::tip_id.eq(tips::id))
        .filter(envelopes::compartment.eq("report").and(envelopes::recipient.eq("reporter")))
        .select(envelopes::id);
    Ok((
        tips::table.filter(not(exists(receipt))).count().get_result(db)?,
        tips::table.filter(not(exists(envelope))).count().get_result(db)?,
    ))
}

/// Every sealed file that a row names.
pub fn sealed_files(db: &mut Db) -> QueryResult<Vec<String>> {
    files::table.order(files::id).select(files::uid).load(db)
}

/// The link of the row at this place of the record.
pub fn link_at(db: &mut Db, seq: i64) -> QueryResult<Option<Vec<u8>>> {
    let link = audit::table.filter(audit::seq.eq(seq)).select(audit::link);
    link.first::<Option<Vec<u8>>>(db).optional().map(Option::flatten)
}

/// How many rows of the record have no place yet.
pub fn unplaced(db: &mut Db) -> QueryResult<i64> {
    audit::table.filter(audit::seq.is_null()).count().get_result(db)
}
