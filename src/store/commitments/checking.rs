//! The whole public record against tips and heads, as of one moment. Owns the walk: blocks and heads first, then
//! each tip against its leaf, then the sums; refuses repairing anything.
//!
//! Invariant: a tip, leaf, block or head that is not what was written is named by its place, also where a whole
//! row was taken away with everything that pointed to it.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::{Head, start, whole};
use crate::audit::commitment::{BLOCK, CommitmentRow, Day, Start, Ties};
use crate::audit::merkle::{Growing, Hash, leaf_hash, root};
use crate::store::connection::Db;
use crate::store::dialect;
use crate::store::schema::{commitments, entries, record_blocks, record_heads, tips};
use crate::vault::commitment::content;
use crate::vault::uid::Uid;

mod fault;

pub use fault::{Fault, Verdict};

/// Rows that are read at once.
const PAGE: i64 = 500;

/// Blocks that may be missing under a head before the rest of it is not looked for.
const GIVE_UP: u32 = 64;

/// Looks through everything.
pub fn check(db: &mut Db, ties: &Ties) -> QueryResult<Verdict> {
    Connection::transaction(db, |db| {
        dialect::one_moment(db)?;
        let mut walk = Walk::new(ties);
        let Some(from) = start(db, ties)? else {
            walk.verdict.add(Fault::Start);
            return Ok(walk.verdict);
        };
        walk.heads(db, from)?;
        walk.tips(db, from)?;
        walk.erased(db)?;
        walk.sums(db, from)?;
        Ok(walk.verdict)
    })
}

/// Number, day, size, root, tips and MAC of a head.
type HeadColumns = (i64, i64, i64, Vec<u8>, i64, Vec<u8>);

/// A head with what ties it.
struct Tied {
    head: Head,
    tips: i64,
}

struct Walk<'a> {
    ties: &'a Ties,
    verdict: Verdict,
    heads: Vec<Tied>,
    /// The head that each leaf stands under. Half of a leaf is enough to find it: its row is tied as a whole.
    leaves: HashMap<[u8; 16], i64>,
    /// Tips, there or erased, under each head; those that wait under none.
    seen: BTreeMap<Option<i64>, i64>,
}

impl<'a> Walk<'a> {
    fn new(ties: &'a Ties) -> Self {
        Self {
            ties,
            verdict: Verdict::default(),
            heads: Vec::new(),
            leaves: HashMap::new(),
            seen: BTreeMap::new(),
        }
    }

    fn heads(&mut self, db: &mut Db, from: Start) -> QueryResult<()> {
        let rows: Vec<HeadColumns> = record_heads::table
            .order(record_heads::number)
            .select((
                record_heads::number,
                record_heads::day,
                record_heads::size,
                record_heads::root,
                record_heads::tips,
                record_heads::mac,
            ))
            .load(db)?;
        let (mut blocks, mut last) = (Growing::default(), 0);
        for (number, day, size, root, tips, mac) in rows {
            let head = Head { number, day: Day(day), size, root: root.try_into().unwrap_or_default() };
            if number != last + 1 {
                self.verdict.add(Fault::Gap { after: last, found: number });
            }
            if number > from.head && self.ties.head(&head, tips) != mac.as_slice() {
                self.verdict.add(Fault::Head { number, day: head.day });
            }
            last = number;
            self.blocks(db, &head, &mut blocks)?;
            self.heads.push(Tied { head, tips });
        }
        self.verdict.size = self.heads.last().map_or(0, |tied| tied.head.size);
        let beyond = next(&blocks);
        let stray: i64 =
            record_blocks::table.filter(record_blocks::number.ge(beyond)).count().get_result(db)?;
        if stray > 0 {
            self.verdict.add(Fault::Stray { block: beyond, blocks: stray });
        }
        Ok(())
    }

