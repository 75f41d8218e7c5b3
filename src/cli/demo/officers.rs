//! The demo's officers: one for each body that leads or is a fallback, one for some district branches, and some of
//! every other role. Their
//! passwords lie beside the demo's data, so that a second start prints the same ones.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::app::{App, PLAN_ID};
use crate::people::enrol::{
    AgencyPrivates, Candidate, Enrolled, KeyKind, Keys, enrol, first_password, open_granted,
};
use crate::people::roles::Role;
use crate::plan::{AgencyCode, Plan};
use crate::store::{Lane, directory, officers};
use crate::vault::password::{KdfCost, unwrap_private};

/// One officer, as printed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DemoOfficer {
    /// The name to sign in with: the agency's code.
    pub name: String,
    /// The password.
    pub password: String,
    /// The body's code.
    pub agency: String,
    /// The branch's code, for branches.
    pub branch: Option<String>,
    /// The role.
    pub role: String,
    /// The agency's name.
    pub title: String,
}

/// Branches with an officer, besides every body that leads, gets content, or is a fallback.
const BRANCHES: [&str; 12] = [
    "psb-120101",
    "psb-120103",
    "psb-120114",
    "psb-120116",
    "psb-120117",
    "psb-120118",
    "psb-120119",
    "civil-120114",
    "civil-120118",
    "health-120116",
    "hrss-120114",
    "edu-120112",
];

/// Who else there is, so that what takes two people can be tried: a colleague at some agencies, the three
/// administrations, and those who oversee.
const BESIDES: [(&str, Role); 12] = [
    ("psb", Role::Handler),
    ("psb-120114", Role::Handler),
    ("hrss", Role::Handler),
    ("civil", Role::Handler),
    ("health", Role::Handler),
    ("psb", Role::Supervisor),
    ("psb-120114", Role::DistrictAdmin),
    ("jointconf", Role::SystemAdmin),
    ("jointconf", Role::SecurityAdmin),
    ("jointconf", Role::Auditor),
    ("jointconf", Role::Supervisor),
    ("jointconf", Role::JointOffice),
];

/// Bodies that a tip falls back to, whatever its category.
const FALLBACKS: [&str; 4] = ["polilegal", "procur", "jointconf", "hotline12345"];

/// The officers of this data folder; made now, with agencies and mailboxes, at the first start. The flag
/// says whether they are new.
pub fn known_or_made(app: &App) -> anyhow::Result<(Vec<DemoOfficer>, bool)> {
    let path = app.config.data.dir.join("demo-officers.json");
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Ok((serde_json::from_str(&text).context("demo-officers.json")?, false));
    }
    let officers = make(app)?;
    write_private(&path, &serde_json::to_string_pretty(&officers)?)?;
    Ok((officers, true))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut out = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    out.write_all(text.as_bytes())
}

fn staffed(plan: &Plan) -> anyhow::Result<BTreeSet<AgencyCode>> {
    let directory = plan.directory();
    let mut codes = BTreeSet::new();
    for rule in plan.rules() {
        let bodies = std::iter::once(rule.lead).chain(rule.content_for.iter());
        codes.extend(bodies.map(|body| AgencyCode::municipal(directory.code(body))));
    }
    for code in FALLBACKS.iter().chain(&BRANCHES) {
        codes.insert(code.parse().with_context(|| format!("demo agency {code}"))?);
    }
    Ok(codes)
}

fn make(app: &App) -> anyhow::Result<Vec<DemoOfficer>> {
    let codes: Vec<AgencyCode> = staffed(&app.plan)?.into_iter().collect();
    let (mut made, mut enrolled) = (Vec::new(), Vec::new());
    for code in &codes {
        let (officer, new) = one(app, &code.to_string(), code, Role::AgencyLead, None)?;
        made.push(officer);
        enrolled.push(new);
    }
    for (agency, role) in BESIDES {
        let agency: AgencyCode = agency.parse().with_context(|| format!("demo agency {agency}"))?;
        let place = codes.iter().position(|code| *code == agency);
        let privates = place.map(|at| privates_of(&made[at], &enrolled[at])).transpose()?;
        let login = format!("{agency}-{}", role.as_str().replace('_', "-"));
        let (officer, new) = one(app, &login, &agency, role, privates.as_ref())?;
        made.push(officer);
        enrolled.push(new);
    }
    store(app, enrolled)?;
    Ok(made)
}

/// Makes one officer: with the agency's keys where they are given, else with fresh ones, or with none where the
/// role holds none.
fn one(
    app: &App,
    login: &str,
    code: &AgencyCode,
    role: Role,
    privates: Option<&AgencyPrivates>,
) -> anyhow::Result<(DemoOfficer, Enrolled)> {
    let agency = app.plan.agency(code).with_context(|| format!("the plan has no agency {code}"))?;
    let password = first_password(app.entropy.as_ref());
    let who = Candidate { login, name: &agency.zh, agency: *code, role, password: &password };
    let keys = match privates {
        _ if !role.holds_keys() => Keys::Waiting,
        Some(privates) => Keys::Held(privates),
        None => Keys::Fresh { recovery: &app.recovery },
    };
    let new = enrol(&who, keys, KdfCost::default(), app.clock.now().minute(), app.entropy.as_ref())?;
    let officer = DemoOfficer {
        name: login.to_owned(),
        password: password.to_string(),
        agency: code.body().to_string(),
        branch: code.district().map(|_| code.to_string()),
        role: role.to_string(),
        title: agency.zh.to_string(),
    };
    Ok((officer, new))
}

/// The agency's private keys out of its first officer's hands.
fn privates_of(officer: &DemoOfficer, new: &Enrolled) -> anyhow::Result<AgencyPrivates> {
    let own = unwrap_private(&officer.password, &new.officer.wrapped).context("the demo's own password")?;
    let open = |kind: KeyKind| {
        let grant = new.grants.iter().find(|grant| grant.kind == kind).context("the demo's own grant")?;
        open_granted(&own, &new.officer.agency, kind, &new.officer.uid, &grant.sealed)
            .context("the demo's own grant")
    };
    Ok(AgencyPrivates { work: open(KeyKind::Work)?, identity: open(KeyKind::Identity)? })
}

fn store(app: &App, enrolled: Vec<Enrolled>) -> anyhow::Result<()> {
    let now = app.clock.now();
    let all: Vec<AgencyCode> = app.plan.agencies().map(|a| a.code).collect();
    app.store
        .write_blocking("demo.officers", Lane::Desk, move |db| {
            for code in &all {
                directory::put_agency(db, PLAN_ID, code, None)?;
            }
            for new in &enrolled {
                let code = &new.officer.agency;
                let mailbox = format!("{code}@duty.example");
                directory::put_agency(db, PLAN_ID, code, Some((&mailbox, now.minute())))?;
                officers::enrol(db, PLAN_ID, new, now)?;
            }
            Ok(())
        })
        .map_err(|e| anyhow::anyhow!("{e}"))
}
