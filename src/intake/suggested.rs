//! What a report's own words suggest where its writer left a question open (研判建议). Owns which suggestion counts and which
//! does not; refuses reading (that is `insight`'s) and everything that would lower: a suggestion never closes, hides or ranks
//! down, and never outvotes an answer.
//!
//! | left open | taken from the words |
//! |---|---|
//! | what it is about | a category that is at least urgent and that no other comes close to; spam, abuse and what waits days stay with the neutral desk, where a person looks |
//! | where | the one district they name |
//! | whether somebody is in danger | that somebody is, unless the police would then read against an adult's wish |
//! | who must not see it | the desks they speak against |
//!
//! It is kept with the report: judged again under other tables it must not come out otherwise.

use serde::{Deserialize, Serialize};

use super::report::{Consent, Report, YesNo};
use crate::insight::{Reader, Reading};
use crate::plan::{AgencyCode, CategoryCode, CategoryKind, DistrictCode, Plan, PoliceCopy, Urgency};

/// What the words suggest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggested {
    /// What it is about, where the writer was not sure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryCode>,
    /// A second matter, beside that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary: Option<CategoryCode>,
    /// Where, where the writer did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<DistrictCode>,
    /// How soon somebody must act, where that is sooner than what the writer's answers mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Whether a crime shows that brings the police copy.
    #[serde(default)]
    pub crime: bool,
    /// Whether the person is a minor, where the category was suggested too.
    #[serde(default)]
    pub minor: bool,
}

/// Reads a report's words, and the desks that they speak against.
pub fn read(report: &Report, plan: &Plan, reader: &Reader) -> (Suggested, Vec<AgencyCode>) {
    let words = format!("{}\n{}", report.text, report.place_words);
    let reading = reader.read_at(&words, report.district);
    let category = category(report, plan, &reading);
    let suggested = Suggested {
        category,
        secondary: category.and(reading.secondary),
        district: reading.place.district.filter(|_| report.district.is_none()),
        urgency: urgency(report, plan, category, &reading),
        crime: reading.crime && reading.rival.is_none(),
        minor: category.is_some() && reading.minor && report.consent_police != Consent::No,
    };
    (suggested, accused(report, &reading))
}

fn category(report: &Report, plan: &Plan, reading: &Reading) -> Option<CategoryCode> {
    let open = report.category.is_none() && !report.suspicious && reading.rival.is_none();
    let sure = plan.category(&reading.category)?.kind == CategoryKind::Category;
    let waits = plan.rule(&reading.category)?.urgency == Urgency::Normal;
    (open && sure && !waits).then_some(reading.category)
}

/// Danger that the words show; and what nobody here can read is at least urgent.
fn urgency(
    report: &Report,
    plan: &Plan,
    category: Option<CategoryCode>,
    reading: &Reading,
) -> Option<Urgency> {
    let rule = report.category.or(category).and_then(|code| plan.rule(&code));
    let consent =
        |code: &CategoryCode| plan.rule(code).is_some_and(|rule| rule.police_copy == PoliceCopy::Consent);
    let perhaps = [Some(reading.category), reading.rival].into_iter().flatten().any(|code| consent(&code));
    let hers = match report.category {
        Some(code) => consent(&code),
        None => perhaps || report.consent_police == Consent::No,
    };
    let danger = reading.urgency == Urgency::Immediate && report.danger == YesNo::Unknown && !hers;
    if danger && !report.suspicious {
        return Some(Urgency::Immediate);
    }
    let usual = rule.map_or(Urgency::Urgent, |rule| rule.urgency);
    (!reading.is_read && usual == Urgency::Normal).then_some(Urgency::Urgent)
}

