//! Where it is (地点): districts, streets and towns, landmarks, what places were called before, and how they are written in
//! other scripts or by mistake. Owns finding the one district that a text means; refuses guessing between two.
//!
//! Invariant: the longest name that stands there counts, so that a place beside another of a like name is not it; a
//! name that is a province's or a common word's counts only with what makes it the district's.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::fold::{Folded, places};
use super::lexicon::is_lettered;
use crate::plan::{DistrictCode, Plan};

/// The readable table of names.
const TABLE: &str = include_str!("../../assets/insight/places.tsv");

/// Short names of districts that mostly mean something else.
const COMMON: [&str; 2] = ["和平", "河北"];

/// A name and what it points to; none: a place outside the city, or a trap.
#[derive(Clone, Debug)]
struct Name {
    district: Option<DistrictCode>,
    weight: u32,
    /// Outside the city.
    outside: bool,
    /// Written in letters with marks, where a capital tells a name from a word.
    capital: bool,
}

/// Every name, ready to be looked for.
pub struct Gazetteer {
    finder: AhoCorasick,
    names: Vec<Name>,
}

/// What a text says of its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The one district it means.
    pub district: Option<DistrictCode>,
    /// The words that say so, as they were typed.
    pub said: Vec<String>,
    /// Whether it speaks of a place outside the city.
    pub outside: bool,
    /// Where names of places stand: first character, and the one after the last.
    pub spans: Vec<(usize, usize)>,
}

/// What a row of the table weighs.
const SURE: u32 = 3;

/// What a district's short name weighs, where it is no common word.
const SHORT: u32 = 2;

impl Gazetteer {
    /// The names of the plan's districts and of the table.
    ///
    /// # Panics
    ///
    /// Where the table built into the program is damaged; a test reads all of it.
    pub fn of(plan: &Plan) -> Self {
        let mut all: Vec<(String, Name)> = Vec::new();
        for district in plan.districts() {
            let name =
                |weight| Name { district: Some(district.code), weight, outside: false, capital: false };
            all.push((district.zh.clone(), name(SURE + 1)));
            if !COMMON.contains(&district.short.as_str()) {
                all.push((district.short.clone(), name(SHORT)));
            }
            all.push((format!("天津{}", district.short), name(SURE)));
            all.push((format!("天津市{}", district.short), name(SURE)));
            let aliases = district.aliases.iter().filter(|alias| !alias.contains('('));
            all.extend(aliases.map(|alias| (Folded::of(alias).chars.iter().collect(), name(SURE))));
        }
        for line in TABLE.lines().skip(1) {
            let mut cells = line.split('\t');
            let [code, form, kind] = [(); 3].map(|()| cells.next().unwrap_or_default());
            let district = code.parse().ok();
            let cyrillic = form.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c));
            let capital = !cyrillic && form.chars().any(|c| is_lettered(c) && !c.is_ascii());
            let weight = if district.is_some() { SURE } else { 0 };
            let form: String = Folded::of(form).chars.iter().collect();
            all.push((form, Name { district, weight, outside: kind == "outside", capital }));
        }
        // What stands in the table as a trap is one, also where it is an alias; else the first that names it.
        all.sort_by_key(|(_, name)| name.district.is_some());
        let mut seen = BTreeSet::new();
        all.retain(|(form, _)| seen.insert(form.clone()));
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(all.iter().map(|(form, _)| form.as_str()))
            .expect("the names fit a finder");
        Self { finder, names: all.into_iter().map(|(_, name)| name).collect() }
    }

    /// Where the text says it is.
    pub fn find(&self, text: &Folded) -> Place {
        let plain: String = text.chars.iter().collect();
        let mut place = Place::default();
        let mut scores: BTreeMap<DistrictCode, u32> = BTreeMap::new();
        let mut said: Vec<(DistrictCode, String)> = Vec::new();
        let places = places(&plain);
        let mut last_outside = None;
        for found in self.finder.find_iter(&plain) {
            let (from, to) = (places[found.start()], places[found.end()]);
            let name = &self.names[found.pattern().as_usize()];
            if !is_whole(text, from, to) || (name.capital && !text.typed[from].is_uppercase()) {
                continue;
            }
            place.spans.push((from, to));
            if name.outside {
                place.outside = true;
                last_outside = Some(to);
            }
            let Some(district) = name.district else { continue };
            // 沈阳和平区 is another city's.
            let of_another = last_outside.is_some_and(|end| from - end <= 1);
            let words = text.said(from, to);
            if of_another || is_direction(text, from, &words) {
                continue;
            }
            if !said.iter().any(|(of, it)| *of == district && *it == words) {
                *scores.entry(district).or_default() += weight(text, from, name.weight);
                said.push((district, words));
            }
        }
        let best = scores.iter().max_by_key(|(_, score)| **score).map(|(code, score)| (*code, *score));
        let Some((code, score)) = best else { return place };
        let tie = scores.values().filter(|it| **it == score).count() > 1;
        if !tie {
            place.district = Some(code);
            place.said = said.into_iter().filter(|(of, _)| *of == code).map(|(_, words)| words).collect();
        }
        place
    }
}

