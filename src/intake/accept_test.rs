use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::intake::draft::{Draft, Field};
use crate::intake::parse::{Arrival, parse};
use crate::intake::report::Via;
use crate::people::directory::AgencyEntry;
use crate::people::roles::Relation;
use crate::plan::{CategoryKind, Urgency};
use crate::vault::entropy::SeededEntropy;
use crate::vault::pair::{KeyPair, open_envelope};
use crate::vault::seal::open;

const NOW: Timestamp = Timestamp(1_795_414_812_345);

/// A city in which every agency that can take tips has its keys.
struct City {
    plan: Plan,
    directory: Directory,
    work: BTreeMap<AgencyCode, KeyPair>,
    identity: BTreeMap<AgencyCode, KeyPair>,
    deployment: DeploymentKey,
    entropy: SeededEntropy,
}

impl City {
    fn new() -> Self {
        let (plan, entropy) = (Plan::embedded().unwrap(), SeededEntropy::new(11));
        let mut city = Self {
            directory: Directory { version: 1, entries: BTreeMap::new() },
            work: BTreeMap::new(),
            identity: BTreeMap::new(),
            deployment: DeploymentKey::from_bytes([1; 32]),
            plan,
            entropy,
        };
        let able: Vec<AgencyCode> =
            city.plan.agencies().filter(|a| a.can_take_tips).map(|a| a.code).collect();
        for (n, code) in able.into_iter().enumerate() {
            city.settle(code, u8::try_from(n % 250).unwrap());
        }
        city
    }

    fn settle(&mut self, code: AgencyCode, n: u8) {
        let seed = |kind: u8| {
            KeyPair::from_seed(&[
                kind, n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
                26, 27, 28, 29, 30, 31, 32,
            ])
        };
        let (work, identity) = (seed(1), seed(2));
        self.directory.entries.insert(
            code,
            AgencyEntry {
                work: work.public.into(),
                identity: identity.public.into(),
                work_key_id: 1,
                identity_key_id: 2,
                active_members: 1,
                mailbox_confirmed: true,
            },
        );
        self.work.insert(code, work);
        self.identity.insert(code, identity);
    }

    fn receive(&self, values: &[(Field, &str)]) -> (Fresh, AcceptedTip, SubmitKey) {
        let mut draft = Draft::default();
        values.iter().for_each(|(f, v)| draft.put(*f, v));
        let arrival = Arrival { language: Locale::Zh, at: NOW, via: Via::Web, has_photo: false };
        let parsed = parse(&draft, &self.plan, arrival).ok().unwrap();
        let (fresh, key) = (Fresh::draw(&self.entropy), SubmitKey::generate(&self.entropy));
        let world = World {
            plan: &self.plan,
            directory: &self.directory,
            deployment: &self.deployment,
            entropy: &self.entropy,
        };
        let sending = Sending { key: &key, body_mac: [7; 32] };
        let tip = accept(&world, &fresh, &parsed, None, &sending).unwrap();
        (fresh, tip, key)
    }

    /// Who opens a compartment, tried with every key of the city.
    fn openers(&self, fresh: &Fresh, tip: &AcceptedTip, compartment: Compartment) -> BTreeSet<String> {
        let pairs = if compartment == Compartment::Identity { &self.identity } else { &self.work };
        let of = |e: &&EnvelopeRow| e.compartment == compartment;
        let opens = |row: &EnvelopeRow, pair: &KeyPair| {
            let what = EnvelopeFor { tip: &fresh.tip, compartment, recipient: &row.recipient };
            open_envelope(&pair.private, &what, &row.sealed).is_ok()
        };
        let rows: Vec<&EnvelopeRow> = tip.envelopes.iter().filter(of).collect();
        let holders = pairs.iter().filter(|(_, pair)| rows.iter().any(|row| opens(row, pair)));
        holders.map(|(code, _)| code.to_string()).collect()
    }
}

