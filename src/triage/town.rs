//! A town for tests: the real plan, and agencies whose keys a test can turn itself.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::{Envelope, Held, REPORTER, TipKeys};
use super::placement::Placement;
use super::status::Status;
use super::tip::{Reasons, Tip};
use crate::clock::{Minute, Timestamp};
use crate::people::directory::{AgencyEntry, Directory};
use crate::people::officer::Officer;
use crate::people::roles::Role;
use crate::plan::{AgencyCode, DistrictCode, Plan, Urgency};
use crate::routing::{Decision, TipFacts, decide};
use crate::vault::compartment::Compartment;
use crate::vault::entropy::SeededEntropy;
use crate::vault::pair::{EnvelopeFor, KeyPair, envelop, open_envelope};
use crate::vault::seal::SymKey;
use crate::vault::uid::Uid;

/// 2026-11-23 14:20 in Tianjin.
pub(crate) const NOW: Timestamp = Timestamp(1_795_414_800_000);

/// A town with its keys.
pub(crate) struct Town {
    pub(crate) plan: Plan,
    pub(crate) directory: Directory,
    pub(crate) entropy: SeededEntropy,
    work: BTreeMap<AgencyCode, KeyPair>,
    identity: BTreeMap<AgencyCode, KeyPair>,
    reporter: KeyPair,
}

pub(crate) fn code(text: &str) -> AgencyCode {
    text.parse().unwrap()
}

impl Town {
    /// Every agency that can take tips has a member, but for these.
    pub(crate) fn without(unmanned: &[&str]) -> Self {
        let (plan, entropy) = (Plan::embedded().unwrap(), SeededEntropy::new(7));
        let (mut work, mut identity, mut entries) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let manned = plan.agencies().filter(|a| a.can_take_tips).map(|a| a.code);
        for agency in manned.filter(|a| !unmanned.contains(&a.to_string().as_str())) {
            let [one, two] = [KeyPair::generate(&entropy), KeyPair::generate(&entropy)];
            entries.insert(
                agency,
                AgencyEntry {
                    work: one.public.into(),
                    identity: two.public.into(),
                    work_key_id: 1,
                    identity_key_id: 2,
                    active_members: 1,
                    mailbox_confirmed: true,
                },
            );
            work.insert(agency, one);
            identity.insert(agency, two);
        }
        let reporter = KeyPair::generate(&entropy);
        Self { plan, directory: Directory { version: 1, entries }, entropy, work, identity, reporter }
    }

    pub(crate) fn new() -> Self {
        Self::without(&[])
    }

    pub(crate) fn facts(
        category: &str,
        district: Option<&str>,
        urgency: Option<Urgency>,
        exclude: &[&str],
    ) -> TipFacts {
        let mut facts = TipFacts::of(category.parse().unwrap());
        facts.district = district.map(|d| d.parse::<DistrictCode>().unwrap());
        facts.urgency = urgency;
        facts.exclude = exclude.iter().map(|c| code(c)).collect();
        facts
    }

    pub(crate) fn decide(&self, facts: &TipFacts) -> Decision {
        decide(&self.plan, facts, &self.directory).unwrap()
    }

    pub(crate) fn placement(&self, decision: &Decision) -> Placement {
        Placement::of(decision, |agency| self.directory.has_key(agency))
    }

    /// A tip with its keys, and the envelopes that its placement asks for.
    pub(crate) fn tip(&self, facts: &TipFacts, with_contact: bool) -> (Tip, TipKeys, Vec<Envelope>) {
        let decision = self.decide(facts);
        let placement = self.placement(&decision);
        let mut compartments = vec![Compartment::Report, Compartment::Case];
        compartments.extend(with_contact.then_some(Compartment::Identity));
        let uid = Uid::generate(&self.entropy);
        let keys: Vec<(Compartment, SymKey)> =
            compartments.into_iter().map(|c| (c, SymKey::generate(&self.entropy))).collect();
        let mut envelopes = Vec::new();
        for (compartment, key) in &keys {
            for agency in placement.holders(*compartment) {
                let pairs = if *compartment == Compartment::Identity { &self.identity } else { &self.work };
                envelopes.push(self.envelope(&uid, *compartment, &agency.to_string(), &pairs[&agency], key));
            }
        }
        envelopes.push(self.envelope(&uid, Compartment::Report, REPORTER, &self.reporter, &keys[0].1));
        let tip = Tip {
            id: 1,
            uid,
            category: facts.category,
            secondary: None,
            district: facts.district,
            status: Status::Claimed,
            version: 3,
            placement,
            reasons: Reasons {
                rule: decision.rule,
                plan_version: decision.plan_version,
                clauses: decision.clauses,
                because: decision.because,
            },
            has_minor: facts.minor,
            received: NOW.minute(),
            due: NOW.minute().plus(i64::from(decision.first_action_minutes)),
            claimed_by: Some(9),
            lease: None,
            acted: None,
            closed: None,
            look_by: None,
        };
        (tip, TipKeys::of(keys), envelopes)
    }

    fn envelope(
        &self,
        tip: &Uid,
        compartment: Compartment,
        recipient: &str,
        to: &KeyPair,
        key: &SymKey,
    ) -> Envelope {
        let what = EnvelopeFor { tip, compartment, recipient };
        let sealed = envelop(&to.public, &what, key, &self.entropy);
        Envelope { compartment, recipient: recipient.to_owned(), sealed }
    }

    /// Who opens a compartment, tried with every key of the town and the reporter's.
    pub(crate) fn openers(
        &self,
        tip: &Uid,
        compartment: Compartment,
        envelopes: &[Envelope],
    ) -> BTreeSet<String> {
        let pairs = if compartment == Compartment::Identity { &self.identity } else { &self.work };
        let agencies = pairs.iter().map(|(agency, pair)| (agency.to_string(), pair));
        let everybody = agencies.chain([(REPORTER.to_owned(), &self.reporter)]);
        let opens = |pair: &KeyPair| {
            envelopes.iter().filter(|e| e.compartment == compartment).any(|e| {
                let what = EnvelopeFor { tip, compartment, recipient: &e.recipient };
                open_envelope(&pair.private, &what, &e.sealed).is_ok()
            })
        };
        everybody.filter(|(_, pair)| opens(pair)).map(|(name, _)| name).collect()
    }
}

/// The envelopes once a change has been written.
pub(crate) fn after(mut envelopes: Vec<Envelope>, change: &super::keys::Resealed) -> Vec<Envelope> {
    envelopes.retain(|e| !change.removed.contains(&(e.compartment, e.recipient.clone())));
    envelopes.extend(change.added.iter().cloned());
    envelopes
}

/// Who has an envelope, by the rows.
pub(crate) fn held(envelopes: &[Envelope]) -> Held {
    Held::new(envelopes.iter().map(|e| (e.compartment, e.recipient.clone())))
}

/// The names of some agencies, with the reporter where asked.
pub(crate) fn names(agencies: &BTreeSet<AgencyCode>, with_reporter: bool) -> BTreeSet<String> {
    let reporter = with_reporter.then(|| REPORTER.to_owned());
    agencies.iter().map(ToString::to_string).chain(reporter).collect()
}

/// An officer of this agency.
pub(crate) fn officer(agency: &str) -> Officer {
    Officer {
        id: 9,
        uid: Uid::from_bytes([9; 16]),
        login: agency.to_owned(),
        name: "王丽".into(),
        agency: code(agency),
        role: Role::AgencyLead,
    }
}

/// The minute everything here happens in.
pub(crate) const fn minute() -> Minute {
    NOW.minute()
}
