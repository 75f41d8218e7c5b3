//! How much of a damaged plan the check sees. A thousand seeded mutations of the plan's files; the oracle is
//! the decision over the whole space of tips, compared with the decision under the plan as it is, and the
//! brackets of the plan as it is. No checksum anywhere: a change is seen because it contradicts something.
//!
//! A decision reads the directory and one or two rules and nothing else of the plan (`Case::of_rules` takes
//! no more), and a proof reads one or two claims. So what is equal in both plans need not be run again.

use std::collections::BTreeMap;
use std::fmt;

use crate::plan::check::{self, bracket_of};
use crate::plan::{BodyCode, BodySet, Directory, NAMES, Plan, PlanFiles, Rule};
use crate::routing::case::{Case, Manned};
use crate::routing::verdict::{Verdict, judge};
use crate::routing::{FullCoverage, TipFacts};

use super::{Claim, space};

const MUTATIONS: u64 = 1000;
const SEED: u64 = 20_140_110;

/// A small generator with a fixed sequence (splitmix64): the same mutations on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Drop,
    Double,
    Swap,
    Expire,
    Code,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Drop => "drop a row",
            Self::Double => "double a row",
            Self::Swap => "swap two cells",
            Self::Expire => "expire a row",
            Self::Code => "change a code",
        })
    }
}

const KINDS: [Kind; 5] = [Kind::Drop, Kind::Double, Kind::Swap, Kind::Expire, Kind::Code];

/// The tables, those that decide more named more often.
const TABLES: [&str; 16] = [
    "rules.tsv",
    "rules.tsv",
    "rules.tsv",
    "rules.tsv",
    "rules.tsv",
    "duties.tsv",
    "duties.tsv",
    "duties.tsv",
    "agencies.tsv",
    "agencies.tsv",
    "names.tsv",
    "districts.tsv",
    "categories.tsv",
    "extras.tsv",
    "versions.tsv",
    "tianjin-2014-plan.txt",
];

/// The codes that can stand in each other's place.
struct Codes(Vec<Vec<String>>);

impl Codes {
    fn of(plan: &Plan) -> Self {
        let words = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        let names = PlanFiles::embedded();
        let bracket = names.get("names.tsv").lines().filter(|l| l.contains("\tbracket\t"));
        Self(vec![
            plan.bodies().iter().map(|b| b.code.to_string()).collect(),
            plan.duties().iter().map(|d| d.clause.to_string()).collect(),
            plan.categories().iter().map(|c| c.code.to_string()).collect(),
            plan.districts().iter().map(|d| d.code.to_string()).collect(),
            bracket.map(|l| l.split('\t').nth(2).unwrap().to_owned()).collect(),
            words(&["immediate", "urgent", "normal"]),
            words(&["always", "if_crime", "consent", "no"]),
            words(&["2014", "2021"]),
            words(&["y", "n"]),
            words(&["same", "none"]),
            words(&["in_force", "draft"]),
        ])
    }

    /// Another code of the same family.
    fn other(&self, code: &str, dice: &mut Dice) -> Option<String> {
        let family = self.0.iter().find(|family| family.iter().any(|c| c == code))?;
        let others: Vec<&String> = family.iter().filter(|c| *c != code).collect();
        Some((*dice.pick(&others)).clone())
    }
}

/// One damaged table, or none where this kind does no damage to the chosen place.
fn mutate(text: &str, kind: Kind, codes: &Codes, dice: &mut Dice) -> Option<String> {
    let mut rows: Vec<Vec<String>> =
        text.lines().map(|l| l.split('\t').map(str::to_owned).collect()).collect();
    let first = usize::from(rows[0].len() > 1);
    let at = first + dice.roll(rows.len() - first);
    match kind {
        Kind::Drop => drop(rows.remove(at)),
        Kind::Double => rows.insert(at, rows[at].clone()),
        Kind::Swap => swap(&mut rows, at, first, dice)?,
        Kind::Expire => {
            let column = rows[0].iter().position(|c| c == "valid_to")?;
            "2020-01-01".clone_into(&mut rows[at][column]);
        }
        Kind::Code => change_code(&mut rows, at, codes, dice)?,
    }
    let lines: Vec<String> = rows.iter().map(|cells| cells.join("\t")).collect();
    Some(lines.join("\n")).filter(|mutated| mutated.trim_end() != text.trim_end())
}

