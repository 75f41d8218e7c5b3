//! Whether a person who is missed or sought may be one who was found (人员比对): sex, years of birth, marks on the body,
//! pet names, clothes, how somebody was heard to speak, places and years of loss. Owns the weighing and the reasons;
//! refuses faces, and deciding: blood decides, and a person asks for it.
//!
//! Nationality, ethnicity and region of origin are not read and not weighed. That two texts name one way of speaking is
//! weighed a little where both do, for a child keeps its first words; it never speaks against anybody, and by itself is
//! never enough.

use super::likeness::Said;
use super::profile::measures::Meaning;
use super::profile::{Aspect, Fact, Profile, Sex};

/// From here a match is worth a person's look: eight bits, more than sex and years of birth can give together.
pub const LIKELY: i32 = 80;

/// Categories of somebody who is sought.
pub const SOUGHT: [&str; 2] = ["missing_child", "family_search"];

/// Categories of somebody who was found.
pub const FOUND: [&str; 4] = ["child_unknown_origin", "street_child", "irregular_adoption", "family_search"];

/// Two texts that may be about one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Tenths of a bit for one person.
    pub score: i32,
    /// Why, what tells most first; those against have less than nothing.
    pub reasons: Vec<Reason>,
}

impl Match {
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

/// What speaks for one person, or against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Both are a boy or man, or a girl or woman.
    Sex(Sex),
    /// The one is, the other is not.
    OtherSex,
    /// The years of birth that both allow, first and last.
    Born(i16, i16),
    /// No year of birth fits both: the nearest of each.
    OtherBirth((i16, i16), (i16, i16)),
    /// Both have a mark, with where it is if both say so.
    Mark(Said),
    /// A mark of one kind at one place, but on the other side.
    OtherSide(Said),
    /// Both are called so.
    Name(Said),
    /// Both wear it.
    Worn(Said),
    /// Both are heard to speak so.
    Speech(Said),
    /// Both name the place, or lie in the district.
    Place(Said),
    /// Both name a number or document.
    Entity(Said),
    /// The loss and the arrival are of one year, or one after the other.
    Year(i16),
    /// The found one was there before the other was lost.
    ThereBefore(i16, i16),
}

impl What {
    /// Its key among the words of the portal.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Sex(_) => "persons-same-sex",
            Self::OtherSex => "persons-other-sex",
            Self::Born(..) => "persons-same-birth",
            Self::OtherBirth(..) => "persons-other-birth",
            Self::Mark(_) => "persons-same-mark",
            Self::OtherSide(_) => "persons-other-side",
            Self::Name(_) => "persons-same-name",
            Self::Worn(_) => "persons-same-look",
            Self::Speech(_) => "persons-same-speech",
            Self::Place(_) => "persons-same-place",
            Self::Entity(_) => "persons-same-entity",
            Self::Year(_) => "persons-same-year",
            Self::ThereBefore(..) => "persons-there-before",
        }
    }
}

const SAME_SEX: i32 = 10;
const OTHER_SEX: i32 = -80;
const OTHER_BIRTH: i32 = -60;
const OTHER_SIDE: i32 = -15;
const SPEECH: i32 = 20;
const DISTRICT: i32 = 8;
const PLACE_ROOF: i32 = 25;
const YEAR: i32 = 30;
const THERE_BEFORE: i32 = -30;

/// In how many years people who are sought were mostly born.
const LIFETIME: f64 = 40.0;

/// Compares what is known of one who is missed with what is known of one who was found; nothing where there is nothing in common.
pub fn match_persons(missing: &Profile, found: &Profile) -> Option<Match> {
    let mut reasons = Vec::new();
    reasons.extend(sexes(missing, found));
    reasons.extend(births(missing, found));
    reasons.extend(facts(missing, found));
    reasons.extend(sides(missing, found));
    reasons.extend(place(missing, found));
    reasons.extend(years(missing, found));
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tells));
    let score: i32 = reasons.iter().map(|reason| reason.tells).sum();
    (score > 0).then_some(Match { score, reasons })
}

fn sexes(missing: &Profile, found: &Profile) -> Option<Reason> {
    let (one, other) = (missing.person.sex?, found.person.sex?);
    let same = one == other;
    let what = if same { What::Sex(one) } else { What::OtherSex };
    // An adult's word may be a relative's: `my mother` of a boy who is sought.
    let sure = missing.person.child && found.person.child;
    let tells = if same {
        SAME_SEX
    } else if sure {
        OTHER_SEX
    } else {
        OTHER_SEX / 4
    };
    Some(Reason { tells, what })
}