fn codes<'a>(all: impl IntoIterator<Item = &'a AgencyCode>) -> BTreeSet<String> {
    all.into_iter().map(ToString::to_string).collect()
}

fn with(tip: &AcceptedTip, relation: Relation) -> BTreeSet<String> {
    codes(tip.agencies.iter().filter(|p| p.relation == relation).map(|p| &p.agency))
}

const CHILD_IN_NINGHE: [(Field, &str); 4] = [
    (Field::Text, "我女儿十三岁,前天放学后没回家。"),
    (Field::District, "120117"),
    (Field::Category, "missing_child"),
    (Field::Minor, "yes"),
];

#[test]
fn without_an_accused_body_the_branch_leads_and_reads() {
    let city = City::new();
    let (fresh, tip, _) = city.receive(&CHILD_IN_NINGHE);

    assert_eq!(tip.tip.lead.to_string(), "psb-120117");
    assert!(city.openers(&fresh, &tip, Compartment::Report).contains("psb-120117"));
    assert!(tip.tip.has_minor && tip.tip.urgency == Urgency::Immediate);
    assert!(tip.tip.due > tip.tip.received);
}

#[test]
fn an_accused_branch_gets_no_key_no_notice_and_no_place_in_any_queue() {
    let city = City::new();
    let (fresh, tip, _) = city.receive(&[&CHILD_IN_NINGHE[..], &[(Field::Exclude, "psb_branch")]].concat());

    assert_eq!(tip.tip.lead.to_string(), "psb");
    for compartment in Compartment::ALL {
        assert!(!city.openers(&fresh, &tip, compartment).contains("psb-120117"), "{compartment}");
    }
    assert!(tip.notices.iter().all(|n| n.agency.to_string() != "psb-120117"));
    let parts: Vec<_> = tip.agencies.iter().filter(|p| p.agency.to_string() == "psb-120117").collect();
    assert!(parts.iter().all(|p| p.relation == Relation::Excluded && !p.open) && parts.len() == 1);
}

#[test]
fn a_danger_in_a_tip_about_police_reaches_their_command_as_life_facts_only() {
    let city = City::new();
    let (fresh, tip, _) = city.receive(&[
        (Field::Text, "派出所的人参与,人还关着"),
        (Field::District, "120117"),
        (Field::Danger, "yes"),
        (Field::Exclude, "psb"),
        (Field::Identity, "confidential"),
        (Field::ContactPhone, "13900000000"),
    ]);

    let life = city.openers(&fresh, &tip, Compartment::Life);
    assert_eq!(tip.tip.access, "life_facts");
    assert_eq!(life, codes(&tip.tip.first_responder));
    let police = |all: BTreeSet<String>| all.iter().any(|code| code.starts_with("psb"));
    for compartment in [Compartment::Report, Compartment::Case, Compartment::Identity] {
        assert!(!police(city.openers(&fresh, &tip, compartment)), "{compartment}");
    }
}

#[test]
fn a_danger_in_a_tip_about_police_whom_nobody_mans_is_taken_by_whoever_can() {
    let mut city = City::new();
    city.directory.entries.retain(|code, _| code.to_string() != "psb");
    let (fresh, tip, _) = city.receive(&[
        (Field::Text, "派出所的人参与,人还关着"),
        (Field::District, "120117"),
        (Field::Category, "agency_complaint"),
        (Field::Danger, "yes"),
        (Field::Exclude, "psb"),
    ]);

    assert_eq!((tip.tip.lead.to_string().as_str(), tip.tip.first_responder), ("procur", None));
    assert!(tip.tip.because.contains("请拨打110"));
    assert!(city.openers(&fresh, &tip, Compartment::Life).is_empty());
    assert!(tip.entries.iter().all(|e| e.kind != "life"));
    assert_eq!(city.openers(&fresh, &tip, Compartment::Report), codes([&tip.tip.lead]));
}

