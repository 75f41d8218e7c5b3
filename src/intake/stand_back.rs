//! Which desks stand back although nobody ticked them. Owns what the words "another office or person" and an
//! unknown place mean before a person has read them; refuses judging: it only ever takes desks away, and
//! never a municipal body that the words do not name. Invariant: a tip with such words reaches no branch of
//! its district.

use std::collections::BTreeSet;

use super::report::Avoid;
use crate::plan::{AgencyCode, BodyCode, DistrictCode, Lang, Plan};

/// Words by which people mean the police of the place.
const POLICE_WORDS: [&str; 7] = ["公安", "派出所", "分局", "警", "police", "public security", "psb"];

/// Shorter than this, a name of an office also stands in other words.
const LEAST_NAME: usize = 4;

/// The desks that stand back besides those that were ticked.
pub fn desks(
    plan: &Plan,
    ticked: &[Avoid],
    words: &str,
    district: Option<DistrictCode>,
) -> BTreeSet<AgencyCode> {
    let police_here = ticked.contains(&Avoid::PoliceHere);
    let words = words.trim().to_lowercase();
    // Most reports name nobody; then no name needs to be looked for.
    let (mut all, places) =
        if words.is_empty() { Default::default() } else { (named(plan, &words), places(plan, &words)) };
    let police = police_here || names_police(&words);
    if police && district.is_none() && (police_here || places.is_empty()) {
        all.extend(branches(plan).filter(|branch| branch.body() == police_body()));
    }
    if police {
        all.extend(places.into_iter().map(|place| AgencyCode::branch(police_body(), place)));
    }
    if !words.is_empty() {
        all.extend(branches(plan).filter(|branch| branch.district() == district));
    }
    all
}

/// Whether the words mean the police.
pub fn names_police(words: &str) -> bool {
    let words = words.to_lowercase();
    POLICE_WORDS.iter().any(|word| words.contains(word))
}

/// The police.
pub fn police_body() -> BodyCode {
    "psb".parse().expect("a body code of lower-case letters")
}

fn branches(plan: &Plan) -> impl Iterator<Item = AgencyCode> {
    plan.agencies().map(|agency| agency.code).filter(AgencyCode::is_branch)
}

/// The offices whose names stand in the words. A branch's name often holds its municipal body's: then only
/// the branch is meant.
fn named(plan: &Plan, words: &str) -> BTreeSet<AgencyCode> {
    let known = plan.agencies().filter(|a| holds(words, &a.zh) || holds(words, &a.en));
    let all: BTreeSet<AgencyCode> = known.map(|agency| agency.code).collect();
    let branch_of = |body: &AgencyCode| all.iter().any(|a| a.is_branch() && a.parent() == *body);
    all.iter().filter(|agency| agency.is_branch() || !branch_of(agency)).copied().collect()
}

/// People leave out the city's name.
fn holds(words: &str, name: &str) -> bool {
    let name = name.strip_prefix("天津").unwrap_or(name).to_lowercase();
    name.chars().count() >= LEAST_NAME && words.contains(&name)
}

/// The districts that the words name, with or without the character for district.
fn places(plan: &Plan, words: &str) -> Vec<DistrictCode> {
    let short = |name: &str| name.trim_end_matches('区').to_lowercase();
    let in_words = |name: &str| words.contains(&short(name));
    let known = plan.districts().iter().filter(|d| in_words(d.name(Lang::Zh)) || in_words(d.name(Lang::En)));
    known.map(|district| district.code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand_back(ticked: &[Avoid], words: &str, district: Option<&str>) -> Vec<String> {
        let district = district.map(|code| code.parse().unwrap());
        desks(&Plan::embedded().unwrap(), ticked, words, district).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_police_of_an_unknown_place_are_the_police_of_every_place() {
        let all = stand_back(&[Avoid::PoliceHere], "", None);
        assert_eq!(all.len(), Plan::embedded().unwrap().districts().len());
        assert!(all.iter().all(|desk| desk.starts_with("psb-")), "{all:?}");
        assert!(stand_back(&[Avoid::PoliceHere], "", Some("120117")).is_empty(), "a known place is enough");
        assert_eq!(stand_back(&[], "派出所的人", None), all);
    }

    #[test]
    fn words_keep_a_tip_from_every_branch_of_its_district_until_somebody_read_them() {
        let all = stand_back(&[], "刘某", Some("120117"));
        assert!(all.contains(&"psb-120117".into()) && all.contains(&"civil-120117".into()), "{all:?}");
        assert!(all.iter().all(|desk| desk.ends_with("-120117")), "{all:?}");
        assert!(stand_back(&[], "", Some("120117")).is_empty());
        assert!(stand_back(&[], "刘某", None).is_empty());
    }

    #[test]
    fn an_office_is_known_by_its_name() {
        assert_eq!(stand_back(&[], "天津市民政局", None), ["civil"]);
        assert_eq!(stand_back(&[], "宁河区民政局的科长", None), ["civil-120117"]);
        assert_eq!(stand_back(&[], "市公安局宁河分局", None), ["psb-120117"]);
        assert_eq!(stand_back(&[], "宁河公安", None), ["psb-120117"]);
        let elsewhere = stand_back(&[], "宁河派出所", Some("120114"));
        assert!(elsewhere.contains(&"psb-120117".into()) && elsewhere.contains(&"psb-120114".into()));
    }
}
