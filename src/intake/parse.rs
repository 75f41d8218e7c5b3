//! From the form as typed to a report, or to what must be changed in which field. Owns the form's rules;
//! refuses pages and wording (a problem is a text id). Invariant: whatever is refused here was not saved,
//! and nothing that can be taken as it is gets refused.

use super::draft::{Draft, Field, MOST_CHOICES};
use super::report::{Avoid, Contact, IdentityLevel, Report, Via};
use super::suggested::{self, Suggested};
use super::{point, stand_back};
use crate::clock::Timestamp;
use crate::i18n::Locale;
use crate::insight::Reader;
use crate::plan::{AgencyCode, CategoryCode, CategoryKind, DistrictCode, Plan, Point, Whereabouts};

/// The longest report, in characters.
pub const MOST_TEXT: usize = 20_000;

/// The longest text of a shared place, in characters.
pub const MOST_SHARED: usize = 500;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Neither words nor a picture.
    #[error("neither text nor photo")]
    Empty,
    /// Too many characters.
    #[error("{found} characters, {most} at most")]
    TooLong {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A value that the form does not offer.
    #[error("not one of the choices")]
    NotOffered,
    /// More boxes than are read.
    #[error("more than {most} choices")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// Anonymous was chosen, yet a contact was typed.
    #[error("anonymous, but a contact was typed")]
    AnonymousWithContact,
}

impl Problem {
    /// The stem of its text.
    pub const fn text_id(self) -> &'static str {
        match self {
            Self::Empty => "problem-empty",
            Self::TooLong { .. } => "problem-too-long",
            Self::NotOffered => "problem-not-offered",
            Self::TooMany { .. } => "problem-too-many",
            Self::AnonymousWithContact => "problem-anonymous-contact",
        }
    }
}

/// One thing to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// What.
    pub problem: Problem,
}

/// How a draft reached us.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The page's language.
    pub language: Locale,
    /// When.
    pub at: Timestamp,
    /// Through which door.
    pub via: Via,
    /// Whether a picture came along.
    pub has_photo: bool,
}

/// A report and how to reach its writer, if they said.
pub struct Parsed {
    /// What was reported.
    pub report: Report,
    /// How to reach them; none for anonymous reports.
    pub contact: Option<Contact>,
}

/// Reads a draft. All problems at once: nobody should be sent back twice.
pub fn parse(draft: &Draft, plan: &Plan, arrival: Arrival) -> Result<Parsed, Vec<FieldError>> {
    let mut form = Form { draft, errors: Vec::new() };
    let text = form.text(arrival.has_photo);
    let identity: IdentityLevel = form.choice(Field::Identity);
    let contact = form.contact(identity);
    let (point, place_words) = form.place();
    let (district, exclude) = (form.district(plan, point), form.exclude(plan));
    let exclude_words = form.words(Field::ExcludeWords, 1000);
    let mut report = Report {
        text,
        district,
        place_words,
        point,
        category: form.category(plan),
        danger: form.choice(Field::Danger),
        minor: form.choice(Field::Minor),
        exclude,
        exclude_words,
        stand_back: Vec::new(),
        consent_police: form.choice(Field::Consent),
        identity,
        language: arrival.language,
        received_at: arrival.at,
        via: arrival.via,
        suspicious: draft.suspicious,
        suggested: Suggested::default(),
    };
    let (suggested, accused) = suggested::read(&report, plan, Reader::shared());
    report.suggested = suggested;
    report.stand_back = stand_back(&report, plan, accused);
    if form.errors.is_empty() { Ok(Parsed { report, contact }) } else { Err(form.errors) }
}

/// The desks that stand back: for the sake of the words "who must not see it", at the place that routing will take, and those
/// that the report speaks against.
fn stand_back(report: &Report, plan: &Plan, accused: Vec<AgencyCode>) -> Vec<AgencyCode> {
    let place = report.district.or(report.suggested.district);
    let mut desks = stand_back::desks(plan, &report.exclude, &report.exclude_words, place);
    desks.extend(accused);
    desks.into_iter().collect()
}

