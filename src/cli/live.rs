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
use crate::people::roles::Relation;
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
    /// The version of the plan that routes.
    pub plan_version: String,
    /// Reports sealed and decided.
    pub reports: usize,
    /// Reports and life facts opened, once for each agency named to act.
    pub opened: usize,
    /// The agencies that were named to act.
    pub named: BTreeSet<AgencyCode>,
    /// What is missing, one line each.
    pub gaps: BTreeSet<String>,
}

/// Runs the check with the officers whose passwords stand in `passwords`.
pub fn check(app: &App, passwords: &Path) -> anyhow::Result<Live> {
    let plan = app.plan();
    let places = plan.districts().iter().map(|d| d.code.to_string()).chain([String::new()]);
    check_at(app, passwords, &places.collect::<Vec<_>>())
}

/// Checks reports from these districts; the empty one is unknown.
fn check_at(app: &App, passwords: &Path, places: &[String]) -> anyhow::Result<Live> {
    let text = std::fs::read_to_string(passwords)
        .with_context(|| format!("{}: passwords are needed for a real open", passwords.display()))?;
    let officers: Vec<DemoOfficer> = serde_json::from_str(&text).context("the officers' file")?;
    let keys =
        officers.iter().map(|officer| work_key(app, officer)).collect::<anyhow::Result<BTreeMap<_, _>>>()?;
    let directory = app.store.read_blocking(|db| directory::load(db, PLAN_ID))?;
    let mut live = Live::default();
    for draft in drafts(app, places) {
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

/// Danger, minor, and who must not see it: in danger and not, for a minor and not, with and without the
/// police shut out.
const CASES: [(&str, &str, &str); 6] = [
    ("no", "no", ""),
    ("no", "yes", ""),
    ("yes", "unknown", ""),
    ("yes", "no", "psb_branch"),
    ("no", "no", "psb"),
    ("yes", "no", "psb"),
];

/// Every category at every place, in each of the cases.
fn drafts(app: &App, places: &[String]) -> Vec<Draft> {
    let plan = app.plan();
    let categories = plan.categories().iter().filter(|c| c.kind == CategoryKind::Category);
    let mut drafts = Vec::new();
    for category in categories {
        for place in places {
            for (danger, minor, exclude) in CASES {
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
    let parsed = parse(draft, &app.plan(), arrival).map_err(|_| at(&"the form refuses it"))?;
    let fresh = Fresh::draw(app.entropy.as_ref());
    let key = SubmitKey::generate(app.entropy.as_ref());
    let world =
        World { plan: &app.plan(), directory, deployment: &app.deployment, entropy: app.entropy.as_ref() };
    let sending = Sending { key: &key, body_mac: [0; 32] };
    let tip = accept(&world, &fresh, &parsed, None, &sending).map_err(|closed| at(&closed))?;
    Ok((fresh, tip))
}

impl Live {
    /// Opens, as each agency that is named to act, what it is given to act on.
    fn read(&mut self, fresh: &Fresh, tip: &AcceptedTip, keys: &BTreeMap<AgencyCode, PrivateKey>) {
        for (agency, part) in named(tip) {
            self.named.insert(agency);
            let opened = keys.get(&agency).is_some_and(|key| opens(fresh, tip, &agency, part, key));
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

/// Who must act on it and with what: lead and ladder with the report, and so the first responder, unless the
/// tip accuses it: then with the life facts.
fn named(tip: &AcceptedTip) -> BTreeSet<(AgencyCode, Compartment)> {
    let first = if tip.tip.access == "life_facts" { Compartment::Life } else { Compartment::Report };
    let part = |relation: Relation| match relation {
        Relation::Lead | Relation::Ladder => Some(Compartment::Report),
        Relation::FirstResponder => Some(first),
        _ => None,
    };
    tip.agencies.iter().filter_map(|row| Some((row.agency, part(row.relation)?))).collect()
}

/// Whether the agency's key opens its envelope, and the key inside opens the entry.
fn opens(fresh: &Fresh, tip: &AcceptedTip, agency: &AgencyCode, part: Compartment, key: &PrivateKey) -> bool {
    let recipient = agency.to_string();
    let what = EnvelopeFor { tip: &fresh.tip, compartment: part, recipient: &recipient };
    let envelope = tip.envelopes.iter().find(|e| e.compartment == part && e.recipient == recipient);
    let entry = tip.entries.iter().find(|e| e.compartment == part);
    let (Some(envelope), Some(entry)) = (envelope, entry) else { return false };
    let place = Place { table: "entries", row: &entry.uid, tip: &fresh.tip, field: "body", seq: 0 };
    open_envelope(key, &what, &envelope.sealed).is_ok_and(|key| open(&key, &place, &entry.sealed).is_ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::{SteppedClock, Timestamp};
    use crate::config::Config;
    use crate::people::enrol::{Candidate, Keys, enrol};
    use crate::people::roles::Role;
    use crate::store::Lane;
    use crate::vault::entropy::OsEntropy;
    use crate::vault::password::KdfCost;

    const PASSWORD: &str = "correct horse battery";

    /// What the check finds on a portal where only these agencies have an officer.
    fn checked(agencies: &[&str]) -> Live {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        let clock = Arc::new(SteppedClock::at(Timestamp(1_795_414_800_000)));
        let (app, _) = App::open(config, clock, Arc::new(OsEntropy)).unwrap();
        let officers: Vec<DemoOfficer> = agencies.iter().map(|agency| settle(&app, agency)).collect();
        let passwords = folder.path().join("officers.json");
        std::fs::write(&passwords, serde_json::to_string(&officers).unwrap()).unwrap();
        check_at(&app, &passwords, &["120117".to_owned(), String::new()]).unwrap()
    }

    fn settle(app: &App, name: &str) -> DemoOfficer {
        let (agency, now) = (name.parse().unwrap(), app.clock.now());
        let who = Candidate { login: name, name, agency, role: Role::AgencyLead, password: PASSWORD };
        let cost = KdfCost { memory_kib: 64, passes: 1, lanes: 1 };
        let keys = Keys::Fresh { recovery: &app.recovery };
        let new = enrol(&who, keys, cost, now.minute(), app.entropy.as_ref()).unwrap();
        let written = app.store.write_blocking("settle", Lane::Desk, move |db| {
            directory::put_agency(db, PLAN_ID, &agency, Some(("duty@duty.example", now.minute())))?;
            officers::enrol(db, PLAN_ID, &new, now)
        });
        assert!(written.is_ok(), "{name}");
        let (name, title) = (name.to_owned(), name.to_owned());
        let (password, role) = (PASSWORD.to_owned(), Role::AgencyLead.to_string());
        DemoOfficer { agency: name.clone(), name, password, branch: None, role, title, totp_secret: None }
    }

    #[test]
    fn whoever_is_named_opens_what_they_are_named_for_also_where_the_police_are_accused() {
        let live = checked(&["psb", "procur", "polilegal"]);
        assert_eq!(live.gaps, BTreeSet::new());
        assert!(live.reports == 26 * 2 * 6 && live.opened > live.reports);
    }

    #[test]
    fn where_the_police_have_no_officer_every_report_is_still_taken() {
        let live = checked(&["procur", "polilegal"]);
        assert_eq!(live.gaps, BTreeSet::new());
        assert!(!live.named.iter().any(|agency| agency.body().as_str() == "psb"));
    }
}
