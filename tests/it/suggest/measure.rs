//! What a set of tips is read as, against what it should be. Owns the counting and the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use homeward::insight::{Reader, suggest};
use homeward::links::likeness::pairs;
use homeward::links::profile;
use homeward::plan::{AgencyCode, Plan};
use homeward::routing::{FullCoverage, TipFacts, bodies_of, decide};
use serde_json::Value;

pub static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::embedded().unwrap());
pub static READER: LazyLock<Reader> = LazyLock::new(|| Reader::new(&PLAN));

/// A tip and its expected reading, by column.
#[derive(Clone)]
pub struct Tip(BTreeMap<&'static str, String>);

impl Tip {
    pub fn all(table: &'static str) -> Vec<Self> {
        let mut lines = table.lines();
        let heading: Vec<&str> = lines.next().unwrap().split('\t').collect();
        let row =
            |line: &'static str| heading.iter().copied().zip(line.split('\t').map(str::to_owned)).collect();
        lines.map(|line| Self(row(line))).collect()
    }

    pub fn get(&self, column: &str) -> &str {
        &self.0[column]
    }

    pub fn with_text(&self, text: String) -> Self {
        let mut other = self.clone();
        other.0.insert("text", text);
        other
    }

    fn set(&self, column: &str, by: char) -> BTreeSet<String> {
        let cell = Some(self.get(column)).filter(|cell| *cell != "-");
        cell.into_iter().flat_map(|cell| cell.split(by)).map(str::to_lowercase).collect()
    }

    /// Lead, who must be told and who may be: from the table where it says so, else as routing decides on the expected
    /// reading.
    fn parties(&self) -> (String, BTreeSet<String>, BTreeSet<String>) {
        if self.0.contains_key("lead") {
            return (
                self.get("lead").to_owned(),
                self.set("told_required", ','),
                self.set("may_be_told", ','),
            );
        }
        let reading = READER.read(self.get("text"));
        let exclude =
            self.set("excluded", ';').iter().filter_map(|code| code.parse::<AgencyCode>().ok()).collect();
        let facts = TipFacts {
            category: self.get("category").parse().unwrap(),
            secondary: self.get("secondary").parse().ok().filter(|_| self.get("secondary") != "-"),
            district: self.get("district").parse().ok(),
            urgency: self.get("urgency").parse().ok(),
            exclude,
            ..suggest::facts(&reading)
        };
        let decision = decide(&PLAN, &facts, &FullCoverage::of(&PLAN)).unwrap();
        let names = |desks: &BTreeSet<AgencyCode>| bodies_of(desks).iter().map(ToString::to_string).collect();
        let (told, may) = (names(&decision.told), names(&decision.may_be_told));
        (decision.lead.body().to_string(), told, &may | &names(&decision.told))
    }
}

/// What the program says of a text.
pub fn said(text: &str) -> Value {
    suggest::suggest(&PLAN, &READER.read(text))
}

/// The entities of an answer, as `kind:value`.
pub fn entities(answer: &Value) -> BTreeSet<String> {
    let one = |it: &Value| {
        format!("{}:{}", it["kind"].as_str().unwrap(), it["value"].as_str().unwrap()).to_lowercase()
    };
    answer["entities"].as_array().unwrap().iter().map(one).collect()
}

/// Pairs found, right among them, and all that there are.
pub fn duplicates(tips: &[Tip]) -> (usize, usize, usize) {
    let reader = profile::Reader::of(&PLAN);
    let profiles: Vec<_> =
        tips.iter().map(|tip| profile::Profile::of(tip.get("text"), PLAN.day(), &reader)).collect();
    let group = |at: usize| Some(tips[at].get("duplicate_group")).filter(|group| *group != "-");
    let same = |a: usize, b: usize| group(a).is_some() && group(a) == group(b);
    let found = pairs::pairs(&profiles);
    let right = found.iter().filter(|pair| same(pair.left, pair.right)).count();
    let all = (0..tips.len()).flat_map(|b| (0..b).map(move |a| (a, b))).filter(|(a, b)| same(*a, *b)).count();
    (found.len(), right, all)
}

fn strings(answer: &Value) -> BTreeSet<String> {
    answer.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// The least that must be reached.
pub struct Floors {
    pub category: f64,
    pub lead_macro: f64,
    pub district: f64,
    pub urgency: f64,
    pub immediate_recall: f64,
    pub immediate_precision: f64,
    pub secondary: f64,
    pub disposition: f64,
    pub told: f64,
    pub entities_f1: f64,
    pub most_over_told: usize,
}

/// What was counted.
#[derive(Default)]
pub struct Measured {
    tips: usize,
    right: BTreeMap<&'static str, usize>,
    by_lead: BTreeMap<String, (usize, usize)>,
    immediate: [usize; 3],
    entities: [usize; 3],
    over_told: Vec<String>,
    wrong: Vec<String>,
}

impl Measured {
    pub fn of(tips: &[Tip]) -> Self {
        let mut measured = Self::default();
        tips.iter().for_each(|tip| measured.count(tip, &said(tip.get("text"))));
        measured
    }

    fn count(&mut self, tip: &Tip, answer: &Value) {
        self.tips += 1;
        for (measure, column) in [
            ("category", "category"),
            ("district", "district"),
            ("urgency", "urgency"),
            ("disposition", "disposition"),
            ("secondary", "secondary"),
            ("language", "lang"),
        ] {
            let of = if column == "lang" { "language" } else { column };
            let right = answer[of].as_str().unwrap_or("-") == tip.get(column);
            *self.right.entry(measure).or_default() += usize::from(right);
            if !right && measure == "category" {
                self.wrong.push(format!("{}: {} as {}", tip.get("id"), tip.get(column), answer[of]));
            }
        }
        self.parties(tip, answer);
        let (is, says) = (tip.get("urgency") == "immediate", answer["urgency"] == "immediate");
        self.immediate[0] += usize::from(is && says);
        self.immediate[1] += usize::from(!is && says);
        self.immediate[2] += usize::from(is && !says);
        let (found, wanted) = (entities(answer), tip.set("entities", ';'));
        self.entities[0] += found.intersection(&wanted).count();
        self.entities[1] += found.difference(&wanted).count();
        self.entities[2] += wanted.difference(&found).count();
    }

    fn parties(&mut self, tip: &Tip, answer: &Value) {
        let (lead, required, may) = tip.parties();
        let (told, leads) = (strings(&answer["told"]), answer["lead"].as_str().unwrap_or("-"));
        let counted = self.by_lead.entry(lead.clone()).or_default();
        counted.0 += usize::from(leads == lead);
        counted.1 += 1;
        let knows = |body: &String| told.contains(body) || body == leads;
        *self.right.entry("told").or_default() += usize::from(required.iter().all(knows));
        let over: Vec<&String> = told.iter().filter(|body| !may.contains(*body) && **body != lead).collect();
        if !over.is_empty() {
            self.over_told.push(format!("{}: {over:?}", tip.get("id")));
        }
    }

    fn share(&self, measure: &str) -> f64 {
        self.right[measure] as f64 / self.tips as f64
    }

    fn figures(&self) -> Vec<(&'static str, f64)> {
        let [hit, false_alarm, missed] = self.immediate.map(|n| n as f64);
        let [found, extra, absent] = self.entities.map(|n| n as f64);
        let leads = self.by_lead.values().map(|(right, all)| *right as f64 / *all as f64).sum::<f64>();
        vec![
            ("category", self.share("category")),
            ("lead_macro", leads / self.by_lead.len() as f64),
            ("district", self.share("district")),
            ("urgency", self.share("urgency")),
            ("immediate_recall", hit / (hit + missed)),
            ("immediate_precision", hit / (hit + false_alarm)),
            ("secondary", self.share("secondary")),
            ("disposition", self.share("disposition")),
            ("told", self.share("told")),
            ("entities_f1", 2.0 * found / (2.0 * found + extra + absent)),
        ]
    }

    pub fn table(&self, name: &str, floors: &Floors) -> String {
        let mut text = format!("\n{name}: {} tips\n", self.tips);
        for (measure, figure) in self.figures() {
            let _ = writeln!(text, "  {measure:<20} {figure:.3}   floor {:.2}", floors.of(measure));
        }
        let _ = writeln!(
            text,
            "  {:<20} {:>5}   at most {}",
            "over-told",
            self.over_told.len(),
            floors.most_over_told
        );
        let leads = self.by_lead.iter().map(|(lead, (right, all))| format!("{lead} {right}/{all}"));
        let _ = writeln!(text, "  by lead: {}", leads.collect::<Vec<_>>().join(", "));
        self.wrong.iter().chain(&self.over_told).for_each(|line| {
            let _ = writeln!(text, "    {line}");
        });
        text
    }

    pub fn keep(&self, floors: &Floors) {
        for (measure, figure) in self.figures() {
            assert!(figure >= floors.of(measure), "{measure}: {figure:.3} is under {}", floors.of(measure));
        }
        assert!(self.over_told.len() <= floors.most_over_told, "told too many: {:?}", self.over_told);
    }
}

impl Floors {
    fn of(&self, measure: &str) -> f64 {
        match measure {
            "category" => self.category,
            "lead_macro" => self.lead_macro,
            "district" => self.district,
            "urgency" => self.urgency,
            "immediate_recall" => self.immediate_recall,
            "immediate_precision" => self.immediate_precision,
            "secondary" => self.secondary,
            "disposition" => self.disposition,
            "told" => self.told,
            "entities_f1" => self.entities_f1,
            other => panic!("no floor for {other}"),
        }
    }
}