    /// The blocks that one head added.
    fn blocks(&mut self, db: &mut Db, head: &Head, blocks: &mut Growing) -> QueryResult<()> {
        let end = head.size / BLOCK as i64;
        let (mut before, mut missing) = (Hash::default(), 0);
        while next(blocks) < end && missing < GIVE_UP {
            let first = next(blocks);
            let page: Vec<(i64, Vec<u8>, Vec<u8>)> = record_blocks::table
                .filter(record_blocks::number.ge(first).and(record_blocks::number.lt(end)))
                .order(record_blocks::number)
                .limit(PAGE)
                .load(db)?;
            if page.first().map(|block| block.0) != Some(first) {
                self.verdict.add(Fault::Block { block: first, head: head.number, day: head.day });
                // Something stands for it, so that the ones after it are looked at too.
                blocks.push(Hash::default());
                missing += 1;
                continue;
            }
            for (number, leaves, root) in page {
                if number != next(blocks) {
                    break;
                }
                self.block((number, &leaves, &root), head, &mut before);
                blocks.push(root.try_into().unwrap_or_default());
            }
        }
        if blocks.root() != head.root {
            self.verdict.add(Fault::Root { number: head.number, day: head.day });
        }
        Ok(())
    }

    fn block(&mut self, (number, leaves, kept): (i64, &[u8], &[u8]), head: &Head, before: &mut Hash) {
        let place = || (number, head.number, head.day);
        let hashes: Vec<Hash> = leaves.chunks(32).map(leaf_hash).collect();
        if leaves.len() != BLOCK * 32 || root(&hashes) != kept {
            let (block, head, day) = place();
            self.verdict.add(Fault::Block { block, head, day });
        }
        let mut in_order = true;
        for leaf in leaves.chunks_exact(32) {
            in_order &= before.as_slice() <= leaf;
            before.copy_from_slice(leaf);
            self.leaves.insert(half(leaf), head.number);
        }
        if !in_order {
            let (block, head, day) = place();
            self.verdict.add(Fault::Order { block, head, day });
        }
    }

    fn tips(&mut self, db: &mut Db, from: Start) -> QueryResult<()> {
        let mut after = from.tip;
        loop {
            let page: Vec<(i64, String)> = tips::table
                .filter(tips::id.gt(after))
                .order(tips::id)
                .limit(PAGE)
                .select((tips::id, tips::uid))
                .load(db)?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            after = *last;
            let sealed = sealed_reports(db, &page)?;
            let macs: Vec<Option<Hash>> =
                page.iter().map(|(_, uid)| uid.parse().ok().map(|uid: Uid| self.ties.tip(&uid))).collect();
            let rows = rows_of(db, macs.iter().flatten())?;
            for ((id, uid), mac) in page.iter().zip(macs) {
                let row = mac.and_then(|mac| rows.get(&mac));
                self.tip(uid, row, sealed.get(id).map(Vec::as_slice));
            }
        }
    }

    fn tip(&mut self, uid: &str, row: Option<&Row>, sealed: Option<&[u8]>) {
        let Some(row) = row else { return self.verdict.add(Fault::Uncommitted { tip: uid.to_owned() }) };
        if row.erased {
            return;
        }
        let said = uid.parse().ok().zip(sealed).map(|(uid, sealed)| content(&uid, sealed));
        let is_tied = said.is_some_and(|said| self.ties.row(&row.row, &said) == row.mac.as_slice());
        if !is_tied {
            self.verdict.add(Fault::Changed { tip: uid.to_owned() });
        }
        if row.head.is_some_and(|head| self.leaves.get(&half(&row.row.leaf)) != Some(&head)) {
            self.verdict.add(Fault::Leaf { tip: uid.to_owned(), day: row.row.day });
        }
        self.verdict.tips += 1;
        *self.seen.entry(row.head).or_default() += 1;
    }

    fn erased(&mut self, db: &mut Db) -> QueryResult<()> {
        type Columns = (Option<i64>, Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>);
        let rows: Vec<Columns> = commitments::table
            .filter(commitments::erased_day.is_not_null().and(commitments::tip_mac.is_not_null()))
            .select((
                commitments::head,
                commitments::erased_day,
                commitments::tip_mac,
                commitments::erased_mac,
            ))
            .load(db)?;
        for (head, day, tip, mac) in rows {
            let day = Day(day.unwrap_or_default());
            let tip: Hash = tip.and_then(|tip| tip.try_into().ok()).unwrap_or_default();
            if mac.as_deref() != Some(self.ties.erased_mac(&tip, day).as_slice()) {
                self.verdict.add(Fault::Erased { day, head });
                continue;
            }
            self.verdict.erased += 1;
            *self.seen.entry(head).or_default() += 1;
        }
        Ok(())
    }

