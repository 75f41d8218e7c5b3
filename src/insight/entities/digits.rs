//! Groups of digits as people write them: apart, with dots and dashes, in words. Owns the groups; refuses what they are.

use crate::insight::fold::{Folded, spelled};

/// Digits that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) digits: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Groups that only marks and blanks stand between, so that they may be one number.
pub(super) type Run = Vec<Group>;

/// How many marks may stand between two groups of one number.
const BETWEEN: usize = 2;

/// Every run of the text. Words for digits count in groups of three or more, or right beside another group: a single one
/// is mostly a word.
pub(super) fn runs(text: &Folded) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut last_end = None;
    for group in groups(text) {
        let joins = last_end.is_some_and(|end| is_between(text, end, group.from));
        last_end = Some(group.to);
        match runs.last_mut().filter(|_| joins) {
            Some(run) => run.push(group),
            None => runs.push(vec![group]),
        }
    }
    runs
}

fn groups(text: &Folded) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::new();
    let mut open: Option<(Group, bool)> = None;
    for (at, c) in text.chars.iter().enumerate() {
        let plain = c.is_ascii_digit().then_some((*c, false));
        match plain.or_else(|| spelled(*c).map(|digit| (digit, true))) {
            Some((digit, words)) => match open.as_mut().filter(|(_, in_words)| *in_words == words) {
                Some((group, _)) => {
                    group.digits.push(digit);
                    group.to = at + 1;
                }
                None => {
                    all.extend(open.take().map(|(group, _)| group));
                    open = Some((Group { digits: digit.into(), from: at, to: at + 1 }, words));
                }
            },
            None => all.extend(open.take().map(|(group, _)| group)),
        }
    }
    all.extend(open.map(|(group, _)| group));
    all
}

fn is_between(text: &Folded, from: usize, to: usize) -> bool {
    let marks = text.chars.get(from..to).unwrap_or_default();
    marks.len() <= BETWEEN
        && marks.iter().all(|c| matches!(c, ' ' | '-' | '.' | '·' | ',' | '(' | ')' | '_' | '/'))
}

/// Every stretch of whole groups of a run that has so many digits.
pub(super) fn stretches(run: &Run, wanted: impl Fn(usize) -> bool) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for first in 0..run.len() {
        let mut digits = String::new();
        for group in run.iter().skip(first) {
            digits.push_str(&group.digits);
            if wanted(digits.len()) {
                found.push((digits.clone(), run[first].from, group.to));
            }
            if digits.len() > 21 {
                break;
            }
        }
    }
    found
}