/// The branches that the words speak against; a whole body only where the complaint is what it is about.
fn accused(report: &Report, reading: &Reading) -> Vec<AgencyCode> {
    let complaint = report.category.unwrap_or(reading.category).as_str() == "agency_complaint";
    reading.excluded.iter().filter(|desk| desk.is_branch() || complaint).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::i18n::Locale;

    fn report(value: &serde_json::Value) -> Report {
        let mut all = serde_json::json!({ "text": "", "language": Locale::Zh, "received_at": Timestamp(0) });
        all.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn suggested(value: &serde_json::Value) -> (Suggested, Vec<String>) {
        let plan = Plan::embedded().unwrap();
        let (suggested, accused) = read(&report(value), &plan, Reader::shared());
        (suggested, accused.iter().map(ToString::to_string).collect())
    }

    const KILN: &str = "我们6个人被锁在砖厂里不让走，不给工钱，静海子牙";

    #[test]
    fn an_open_question_is_answered_from_the_words_and_a_closed_one_is_not() {
        let (open, _) = suggested(&serde_json::json!({ "text": KILN }));
        assert_eq!(open.category, Some("forced_labour".parse().unwrap()));
        assert_eq!(open.district, Some("120118".parse().unwrap()));
        assert_eq!(open.urgency, Some(Urgency::Immediate));

        let answered = serde_json::json!({
            "text": KILN, "category": "child_labour", "district": "120101", "danger": "no"
        });
        let (closed, _) = suggested(&answered);
        assert_eq!((closed.category, closed.district, closed.urgency), (None, None, None));
    }

    #[test]
    fn nothing_is_ranked_down_and_spam_stays_with_a_person() {
        let loan =
            suggested(&serde_json::json!({ "text": "【极速贷】凭身份证秒批20万 不看征信 拒收请回复T" })).0;
        let dropout =
            suggested(&serde_json::json!({ "text": "班里一个女生开学两周没来上学，在家带弟弟，津南双港" })).0;
        assert_eq!((loan.category, loan.urgency), (None, None));
        assert_eq!(
            (dropout.category, dropout.urgency),
            (None, None),
            "days are longer than the neutral desk takes"
        );
    }

    #[test]
    fn an_adult_who_asks_for_shelter_or_counsel_is_not_handed_to_the_police_by_a_program() {
        for category in ["victim_shelter", "women_consult"] {
            let text = "救命，他把我锁在屋里打，现在在门外砸门";
            let (read, _) = suggested(&serde_json::json!({ "text": text, "category": category }));
            assert_eq!(read.urgency, None, "{category}");
        }
    }

    #[test]
    fn whom_the_words_speak_against_stands_back() {
        let text = "闺女13岁丢了两天，芦台派出所不给登记，让我满48小时再来。宁河";
        assert_eq!(suggested(&serde_json::json!({ "text": text })).1, ["psb-120117"]);
    }

    #[test]
    fn the_branch_of_the_answered_place_stands_back_and_not_that_of_another_named() {
        let text = "老家武清的闺女13岁丢了两天，派出所不给登记，让我满48小时再来";
        let answered = serde_json::json!({ "text": text, "district": "120117" });
        assert_eq!(suggested(&answered).1, ["psb-120117"]);
    }

    #[test]
    fn what_was_ticked_decides_whether_it_is_a_complaint_about_a_whole_body() {
        let text = "民警收了老板的钱，市公安局包庇，不立案";
        let child = serde_json::json!({ "text": text, "category": "missing_child", "danger": "yes" });
        assert_eq!(suggested(&child).1, [""; 0]);
        let complaint = serde_json::json!({ "text": text, "category": "agency_complaint" });
        assert_eq!(suggested(&complaint).1, ["psb"]);
    }

    #[test]
    fn a_refusal_is_kept_also_where_no_category_was_chosen() {
        let text = "我32岁，老公打我，把我锁在家里，他现在在砸门，救命，我不要报警，千万别找警察";
        let refused = serde_json::json!({ "text": text, "consent_police": "no" });
        assert_eq!(suggested(&refused).0.urgency, None);
        let sister = "我逃出来了，没地方住，我妹妹16岁还在老家上学，不要报警";
        assert!(!suggested(&serde_json::json!({ "text": sister, "consent_police": "no" })).0.minor);
    }

    #[test]
    fn what_nobody_here_can_read_is_never_normal() {
        let unread = serde_json::json!({ "text": "閉じ込められています、助けてください", "category": "school_dropout" });
        assert_eq!(suggested(&unread).0.urgency, Some(Urgency::Urgent));
        assert_eq!(
            suggested(&serde_json::json!({ "category": "school_dropout" })).0.urgency,
            Some(Urgency::Urgent)
        );
    }
}
