//! The rows of the public record: leaves that wait, blocks of 64 that were closed, heads. Owns their SQL and
//! reading proofs out of them; refuses deciding when a day is closed (`app::recorder`).
//!
//! | file | what |
//! |---|---|
//! | [`closing`] | waiting leaves -> a head, once |
//! | [`checking`] | the whole record against tips and heads |

pub mod checking;
pub mod closing;

use diesel::prelude::*;

use super::connection::Db;
use super::schema::{commitments, entries, record_blocks, record_heads, tips};
use super::{dialect, meta};
use crate::audit::commitment::{BLOCK, CommitmentRow, Day, Erased, Head, Start, Ties};
use crate::audit::merkle::{Hash, consistency, inclusion, leaf_hash};
use crate::vault::hex;

/// Where it is kept from where on the record can be checked.
const START: &str = "record_start";

/// Puts a tip's leaf where the next head finds it.
pub(super) fn insert(db: &mut Db, row: &CommitmentRow) -> QueryResult<()> {
    diesel::insert_into(commitments::table)
        .values((
            commitments::name.eq(row.name.as_slice()),
            commitments::leaf.eq(row.leaf.as_slice()),
            commitments::opening.eq(row.opening.as_slice()),
            commitments::day.eq(row.day.0),
            commitments::tip_mac.eq(row.tip_mac.as_slice()),
            commitments::row_mac.eq(row.row_mac.as_slice()),
        ))
        .execute(db)?;
    Ok(())
}

/// A leaf's row as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The leaf.
    pub leaf: Hash,
    /// What it commits to, under the receipt's cover.
    pub opening: Hash,
    /// The head that closed it; none before the end of its day.
    pub head: Option<i64>,
    /// When the tip was erased on purpose.
    pub erased: Option<Day>,
}

type KeptColumns = (Vec<u8>, Vec<u8>, Option<i64>, Option<i64>);

/// The row with this name.
pub fn find(db: &mut Db, name: &[u8; 32]) -> QueryResult<Option<Kept>> {
    let columns = (commitments::leaf, commitments::opening, commitments::head, commitments::erased_day);
    let row: Option<KeptColumns> = commitments::table
        .filter(commitments::name.eq(name.as_slice()))
        .select(columns)
        .get_result(db)
        .optional()?;
    let Some((leaf, opening, head, erased)) = row else { return Ok(None) };
    Ok(Some(Kept { leaf: whole(&leaf)?, opening: whole(&opening)?, head, erased: erased.map(Day) }))
}

/// What lies sealed as a tip's report now.
pub fn sealed_report(db: &mut Db, uid: &str) -> QueryResult<Option<Vec<u8>>> {
    entries::table
        .inner_join(tips::table.on(tips::id.eq(entries::tip_id)))
        .filter(tips::uid.eq(uid).and(entries::kind.eq("report")))
        .order(entries::id)
        .select(entries::sealed)
        .first(db)
        .optional()
}

fn whole(bytes: &[u8]) -> QueryResult<Hash> {
    bytes.try_into().map_err(|_| diesel::result::Error::DeserializationError("a hash is damaged".into()))
}

type HeadColumns = (i64, i64, i64, Vec<u8>);

const HEAD: (record_heads::number, record_heads::day, record_heads::size, record_heads::root) =
    (record_heads::number, record_heads::day, record_heads::size, record_heads::root);

fn head((number, day, size, root): HeadColumns) -> QueryResult<Head> {
    Ok(Head { number, day: Day(day), size, root: whole(&root)? })
}

/// The newest head.
pub fn last(db: &mut Db) -> QueryResult<Option<Head>> {
    let newest = record_heads::table.order(record_heads::number.desc()).select(HEAD);
    newest.first(db).optional()?.map(head).transpose()
}

/// The head with this number.
pub fn numbered(db: &mut Db, number: i64) -> QueryResult<Option<Head>> {
    let own = record_heads::table.filter(record_heads::number.eq(number)).select(HEAD);
    own.get_result(db).optional()?.map(head).transpose()
}

/// The head with this size.
pub fn of_size(db: &mut Db, size: i64) -> QueryResult<Option<Head>> {
    let own = record_heads::table.filter(record_heads::size.eq(size)).select(HEAD);
    own.get_result(db).optional()?.map(head).transpose()
}

/// Up to `most` heads after this number, oldest first.
pub fn after(db: &mut Db, number: i64, most: i64) -> QueryResult<Vec<Head>> {
    let later = record_heads::table.filter(record_heads::number.gt(number)).order(record_heads::number);
    let rows: Vec<HeadColumns> = later.limit(most).select(HEAD).load(db)?;
    rows.into_iter().map(head).collect()
}

/// The newest `most` heads, newest first.
pub fn newest(db: &mut Db, most: i64) -> QueryResult<Vec<Head>> {
    let rows: Vec<HeadColumns> =
        record_heads::table.order(record_heads::number.desc()).limit(most).select(HEAD).load(db)?;
    rows.into_iter().map(head).collect()
}

