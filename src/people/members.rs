//! The people of agencies as those see them who look after them: whom one sees, and what may be done with
//! whom. Owns both; refuses rows, pages and keys.
//!
//! One invariant: nothing is offered for somebody whom the officer does not see.

use super::invitation::{may_change, may_end, may_reset};
use super::officer::Officer;
use super::roles::{Right, Role};
use crate::plan::{AgencyCode, DistrictCode};

/// Whose people an officer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Those of the own agency.
    Agency(AgencyCode),
    /// Those of the branches of a district.
    District(DistrictCode),
    /// Everybody's.
    Everybody,
}

/// Whose people the officer sees; none where it is not the officer's business.
pub fn sees(by: &Officer) -> Option<Sees> {
    if by.role.has(Right::ProposeStaff) || by.role.has(Right::ConfirmStaff) {
        return Some(Sees::Everybody);
    }
    if by.role.has(Right::ManageAgency) {
        return Some(Sees::Agency(by.agency));
    }
    if by.role.has(Right::ManageBranches) { by.agency.district().map(Sees::District) } else { None }
}

impl Sees {
    /// Whether people of this agency are among them.
    pub fn covers(self, agency: &AgencyCode) -> bool {
        match self {
            Self::Agency(own) => own == *agency,
            Self::District(district) => agency.district() == Some(district),
            Self::Everybody => true,
        }
    }
}

/// What an officer may do with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Make the member this.
    pub change: Option<Role>,
    /// End the sessions, or the account.
    pub end: bool,
    /// Have the account made anew under another password.
    pub reset: bool,
}

/// What `by` may do with `whom`.
pub fn offered(by: &Officer, whom: &Officer) -> Offered {
    let other = match whom.role {
        Role::Handler => Some(Role::AgencyLead),
        Role::AgencyLead => Some(Role::Handler),
        _ => None,
    };
    Offered {
        change: other.filter(|to| may_change(by, whom, *to).is_ok()),
        end: may_end(by, whom).is_ok(),
        reset: may_reset(by, whom).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::officer::example as officer;

    #[test]
    fn everybody_sees_those_they_look_after_and_nobody_else() {
        let of = |role, agency: &str| sees(&officer(1, agency, role));
        let (branch, other) = ("psb-120114".parse().unwrap(), "civil-120114".parse().unwrap());

        assert_eq!(of(Role::AgencyLead, "psb-120114"), Some(Sees::Agency(branch)));
        assert_eq!(of(Role::SystemAdmin, "jointconf"), Some(Sees::Everybody));
        assert_eq!(of(Role::SecurityAdmin, "jointconf"), Some(Sees::Everybody));
        let district = of(Role::DistrictAdmin, "psb-120114").unwrap();
        assert!(district.covers(&branch) && district.covers(&other));
        assert!(
            !district.covers(&"psb".parse().unwrap()) && !district.covers(&"psb-120117".parse().unwrap())
        );
        for role in [Role::Handler, Role::Supervisor, Role::JointOffice, Role::Auditor, Role::Operator] {
            assert_eq!(of(role, "psb-120114"), None, "{role}");
        }
        assert_eq!(of(Role::DistrictAdmin, "psb"), None, "a municipal body has no district");
    }

    #[test]
    fn what_is_offered_is_what_may_be_done() {
        let lead = officer(1, "psb", Role::AgencyLead);
        let handler = officer(2, "psb", Role::Handler);
        let system = officer(3, "jointconf", Role::SystemAdmin);
        let security = officer(4, "jointconf", Role::SecurityAdmin);

        assert_eq!(
            offered(&lead, &handler),
            Offered { change: Some(Role::AgencyLead), end: true, reset: true }
        );
        assert_eq!(offered(&lead, &lead), Offered { change: None, end: false, reset: false });
        assert_eq!(offered(&system, &handler), Offered { change: None, end: false, reset: true });
        assert_eq!(offered(&security, &handler), Offered { change: None, end: true, reset: false });
    }
}
