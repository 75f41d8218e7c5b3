//! The ledger of promises: what the portal has answered, and what has been seen in its rows. Owns the
//! invariants that span a whole run; those of a single command stand with whoever gives it.
//!
//! What is *firm* was seen after a commit that was answered as done: no crash may take it back.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::bench::{Broken, Held, holds};
use super::city::{PLAN, city};
use super::portal::Portal;
use super::relay::Relay;
use crate::audit::commitment::Ties;
use crate::clock::Minute;
use crate::intake::accept::AcceptedTip;
use crate::store::connection::Db;
use crate::store::dialect::outbox_is;
use crate::store::follow_up::find;
use crate::store::schema::{outbox, queue_counts, submissions, tip_agencies, tip_events, tips};
use crate::vault::receipt::Receipt;

/// A notice as a relay knows it: mailbox and kind.
type Addressed = (String, String);

/// A tip as it was last seen.
struct Seen {
    version: i64,
    holder: Option<i64>,
    /// When it was first seen.
    moment: usize,
    /// The last version that is firm; none where the tip itself is not.
    firm: Option<i64>,
}

/// The ledger.
#[derive(Default)]
pub(super) struct Ledger {
    /// The notices of every tip that was tried, by its id.
    tried: BTreeMap<String, Vec<Addressed>>,
    /// The receipt each citizen was given.
    receipts: BTreeMap<usize, String>,
    /// The officer to whom `next` gave a tip.
    given: BTreeMap<String, i64>,
    tips: BTreeMap<String, Seen>,
    /// The events in the order of the feed.
    feed: Vec<String>,
    firm_feed: usize,
    /// The last outbox row that somebody has rung for.
    rung: i64,
}

type TipColumns = (String, i64, Option<i64>, String);

impl Ledger {
    /// A tip stands in line.
    pub(super) fn tries(&mut self, new: &AcceptedTip) {
        let notices = new.notices.iter().map(|n| (n.agency.to_string(), n.kind.as_str().to_owned()));
        self.tried.insert(new.tip.uid.to_string(), notices.collect());
    }

    /// A citizen was answered with this receipt.
    pub(super) fn promised(&mut self, citizen: usize, code: &str, portal: &mut Portal) -> Held {
        let first = self.receipts.entry(citizen).or_insert_with(|| code.to_owned());
        holds(first.as_str() == code, "one receipt per key", || {
            format!("citizen {citizen} was given another")
        })?;
        opens(portal, citizen, code)
    }

    /// An officer was given a tip by `next`.
    pub(super) fn gives(&mut self, tip: &str, officer: i64) -> Held {
        let first = *self.given.entry(tip.to_owned()).or_insert(officer);
        holds(first == officer, "one owner", || format!("{tip} was given to {first} and then to {officer}"))
    }

    /// Somebody has rung, and everything committed until now has been rung for.
    pub(super) fn rung(&mut self, portal: &mut Portal) {
        let last =
            portal.read(|db| outbox::table.select(diesel::dsl::max(outbox::id)).first::<Option<i64>>(db));
        self.rung = last.ok().flatten().unwrap_or(0).max(self.rung);
    }

    /// A courier rests, unrung, after a look that found nothing due at `minute`.
    pub(super) fn rests(&self, portal: &mut Portal, minute: Minute) -> Held {
        let missed = portal.read(|db| {
            outbox::table
                .filter(outbox_is("ready").and(outbox::run_minute.le(minute.0)))
                .filter(outbox::attempts.eq(0).and(outbox::lease_until.is_null()))
                .filter(outbox::id.le(self.rung))
                .select(outbox::id)
                .first::<i64>(db)
                .optional()
        });
        let missed = missed.map_err(unread)?;
        holds(missed.is_none(), "no lost wake-up", || {
            format!("notice {missed:?} is due and the courier rests")
        })
    }

    /// Looks at the rows after a commit; `firm` if it was answered as done.
    pub(super) fn looks(&mut self, portal: &mut Portal, moment: usize, firm: bool) -> Held {
        let rows = portal.read(tip_rows).map_err(unread)?;
        let gone = self.tips.keys().find(|uid| rows.iter().all(|row| row.0 != **uid));
        holds(gone.is_none(), "what was seen stays", || format!("{gone:?} is gone"))?;
        for (uid, version, holder, lead) in rows {
            self.sees(uid, version, holder, &lead, moment)?;
        }
        self.follows_feed(portal)?;
        if firm {
            self.tips.values_mut().for_each(|seen| seen.firm = Some(seen.version));
            self.firm_feed = self.feed.len();
        }
        Ok(())
    }

    fn sees(&mut self, uid: String, version: i64, holder: Option<i64>, lead: &str, moment: usize) -> Held {
        let Some(seen) = self.tips.get_mut(&uid) else {
            self.tips.insert(uid, Seen { version, holder, moment, firm: None });
            return Ok(());
        };
        holds(version >= seen.version, "a version never falls", || uid.clone())?;
        let passed = seen.holder == holder || holder.is_some_and(|to| may_take(seen.holder, to, lead));
        holds(passed, "one owner", || format!("{uid} went from {:?} to {holder:?}", seen.holder))?;
        (seen.version, seen.holder) = (version, holder);
        Ok(())
    }

    fn follows_feed(&mut self, portal: &mut Portal) -> Held {
        let last = i64::try_from(self.feed.len()).unwrap();
        let new: Vec<(Option<i64>, String)> = portal
            .read(|db| {
                let later =
                    tip_events::table.filter(tip_events::feed.gt(last).or(tip_events::feed.is_null()));
                later.order(tip_events::feed).select((tip_events::feed, tip_events::uid)).load(db)
            })
            .map_err(unread)?;
        for (place, uid) in new {
            let next = i64::try_from(self.feed.len()).unwrap() + 1;
            holds(place == Some(next), "a feed without gaps", || {
                format!("{place:?} stands where {next} should")
            })?;
            self.feed.push(uid);
        }
        Ok(())
    }