/// 往南开 is mostly a direction and a verb.
fn is_direction(text: &Folded, from: usize, words: &str) -> bool {
    let before = from.checked_sub(1).and_then(|at| text.chars.get(at));
    words == "南开" && before.is_some_and(|c| matches!(c, '往' | '向' | '朝'))
}

/// Where somebody goes or comes from counts a little less than where something is.
fn weight(text: &Folded, from: usize, weight: u32) -> u32 {
    let before = from.checked_sub(1).and_then(|at| text.chars.get(at));
    let elsewhere = before.is_some_and(|c| matches!(c, '往' | '去' | '回' | '奔' | '向'));
    if elsewhere { weight.saturating_sub(1) } else { weight }
}

/// Whether a name in Latin letters or another alphabet stands as a word of its own. Chinese has no blanks, and Korean
/// and Burmese hang their endings on.
fn is_whole(text: &Folded, from: usize, to: usize) -> bool {
    let letter = |at: Option<usize>| {
        at.and_then(|at| text.chars.get(at)).is_some_and(|c| c.is_alphabetic() && (*c as u32) < 0x500)
    };
    let own = text.chars.get(from).is_some_and(|c| c.is_alphabetic() && (*c as u32) < 0x500);
    !own || (!letter(from.checked_sub(1)) && !letter(Some(to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn district(text: &str) -> String {
        let plan = Plan::embedded().unwrap();
        let place = Gazetteer::of(&plan).find(&Folded::of(text));
        place.district.map_or_else(|| "unknown".to_owned(), |code| code.to_string())
    }

    #[test]
    fn the_table_names_districts_of_the_plan_and_each_form_once() {
        let plan = Plan::embedded().unwrap();
        let mut seen = BTreeSet::new();
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 3, "{line}");
            assert!(seen.insert(cells[1].to_owned()), "{line} stands twice");
            let known = cells[0] == "-" || plan.districts().iter().any(|d| d.code.to_string() == cells[0]);
            assert!(known, "{line}");
        }
    }

    #[test]
    fn the_longest_name_counts_and_traps_do_not() {
        for (text, code) in [
            ("武清区杨村的工厂", "120114"),
            ("天津站后广场的厕所", "120102"),
            ("天津站前头", "120105"),
            ("天津西站男厕", "120106"),
            ("刚过天津南站", "120111"),
            ("滨海国际机场二号航站楼", "120110"),
            ("滨海站附近宾馆", "120116"),
            ("八里台镇的小作坊", "120112"),
            ("八里台立交桥底下", "120104"),
            ("宝抵的", "120115"),
            ("蓟县罗庄子", "120119"),
            ("老家河北冀州的", "unknown"),
            ("河北省石家庄", "unknown"),
            ("河北区王串场", "120105"),
            ("回沈阳和平区了", "unknown"),
            ("我们要和平解决", "unknown"),
            ("汉沽农场那几个队", "unknown"),
            ("汉沽的", "120116"),
            ("从河西到武清之间", "unknown"),
            ("Binhai Airport, Terminal 2", "120110"),
            ("near the water park in Nankai", "120104"),
            ("район Хэси, возле метро", "120103"),
            ("ở Bảo Trì, Thiên Tân", "120115"),
            ("công việc bảo trì máy", "unknown"),
            ("톈진 난카이구에 사는", "120104"),
            ("", "unknown"),
        ] {
            assert_eq!(district(text), code, "{text}");
        }
    }
}
