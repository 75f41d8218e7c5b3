//! Words that two reports have in common beside their facts. Owns finding them and putting them together to phrases;
//! refuses small words, which tell nothing.

use super::{Rarity, Reason, What};
use crate::links::profile::{Gram, Profile};

/// How much of a pair of characters counts: pairs overlap, and words come with words.
const SHARE: i32 = 60;

/// How many phrases are named.
const PHRASES: usize = 4;

pub(super) fn compare(left: &Profile, right: &Profile, rarity: &impl Rarity, roof: i32) -> Option<Reason> {
    let mut shared: Vec<(&Gram, i32)> = Vec::new();
    let mut others = right.grams.iter().peekable();
    for gram in &left.grams {
        while others.next_if(|other| other.key < gram.key).is_some() {}
        if others.peek().is_some_and(|other| other.key == gram.key) {
            shared.push((gram, rarity.worth(gram.key, gram.tells)));
        }
    }
    let sum: i32 = shared.iter().map(|(_, tells)| tells).sum();
    if sum == 0 {
        return None;
    }
    // Two long texts meet in a few words by chance.
    let length = (left.grams.len().min(right.grams.len()).max(20)) as i32;
    let tells = (sum * SHARE / 100 - length / 4).clamp(0, roof);
    Some(Reason { tells, what: What::Words(phrases(left, shared)) })
}

/// The shared stretches that touch, put together as they were typed; what tells most first.
fn phrases(left: &Profile, mut shared: Vec<(&Gram, i32)>) -> Vec<String> {
    shared.sort_by_key(|(gram, _)| gram.from);
    let mut runs: Vec<(u32, u32, i32)> = Vec::new();
    for (gram, tells) in shared {
        match runs.last_mut().filter(|(_, to, _)| gram.from < *to) {
            Some(run) => *run = (run.0, gram.to.max(run.1), run.2 + tells),
            None => runs.push((gram.from, gram.to, tells)),
        }
    }
    runs.sort_by_key(|(from, _, tells)| (std::cmp::Reverse(*tells), *from));
    let words = |(from, to, _): &(u32, u32, i32)| -> String {
        left.typed.get(*from as usize..*to as usize).unwrap_or_default().iter().collect()
    };
    runs.iter().filter(|(.., tells)| *tells > 0).take(PHRASES).map(words).collect()
}