#[test]
fn the_contact_opens_for_the_lead_alone() {
    let city = City::new();
    let contact = [(Field::Identity, "named"), (Field::ContactName, "欧阳")];
    let (fresh, tip, _) = city.receive(&[&CHILD_IN_NINGHE[..], &contact].concat());

    assert_eq!(city.openers(&fresh, &tip, Compartment::Identity), codes([&tip.tip.lead]));
    let (_, anonymous, _) = city.receive(&CHILD_IN_NINGHE);
    assert!(anonymous.envelopes.iter().all(|e| e.compartment != Compartment::Identity));
    assert!(anonymous.entries.iter().all(|e| e.kind != "contact"));
}

#[test]
fn the_receipt_opens_the_report_and_nothing_else() {
    let city = City::new();
    let (fresh, tip, key) = city.receive(&CHILD_IN_NINGHE);
    let answer = Answer::from_bytes(&key.open_answer(&tip.submission.sealed_answer).unwrap()).ok().unwrap();
    let receipt = answer.receipt().unwrap();

    assert_eq!(receipt.lookup(), tip.receipt.lookup);
    let mine = tip.envelopes.iter().filter(|e| e.recipient == REPORTER).collect::<Vec<_>>();
    assert_eq!(mine.len(), 1);
    let what = EnvelopeFor { tip: &fresh.tip, compartment: Compartment::Report, recipient: REPORTER };
    let report_key = open_envelope(&receipt.key_pair().private, &what, &mine[0].sealed).unwrap();
    let entry = &tip.entries[0];
    let place = Place { table: "entries", row: &entry.uid, tip: &fresh.tip, field: "body", seq: 0 };
    let report: Report = serde_json::from_slice(&open(&report_key, &place, &entry.sealed).unwrap()).unwrap();
    assert!(report.text == CHILD_IN_NINGHE[0].1 && report.received_at == NOW);
}

#[test]
fn a_reader_without_a_key_is_left_out_and_an_actor_without_one_closes_intake() {
    let mut city = City::new();
    let labour = [(Field::Text, "x"), (Field::District, "120114"), (Field::Category, "forced_labour")];
    city.directory.entries.retain(|code, _| code.body().as_str() != "hrss");
    let (fresh, tip, _) = city.receive(&labour);
    assert_eq!(tip.tip.lead.to_string(), "psb-120114");
    assert!(city.openers(&fresh, &tip, Compartment::Report).iter().all(|code| !code.starts_with("hrss")));

    city.directory.entries.clear();
    let mut draft = Draft::default();
    draft.put(Field::Text, "x");
    let arrival = Arrival { language: Locale::Zh, at: NOW, via: Via::Web, has_photo: false };
    let parsed = parse(&draft, &city.plan, arrival).ok().unwrap();
    let world = World {
        plan: &city.plan,
        directory: &city.directory,
        deployment: &city.deployment,
        entropy: &city.entropy,
    };
    let key = SubmitKey::generate(&city.entropy);
    let sending = Sending { key: &key, body_mac: [7; 32] };
    assert!(matches!(
        accept(&world, &Fresh::draw(&city.entropy), &parsed, None, &sending),
        Err(Closed::NoLead(_))
    ));
}

#[test]
fn a_body_that_is_given_the_content_is_not_told_besides() {
    let city = City::new();
    let labour = [(Field::Text, "x"), (Field::District, "120114"), (Field::Category, "child_labour")];
    let (_, tip, _) = city.receive(&[&labour[..], &[(Field::Minor, "yes")]].concat());

    let (given, told) = (with(&tip, Relation::Content), with(&tip, Relation::Told));
    assert!(!given.is_empty() && !told.is_empty());
    assert!(given.is_disjoint(&told), "{given:?} {told:?}");
    let heard = codes(tip.notices.iter().map(|n| &n.agency));
    assert!(heard.is_superset(&given), "whoever is given the content is written to");
}

