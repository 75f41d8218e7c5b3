//! How an agency stands towards a tip. Owns relations and what they allow together; refuses the table itself.
//!
//! One invariant: exclusion beats everything, but for the life facts of a tip that accuses the police.

use std::collections::BTreeSet;

use super::{Ask, Permission, Role, Stand, allows, words};
use crate::routing::Access;

/// How an agency stands towards a tip: the word in `tip_agencies`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// 牵头: answers for it.
    Lead,
    /// 先期处置: goes first where somebody is in danger.
    FirstResponder,
    /// A step above, who takes over if nobody acts.
    Ladder,
    /// The rule gives it the content.
    Content,
    /// 知会: knows that it exists, holds no key.
    Told,
    /// 回避: must not know of it.
    Excluded,
}

words!(Relation {
    Lead = "lead",
    FirstResponder = "first_responder",
    Ladder = "ladder",
    Content = "content",
    Told = "told",
    Excluded = "excluded",
});

/// How one agency stands towards one tip: all its relations together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    relations: BTreeSet<Relation>,
    life_only: bool,
    escalated: bool,
}

impl Standing {
    /// From the agency's relations, and what the first responder is given to read.
    pub fn new(relations: impl IntoIterator<Item = Relation>, first_responder_gets: Access) -> Self {
        Self {
            relations: relations.into_iter().collect(),
            life_only: first_responder_gets == Access::LifeFacts,
            escalated: false,
        }
    }

    /// The same, of a tip whose deadline ran out before anybody acted, if `late`.
    #[must_use]
    pub const fn late(mut self, late: bool) -> Self {
        self.escalated = late;
        self
    }

    /// Whether an officer in `role` at this agency may do this with the tip.
    ///
    /// Exclusion beats everything, with one exception: the police command that a tip accuses gets the life
    /// facts where somebody is in danger.
    pub fn allows(&self, role: Role, permission: Permission) -> bool {
        let saves_a_life = self.life_only && permission == Permission::ReadLife;
        let barred = self.has(Relation::Excluded) && !saves_a_life;
        !barred && self.stands().any(|stand| allows(role, Ask::Tip(stand, permission)))
    }

    /// The weightiest relation, for the record.
    pub fn first(&self) -> Option<Relation> {
        self.relations.first().copied()
    }

    /// Whether the agency stands in this relation.
    pub fn has(&self, relation: Relation) -> bool {
        self.relations.contains(&relation)
    }

    fn stands(&self) -> impl Iterator<Item = Stand> + '_ {
        self.relations.iter().map(|relation| match relation {
            Relation::FirstResponder if self.life_only => Stand::LifeOnly,
            Relation::Ladder if self.escalated => Stand::Escalated,
            relation => Stand::As(*relation),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{
        Approve, BreakGlass, Claim, Decide, Look, Note, Read, ReadContact, ReadLife, Reply, SendExcerpt,
    };

    fn allowed(role: Role, relations: &[Relation], access: Access) -> Vec<Permission> {
        let standing = Standing::new(relations.iter().copied(), access);
        Permission::ALL.iter().copied().filter(|p| standing.allows(role, *p)).collect()
    }

    #[test]
    fn each_standing_allows_an_agencys_lead_what_the_table_says() {
        use Relation::{Content, Excluded, FirstResponder, Ladder, Lead, Told};
        let lead = [Read, ReadContact, Approve, Claim, Note, Reply, Decide, SendExcerpt, Look];
        let both = [Read, ReadContact, Approve, BreakGlass, Claim, Note, Reply, Decide, SendExcerpt, Look];
        let table: [(&[Relation], Access, &[Permission]); 11] = [
            (&[Lead], Access::Full, &lead),
            (&[Lead, FirstResponder], Access::Full, &both),
            (&[FirstResponder], Access::Full, &[Read, BreakGlass, Claim, Note, Reply]),
            (&[FirstResponder], Access::LifeFacts, &[ReadLife]),
            (&[FirstResponder, Excluded], Access::LifeFacts, &[ReadLife]),
            (&[Lead, Excluded], Access::LifeFacts, &[]),
            (&[Ladder], Access::Full, &[Read, Approve, Look]),
            (&[Content], Access::Full, &[Read]),
            (&[Told], Access::Full, &[]),
            (&[Excluded], Access::Full, &[]),
            (&[], Access::Full, &[]),
        ];
        for (relations, access, expected) in table {
            assert_eq!(allowed(Role::AgencyLead, relations, access), expected, "{relations:?} {access:?}");
            let of_handler: Vec<_> = expected.iter().copied().filter(|p| *p != Approve).collect();
            assert_eq!(allowed(Role::Handler, relations, access), of_handler, "{relations:?} {access:?}");
        }
    }

    #[test]
    fn a_supervisor_reads_what_a_body_below_let_go_late_and_nothing_else() {
        for relation in Relation::ALL {
            let on_time = Standing::new([*relation], Access::Full);
            let late = on_time.clone().late(true);
            assert!(!on_time.allows(Role::Supervisor, Read), "{relation}");
            assert_eq!(late.allows(Role::Supervisor, Read), *relation == Relation::Ladder, "{relation}");
            assert!(!late.allows(Role::Supervisor, Decide) && !late.allows(Role::Supervisor, Reply));
        }
    }

    #[test]
    fn whoever_is_excluded_is_refused_whatever_else_stands_there() {
        for relation in Relation::ALL {
            assert_eq!(
                allowed(Role::AgencyLead, &[*relation, Relation::Excluded], Access::Full),
                [],
                "{relation}"
            );
        }
    }

    #[test]
    fn life_facts_narrow_the_first_responder_and_nobody_else() {
        assert!(allowed(Role::Handler, &[Relation::Lead], Access::LifeFacts).contains(&Decide));
        assert!(
            !allowed(Role::Handler, &[Relation::FirstResponder, Relation::Told], Access::LifeFacts)
                .contains(&Read)
        );
    }

    #[test]
    fn words_read_back() {
        for relation in Relation::ALL {
            assert_eq!(relation.as_str().parse(), Ok(*relation));
        }
        assert_eq!("owner".parse::<Relation>(), Err(crate::people::roles::UnknownWord));
    }
}
