//! Who may do what: the one permission table. Owns roles, how an agency stands towards a tip, and which act
//! each standing allows; refuses keys, which enforce the same a second time: whoever may not read holds no
//! key either.
//!
//! One invariant: what is not in the table is not allowed.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::routing::Access;

/// What an agency lets an officer do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Works on tips; holds the agency's keys.
    Member,
}

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

/// Something an officer wants to do with a tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See category, district, urgency, lead and time.
    ClearFacts,
    /// Open danger, place and safe contact, and nothing else.
    ReadLife,
    /// Open the report, the thread and the files.
    Read,
    /// Open who the reporter is.
    ReadContact,
    /// Take it to work on.
    Claim,
    /// Read and write notes and reasons.
    Note,
    /// Write to the reporter.
    Reply,
    /// Accept, correct, refer, close.
    Decide,
}

/// The text names no such thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a known word")]
pub struct UnknownWord;

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word in the tables.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text).ok_or(UnknownWord)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words!(Role { Member = "member" });
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
}

impl Standing {
    /// From the agency's relations, and what the first responder is given to read.
    pub fn new(relations: impl IntoIterator<Item = Relation>, first_responder_gets: Access) -> Self {
        Self {
            relations: relations.into_iter().collect(),
            life_only: first_responder_gets == Access::LifeFacts,
        }
    }

    /// Whether an officer in `role` at this agency may do this with the tip.
    ///
    /// Exclusion beats everything, with one exception: the police command that a tip accuses gets the life
    /// facts where somebody is in danger.
    pub fn allows(&self, role: Role, permission: Permission) -> bool {
        let saves_a_life = self.life_only && permission == Permission::ReadLife;
        let barred = self.has(Relation::Excluded) && !saves_a_life;
        !barred && self.relations.iter().any(|relation| self.relation_allows(role, *relation, permission))
    }

    /// The weightiest relation, for the record.
    pub fn first(&self) -> Option<Relation> {
        self.relations.first().copied()
    }

    /// Whether the agency stands in this relation.
    pub fn has(&self, relation: Relation) -> bool {
        self.relations.contains(&relation)
    }

    /// The table.
    fn relation_allows(&self, role: Role, relation: Relation, permission: Permission) -> bool {
        use Permission::{Claim, ClearFacts, Note, Read, ReadLife, Reply};
        let Role::Member = role;
        match relation {
            Relation::Lead => !matches!(permission, ReadLife),
            Relation::FirstResponder if self.life_only => matches!(permission, ReadLife),
            Relation::FirstResponder => matches!(permission, ClearFacts | Read | Claim | Note | Reply),
            Relation::Ladder | Relation::Content => matches!(permission, ClearFacts | Read),
            Relation::Told => matches!(permission, ClearFacts),
            Relation::Excluded => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{Claim, ClearFacts, Decide, Note, Read, ReadContact, ReadLife, Reply};

    const PERMISSIONS: [Permission; 8] =
        [ClearFacts, ReadLife, Read, ReadContact, Claim, Note, Reply, Decide];

    fn allowed(relations: &[Relation], access: Access) -> Vec<Permission> {
        let standing = Standing::new(relations.iter().copied(), access);
        PERMISSIONS.into_iter().filter(|p| standing.allows(Role::Member, *p)).collect()
    }

    #[test]
    fn each_standing_allows_what_the_table_says() {
        use Relation::{Content, Excluded, FirstResponder, Ladder, Lead, Told};
        let table: [(&[Relation], Access, &[Permission]); 11] = [
            (&[Lead], Access::Full, &[ClearFacts, Read, ReadContact, Claim, Note, Reply, Decide]),
            (
                &[Lead, FirstResponder],
                Access::Full,
                &[ClearFacts, Read, ReadContact, Claim, Note, Reply, Decide],
            ),
            (&[FirstResponder], Access::Full, &[ClearFacts, Read, Claim, Note, Reply]),
            (&[FirstResponder], Access::LifeFacts, &[ReadLife]),
            (&[FirstResponder, Excluded], Access::LifeFacts, &[ReadLife]),
            (&[Lead, Excluded], Access::LifeFacts, &[]),
            (&[Ladder], Access::Full, &[ClearFacts, Read]),
            (&[Content], Access::Full, &[ClearFacts, Read]),
            (&[Told], Access::Full, &[ClearFacts]),
            (&[Excluded], Access::Full, &[]),
            (&[], Access::Full, &[]),
        ];
        for (relations, access, expected) in table {
            assert_eq!(allowed(relations, access), expected, "{relations:?} {access:?}");
        }
    }

    #[test]
    fn whoever_is_excluded_is_refused_whatever_else_stands_there() {
        for relation in Relation::ALL {
            assert_eq!(allowed(&[*relation, Relation::Excluded], Access::Full), [], "{relation}");
        }
    }

    #[test]
    fn life_facts_narrow_the_first_responder_and_nobody_else() {
        assert!(allowed(&[Relation::Lead], Access::LifeFacts).contains(&Decide));
        assert!(!allowed(&[Relation::FirstResponder, Relation::Told], Access::LifeFacts).contains(&Read));
    }

    #[test]
    fn words_read_back() {
        for relation in Relation::ALL {
            assert_eq!(relation.as_str().parse(), Ok(*relation));
        }
        assert_eq!("owner".parse::<Relation>(), Err(UnknownWord));
    }
}