#[test]
fn nothing_typed_stands_in_clear_in_any_row() {
    let city = City::new();
    let (_, tip, _) = city.receive(&[
        (Field::Text, "CANARYTEXT"),
        (Field::PlaceWords, "CANARYPLACE"),
        (Field::ExcludeWords, "CANARYWHO"),
        (Field::Identity, "named"),
        (Field::ContactName, "CANARYNAME"),
        (Field::ContactPhone, "CANARYPHONE"),
    ]);
    let mut all = format!("{:?}{:?}{}", tip.audit, tip.notices, tip.event.detail).into_bytes();
    tip.entries.iter().for_each(|e| all.extend_from_slice(&e.sealed));
    tip.envelopes.iter().for_each(|e| all.extend_from_slice(&e.sealed));
    all.extend_from_slice(&tip.submission.sealed_answer);
    all.extend_from_slice([tip.tip.because.as_bytes(), tip.tip.clauses.as_bytes()].concat().as_slice());
    assert!(!all.windows(6).any(|w| w == b"CANARY"));
    assert_eq!(tip.audit.at.0 % 60_000, 0);
}

fn chosen(options: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(options)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is answered: whoever is named opens, nobody else does, and the accused stand nowhere.
    #[test]
    fn exactly_the_named_readers_open(
        category in any::<prop::sample::Index>(),
        district in any::<prop::sample::Index>(),
        danger in chosen(&["", "yes", "no"]),
        minor in chosen(&["", "yes"]),
        consent in chosen(&["", "yes", "no"]),
        exclude in chosen(&["", "psb", "psb_branch", "civil", "hrss", "psb-120114"]),
    ) {
        let city = City::new();
        let categories: Vec<String> = city.plan.categories().iter()
            .filter(|c| c.kind == CategoryKind::Category).map(|c| c.code.to_string()).collect();
        let districts: Vec<String> = city.plan.districts().iter().map(|d| d.code.to_string())
            .chain([String::new()]).collect();
        let (category, district) = (&categories[category.index(26)], &districts[district.index(17)]);
        let (fresh, tip, _) = city.receive(&[
            (Field::Text, "x"), (Field::Category, category), (Field::District, district),
            (Field::Danger, danger), (Field::Minor, minor), (Field::Consent, consent), (Field::Exclude, exclude),
        ]);

        let lead = codes([&tip.tip.lead]);
        let first = codes(&tip.tip.first_responder);
        let full = if tip.tip.access == "full" { first.clone() } else { BTreeSet::new() };
        let named: BTreeSet<String> = [lead.clone(), full, with(&tip, Relation::Ladder), with(&tip, Relation::Content)]
            .into_iter().flatten().collect();
        prop_assert_eq!(city.openers(&fresh, &tip, Compartment::Report), named);

        let case = city.openers(&fresh, &tip, Compartment::Case);
        prop_assert!(case.is_superset(&lead));
        prop_assert!(case.difference(&lead).all(|code| first.contains(code) && tip.tip.access == "full"));

        let out = |code: &&AgencyCode| tip.agencies.iter().any(|p| {
            p.relation == Relation::Excluded && (p.agency == **code || p.agency == code.parent())
        });
        let excluded = codes(city.work.keys().filter(out));
        let life = city.openers(&fresh, &tip, Compartment::Life);
        for compartment in [Compartment::Report, Compartment::Case] {
            prop_assert!(city.openers(&fresh, &tip, compartment).is_disjoint(&excluded));
        }
        let given = with(&tip, Relation::Content);
        prop_assert!(given.is_disjoint(&with(&tip, Relation::Told)), "given, and told once more");
        let open = codes(tip.agencies.iter().filter(|p| p.open).map(|p| &p.agency));
        prop_assert_eq!(open, lead.union(&first).cloned().collect::<BTreeSet<_>>());
        let heard = codes(tip.notices.iter().map(|n| &n.agency));
        prop_assert!(heard.intersection(&excluded).all(|code| life.contains(code)));
    }
}
