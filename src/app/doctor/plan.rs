//! The plan that routes: whether the version that should is whole, and what of it expires. Owns these findings.

use jiff::civil::Date;

use super::people::listed;
use super::{Finding, Said};
use crate::app::plans::{self, Refused};
use crate::clock::Timestamp;
use crate::plan::Plan;
use crate::store::Db;
use crate::vault::deployment::DeploymentKey;

/// The plan that routes, with what is to be said of it. Without the key file no seal can be looked at, and the
/// compiled-in plan stands for it.
pub(super) fn look(
    db: &mut Db,
    key: Option<&DeploymentKey>,
    now: Timestamp,
) -> Result<(Plan, Vec<Finding>), Said> {
    let day = now.minute().local().day();
    let (plan, refused) = match key {
        Some(key) => plans::looked_up(db, key, day)?,
        None => (None, None),
    };
    let plan = plan.map_or_else(Plan::embedded, Ok)?;
    let mut found = vec![
        refused.map_or_else(|| Finding::ok("plan").with("version", plan.label()), |it| broken(&it, &plan)),
    ];
    found.extend(expiring(&plan, day));
    Ok((plan, found))
}

fn broken(refused: &Refused, plan: &Plan) -> Finding {
    let found = Finding::wrong("plan-broken").with("version", &refused.label);
    found.with("stands", plan.label()).with("reason", &refused.why.to_string())
}

/// Numbers nobody has looked at for long, and the end of the working calendar.
fn expiring(plan: &Plan, day: Date) -> Vec<Finding> {
    let calendar = plan.calendar();
    let ends = calendar.ends_on().map(|day| day.to_string()).unwrap_or_default();
    let mut found = vec![match (calendar.is_over(day), calendar.ends_soon(day)) {
        (true, _) => Finding::attention("calendar-over").with("day", &ends),
        (false, true) => Finding::attention("calendar-soon").with("day", &ends),
        (false, false) => Finding::ok("calendar").with("day", &ends),
    }];
    let numbers = |is: &dyn Fn(&crate::plan::Contact) -> bool| -> Vec<String> {
        let of = plan.contacts().iter().filter(|contact| is(contact));
        of.map(|contact| format!("{} {}", contact.body, contact.number)).collect()
    };
    let over = numbers(&|contact| contact.is_expired(day));
    let soon = numbers(&|contact| !contact.is_expired(day) && contact.expires_soon(day));
    if !soon.is_empty() {
        found.push(listed(soon.into_iter(), "contacts", "contacts-soon"));
    }
    found.push(listed(over.into_iter(), "contacts", "contacts-over"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(day: &str) -> Vec<&'static str> {
        let plan = Plan::embedded().unwrap();
        expiring(&plan, day.parse().unwrap()).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn what_expires_is_said_before_and_after() {
        assert_eq!(codes("2026-10-01"), ["calendar", "contacts"]);
        assert_eq!(codes("2026-11-23"), ["calendar-soon", "contacts"]);
        assert_eq!(codes("2027-11-01"), ["calendar-over", "contacts-soon", "contacts"]);
        assert_eq!(codes("2028-01-01"), ["calendar-over", "contacts-over"]);
    }
}
