//! The categories in plain words, in six groups. Owns the grouping and its order; the words are texts. A
//! test holds it against the plan: every category once, and no other.

/// A group of categories: the stem of its heading, and its codes.
pub(super) const GROUPS: [(&str, &[&str]); 6] = [
    (
        "children",
        &[
            "missing_child",
            "child_unknown_origin",
            "child_sale",
            "irregular_adoption",
            "birth_fraud",
            "street_child",
            "school_dropout",
        ],
    ),
    ("marriage", &["bought_bride", "cross_border", "sexual_exploitation"]),
    (
        "work",
        &[
            "forced_labour",
            "child_labour",
            "illegal_job_agency",
            "overseas_scam",
            "forced_begging",
            "minor_forced_crime",
            "organ_trafficking",
        ],
    ),
    ("seen", &["transit_suspect", "hospital_suspicion", "online_ads", "buyer_hotspot"]),
    ("help", &["victim_shelter", "victim_followup", "family_search", "women_consult"]),
    ("offices", &["agency_complaint"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::GROUPS;
    use crate::i18n::{Locale, Texts};
    use crate::plan::{CategoryKind, Plan};

    #[test]
    fn every_category_of_the_plan_is_offered_once_in_both_languages() {
        let plan = Plan::embedded().unwrap();
        let wanted: BTreeSet<String> = plan
            .categories()
            .iter()
            .filter(|c| c.kind == CategoryKind::Category)
            .map(|c| c.code.to_string())
            .collect();
        let offered: Vec<String> =
            GROUPS.iter().flat_map(|(_, codes)| *codes).map(|c| (*c).to_owned()).collect();

        assert_eq!(offered.len(), wanted.len());
        assert_eq!(offered.iter().cloned().collect::<BTreeSet<_>>(), wanted);
        for texts in Locale::ALL.map(Texts) {
            assert!(GROUPS.iter().all(|(stem, _)| texts.has(&format!("group-{stem}"))));
            assert!(offered.iter().all(|code| texts.has(&format!("cat-{}", code.replace('_', "-")))));
        }
    }
}
