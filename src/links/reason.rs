//! Why one tip stands beside another. Owns the reasons that follow from links, and the one list in which every reason
//! stands; refuses words (`web::desk`) and weighing: how like two tips are is asked elsewhere and says its reasons here.

use std::collections::BTreeSet;

use super::{Link, Shared};
use crate::insight::entities::Kind;
use crate::vault::deployment::DeploymentKey;

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Both name the same.
    Same {
        /// What it is.
        kind: Kind,
        /// The entity, where the officer has it before them in what they opened.
        entity: Option<Shared>,
    },
}

/// The reasons that links give to whoever has opened one tip only: an entity is named where its words say it.
pub fn by_name(shares: &BTreeSet<Link>, own: &[Shared], deployment: &DeploymentKey) -> BTreeSet<Reason> {
    let entity_of = |link: &Link| own.iter().find(|entity| entity.link(deployment) == *link).cloned();
    shares.iter().map(|link| Reason::Same { kind: link.kind, entity: entity_of(link) }).collect()
}

/// The reasons that two opened tips give: what both say, and what they are known to share where one did not open.
pub fn by_words(
    shares: &BTreeSet<Link>,
    (own, other): (&[Shared], &[Shared]),
    deployment: &DeploymentKey,
) -> BTreeSet<Reason> {
    let said = own.iter().filter(|entity| other.contains(entity)).cloned();
    let said = said.map(|entity| Reason::Same { kind: entity.kind, entity: Some(entity) });
    said.chain(by_name(shares, own, deployment)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::found;

    fn key() -> DeploymentKey {
        DeploymentKey::from_bytes([3; 32])
    }

    #[test]
    fn an_entity_is_named_only_where_the_opened_words_say_it() {
        let (key, own) = (key(), found(["电话15400176620"]));
        let shares: BTreeSet<Link> =
            found(["15400176620,车牌津C0T7Q2"]).iter().map(|it| it.link(&key)).collect();

        let reasons = by_name(&shares, &own, &key);

        let phone = Reason::Same { kind: Kind::Phone, entity: own.first().cloned() };
        assert_eq!(reasons, [phone, Reason::Same { kind: Kind::Plate, entity: None }].into());
        assert!(
            by_name(&shares, &own, &DeploymentKey::from_bytes([4; 32]))
                .iter()
                .all(|it| { matches!(it, Reason::Same { entity: None, .. }) })
        );
    }

    #[test]
    fn of_two_opened_tips_each_shared_entity_is_said_once() {
        let (key, own, other) = (key(), found(["15400176620 津C0T7Q2"]), found(["津C·0T7Q2"]));
        let shares = BTreeSet::from([own[1].link(&key)]);

        let reasons = by_words(&shares, (&own, &other), &key);

        assert_eq!(reasons, [Reason::Same { kind: Kind::Plate, entity: Some(own[1].clone()) }].into());
    }
}
