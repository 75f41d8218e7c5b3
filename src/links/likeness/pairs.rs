//! The likely pairs among many reports. Owns finding whom to compare with whom through what they share, so that ten
//! thousand reports do not mean fifty million comparisons; refuses keys that too many reports have.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{DISTRICT, LIKELY, Likeness, Rarity, Reason, What, figures, weigh};
use crate::links::profile::{Profile, hash};

/// Two reports that are likely about one event: their places in what was given, the first the smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The first.
    pub left: usize,
    /// The second.
    pub right: usize,
    /// How like, and why.
    pub likeness: Likeness,
}

/// A key that so many of the reports have, or more, leads to nobody.
const CROWD: usize = 64;
/// In large sets one in so many.
const CROWD_SHARE: usize = 100;

/// What a key must tell to lead anywhere.
const LEADS: u16 = 12;

/// What two must share in keys that lead, to be compared in full, in tenths of a bit.
const CANDIDATE: u32 = 35;

/// How many reports the table's word on a fact is worth against the reports at hand.
const BELIEF: f64 = 100.0;

/// From here a key is somebody's own: strangers do not share it, so it loses a bit only as often as its holders double.
const IDENTITY: u16 = 120;

/// For how many reports [`LIKELY`] is meant.
const USUAL: usize = 128;

/// What a third report adds that both are likely one event with.
const THIRD: i32 = 40;

/// How many pairs around one report are looked at.
const TRIANGLES: usize = 200;

/// How often each key stands in the reports at hand.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    seen: HashMap<u64, u32>,
    reports: usize,
}

impl Counted {
    /// Counts the facts, numbers and words of all.
    pub fn of(all: &[Profile]) -> Self {
        let mut seen: HashMap<u64, u32> = HashMap::new();
        for profile in all {
            for (key, _) in keys(profile) {
                *seen.entry(key).or_default() += 1;
            }
        }
        Self { seen, reports: all.len() }
    }
}

impl Rarity for Counted {
    fn worth(&self, key: u64, tells: u16) -> i32 {
        // The two at hand are no witnesses of how common it is.
        let others = f64::from(self.seen.get(&key).copied().unwrap_or(0).saturating_sub(2));
        if tells >= IDENTITY {
            return i32::from(tells) - (10.0 * others.max(1.0).log2()).round() as i32;
        }
        let by_table = (-f64::from(tells) / 10.0).exp2();
        let share = BELIEF.mul_add(by_table, others) / (BELIEF + self.reports as f64);
        let counted = (-10.0 * share.log2()).round() as i32;
        counted.clamp(0, i32::from(tells))
    }
}

/// What a report is found by, with what each tells.
fn keys(profile: &Profile) -> Vec<(u64, u16)> {
    let mut all: Vec<(u64, u16)> = profile.facts.iter().map(|fact| (fact.key, fact.tells)).collect();
    for figure in &profile.figures {
        // Both ends of a range; years of age one by one.
        let step = if figure.high - figure.low > 24 { figure.high - figure.low } else { 12 };
        let mut value = figure.low;
        while value <= figure.high && value <= figure.low + 24 {
            all.push((figures::key(figure.meaning, value), figures::tells(figure.meaning, value)));
            value +=
                if figure.meaning == crate::links::profile::measures::Meaning::Age { step.max(1) } else { 1 };
        }
    }
    all.extend(profile.grams.iter().map(|gram| (gram.key, gram.tells)));
    all.sort_unstable();
    all.dedup_by_key(|(key, _)| *key);
    all
}

/// Keys that lead: what tells something, by itself and together with the district.
fn leads(profile: &Profile) -> Vec<(u64, u16)> {
    let mut all: Vec<(u64, u16)> = keys(profile).into_iter().filter(|(_, tells)| *tells >= LEADS).collect();
    if let Some(district) = profile.district {
        let district = district.to_string();
        let here = |(key, tells): &(u64, u16)| {
            let mut name = key.to_le_bytes().to_vec();
            name.extend_from_slice(district.as_bytes());
            (hash(90, &name), tells + DISTRICT)
        };
        let grams: std::collections::HashSet<u64> = profile.grams.iter().map(|gram| gram.key).collect();
        let placed: Vec<(u64, u16)> = all.iter().filter(|(key, _)| !grams.contains(key)).map(here).collect();
        all.extend(placed);
    }
    all
}