    /// As many tips, there or erased, as there were when each head was made; and as many that wait as wait.
    fn sums(&mut self, db: &mut Db, from: Start) -> QueryResult<()> {
        for Tied { head, tips } in self.heads.iter().filter(|tied| tied.head.number > from.head) {
            let found = self.seen.get(&Some(head.number)).copied().unwrap_or(0);
            // Under the first head after a lost key file some may lie that were tied under that one.
            let untied = if head.number == from.head + 1 { untied_under(db, head.number)? } else { 0 };
            if found + untied != *tips {
                let dropped = tips - found - untied;
                self.verdict.add(Fault::Dropped { head: Some(head.number), day: head.day, tips: dropped });
            }
        }
        let waiting = commitments::table.filter(commitments::head.is_null());
        let waiting: i64 = waiting.filter(commitments::tip_mac.is_not_null()).count().get_result(db)?;
        let found = self.seen.get(&None).copied().unwrap_or(0);
        self.verdict.waiting = waiting;
        if found != waiting {
            let day = self.heads.last().map_or(from.day, |tied| tied.head.day.plus(1));
            self.verdict.add(Fault::Dropped { head: None, day, tips: waiting - found });
        }
        Ok(())
    }
}

/// The number of the block that comes next.
fn next(blocks: &Growing) -> i64 {
    i64::try_from(blocks.size()).unwrap_or(i64::MAX)
}

fn untied_under(db: &mut Db, head: i64) -> QueryResult<i64> {
    let own = commitments::table.filter(commitments::head.eq(head));
    own.filter(commitments::tip_mac.is_null()).count().get_result(db)
}

fn half(leaf: &[u8]) -> [u8; 16] {
    leaf.first_chunk().copied().unwrap_or_default()
}

/// What lies sealed as the report of each of these tips: the first of its kind.
fn sealed_reports(db: &mut Db, page: &[(i64, String)]) -> QueryResult<HashMap<i64, Vec<u8>>> {
    let ids: Vec<i64> = page.iter().map(|(id, _)| *id).collect();
    let rows: Vec<(i64, Vec<u8>)> = entries::table
        .filter(entries::tip_id.eq_any(ids).and(entries::kind.eq("report")))
        .order(entries::id.desc())
        .select((entries::tip_id, entries::sealed))
        .load(db)?;
    Ok(rows.into_iter().collect())
}

struct Row {
    row: CommitmentRow,
    mac: Vec<u8>,
    head: Option<i64>,
    erased: bool,
}

type Columns = (Vec<u8>, Vec<u8>, Vec<u8>, i64, Option<Vec<u8>>, Vec<u8>, Option<i64>, Option<i64>);

fn rows_of<'a>(db: &mut Db, macs: impl Iterator<Item = &'a Hash>) -> QueryResult<HashMap<Hash, Row>> {
    let macs: Vec<&[u8]> = macs.map(<[u8; 32]>::as_slice).collect();
    let rows: Vec<Columns> = commitments::table
        .filter(commitments::tip_mac.eq_any(macs))
        .select((
            commitments::name,
            commitments::leaf,
            commitments::opening,
            commitments::day,
            commitments::tip_mac,
            commitments::row_mac,
            commitments::head,
            commitments::erased_day,
        ))
        .load(db)?;
    rows.into_iter().map(tied_row).collect()
}

fn tied_row(columns: Columns) -> QueryResult<(Hash, Row)> {
    let (name, leaf, opening, day, tip_mac, mac, head, erased) = columns;
    let tip_mac = whole(&tip_mac.unwrap_or_default())?;
    let day = Day(day);
    // A column of another length is no hash: it reads as none, and the row does not tie.
    let read = |bytes: &[u8]| whole(bytes).unwrap_or_default();
    let row = CommitmentRow {
        name: read(&name),
        leaf: read(&leaf),
        opening: read(&opening),
        day,
        tip_mac,
        row_mac: read(&mac),
    };
    Ok((tip_mac, Row { row, mac, head, erased: erased.is_some() }))
}