fn swap(rows: &mut [Vec<String>], at: usize, first: usize, dice: &mut Dice) -> Option<()> {
    let other = first + dice.roll(rows.len() - first);
    let column = dice.roll(rows[at].len());
    let (a, b) = (rows[at].get(column)?.clone(), rows[other].get(column)?.clone());
    rows[at][column] = b;
    rows[other][column] = a;
    Some(())
}

/// Replaces one code of one cell; in the text of the plan, one name in a bracket.
fn change_code(rows: &mut [Vec<String>], at: usize, codes: &Codes, dice: &mut Dice) -> Option<()> {
    let column = dice.roll(rows[at].len());
    let cell = rows[at][column].clone();
    let marks = |c: char| matches!(c, ',' | '、' | '(' | ')');
    let known: Vec<&str> =
        cell.split(marks).map(|w| w.trim_end_matches("负责").trim_end_matches("配合")).collect();
    let known: Vec<&str> = known.into_iter().filter(|w| codes.0.iter().flatten().any(|c| c == w)).collect();
    if known.is_empty() {
        return None;
    }
    let code = *dice.pick(&known);
    rows[at][column] = cell.replacen(code, &codes.other(code, dice)?, 1);
    Some(())
}

/// What became of one mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    /// The files could not be read as a plan.
    RedLoad,
    /// A check spoke against the tables.
    RedTables,
    /// The proof over all decisions failed.
    RedProof,
    /// No decision changed.
    NoChange,
    /// Decisions changed, none left the brackets.
    Inside,
    /// Decisions left the brackets and nothing was said.
    Missed,
}

/// The plan as it is, and what the oracle asks of it.
struct Original {
    plan: Plan,
    coverage: FullCoverage,
}

impl Original {
    fn fate(&self, files: &PlanFiles) -> Fate {
        let Ok(mutant) = Plan::parse(files) else { return Fate::RedLoad };
        if !check::findings(&mutant).is_empty() {
            return Fate::RedTables;
        }
        if self.proof_fails(&mutant) {
            return Fate::RedProof;
        }
        self.change(&mutant)
    }

    /// Runs the proof of `mutant`, leaving out what is equal in the plan as it is (which is green).
    fn proof_fails(&self, mutant: &Plan) -> bool {
        let (known, claims) = (Claim::all(&self.plan), Claim::all(mutant));
        let fresh: Vec<bool> = claims.iter().map(|c| !known.contains(c)).collect();
        let coverage = FullCoverage::of(mutant);
        claims.iter().zip(&fresh).any(|(claim, new)| {
            (*new && !claim.prove_single(&coverage).findings.is_empty())
                || claims.iter().zip(&fresh).any(|(other, other_new)| {
                    (*new || *other_new) && !claim.prove_mixed(other, &coverage).findings.is_empty()
                })
        })
    }

    /// The oracle.
    fn change(&self, mutant: &Plan) -> Fate {
        let mut fate = Fate::NoChange;
        for (rule, new) in self.rules_of_both(mutant) {
            let same = self.plan.directory() == mutant.directory() && rule == new;
            let visit_single = |facts: &TipFacts| self.compare(mutant, (rule, new), None, facts);
            fate = fate.max(if same { Fate::NoChange } else { walk_single(&self.plan, rule, visit_single) });
            for (other, other_new) in self.rules_of_both(mutant) {
                if rule.category == other.category || (same && other == other_new) {
                    continue;
                }
                let visit =
                    |facts: &TipFacts| self.compare(mutant, (rule, new), Some((other, other_new)), facts);
                fate = fate.max(walk_mixed(&self.plan, rule, other, visit));
            }
        }
        fate
    }

