//! An officer: who it is, for which agency, in which role. Owns what is known of an officer once signed in;
//! refuses passwords and keys, which never stand beside a name.

use crate::plan::AgencyCode;
use crate::vault::uid::Uid;

use super::roles::Role;

/// Somebody who works at a desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// Row id: what history and audit name.
    pub id: i64,
    /// Public id: what grants are bound to.
    pub uid: Uid,
    /// The name typed at sign-in.
    pub login: String,
    /// The name colleagues know.
    pub name: String,
    /// The agency stood for.
    pub agency: AgencyCode,
    /// What the agency lets this officer do.
    pub role: Role,
}

/// The longest name typed at sign-in, in bytes.
pub const LONGEST_LOGIN: usize = 64;

/// The shape in which sign-in names are stored and looked up: trimmed, in lower case. `None` for a text
/// that cannot be one.
pub fn login_of(typed: &str) -> Option<String> {
    let login = typed.trim().to_lowercase();
    let fits = (2..=LONGEST_LOGIN).contains(&login.len());
    let plain = login.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    (fits && plain).then_some(login)
}

/// Somebody for a unit test.
#[cfg(test)]
pub(crate) fn example(id: i64, agency: &str, role: Role) -> Officer {
    let uid = Uid::generate(&crate::vault::entropy::SeededEntropy::new(1));
    let agency = agency.parse().expect("a test names an agency");
    Officer { id, uid, login: "x".into(), name: "x".into(), agency, role }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_found_however_it_is_typed() {
        assert_eq!(login_of(" PSB-120114 ").as_deref(), Some("psb-120114"));
        assert_eq!(login_of("wang.li@psb").as_deref(), Some("wang.li@psb"));
    }

    #[test]
    fn what_cannot_be_a_login_is_none() {
        for typed in ["", "a", "王丽", "a b", "a\nb", &"x".repeat(65)] {
            assert_eq!(login_of(typed), None, "{typed:?}");
        }
    }
}
