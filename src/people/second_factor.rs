//! What an officer shows besides the password: a code from an authenticator app, a passkey, or a recovery code.
//! Owns which there are, how each is proved and when it is spent; refuses rows, cookies and pages.
//!
//! | file | what |
//! |---|---|
//! | [`factors`] | all of one officer's factors in one sealed value |
//! | [`app_code`] | codes that an authenticator app shows for thirty seconds |
//! | [`recovery`] | ten codes on paper, each good for once |
//! | [`passkey`] | challenges, and what a passkey answers |
//! | [`proof`] | whether what was offered at sign-in is enough |
//!
//! One invariant: whatever proves an officer once does not do so a second time.

pub mod app_code;
pub mod factors;
pub mod passkey;
pub mod proof;
pub mod recovery;

/// What came with the password when a session was opened: the word in `sessions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factor {
    /// Nothing.
    Password,
    /// A code from an authenticator app.
    App,
    /// A passkey.
    Passkey,
    /// A recovery code.
    Recovery,
}

impl Factor {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Password, Self::App, Self::Passkey, Self::Recovery];

    /// The word in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::App => "totp",
            Self::Passkey => "passkey",
            Self::Recovery => "recovery",
        }
    }

    /// The factor of this word; the weakest where a version to come has written another.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|factor| factor.as_str() == word).unwrap_or(Self::Password)
    }
}

/// What may be known without opening anything, for those who help when somebody cannot get in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether an authenticator app is enrolled.
    pub has_app: bool,
    /// How many passkeys are.
    pub passkeys: usize,
    /// How many recovery codes are left.
    pub codes: usize,
}

impl Summary {
    /// Whether there is a factor to sign in with every day. Recovery codes are none: they end.
    pub const fn is_enrolled(self) -> bool {
        self.has_app || self.passkeys > 0
    }
}

/// An officer's account beside the password, as it stands in the table.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// In every device's cookie; moved on when the password changes.
    pub generation: i64,
    /// Moves with each change of what is sealed.
    pub version: i64,
    /// The factors, where any were ever enrolled.
    pub sealed: Option<Vec<u8>>,
    /// What is sealed, counted.
    pub summary: Summary,
}

/// What takes the place of the sealed factors, if nobody else has changed them meanwhile.
#[derive(Clone, Debug)]
pub struct Change {
    /// The version it was made from.
    pub before: i64,
    /// The factors, sealed under the version that follows.
    pub sealed: Vec<u8>,
    /// What is sealed, counted.
    pub summary: Summary,
}