    fn rules_of_both<'a>(&'a self, mutant: &'a Plan) -> Vec<(&'a Rule, &'a Rule)> {
        let both = |rule: &'a Rule| Some((rule, mutant.rule(&rule.category)?));
        self.plan.rules().iter().filter_map(both).collect()
    }

    /// One tip under both plans.
    fn compare(
        &self,
        mutant: &Plan,
        (rule, new): (&Rule, &Rule),
        other: Option<(&Rule, &Rule)>,
        facts: &TipFacts,
    ) -> Fate {
        let before = self.judged(&self.plan, rule, other.map(|o| o.0), facts);
        let after = self.judged(mutant, new, other.map(|o| o.1), facts);
        if before == after {
            return Fate::NoChange;
        }
        let (Some(before), Some(after)) = (before, after) else { return Fate::Missed };
        let inside =
            self.may_lead(rule, other, &before, &after) && self.may_tell(rule, other, mutant, &after);
        if inside { Fate::Inside } else { Fate::Missed }
    }

    fn judged(&self, plan: &Plan, rule: &Rule, other: Option<&Rule>, facts: &TipFacts) -> Option<Judged> {
        let directory = plan.directory();
        let case = Case::of_rules(directory, rule, other, facts).ok()?;
        let manned = Manned::new(directory, facts.district, &self.coverage);
        let clauses = case.main.clauses().map(|c| c.to_string()).collect();
        judge(&case, manned).ok().map(|verdict| Judged {
            told: codes(directory, verdict.told),
            may: codes(directory, verdict.may_be_told),
            clauses,
            verdict,
        })
    }

    /// A lead must be one that the plan as it is makes responsible under a clause of the tip, or the very
    /// one it names as fallback.
    fn may_lead(&self, rule: &Rule, other: Option<(&Rule, &Rule)>, before: &Judged, after: &Judged) -> bool {
        let lead = after.verdict.lead.body();
        let rules = [Some(rule), other.map(|o| o.0)];
        let responsible = rules.into_iter().flatten().filter_map(|r| r.primary).any(|clause| {
            let duty = self.plan.duty(&clause);
            duty.is_some_and(|d| codes(self.plan.directory(), d.lead).contains(&lead))
        });
        responsible || lead == before.verdict.lead.body()
    }

    /// The told must stand in the brackets of the plan as it is, or be a named extra, the police, or the
    /// lead of the other category.
    fn may_tell(&self, rule: &Rule, other: Option<(&Rule, &Rule)>, _: &Plan, after: &Judged) -> bool {
        let roles = self.plan.directory().roles;
        let rules = [Some(rule), other.map(|o| o.0)];
        let of = |r: &Rule| bracket_of(&self.plan, r).or(r.extras).with(r.lead);
        let all = rules.into_iter().flatten().map(of).fold(BodySet::one(roles.police), BodySet::or);
        let all = if other.is_some() { all.with(roles.procuratorate) } else { all };
        let allowed = codes(self.plan.directory(), all.minus(self.plan.directory().never_told));
        after.told.iter().chain(&after.may).all(|code| allowed.contains(code))
    }
}

/// A verdict with its bodies by code, so that it can be compared across two directories.
struct Judged {
    verdict: Verdict,
    told: Vec<BodyCode>,
    may: Vec<BodyCode>,
    clauses: Vec<String>,
}

impl PartialEq for Judged {
    fn eq(&self, other: &Self) -> bool {
        let parts = |j: &Self| {
            let v = &j.verdict;
            (v.lead, v.first, v.access, v.ladder.clone(), v.police_copy, v.urgency, v.minutes)
        };
        parts(self) == parts(other)
            && (&self.told, &self.may, &self.clauses) == (&other.told, &other.may, &other.clauses)
            && self.verdict.content_for.len() == other.verdict.content_for.len()
    }
}