/// What a pair must score among so many reports. Each has about as many true companions however many there are, while
/// the strangers that it may meet by chance double with the reports: ten tenths more for each doubling over a hundred.
pub fn likely_among(reports: usize) -> i32 {
    let doublings = (reports.max(USUAL) as f64 / USUAL as f64).log2();
    LIKELY + (10.0 * doublings).round() as i32
}

/// The likely pairs, in order of their places.
pub fn pairs(all: &[Profile]) -> Vec<Pair> {
    let counted = Counted::of(all);
    let crowd = CROWD.max(all.len() / CROWD_SHARE);
    let mut index: HashMap<u64, Vec<u32>> = HashMap::new();
    let leads: Vec<Vec<(u64, u16)>> = all.iter().map(leads).collect();
    let mut found = Vec::new();
    let mut score = vec![0u32; all.len()];
    for (ix, keys) in leads.iter().enumerate() {
        for (key, _) in keys {
            index.entry(*key).or_default().push(u32::try_from(ix).unwrap_or(u32::MAX));
        }
    }
    index.retain(|_, reports| reports.len() > 1 && reports.len() <= crowd);
    let likely = likely_among(all.len());
    let mut touched: Vec<u32> = Vec::new();
    for (ix, keys) in leads.iter().enumerate() {
        for (key, tells) in keys {
            let Some(reports) = index.get(key) else { continue };
            for other in reports.iter().take_while(|other| (**other as usize) < ix) {
                if score[*other as usize] == 0 {
                    touched.push(*other);
                }
                score[*other as usize] += u32::from(*tells);
            }
        }
        touched.sort_unstable();
        for other in touched.drain(..) {
            let left = other as usize;
            if std::mem::take(&mut score[left]) >= CANDIDATE {
                let likeness =
                    weigh(&all[left], &all[ix], &counted).filter(|likeness| likeness.score >= likely);
                found.extend(likeness.map(|likeness| Pair { left, right: ix, likeness }));
            }
        }
    }
    found.extend(through(all, &found, &counted));
    found.sort_by_key(|pair| (pair.left, pair.right));
    found
}

/// Two that are both likely one event with a third are so with less of their own, where nothing speaks against it.
fn through(all: &[Profile], found: &[Pair], counted: &Counted) -> Vec<Pair> {
    let mut beside: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for pair in found {
        beside.entry(pair.left).or_default().insert(pair.right);
        beside.entry(pair.right).or_default().insert(pair.left);
    }
    let known: BTreeSet<(usize, usize)> = found.iter().map(|pair| (pair.left, pair.right)).collect();
    let mut more: BTreeMap<(usize, usize), Pair> = BTreeMap::new();
    for (third, near) in &beside {
        // A crowd around one report is a crowd, not an event.
        for (left, right) in two_of(near).take(TRIANGLES) {
            if known.contains(&(left, right)) || more.contains_key(&(left, right)) {
                continue;
            }
            let Some(mut likeness) = weigh(&all[left], &all[right], counted) else { continue };
            let against = likeness.reasons.iter().any(|reason| reason.tells < 0);
            if likeness.score + THIRD >= likely_among(all.len()) && !against {
                likeness.score += THIRD;
                likeness.reasons.push(Reason { tells: THIRD, what: What::Through(*third) });
                more.insert((left, right), Pair { left, right, likeness });
            }
        }
    }
    more.into_values().collect()
}

fn two_of(near: &BTreeSet<usize>) -> impl Iterator<Item = (usize, usize)> {
    near.iter().flat_map(move |left| near.range(left + 1..).map(move |right| (*left, *right)))
}

#[cfg(test)]
#[path = "pairs_test.rs"]
mod tests;
