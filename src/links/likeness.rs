//! How like two reports are (相似度): facts that both have speak for one event, each by how seldom two strangers share
//! it; what cannot both be true speaks against. Owns the weighing and the reasons; refuses joining.
//!
//! Weights are tenths of a bit: ten more, and the odds that both tell of one event double. A fact that one of two
//! strangers in sixty-four shares tells 60. Facts that come together (child, missing, now) are held under a roof, so
//! that one circumstance told in many words is not counted many times. What only one text says counts nothing: tellers
//! see different things. How somebody speaks and where they come from is not weighed here at all.

use crate::plan::DistrictCode;

use super::profile::measures::Meaning;
use super::profile::{Aspect, Fact, Profile, Sex};

mod figures;
pub mod pairs;
mod wording;

/// From here two reports are worth a person's look as one event: nine or ten bits against the odds that two of a hundred
/// reports are not.
pub const LIKELY: i32 = 95;

/// Below this nothing is said at all.
const FAINT: i32 = 40;

/// How like two reports are, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Tenths of a bit for one event.
    pub score: i32,
    /// Why, what tells most first; those against have less than nothing.
    pub reasons: Vec<Reason>,
}

impl Likeness {
    /// Whether it is worth a person's look.
    pub const fn is_likely(&self) -> bool {
        self.score >= LIKELY
    }
}

/// A reason and its weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Tenths of a bit; below nothing: against.
    pub tells: i32,
    /// What.
    pub what: What,
}

/// Words of the one report and of the other that say the same, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of the first.
    pub left: String,
    /// Of the second.
    pub right: String,
}

/// What speaks for one event, or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Both name a fact: a telephone, a place, a setting, a look, a mark, a name.
    Same(Aspect, Said),
    /// Both speak of what the named concept of the cues is.
    Concept(String, Said),
    /// Both give a number of one meaning that agrees; the values where both lie.
    Figure(Meaning, (u64, u64), Said),
    /// Both are in the district.
    District(DistrictCode),
    /// Both speak of a child, or of a person, of the sex.
    Sex(Sex),
    /// Both use the words.
    Words(Vec<String>),
    /// Both are likely one event with a third report, by its place among those compared.
    Through(usize),
    /// They are in two districts.
    OtherDistrict(DistrictCode, DistrictCode),
    /// Numbers of one meaning exclude each other.
    OtherFigure(Meaning, Said),
    /// A boy and a girl.
    OtherSex(Sex, Sex),
    /// They tell of different kinds of event, in the names of the table of concepts.
    OtherKind(String, String),
}

impl What {
    /// Its key among the words of the portal.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Same(Aspect::Entity(_), _) => "links-same-entity",
            Self::Same(Aspect::Text, _) => "links-same-text",
            Self::Same(Aspect::Spot | Aspect::Area, _) => "links-same-place",
            Self::Same(Aspect::Name | Aspect::Code, _) => "links-same-name",
            Self::Same(Aspect::Mark, _) => "links-same-mark",
            Self::Same(Aspect::Look, _) => "links-same-look",
            Self::Same(..) => "links-same-thing",
            Self::Concept(..) => "links-same-concept",
            Self::Figure(..) => "links-same-figure",
            Self::District(_) => "links-same-district",
            Self::Sex(_) => "links-same-sex",
            Self::Words(_) => "links-same-words",
            Self::Through(_) => "links-through-third",
            Self::OtherDistrict(..) => "links-other-district",
            Self::OtherFigure(..) => "links-other-figure",
            Self::OtherSex(..) => "links-other-sex",
            Self::OtherKind(..) => "links-other-kind",
        }
    }
}

/// How often each fact stands in the reports at hand, so that what many have tells little.
pub trait Rarity {
    /// What a fact tells here, at most what its table says.
    fn worth(&self, key: u64, tells: u16) -> i32;
}

/// Nothing is known but the tables.
pub struct ByTable;

impl Rarity for ByTable {
    fn worth(&self, _key: u64, tells: u16) -> i32 {
        i32::from(tells)
    }
}

