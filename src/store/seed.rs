//! Synthetic tips written by the thousand: one long transaction on a connection of its own, indexes taken
//! off before and put back after, every row in the place that an accepted tip and its acts would give it.
//! Owns that writing; refuses a database that somebody else uses, and making up anything.
//!
//! Invariant: all of it or nothing: whoever breaks off leaves the database as it was.

mod rows;
mod scaffold;

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use self::rows::{Places, Rows};
use self::scaffold::Scaffold;
use super::audit::head;
use super::connection::{Db, Purpose, on_each, open_sqlite};
use super::counters::OpenIn;
use super::schema::{agencies, tip_events, tips};
use super::{Location, dialect, sequencer};
use crate::audit::AuditRow;
use crate::audit::chain::Chain;
use crate::audit::commitment::CommitmentRow;
use crate::intake::rows::{EntryRow, EnvelopeRow, EventRow, ReceiptRow, TipRow};
use crate::links::Link;
use crate::plan::AgencyCode;
use crate::triage::acts::Decided;
use crate::triage::placement::Place;

/// The form of what a seed leaves. Raised whenever the same seed would leave other rows, so that whoever keeps
/// filled portals knows when to fill them anew.
pub const FORMAT: u32 = 3;

/// A synthetic tip: as intake would have accepted it, and what an officer did with it since.
pub struct SeededTip {
    /// Its row id.
    pub id: i64,
    /// Its clear facts, as accepted.
    pub tip: TipRow,
    /// Who has which part.
    pub agencies: Vec<Place>,
    /// Who holds which key.
    pub envelopes: Vec<EnvelopeRow>,
    /// The sealed words.
    pub entries: Vec<EntryRow>,
    /// The reporter's way back in.
    pub receipt: ReceiptRow,
    /// What commits the portal to it.
    pub commitment: CommitmentRow,
    /// What its words name.
    pub links: Vec<Link>,
    /// The first line of its history.
    pub event: EventRow,
    /// The first line about it in the record.
    pub audit: AuditRow,
    /// Who acted.
    pub officer: i64,
    /// What was done, in its order.
    pub acts: Vec<Decided>,
}

/// Why no synthetic tips are written.
#[derive(Debug, thiserror::Error)]
pub enum SeedRefused {
    /// There are tips.
    #[error(
        "the portal holds {0} tips already: synthetic ones do not belong among people's; --add adds them nevertheless"
    )]
    NotEmpty(i64),
    /// Somebody else is connected.
    #[error("somebody else is connected to the database: stop every portal that uses it first")]
    InUse,
    /// The program knows no such database.
    #[error("this program was built without PostgreSQL: build it with --features postgres")]
    NotBuiltIn,
    /// The database cannot be opened.
    #[error("cannot open the database: {0}")]
    Connect(#[from] ConnectionError),
    /// The database refused; nothing was written.
    #[error("the database refused: {0}")]
    Failed(#[from] diesel::result::Error),
}

/// Synthetic tips on their way into a database. Dropped unfinished, it leaves nothing behind.
pub struct Seeding {
    db: Db,
    plan: i64,
    chain: Chain,
    scaffold: Scaffold,
    first: i64,
    places: Places,
    open: BTreeMap<OpenIn, i64>,
}

impl Seeding {
    /// Opens the database, which must be up to date, takes it for itself and takes its indexes off.
    pub fn begin(location: &Location, plan: i64, chain: Chain, add: bool) -> Result<Self, SeedRefused> {
        let mut db = open(location)?;
        dialect::begin(&mut db)?;
        if !scaffold::is_alone(&mut db)? {
            return Err(SeedRefused::InUse);
        }
        let held: i64 = tips::table.count().get_result(&mut db)?;
        if held > 0 && !add {
            return Err(SeedRefused::NotEmpty(held));
        }
        // What others wrote last gets its place before ours.
        while sequencer::place(&mut db, &chain)? > 0 {}
        let last: Option<i64> = tips::table.select(diesel::dsl::max(tips::id)).first(&mut db)?;
        let feed: Option<i64> =
            tip_events::table.select(diesel::dsl::max(tip_events::feed)).first(&mut db)?;
        let places = Places {
            kept: head::own(&mut db, &chain)?,
            audit: dialect::next_audit_id(&mut db)?,
            feed: feed.unwrap_or(0),
        };
        let scaffold = Scaffold::take_off(&mut db)?;
        let first = last.unwrap_or(0) + 1;
        Ok(Self { db, plan, chain, scaffold, first, places, open: BTreeMap::new() })
    }

    /// The row id of the first tip; the others follow it without a gap.
    pub const fn first(&self) -> i64 {
        self.first
    }

    /// Registers the agencies that are not registered yet, without a mailbox.
    pub fn register(&mut self, codes: &[AgencyCode]) -> QueryResult<()> {
        let of_plan = agencies::table.filter(agencies::plan_id.eq(self.plan));
        let known: Vec<String> = of_plan.select(agencies::code).load(&mut self.db)?;
        for code in codes.iter().map(ToString::to_string).filter(|code| !known.contains(code)) {
            let row = (agencies::plan_id.eq(self.plan), agencies::code.eq(code));
            diesel::insert_into(agencies::table).values(row).execute(&mut self.db)?;
        }
        Ok(())
    }

    /// Writes tips.
    pub fn put(&mut self, tips: &[SeededTip]) -> QueryResult<()> {
        let mut rows = Rows::default();
        for tip in tips {
            rows.add(self.plan, tip, &self.chain, &mut self.places);
            for (agency, lane) in rows::open_in(tip) {
                *self.open.entry((agency, lane)).or_default() += 1;
            }
        }
        rows.write(&mut self.db)
    }

    /// Puts counters, places and indexes where they belong, and commits.
    pub fn finish(mut self) -> QueryResult<()> {
        let db = &mut self.db;
        for ((agency, lane), tips) in &self.open {
            dialect::count(db, self.plan, agency, *lane, *tips)?;
        }
        head::keep(db, &self.chain, &self.places.kept)?;
        self.scaffold.put_back(db)?;
        dialect::commit(db)?;
        scaffold::settle(db)
    }
}

/// Memory for pages while they are filled, in KiB: what does not fit is written twice.
const PAGES_KIB: u32 = 1 << 20;

fn open(location: &Location) -> Result<Db, SeedRefused> {
    match location {
        Location::Sqlite(path) => {
            let mut db = open_sqlite(path, Purpose::Write)?;
            on_each!(&mut db, |c| c.batch_execute(&format!("PRAGMA cache_size=-{PAGES_KIB}")))?;
            Ok(db)
        }
        #[cfg(feature = "postgres")]
        Location::Postgres(url) => {
            let mut db = super::connection::open_postgres(url, Purpose::Write)?;
            if let Db::Postgres(c) = &mut db {
                c.batch_execute(
                    "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; \
                     set maintenance_work_mem = '256MB'",
                )?;
            }
            Ok(db)
        }
        #[cfg(not(feature = "postgres"))]
        Location::Postgres(_) => Err(SeedRefused::NotBuiltIn),
    }
}
