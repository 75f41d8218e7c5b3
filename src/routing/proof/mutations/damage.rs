//! Damage to the plan's files, the same on every machine. Owns the kinds and the dice; knows nothing of
//! what a check would say.

use std::fmt;

use crate::plan::{Plan, PlanFiles};

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
pub(super) enum Kind {
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

pub(super) const KINDS: [Kind; 5] = [Kind::Drop, Kind::Double, Kind::Swap, Kind::Expire, Kind::Code];

/// The tables, those that decide more named more often.
pub(super) const TABLES: [&str; 16] = [
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
pub(super) struct Codes(Vec<Vec<String>>);

impl Codes {
    pub(super) fn of(plan: &Plan) -> Self {
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

/// The `number`-th mutation: its kind, its file, and the damaged files.
pub(super) fn nth(number: u64, codes: &Codes) -> (Kind, &'static str, PlanFiles) {
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
