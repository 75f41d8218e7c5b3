//! The city the simulation takes place in: the real plan, a few agencies with their officers and keys, and the
//! database in which they are entered. Made once per process; each seed starts from a copy.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use crate::audit::chain::Chain;
use crate::audit::commitment::{Day, Ties};
use crate::clock::{Minute, Timestamp};
use crate::people::enrol::{AgencyPrivates, Candidate, Enrolled, KeyKind, Keys, enrol, open_granted};
use crate::people::officer::Officer;
use crate::people::roles::Role;
use crate::plan::{AgencyCode, Plan};
use crate::store::command::{Abort, Queued};
use crate::store::connection::{Db, Purpose, open_sqlite};
use crate::store::officers::{EnrolRefused, known};
use crate::store::writer::Writer;
use crate::store::{commitments, directory, migrate, officers};
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::SeededEntropy;
use crate::vault::pair::{KeyPair, PrivateKey};
use crate::vault::password::{KdfCost, unwrap_private};

/// The plan's row id.
pub(super) const PLAN: i64 = 1;

/// When every seed begins.
pub(super) const START: Timestamp = Timestamp(1_795_414_812_345);

const AGENCIES: [(&str, usize); 5] =
    [("psb", 2), ("psb-120114", 2), ("civil", 2), ("women", 1), ("procur", 1)];
const PASSWORD: &str = "a password of the simulation";
const CHEAP: KdfCost = KdfCost { memory_kib: 8, passes: 1, lanes: 1 };

/// An officer with the key that sign-in would open.
pub(super) struct Desk {
    pub(super) officer: Officer,
    pub(super) private: PrivateKey,
}

/// The city.
pub(super) struct City {
    pub(super) plan: Plan,
    pub(super) deployment: DeploymentKey,
    pub(super) desks: Vec<Desk>,
    /// The database as every seed finds it.
    pub(super) database: Vec<u8>,
}

impl City {
    /// The chain of its audit record.
    pub(super) fn chain(&self) -> Chain {
        Chain::of(&self.deployment)
    }
}

/// The city, made at the first call.
pub(super) fn city() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(found)
}

fn found() -> City {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let mut db = open_sqlite(&path, Purpose::Write).unwrap();
    let (deployment, entropy) = (DeploymentKey::from_bytes([7; 32]), SeededEntropy::new(0));
    migrate::up(&mut db, &Chain::of(&deployment)).unwrap();
    let recovery = KeyPair::generate(&entropy);
    let (mut writer, plan) = (writer_on(&path, db, &deployment), Plan::embedded().unwrap());
    begin_record(&mut writer, Ties::of(&deployment));
    give_mailboxes(&mut writer, plan.agencies().map(|agency| agency.code).collect());
    for (agency, members) in AGENCIES {
        man(&mut writer, agency.parse().unwrap(), members, &recovery, &entropy);
    }
    writer.idle();
    drop(writer);
    let desks = desks(&path);
    City { plan, deployment, desks, database: std::fs::read(&path).unwrap() }
}

fn writer_on(path: &Path, db: Db, deployment: &DeploymentKey) -> Writer {
    let again = path.to_owned();
    let open = Box::new(move || open_sqlite(&again, Purpose::Write));
    Writer::new(open, db, Chain::of(deployment), Arc::new(AtomicBool::new(true)))
}

/// Begins the public record, as the first start of a portal does.
fn begin_record(writer: &mut Writer, ties: Ties) {
    let (command, mut answer) = Queued::new("record", move |db: &mut Db| {
        Ok::<_, Abort<()>>(commitments::begin(db, &ties, Day::of(START.minute()))?)
    });
    writer.step(vec![Box::new(command)]);
    assert!(answer.try_recv().unwrap().is_ok());
}

/// Every agency can be written to, whether or not anybody works there.
fn give_mailboxes(writer: &mut Writer, agencies: Vec<AgencyCode>) {
    let (command, mut answer) = Queued::new("mailboxes", move |db: &mut Db| {
        for agency in &agencies {
            let mailbox = format!("{agency}@duty.example");
            directory::put_agency(db, PLAN, agency, Some((&mailbox, Minute(1))))?;
        }
        Ok::<_, Abort<()>>(())
    });
    writer.step(vec![Box::new(command)]);
    assert!(answer.try_recv().unwrap().is_ok());
}

/// Enters an agency's members: the first makes the keys and passes them on to the others.
fn man(writer: &mut Writer, agency: AgencyCode, members: usize, recovery: &KeyPair, entropy: &SeededEntropy) {
    let mut privates = None;
    for n in 0..members {
        let login = format!("{agency}.{n}");
        let who =
            Candidate { login: &login, name: &login, agency, role: Role::AgencyLead, password: PASSWORD };
        let keys = privates.as_ref().map_or(Keys::Fresh { recovery: &recovery.public }, Keys::Held);
        let new = enrol(&who, keys, CHEAP, START.minute(), entropy).unwrap();
        privates.get_or_insert_with(|| passed_on(&new));
        enter(writer, new);
    }
}

fn passed_on(first: &Enrolled) -> AgencyPrivates {
    let (officer, private) = (&first.officer, unwrap_private(PASSWORD, &first.officer.wrapped).ok().unwrap());
    let [work, identity] = KeyKind::ALL.map(|kind| {
        let grant = first.grants.iter().find(|grant| grant.kind == kind).unwrap();
        open_granted(&private, &officer.agency, kind, &officer.uid, &grant.sealed).ok().unwrap()
    });
    AgencyPrivates { work, identity }
}

fn enter(writer: &mut Writer, new: Enrolled) {
    let (command, mut answer) =
        Queued::new("enter", move |db: &mut Db| -> Result<i64, Abort<EnrolRefused>> {
            let agency = new.officer.agency;
            let mailbox = format!("{agency}@duty.example");
            directory::put_agency(db, PLAN, &agency, Some((&mailbox, Minute(1))))?;
            officers::enrol(db, PLAN, &new, START)
        });
    writer.step(vec![Box::new(command)]);
    assert!(answer.try_recv().unwrap().is_ok());
}

fn desks(path: &Path) -> Vec<Desk> {
    let mut db = open_sqlite(path, Purpose::Read).unwrap();
    let logins = AGENCIES.iter().flat_map(|(agency, n)| (0..*n).map(move |n| format!("{agency}.{n}")));
    let desk = |login: String| {
        let known = known(&mut db, PLAN, &login).unwrap().unwrap();
        let private = unwrap_private(PASSWORD, &known.wrapped).ok().unwrap();
        Desk { officer: known.officer, private }
    };
    logins.map(desk).collect()
}
