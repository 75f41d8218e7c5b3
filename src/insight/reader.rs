//! Reading a tip (研判): everything its words say, in one pass. Owns putting the parts together; refuses closing, hiding,
//! ranking down. Invariant: the same text under the same tables and the same year is read alike.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::accused;
use super::entities::{self, Entity, Kind};
use super::figures::{self, Figures};
use super::fold::Folded;
use super::known::Known;
use super::language::{self, Language};
use super::leanings::{self, Leaning, Leanings};
use super::lexicon::{Concept, Hit, Lexicon};
use super::place::{Gazetteer, Place};
use super::readings::{self, Disposition, Present, Row, Says};
use super::reason::{Reason, Telling};
use crate::plan::{AgencyCode, CategoryCode, DistrictCode, Plan, Urgency};

/// How much nearer a category must be than the next to stand alone: e to the power of this many ten-thousandths.
const CLOSE: i64 = 10_000;

/// What a rule must score to count by itself.
const SAID: i32 = 5;

/// From which leaning a tip is taken as immediate: rather once too often than once too seldom.
const IMMEDIATE: i64 = -13_000;

/// Yuan from which a fraud is a crime: 法释〔2011〕7号, article 1.
const CRIME_FROM: u64 = 3_000;

/// What a text says.
#[derive(Clone, Debug)]
pub struct Reading {
    /// In which language.
    pub language: Language,
    /// Whether there was anything to read, in a language that the lexicons speak.
    pub is_read: bool,
    /// What it is about.
    pub category: CategoryCode,
    /// A second matter in it.
    pub secondary: Option<CategoryCode>,
    /// The category that came next, where it came close: whoever it would not tell is not told.
    pub rival: Option<CategoryCode>,
    /// Where.
    pub place: Place,
    /// How pressing.
    pub urgency: Urgency,
    /// What is done with it.
    pub disposition: Disposition,
    /// Numbers and names by which people are reached.
    pub entities: Vec<Entity>,
    /// Who must not see it, because the text accuses them.
    pub excluded: Vec<AgencyCode>,
    /// Whether somebody concerned is a minor.
    pub minor: bool,
    /// Whether it shows a crime, where the category leaves that open.
    pub crime: bool,
    /// Whether the person concerned lets the police read it; none: not said.
    pub consent_police: Option<bool>,
    /// Numbers with a meaning.
    pub figures: Figures,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Where names of places and numbers stand.
fn apart(place: &Place, entities: &[Entity]) -> Vec<(usize, usize)> {
    place.spans.iter().copied().chain(entities.iter().map(|one| (one.from, one.to))).collect()
}

/// Features as the leanings take them.
fn pairs(features: &[(String, i64)]) -> impl Iterator<Item = (&str, i64)> {
    features.iter().map(|(feature, strength)| (feature.as_str(), *strength))
}

/// What stands in a text, before anything is made of it.
struct Standing {
    text: Folded,
    language: Language,
    place: Place,
    entities: Vec<Entity>,
    figures: Figures,
    hits: Vec<Hit>,
    present: Present,
    /// What the rules say for each category.
    scores: BTreeMap<CategoryCode, i32>,
    /// What leans.
    features: Vec<(String, i64)>,
}

/// The tables, ready.
pub struct Reader {
    gazetteer: Gazetteer,
    lexicon: &'static Lexicon,
    rows: Vec<Row>,
    leanings: Leanings,
    known: Known,
    plan: Plan,
    this_year: u32,
}

static SHARED: LazyLock<Reader> =
    LazyLock::new(|| Reader::new(&Plan::embedded().expect("the plan compiled in is read by the tests")));

impl Reader {
    /// One reader for the whole program: the tables and the districts are compiled in.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// The tables built into the program, over `plan`. How long ago a year is counts from the day the plan is read on: the same
    /// text is read alike on every day.
    pub fn new(plan: &Plan) -> Self {
        let lexicon = Lexicon::shared();
        let rows = readings::embedded(lexicon);
        let known = Known::of(lexicon);
        Self {
            gazetteer: Gazetteer::of(plan),
            lexicon,
            rows,
            leanings: Leanings::embedded(),
            known,
            plan: plan.clone(),
            this_year: u32::from(plan.day().year().unsigned_abs()),
        }
    }

    /// Reads a text.
    pub fn read(&self, typed: &str) -> Reading {
        self.read_at(typed, None)
    }

