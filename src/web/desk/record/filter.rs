//! What the auditor looks for, as it was chosen. Owns reading it off an address or a form, and writing it back;
//! what cannot be meant is left out, so that nothing typed reaches a query unchecked.

use serde_json::{Map, Value};

use crate::clock::Timestamp;
use crate::people::officer::login_of;
use crate::plan::AgencyCode;
use crate::store::audit::list::Filter;

/// The names of the fields, in the order in which they stand on the page.
pub(super) const FIELDS: [&str; 5] = ["officer", "act", "agency", "tip", "day"];

/// What was chosen: each field as text, empty where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen([String; 5]);

impl Chosen {
    /// From fields by name.
    pub(super) fn of(typed: impl Fn(&str) -> String) -> Self {
        Self(FIELDS.map(|name| checked(name, typed(name).trim()).unwrap_or_default()))
    }

    /// A field's value.
    pub(super) fn value(&self, name: &str) -> &str {
        FIELDS.iter().position(|field| *field == name).map_or("", |at| self.0[at].as_str())
    }

    fn some(&self, name: &str) -> Option<String> {
        Some(self.value(name).to_owned()).filter(|value| !value.is_empty())
    }

    /// For the query.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            officer: self.some("officer"),
            act: self.some("act"),
            agency: self.some("agency"),
            tip: self.some("tip").map(|number| number.to_lowercase()),
            day: self.some("day").and_then(|day| Timestamp::of_day(&day).ok()),
        }
    }

    /// For the record: only what was chosen.
    pub(super) fn detail(&self) -> Map<String, Value> {
        let chosen = FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), self.some(name)?.into())));
        chosen.collect()
    }

    /// For an address. Every value that got this far is letters, digits and a few marks.
    pub(super) fn query(&self) -> String {
        let chosen = FIELDS.iter().filter_map(|name| Some(format!("&{name}={}", self.some(name)?)));
        chosen.collect()
    }
}

fn checked(name: &str, value: &str) -> Option<String> {
    match name {
        "officer" => login_of(value),
        "agency" => value.parse::<AgencyCode>().ok().map(|code| code.to_string()),
        "tip" => {
            let number = value.to_uppercase();
            let fits = (4..=32).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_hexdigit());
            fits.then_some(number)
        }
        "day" => Timestamp::of_day(value).ok().map(|_| value.to_owned()),
        _ => {
            let plain = value.bytes().all(|b| b.is_ascii_lowercase() || b"._".contains(&b));
            (plain && value.len() <= 40).then(|| value.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> Chosen {
        let find = |name: &str| pairs.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v);
        Chosen::of(|name| find(name).to_owned())
    }

    #[test]
    fn what_can_be_meant_is_kept_and_the_rest_left_out() {
        let all = [
            ("officer", " Wang.Li "),
            ("act", "tip.read"),
            ("agency", "psb-120114"),
            ("tip", "9f8e7d6c"),
            ("day", "2026-11-23"),
        ];
        let good = chosen(&all);
        assert_eq!(
            good.query(),
            "&officer=wang.li&act=tip.read&agency=psb-120114&tip=9F8E7D6C&day=2026-11-23"
        );
        assert_eq!(good.filter().tip.as_deref(), Some("9f8e7d6c"));
        assert_eq!(good.detail().len(), 5);

        let bad = chosen(&[
            ("officer", "a' or 1=1"),
            ("act", "tip.read'--"),
            ("agency", "x y"),
            ("tip", "9f8"),
            ("day", "yesterday"),
        ]);
        assert_eq!(bad, Chosen::default());
        assert_eq!(bad.filter(), Filter::default());
    }
}
