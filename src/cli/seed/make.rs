//! Synthetic tips, made one from the other like people's: placed by routing, sealed to whoever may read,
//! lived through the officers' own acts. Owns the making; refuses writing.
//!
//! Invariant: a tip follows from the seed, its number and the directory alone, and every agency that is
//! named to read it can.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use anyhow::Context as _;

use super::case::{Case, Pool};
use super::dice::Dice;
use super::life::{Fate, Life};
use super::words;
use crate::audit::commitment::{CommitmentRow, Committed, Ties};
use crate::clock::Minute;
use crate::intake::accept::{AcceptedTip, Fresh, REPORTER, Sending, World, accept, entry};
use crate::intake::report::{LifeFacts, Report};
use crate::intake::rows::{EntryRow, EnvelopeRow, EventRow, ReceiptRow, TipRow};
use crate::links;
use crate::people::directory::Directory;
use crate::people::officer::Officer;
use crate::plan::{AgencyCode, Plan};
use crate::store::seed::SeededTip;
use crate::triage::deadline;
use crate::triage::keys::TipKeys;
use crate::triage::tip::{Reasons, Tip};
use crate::vault::compartment::Compartment;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::bytes;
use crate::vault::pair::{EnvelopeFor, KeyPair, PublicKey};
use crate::vault::receipt::Receipt;
use crate::vault::seal::SymKey;
use crate::vault::shared::Shared;
use crate::vault::submit_key::SubmitKey;
use crate::vault::uid::Uid;

/// How many tips in a row share their key encapsulations.
pub(super) const SET: usize = 1_000;

/// What the tips are made from.
pub(super) struct Ground {
    /// The plan.
    pub(super) plan: std::sync::Arc<Plan>,
    /// Who can act.
    pub(super) directory: Directory,
    /// The key file's key.
    pub(super) deployment: std::sync::Arc<DeploymentKey>,
    /// One active officer of each agency that has one.
    pub(super) officers: BTreeMap<AgencyCode, Officer>,
    /// The kinds of reports.
    pub(super) cases: Vec<Case>,
}

/// One tip before it is made.
pub(super) struct Order<'a> {
    /// Its row id.
    pub(super) id: i64,
    /// Its choices.
    pub(super) dice: Dice,
    /// What it is cast from.
    pub(super) pool: &'a Pool,
    /// Whether it stays open.
    pub(super) open: bool,
    /// When it came in.
    pub(super) received: Minute,
    /// After this nothing happens to it.
    pub(super) until: Minute,
}

/// Makes tips. What each kind of report becomes is asked once and kept.
pub(super) struct Maker<'a> {
    ground: &'a Ground,
    casts: Vec<OnceCell<AcceptedTip>>,
}

/// The recipients of one set of tips.
pub(super) struct Recipients {
    dice: Dice,
    reporter: PublicKey,
    shared: BTreeMap<[u8; 32], Shared>,
}

impl Recipients {
    /// Those of a set, by its choices.
    pub(super) fn of(dice: Dice) -> Self {
        let reporter = KeyPair::generate(&dice).public;
        Self { dice, reporter, shared: BTreeMap::new() }
    }

    fn to(&mut self, public: PublicKey) -> &Shared {
        let dice = &self.dice;
        self.shared.entry(public.bytes()).or_insert_with(|| Shared::to(public, dice))
    }
}

impl<'a> Maker<'a> {
    /// A maker of tips on this ground.
    pub(super) fn new(ground: &'a Ground) -> Self {
        Self { ground, casts: ground.cases.iter().map(|_| OnceCell::new()).collect() }
    }

    /// Makes one.
    pub(super) fn make(&self, order: &Order<'_>, recipients: &mut Recipients) -> anyhow::Result<SeededTip> {
        let at = order.pool.cases[order.dice.weighted(&order.pool.sums)];
        let (case, cast) = (&self.ground.cases[at], self.cast(at)?);
        let (uid, dice) = (Uid::generate(&order.dice), &order.dice);
        let keys = draw_keys(cast, dice);
        let envelopes = self.envelopes(cast, &uid, &keys, recipients)?;
        let report = Report {
            text: words::report(dice, order.id),
            received_at: order.received.start(),
            ..case.parsed.report.clone()
        };
        let entries = entries(cast, &uid, &keys, &report, dice);
        let commitment = self.commitment(&uid, &keys, &entries, order);
        let due = deadline::due(self.ground.plan.calendar(), order.received, case.minutes);
        let row = TipRow { uid, received: order.received, due, ..cast.tip.clone() };
        let officer = self.ground.officers.get(&case.placement.lead).context("the lead has an officer")?;
        let life = Life { dice, officer, keys: &TipKeys::of(keys), until: order.until };
        let acts = life.live(tip(order.id, &row, case), Fate::draw(dice, order.open))?;
        let mut audit = cast.audit.clone();
        (audit.at, audit.tip_id) = (order.received.start(), Some(order.id));
        Ok(SeededTip {
            id: order.id,
            tip: row,
            agencies: cast.agencies.clone(),
            envelopes,
            entries,
            receipt: ReceiptRow { lookup: bytes(dice), public_key: recipients.reporter.bytes() },
            commitment,
            links: links::links(&self.ground.deployment, report.words()),
            event: EventRow { uid: Uid::generate(dice), ..cast.event.clone() },
            audit,
            officer: officer.id,
            acts,
        })
    }

