//! The files the plan is read from. Owns their names and the copies compiled into the program; refuses to
//! know what stands in them. Invariant: every file in [`NAMES`] is present in any [`PlanFiles`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::PlanError;

macro_rules! embedded {
    ($($name:literal)*) => {
        /// The files of the plan.
        pub const NAMES: &[&str] = &[$($name),*];
        const EMBEDDED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../assets/plan/", $name)))),*];
    };
}

embedded! {
    "versions.tsv" "agencies.tsv" "names.tsv" "contacts.tsv" "districts.tsv" "districts.geojson" "duties.tsv"
    "duties_2021.tsv" "categories.tsv" "rules.tsv" "extras.tsv" "holidays.tsv" "tianjin-2014-plan.txt"
}

/// The texts of all files of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFiles(BTreeMap<&'static str, Cow<'static, str>>);

impl PlanFiles {
    /// The files compiled into the program.
    pub fn embedded() -> Self {
        Self(EMBEDDED.iter().map(|(name, text)| (*name, Cow::Borrowed(*text))).collect())
    }

    /// The files of a folder, for reviewing a change before it is built in.
    pub fn from_dir(dir: &Path) -> Result<Self, PlanError> {
        let read = |name: &&'static str| {
            let text = std::fs::read_to_string(dir.join(name))
                .map_err(|e| PlanError::Unreadable { file: (*name).to_owned(), reason: e.to_string() })?;
            Ok((*name, Cow::Owned(text)))
        };
        NAMES.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The text of one of [`NAMES`].
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.as_ref())
    }

    /// Every file with its text, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, text)| (*name, text.as_ref()))
    }

    /// Puts another text in the place of one of [`NAMES`]; other names are ignored.
    pub fn set(&mut self, name: &str, text: String) {
        if let Some(slot) = self.0.get_mut(name) {
            *slot = Cow::Owned(text);
        }
    }
}
