//! What an officer is told at the next sign-in: changes to how they sign in, which somebody else may have made.
//! Owns the words and the list; refuses sentences, which come from the locale files.

use crate::clock::Minute;

/// A change to how an officer signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// An authenticator app was enrolled.
    AppAdded,
    /// It was removed.
    AppRemoved,
    /// A passkey was enrolled.
    PasskeyAdded,
    /// One was removed.
    PasskeyRemoved,
    /// Fresh recovery codes were made.
    CodesRenewed,
    /// A recovery code was used.
    CodeUsed,
    /// The password was changed.
    PasswordChanged,
}

impl Change {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::AppAdded,
        Self::AppRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::CodesRenewed,
        Self::CodeUsed,
        Self::PasswordChanged,
    ];

    /// The word in the table and at the end of its text's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppAdded => "app-added",
            Self::AppRemoved => "app-removed",
            Self::PasskeyAdded => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::CodesRenewed => "codes-renewed",
            Self::CodeUsed => "code-used",
            Self::PasswordChanged => "password-changed",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.as_str() == word)
    }
}

/// How many are kept: whoever has more to read has been away for long, and the record has them all.
const MOST: usize = 20;

/// The changes since a sign-in, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News(pub Vec<(Change, Minute)>);

impl News {
    /// The list as it stands in the table; what a version to come has written is left out.
    pub fn read(json: &str) -> Self {
        let pairs: Vec<(String, i64)> = serde_json::from_str(json).unwrap_or_default();
        Self(pairs.iter().filter_map(|(word, at)| Some((Change::of(word)?, Minute(*at)))).collect())
    }

    /// As it is kept.
    pub fn written(&self) -> String {
        let pairs: Vec<_> =
            self.0.iter().map(|(change, at)| serde_json::json!([change.as_str(), at.0])).collect();
        serde_json::Value::from(pairs).to_string()
    }

    /// One more.
    pub fn add(&mut self, change: Change, at: Minute) {
        self.0.push((change, at));
        let over = self.0.len().saturating_sub(MOST);
        self.0.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_read_back_and_are_bounded() {
        let mut news = News::default();
        for (n, change) in Change::ALL.into_iter().cycle().take(30).enumerate() {
            news.add(change, Minute(i64::try_from(n).unwrap()));
        }

        assert_eq!(News::read(&news.written()), news);
        assert_eq!((news.0.len(), news.0[0].1), (MOST, Minute(10)));
        assert_eq!(
            News::read(r#"[["from-the-future",1],["app-added",2]]"#).0,
            [(Change::AppAdded, Minute(2))]
        );
        assert_eq!(News::read("damaged"), News::default());
    }
}