/// The years that both allow: how much more often they meet in one person than in two, by how many of each one's years
/// are common. The more ages a text names, the less.
fn births(missing: &Profile, found: &Profile) -> Option<Reason> {
    let (ours, theirs) = (&missing.person.born, &found.person.born);
    let pairs = || ours.iter().flat_map(|one| theirs.iter().map(move |other| (*one, *other)));
    let width = |(first, last): (i16, i16)| f64::from(last - first + 1).max(0.0);
    let common = |one: (i16, i16), other: (i16, i16)| (one.0.max(other.0), one.1.min(other.1));
    let odds = |one, other| LIFETIME * width(common(one, other)) / (width(one) * width(other));
    let best = pairs().filter(|(one, other)| width(common(*one, *other)) > 0.0);
    let best = best.max_by(|(a, b), (c, d)| odds(*a, *b).total_cmp(&odds(*c, *d)));
    let Some((one, other)) = best else {
        let apart = |one: (i16, i16), other: (i16, i16)| (one.0 - other.1).max(other.0 - one.1);
        let (one, other) = pairs().min_by_key(|(one, other)| apart(*one, *other))?;
        let tells = if apart(one, other) > 2 { OTHER_BIRTH } else { OTHER_BIRTH / 6 };
        return Some(Reason { tells, what: What::OtherBirth(one, other) });
    };
    let chances = (ours.len() * theirs.len()) as f64;
    let tells = (10.0 * (odds(one, other) / chances).log2()) as i32;
    let (first, last) = common(one, other);
    Some(Reason { tells: tells.clamp(0, 45), what: What::Born(first, last) })
}

/// Facts that both have.
fn facts(missing: &Profile, found: &Profile) -> Vec<Reason> {
    let mut places = 0;
    let mut all = Vec::new();
    for one in &missing.facts {
        let Some(other) = found.facts.iter().find(|other| other.key == one.key) else { continue };
        let said = Said { left: one.said.clone(), right: other.said.clone() };
        let tells = i32::from(one.tells);
        let (tells, what) = match one.aspect {
            Aspect::Mark => (tells, What::Mark(said)),
            Aspect::Name => (tells, What::Name(said)),
            Aspect::Entity(_) => (tells, What::Entity(said)),
            Aspect::Look => (tells / 2, What::Worn(said)),
            Aspect::Speech => (SPEECH, What::Speech(said)),
            Aspect::Spot if places < PLACE_ROOF => {
                places = PLACE_ROOF;
                (PLACE_ROOF.min(tells / 2), What::Place(said))
            }
            _ => continue,
        };
        all.push(Reason { tells, what });
    }
    all
}

/// A mark at one place on the left here and on the right there.
fn sides(missing: &Profile, found: &Profile) -> Option<Reason> {
    let sided = |profile: &'_ Profile| -> Vec<Fact> {
        profile
            .facts
            .iter()
            .filter(|it| it.aspect == Aspect::Mark && it.name.matches(':').count() == 2)
            .cloned()
            .collect()
    };
    let theirs = sided(found);
    let differs = |one: &Fact, other: &Fact| {
        let place =
            |fact: &Fact| fact.name.rsplit_once(':').map(|(place, side)| (place.to_owned(), side.to_owned()));
        matches!((place(one), place(other)), (Some(a), Some(b)) if a.0 == b.0 && a.1 != b.1)
    };
    sided(missing).iter().find_map(|one| {
        let other = theirs.iter().find(|other| differs(one, other))?;
        let said = Said { left: one.said.clone(), right: other.said.clone() };
        Some(Reason { tells: OTHER_SIDE, what: What::OtherSide(said) })
    })
}

/// One district, where no place tells more.
fn place(missing: &Profile, found: &Profile) -> Option<Reason> {
    let same = missing.district.is_some() && missing.district == found.district;
    let spot = |profile: &Profile, key: u64| profile.facts.iter().any(|fact| fact.key == key);
    let named = missing.facts.iter().any(|fact| fact.aspect == Aspect::Spot && spot(found, fact.key));
    let code = missing.district.filter(|_| same && !named)?.to_string();
    Some(Reason { tells: DISTRICT, what: What::Place(Said { left: code.clone(), right: code }) })
}

/// The year of the loss beside the year of the arrival.
fn years(missing: &Profile, found: &Profile) -> Option<Reason> {
    let year = |profile: &Profile| {
        let said = profile.figures.iter().filter(|figure| figure.meaning == Meaning::Year);
        let births: Vec<i16> =
            profile.person.born.iter().filter(|(a, b)| a == b).map(|(year, _)| *year).collect();
        said.filter_map(|figure| i16::try_from(figure.low).ok()).filter(|year| !births.contains(year)).min()
    };
    let (lost, arrived) = (year(missing)?, year(found)?);
    match arrived - lost {
        0..=1 => Some(Reason { tells: YEAR, what: What::Year(arrived) }),
        ..=-2 => Some(Reason { tells: THERE_BEFORE, what: What::ThereBefore(lost, arrived) }),
        _ => None,
    }
}

#[cfg(test)]
#[path = "persons_test.rs"]
mod tests;
