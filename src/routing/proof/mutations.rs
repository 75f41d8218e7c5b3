//! How much of a damaged plan the check sees. A thousand seeded mutations of the plan's files; the oracle is
//! the decision over the whole space of tips, compared with the decision under the plan as it is, and the
//! brackets of the plan as it is. No checksum anywhere: a change is seen because it contradicts something.
//!
//! A decision reads the directory and one or two rules and nothing else of the plan (`Case::of_rules` takes
//! no more), and a proof reads one or two claims. So what is equal in both plans need not be run again.

use std::collections::BTreeMap;

use crate::plan::check::{self, bracket_of};
use crate::plan::{BodyCode, BodySet, Directory, DistrictCode, NAMES, Plan, PlanFiles, Rule};
use crate::routing::case::{Case, Manned};
use crate::routing::verdict::{Verdict, judge};
use crate::routing::{FullCoverage, TipFacts};

use super::{Claim, space};

mod damage;

use damage::{Codes, KINDS, Kind, TABLES, nth};

const MUTATIONS: u64 = 1000;

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

/// A plan with full coverage, worked out once for every place.
struct World<'p> {
    plan: &'p Plan,
    /// Whether its directory is that of the plan as it is, so that sets of both compare as they are.
    same_directory: bool,
    manned: BTreeMap<Option<DistrictCode>, Manned>,
}

impl<'p> World<'p> {
    fn of(plan: &'p Plan, same_directory: bool) -> Self {
        let (directory, coverage) = (plan.directory(), FullCoverage::of(plan));
        let manned = |place| (place, Manned::new(directory, place, &coverage));
        Self { plan, same_directory, manned: space::places(directory).map(manned).collect() }
    }

    fn judge(&self, rule: &Rule, other: Option<&Rule>, facts: &TipFacts) -> Option<Verdict> {
        let case = Case::of_rules(self.plan.directory(), rule, other, facts).ok()?;
        judge(&case, *self.manned.get(&facts.district)?).ok()
    }

    /// A verdict with its bodies by code, so that it can be compared across two directories.
    fn spell(&self, verdict: &Verdict) -> (Verdict, [Vec<BodyCode>; 4]) {
        let sets = [verdict.told, verdict.may_be_told, verdict.content_for, verdict.at_branch];
        let none = BodySet::EMPTY;
        let rest =
            Verdict { told: none, may_be_told: none, content_for: none, at_branch: none, ..verdict.clone() };
        (rest, sets.map(|set| codes(self.plan.directory(), set)))
    }
}

/// A rule before and after.
type Both<'a> = (&'a Rule, &'a Rule);

/// The plan as it is, and what the oracle asks of a damaged one.
struct Oracle<'p>(World<'p>);

impl Oracle<'_> {
    fn fate(&self, files: &PlanFiles) -> Fate {
        let Ok(mutant) = Plan::parse(files) else { return Fate::RedLoad };
        if !check::findings(&mutant).is_empty() {
            return Fate::RedTables;
        }
        if self.proof_fails(&mutant) {
            return Fate::RedProof;
        }
        let same_directory = self.0.plan.directory() == mutant.directory();
        self.change(&World::of(&mutant, same_directory))
    }

    /// Runs the proof of `mutant`, leaving out what is equal in the plan as it is (which is green).
    fn proof_fails(&self, mutant: &Plan) -> bool {
        let (known, claims) = (Claim::all(self.0.plan), Claim::all(mutant));
        let fresh: Vec<bool> = claims.iter().map(|c| !known.contains(c)).collect();
        let coverage = FullCoverage::of(mutant);
        let fails = |outcome: super::Outcome| !outcome.findings.is_empty();
        claims.iter().zip(&fresh).any(|(claim, new)| {
            let mut others = claims.iter().zip(&fresh);
            (*new && fails(claim.prove_single(&coverage)))
                || others.any(|(other, also)| (*new || *also) && fails(claim.prove_mixed(other, &coverage)))
        })
    }

    /// Decides every tip under both plans, leaving out what both decide from equal rules.
    fn change(&self, mutant: &World<'_>) -> Fate {
        let directory = self.0.plan.directory();
        let same = |(rule, new): Both<'_>| mutant.same_directory && rule == new;
        let mut fate = Fate::NoChange;
        for rule in self.both(mutant) {
            if !same(rule) {
                space::single(directory, rule.0.category, &mut |facts| {
                    fate = fate.max(self.compare(mutant, rule, None, facts));
                    fate != Fate::Missed
                });
            }
            for other in self.both(mutant) {
                if rule.0.category != other.0.category && !(same(rule) && same(other)) {
                    space::mixed(directory, [rule.0, other.0], &mut |facts| {
                        fate = fate.max(self.compare(mutant, rule, Some(other), facts));
                        fate != Fate::Missed
                    });
                }
            }
        }
        fate
    }

    fn both<'a>(&'a self, mutant: &World<'a>) -> Vec<Both<'a>> {
        let pair = |rule: &'a Rule| Some((rule, mutant.plan.rule(&rule.category)?));
        self.0.plan.rules().iter().filter_map(pair).collect()
    }

    /// One tip under both plans.
    fn compare(&self, mutant: &World<'_>, rule: Both<'_>, other: Option<Both<'_>>, facts: &TipFacts) -> Fate {
        let before = self.0.judge(rule.0, other.map(|o| o.0), facts);
        let after = mutant.judge(rule.1, other.map(|o| o.1), facts);
        let (Some(before), Some(after)) = (before, after) else { return Fate::Missed };
        let clauses = rule.0.clauses().eq(rule.1.clauses());
        let same = if mutant.same_directory {
            before == after
        } else {
            self.0.spell(&before) == mutant.spell(&after)
        };
        if clauses && same {
            return Fate::NoChange;
        }
        let lead = after.lead.body();
        let told = codes(mutant.plan.directory(), after.told);
        let inside = lead == before.lead.body()
            || self.responsible(rule.0, other).contains(&lead)
            || self.stands_in(rule.0, other, facts).contains(&lead);
        let tellable = self.tellable(rule.0, other);
        if inside && told.iter().all(|body| tellable.contains(body)) { Fate::Inside } else { Fate::Missed }
    }

    /// Whom the plan as it is makes responsible under the first clause of either category.
    fn responsible(&self, rule: &Rule, other: Option<Both<'_>>) -> Vec<BodyCode> {
        let clauses = [rule.primary, other.and_then(|o| o.0.primary)];
        let duties = clauses.into_iter().flatten().filter_map(|clause| self.0.plan.duty(&clause));
        codes(self.0.plan.directory(), duties.fold(BodySet::EMPTY, |all, duty| all.or(duty.lead)))
    }

    /// Who leads either category alone under the plan as it is: where the responsible body is excluded,
    /// the one that R17 puts in its place.
    fn stands_in(&self, rule: &Rule, other: Option<Both<'_>>, facts: &TipFacts) -> Vec<BodyCode> {
        let rules = [Some(rule), other.map(|o| o.0)].into_iter().flatten();
        rules.filter_map(|r| self.0.judge(r, None, facts)).map(|verdict| verdict.lead.body()).collect()
    }

    /// The brackets of the plan as it is, the named extras, the police, and the lead of either category;
    /// for a mixed tip the procuratorate, which stands in for a conference that is concerned itself.
    fn tellable(&self, rule: &Rule, other: Option<Both<'_>>) -> Vec<BodyCode> {
        let roles = self.0.plan.directory().roles;
        let of = |r: &Rule| bracket_of(self.0.plan, r).or(r.extras).with(r.lead);
        let own = of(rule).with(roles.police);
        let all = other.map_or(own, |o| own.or(of(o.0)).with(roles.procuratorate));
        codes(self.0.plan.directory(), all.minus(self.0.plan.directory().never_told))
    }
}