fn codes(directory: &Directory, set: BodySet) -> Vec<BodyCode> {
    let mut codes: Vec<BodyCode> = set.iter().map(|b| directory.code(b)).collect();
    codes.sort_unstable();
    codes
}

fn walk_single(plan: &Plan, rule: &Rule, mut compare: impl FnMut(&TipFacts) -> Fate) -> Fate {
    let mut fate = Fate::NoChange;
    space::single(plan.directory(), rule.category, &mut |facts| {
        fate = fate.max(compare(facts));
        fate != Fate::Missed
    });
    fate
}

fn walk_mixed(plan: &Plan, rule: &Rule, other: &Rule, mut compare: impl FnMut(&TipFacts) -> Fate) -> Fate {
    let mut fate = Fate::NoChange;
    space::mixed(plan.directory(), [rule, other], &mut |facts| {
        fate = fate.max(compare(facts));
        fate != Fate::Missed
    });
    fate
}

/// The `number`-th mutation: its kind, its file, and the damaged files.
fn nth(number: u64, codes: &Codes) -> (Kind, &'static str, PlanFiles) {
    let mut dice = Dice(SEED.wrapping_mul(number + 1));
    let kind = KINDS[usize::try_from(number).unwrap() % KINDS.len()];
    loop {
        let mut files = PlanFiles::embedded();
        let file = *dice.pick(&TABLES);
        if let Some(text) = mutate(files.get(file), kind, codes, &mut dice) {
            files.set(file, text);
            return (kind, file, files);
        }
    }
}

type Tally = BTreeMap<(Kind, Fate), Vec<(u64, &'static str)>>;

fn tally(original: &Original, codes: &Codes, numbers: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::new();
    for number in numbers {
        let (kind, file, files) = nth(number, codes);
        tally.entry((kind, original.fate(&files))).or_default().push((number, file));
    }
    tally
}

fn print(tally: &Tally) {
    println!(
        "{:<16}{:>6}{:>10}{:>8}{:>9}{:>7}{:>8}{:>8}",
        "mutation", "n", "unchanged", "red", "(loading)", "inside", "", "MISSED"
    );
    for kind in KINDS {
        let count = |fates: &[Fate]| -> usize {
            fates.iter().map(|fate| tally.get(&(kind, *fate)).map_or(0, Vec::len)).sum()
        };
        let red = [Fate::RedLoad, Fate::RedTables, Fate::RedProof];
        let all = [&red[..], &[Fate::NoChange, Fate::Inside, Fate::Missed]].concat();
        println!(
            "{:<16}{:>6}{:>10}{:>8}{:>9}{:>7}{:>8}{:>8}",
            kind.to_string(),
            count(&all),
            count(&[Fate::NoChange]),
            count(&red),
            count(&[Fate::RedLoad]),
            count(&[Fate::Inside]),
            "",
            count(&[Fate::Missed]),
        );
    }
}

#[test]
fn no_mutation_that_leaves_the_brackets_goes_unseen() {
    let plan = Plan::embedded().unwrap();
    let codes = Codes::of(&plan);
    assert!(TABLES.iter().all(|table| NAMES.contains(table)));
    let original = Original { coverage: FullCoverage::of(&plan), plan };
    let halves = std::thread::scope(|threads| {
        let half = |odd: u64| (0..MUTATIONS).filter(move |n| n % 2 == odd);
        let (original, codes) = (&original, &codes);
        let work = [0, 1].map(|odd| threads.spawn(move || tally(original, codes, half(odd))));
        work.map(|w| w.join().unwrap())
    });
    let mut all = Tally::new();
    for (key, numbers) in halves.into_iter().flatten() {
        all.entry(key).or_default().extend(numbers);
    }
    print(&all);
    let missed: Vec<_> = all.iter().filter(|((_, fate), _)| *fate == Fate::Missed).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(all.values().map(Vec::len).sum::<usize>(), usize::try_from(MUTATIONS).unwrap());
}