/// The roots of the record's first blocks, as many as there are up to a size.
fn roots(db: &mut Db, size: i64) -> QueryResult<Vec<Hash>> {
    let rows: Vec<Vec<u8>> = record_blocks::table
        .filter(record_blocks::number.lt(size / BLOCK as i64))
        .order(record_blocks::number)
        .select(record_blocks::root)
        .load(db)?;
    rows.iter().map(|root| whole(root)).collect()
}

/// Where a leaf stands, and the path from it to the root of its head.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its place, from 0.
    pub index: u64,
    /// The path.
    pub path: Vec<Hash>,
}

/// The path of a leaf that `head` closed; none where it does not stand there.
pub fn path(db: &mut Db, head: &Head, leaf: &Hash) -> QueryResult<Option<Found>> {
    let before = numbered(db, head.number - 1)?.map_or(0, |head| head.size);
    // Leaves stand in their own order under each head: the block is the last that begins no later.
    let bound = [leaf.as_slice(), &[0xff; 32]].concat();
    let block: Option<(i64, Vec<u8>)> = record_blocks::table
        .filter(record_blocks::number.ge(before / BLOCK as i64))
        .filter(record_blocks::number.lt(head.size / BLOCK as i64))
        .filter(record_blocks::leaves.le(bound))
        .order(record_blocks::number.desc())
        .select((record_blocks::number, record_blocks::leaves))
        .first(db)
        .optional()?;
    let Some((number, leaves)) = block else { return Ok(None) };
    let Some(within) = leaves.chunks(leaf.len()).position(|other| other == leaf) else { return Ok(None) };
    let hashes: Vec<Hash> = leaves.chunks(leaf.len()).map(leaf_hash).collect();
    let roots = roots(db, head.size)?;
    let over = usize::try_from(number).ok().and_then(|number| inclusion(&roots, number));
    let path = inclusion(&hashes, within).zip(over).map(|(low, high)| [low, high].concat());
    let index = u64::try_from(number).unwrap_or(0) * BLOCK as u64 + within as u64;
    Ok(path.map(|path| Found { index, path }))
}

/// What joins two heads; none where the blocks do not reach that far.
pub fn joining(db: &mut Db, from: &Head, to: &Head) -> QueryResult<Option<Vec<Hash>>> {
    let roots = roots(db, to.size)?;
    let older = usize::try_from(from.size).unwrap_or(0) / BLOCK;
    Ok(consistency(&roots, older))
}

/// Marks a tip's leaf: the tip was erased on purpose. Belongs into the transaction of the erasing; a tip from
/// before the record has no leaf, and nothing to mark.
pub fn mark_erased(db: &mut Db, erased: &Erased) -> QueryResult<()> {
    let row = commitments::table.filter(commitments::tip_mac.eq(erased.tip_mac.as_slice()));
    diesel::update(row)
        .set((commitments::erased_day.eq(erased.day.0), commitments::erased_mac.eq(erased.mac.as_slice())))
        .execute(db)?;
    Ok(())
}

/// Whether there is a record. One whose beginning was taken away is not begun anew while heads stand.
pub fn is_begun(db: &mut Db) -> QueryResult<bool> {
    Ok(meta::get(db, START)?.is_some() || last(db)?.is_some())
}

/// Begins the record where there is none yet: tips from before it have no leaf. Leaves one that was begun.
pub fn begin(db: &mut Db, ties: &Ties, today: Day) -> QueryResult<()> {
    dialect::own_record(db)?;
    if is_begun(db)? {
        return Ok(());
    }
    let tip: Option<i64> = tips::table.select(diesel::dsl::max(tips::id)).first(db)?;
    put_start(db, ties, Start { day: today, tip: tip.unwrap_or(0), head: 0 })
}

/// Goes on under another key file: what was tied under the lost one cannot be checked any more. Proofs of
/// reporters go on as before.
pub fn untie(db: &mut Db, ties: &Ties, today: Day) -> QueryResult<()> {
    dialect::own_record(db)?;
    let tip: Option<i64> = tips::table.select(diesel::dsl::max(tips::id)).first(db)?;
    let head = last(db)?.map_or(0, |head| head.number);
    diesel::update(commitments::table).set(commitments::tip_mac.eq(None::<Vec<u8>>)).execute(db)?;
    put_start(db, ties, Start { day: today, tip: tip.unwrap_or(0), head })
}

fn put_start(db: &mut Db, ties: &Ties, start: Start) -> QueryResult<()> {
    let mac = hex::encode(&ties.start(&start));
    meta::put(db, START, &format!("{} {} {} {mac}", start.day, start.tip, start.head))
}

/// From where on the record can be checked; none where the mark is missing or not what was written.
pub fn start(db: &mut Db, ties: &Ties) -> QueryResult<Option<Start>> {
    let Some(text) = meta::get(db, START)? else { return Ok(None) };
    let parts: Vec<&str> = text.split(' ').collect();
    let [day, tip, head, mac] = parts.as_slice() else { return Ok(None) };
    let read = || Some(Start { day: day.parse().ok()?, tip: tip.parse().ok()?, head: head.parse().ok()? });
    Ok(read().filter(|start| hex::decode(mac) == Some(ties.start(start))))
}
