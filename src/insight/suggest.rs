//! From a reading to what routing would do with it (建议). Owns the facts that a reading stands for; refuses to tell anybody
//! whom the next likely category would not tell: where two readings come close, only those hear of it whom both allow.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::entities::{Entity, Kind};
use super::reader::Reading;
use super::reason::Reason;
use crate::plan::{BodyCode, Plan};
use crate::routing::{Decision, FullCoverage, TipFacts, bodies_of, decide};

/// The facts that a reading stands for.
pub fn facts(reading: &Reading) -> TipFacts {
    TipFacts {
        secondary: reading.secondary,
        district: reading.place.district,
        urgency: Some(reading.urgency),
        minor: reading.minor,
        crime: reading.crime,
        consent_police: reading.consent_police == Some(true),
        exclude: reading.excluded.iter().copied().collect(),
        ..TipFacts::of(reading.category)
    }
}

fn decision(plan: &Plan, reading: &Reading) -> Option<Decision> {
    decide(plan, &facts(reading), &FullCoverage::of(plan)).ok()
}

/// Who is told; where another category came close, only whom that one would let know too.
fn told(plan: &Plan, reading: &Reading, decision: &Decision) -> BTreeSet<BodyCode> {
    let mut told = bodies_of(&decision.told);
    let rival = reading.rival.map(|category| TipFacts { category, secondary: None, ..facts(reading) });
    if let Some(other) = rival.and_then(|facts| decide(plan, &facts, &FullCoverage::of(plan)).ok()) {
        let allowed = bodies_of(&other.may_be_told);
        told.retain(|body| allowed.contains(body) || *body == other.lead.body());
    }
    told
}

/// A bank card is an account at a bank, beside those at WeChat and QQ.
fn entity(one: &Entity) -> Value {
    match one.kind {
        Kind::Card => json!({ "kind": "account", "value": format!("bank:{}", one.value) }),
        kind => json!({ "kind": kind.as_str(), "value": one.value }),
    }
}

/// What a reading suggests, as `homeward suggest` writes it.
pub fn suggest(plan: &Plan, reading: &Reading) -> Value {
    let decision = decision(plan, reading);
    let told = decision.as_ref().map(|it| told(plan, reading, it)).unwrap_or_default();
    json!({
        "language": reading.language.0,
        "category": reading.category,
        "secondary": reading.secondary,
        "district": reading.place.district.map_or_else(|| "unknown".to_owned(), |code| code.to_string()),
        "urgency": reading.urgency,
        "disposition": reading.disposition.as_str(),
        "entities": reading.entities.iter().map(entity).collect::<Vec<_>>(),
        "excluded": reading.excluded,
        "reasons": reading.reasons.iter().map(Reason::line).collect::<Vec<_>>(),
        "lead": decision.as_ref().map(|d| d.lead.body()),
        "told": told,
        "first_responder": decision.as_ref().and_then(|d| d.first_responder.map(|it| it.body())),
    })
}
