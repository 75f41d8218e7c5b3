//! Why two reports may be one event or one person, in words (关联理由). Owns filling the locale's texts; refuses words of its own.

use super::likeness::{Reason, Said, What};
use super::persons;
use crate::i18n::Texts;
use crate::plan::{District, DistrictCode, Lang, Plan};

/// A reason for one event, or against, in the language of `texts`.
pub fn event(texts: Texts, plan: &Plan, reason: &Reason) -> String {
    let key = reason.what.key();
    match &reason.what {
        What::Same(_, said)
        | What::Concept(_, said)
        | What::Figure(_, _, said)
        | What::OtherFigure(_, said) => both(texts, key, said),
        What::District(code) => texts.with(key, &[("left", &district(texts, plan, *code))]),
        What::OtherDistrict(left, right) => {
            let (left, right) = (district(texts, plan, *left), district(texts, plan, *right));
            texts.with(key, &[("left", &left), ("right", &right)])
        }
        What::Words(words) => texts.with(key, &[("words", &words.join(" / "))]),
        What::Through(third) => texts.with(key, &[("third", &(third + 1).to_string())]),
        What::Sex(_) | What::OtherSex(..) | What::OtherKind(..) => texts.get(key),
    }
}

/// A reason for one person, or against.
pub fn person(texts: Texts, reason: &persons::Reason) -> String {
    use persons::What as Of;
    let key = reason.what.key();
    match &reason.what {
        Of::Mark(said)
        | Of::OtherSide(said)
        | Of::Name(said)
        | Of::Worn(said)
        | Of::Speech(said)
        | Of::Place(said)
        | Of::Entity(said) => both(texts, key, said),
        Of::Born(first, last) => {
            texts.with(key, &[("first", &first.to_string()), ("last", &last.to_string())])
        }
        Of::Year(year) => texts.with(key, &[("year", &year.to_string())]),
        Of::ThereBefore(lost, arrived) => {
            texts.with(key, &[("lost", &lost.to_string()), ("arrived", &arrived.to_string())])
        }
        Of::Sex(_) | Of::OtherSex | Of::OtherBirth(..) => texts.get(key),
    }
}

fn both(texts: Texts, key: &str, said: &Said) -> String {
    texts.with(key, &[("left", &said.left), ("right", &said.right)])
}

fn district(texts: Texts, plan: &Plan, code: DistrictCode) -> String {
    let name = |district: &District| district.name(Lang::of(texts.0)).to_owned();
    plan.district(&code).map_or_else(|| code.to_string(), name)
}
