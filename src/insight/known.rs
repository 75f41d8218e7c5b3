//! Concepts that the reader itself asks for. Owns their names in the tables.

use super::lexicon::{Concept, Lexicon};

/// Concepts that numbers and marks stand for, and those that the reader itself asks for.
pub(super) struct Known {
    pub(super) minor: Concept,
    pub(super) child: Concept,
    pub(super) adult: Concept,
    pub(super) baby: Concept,
    pub(super) sum: Concept,
    pub(super) crime_sum: Concept,
    pub(super) large_sum: Concept,
    pub(super) long_ago: Concept,
    pub(super) account: Concept,
    pub(super) phone: Concept,
    pub(super) foreign_language: Concept,
    pub(super) place: Concept,
    pub(super) outside: Concept,
    pub(super) threat: Concept,
    pub(super) no_police: Concept,
    pub(super) police_ok: Concept,
}

impl Known {
    pub(super) fn of(lexicon: &Lexicon) -> Self {
        let of = |name: &str| lexicon.concept(name).unwrap_or_else(|| panic!("cues.tsv: no `{name}`"));
        Self {
            minor: of("minor"),
            child: of("child"),
            adult: of("adult"),
            baby: of("baby"),
            sum: of("sum"),
            crime_sum: of("crime_sum"),
            large_sum: of("large_sum"),
            long_ago: of("long_ago"),
            account: of("account"),
            phone: of("phone"),
            foreign_language: of("foreign_language"),
            place: of("place"),
            outside: of("outside"),
            threat: of("threat"),
            no_police: of("no_police"),
            police_ok: of("police_ok"),
        }
    }
}
