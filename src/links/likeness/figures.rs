//! Numbers of two reports: ages, sums, hours, floors, rooms, people, years. Owns when two agree and when they exclude
//! each other; refuses comparing numbers of different meaning.

use super::{Rarity, Reason, Said, What};
use crate::links::profile::measures::Meaning;
use crate::links::profile::{Figure, Profile, hash};

const MEANINGS: [Meaning; 12] = [
    Meaning::Age,
    Meaning::Clock,
    Meaning::Floor,
    Meaning::Room,
    Meaning::House,
    Meaning::People,
    Meaning::Household,
    Meaning::Money,
    Meaning::Year,
    Meaning::Day,
    Meaning::Line,
    Meaning::Plain,
];

/// Children's ages end here, in months.
const GROWN: u64 = 18 * 12;

/// A number as a key.
pub(super) fn key(meaning: Meaning, value: u64) -> u64 {
    hash(60 + meaning as u8, &value.to_le_bytes())
}

/// What an exact agreement tells, in tenths of a bit: how many values of about equal use there are.
pub(super) fn tells(meaning: Meaning, value: u64) -> u16 {
    match meaning {
        Meaning::Age if value < GROWN => 45,
        Meaning::Age => 38,
        Meaning::Clock if value.is_multiple_of(60) => 36,
        Meaning::Clock if value.is_multiple_of(30) => 48,
        Meaning::Clock => 55,
        Meaning::Floor if value <= 2 => 30,
        Meaning::Floor => 42,
        Meaning::Room => 60,
        Meaning::House => 40,
        Meaning::People => match value {
            0..=2 => 4,
            3 => 18,
            4..=5 => 28,
            _ => 38,
        },
        Meaning::Household => 25,
        Meaning::Money if value < 1000 => 40,
        Meaning::Money if round(value) => 50,
        Meaning::Money => 70,
        Meaning::Year if value >= 2015 => 25,
        Meaning::Year => 40,
        Meaning::Day => 45,
        Meaning::Line => 45,
        Meaning::Plain => 35,
    }
}

/// Whether a sum has one figure and noughts.
fn round(mut value: u64) -> bool {
    while value >= 10 && value.is_multiple_of(10) {
        value /= 10;
    }
    value < 10
}

/// Reasons from numbers, at most two agreements of one meaning, together no more than the roof.
pub(super) fn compare(left: &Profile, right: &Profile, rarity: &impl Rarity, roof: i32) -> Vec<Reason> {
    let mut all = Vec::new();
    for meaning in MEANINGS {
        let of = |profile: &'_ Profile| -> Vec<Figure> {
            profile.figures.iter().filter(|figure| figure.meaning == meaning).cloned().collect()
        };
        let (ours, theirs) = (of(left), of(right));
        if ours.is_empty() || theirs.is_empty() {
            continue;
        }
        let agreed = agreements(meaning, &ours, &theirs, rarity);
        if agreed.is_empty() {
            all.extend(against(meaning, &ours, &theirs));
        }
        all.extend(agreed);
    }
    let sum: i32 = all.iter().map(|reason: &Reason| reason.tells.max(0)).sum();
    if sum > roof {
        for reason in all.iter_mut().filter(|reason| reason.tells > 0) {
            reason.tells = reason.tells * roof / sum;
        }
    }
    all
}

fn agreements(meaning: Meaning, ours: &[Figure], theirs: &[Figure], rarity: &impl Rarity) -> Vec<Reason> {
    let mut found: Vec<(i32, usize, usize)> = Vec::new();
    for (i, one) in ours.iter().enumerate() {
        for (j, other) in theirs.iter().enumerate() {
            found.extend(
                agree(meaning, one, other, rarity).filter(|tells| *tells > 0).map(|tells| (tells, i, j)),
            );
        }
    }
    found.sort_by_key(|(tells, i, j)| (std::cmp::Reverse(*tells), *i, *j));
    let mut kept: Vec<(i32, usize, usize)> = Vec::new();
    for (tells, i, j) in found {
        if kept.len() < 2 && kept.iter().all(|(_, a, b)| *a != i && *b != j) {
            kept.push((tells, i, j));
        }
    }
    kept.into_iter().map(|(tells, i, j)| reason(meaning, tells, &ours[i], &theirs[j])).collect()
}

fn reason(meaning: Meaning, tells: i32, one: &Figure, other: &Figure) -> Reason {
    let range = (one.low.max(other.low).min(one.high), one.high.min(other.high).max(one.low));
    Reason { tells, what: What::Figure(meaning, range, said(one, other)) }
}

fn said(one: &Figure, other: &Figure) -> Said {
    Said { left: one.said.clone(), right: other.said.clone() }
}

/// What the agreement of two numbers tells, if they agree.
fn agree(meaning: Meaning, one: &Figure, other: &Figure, rarity: &impl Rarity) -> Option<i32> {
    let (low, high) = (one.low.max(other.low), one.high.min(other.high));
    let near = near(meaning, one.low);
    // `twenty-odd` tells less than `twenty-one`.
    let width = (one.high - one.low).max(other.high - other.low);
    let vague = match (meaning, width) {
        (_, 0) => 0,
        (Meaning::Age, 37..) => 28,
        _ => 10,
    };
    if low <= high {
        let tells = rarity.worth(key(meaning, low), tells(meaning, low));
        return Some((tells - vague).max(0));
    }
    // Guessed ages, counts of people and rounded sums lie beside each other.
    (low - high <= near).then(|| (i32::from(tells(meaning, low)) - 20 - vague).max(0))
}

/// How far two tellers' numbers may lie apart.
const fn near(meaning: Meaning, value: u64) -> u64 {
    match meaning {
        Meaning::Age if value < 24 => 3,
        Meaning::Age if value < GROWN => 12,
        Meaning::Age => 24,
        Meaning::People => 1,
        Meaning::Money => value / 20,
        Meaning::Clock => 10,
        _ => 0,
    }
}

/// Numbers that exclude each other.
fn against(meaning: Meaning, ours: &[Figure], theirs: &[Figure]) -> Option<Reason> {
    let (one, other, apart) = nearest(ours, theirs)?;
    let tells = match meaning {
        Meaning::Age => ages_apart(ours, theirs)?,
        Meaning::Money => -10,
        Meaning::Floor | Meaning::Room | Meaning::House => -12,
        Meaning::Year if apart > 1 => -20,
        Meaning::Day => -8,
        _ => return None,
    };
    Some(Reason { tells, what: What::OtherFigure(meaning, said(one, other)) })
}

fn nearest<'a>(ours: &'a [Figure], theirs: &'a [Figure]) -> Option<(&'a Figure, &'a Figure, u64)> {
    let apart =
        |one: &Figure, other: &Figure| one.low.max(other.low).saturating_sub(one.high.min(other.high));
    let all = ours.iter().flat_map(|one| theirs.iter().map(move |other| (one, other, apart(one, other))));
    all.min_by_key(|(.., apart)| *apart)
}

/// The youngest of each are who it is about: far apart, it is somebody else.
fn ages_apart(ours: &[Figure], theirs: &[Figure]) -> Option<i32> {
    let youngest =
        |all: &[Figure]| all.iter().min_by_key(|figure| figure.low).map(|figure| (figure.low, figure.high));
    let (one, other) = (youngest(ours)?, youngest(theirs)?);
    let apart = one.0.max(other.0).saturating_sub(one.1.min(other.1));
    let least = one.0.min(other.0);
    match least {
        0..GROWN if apart > 36.max(least / 3) => Some(-40),
        0..GROWN => Some(-12),
        _ if apart > 96 => Some(-20),
        _ => None,
    }
}
