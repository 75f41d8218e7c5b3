//! Mobile numbers in every spelling: `154 0017 6620`, `+86 154-7001-3392`, `１５４.３３０１`, `幺五四零三…`.

use super::digits::{runs, stretches};
use super::{Entity, Kind};
use crate::insight::fold::Folded;

/// Digits of a mobile number.
const LENGTH: usize = 11;

pub(super) fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for run in runs(text) {
        for (digits, from, to) in stretches(&run, |n| (LENGTH..=LENGTH + 4).contains(&n)) {
            let Some(value) = mobile(&digits) else { continue };
            if found.last().is_none_or(|last| last.to <= from) && !is_part(text, from, to) {
                found.push(Entity { kind: Kind::Phone, value: value.to_owned(), from, to });
            }
        }
    }
    found
}

/// The number without the country's own.
fn mobile(digits: &str) -> Option<&str> {
    let own = ["0086", "86", ""]
        .into_iter()
        .find_map(|code| digits.strip_prefix(code).filter(|rest| rest.len() == LENGTH))?;
    let mut chars = own.chars();
    let fits = chars.next() == Some('1') && chars.next().is_some_and(|c| ('3'..='9').contains(&c));
    fits.then_some(own)
}

/// Whether letters stand right beside it: then it is a part of a name.
fn is_part(text: &Folded, from: usize, to: usize) -> bool {
    let beside = |at: Option<usize>| {
        at.and_then(|at| text.chars.get(at))
            .is_some_and(|c| c.is_ascii_alphabetic() || *c == '_' || *c == '@')
    };
    beside(from.checked_sub(1)) || beside(Some(to))
}