    /// A process starts on what a crash has left: whatever is firm must be there.
    pub(super) fn starts(&mut self, portal: &mut Portal, moment: usize) -> Held {
        for (citizen, code) in &self.receipts {
            opens(portal, *citizen, code)?;
        }
        let rows = portal.read(tip_rows).map_err(unread)?;
        let there = |uid: &String| rows.iter().find(|row| row.0 == *uid);
        for (uid, seen) in &self.tips {
            let kept = there(uid).map(|row| row.1) >= seen.firm;
            holds(kept, "acknowledged implies durable", || format!("{uid} is gone or older after a crash"))?;
        }
        let feed: Vec<String> = portal.read(feed).map_err(unread)?;
        let firm = &self.feed[..self.firm_feed];
        holds(feed.starts_with(firm), "a feed that never changes", || "a place changed in a crash".into())?;
        self.tips.retain(|uid, _| there(uid).is_some());
        for (uid, seen) in &mut self.tips {
            // What was seen and never answered may be taken back: we go on from what is there now.
            if let Some(row) = there(uid) {
                (seen.version, seen.holder) = (row.1, row.2);
            }
        }
        (self.feed, self.rung) = (feed, 0);
        self.is_whole(portal)?;
        self.looks(portal, moment, true)
    }

    /// The audit record verifies, each tip has its leaf, the counters count, each key has one tip.
    pub(super) fn is_whole(&self, portal: &mut Portal) -> Held {
        let verdict = portal.read(|db| crate::store::audit::verify::verify(db, &city().chain(), &[]));
        let verdict = verdict.map_err(unread)?;
        holds(verdict.faults.is_empty() && verdict.waiting.is_empty(), "a whole audit record", || {
            format!("{verdict:?}")
        })?;
        let ties = Ties::of(&city().deployment);
        let record = portal.read(|db| crate::store::commitments::checking::check(db, &ties));
        let record = record.map_err(unread)?;
        holds(record.is_whole(), "a leaf for each tip", || format!("{record:?}"))?;
        let counts = portal.read(counted).map_err(unread)?;
        holds(counts.0 == counts.1, "counters that count", || format!("{counts:?}"))?;
        let (tips, keys) = portal.read(tips_and_keys).map_err(unread)?;
        holds(tips == keys, "one tip per key", || format!("{tips} tips, {keys} keys"))
    }

    /// At the end, when all is quiet: every tip that is there was written about, after it was there.
    pub(super) fn settles(&self, portal: &mut Portal, relay: &Relay) -> Held {
        let given_up: Vec<Addressed> = portal.read(given_up).map_err(unread)?;
        for (uid, seen) in &self.tips {
            let told = |notice: &&Addressed| {
                relay
                    .taken
                    .iter()
                    .any(|mail| mail.moment > seen.moment && mail.agency == notice.0 && mail.kind == notice.1)
            };
            let notices = self.tried.get(uid).ok_or_else(|| Broken(format!("nobody sent {uid}")))?;
            let untold = notices.iter().filter(|n| !given_up.contains(n)).find(|n| !told(n));
            holds(untold.is_none(), "at-least-once notice", || format!("{uid}: nobody told {untold:?}"))?;
        }
        let feed = portal.read(feed).map_err(unread)?;
        holds(feed == self.feed, "a feed that never changes", || "a place changed".into())?;
        self.receipts.iter().try_for_each(|(citizen, code)| opens(portal, *citizen, code))?;
        self.is_whole(portal)
    }
}

/// The reader failed, which nothing here makes it do.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` gives it")]
pub(super) fn unread(error: diesel::result::Error) -> Broken {
    Broken(format!("rows that can be read: {error}"))
}

fn opens(portal: &mut Portal, citizen: usize, code: &str) -> Held {
    let lookup = Receipt::parse(code).ok().unwrap().lookup();
    let found = portal.read(|db| find(db, &lookup)).map_err(unread)?;
    holds(found.is_some(), "acknowledged implies durable", || {
        format!("the receipt of citizen {citizen} opens nothing")
    })
}

/// The lead may take over from the first responder of another agency; nobody else takes from anybody.
fn may_take(from: Option<i64>, to: i64, lead: &str) -> bool {
    let agency =
        |id: i64| city().desks.iter().find(|d| d.officer.id == id).map(|d| d.officer.agency.to_string());
    from.is_none_or(|from| agency(to).as_deref() == Some(lead) && agency(from) != agency(to))
}

fn tip_rows(db: &mut Db) -> QueryResult<Vec<TipColumns>> {
    tips::table.order(tips::id).select((tips::uid, tips::version, tips::claimed_by, tips::lead)).load(db)
}

fn feed(db: &mut Db) -> QueryResult<Vec<String>> {
    tip_events::table.order(tip_events::feed).select(tip_events::uid).load(db)
}

fn counted(db: &mut Db) -> QueryResult<(i64, i64)> {
    let open = tip_agencies::table.filter(tip_agencies::open).count().get_result(db)?;
    let kept: Vec<i64> =
        queue_counts::table.filter(queue_counts::plan_id.eq(PLAN)).select(queue_counts::tips).load(db)?;
    Ok((open, kept.iter().sum()))
}

fn tips_and_keys(db: &mut Db) -> QueryResult<(i64, i64)> {
    Ok((tips::table.count().get_result(db)?, submissions::table.count().get_result(db)?))
}

fn given_up(db: &mut Db) -> QueryResult<Vec<Addressed>> {
    outbox::table.filter(outbox::state.eq("dead")).select((outbox::agency, outbox::kind)).load(db)
}
