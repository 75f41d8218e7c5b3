//! Number plates (GA 36): a province, a letter, five or six letters and digits, however they are set apart.

use super::{Entity, Kind};
use crate::insight::fold::{Folded, spelled};

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// How far the next sign may stand away: marks and blanks.
const BETWEEN: usize = 2;

pub(super) fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for (from, c) in text.chars.iter().enumerate() {
        let inside = found.last().is_some_and(|last: &Entity| from < last.to);
        if !inside && PROVINCES.contains(*c) {
            found.extend(at(text, from, *c));
        }
    }
    found
}

fn at(text: &Folded, from: usize, province: char) -> Option<Entity> {
    let (letter, mut to) = sign(text, from + 1)?;
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    let mut signs = String::new();
    let mut apart = Vec::new();
    while let Some((sign, next)) = sign(text, to).filter(|_| signs.len() < 6) {
        apart.push(next - to);
        signs.push(sign);
        to = next;
    }
    // Six are the plate of a car without an engine, D or F at one end; else the sixth belongs to the next word.
    let electric = signs.len() == 6 && (signs.starts_with(['D', 'F']) || signs.ends_with(['D', 'F']));
    if signs.len() == 6 && !electric {
        to -= apart.pop().unwrap_or(0);
        signs.pop();
    }
    let digits = signs.chars().filter(char::is_ascii_digit).count();
    let value = format!("{province}{letter}{signs}");
    (signs.len() >= 5 && digits >= 2).then_some(Entity { kind: Kind::Plate, value, from, to })
}

/// The next sign of a plate from here, and the place after it. `I` and `O` are on none.
fn sign(text: &Folded, from: usize) -> Option<(char, usize)> {
    let mut at = from;
    while at - from < BETWEEN && matches!(text.chars.get(at), Some(' ' | '·' | '-' | '.')) {
        at += 1;
    }
    let c = *text.chars.get(at)?;
    let sign = spelled(c).unwrap_or(c).to_ascii_uppercase();
    (sign.is_ascii_alphanumeric() && !matches!(sign, 'I' | 'O')).then_some((sign, at + 1))
}
