//! `homeward plan check --live`: on a running portal's own directory, shows by really opening that whoever
//! is named to act can read. Owns the probe: reports sealed exactly as real ones, never written anywhere,
//! opened with what officers' passwords open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;

use super::demo::officers::DemoOfficer;
use crate::app::{App, PLAN_ID};
use crate::i18n::Locale;
use crate::intake::accept::{AcceptedTip, Fresh, Sending, World, accept};
use crate::intake::draft::{Draft, Field};
use crate::intake::parse::{Arrival, parse};
use crate::intake::report::Via;
use crate::people::directory::Directory;
use crate::people::enrol::{KeyKind, open_granted};
use crate::plan::{AgencyCode, CategoryKind};
use crate::store::{directory, officers};
use crate::vault::compartment::Compartment;
use crate::vault::pair::{EnvelopeFor, PrivateKey, open_envelope};
use crate::vault::password::unwrap_private;
use crate::vault::seal::{Place, open};
use crate::vault::submit_key::SubmitKey;

/// What the live check found.
#[derive(Debug, Default, Serialize)]
pub struct Live {
    /// Reports sealed and decided.
    pub reports: usize,
    /// Reports opened, once for each agency named to act.
    pub opened: usize,
    /// The agencies that were named to act.
    pub named: BTreeSet<AgencyCode>,
    /// What is missing, one line each.
    pub gaps: BTreeSet<String>,
}

/// Runs the check with the officers whose passwords stand in `passwords`.
pub fn check(app: &App, passwords: &Path) -> anyhow::Result<Live> {
    let text = std::fs::read_to_string(passwords)
        .with_context(|| format!("{}: passwords are needed for a real open", passwords.display()))?;
    let officers: Vec<DemoOfficer> = serde_json::from_str(&text).context("the officers' file")?;
    let keys =
        officers.iter().map(|officer| work_key(app, officer)).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    let directory = app.store.read_blocking(|db| directory::load(db, PLAN_ID))?;
    let mut live = Live::default();
    for draft in drafts(app) {
        live.reports += 1;
        match probe(app, &directory, &draft) {
            Ok((fresh, tip)) => live.read(&fresh, &tip, &keys),
            Err(gap) => {
                live.gaps.insert(gap);
            }
        }
    }
    Ok(live)
}

/// Signs an officer in and opens the agency's work key, as a session does.
fn work_key(app: &App, demo: &DemoOfficer) -> anyhow::Result<(AgencyCode, PrivateKey)> {
    let login = demo.name.clone();
    let known = app.store.read_blocking(move |db| officers::known(db, PLAN_ID, &login))?;
    let known = known.with_context(|| format!("no officer {}", demo.name))?;
    let own =
        unwrap_private(&demo.password, &known.wrapped).with_context(|| format!("{}: password", demo.name))?;
    let officer = known.officer;
    let (agency, uid) = (officer.agency, officer.uid);
    let grants = app.store.read_blocking(move |db| officers::grants_of(db, PLAN_ID, &officer))?;
    let (_, sealed) =
        grants.iter().find(|(kind, _)| *kind == KeyKind::Work).context("no work key granted")?;
    let key = open_granted(&own, &agency, KeyKind::Work, &uid, sealed).context("the granted work key")?;
    Ok((agency, key))
}

/// Every category at every place, in danger and not, for a minor and not, with and without the police shut out.
fn drafts(app: &App) -> Vec<Draft> {
    let places: Vec<String> =
        app.plan.districts().iter().map(|d| d.code.to_string()).chain([String::new()]).collect();
    let categories = app.plan.categories().iter().filter(|c| c.kind == CategoryKind::Category);
    let mut drafts = Vec::new();
    for category in categories {
        for place in &places {
            for (danger, minor, exclude) in [
                ("no", "no", ""),
                ("no", "yes", ""),
                ("yes", "unknown", ""),
                ("yes", "no", "psb_branch"),
                ("no", "no", "psb"),
            ] {
                let mut draft = Draft::default();
                draft.put(Field::Text, "演练：核对谁能打开。");
                draft.put(Field::Category, category.code.as_str());
                draft.put(Field::District, place);
                draft.put(Field::Danger, danger);
                draft.put(Field::Minor, minor);
                if !exclude.is_empty() {
                    draft.put(Field::Exclude, exclude);
                }
                drafts.push(draft);
            }
        }
    }
    drafts
}

fn probe(app: &App, directory: &Directory, draft: &Draft) -> Result<(Fresh, AcceptedTip), String> {
    let at = |why: &dyn std::fmt::Display| {
        format!("{} at {:?}: {why}", draft.get(Field::Category), draft.get(Field::District))
    };
    let arrival = Arrival { language: Locale::Zh, at: app.clock.now(), via: Via::Web, has_photo: false };
    let parsed = parse(draft, &app.plan, arrival).map_err(|_| at(&"the form refuses it"))?;
    let fresh = Fresh::draw(app.entropy.as_ref());
    let key = SubmitKey::generate(app.entropy.as_ref());
    let world =
        World { plan: &app.plan, directory, deployment: &app.deployment, entropy: app.entropy.as_ref() };
    let sending = Sending { key: &key, body_mac: [0; 32] };
    let tip = accept(&world, &fresh, &parsed, None, &sending).map_err(|closed| at(&closed))?;
    Ok((fresh, tip))
}

impl Live {
    /// Opens the report as each agency that is named to act with the content.
    fn read(&mut self, fresh: &Fresh, tip: &AcceptedTip, keys: &BTreeMap<AgencyCode, PrivateKey>) {
        for agency in named(tip) {
            self.named.insert(agency);
            let opened = keys.get(&agency).is_some_and(|key| opens(fresh, tip, &agency, key));
            if opened {
                self.opened += 1;
            } else {
                let why =
                    if keys.contains_key(&agency) { "cannot open it" } else { "nobody's password was given" };
                self.gaps.insert(format!("{} names {agency}: {why}", tip.tip.category));
            }
        }
    }
}

/// Who must act on it with the content: lead, ladder, and the first responder unless the tip accuses it.
fn named(tip: &AcceptedTip) -> BTreeSet<AgencyCode> {
    use crate::intake::rows::Relation;
    let life_only = tip.tip.access == "life_facts";
    let acts = |relation: Relation| match relation {
        Relation::Lead | Relation::Ladder => true,
        Relation::FirstResponder => !life_only,
        _ => false,
    };
    tip.agencies.iter().filter(|row| acts(row.relation)).map(|row| row.agency).collect()
}

fn opens(fresh: &Fresh, tip: &AcceptedTip, agency: &AgencyCode, key: &PrivateKey) -> bool {
    let recipient = agency.to_string();
    let what = EnvelopeFor { tip: &fresh.tip, compartment: Compartment::Report, recipient: &recipient };
    let envelope =
        tip.envelopes.iter().find(|e| e.compartment == Compartment::Report && e.recipient == recipient);
    let report = tip.entries.iter().find(|e| e.kind == "report");
    let (Some(envelope), Some(report)) = (envelope, report) else { return false };
    let place = Place { table: "entries", row: &report.uid, tip: &fresh.tip, field: "body", seq: 0 };
    open_envelope(key, &what, &envelope.sealed)
        .is_ok_and(|report_key| open(&report_key, &place, &report.sealed).is_ok())
}
