//! An agency's duty mailbox (值班邮箱): named by the system administrator, in use once somebody who reads it has given
//! the code back that was sent there. Owns the code and its time; refuses rows, mails and pages.
//!
//! One invariant: a code opens one address of one agency, named at one minute, and stands in no row.

use crate::clock::Minute;
use crate::people::invitation::{in_fives, letters};
use crate::plan::AgencyCode;
use crate::vault::deployment::DeploymentKey;

/// How long a mailbox that was named may be confirmed, in minutes: a week, since a small office does not read its mail
/// every day.
pub const WAIT_MINUTES: i64 = 7 * 24 * 60;

/// Characters of a code: fifty bits, asked for by people who are signed in.
const LENGTH: usize = 10;

/// A mailbox that waits for its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Whose.
    pub agency: AgencyCode,
    /// The address.
    pub address: String,
    /// When it was named.
    pub named: Minute,
}

impl Wanted {
    /// The code that is mailed.
    pub fn code(&self, deployment: &DeploymentKey) -> String {
        in_fives(&self.letters(deployment))
    }

    /// Whether this is the code, however it is spaced and cased, and in its time.
    pub fn is_confirmed_by(&self, typed: &str, deployment: &DeploymentKey, now: Minute) -> bool {
        let typed: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
        let digest = |text: &str| deployment.mac("mailbox code", text.to_ascii_lowercase().as_bytes());
        self.waits(now) && digest(&typed) == digest(&self.letters(deployment))
    }

    /// Whether its time is not over.
    pub const fn waits(&self, now: Minute) -> bool {
        now.0 < self.until().0
    }

    /// Until when it may be confirmed.
    pub const fn until(&self) -> Minute {
        self.named.plus(WAIT_MINUTES)
    }

    fn letters(&self, deployment: &DeploymentKey) -> String {
        let what = format!("{}\0{}\0{}", self.agency, self.address, self.named.0);
        let mac = deployment.mac("mailbox", what.as_bytes());
        letters(&mac[..LENGTH])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_opens_one_address_of_one_agency_in_its_time() {
        let deployment = DeploymentKey::from_bytes([1; 32]);
        let wanted = |agency: &str, address: &str, named| Wanted {
            agency: agency.parse().unwrap(),
            address: address.into(),
            named: Minute(named),
        };
        let (one, now) = (wanted("civil", "duty@civil.example", 100), Minute(200));
        let code = one.code(&deployment);

        assert_eq!(code.len(), LENGTH + 1);
        for typed in [code.clone(), code.to_uppercase(), format!(" {} ", code.replace('-', " "))] {
            assert!(one.is_confirmed_by(&typed, &deployment, now), "{typed}");
        }
        let others = [
            wanted("psb", "duty@civil.example", 100),
            wanted("civil", "other@civil.example", 100),
            wanted("civil", "duty@civil.example", 101),
        ];
        assert!(others.iter().all(|other| !other.is_confirmed_by(&code, &deployment, now)));
        assert!(!one.is_confirmed_by("", &deployment, now));
        assert!(!one.is_confirmed_by(&code, &DeploymentKey::from_bytes([2; 32]), now));
        assert!(one.is_confirmed_by(&code, &deployment, Minute(100 + WAIT_MINUTES - 1)));
        assert!(!one.is_confirmed_by(&code, &deployment, Minute(100 + WAIT_MINUTES)));
    }
}
