//! Looks at the rows as they stand at one moment, with the passwords of everybody who is a member then, and says of
//! each tip whether it has exactly one owner who can open it. Keeps what it has opened before, because the same bytes
//! open the same way again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use homeward::people::enrol::{KeyKind, open_granted};
use homeward::triage::keys::entry_place;
use homeward::vault::compartment::Compartment;
use homeward::vault::pair::{EnvelopeFor, PrivateKey, open_envelope};
use homeward::vault::password::unwrap_private;
use homeward::vault::seal::open;

use crate::desk::bench::PASSWORD;
use crate::support::db::{Any, connect};

pub struct Witness {
    conn: Any,
    own: BTreeMap<Vec<u8>, PrivateKey>,
    granted: BTreeMap<Vec<u8>, PrivateKey>,
    opened: BTreeSet<(Vec<u8>, Vec<u8>)>,
}

/// A private key of an agency that an officer was granted, as the rows have it.
#[derive(QueryableByName)]
struct GrantRow {
    #[diesel(sql_type = Text)]
    uid: String,
    #[diesel(sql_type = Text)]
    agency: String,
    #[diesel(sql_type = Binary)]
    wrapped: Vec<u8>,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
}

/// A tip with its lead's envelope and its report.
#[derive(QueryableByName)]
struct TipRow {
    #[diesel(sql_type = Text)]
    uid: String,
    #[diesel(sql_type = Text)]
    lead: String,
    #[diesel(sql_type = BigInt)]
    leads: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    envelope: Option<Vec<u8>>,
    #[diesel(sql_type = Text)]
    entry: String,
    #[diesel(sql_type = Binary)]
    report: Vec<u8>,
}

const GRANTS: &str =
    "select o.uid as uid, o.agency as agency, o.wrapped_key as wrapped, k.kind as kind, g.sealed as sealed
    from key_grants g join officers o on o.id = g.officer_id join agency_keys k on k.id = g.agency_key_id
    where o.active and k.agency = o.agency order by g.id";

const TIPS: &str = "select t.uid as uid, t.lead as lead, e.sealed as envelope, n.uid as entry, n.sealed as report,
    (select count(*) from tip_agencies p where p.tip_id = t.id and p.relation = 'lead' and p.agency = t.lead)
      + 2 * (select count(*) from tip_agencies p where p.tip_id = t.id and p.relation = 'lead' and p.agency <> t.lead)
      as leads
    from tips t join entries n on n.tip_id = t.id and n.kind = 'report'
    left join envelopes e on e.tip_id = t.id and e.compartment = 'report' and e.recipient = t.lead order by t.id";

impl Witness {
    pub fn of(database: &Path) -> Self {
        let (own, granted) = (BTreeMap::new(), BTreeMap::new());
        Self { conn: connect(database), own, granted, opened: BTreeSet::new() }
    }

    /// Every tip of this moment that has no owner who can open it, and how many there are in all.
    pub fn look(&mut self) -> (Vec<String>, usize) {
        let begin = match &self.conn {
            Any::Sqlite(_) => "begin",
            #[cfg(feature = "postgres")]
            Any::Postgres(_) => "begin isolation level repeatable read read only",
        };
        self.conn.batch_execute(begin).unwrap();
        let grants: Vec<GrantRow> = diesel::sql_query(GRANTS).load(&mut self.conn).unwrap();
        let tips: Vec<TipRow> = diesel::sql_query(TIPS).load(&mut self.conn).unwrap();
        self.conn.batch_execute("commit").unwrap();
        let keys = self.keys(&grants, "work");
        let wrong = tips.iter().filter_map(|tip| self.wrong(tip, &keys)).collect();
        (wrong, tips.len())
    }

    /// The private keys of this kind in the hands of each agency's present members.
    fn keys(&mut self, grants: &[GrantRow], kind: &str) -> BTreeMap<String, Vec<PrivateKey>> {
        let mut keys: BTreeMap<String, Vec<PrivateKey>> = BTreeMap::new();
        for grant in grants.iter().filter(|grant| grant.kind == kind) {
            let own = self
                .own
                .entry(grant.wrapped.clone())
                .or_insert_with(|| unwrap_private(PASSWORD, &grant.wrapped).ok().unwrap());
            let private = self.granted.entry(grant.sealed.clone()).or_insert_with(|| {
                let (agency, uid) = (grant.agency.parse().unwrap(), grant.uid.parse().unwrap());
                let kind = KeyKind::ALL.into_iter().find(|kind| kind.as_str() == grant.kind).unwrap();
                open_granted(own, &agency, kind, &uid, &grant.sealed).ok().unwrap()
            });
            keys.entry(grant.agency.clone()).or_default().push(private.clone());
        }
        keys
    }

