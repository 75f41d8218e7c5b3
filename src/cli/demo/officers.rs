//! The demo's officers: one for each body that leads or is a fallback, one for some district branches, and some of
//! every other role. Their
//! passwords lie beside the demo's data, so that a second start prints the same ones.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::factors;
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
    /// The secret of an authenticator app, where the demo wants a second factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totp_secret: Option<String>,
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
const BESIDES: [(&str, Role); 13] = [
    ("psb", Role::Handler),
    ("psb-120114", Role::Handler),
    ("psb-120116", Role::Handler),
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

/// What made-up people are called: a family name and a given one, no pair twice.
const FAMILY: [&str; 31] = [
    "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "卫", "蒋", "沈", "韩", "杨", "朱", "秦",
    "许", "何", "吕", "施", "张", "孔", "曹", "严", "华", "金", "魏", "陶", "姜", "谢",
];
const GIVEN: [&str; 17] = [
    "敏", "建国", "丽华", "志强", "晓燕", "文博", "海涛", "静", "立新", "春梅", "国栋", "雅琴", "永昌",
    "秀兰", "明远", "佳音", "振华",
];

/// The name of the nth officer.
fn name_of(nth: usize) -> String {
    format!("{}{}", FAMILY[nth % FAMILY.len()], GIVEN[nth % GIVEN.len()])
}

/// Bodies that a tip falls back to, whatever its category.
const FALLBACKS: [&str; 4] = ["polilegal", "procur", "jointconf", "hotline12345"];

/// The officers of this data folder; made now, with agencies and mailboxes, at the first start. The flag
/// says whether they are new.
pub fn known_or_made(app: &App, second_factor: bool) -> anyhow::Result<(Vec<DemoOfficer>, bool)> {
    let path = app.config.data.dir.join("demo-officers.json");
    let known = std::fs::read_to_string(&path).ok();
    let fresh = known.is_none();
    let mut officers = match known {
        Some(text) => serde_json::from_str(&text).context("demo-officers.json")?,
        None => make(app)?,
    };
    let bare = officers.iter().any(|officer: &DemoOfficer| officer.totp_secret.is_none());
    if second_factor && bare {
        factors::enrol(app, &mut officers)?;
    }
    if fresh || (second_factor && bare) {
        write_private(&path, &serde_json::to_string_pretty(&officers)?)?;
    }
    Ok((officers, fresh))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut out =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
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
    let codes: Vec<AgencyCode> = staffed(&app.plan())?.into_iter().collect();
    let (mut made, mut enrolled) = (Vec::new(), Vec::new());
    for code in &codes {
        let (officer, new) =
            one(app, (&code.to_string(), &name_of(made.len())), code, Role::AgencyLead, None)?;
        made.push(officer);
        enrolled.push(new);
    }
    for (agency, role) in BESIDES {
        let agency: AgencyCode = agency.parse().with_context(|| format!("demo agency {agency}"))?;
        let place = codes.iter().position(|code| *code == agency);
        let privates = place.map(|at| privates_of(&made[at], &enrolled[at])).transpose()?;
        let login = format!("{agency}-{}", role.as_str().replace('_', "-"));
        let (officer, new) = one(app, (&login, &name_of(made.len())), &agency, role, privates.as_ref())?;
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
    (login, name): (&str, &str),
    code: &AgencyCode,
    role: Role,
    privates: Option<&AgencyPrivates>,
) -> anyhow::Result<(DemoOfficer, Enrolled)> {
    let plan = app.plan();
    let agency = plan.agency(code).with_context(|| format!("the plan has no agency {code}"))?;
    let password = first_password(app.entropy.as_ref());
    let who = Candidate { login, name, agency: *code, role, password: &password };
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
        totp_secret: None,
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
    let all: Vec<AgencyCode> = app.plan().agencies().map(|a| a.code).collect();
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