    /// What intake makes of a report of this kind. Of it only clear facts and names are used again.
    fn cast(&self, at: usize) -> anyhow::Result<&AcceptedTip> {
        if let Some(cast) = self.casts[at].get() {
            return Ok(cast);
        }
        let (ground, dice) = (self.ground, Dice::of(0, 0));
        let world = World {
            plan: &ground.plan,
            directory: &ground.directory,
            deployment: &ground.deployment,
            entropy: &dice,
        };
        let sending = Sending { key: &SubmitKey::generate(&dice), body_mac: [0; 32] };
        let cast = accept(&world, &Fresh::draw(&dice), &ground.cases[at].parsed, None, &sending)?;
        Ok(self.casts[at].get_or_init(|| cast))
    }

    /// A leaf as intake makes it, for a receipt that nobody has.
    fn commitment(
        &self,
        tip: &Uid,
        keys: &BTreeMap<Compartment, SymKey>,
        entries: &[EntryRow],
        order: &Order<'_>,
    ) -> CommitmentRow {
        let what = Committed {
            receipt: &Receipt::generate(&order.dice),
            report_key: &keys[&Compartment::Report],
            tip,
            sealed_report: &entries[0].sealed,
            received: order.received,
        };
        CommitmentRow::of(&what, &Ties::of(&self.ground.deployment))
    }

    fn envelopes(
        &self,
        cast: &AcceptedTip,
        tip: &Uid,
        keys: &BTreeMap<Compartment, SymKey>,
        recipients: &mut Recipients,
    ) -> anyhow::Result<Vec<EnvelopeRow>> {
        let mut all = Vec::with_capacity(cast.envelopes.len());
        for EnvelopeRow { compartment, recipient, .. } in &cast.envelopes {
            let public = self.public(*compartment, recipient, recipients.reporter)?;
            let what = EnvelopeFor { tip, compartment: *compartment, recipient };
            let sealed = recipients.to(public).envelop(&what, &keys[compartment]);
            all.push(EnvelopeRow { compartment: *compartment, recipient: recipient.clone(), sealed });
        }
        Ok(all)
    }

    fn public(&self, part: Compartment, recipient: &str, reporter: PublicKey) -> anyhow::Result<PublicKey> {
        if recipient == REPORTER {
            return Ok(reporter);
        }
        let entry =
            self.ground.directory.get(&recipient.parse()?).context("intake seals to known agencies")?;
        Ok(if part == Compartment::Identity { entry.identity.public() } else { entry.work.public() })
    }
}

/// A key for each compartment that a tip of this cast has.
fn draw_keys(cast: &AcceptedTip, dice: &Dice) -> BTreeMap<Compartment, SymKey> {
    let mut keys = BTreeMap::new();
    for envelope in &cast.envelopes {
        keys.entry(envelope.compartment).or_insert_with(|| SymKey::generate(dice));
    }
    keys
}

/// The report, and the extract for a police command where the cast has one.
fn entries(
    cast: &AcceptedTip,
    tip: &Uid,
    keys: &BTreeMap<Compartment, SymKey>,
    report: &Report,
    dice: &Dice,
) -> Vec<EntryRow> {
    let one = |kept: &EntryRow| match kept.compartment {
        Compartment::Life => {
            let extract = LifeFacts::of(report, None);
            entry(tip, kept.kind, kept.compartment, &keys[&kept.compartment], &extract, dice)
        }
        _ => entry(tip, kept.kind, kept.compartment, &keys[&kept.compartment], report, dice),
    };
    cast.entries.iter().map(one).collect()
}

/// The tip as officers will find it.
fn tip(id: i64, row: &TipRow, case: &Case) -> Tip {
    Tip {
        id,
        uid: row.uid,
        category: row.category,
        secondary: row.secondary,
        district: row.district,
        status: row.status,
        version: 1,
        placement: case.placement.clone(),
        // The acts of a synthetic life read no reasons; the row has them.
        reasons: Reasons {
            rule: String::new(),
            plan_version: String::new(),
            clauses: Vec::new(),
            because: Vec::new(),
        },
        has_minor: row.has_minor,
        received: row.received,
        look_by: None,
        lease: None,
        due: row.due,
        claimed_by: None,
        acted: None,
        closed: None,
    }
}
