//! Who a reporter asked to keep out, and that it was done. Owns reading it off the rows themselves, not off what was
//! asked: whoever stands in the tip in any other way, or holds any key of it, is not said to be kept out.
//!
//! Invariant: a body is named only if neither it nor a branch of it has a part in the tip, but for the one exception
//! that the form announces.

use std::collections::BTreeSet;

use crate::people::roles::Relation;
use crate::plan::AgencyCode;

/// Who does not learn of a tip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptOut {
    /// The bodies and branches that were kept out; a body stands for its branches too.
    pub agencies: Vec<AgencyCode>,
    /// Who was kept out and still got the few facts that save a life.
    pub life: Option<AgencyCode>,
}

impl KeptOut {
    /// From the agencies' relations, the holders of its keys as `compartment`, `recipient`, and who got the life facts.
    pub fn of(
        places: &[(AgencyCode, Relation)],
        held: &[(String, String)],
        life: Option<AgencyCode>,
    ) -> Self {
        let keys = held.iter().filter(|(compartment, _)| compartment != "life");
        let holders = keys.filter_map(|(_, recipient)| recipient.parse().ok());
        let has_part = |(agency, relation): &&(AgencyCode, Relation)| {
            let saves_a_life = *relation == Relation::FirstResponder && Some(*agency) == life;
            *relation != Relation::Excluded && !saves_a_life
        };
        let placed = places.iter().filter(has_part).map(|(agency, _)| *agency);
        let knows: BTreeSet<AgencyCode> = placed.chain(holders).collect();
        let asked = places.iter().filter(|(_, relation)| *relation == Relation::Excluded);
        let asked: BTreeSet<AgencyCode> = asked.map(|(agency, _)| *agency).collect();
        let kept = |agency: &&AgencyCode| !knows.iter().any(|one| covers(agency, one));
        let agencies: Vec<AgencyCode> = asked.iter().filter(kept).copied().collect();
        Self { life: life.filter(|command| asked.iter().any(|agency| covers(agency, command))), agencies }
    }
}

/// Whether keeping out `agency` keeps out `one`.
fn covers(agency: &AgencyCode, one: &AgencyCode) -> bool {
    agency == one || (!agency.is_branch() && *agency == one.parent())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AgencyCode {
        text.parse().unwrap()
    }

    fn places(all: &[(&str, Relation)]) -> Vec<(AgencyCode, Relation)> {
        all.iter().map(|(agency, relation)| (code(agency), *relation)).collect()
    }

    fn held(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(compartment, to)| ((*compartment).into(), (*to).into())).collect()
    }

    #[test]
    fn bodies_and_branches_are_named_and_nobody_else() {
        let of = places(&[
            ("procur", Relation::Lead),
            ("psb-120117", Relation::Excluded),
            ("civil", Relation::Excluded),
            ("women", Relation::Told),
        ]);
        let keys = held(&[("report", "procur"), ("report", "reporter")]);

        let kept = KeptOut::of(&of, &keys, None);

        assert_eq!(kept, KeptOut { agencies: vec![code("civil"), code("psb-120117")], life: None });
    }

    #[test]
    fn whoever_has_a_part_or_a_key_is_not_said_to_be_kept_out() {
        let of = places(&[("psb-120117", Relation::Excluded), ("civil", Relation::Excluded)]);
        for keys in [held(&[("report", "civil")]), held(&[("case_before_3", "civil-120117")])] {
            assert_eq!(KeptOut::of(&of, &keys, None).agencies, [code("psb-120117")]);
        }
        let told = [of, places(&[("civil-120114", Relation::Told)])].concat();
        assert_eq!(KeptOut::of(&told, &[], None).agencies, [code("psb-120117")]);
    }

    #[test]
    fn a_command_that_saves_a_life_is_named_as_the_exception() {
        let of = places(&[
            ("procur", Relation::Lead),
            ("psb", Relation::Excluded),
            ("psb", Relation::FirstResponder),
        ]);
        let kept = KeptOut::of(&of, &held(&[("life", "psb"), ("report", "procur")]), Some(code("psb")));
        assert_eq!(kept, KeptOut { agencies: vec![code("psb")], life: Some(code("psb")) });

        let read = KeptOut::of(&of, &held(&[("report", "psb")]), Some(code("psb")));
        assert!(read.agencies.is_empty());
        let full = KeptOut::of(&of, &[], None);
        assert!(full.agencies.is_empty(), "a first responder with a key like any other is no exception");
    }
}
