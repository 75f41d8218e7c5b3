//! The rows of synthetic tips, table by table. Owns their shape and their writing in bulk: many rows a
//! statement on SQLite, COPY on PostgreSQL; refuses deciding what stands in them.
//!
//! Invariant: what `intake::put` and `acts::apply` would have left of the same tip stands in the same columns.

use diesel::prelude::*;

use super::SeededTip;
use crate::audit::AuditRow;
use crate::audit::chain::{Chain, Head, Kept, Placed, Written};
use crate::retention::class::Class;
use crate::store::connection::Db;
use crate::store::counters::OpenIn;
use crate::store::schema::{
    audit, commitments, entries, envelopes, receipts, tip_agencies, tip_events, tip_links, tips,
};
use crate::store::tip_row::is_life_only;
use crate::triage::acts::Decided;
use crate::triage::placement::lane;

/// The next places in the record and in the feed.
pub(super) struct Places {
    /// The record's end.
    pub(super) kept: Kept,
    /// The row id of the next line in the record.
    pub(super) audit: i64,
    /// The last number of the feed.
    pub(super) feed: i64,
}

/// As what a tip that is closed is kept.
fn kept_as(tip: &SeededTip) -> Option<&'static str> {
    let outcome = tip.acts.iter().rev().find_map(|act| act.outcome).filter(|_| !is_open(tip))?;
    Some(Class::of(outcome, tip.tip.has_minor).as_str())
}

/// Declares a row by its columns.
macro_rules! row {
    ($name:ident in $table:ident { $($column:ident: $type:ty),+ $(,)? }) => {
        #[derive(Insertable)]
        #[diesel(table_name = $table, treat_none_as_default_value = false)]
        struct $name { $($column: $type),+ }
    };
}

