//! What routing may know of a report. Owns the way from a reporter's answers, and from an officer's
//! corrections of them, to [`TipFacts`]; refuses reading the text: what its words suggest was read once and
//! stands in the report. Invariant: the same report and the same
//! corrections give the same facts, today and when the tip is judged again.

use std::collections::BTreeSet;

use super::report::{Avoid, Consent, Report, YesNo};
use super::stand_back;
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Urgency};
use crate::routing::TipFacts;

/// The category of a report whose writer was not sure.
pub const NOT_SURE: &str = "undetermined";

/// The category under which a person looks at what a program seems to have sent.
pub const SUSPICIOUS: &str = "out_of_scope";

/// What an officer has put right; nothing where the reporter's answer stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    /// The category.
    pub category: Option<CategoryCode>,
    /// The district: `Some(None)` is "unknown after all".
    pub district: Option<Option<DistrictCode>>,
    /// The urgency.
    pub urgency: Option<Urgency>,
}

/// The facts of a report as it came in.
pub fn of(report: &Report) -> TipFacts {
    corrected(report, &Correction::default())
}

/// The facts of a report with an officer's corrections.
pub fn corrected(report: &Report, correction: &Correction) -> TipFacts {
    let suggested = &report.suggested;
    let district = correction.district.unwrap_or_else(|| report.district.or(suggested.district));
    let danger = report.danger == YesNo::Yes;
    let read = correction.category.is_none() && suggested.category.is_some();
    TipFacts {
        category: correction.category.unwrap_or_else(|| category(report)),
        secondary: suggested.secondary.filter(|_| read),
        district,
        urgency: correction.urgency.or(danger.then_some(Urgency::Immediate)).or(suggested.urgency),
        sharp: danger,
        minor: report.minor == YesNo::Yes || (report.minor == YesNo::Unknown && read && suggested.minor),
        crime: suggested.crime,
        consent_police: report.consent_police == Consent::Yes,
        exclude: excluded(report, district),
        read,
        danger_read: correction.urgency.is_none() && !danger && suggested.urgency == Some(Urgency::Immediate),
    }
}

fn category(report: &Report) -> CategoryCode {
    // A person who is in danger and whose browser filled in a hidden field is still a person in danger.
    let fallback = if report.suspicious && report.danger != YesNo::Yes { SUSPICIOUS } else { NOT_SURE };
    let chosen = report.category.or(report.suggested.category).filter(|_| fallback == NOT_SURE);
    chosen.unwrap_or_else(|| fallback.parse().expect("a category code of lower-case letters"))
}

/// "The police here" are those of the place the reporter named, and those of wherever it turns out to be:
/// a corrected place takes nobody back in.
fn excluded(report: &Report, district: Option<DistrictCode>) -> BTreeSet<AgencyCode> {
    let ticked = report.exclude.iter().filter_map(|avoid| match avoid {
        Avoid::Agency(code) => Some(*code),
        Avoid::PoliceHere => None,
    });
    let mut all: BTreeSet<AgencyCode> = ticked.chain(report.stand_back.iter().copied()).collect();
    if report.exclude.contains(&Avoid::PoliceHere) || stand_back::names_police(&report.exclude_words) {
        let places = [report.district, district].into_iter().flatten();
        all.extend(places.map(|place| AgencyCode::branch(stand_back::police_body(), place)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::i18n::Locale;

    fn report() -> Report {
        serde_json::from_value(serde_json::json!({
            "text": "x", "language": Locale::Zh, "received_at": Timestamp(0),
        }))
        .unwrap()
    }

    fn codes(facts: &TipFacts) -> Vec<String> {
        facts.exclude.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn not_sure_goes_to_the_desk_that_looks() {
        let facts = of(&report());
        assert_eq!(facts.category.as_str(), "undetermined");
        assert!(facts.urgency.is_none() && !facts.minor && !facts.consent_police && facts.exclude.is_empty());
    }

    #[test]
    fn danger_is_immediate_and_sharp() {
        let facts = of(&Report { danger: YesNo::Yes, ..report() });
        assert!(facts.urgency == Some(Urgency::Immediate) && facts.sharp);
    }

    #[test]
    fn only_a_yes_is_consent() {
        for (answer, expected) in [(Consent::Yes, true), (Consent::Ask, false), (Consent::No, false)] {
            assert_eq!(of(&Report { consent_police: answer, ..report() }).consent_police, expected);
        }
    }

    #[test]
    fn a_filled_trap_brings_a_person_to_look_but_never_hides_danger() {
        let trapped = Report { suspicious: true, category: "missing_child".parse().ok(), ..report() };
        assert_eq!(of(&trapped).category.as_str(), "out_of_scope");

        let in_danger = Report { danger: YesNo::Yes, ..trapped };
        assert_eq!(of(&in_danger).category.as_str(), "missing_child");
    }

    #[test]
    fn the_police_of_the_named_and_of_the_right_place_stay_excluded() {
        let named = Report { exclude: vec![Avoid::PoliceHere], district: "120117".parse().ok(), ..report() };
        let moved = Correction { district: Some("120114".parse().ok()), ..Correction::default() };
        assert_eq!(codes(&of(&named)), ["psb-120117"]);
        assert_eq!(codes(&corrected(&named, &moved)), ["psb-120114", "psb-120117"]);

        let unnamed = Report { district: None, ..named };
        assert_eq!(codes(&corrected(&unnamed, &moved)), ["psb-120114"]);
        let in_words = Report { exclude: vec![], exclude_words: "所里的民警".into(), ..unnamed };
        assert_eq!(codes(&corrected(&in_words, &moved)), ["psb-120114"]);
    }

    #[test]
    fn a_correction_stands_before_the_answer() {
        let correction = Correction {
            category: "forced_labour".parse().ok(),
            district: Some(None),
            urgency: Some(Urgency::Urgent),
        };
        let facts = corrected(&Report { district: "120117".parse().ok(), ..report() }, &correction);
        assert!(facts.category.as_str() == "forced_labour" && facts.district.is_none());
        assert_eq!(facts.urgency, Some(Urgency::Urgent));
    }
}
