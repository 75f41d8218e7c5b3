//! Which tips name the same telephone, identity number, card, plate, account or page (串并). Owns what is linked, under
//! which names, and how an entity is shown to whoever may read it; refuses deciding: a shared number is not the same
//! event, nothing is merged, closed or moved because of it.
//!
//! Invariant: what a reporter leaves to be reached by is never linked. It is sealed apart and takes two people, and a link
//! would tell whose telephone it is to anybody who finds the same number in another tip.
//!
//! | file | what |
//! |---|---|
//! | [`profile`] | what a comparison needs to know of a text |
//! | [`likeness`] | how like two tips are, and likely pairs among many; pure, by the readable tables in `assets/links` |
//! | [`persons`] | missing or sought persons against found ones |
//! | [`say`] | their reasons in words |
//! | [`masked`] | an entity as it is shown in a list |
//! | [`reason`] | why one tip stands beside another |

pub mod likeness;
pub mod masked;
pub mod persons;
pub mod profile;
pub mod reason;
pub mod say;

use std::collections::BTreeSet;

use crate::insight::entities::{self, Kind};
use crate::insight::fold::Folded;
use crate::vault::deployment::DeploymentKey;
use crate::vault::link::LinkName;

/// Every kind that is linked.
pub const KINDS: [Kind; 6] = [Kind::Phone, Kind::Id, Kind::Card, Kind::Plate, Kind::Account, Kind::Url];

/// The most names of one sending: a text with more of them is a list, and its first ones are enough to find it by.
pub const MOST: usize = 64;

/// An entity in the one spelling in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shared {
    /// What it is.
    pub kind: Kind,
    /// Its spelling.
    pub value: String,
}

/// An entity's name, as it is stored beside a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: LinkName,
}

impl Shared {
    /// The link of the entity.
    pub fn link(&self, deployment: &DeploymentKey) -> Link {
        Link { kind: self.kind, name: LinkName::of(deployment, self.kind.as_str(), &self.value) }
    }
}

/// The entities in a reporter's words, each once, in their order. Each text is read by itself: what ends one and begins the
/// next is no number.
pub fn found<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<Shared> {
    let mut seen = BTreeSet::new();
    let of_text =
        |text: &str| entities::find(&Folded::of(text)).into_iter().map(|it| shared(it.kind, it.value));
    texts.into_iter().flat_map(of_text).filter(|it| seen.insert(it.clone())).take(MOST).collect()
}

/// The links of a reporter's words.
pub fn links<'a>(deployment: &DeploymentKey, texts: impl IntoIterator<Item = &'a str>) -> Vec<Link> {
    found(texts).iter().map(|it| it.link(deployment)).collect()
}

/// A page is the same with or without `https`, `www` and a last slash; everything else is compared as it was found.
fn shared(kind: Kind, value: String) -> Shared {
    if kind != Kind::Url {
        return Shared { kind, value };
    }
    let page = value.trim_start_matches("https://").trim_start_matches("http://");
    let page = page.trim_start_matches("www.").trim_end_matches('/');
    Shared { kind, value: page.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> DeploymentKey {
        DeploymentKey::from_bytes([3; 32])
    }

    #[test]
    fn one_number_in_two_spellings_is_one_link() {
        let [one, other] = ["他的电话是154 0017 6620", "打１５４-００１７-６６２０,或者+86 15400176620"]
            .map(|text| links(&key(), [text]));
        assert_eq!(one.len(), 1);
        assert!(one == other);
    }

    #[test]
    fn fields_are_read_apart_and_the_same_entity_counts_once() {
        let all = found(["车牌津C0T7Q2,电话1540017", "6620,就是津C·0T7Q2"]);
        assert_eq!(all, [Shared { kind: Kind::Plate, value: "津C0T7Q2".into() }]);
    }

    #[test]
    fn a_page_is_the_same_however_its_address_begins_and_ends() {
        let spellings =
            ["http://www.zhaogong.example/", "https://zhaogong.example", "hxxps://zhaogong[.]example/"];
        let all = found(spellings);
        assert_eq!(all, [Shared { kind: Kind::Url, value: "zhaogong.example".into() }], "{all:?}");
    }

    #[test]
    fn a_list_of_numbers_leaves_its_first_ones() {
        let numbers: String = (0..500).map(|n| format!("154{n:08} ; ")).collect();
        let all = found([numbers.as_str()]);
        assert_eq!(all.len(), MOST);
        assert_eq!(all[0].value, "15400000000");
    }
}
