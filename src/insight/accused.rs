//! Whom a text speaks against (回避建议): the police station that refused to register, the cadre who is the buyer's uncle. Owns
//! finding the body and its branch; refuses more than suggesting. A desk that stands back without need costs an hour, one that
//! does not costs the reporter.

use super::fold::Folded;
use super::lexicon::{Hit, Lexicon};
use crate::plan::{AgencyCode, BodyCode, DistrictCode, Plan};

/// Concepts of the lexicon that name a body begin so, and end in its code but for these.
const PREFIX: &str = "body_";

/// Concepts that are named otherwise than their body.
const OTHERWISE: [(&str, &str); 2] = [("hotline", "hotline12345"), ("district", "district_gov")];

/// How far behind a body's name a complaint may stand.
const BEHIND: usize = 60;

/// How far before it.
const BEFORE: usize = 16;

/// Words by which the whole city's body is meant, not its branch.
const MUNICIPAL: [&str; 6] = ["市局", "市公安", "市民政", "市卫健", "市教", "市人社"];

/// A desk that a text accuses, with the words.
pub(super) type Accused = (AgencyCode, String);

/// The desks that the text accuses. In a complaint the first body that is named is meant where no words say which.
pub(super) fn find(
    plan: &Plan,
    text: &Folded,
    hits: &[Hit],
    lexicon: &Lexicon,
    district: Option<DistrictCode>,
    complaint: bool,
) -> Vec<Accused> {
    let bodies: Vec<(&Hit, BodyCode)> =
        hits.iter().filter_map(|hit| Some((hit, body(lexicon, hit)?))).collect();
    let acts =
        hits.iter().filter(|hit| !hit.denied && matches!(lexicon.name(hit.concept), "complaint" | "corrupt"));
    let mut meant: Vec<(&Hit, BodyCode, usize)> =
        acts.filter_map(|act| nearest(&bodies, act).map(|(hit, code)| (hit, code, act.to))).collect();
    if meant.is_empty() && complaint {
        meant.extend(bodies.first().map(|(hit, code)| (*hit, *code, hit.to)));
    }
    let mut found: Vec<Accused> = Vec::new();
    for (hit, code, end) in meant {
        let said = text.said(hit.from, end.max(hit.to));
        for desk in desks(plan, text, hit, code, district) {
            if !found.iter().any(|(it, _)| *it == desk) {
                found.push((desk, said.clone()));
            }
        }
    }
    found
}

fn body(lexicon: &Lexicon, hit: &Hit) -> Option<BodyCode> {
    let name = lexicon.name(hit.concept).strip_prefix(PREFIX)?;
    let code = OTHERWISE.iter().find(|(concept, _)| *concept == name).map_or(name, |(_, code)| *code);
    code.parse().ok()
}

/// The body that stands nearest before a complaint, else right behind it.
fn nearest<'h>(bodies: &[(&'h Hit, BodyCode)], act: &Hit) -> Option<(&'h Hit, BodyCode)> {
    let before =
        bodies.iter().filter(|(hit, _)| hit.from <= act.from && act.from.saturating_sub(hit.to) <= BEHIND);
    let behind =
        bodies.iter().filter(|(hit, _)| hit.from > act.from && hit.from.saturating_sub(act.to) <= BEFORE);
    let nearest = before.max_by_key(|(hit, _)| (hit.from, hit.to));
    nearest.or_else(|| behind.min_by_key(|(hit, _)| hit.from)).copied()
}

/// The branch of the place; where the place is unknown and a station is meant, every branch; else the body itself.
fn desks(
    plan: &Plan,
    text: &Folded,
    hit: &Hit,
    body: BodyCode,
    district: Option<DistrictCode>,
) -> Vec<AgencyCode> {
    let around = text.plain(hit.from.saturating_sub(2), hit.to + 2);
    let municipal = MUNICIPAL.iter().any(|word| around.contains(word));
    let branches = plan.districts().iter().map(|it| AgencyCode::branch(body, it.code));
    let branches: Vec<AgencyCode> = branches.filter(|desk| plan.agency(desk).is_some()).collect();
    let station = ["派出所", "分局", "station", "đồn", "파출소", "участ", "ສະຖານີ", "ប៉ុស្តិ៍"]
        .iter()
        .any(|word| around.contains(word));
    let here = branches.iter().find(|desk| desk.district() == district && district.is_some());
    match here.filter(|_| !municipal) {
        Some(desk) => vec![*desk],
        None if station && district.is_none() && !branches.is_empty() => branches,
        None => vec![AgencyCode::municipal(body)],
    }
}
