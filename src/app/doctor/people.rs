//! Whether somebody can act, and whether they are told. Owns these findings.

use std::collections::BTreeSet;

use super::{Finding, Said};
use crate::app::PLAN_ID;
use crate::clock::{Minute, Timestamp};
use crate::people::directory::Directory;
use crate::plan::{AgencyCode, CategoryKind, Plan};
use crate::routing::{Coverage, FullCoverage, TipFacts, decide};
use crate::store::{Db, directory, survey};

/// A notice that was due this long ago and is still here does not leave, in minutes.
const STUCK: i64 = 60;

/// How many names are listed.
const NAMED: usize = 12;

pub(super) fn look(db: &mut Db, plan: &Plan) -> Result<Vec<Finding>, Said> {
    let live = directory::load(db, PLAN_ID)?;
    let mut found = coverage(plan, &live);
    let members = survey::members(db, PLAN_ID)?;
    let single = members.iter().filter(|(_, m)| m.active == 1).map(|(name, _)| name.clone());
    found.push(listed(single, "members", "members-single"));
    let unconfirmed = members.iter().filter(|(_, m)| !m.mailbox).map(|(name, _)| name.clone());
    found.push(listed(unconfirmed, "mailboxes", "mailboxes-unconfirmed"));
    found.push(listed(survey::waiting(db, PLAN_ID)?.into_iter(), "grants", "grants-waiting"));
    Ok(found)
}

/// What is well where nothing is listed, or attention to what is.
pub(super) fn listed(names: impl Iterator<Item = String>, well: &'static str, ill: &'static str) -> Finding {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return Finding::ok(well);
    }
    let mut shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(" ");
    if names.len() > NAMED {
        shown.push_str(" …");
    }
    Finding::attention(ill).with("n", &names.len()).with("names", &shown)
}

/// Decides a tip of every category in every place: by the plan alone, and by who can act now.
fn coverage(plan: &Plan, live: &Directory) -> Vec<Finding> {
    let full = FullCoverage::of(plan);
    let (mut refused, mut absent) = (0_usize, BTreeSet::new());
    for facts in tips(plan) {
        let Ok(meant) = decide(plan, &facts, &full) else { continue };
        let now = decide(plan, &facts, live);
        refused += usize::from(now.is_err());
        absent.extend([meant.lead].into_iter().filter(|agency| !live.can_lead(agency)));
    }
    let mut found = vec![if refused == 0 {
        Finding::ok("coverage")
    } else {
        Finding::wrong("coverage-refused").with("n", &refused)
    }];
    found.push(listed(absent.iter().map(AgencyCode::to_string), "desks", "desks-absent"));
    found
}

/// A tip of each category in each place, with nobody and with the police shut out.
fn tips(plan: &Plan) -> Vec<TipFacts> {
    let police: Option<AgencyCode> = "psb".parse().ok();
    let places: Vec<_> = plan.districts().iter().map(|d| Some(d.code)).chain([None]).collect();
    let mut all = Vec::new();
    for category in plan.categories().iter().filter(|c| c.kind == CategoryKind::Category) {
        for (place, shut_out) in places.iter().flat_map(|place| [(place, None), (place, police)]) {
            let mut facts = TipFacts::of(category.code);
            facts.district = *place;
            facts.exclude.extend(shut_out);
            all.push(facts);
        }
    }
    all
}

/// Notices that do not leave.
pub(super) fn notices(db: &mut Db, now: Timestamp) -> Result<Vec<Finding>, Said> {
    let counts = survey::notices(db, Minute(now.minute().0 - STUCK))?;
    let mut found = Vec::new();
    if counts.dead > 0 {
        found.push(Finding::wrong("notices-dead").with("n", &counts.dead));
    }
    if counts.stuck > 0 {
        found.push(Finding::wrong("notices-stuck").with("n", &counts.stuck));
    }
    if counts.held > 0 {
        found.push(Finding::attention("notices-held").with("n", &counts.held));
    }
    if found.is_empty() {
        found.push(Finding::ok("notices"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::directory::AgencyEntry;
    use crate::vault::entropy::SeededEntropy;
    use crate::vault::pair::KeyPair;

    /// Everybody has a desk with somebody at it, but these.
    fn all_but(plan: &Plan, absent: &[&str]) -> Directory {
        let key = KeyPair::generate(&SeededEntropy::new(1)).public;
        let manned =
            plan.agencies().map(|agency| agency.code).filter(|code| !absent.contains(&&*code.to_string()));
        let entry = |code| {
            let (work, identity) = (key.into(), key.into());
            let entry = AgencyEntry {
                work,
                identity,
                work_key_id: 1,
                identity_key_id: 2,
                active_members: 2,
                mailbox_confirmed: true,
            };
            (code, entry)
        };
        Directory { version: 1, entries: manned.map(entry).collect() }
    }

    #[test]
    fn a_desk_that_should_lead_and_cannot_is_named_and_not_when_it_can() {
        let plan = Plan::embedded().unwrap();
        let found = |absent: &[&str]| coverage(&plan, &all_but(&plan, absent));

        assert_eq!(found(&[]), [Finding::ok("coverage"), Finding::ok("desks")]);
        let one = found(&["civil"]);
        assert_eq!((one[0].code, one[1].code), ("coverage", "desks-absent"));
        assert_eq!(one[1].facts, [("n", "1".to_owned()), ("names", "civil".to_owned())]);
    }

    #[test]
    fn a_long_list_is_cut() {
        let finding = listed((0..40).map(|n| n.to_string()), "well", "ill");
        assert!(finding.facts[1].1.ends_with("11 …") && finding.facts[0].1 == "40");
    }
}
