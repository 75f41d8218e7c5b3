//! Becoming an officer: an invitation by somebody who answers for the place, and a code that is handed over.
//! Owns the code, its life, and who may invite whom for what; refuses rows and pages.
//!
//! One invariant: nobody gives a role that the table does not let them give, and what keeps the portal itself
//! (administration, security, audit, supervision) always takes a second person.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::officer::Officer;
use super::roles::{Right, Role};
use crate::config::Confirm;
use crate::plan::AgencyCode;
use crate::vault::deployment::DeploymentKey;
use crate::vault::entropy::{self, Entropy};

/// How long a code that was handed over may be used, in minutes: three days.
pub const VALID_MINUTES: i64 = 3 * 24 * 60;

/// How long a proposal waits for its second person, in minutes: two weeks.
pub const PROPOSAL_MINUTES: i64 = 14 * 24 * 60;

/// The code on an invitation: 130 random bits, printed as 26 letters and digits.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InvitationCode(String);

/// Letters and digits that are told apart on paper.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// Characters of a code.
const LENGTH: usize = 26;

impl InvitationCode {
    /// A fresh code.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes: [u8; LENGTH] = entropy::bytes(entropy);
        Self(letters(&bytes))
    }

    /// The code as it was typed, however it is spaced and cased; none for a text that cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        let code: String =
            typed.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect();
        let fits = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(code))
    }

    /// The row's name: from it no way leads back to the code.
    pub fn lookup(&self, deployment: &DeploymentKey) -> [u8; 32] {
        deployment.mac("invitation", self.0.as_bytes())
    }
}

impl fmt::Display for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_fives(&self.0))
    }
}

/// Letters and digits for random bytes, five bits of each.
pub(super) fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// A code as it is printed: groups of five.
pub(super) fn in_fives(code: &str) -> String {
    let dash = |at: usize| if at > 0 && at.is_multiple_of(5) { "-" } else { "" };
    code.chars().enumerate().flat_map(|(at, c)| dash(at).chars().chain([c])).collect()
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// Waits for a second person.
    Proposed,
    /// May be handed over and used.
    Open,
    /// Somebody became an officer by it.
    Used,
    /// Taken back, or refused by the second person.
    Withdrawn,
}

impl InvitationState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Proposed, Self::Open, Self::Used, Self::Withdrawn];

    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Open => "open",
            Self::Used => "used",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl FromStr for InvitationState {
    type Err = super::roles::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(super::roles::UnknownWord)
    }
}

/// Why somebody may not invite, end or change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotYours {
    /// The place, or the role, is not the officer's to give.
    #[error("the officer may not do this for that agency and role")]
    Scope,
    /// Nobody decides about themselves.
    #[error("nobody decides about their own account")]
    Oneself,
    /// From one of the three administrations to another, or to the desk, leads no way.
    #[error("nobody changes between administration, security, audit and the desk")]
    Office,
}

/// In which state an invitation of `by` for this agency and role begins, by the settings' word on who is confirmed.
pub fn begins(
    by: &Officer,
    (agency, role): (&AgencyCode, Role),
    confirm: Confirm,
) -> Result<InvitationState, NotYours> {
    may_invite(by, agency, role)?;
    let own = looks_after(by, agency) && role.works();
    let open = own && confirm == Confirm::Others;
    Ok(if open { InvitationState::Open } else { InvitationState::Proposed })
}

/// Whether `by` may invite for this agency and role at all.
fn may_invite(by: &Officer, agency: &AgencyCode, role: Role) -> Result<(), NotYours> {
    let own = looks_after(by, agency) && role.works();
    if own || by.role.has(Right::ProposeStaff) { Ok(()) } else { Err(NotYours::Scope) }
}

/// Whether `by` may have the account of `whom` made anew under another password.
pub fn may_reset(by: &Officer, whom: &Officer) -> Result<(), NotYours> {
    if by.id == whom.id {
        return Err(NotYours::Oneself);
    }
    may_invite(by, &whom.agency, whom.role)
}

/// Whether `by` may confirm or refuse what `proposer` proposed.
pub fn may_confirm(by: &Officer, proposer: Option<i64>) -> Result<(), NotYours> {
    if proposer == Some(by.id) {
        return Err(NotYours::Oneself);
    }
    if by.role.has(Right::ConfirmStaff) { Ok(()) } else { Err(NotYours::Scope) }
}

/// Whether `by` may end the account of `whom`, or all its sessions.
pub fn may_end(by: &Officer, whom: &Officer) -> Result<(), NotYours> {
    if by.id == whom.id {
        return Err(NotYours::Oneself);
    }
    let own_people = looks_after(by, &whom.agency) && whom.role.works();
    if own_people || by.role.has(Right::ConfirmStaff) { Ok(()) } else { Err(NotYours::Scope) }
}

