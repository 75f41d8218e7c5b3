//! Signs put together: a colour with what it is the colour of, a mark with the part of the body it is on. Owns that;
//! refuses colours and parts of the body by themselves, which tell nothing.

use super::Aspect;
use super::lexicon::{Class, Found, Sign};
use crate::insight::fold::Folded;

/// A sign or two of them, with what they tell.
pub(super) struct Look {
    pub(super) aspect: Aspect,
    pub(super) name: String,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) tells: u16,
}

/// How far a colour or a part of the body may stand from what it belongs to, in Chinese characters.
const NEAR: usize = 7;

/// How many signs on each side are looked at.
const MOST: usize = 24;

/// How many letters of other scripts take the room of one.
const LETTERS: usize = 3;

/// What the second part adds: a colour of ten, a part of the body of twelve and a side.
const COLOUR: u16 = 25;
const PART: u16 = 25;
const SIDE: u16 = 8;

pub(super) fn of(signs: &[Found<Sign>], text: &Folded) -> Vec<Look> {
    let mut all = Vec::new();
    for (ix, sign) in signs.iter().enumerate() {
        let aspect = match sign.what.class {
            Class::Thing => Aspect::Thing,
            Class::Topic => Aspect::Topic,
            Class::Garment | Class::Vehicle => Aspect::Look,
            Class::Mark => Aspect::Mark,
            Class::Speech => Aspect::Speech,
            _ => continue,
        };
        let made = |name: String, from, to, tells| Look { aspect, name, from, to, tells };
        all.push(made(sign.what.key.clone(), sign.from, sign.to, sign.what.tells));
        match aspect {
            Aspect::Look => {
                if let Some(colour) = near(text, signs, ix, Class::Colour) {
                    let name = format!("{}:{}", sign.what.key, colour.what.key);
                    let (from, to) = (sign.from.min(colour.from), sign.to.max(colour.to));
                    all.push(made(name, from, to, COLOUR));
                }
            }
            Aspect::Mark => {
                let Some(part) = near(text, signs, ix, Class::Body) else { continue };
                let name = format!("{}:{}", sign.what.key, part.what.key);
                let (from, to) = (sign.from.min(part.from), sign.to.max(part.to));
                all.push(made(name.clone(), from, to, PART));
                if let Some(side) = near(text, signs, ix, Class::Side) {
                    all.push(made(
                        format!("{name}:{}", side.what.key),
                        from.min(side.from),
                        to.max(side.to),
                        SIDE,
                    ));
                }
            }
            _ => {}
        }
    }
    all
}

/// The nearest sign of a class, with nothing of the same kind as the first between them.
fn near<'a>(text: &Folded, signs: &'a [Found<Sign>], ix: usize, class: Class) -> Option<&'a Found<Sign>> {
    let own = &signs[ix];
    // Signs stand in the order of the text: those further away than any gap allows are not looked at.
    let reach = NEAR * LETTERS;
    let around = |other: &&Found<Sign>| other.to + reach >= own.from && other.from <= own.to + reach;
    let first = ix - signs[..ix].iter().rev().take(MOST).take_while(around).count();
    let last = ix + signs[ix..].iter().take(MOST).take_while(around).count();
    let gap = |other: &Found<Sign>| {
        let (from, to) = if other.to <= own.from { (other.to, own.from) } else { (own.to, other.from) };
        let between = text.chars.get(from..to).unwrap_or_default();
        let chinese = between.iter().filter(|c| (0x4e00..0xa000).contains(&(**c as u32))).count();
        chinese + (between.len() - chinese).div_ceil(LETTERS)
    };
    let blocked = |at: usize| {
        let (low, high) = (at.min(ix) + 1, at.max(ix));
        signs[low..high].iter().any(|between| between.what.class == own.what.class)
    };
    signs[first..last]
        .iter()
        .zip(first..)
        .map(|(other, at)| (at, other))
        .filter(|(at, other)| other.what.class == class && gap(other) <= NEAR && !blocked(*at))
        .min_by_key(|(_, other)| gap(other))
        .map(|(_, other)| other)
}