row!(TipLine in tips {
    id: i64, plan_id: i64, uid: String, category: String, secondary: Option<String>,
    district: Option<String>, urgency: &'static str, status: &'static str, version: i64, lead: String,
    first_responder: Option<String>, access: &'static str, rule: String, plan_version: String,
    clauses: String, because: String, has_minor: bool, received_minute: i64, due_minute: i64, lane: i64,
    claimed_by: Option<i64>, acted_minute: Option<i64>, closed_minute: Option<i64>,
    kept_as: Option<&'static str>,
});
row!(AgencyLine in tip_agencies {
    tip_id: i64, agency: String, relation: &'static str, open: bool, lane: i64, due_minute: i64,
    acted: bool, taken: bool, life_only: bool, closed: bool,
});
row!(EnvelopeLine in envelopes {
    tip_id: i64, compartment: &'static str, recipient: String, sealed: Vec<u8>,
});
row!(EntryLine in entries {
    tip_id: i64, uid: String, kind: &'static str, compartment: &'static str, officer_id: Option<i64>,
    sealed: Vec<u8>, minute: i64,
});
row!(ReceiptLine in receipts { tip_id: i64, lookup: Vec<u8>, public_key: Vec<u8> });
row!(LeafLine in commitments {
    name: Vec<u8>, leaf: Vec<u8>, opening: Vec<u8>, day: i64, tip_mac: Option<Vec<u8>>, row_mac: Vec<u8>,
    head: Option<i64>,
});
row!(LinkLine in tip_links { tip_id: i64, kind: &'static str, digest: Vec<u8>, added_minute: i64 });
row!(EventLine in tip_events {
    tip_id: i64, uid: String, kind: &'static str, officer_id: Option<i64>, detail: String,
    sealed: Option<Vec<u8>>, version: i64, minute: i64, feed: Option<i64>,
});
row!(AuditLine in audit {
    id: i64, seq: Option<i64>, at: i64, actor: &'static str, officer_id: Option<i64>, act: &'static str,
    tip_id: Option<i64>, detail: String, link: Option<Vec<u8>>,
});

/// Rows of one statement on SQLite, which takes 32,766 values at most.
const STATEMENT: usize = 500;

/// Writes many rows into a table. A macro, because the bounds of either way name types of diesel's own that
/// it does not export.
macro_rules! bulk {
    ($db:expr, $table:ident, $rows:expr) => {
        match $db {
            Db::Sqlite(c) => {
                for rows in $rows.chunks(STATEMENT) {
                    diesel::insert_into($table::table).values(rows).execute(c)?;
                }
            }
            #[cfg(feature = "postgres")]
            Db::Postgres(c) => {
                diesel::copy_from($table::table).from_insertable($rows.as_slice()).execute(c)?;
            }
        }
    };
}

/// Rows that wait to be written.
#[derive(Default)]
pub(super) struct Rows {
    tips: Vec<TipLine>,
    agencies: Vec<AgencyLine>,
    envelopes: Vec<EnvelopeLine>,
    entries: Vec<EntryLine>,
    receipts: Vec<ReceiptLine>,
    leaves: Vec<LeafLine>,
    links: Vec<LinkLine>,
    events: Vec<EventLine>,
    audit: Vec<AuditLine>,
}

/// The lanes a tip is open in.
pub(super) fn open_in(tip: &SeededTip) -> impl Iterator<Item = OpenIn> {
    let open = tip.agencies.iter().filter(|place| place.open && is_open(tip));
    open.map(|place| (place.agency.to_string(), lane(tip.tip.urgency)))
}

fn is_open(tip: &SeededTip) -> bool {
    tip.acts.last().is_none_or(|act| act.status.is_open())
}

impl Rows {
    /// Adds the rows of one tip.
    pub(super) fn add(&mut self, plan: i64, tip: &SeededTip, chain: &Chain, places: &mut Places) {
        self.add_tip(plan, tip);
        self.add_parts(tip);
        self.add_audit(&tip.audit, chain, places);
        self.events.push(EventLine {
            tip_id: tip.id,
            uid: tip.event.uid.to_string(),
            kind: tip.event.kind,
            officer_id: None,
            detail: tip.event.detail.clone(),
            sealed: None,
            version: 1,
            minute: tip.tip.received.0,
            feed: next(places),
        });
        for act in &tip.acts {
            self.add_act(tip, act, places);
            self.add_audit(&act.audit, chain, places);
        }
    }

    fn add_tip(&mut self, plan: i64, of: &SeededTip) {
        let (row, last) = (&of.tip, of.acts.last());
        self.tips.push(TipLine {
            id: of.id,
            plan_id: plan,
            uid: row.uid.to_string(),
            category: row.category.to_string(),
            secondary: row.secondary.map(|c| c.to_string()),
            district: row.district.map(|d| d.to_string()),
            urgency: row.urgency.as_str(),
            status: last.map_or(row.status, |act| act.status).as_str(),
            version: last.map_or(1, |act| act.seen + 1),
            lead: row.lead.to_string(),
            first_responder: row.first_responder.map(|f| f.to_string()),
            access: row.access,
            rule: row.rule.clone(),
            plan_version: row.plan_version.clone(),
            clauses: row.clauses.clone(),
            because: row.because.clone(),
            has_minor: row.has_minor,
            received_minute: row.received.0,
            due_minute: row.due.0,
            lane: lane(row.urgency),
            claimed_by: last.and_then(|act| act.claimed_by),
            acted_minute: last.and_then(|act| act.acted).map(|minute| minute.0),
            closed_minute: last.and_then(|act| act.closed).map(|minute| minute.0),
            kept_as: kept_as(of),
        });
    }

    fn add_parts(&mut self, tip: &SeededTip) {
        let last = tip.acts.last();
        for place in &tip.agencies {
            self.agencies.push(AgencyLine {
                tip_id: tip.id,
                agency: place.agency.to_string(),
                relation: place.relation.as_str(),
                open: place.open && is_open(tip),
                lane: lane(tip.tip.urgency),
                due_minute: tip.tip.due.0,
                acted: last.is_some_and(|act| act.acted.is_some()),
                taken: last.is_some_and(|act| act.claimed_by.is_some()),
                life_only: is_life_only(place.relation, tip.tip.access),
                closed: !is_open(tip),
            });
        }
        for envelope in &tip.envelopes {
            self.envelopes.push(EnvelopeLine {
                tip_id: tip.id,
                compartment: envelope.compartment.as_str(),
                recipient: envelope.recipient.clone(),
                sealed: envelope.sealed.clone(),
            });
        }
        for entry in &tip.entries {
            self.entries.push(EntryLine {
                tip_id: tip.id,
                uid: entry.uid.to_string(),
                kind: entry.kind,
                compartment: entry.compartment.as_str(),
                officer_id: None,
                sealed: entry.sealed.clone(),
                minute: tip.tip.received.0,
            });
        }
        let (lookup, public_key) = (tip.receipt.lookup.to_vec(), tip.receipt.public_key.to_vec());
        self.receipts.push(ReceiptLine { tip_id: tip.id, lookup, public_key });
        self.links.extend(tip.links.iter().map(|link| LinkLine {
            tip_id: tip.id,
            kind: link.kind.as_str(),
            digest: link.name.as_bytes().to_vec(),
            added_minute: tip.tip.received.0,
        }));
        let leaf = &tip.commitment;
        self.leaves.push(LeafLine {
            name: leaf.name.to_vec(),
            leaf: leaf.leaf.to_vec(),
            opening: leaf.opening.to_vec(),
            day: leaf.day.0,
            tip_mac: Some(leaf.tip_mac.to_vec()),
            row_mac: leaf.row_mac.to_vec(),
            head: None,
        });
    }

    fn add_act(&mut self, tip: &SeededTip, act: &Decided, places: &mut Places) {
        for entry in &act.entries {
            self.entries.push(EntryLine {
                tip_id: tip.id,
                uid: entry.uid.to_string(),
                kind: entry.kind,
                compartment: entry.compartment.as_str(),
                officer_id: Some(tip.officer),
                sealed: entry.sealed.clone(),
                minute: act.minute.0,
            });
        }
        self.events.push(EventLine {
            tip_id: tip.id,
            uid: act.event.uid.to_string(),
            kind: act.event.kind,
            officer_id: Some(tip.officer),
            detail: act.event.detail.to_string(),
            sealed: act.event.sealed.clone(),
            version: act.seen + 1,
            minute: act.minute.0,
            feed: next(places),
        });
    }

    fn add_audit(&mut self, row: &AuditRow, chain: &Chain, places: &mut Places) {
        let (id, at, officer_id, tip_id) = (places.audit, row.at.0, row.actor.officer_id(), row.tip_id);
        let written = Written {
            id,
            at,
            actor: row.actor.as_str().to_owned(),
            officer_id,
            act: row.act.to_owned(),
            tip_id,
            detail: row.detail.to_string(),
            // It has its place from the start: nobody asks for a seal.
            seal: None,
        };
        let placed = Placed { seq: places.kept.head.seq + 1, row: written };
        let link = chain.link(&places.kept.head.link, &placed);
        places.kept.head = Head { seq: placed.seq, link };
        places.audit += 1;
        self.audit.push(AuditLine {
            id,
            seq: Some(placed.seq),
            at,
            actor: row.actor.as_str(),
            officer_id,
            act: row.act,
            tip_id,
            detail: placed.row.detail,
            link: Some(link.to_vec()),
        });
    }

    /// Writes them all.
    pub(super) fn write(&self, db: &mut Db) -> QueryResult<()> {
        bulk!(db, tips, &self.tips);
        bulk!(db, tip_agencies, &self.agencies);
        bulk!(db, envelopes, &self.envelopes);
        bulk!(db, entries, &self.entries);
        bulk!(db, receipts, &self.receipts);
        bulk!(db, commitments, &self.leaves);
        bulk!(db, tip_links, &self.links);
        bulk!(db, tip_events, &self.events);
        bulk!(db, audit, &self.audit);
        Ok(())
    }
}

const fn next(places: &mut Places) -> Option<i64> {
    places.feed += 1;
    Some(places.feed)
}