/// What one district of sixteen tells: less than four bits, for most reports come from a few of them.
const DISTRICT: u16 = 25;
const OTHER_DISTRICT: i32 = -70;
const SAME_SEX: i32 = 8;
const OTHER_SEX: i32 = -35;
const OTHER_KIND: i32 = -20;

/// How much one kind of evidence may tell in all.
const ROOF_SPOT: i32 = 110;
const ROOF_SETTING: i32 = 100;
const ROOF_CONCEPT: i32 = 60;
const ROOF_FIGURE: i32 = 110;
const ROOF_WORDS: i32 = 70;

/// Compares two reports by the tables alone.
pub fn compare(left: &Profile, right: &Profile) -> Option<Likeness> {
    weigh(left, right, &ByTable)
}

/// Compares two reports among others.
pub fn weigh(left: &Profile, right: &Profile, rarity: &impl Rarity) -> Option<Likeness> {
    let mut reasons = Vec::new();
    let shared = once(shared(left, right, rarity));
    let entity = |aspect| matches!(aspect, Aspect::Entity(_) | Aspect::Text);
    let setting = |aspect| matches!(aspect, Aspect::Thing | Aspect::Look | Aspect::Mark);
    let called = |aspect| matches!(aspect, Aspect::Name | Aspect::Code);
    reasons.extend(roofed(&shared, entity, i32::MAX, 100));
    // Places in places: the narrowest counts, two landmarks a little more than one.
    let spot = shared.iter().any(|it| it.left.aspect == Aspect::Spot);
    let area = shared.iter().any(|it| it.left.aspect == Aspect::Area);
    let place = if spot { Aspect::Spot } else { Aspect::Area };
    reasons.extend(roofed(&shared, |aspect| aspect == place, ROOF_SPOT, 100));
    reasons.extend(roofed(&shared, called, ROOF_SETTING, 100));
    reasons.extend(roofed(&shared, setting, ROOF_SETTING, overlap(left, right, &shared, setting)));
    let concept = |aspect| matches!(aspect, Aspect::Concept | Aspect::Topic);
    reasons.extend(roofed(&shared, concept, ROOF_CONCEPT, overlap(left, right, &shared, concept)));
    reasons.extend(figures::compare(left, right, rarity, ROOF_FIGURE));
    reasons.extend(wording::compare(left, right, rarity, ROOF_WORDS));
    reasons.extend(districts(left, right).filter(|reason| reason.tells < 0 || !(spot || area)));
    reasons.extend(sexes(left, right));
    reasons.extend(kinds(left, right));
    reasons.retain(|reason| reason.tells != 0);
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tells));
    let score = reasons.iter().map(|reason| reason.tells).sum();
    (score >= FAINT).then_some(Likeness { score, reasons })
}

/// A fact of both, with what it tells.
struct Shared<'a> {
    left: &'a Fact,
    right: &'a Fact,
    tells: i32,
}

fn shared<'a>(left: &'a Profile, right: &'a Profile, rarity: &impl Rarity) -> Vec<Shared<'a>> {
    let mut all = Vec::new();
    let mut others = right.facts.iter().peekable();
    for fact in &left.facts {
        while others.next_if(|other| other.key < fact.key).is_some() {}
        if let Some(other) = others.peek().filter(|other| other.key == fact.key) {
            all.push(Shared { left: fact, right: other, tells: rarity.worth(fact.key, fact.tells) });
        }
    }
    all
}

/// Without the concepts that the same words say as a setting or another concept says that tells more.
fn once(mut all: Vec<Shared>) -> Vec<Shared> {
    all.sort_by_key(|it| (it.left.aspect == Aspect::Concept, std::cmp::Reverse(it.tells), it.left.key));
    let meets = |one: (usize, usize), other: (usize, usize)| one.0 < other.1 && other.0 < one.1;
    let mut kept: Vec<Shared> = Vec::new();
    for it in all {
        let again = it.left.aspect == Aspect::Concept
            && kept.iter().any(|one| meets(one.left.at, it.left.at) || meets(one.right.at, it.right.at));
        if !again {
            kept.push(it);
        }
    }
    kept
}