/// Whether `by` may make `whom` something else.
pub fn may_change(by: &Officer, whom: &Officer, to: Role) -> Result<(), NotYours> {
    if by.id == whom.id {
        return Err(NotYours::Oneself);
    }
    if whom.role.office() != to.office() {
        return Err(NotYours::Office);
    }
    let within = looks_after(by, &whom.agency) && whom.role.works() && to.works();
    if within { Ok(()) } else { Err(NotYours::Scope) }
}

/// Whether the people of that agency are the officer's to look after.
pub fn looks_after(by: &Officer, agency: &AgencyCode) -> bool {
    let own = by.role.has(Right::ManageAgency) && by.agency == *agency;
    let district = by.agency.district();
    let branch = by.role.has(Right::ManageBranches) && district.is_some() && agency.district() == district;
    own || branch
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::officer::example as officer;
    use crate::vault::entropy::SeededEntropy;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_nothing_else_is_one() {
        let code = InvitationCode::generate(&SeededEntropy::new(3));
        let key = DeploymentKey::from_bytes([7; 32]);
        let printed = code.to_string();

        let typed = format!("  {} ", printed.to_uppercase().replace('-', " "));
        assert_eq!(InvitationCode::parse(&typed).unwrap().lookup(&key), code.lookup(&key));
        for wrong in ["", &printed[1..], &format!("{printed}a"), &printed.replace('-', "1")] {
            assert!(InvitationCode::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn who_may_invite_whom_for_what() {
        use InvitationState::{Open, Proposed};
        let branch = "psb-120114";
        let table = [
            (Role::AgencyLead, branch, branch, Role::Handler, Ok(Open)),
            (Role::AgencyLead, branch, branch, Role::AgencyLead, Ok(Open)),
            (Role::AgencyLead, branch, branch, Role::Auditor, Err(NotYours::Scope)),
            (Role::AgencyLead, branch, "civil-120114", Role::Handler, Err(NotYours::Scope)),
            (Role::Handler, branch, branch, Role::Handler, Err(NotYours::Scope)),
            (Role::DistrictAdmin, branch, "civil-120114", Role::AgencyLead, Ok(Open)),
            (Role::DistrictAdmin, branch, "civil-120115", Role::Handler, Err(NotYours::Scope)),
            (Role::DistrictAdmin, branch, "civil", Role::Handler, Err(NotYours::Scope)),
            (Role::DistrictAdmin, "psb", "psb", Role::Handler, Err(NotYours::Scope)),
            (Role::DistrictAdmin, branch, branch, Role::SystemAdmin, Err(NotYours::Scope)),
            (Role::SystemAdmin, "jointconf", "psb", Role::AgencyLead, Ok(Proposed)),
            (Role::SystemAdmin, "jointconf", "jointconf", Role::Auditor, Ok(Proposed)),
            (Role::SecurityAdmin, "jointconf", "psb", Role::Handler, Err(NotYours::Scope)),
            (Role::Auditor, "jointconf", "jointconf", Role::Auditor, Err(NotYours::Scope)),
        ];
        for (by, from, agency, role, expected) in table {
            let by = officer(1, from, by);
            let of = (&agency.parse().unwrap(), role);
            assert_eq!(begins(&by, of, Confirm::Others), expected, "{by:?} {agency} {role}");
            let confirmed = expected.map(|_| Proposed);
            assert_eq!(begins(&by, of, Confirm::Everybody), confirmed, "{by:?} {agency} {role}");
        }
    }

    #[test]
    fn what_was_proposed_is_confirmed_by_another() {
        let security = officer(2, "jointconf", Role::SecurityAdmin);
        assert_eq!(may_confirm(&security, Some(1)), Ok(()));
        assert_eq!(may_confirm(&security, Some(2)), Err(NotYours::Oneself));
        assert_eq!(may_confirm(&officer(3, "jointconf", Role::SystemAdmin), Some(1)), Err(NotYours::Scope));
    }

    #[test]
    fn nobody_ends_or_changes_themselves_and_no_way_leads_between_the_offices() {
        let lead = officer(1, "psb", Role::AgencyLead);
        let handler = officer(2, "psb", Role::Handler);
        let auditor = officer(3, "psb", Role::Auditor);

        assert_eq!(may_end(&lead, &lead), Err(NotYours::Oneself));
        assert_eq!(may_end(&lead, &handler), Ok(()));
        assert_eq!(may_end(&handler, &lead), Err(NotYours::Scope));
        assert_eq!(may_end(&lead, &auditor), Err(NotYours::Scope));
        assert_eq!(may_end(&officer(4, "jointconf", Role::SecurityAdmin), &auditor), Ok(()));
        assert_eq!(may_change(&lead, &handler, Role::AgencyLead), Ok(()));
        assert_eq!(may_change(&lead, &handler, Role::Auditor), Err(NotYours::Office));
        assert_eq!(
            may_change(&officer(4, "jointconf", Role::SecurityAdmin), &auditor, Role::SystemAdmin),
            Err(NotYours::Office)
        );
        assert_eq!(may_change(&lead, &handler, Role::Supervisor), Err(NotYours::Scope));
    }
}