fn codes(directory: &Directory, set: BodySet) -> Vec<BodyCode> {
    let mut codes: Vec<BodyCode> = set.iter().map(|b| directory.code(b)).collect();
    codes.sort_unstable();
    codes
}

type Tally = BTreeMap<(Kind, Fate), Vec<(u64, &'static str)>>;

fn tally(oracle: &Oracle<'_>, codes: &Codes, numbers: impl Iterator<Item = u64>) -> Tally {
    let mut tally = Tally::new();
    for number in numbers {
        let (kind, file, files) = nth(number, codes);
        tally.entry((kind, oracle.fate(&files))).or_default().push((number, file));
    }
    tally
}

fn print(tally: &Tally) {
    println!(
        "{:<16}{:>6}{:>10}{:>8}{:>10}{:>8}{:>8}",
        "mutation", "n", "unchanged", "red", "(loading)", "inside", "MISSED"
    );
    for kind in KINDS {
        let count = |fates: &[Fate]| -> usize {
            fates.iter().map(|fate| tally.get(&(kind, *fate)).map_or(0, Vec::len)).sum()
        };
        let red = [Fate::RedLoad, Fate::RedTables, Fate::RedProof];
        let all = [&red[..], &[Fate::NoChange, Fate::Inside, Fate::Missed]].concat();
        println!(
            "{:<16}{:>6}{:>10}{:>8}{:>10}{:>8}{:>8}",
            kind.to_string(),
            count(&all),
            count(&[Fate::NoChange]),
            count(&red),
            count(&[Fate::RedLoad]),
            count(&[Fate::Inside]),
            count(&[Fate::Missed]),
        );
    }
}

/// Prints what a mutation changed.
fn show(number: u64, file: &str, codes: &Codes) {
    let (kind, _, files) = nth(number, codes);
    let (before, after) = (PlanFiles::embedded(), files.get(file));
    let lost = before.get(file).lines().filter(|l| !after.lines().any(|m| m == *l));
    let gained = after.lines().filter(|l| !before.get(file).lines().any(|m| m == *l));
    println!("{number} {kind} {file}");
    lost.for_each(|line| println!("  - {line}"));
    gained.for_each(|line| println!("  + {line}"));
}

#[test]
fn no_mutation_that_leaves_the_brackets_goes_unseen() {
    let plan = Plan::embedded().unwrap();
    let codes = Codes::of(&plan);
    assert!(TABLES.iter().all(|table| NAMES.contains(table)));
    let oracle = Oracle(World::of(&plan, true));
    let halves = std::thread::scope(|threads| {
        let half = |odd: u64| (0..MUTATIONS).filter(move |n| n % 2 == odd);
        let (oracle, codes) = (&oracle, &codes);
        let work = [0, 1].map(|odd| threads.spawn(move || tally(oracle, codes, half(odd))));
        work.map(|w| w.join().unwrap())
    });
    let mut all = Tally::new();
    for (key, numbers) in halves.into_iter().flatten() {
        all.entry(key).or_default().extend(numbers);
    }
    print(&all);
    let missed: Vec<_> = all.iter().filter(|((_, fate), _)| *fate == Fate::Missed).collect();
    for (_, numbers) in &missed {
        numbers.iter().for_each(|(number, file)| show(*number, file, &codes));
    }
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(all.values().map(Vec::len).sum::<usize>(), usize::try_from(MUTATIONS).unwrap());
}