/// The problem of a text that is added later, if it has one.
pub fn check_addition(text: &str) -> Result<(), Problem> {
    match text.chars().count() {
        _ if text.trim().is_empty() => Err(Problem::Empty),
        found if found > MOST_TEXT => Err(Problem::TooLong { found, most: MOST_TEXT }),
        _ => Ok(()),
    }
}

struct Form<'a> {
    draft: &'a Draft,
    errors: Vec<FieldError>,
}

impl Form<'_> {
    fn refuse(&mut self, field: Field, problem: Problem) {
        self.errors.push(FieldError { field, problem });
    }

    fn text(&mut self, has_photo: bool) -> String {
        let text = self.words(Field::Text, MOST_TEXT);
        if text.is_empty() && !has_photo {
            self.refuse(Field::Text, Problem::Empty);
        }
        text
    }

    fn words(&mut self, field: Field, most: usize) -> String {
        let words = self.draft.get(field).trim();
        let found = words.chars().count();
        if found > most {
            self.refuse(field, Problem::TooLong { found, most });
        }
        words.to_owned()
    }

    /// An unanswered question has its default; an answer that was never offered is asked again.
    fn choice<T: std::str::FromStr + Default>(&mut self, field: Field) -> T {
        let value = self.draft.get(field).trim();
        if value.is_empty() {
            return T::default();
        }
        value.parse().unwrap_or_else(|_| {
            self.refuse(field, Problem::NotOffered);
            T::default()
        })
    }

    /// What was shared, and the place in words. What a map shared and cannot be read as a place, or says more than
    /// the place, is kept as words: an officer can follow it.
    fn place(&mut self) -> (Option<Point>, String) {
        let (words, shared) = (self.words(Field::PlaceWords, 300), self.words(Field::Point, MOST_SHARED));
        let read = point::read(&shared);
        let both = [words.as_str(), shared.as_str()].join(" ").trim().to_owned();
        (read.map(|read| read.point), if read.is_some_and(|read| read.bare) { words } else { both })
    }

    /// The district as chosen; else the only one that the point can be in. Near a border somebody has to look.
    fn district(&mut self, plan: &Plan, point: Option<Point>) -> Option<DistrictCode> {
        let known = |code: &DistrictCode| plan.district(code).is_some();
        let chosen = self.optional_code(Field::District, known);
        chosen.or_else(|| match plan.locate(point?) {
            Whereabouts::In(only) => Some(only),
            Whereabouts::Between(_) | Whereabouts::Outside => None,
        })
    }

    fn category(&mut self, plan: &Plan) -> Option<CategoryCode> {
        let offered = |code: &CategoryCode| {
            plan.category(code).is_some_and(|category| category.kind == CategoryKind::Category)
        };
        self.optional_code(Field::Category, offered)
    }

    fn optional_code<T: std::str::FromStr>(&mut self, field: Field, known: impl Fn(&T) -> bool) -> Option<T> {
        let value = self.draft.get(field).trim();
        if value.is_empty() {
            return None;
        }
        let code = value.parse().ok().filter(known);
        if code.is_none() {
            self.refuse(field, Problem::NotOffered);
        }
        code
    }

    fn exclude(&mut self, plan: &Plan) -> Vec<Avoid> {
        let draft = self.draft;
        let known = |avoid: &Avoid| match avoid {
            Avoid::PoliceHere => true,
            Avoid::Agency(code) => plan.agency(code).is_some(),
        };
        if draft.all(Field::Exclude).count() > MOST_CHOICES {
            self.refuse(Field::Exclude, Problem::TooMany { most: MOST_CHOICES });
        }
        let mut all: Vec<Avoid> = Vec::new();
        for value in draft.all(Field::Exclude).filter(|v| !v.is_empty()) {
            match value.parse().ok().filter(known) {
                Some(avoid) if !all.contains(&avoid) => all.push(avoid),
                Some(_) => {}
                None => self.refuse(Field::Exclude, Problem::NotOffered),
            }
        }
        all
    }

    fn contact(&mut self, identity: IdentityLevel) -> Option<Contact> {
        let contact = Contact {
            name: self.words(Field::ContactName, 100),
            phone: self.words(Field::ContactPhone, 200),
            note: self.words(Field::ContactNote, 1000),
        };
        if contact.is_empty() {
            return None;
        }
        if identity == IdentityLevel::Anonymous {
            self.refuse(Field::Identity, Problem::AnonymousWithContact);
        }
        Some(contact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::report::{Consent, YesNo};
    use proptest::prelude::*;

    fn plan() -> Plan {
        Plan::embedded().unwrap()
    }

    const ARRIVAL: Arrival =
        Arrival { language: Locale::Zh, at: Timestamp(1_800_000_000_000), via: Via::Web, has_photo: false };

    fn draft(values: &[(Field, &str)]) -> Draft {
        let mut draft = Draft::default();
        values.iter().for_each(|(f, v)| draft.put(*f, v));
        draft
    }

    fn errors(values: &[(Field, &str)]) -> Vec<FieldError> {
        parse(&draft(values), &plan(), ARRIVAL).err().unwrap_or_default()
    }

    #[test]
    fn one_sentence_is_enough() {
        let parsed = parse(&draft(&[(Field::Text, " 有人被锁在砖厂。\r\n")]), &plan(), ARRIVAL).ok().unwrap();

        assert_eq!(parsed.report.text, "有人被锁在砖厂。");
        assert!(parsed.contact.is_none() && parsed.report.consent_police == Consent::Ask);
    }

    #[test]
    fn who_must_not_see_it_stands_back_also_at_a_place_that_only_the_words_name() {
        let text = "我们6个人被锁在砖厂里不让走，不给工钱，在宁河芦台";
        let parsed = parse(&draft(&[(Field::Text, text), (Field::ExcludeWords, "刘某")]), &plan(), ARRIVAL);
        let back = parsed.ok().unwrap().report.stand_back;
        for branch in ["psb-120117", "civil-120117", "hrss-120117"] {
            assert!(back.contains(&branch.parse().unwrap()), "{branch}: {back:?}");
        }
    }

    #[test]
    fn a_picture_alone_is_enough_and_nothing_is_not() {
        let with_photo = Arrival { has_photo: true, ..ARRIVAL };
        assert!(parse(&Draft::default(), &plan(), with_photo).is_ok());
        assert_eq!(
            errors(&[(Field::Text, " \n\t ")]),
            [FieldError { field: Field::Text, problem: Problem::Empty }]
        );
    }

    #[test]
    fn twenty_thousand_characters_pass_and_one_more_does_not() {
        let just = "字".repeat(MOST_TEXT);
        assert!(errors(&[(Field::Text, &just)]).is_empty());
        let over = errors(&[(Field::Text, &format!("{just}字"))]);
        assert_eq!(over[0].problem, Problem::TooLong { found: MOST_TEXT + 1, most: MOST_TEXT });
    }

    #[test]
    fn all_problems_are_named_at_once() {
        let found = errors(&[
            (Field::District, "999999"),
            (Field::Category, "undetermined"),
            (Field::Danger, "perhaps"),
            (Field::Exclude, "nobody"),
            (Field::Consent, "1"),
        ]);
        let fields: Vec<Field> = found.iter().map(|e| e.field).collect();
        for field in
            [Field::Text, Field::District, Field::Category, Field::Danger, Field::Exclude, Field::Consent]
        {
            assert!(fields.contains(&field), "{field:?}");
        }
    }

    #[test]
    fn no_exclusion_is_dropped_without_a_word() {
        let plan = plan();
        let agencies: Vec<String> = plan.agencies().map(|agency| agency.code.to_string()).collect();
        let typed = |n: usize| {
            let boxes = agencies.iter().take(n).chain(agencies.first());
            let boxes = boxes.map(|code| (Field::Exclude, code.as_str()));
            [(Field::Text, "x")].into_iter().chain(boxes).collect::<Vec<_>>()
        };
        let all = parse(&draft(&typed(MOST_CHOICES)), &plan, ARRIVAL).ok().unwrap().report.exclude;
        assert_eq!(all.len(), MOST_CHOICES, "the last one counts as the first does");
        let over = Problem::TooMany { most: MOST_CHOICES };
        assert_eq!(errors(&typed(MOST_CHOICES + 1)), [FieldError { field: Field::Exclude, problem: over }]);
        assert_eq!(errors(&typed(MOST_CHOICES + 9)), [FieldError { field: Field::Exclude, problem: over }]);
    }

    #[test]
    fn an_anonymous_contact_is_asked_about_and_never_guessed() {
        let typed = [(Field::Text, "x"), (Field::ContactPhone, "13900000000")];
        let asked = FieldError { field: Field::Identity, problem: Problem::AnonymousWithContact };
        assert_eq!(errors(&typed), [asked]);

        let chosen = [&typed[..], &[(Field::Identity, "confidential")]].concat();
        let parsed = parse(&draft(&chosen), &plan(), ARRIVAL).ok().unwrap();
        assert!(parsed.contact.is_some_and(|c| c.phone == "13900000000"));
    }

    #[test]
    fn every_answer_arrives_where_it_belongs() {
        let parsed = parse(
            &draft(&[
                (Field::Text, "x"),
                (Field::District, "120117"),
                (Field::PlaceWords, "芦台镇"),
                (Field::Category, "missing_child"),
                (Field::Danger, "yes"),
                (Field::Minor, "yes"),
                (Field::Exclude, "psb_branch"),
                (Field::Exclude, "psb_branch"),
                (Field::ExcludeWords, "所长"),
                (Field::Consent, "no"),
            ]),
            &plan(),
            ARRIVAL,
        );
        let report = parsed.ok().unwrap().report;
        assert!(report.district == "120117".parse().ok() && report.category == "missing_child".parse().ok());
        assert!(report.danger == YesNo::Yes && report.minor == YesNo::Yes && report.place_words == "芦台镇");
        assert!(report.exclude == [Avoid::PoliceHere] && report.exclude_words == "所长");
        assert_eq!(report.consent_police, Consent::No);
    }

    fn parsed(values: &[(Field, &str)]) -> Report {
        let typed = [&[(Field::Text, "x")], values].concat();
        parse(&draft(&typed), &plan_once(), ARRIVAL).ok().unwrap().report
    }

    #[test]
    fn a_point_says_the_district_where_nobody_chose_one_and_only_one_can_be_meant() {
        let inside = parsed(&[(Field::Point, "39.384,117.044")]);
        assert_eq!(inside.district, "120114".parse().ok());
        assert_eq!(inside.point, Point::on_earth(39.384, 117.044));
        assert!(inside.place_words.is_empty());

        let chosen = parsed(&[(Field::Point, "39.384,117.044"), (Field::District, "120119")]);
        assert_eq!(
            chosen.district,
            "120119".parse().ok(),
            "what a person says stands before what a device says"
        );

        // On the river between 和平 and 河北.
        let between = parsed(&[(Field::Point, "39.1316,117.2023")]);
        assert!(between.district.is_none() && between.point.is_some());
        let abroad = parsed(&[(Field::Point, "16.689,98.508")]);
        assert!(abroad.district.is_none() && abroad.point.is_some());
    }

    #[test]
    fn a_shared_link_without_numbers_is_kept_as_words() {
        let link = "https://surl.amap.com/1a2b3c";
        let kept = parsed(&[(Field::Point, link), (Field::PlaceWords, "后门")]);
        assert!(kept.point.is_none() && kept.place_words == format!("后门 {link}"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_or_asked_about(values in prop::collection::vec((0..Field::TYPED.len(), any::<String>()), 0..20)) {
            let mut typed = Draft::default();
            values.iter().for_each(|(f, v)| typed.put(Field::TYPED[*f], v));
            match parse(&typed, &plan_once(), ARRIVAL) {
                Ok(parsed) => prop_assert!(!parsed.report.text.is_empty()),
                Err(errors) => prop_assert!(!errors.is_empty()),
            }
        }
    }

    fn plan_once() -> std::sync::Arc<Plan> {
        static PLAN: std::sync::OnceLock<std::sync::Arc<Plan>> = std::sync::OnceLock::new();
        std::sync::Arc::clone(PLAN.get_or_init(|| std::sync::Arc::new(plan())))
    }
}
