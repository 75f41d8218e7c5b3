//! Numbers and names by which people, cars and pages are found again (实体): telephone, identity number, bank card, number
//! plate, account, address of a page. Owns finding and normalising them; refuses what they mean.
//!
//! Order matters: what is surely one thing is taken first, and no character is read twice. An identity number has a
//! checksum, a card another, a telephone number only its shape.

mod account;
mod digits;
mod identity;
mod phone;
mod plate;
mod url;

use super::fold::Folded;

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A mobile number: eleven digits, without +86.
    Phone,
    /// A resident identity number: seventeen digits and a check digit, `X` in upper case.
    Id,
    /// A bank card or account: sixteen to nineteen digits that check, or that are said to be one.
    Card,
    /// A number plate, as `津C0T7Q2`.
    Plate,
    /// An account: service and name, as `wechat:lei_ge_3v8`.
    Account,
    /// The address of a page.
    Url,
}

impl Kind {
    /// The word in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Id => "id",
            Self::Card => "card",
            Self::Plate => "plate",
            Self::Account => "account",
            Self::Url => "url",
        }
    }
}

/// One of them, where it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// Its one spelling.
    pub value: String,
    /// Its first character's place.
    pub from: usize,
    /// The place after its last character.
    pub to: usize,
}

/// Everything found, in the order in which it stands; the same value once.
pub fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let finders: [fn(&Folded) -> Vec<Entity>; 5] =
        [url::find, account::find, plate::find, identity::find, phone::find];
    for finder in finders {
        let fresh: Vec<Entity> = finder(text)
            .into_iter()
            .filter(|one| found.iter().all(|it| one.to <= it.from || it.to <= one.from))
            .collect();
        found.extend(fresh);
    }
    found.sort_by_key(|one| (one.from, one.to));
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|one| seen.insert((one.kind, one.value.clone())));
    found
}

#[cfg(test)]
#[path = "entities_test.rs"]
mod tests;
