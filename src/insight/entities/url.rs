//! Addresses of pages, also as people write them so that nobody opens them: `hxxp://`, `[.]`.

use super::{Entity, Kind};
use crate::insight::fold::Folded;

pub(super) fn find(text: &Folded) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut at = 0;
    while at < text.chars.len() {
        match starts(text, at).and_then(|(scheme, host)| take(text, at, host, scheme)) {
            Some(entity) => {
                at = entity.to;
                found.push(entity);
            }
            None => at += 1,
        }
    }
    found
}

/// How an address begins here: its scheme, and where the host does.
fn starts(text: &Folded, at: usize) -> Option<(&'static str, usize)> {
    if at > 0 && text.chars[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    const BEGINNINGS: [(&str, &str); 5] = [
        ("https://", "https"),
        ("http://", "http"),
        ("hxxps://", "https"),
        ("hxxp://", "http"),
        ("www.", "http"),
    ];
    let begins = |word: &str| word.chars().enumerate().all(|(n, c)| text.chars.get(at + n) == Some(&c));
    let (word, scheme) = BEGINNINGS.into_iter().find(|(word, _)| begins(word))?;
    Some((scheme, if word == "www." { at } else { at + word.len() }))
}

/// No address that anybody types is longer.
const LONGEST: usize = 500;

fn take(text: &Folded, from: usize, host: usize, scheme: &str) -> Option<Entity> {
    let mut rest = String::new();
    let mut at = host;
    while let Some(c) = text.chars.get(at).filter(|_| at - host < LONGEST) {
        // A dot in brackets is a dot.
        if *c == '[' && text.chars.get(at + 1) == Some(&'.') && text.chars.get(at + 2) == Some(&']') {
            rest.push('.');
            at += 3;
            continue;
        }
        if !(c.is_ascii_alphanumeric() || "-._~/?#%&=+@:".contains(*c)) {
            break;
        }
        // A host has no capitals; what follows may.
        rest.push(if rest.contains('/') { text.typed[at].narrow() } else { *c });
        at += 1;
    }
    while rest.ends_with(['.', ',', ':', '?']) {
        rest.pop();
        at -= 1;
    }
    let value = format!("{scheme}://{rest}");
    (rest.split('/').next()?.contains('.')).then_some(Entity { kind: Kind::Url, value, from, to: at })
}

/// A character as it is without its width, its case kept.
trait Narrow {
    fn narrow(self) -> char;
}

impl Narrow for char {
    fn narrow(self) -> char {
        match self {
            '\u{ff01}'..='\u{ff5e}' => Self::from_u32(u32::from(self) - 0xfee0).unwrap_or(self),
            c => c,
        }
    }
}