    fn wrong(&mut self, tip: &TipRow, keys: &BTreeMap<String, Vec<PrivateKey>>) -> Option<String> {
        if tip.leads != 1 {
            return Some(format!("{}: {} leads", tip.uid, tip.leads));
        }
        let Some(envelope) = &tip.envelope else {
            return Some(format!("{}: {} has no envelope", tip.uid, tip.lead));
        };
        let Some(held) = keys.get(&tip.lead) else {
            return Some(format!("{}: nobody at {}", tip.uid, tip.lead));
        };
        let reads = held.iter().any(|key| self.reads(key, tip, envelope));
        (!reads).then(|| format!("{}: nobody at {} opens it", tip.uid, tip.lead))
    }

    fn reads(&mut self, private: &PrivateKey, tip: &TipRow, envelope: &[u8]) -> bool {
        let known = (private.public().bytes().to_vec(), envelope.to_vec());
        if self.opened.contains(&known) {
            return true;
        }
        let (uid, entry) = (tip.uid.parse().unwrap(), tip.entry.parse().unwrap());
        let what = EnvelopeFor { tip: &uid, compartment: Compartment::Report, recipient: &tip.lead };
        let Ok(key) = open_envelope(private, &what, envelope) else { return false };
        let reads = open(&key, &entry_place(&uid, &entry), &tip.report).is_ok();
        if reads {
            self.opened.insert(known);
        }
        reads
    }

    /// Every private key in the hands of an agency's present members, of both kinds.
    pub fn privates(&mut self, agency: &str) -> Vec<PrivateKey> {
        let grants: Vec<GrantRow> = diesel::sql_query(GRANTS).load(&mut self.conn).unwrap();
        let of = |kind: &str, this: &mut Self| this.keys(&grants, kind).remove(agency).unwrap_or_default();
        let mut all = of("work", self);
        all.extend(of("identity", self));
        all
    }

    /// How many of the envelopes that lie there now one of these keys opens, and how many there are.
    pub fn opens(&mut self, agency: &str, keys: &[PrivateKey]) -> (usize, usize) {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            uid: String,
            #[diesel(sql_type = Text)]
            compartment: String,
            #[diesel(sql_type = Binary)]
            sealed: Vec<u8>,
        }
        let sql = format!(
            "select t.uid as uid, e.compartment as compartment, e.sealed as sealed from envelopes e
             join tips t on t.id = e.tip_id where e.recipient = '{agency}'"
        );
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut self.conn).unwrap();
        let open = |row: &&Row| {
            let tip = row.uid.parse().unwrap();
            let name = row.compartment.split('_').next().unwrap();
            let what = EnvelopeFor { tip: &tip, compartment: name.parse().unwrap(), recipient: agency };
            keys.iter().any(|key| open_envelope(key, &what, &row.sealed).is_ok())
        };
        (rows.iter().filter(open).count(), rows.len())
    }
}

/// Tells everybody to stop, also where a proof fails in the middle: nobody waits for threads that never end.
pub struct Stops<'a>(pub &'a std::sync::atomic::AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}

/// Looks again and again until told to stop; gives what was wrong, how often it looked, and at how many tips last.
pub fn watch(database: &Path, stop: &std::sync::atomic::AtomicBool) -> (Vec<String>, usize, usize) {
    let mut witness = Witness::of(database);
    let (mut wrong, mut looks) = (Vec::new(), 0);
    loop {
        let ending = stop.load(std::sync::atomic::Ordering::SeqCst);
        let (found, tips) = witness.look();
        wrong.extend(found);
        looks += 1;
        if ending || wrong.len() > 20 {
            // Nothing more is to be seen: everybody may stop.
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
            return (wrong, looks, tips);
        }
    }
}