    /// Reads a text about something in `district`, where that was answered: the branches it speaks against are those of there.
    pub fn read_at(&self, typed: &str, district: Option<DistrictCode>) -> Reading {
        let standing = self.standing(typed);
        let Standing { text, language, place, entities, figures, hits, present, scores, features } = standing;
        let leaning = self.leanings.of(pairs(&features));
        let empty = hits.is_empty() && !text.chars.iter().any(|c| c.is_alphabetic());
        let unread = empty || !language::is_read(language);
        let (category, rival) = self.category(&leaning, &scores, unread);
        let disposition = self.disposition(&present, category);
        let secondary = self.secondary(&present, category);
        let immediate = leaning.immediate + self.leanings.immediate_of(category);
        let urgency = if unread { Urgency::Urgent } else { self.urgency(&present, category, immediate) };
        let complaint = [Some(category), secondary].contains(&Some(self.plan_category("agency_complaint")));
        let accused =
            accused::find(&self.plan, &text, &hits, self.lexicon, district.or(place.district), complaint);
        let has = |concept| present.has(concept);
        let mut reading = Reading {
            language,
            is_read: !unread,
            category,
            secondary,
            rival,
            urgency,
            disposition,
            excluded: accused.iter().map(|(agency, _)| *agency).collect(),
            minor: self.minor(&present, category, urgency),
            crime: has(self.known.crime_sum) || has(self.known.threat),
            consent_police: if has(self.known.no_police) {
                Some(false)
            } else {
                has(self.known.police_ok).then_some(true)
            },
            figures,
            reasons: Vec::new(),
            place,
            entities,
        };
        let telling = Telling { text: &text, hits: &hits, lexicon: self.lexicon };
        telling.leaning(&mut reading, &self.leanings.why(category, pairs(&features)));
        telling.rows(
            &mut reading,
            self.rows.iter().filter(|row| row.speaks(&present, Some(category))),
            &present,
        );
        telling.place_and_accused(&mut reading, &accused);
        reading
    }

    fn standing(&self, typed: &str) -> Standing {
        let text = Folded::of(typed);
        let language = language::of(typed);
        let place = self.gazetteer.find(&text);
        let entities = entities::find(&text);
        let figures = figures::read(&text, self.this_year);
        let hits = self.lexicon.find(&text, language::is_unmarked_vietnamese(&text, language));
        let present = self.present(language, &place, &entities, &figures, &hits);
        let scores = self.scores(&present);
        let features = self.features(&text, &apart(&place, &entities), &present, &scores);
        Standing { text, language, place, entities, figures, hits, present, scores, features }
    }

    /// Whether somebody concerned is a minor. Who asks about divorce speaks of children that are not what it is about.
    fn minor(&self, present: &Present, category: CategoryCode, urgency: Urgency) -> bool {
        let adults = ["women_consult", "victim_shelter", "victim_followup"].contains(&category.as_str());
        let said = present.has(self.known.minor) || (!adults && present.has(self.known.child));
        said && (category.as_str() != "women_consult" || urgency == Urgency::Immediate)
    }

    /// What stands in a text, for whoever tends the tables: the concepts with the words, and every feature with its strength.
    pub fn explain(&self, typed: &str) -> (Vec<String>, Vec<(String, i64)>) {
        let Standing { text, hits, features, .. } = self.standing(typed);
        let said = |hit: &Hit| {
            let no = if hit.denied { "no " } else { "" };
            format!("{no}{}={}", self.lexicon.name(hit.concept), text.said(hit.from, hit.to))
        };
        (hits.iter().map(said).collect(), features)
    }

    /// Everything that leans: pieces of the wording, concepts (`@`), what is denied (`@no:`), rules (`%`).
    fn features(
        &self,
        text: &Folded,
        without: &[(usize, usize)],
        present: &Present,
        scores: &BTreeMap<CategoryCode, i32>,
    ) -> Vec<(String, i64)> {
        let pieces = leanings::pieces(text, without).into_iter().map(|piece| (piece, 100));
        let concepts = (0..self.lexicon.len()).filter_map(|at| u16::try_from(at).ok().map(Concept)).flat_map(
            |concept| {
                let name = self.lexicon.name(concept);
                let has = present.has(concept).then(|| (format!("@{name}"), 150));
                let no = present.denies(concept).then(|| (format!("@no:{name}"), 150));
                has.into_iter().chain(no)
            },
        );
        let rules = scores.iter().map(|(code, score)| (format!("%{code}"), i64::from(*score) * 20));
        let always = std::iter::once(("*".to_owned(), 100));
        always.chain(concepts).chain(rules).chain(pieces).collect()
    }