/// Reasons of some aspects: each by its weight and a share in the hundred, together no more than the roof.
fn roofed(shared: &[Shared], of: impl Fn(Aspect) -> bool, roof: i32, percent: i32) -> Vec<Reason> {
    let chosen: Vec<&Shared> = shared.iter().filter(|it| of(it.left.aspect)).collect();
    let sum: i32 = chosen.iter().map(|it| it.tells * percent / 100).sum();
    let held = sum.min(roof);
    let reason = |it: &&Shared| {
        let tells = it.tells * percent / 100 * held / sum.max(1);
        let said = Said { left: it.left.said.clone(), right: it.right.said.clone() };
        let what = match it.left.aspect {
            Aspect::Concept => What::Concept(it.left.name.clone(), said),
            aspect => What::Same(aspect, said),
        };
        Reason { tells, what }
    };
    chosen.iter().map(reason).collect()
}

/// How much of what both say in these aspects they say in common, in the hundred: a long text has a little of
/// everything.
fn overlap(left: &Profile, right: &Profile, shared: &[Shared], of: impl Fn(Aspect) -> bool) -> i32 {
    let sum = |profile: &Profile| -> f64 {
        profile.facts.iter().filter(|fact| of(fact.aspect)).map(|fact| f64::from(fact.tells)).sum()
    };
    let common: f64 = shared.iter().filter(|it| of(it.left.aspect)).map(|it| f64::from(it.left.tells)).sum();
    let all = (sum(left) * sum(right)).sqrt();
    if all <= 0.0 {
        return 0;
    }
    // Halfway between the share itself and everything: one telling thing in common among many is still told by both.
    ((common / all).min(1.0).mul_add(65.0, 55.0)) as i32
}

fn districts(left: &Profile, right: &Profile) -> Option<Reason> {
    let (one, other) = (left.district?, right.district?);
    Some(if one == other {
        Reason { tells: i32::from(DISTRICT), what: What::District(one) }
    } else {
        Reason { tells: OTHER_DISTRICT, what: What::OtherDistrict(one, other) }
    })
}

fn sexes(left: &Profile, right: &Profile) -> Option<Reason> {
    let (one, other) = (left.person.sex?, right.person.sex?);
    let children = left.person.child && right.person.child;
    children.then(|| {
        if one == other {
            Reason { tells: SAME_SEX, what: What::Sex(one) }
        } else {
            Reason { tells: OTHER_SEX, what: What::OtherSex(one, other) }
        }
    })
}

/// Against, where both mark kinds of event and have little or nothing of them in common.
fn kinds(left: &Profile, right: &Profile) -> Option<Reason> {
    let sum = |profile: &Profile| profile.themes.iter().map(|(_, tells)| i32::from(*tells)).sum::<i32>();
    let most = |profile: &Profile| {
        profile.themes.iter().max_by_key(|(_, tells)| *tells).map(|(name, _)| name.clone())
    };
    let (one, other) = (most(left)?, most(right)?);
    let square = |profile: &Profile| -> f64 {
        profile.themes.iter().map(|(_, tells)| f64::from(*tells).powi(2)).sum::<f64>().sqrt()
    };
    let product: f64 = left
        .themes
        .iter()
        .filter_map(|(name, tells)| {
            let same = right.themes.iter().find(|(other, _)| other == name)?;
            Some(f64::from(*tells) * f64::from(same.1))
        })
        .sum();
    let like = product / (square(left) * square(right)).max(1.0);
    let marked = sum(left).min(sum(right));
    let tells = match (marked, like) {
        (30.., 0.0..0.05) => OTHER_KIND,
        (30.., 0.05..0.3) | (_, 0.0..0.05) => OTHER_KIND / 2,
        _ => return None,
    };
    Some(Reason { tells, what: What::OtherKind(one, other) })
}

#[cfg(test)]
#[path = "likeness_test.rs"]
mod tests;
