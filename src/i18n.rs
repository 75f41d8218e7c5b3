//! Texts for people. Owns the locale files (Fluent, embedded) and how a text is fetched; refuses to hold
//! any sentence itself. A missing id shows the id, and a test finds it before anyone else does.

use std::collections::HashMap;
use std::str::FromStr;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, static_loader};
use unic_langid::langid;

static_loader! {
    static LOCALES = {
        locales: "./assets/locales",
        fallback_language: "zh",
        // Isolation marks would be pasted along with numbers and receipt words.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH: LanguageIdentifier = langid!("zh");
static EN: LanguageIdentifier = langid!("en");

/// A language the portal speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// Chinese, simplified, in plain words.
    Zh,
    /// English.
    En,
}

impl Locale {
    /// Every language, in the order shown.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The code in addresses, forms and files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The value of `lang` in HTML.
    pub const fn html_lang(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's name in its own script.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// The first language of an `Accept-Language` header that the portal speaks; Chinese otherwise.
    pub fn negotiate(accept_language: &str) -> Self {
        accept_language
            .split(',')
            .filter_map(|tag| tag.split([';', '-']).next()?.trim().parse().ok())
            .next()
            .unwrap_or(Self::Zh)
    }
}

impl FromStr for Locale {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|l| l.code().eq_ignore_ascii_case(code)).ok_or(())
    }
}

/// The texts of one language.
#[derive(Clone, Copy, Debug)]
pub struct Texts(pub Locale);

impl Texts {
    /// The text `id`.
    pub fn get(self, id: &str) -> String {
        LOCALES.lookup(self.0.id(), id)
    }

    /// The text `id` with its variables filled.
    pub fn with(self, id: &str, args: &[(&'static str, &str)]) -> String {
        let args: HashMap<_, _> =
            args.iter().map(|&(k, v)| (k.into(), FluentValue::from(v.to_owned()))).collect();
        LOCALES.lookup_with_args(self.0.id(), id, &args)
    }

    /// The text `id` with a number in it, so that plural forms apply.
    pub fn count(self, id: &str, n: i64) -> String {
        let args = HashMap::from([("n".into(), FluentValue::from(n))]);
        LOCALES.lookup_with_args(self.0.id(), id, &args)
    }

    /// Whether the text exists in this language.
    pub fn has(self, id: &str) -> bool {
        LOCALES.try_lookup(self.0.id(), id).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_spoken_language_wins_and_chinese_is_the_ground() {
        assert_eq!(Locale::negotiate("fr-FR,en-GB;q=0.8,zh;q=0.5"), Locale::En);
        assert_eq!(Locale::negotiate("zh-TW,en"), Locale::Zh);
        assert_eq!(Locale::negotiate(""), Locale::Zh);
    }
}