    fn present(
        &self,
        language: Language,
        place: &Place,
        entities: &[Entity],
        figures: &Figures,
        hits: &[Hit],
    ) -> Present {
        let mut present = Present::none(self.lexicon);
        for hit in hits {
            present.mark(hit.concept, hit.denied);
        }
        let known = &self.known;
        let marks = [
            (known.minor, figures.ages.iter().any(|age| *age < 18)),
            (known.child, figures.ages.iter().any(|age| *age < 14)),
            (known.baby, figures.ages.contains(&0)),
            (known.adult, figures.ages.iter().any(|age| *age >= 18)),
            (known.sum, !figures.sums.is_empty()),
            (known.crime_sum, figures.sums.iter().any(|sum| *sum >= CRIME_FROM)),
            (known.large_sum, figures.sums.iter().any(|sum| *sum >= 10_000)),
            (known.long_ago, figures.years_ago.is_some_and(|years| years >= 2)),
            (known.account, entities.iter().any(|one| matches!(one.kind, Kind::Account | Kind::Url))),
            (known.phone, entities.iter().any(|one| one.kind == Kind::Phone)),
            (known.foreign_language, !matches!(language.0, "zh" | "und")),
            (known.place, place.district.is_some()),
            (known.outside, place.outside),
        ];
        for (concept, stands) in marks {
            if stands {
                present.mark(concept, false);
            }
        }
        present
    }

    fn scores(&self, present: &Present) -> BTreeMap<CategoryCode, i32> {
        let mut scores = BTreeMap::new();
        for row in &self.rows {
            if let Says::Category(category) = row.says
                && row.speaks(present, None)
            {
                *scores.entry(category).or_default() += row.weight;
            }
        }
        scores
    }

    /// The category that the text leans to most, and the next where it comes close. What nobody here can read is for a person.
    fn category(
        &self,
        leaning: &Leaning,
        scores: &BTreeMap<CategoryCode, i32>,
        unread: bool,
    ) -> (CategoryCode, Option<CategoryCode>) {
        let undetermined = self.plan_category("undetermined");
        let vague = scores.get(&undetermined).is_none_or(|score| *score <= 0);
        let said = scores.iter().filter(|(_, score)| **score >= SAID).max_by_key(|(_, score)| **score);
        let mut order: Vec<(i64, CategoryCode)> =
            leaning.categories.iter().map(|(code, sum)| (*sum, *code)).collect();
        order.sort_by_key(|(sum, code)| (-sum, *code));
        match order[..] {
            // Few words lean to nothing; where a rule speaks and none says that it is vague, the rule counts.
            [(_, code), ..] if !unread && code == undetermined && vague && said.is_some() => {
                (said.map_or(undetermined, |(code, _)| *code), None)
            }
            [(best, code), ref rest @ ..] if !unread => {
                let near = |(next, _): &&(i64, CategoryCode)| best - next < CLOSE;
                (code, rest.first().filter(near).map(|(_, code)| *code))
            }
            _ => (undetermined, None),
        }
    }

    fn plan_category(&self, code: &str) -> CategoryCode {
        let code: CategoryCode = code.parse().expect("a code of the plan");
        debug_assert!(self.plan.category(&code).is_some());
        code
    }

    fn disposition(&self, present: &Present, category: CategoryCode) -> Disposition {
        let said = self.strongest(present, category, |says| match says {
            Says::Disposition(it) => Some(it),
            _ => None,
        });
        said.unwrap_or(Disposition::Route)
    }

    fn strongest<T>(
        &self,
        present: &Present,
        category: CategoryCode,
        of: impl Fn(Says) -> Option<T>,
    ) -> Option<T> {
        let speaking = self.rows.iter().filter(|row| row.speaks(present, Some(category)));
        let said = speaking.filter_map(|row| of(row.says).map(|it| (row.weight, it)));
        said.reduce(|a, b| if b.0 > a.0 { b } else { a }).map(|(_, it)| it)
    }

    /// The second matter that a row says the text carries; of several the weightiest.
    fn secondary(&self, present: &Present, category: CategoryCode) -> Option<CategoryCode> {
        self.strongest(present, category, |says| match says {
            Says::Second(main, second) if main == category => Some(second),
            _ => None,
        })
    }

    /// Immediate where a row says so or the whole leans to it; else what a row says, else the category's own.
    fn urgency(&self, present: &Present, category: CategoryCode, immediate: i64) -> Urgency {
        let said = self.strongest(present, category, |says| match says {
            Says::Urgency(urgency) => Some(urgency),
            _ => None,
        });
        if immediate > IMMEDIATE {
            return Urgency::Immediate;
        }
        let usual = self.plan.rule(&category).map_or(Urgency::Urgent, |rule| rule.urgency);
        said.unwrap_or(usual)
    }
}
